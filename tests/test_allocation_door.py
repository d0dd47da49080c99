"""The public door to sharing: wrong calls say what is right, tables are read fast, proofs wait until asked for."""

from __future__ import annotations

import math
import pickle
import re
import time
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clusterpool as cp
from clusterpool.allocation import CoalitionCost, core
from clusterpool.allocation.certificate import certificate
from clusterpool.allocation.coalitions import subset_sums
from clusterpool.allocation.values import shapley
from tests.oracles.table_separation import TableSeparation, game_with, savings_game
from tests.pool_kit import six

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TABLE = {("A",): 6.0, ("B",): 7.0, ("C",): 8.0, ("A", "B"): 10.0, ("A", "C"): 11.0, ("B", "C"): 12.0}
WHOLE = TABLE | {("A", "B", "C"): 14.0}
FAIR = {"A": 4.0, "B": 4.5, "C": 5.5}


def game() -> cp.CostGame:
    return cp.CostGame.from_table(WHOLE)


WRONG: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: cp.CostGame.from_table({("A", "A"): 2.0}), ValueError, "('A', 'A') has one twice"),
    (lambda: cp.CostGame.from_table({("A", "A", "B"): 2.0, ("B",): 1.0}), ValueError, "has one twice"),
    (lambda: cp.CostGame.from_table({("A",): 1.0, ("B", "A"): 2.0, ("A", "B"): 3.0}), ValueError, "{A, B} is in the"),
    (lambda: cp.CostGame.from_table({"A": 2.0}), TypeError, "write ('A',), not 'A'"),  # type: ignore[dict-item]
    (lambda: cp.CostGame.from_table({1: 2.0}), TypeError, "a coalition is a tuple"),  # type: ignore[dict-item]
    (lambda: cp.CostGame.from_table({(1, 2): 2.0}), TypeError, "members are texts"),  # type: ignore[dict-item]
    (lambda: cp.CostGame.from_table({("A",): "six"}), TypeError, "is the text 'six'"),  # type: ignore[dict-item]
    (lambda: cp.CostGame.from_table({("A",): None}), TypeError, "cost of {A} is None"),  # type: ignore[dict-item]
    (lambda: cp.CostGame.from_table([6.0]), TypeError, "a mapping of coalitions to costs, not list"),  # type: ignore[arg-type]
    (lambda: cp.CostGame.from_table({("A",): math.nan}), ValueError, "cost of {A} is nan"),
    (lambda: cp.CostGame.from_table({(): 1.0, ("A",): 2.0}), ValueError, "the empty coalition must be 0"),
    (lambda: cp.CostGame.from_table({}), ValueError, "at least one player"),
    (lambda: cp.CostGame.from_costs(["A"], ["x", "y"]), TypeError, "array of 2^n numbers"),
    (lambda: cp.CostGame.from_costs(["A"], {("A",): 1.0}), TypeError, "CostGame.from_table()"),  # type: ignore[arg-type]
    (lambda: cp.CostGame.from_costs(["A", "B"], [0.0, 1.0]), ValueError, "2 players have 4 finite costs"),
    (lambda: cp.allocate(WHOLE), TypeError, "CostGame.from_table(costs)"),  # type: ignore[arg-type]
    (lambda: cp.allocate([1.0]), TypeError, "a CostGame is shared, not list"),  # type: ignore[arg-type]
    (lambda: cp.allocate(game(), "tau"), ValueError, "there is no rule 'tau'; did you mean 'cost-gap'?"),  # type: ignore[arg-type]
    (lambda: cp.allocate(game(), "shaply"), ValueError, "did you mean 'shapley'?"),  # type: ignore[arg-type]
    (lambda: cp.allocate(game(), "xyz"), ValueError, "The rules are proportional, "),  # type: ignore[arg-type]
    (lambda: cp.allocate(game(), 7), TypeError, "7 is no rule"),  # type: ignore[arg-type]
    (
        lambda: cp.allocate(game(), cp.Rule.SHAPLEY, imputations=False),
        ValueError,
        "the nucleoli have a use for",
    ),
    (lambda: cp.allocate(game(), imputations=False), ValueError, "not the default rule"),
    (lambda: cp.allocate(game(), cp.Rule.NUCLEOLUS, imputations="no"), TypeError, "True or False, not 'no'"),  # type: ignore[arg-type]
    (lambda: cp.core_report(WHOLE, FAIR), TypeError, "CostGame.from_table(costs)"),  # type: ignore[arg-type]
    (lambda: cp.core_report(game(), [4.0, 4.5, 5.5]), TypeError, "a mapping of players"),  # type: ignore[arg-type]
    (lambda: cp.core_report(game(), {"A": 4.0, "B": 10.0}), ValueError, "no share for {C}"),
    (lambda: cp.core_report(game(), FAIR | {"D": 0.0}), KeyError, "no player of this game: D"),
    (lambda: cp.core_report(game(), FAIR | {"C": math.nan}), ValueError, "the share of C is nan"),
    (lambda: cp.core_report(game(), FAIR | {"C": math.inf}), ValueError, "the share of C is inf"),
    (lambda: cp.core_report(game(), FAIR | {"C": "5.5"}), TypeError, "the share of C is '5.5'"),  # type: ignore[dict-item]
    (lambda: cp.core_report(game(), FAIR | {"C": 5.0}), ValueError, "13.50, 0.50 less than the 14.00 that all pay"),
    (lambda: cp.core_report(game(), FAIR | {"C": 6.0}), ValueError, "14.50, 0.50 more than the 14.00 that all pay"),
    (
        lambda: cp.core_report(cp.CostGame.from_table(WHOLE, idle=["Z"]), FAIR | {"Z": 1.0, "C": 4.5}),
        ValueError,
        "Z has no needs",
    ),
]


@pytest.mark.parametrize(("call", "kind", "said"), WRONG, ids=[said for _, _, said in WRONG])
def test_wrong_calls_say_what_is_right(call: Callable[[], Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=re.escape(said)):
        call()


def test_a_pool_that_is_shared_by_mistake_is_told_how_to_become_a_game() -> None:
    with pytest.raises(TypeError, match=r"for a pool: cost_game\(pool\)"):
        cp.allocate(six("buying"))  # type: ignore[arg-type]


def test_a_game_shows_itself() -> None:
    assert repr(game()) == "<CostGame of 3 players (A, B, C): all coalitions solved, c(N) = 14>"
    assert repr(cp.CostGame.from_table(TABLE)) == "<CostGame of 3 players (A, B, C): 6 of 7 coalitions solved>"
    many = cp.CostGame.from_costs([f"M{i}" for i in range(8)], subset_sums(np.arange(1.0, 9.0)))
    assert repr(many) == "<CostGame of 8 players (M0, M1, M2, M3, M4, ...): all coalitions solved, c(N) = 36>"
    assert (
        repr(cp.CostGame.from_table({}, idle=["A"])) == "<CostGame of 1 players (A): all coalitions solved, c(N) = 0>"
    )


# Tables


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(0, 1000), st.booleans(), st.booleans())
def test_a_whole_table_is_read_as_coalition_by_coalition(n: int, seed: int, empty: bool, whole: bool) -> None:
    """In any order of coalitions and members; with numbers that keep it from being read at once, too."""
    rng = np.random.default_rng(seed)
    names = rng.permutation([f"{k % 3}-{k}" for k in range(n)]).tolist()
    table = {
        tuple(rng.permutation(list(some)).tolist()): float(rng.integers(-50, 50))
        for size in range(0 if empty else 1, n + 1)
        for some in combinations(names, size)
    }
    table |= {(): 0.0} if empty else {}
    table = dict(rng.permutation(np.array(list(table.items()), dtype=object)).tolist())
    slow = cp.CostGame.from_table({k: CoalitionCost(cost, cost) for k, cost in table.items()})
    fast = cp.CostGame.from_table(table if whole else {k: int(cost) for k, cost in table.items()})
    assert fast.table().tolist() == slow.table().tolist()
    assert (fast.solved, fast.players, fast.solves) == (slow.solved, slow.players, slow.solves)
    assert all(fast.cost(names) == cost for names, cost in table.items())


def test_a_table_of_sixteen_players_is_read_in_a_quarter_of_a_second() -> None:
    names = [f"M{i:02}" for i in range(16)]
    table = {some: float(len(some)) for size in range(1, 17) for some in combinations(names, size)}
    begun = time.process_time()
    found = cp.CostGame.from_table(table)
    assert time.process_time() - begun < 0.25  # 0.57 s coalition by coalition; about 0.08 s now
    assert found.cost(names) == 16.0


# Proofs on demand


def test_what_takes_time_to_prove_waits_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.array([0.0, 6.0, 7.0, 10.0, 8.0, 11.0, 12.0, 40.0])  # the shares lie outside: emptiness is to be proven
    proven: list[float] = []

    def watched(of: cp.CostGame, shares: Mapping[str, float]) -> cp.CoreReport:
        proven.append(1.0)
        return certificate(of, shares)

    monkeypatch.setattr("clusterpool.allocation.allocation.certificate", watched)
    for rule in set(cp.Rule) - {cp.Rule.BY_KEY}:
        unions = {"u": ["A", "B", "C"]} if rule is cp.Rule.OWEN else None
        if rule is cp.Rule.COST_GAP:
            continue  # not defined where pooling costs more
        found = cp.allocate(cp.CostGame.from_costs("ABC", table), rule, unions=unions)
        assert math.fsum(found.shares.values()) == pytest.approx(40.0)
        assert found.standard_error == dict.fromkeys("ABC", 0.0)
        assert not proven
        assert found.core.status is cp.CoreStatus.CORE_EMPTY
        assert found.core is found.core
        assert found.why[0].values == {"rule": rule.value}
        assert len(found.why) > 1
        for player, (low, high) in found.intervals.items():
            assert low == pytest.approx(found.shares[player], rel=1e-12) == pytest.approx(high, rel=1e-12)
        assert proven == [1.0]
        proven.clear()


def test_shares_that_wait_are_like_others() -> None:
    one, other = (cp.allocate(game(), cp.Rule.SHAPLEY) for _ in range(2))
    copied = pickle.loads(pickle.dumps(one))
    assert one == other == copied
    assert pickle.loads(pickle.dumps(one)) == one
    assert repr(one) == repr(other)
    assert "IN_CORE" in repr(one)
    changed = replace(one, solves=7)
    assert (changed.solves, changed.core, changed.why) == (7, one.core, one.why)
    assert one != changed
    with pytest.raises(AttributeError, match="has no attribute 'shars'"):
        one.shars  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError):
        one.core = other.core  # type: ignore[misc]
    assert one.explain().core == one.core


def test_a_game_of_an_array_can_travel() -> None:
    costs = np.sqrt(subset_sums(np.arange(1.0, 6.0)))
    given = cp.allocate(cp.CostGame.from_costs("ABCDE", costs), cp.Rule.SHAPLEY)
    copied = pickle.loads(pickle.dumps(given))
    assert copied.core == given.core
    assert list(given.shares.values()) == pytest.approx(shapley(costs))


# Equal profit


def test_equal_profit_asks_only_for_costs_alone() -> None:
    table = WHOLE | {("A", "B"): -1.0}
    found = cp.allocate(cp.CostGame.from_table(table), cp.Rule.EQUAL_PROFIT)
    assert math.fsum(found.shares.values()) == pytest.approx(14.0)
    allowed = max(0.0, cp.least_core(cp.CostGame.from_table(table)).value)
    assert found.shares["A"] + found.shares["B"] <= -1.0 + allowed + 1e-6
    for wrong in (0.0, -1.0):
        with pytest.raises(ValueError, match=r"c\({i}\) > 0"):
            cp.allocate(cp.CostGame.from_table(WHOLE | {("A",): wrong}), cp.Rule.EQUAL_PROFIT)


def test_equal_profit_by_rows_asks_for_them_too() -> None:
    table = savings_game(9, 0)
    table[1] = 0.0
    separation = TableSeparation("ABCDEFGHI", table)
    with pytest.raises(ValueError, match=r"c\({i}\) > 0"):
        cp.allocate(game_with(separation), cp.Rule.EQUAL_PROFIT)


# Figures of one's own


def test_negotiated_shares_get_the_report_of_the_rule_that_gives_the_same() -> None:
    for rule in (cp.Rule.SHAPLEY, cp.Rule.NUCLEOLUS, cp.Rule.PROPORTIONAL):
        found = cp.allocate(game(), rule)
        assert cp.core_report(game(), found.shares) == found.core
    cents = cp.core_report(game(), {"A": 4.0, "B": 4.5, "C": 5.495})
    assert cents.status is cp.CoreStatus.IN_CORE
    off = cp.core_report(game(), {"A": 7.0, "B": 3.5, "C": 3.5})
    assert (off.status, off.worst_coalition, off.worst_excess) == (cp.CoreStatus.NOT_IN_CORE, ("A",), 1.0)
    assert cp.core_report(cp.CostGame.from_table(WHOLE, idle=["Z"]), FAIR).status is cp.CoreStatus.IN_CORE


def test_negotiated_shares_of_a_game_that_is_not_solved() -> None:
    table = savings_game(5, 1)

    def ask(coalitions: list[frozenset[str]]) -> list[CoalitionCost]:
        costs = [float(table[sum(1 << "ABCDE".index(player) for player in one)]) for one in coalitions]
        return [CoalitionCost(cost, cost) for cost in costs]

    shares = dict(zip("ABCDE", core.least_core_shares(table)[1].tolist(), strict=True))
    unsolved = cp.CostGame("ABCDE", ask)
    assert cp.core_report(unsolved, shares).status is cp.CoreStatus.UNDECIDED
    assert unsolved.solves == 1  # what all pay together
    whole = cp.core_report(unsolved, shares, solve=True)
    assert whole == cp.core_report(cp.CostGame.from_costs("ABCDE", table), shares)
    asked = cp.core_report(game_with(TableSeparation("ABCDE", table)), shares)
    assert asked.status is whole.status
    assert asked.excess_bound == pytest.approx(whole.excess_bound)
