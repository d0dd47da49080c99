"""Games with printed shares come out to the printed digits."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clusterpool.allocation import CoreStatus, CostGame, Rule, Weighing, allocate, least_core
from clusterpool.allocation.coalitions import alone, marginal, sizes, subset_sums
from clusterpool.allocation.nucleolus import nucleolus
from clusterpool.allocation.values import shapley
from tests.oracles.sharing_oracle import airport_table, is_nucleolus

GAMES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "games" / "published.json").read_text("utf-8"))
CASES = [(game, rule) for game in GAMES for rule in game["expected"]]
NUCLEOLI = [game for game in GAMES if {"nucleolus", "per-capita-nucleolus"} & set(game["expected"])]


def cost_game(game: dict[str, Any]) -> CostGame:
    sign = 1.0 if game["kind"] == "cost" else -1.0
    return CostGame.from_table({tuple(names.split(",")): sign * value for names, value in game["table"].items()})


def game_named(name: str) -> dict[str, Any]:
    return next(game for game in GAMES if game["name"] == name)


def test_there_are_enough_published_games() -> None:
    assert len(GAMES) >= 25
    assert all(game["source"] for game in GAMES)


@pytest.mark.parametrize(("game", "rule"), CASES, ids=[f"{game['name']}-{rule}" for game, rule in CASES])
def test_printed_shares(game: dict[str, Any], rule: str) -> None:
    sign = 1.0 if game["kind"] == "cost" else -1.0
    unions = game["unions"] if rule == "owen" else None
    free = rule == "prenucleolus"
    chosen = Rule.NUCLEOLUS if free else Rule(rule)
    shares = allocate(cost_game(game), chosen, unions=unions, imputations=not free).shares
    assert set(shares) == set(game["expected"][rule])
    for player, printed in game["expected"][rule].items():
        assert sign * shares[player] == pytest.approx(printed, abs=game["tolerance"])


@pytest.mark.parametrize("game", NUCLEOLI, ids=[game["name"] for game in NUCLEOLI])
def test_nucleoli_of_published_games_pass_the_balancedness_test(game: dict[str, Any]) -> None:
    costs = cost_game(game).without_idle()
    for rule, weight in ((Rule.NUCLEOLUS, "one"), (Rule.PER_CAPITA_NUCLEOLUS, "head")):
        shares = allocate(costs, rule).shares
        weights = np.ones(2 ** len(costs.players)) if weight == "one" else sizes(len(costs.players)).astype(float)
        point = np.array([shares[player] for player in costs.players])
        assert is_nucleolus(costs.table(), point, weights, imputations=True)


def test_the_working_papers_nucleolus_of_the_swedish_game_is_not_the_nucleolus() -> None:
    game = cost_game(game_named("Swedish municipalities"))
    printed_1979 = np.array([20.35, 12.06, 5.00, 8.61, 18.60, 19.21])  # printed to 0.01
    ours = np.array(list(allocate(game, Rule.NUCLEOLUS).shares.values()))
    table, ones = game.table(), np.ones(64)
    assert is_nucleolus(table, ours, ones, imputations=True)
    assert not is_nucleolus(table, printed_1979, ones, imputations=True, near=2e-4)
    fourth = np.sort(subset_sums(ours)[1:-1] - table[1:-1])[::-1]
    theirs = np.sort(subset_sums(printed_1979)[1:-1] - table[1:-1])[::-1]
    first_difference = np.flatnonzero(np.abs(fourth - theirs) > 0.03)[0]
    assert theirs[first_difference] > fourth[first_difference]  # theirs lets a coalition down by more


PRINTED_LEAST_CORES = {
    Weighing.PER_CAPITA: [20.03, 12.52, 3.94, 9.07, 20.11, 18.15],
    Weighing.PROPORTIONAL: [19.81, 12.57, 4.35, 9.25, 19.85, 17.99],
}
"""Table 7 of the working paper (looked up): the weak and the proportional least core, in millions, to 0.01."""


@pytest.mark.parametrize("weighing", PRINTED_LEAST_CORES)
def test_the_printed_least_cores_of_the_swedish_game_are_as_good_as_ours(weighing: Weighing) -> None:
    game = cost_game(game_named("Swedish municipalities"))
    printed = np.array(PRINTED_LEAST_CORES[weighing])
    unit = (sizes(6).astype(float) if weighing is Weighing.PER_CAPITA else game.table())[1:-1]
    excess = (subset_sums(printed) - game.table())[1:-1] / unit
    ours = least_core(game, weighing=weighing)
    assert excess.max() == pytest.approx(ours.value, abs=0.01)  # neither has one point only: M and T are divided freely
    mine = np.array([ours.shares[player] for player in "AHL"])
    assert mine == pytest.approx(printed[[0, 1, 3]], abs=0.01)  # what the least core leaves no choice about


def test_the_swedish_costs_alone_and_marginal_costs_are_those_printed() -> None:
    table = cost_game(game_named("Swedish municipalities")).table()
    assert alone(table) == pytest.approx([21.95, 17.08, 10.91, 15.88, 20.81, 21.98], abs=0.005)  # table 8
    assert marginal(table) == pytest.approx([17.36, 9.85, 0.82, 6.40, 12.90, 14.06], abs=0.0101)


def test_the_manuals_nucleolus_of_the_equal_profit_game_is_not_the_nucleolus() -> None:
    game = game_named("equal profit")
    costs = {frozenset(names.split(",")): Fraction(str(cost)) for names, cost in game["table"].items()}
    theirs = {"1": Fraction("0.137"), "2": Fraction("0.206"), "3": Fraction(0)}
    ours = {"1": Fraction(112, 750), "2": Fraction(229, 750), "3": Fraction("0.343") - Fraction(341, 750)}
    found = allocate(cost_game(game), Rule.NUCLEOLUS).shares
    assert found == pytest.approx({player: float(share) for player, share in ours.items()}, abs=1e-9)
    assert sum(theirs.values()) == sum(ours.values()) == costs[frozenset("123")]

    def worst(shares: dict[str, Fraction]) -> Fraction:
        return max(sum(shares[p] for p in c) - cost for c, cost in costs.items() if len(c) < 3)

    assert worst(theirs) == 0  # {1, 3} gains nothing by the pool
    assert worst(ours) < Fraction(-99, 1000)  # every coalition gains by it
    assert ours["3"] < 0  # which takes a payment to 3: there is no reason to forbid it in a cost game


def test_swedish_shares_and_the_core() -> None:
    game = cost_game(game_named("Swedish municipalities"))
    # Young, Okada & Hashimoto: SCRB and the Shapley value charge H, K, L more than their own 27.26.
    for rule in (Rule.ACAM, Rule.SHAPLEY):
        report = allocate(game, rule).core
        assert report.status is CoreStatus.NOT_IN_CORE
        assert report.worst_coalition == ("H", "K", "L")
    assert allocate(game, Rule.NUCLEOLUS).core.status is CoreStatus.IN_CORE


@pytest.mark.parametrize("permanent_and_others", [(5, 6), (5, 10)])
def test_security_council(permanent_and_others: tuple[int, int]) -> None:
    # Shapley & Shubik 1954: 98.7 % of the power with the five permanent members (11 members, 7 votes); after 1965, with
    # 15 members and 9 votes, 421/2145 for a permanent and 4/2145 for another member.
    permanent, others = permanent_and_others
    n, quota = permanent + others, 7 if others == 6 else 9
    masks = np.arange(2**n)
    wins = ((masks & 31) == 31) & (sizes(n) >= quota)
    shares = shapley(wins.astype(float))
    strong, weak = (Fraction(76, 385), Fraction(1, 462)) if others == 6 else (Fraction(421, 2145), Fraction(4, 2145))
    assert shares[:permanent] == pytest.approx([float(strong)] * permanent, abs=1e-12)
    assert shares[permanent:] == pytest.approx([float(weak)] * others, abs=1e-12)
    if others == 6:
        assert round(float(shares[:permanent].sum()), 3) == 0.987


def littlechild_owen(costs: list[float]) -> list[float]:
    """Littlechild & Owen, A simple expression for the Shapley value in a special case, Management Science 20, 1973."""
    steps = [cost - before for before, cost in zip([0.0, *costs], costs, strict=False)]
    parts = [step / (len(costs) - k) for k, step in enumerate(steps)]
    return [sum(parts[: k + 1]) for k in range(len(costs))]


def littlechild(costs: list[float]) -> list[float]:
    """Littlechild, A simple expression for the nucleolus in a special case, Int. Journal of Game Theory 3, 1974.

    In rounds: the smallest of (c_k - paid so far) / (k + 1) over the planes left, and of what is left for the last one.
    """
    n, shares, paid, done = len(costs), [0.0] * len(costs), 0.0, 0
    while done < n:
        parts = [((costs[k] - paid) / (k - done + 2), k) for k in range(done, n - 1)]
        part, k = min([*parts, ((costs[-1] - paid) / (n - done), n - 1)])
        last = max(j for value, j in [*parts, (part, k)] if value <= part + 1e-12)
        shares[done : last + 1] = [part] * (last + 1 - done)
        paid += part * (last + 1 - done)
        done = last + 1
    return shares


@pytest.mark.parametrize("seed", range(8))
def test_airport_games(seed: int) -> None:
    rng = np.random.default_rng(seed)
    costs = np.sort(rng.integers(1, 60, int(rng.integers(3, 11)))).astype(float).tolist()
    table = airport_table(costs)
    assert shapley(table) == pytest.approx(littlechild_owen(costs), abs=1e-9)
    assert nucleolus(table) == pytest.approx(littlechild(costs), abs=1e-7)


def test_horse_market() -> None:
    # Boehm-Bawerk's horse market, Shapley & Shubik, The assignment game I, 1971: the core is one price from 21 to 21.5;
    # Nunez & Rafels, The Boehm-Bawerk horse market, 2005: the nucleolus is its midpoint.
    buyers = [30.0, 28, 26, 24, 22, 21, 20, 18, 17, 15]
    sellers = [10.0, 11, 15, 17, 20, 21.5, 25, 26]
    worth = np.array([_trade(mask, buyers, sellers) for mask in range(2**18)])
    price = 21.25
    expected = [max(0.0, value - price) for value in buyers] + [max(0.0, price - value) for value in sellers]
    assert -nucleolus(-worth) == pytest.approx(expected, abs=1e-6)


def _trade(mask: int, buyers: list[float], sellers: list[float]) -> float:
    bids = [bid for i, bid in enumerate(buyers) if mask >> i & 1]  # falling
    asks = [ask for j, ask in enumerate(sellers) if mask >> (j + len(buyers)) & 1]  # rising
    return sum(bid - ask for bid, ask in zip(bids, asks, strict=False) if bid > ask)


def test_market_of_houses() -> None:
    # Shapley & Shubik 1971: three houses, three buyers, gains of trade in thousands; every core point lies between the
    # sellers' best (5, 6, 1; 1, 3, 0) and the buyers' best (3, 5, 0; 2, 5, 1); the optimal assignment is worth 16.
    gains = np.array([[5.0, 8, 2], [7, 9, 6], [2, 3, 0]])
    worth = {}
    for mask in range(1, 64):
        own = [i for i in range(3) if mask >> i & 1]
        buy = [j for j in range(3) if mask >> (j + 3) & 1]
        worth[tuple(_names(own, buy))] = -_assignment(gains, own, buy)
    game = CostGame.from_table(worth)
    assert game.cost(game.players) == -16.0
    most = dict(zip(game.players, (-marginal(game.table())).tolist(), strict=True))
    assert [most[f"s{i}"] for i in range(3)] == [5.0, 6.0, 1.0]
    assert [most[f"b{j}"] for j in range(3)] == [2.0, 5.0, 1.0]
    assert allocate(game, Rule.NUCLEOLUS).core.status is CoreStatus.IN_CORE
    assert least_core(game).value == pytest.approx(0.0, abs=1e-9)


def _names(own: list[int], buy: list[int]) -> list[str]:
    return [f"s{i}" for i in own] + [f"b{j}" for j in buy]


def _assignment(gains: np.ndarray[Any, np.dtype[np.float64]], own: list[int], buy: list[int]) -> float:
    if not own:
        return 0.0
    rest = _assignment(gains, own[1:], buy)
    pairs = (float(gains[own[0], j]) + _assignment(gains, own[1:], [k for k in buy if k != j]) for j in buy)
    return max([rest, *pairs])


def test_cost_gap_of_the_valley_authority_equals_alternative_cost_avoided() -> None:
    # Driessen & Tijs, The cost gap method and other cost allocation methods for multipurpose water projects, Water
    # Resources Research 21(10), 1985: in games like this one the two methods agree.
    game = cost_game(game_named("Tennessee Valley Authority"))
    acam, gap = (allocate(game, rule).shares for rule in (Rule.ACAM, Rule.COST_GAP))
    assert gap == pytest.approx(acam, abs=1e-6)
