"""Intervals of shares hold for every game between the bounds and the costs, and are exact where they claim to be."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.allocation import CoalitionCost, CostGame, Rule, allocate
from tests.test_allocation_game import TABLE
from tests.test_allocation_rules import random_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation import Allocation

LINEAR = (Rule.EQUAL_CHARGE, Rule.SHAPLEY, Rule.OWEN)


def names_of(n: int) -> list[str]:
    return [chr(65 + i) for i in range(n)]


def game_of(low: NDArray[np.float64], high: NDArray[np.float64]) -> CostGame:
    players = names_of(len(high).bit_length() - 1)
    return CostGame.from_table(
        {
            tuple(player for i, player in enumerate(players) if mask >> i & 1): CoalitionCost(high[mask], low[mask])
            for mask in range(1, len(high))
        }
    )


def share(low: NDArray[np.float64], high: NDArray[np.float64], rule: Rule, *, weighted: bool = False) -> Allocation:
    players = names_of(len(high).bit_length() - 1)
    unions = {"odd": players[::2], "even": players[1::2]} if rule is Rule.OWEN else None
    weighted = weighted or rule is Rule.BY_KEY
    weights = {player: 1.0 + i for i, player in enumerate(players)} if weighted else None
    return allocate(game_of(low, high), rule, unions=unions, weights=weights)


def box(seed: int, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Costs and bounds below them, of everybody and of some others the cost itself; on even seeds pooling pays."""
    rng = np.random.default_rng(seed)
    high = random_table(seed, n)
    if seed % 2 == 0:
        high[-1] *= 0.6
    low = high * (1.0 - rng.choice([0.0, 0.01, 0.1, 0.3], len(high)) * rng.random(len(high)))
    low[-1] = high[-1]
    return low, high


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("rule", Rule)
@pytest.mark.parametrize("seed", range(12))
def test_shares_of_every_game_in_the_box_lie_in_the_intervals(rule: Rule, seed: int, weighted: bool) -> None:
    if weighted and rule is not Rule.SHAPLEY:
        return
    rng = np.random.default_rng(100 + seed)
    low, high = box(seed, 2 + seed % 4)
    try:
        found = share(low, high, rule, weighted=weighted)
    except ValueError:
        assert rule is Rule.COST_GAP
        return
    for draw in range(12):
        at = rng.random(len(high)) if draw % 2 else rng.integers(0, 2, len(high))
        true = low + at * (high - low)
        try:
            shares = share(true, true, rule, weighted=weighted).shares
        except ValueError:
            assert rule is Rule.COST_GAP
            continue
        for player, (least, most) in found.intervals.items():
            assert least - 1e-7 <= shares[player] <= most + 1e-7


@pytest.mark.parametrize("rule", [*LINEAR, Rule.PROPORTIONAL, Rule.ACAM])
@pytest.mark.parametrize("seed", range(8))
def test_intervals_of_rules_with_a_formula_are_reached(rule: Rule, seed: int) -> None:
    low, high = box(seed, 3)
    found = share(low, high, rule)
    corners = [k for k in range(1, 7) if low[k] < high[k]]
    reached: dict[str, list[float]] = {player: [] for player in "ABC"}
    for mask in range(2 ** len(corners)):
        table = high.copy()
        table[[k for i, k in enumerate(corners) if mask >> i & 1]] = low[
            [k for i, k in enumerate(corners) if mask >> i & 1]
        ]
        for player, value in share(table, table, rule).shares.items():
            reached[player].append(value)
    for player, (least, most) in found.intervals.items():
        if math.isfinite(least):
            assert (least, most) == pytest.approx((min(reached[player]), max(reached[player])))


@pytest.mark.parametrize("rule", Rule)
def test_there_is_no_interval_where_every_cost_is_exact(rule: Rule) -> None:
    unions = {"x": ["A"], "y": ["B", "C"]} if rule is Rule.OWEN else None
    weights = {"A": 1.0, "B": 2.0, "C": 3.0} if rule is Rule.BY_KEY else None
    found = allocate(CostGame.from_table(TABLE), rule, unions=unions, weights=weights)
    for player, (least, most) in found.intervals.items():
        assert least == pytest.approx(found.shares[player], abs=1e-12)
        assert most == pytest.approx(found.shares[player], abs=1e-12)


@pytest.mark.parametrize("rule", Rule)
def test_wider_gaps_never_give_narrower_intervals(rule: Rule) -> None:
    high = 10.0 * np.sqrt(np.arange(16.0))
    widths = []
    for gap in (0.001, 0.01, 0.03):
        low = high * (1.0 - gap)
        low[-1] = high[-1]
        widths.append([most - least for least, most in share(low, high, rule).intervals.values()])
    assert all((np.array(wide) >= np.array(narrow) - 1e-9).all() for narrow, wide in pairwise(widths))
    assert np.isfinite(widths).all()


@pytest.mark.parametrize("rule", Rule)
def test_a_bound_that_proves_nothing_gives_no_interval_or_a_one_sided_one(rule: Rule) -> None:
    high = 10.0 * np.sqrt(np.arange(8.0))
    low = high.copy()
    low[3] = -math.inf
    for player, (least, most) in share(low, high, rule).intervals.items():
        assert least <= share(high, high, rule).shares[player] + 1e-9
        assert most >= share(high, high, rule).shares[player] - 1e-9
        assert not math.isnan(least + most) or (least, most) == (-math.inf, math.inf)


def test_members_without_needs_pay_nothing_for_sure() -> None:
    found = allocate(CostGame(["A", "Z"], lambda cs: [CoalitionCost(5.0, 4.0) for _ in cs], idle=["Z"]), Rule.SHAPLEY)
    assert found.intervals == {"A": (5.0, 5.0), "Z": (0.0, 0.0)}


def test_the_reason_says_how_open_the_shares_are() -> None:
    high = np.array([0.0, 6.0, 7.0, 10.0])
    low = np.array([0.0, 6.0, 6.0, 10.0])
    assert "interval" not in share(high, high, Rule.SHAPLEY).reason
    assert "an interval of at most 0.50" in share(low, high, Rule.SHAPLEY).reason
    low[2] = -math.inf
    assert "without a proven interval" in share(low, high, Rule.SHAPLEY).reason
