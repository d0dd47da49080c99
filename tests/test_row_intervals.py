"""Intervals of shares by row generation hold for every game that the certificates allow, and tell something."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterpool.allocation import CoreStatus, CostGame, Rule, Weighing, allocate
from clusterpool.allocation.row_generation.intervals import within_levels
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.allocation.row_generation.nucleolus import nucleolus_levels
from clusterpool.allocation.row_generation.sharing import BY_ROWS, coalitions_at_first
from tests.oracles.gap_separation import GapSeparation, gap_game
from tests.oracles.table_separation import savings_game

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation import Allocation

    Table = NDArray[np.float64]

NAMES = "ABCDEFG"
RULES = sorted(BY_ROWS)
NUCLEOLI = {
    Rule.NUCLEOLUS: Weighing.PLAIN,
    Rule.PER_CAPITA_NUCLEOLUS: Weighing.PER_CAPITA,
    Rule.PROPORTIONAL_NUCLEOLUS: Weighing.PROPORTIONAL,
}


@dataclass(frozen=True)
class Box:
    """True costs lie between `low` and `plans`; answers are looser still, by `slack`."""

    low: Table
    plans: Table
    slack: float = 0.0
    alike: str = ""

    @property
    def players(self) -> str:
        return NAMES[: len(self.low).bit_length() - 1]

    def drawn(self, rng: np.random.Generator, *, corner: bool) -> Table:
        """True costs anywhere in the box, or at one of its corners."""
        at = rng.integers(0, 2, len(self.low)) if corner else rng.random(len(self.low))
        table = np.asarray(self.low + at * (self.plans - self.low))
        return without_order(table) if self.alike else table

    def by_rows(self, rule: Rule, *, imputations: bool = True) -> Allocation:
        game = gap_game(GapSeparation(self.players, self.low, self.plans, slack=self.slack), alike=self.alike)
        at_first = coalitions_at_first(rule, game.players, finds=True)
        return allocate(game, rule, max_solves=game.lacking(at_first), imputations=imputations)


def without_order(table: Table) -> Table:
    """The table with A and B alike: a mean of both orders."""
    masks = np.arange(len(table))
    other = (masks & ~3) | (masks & 1) << 1 | (masks & 2) >> 1
    return np.asarray((table + table[other]) / 2.0)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Games where pooling pays, in no order, or with an empty core, known to gaps; some with twins."""
    n, seed = draw(st.integers(2, 6)), draw(st.integers(0, 9999))
    rng = np.random.default_rng(seed)
    table = savings_game(n, seed) if draw(st.booleans()) else np.append(0.0, rng.uniform(5.0, 20.0, 2**n - 1))
    table[-1] *= draw(st.sampled_from([0.7, 1.0, 1.3]))
    gap = draw(st.sampled_from([0.0, 1e-7, 1e-4, 1e-2, 0.1]))
    plans, low = (
        table * (1.0 + sign * gap * rng.random(2**n) * rng.choice([0.0, 0.1, 1.0], 2**n)) for sign in (1.0, -1.0)
    )
    plans[-1] = low[-1] = table[-1]
    alike = "AB" if draw(st.booleans()) else ""
    if alike:
        plans, low = without_order(plans), without_order(low)
    return Box(low, plans, draw(st.sampled_from([0.0, 1e-6, 1e-3])) * float(table[-1]), alike)


def shares_of(table: Table, rule: Rule, *, imputations: bool = True) -> dict[str, float]:
    """The shares on true costs, from the full table."""
    players = NAMES[: len(table).bit_length() - 1]
    game = CostGame.from_table(
        {tuple(p for i, p in enumerate(players) if mask >> i & 1): table[mask] for mask in range(1, len(table))}
    )
    return dict(allocate(game, rule, imputations=imputations).shares)


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=60, deadline=None)
@given(box=boxes(), imputations=st.booleans())
def test_the_shares_of_every_game_in_the_box_lie_in_the_intervals(rule: Rule, box: Box, imputations: bool) -> None:
    imputations = imputations or rule not in NUCLEOLI  # no other rule has a use for them
    try:
        found = box.by_rows(rule, imputations=imputations)
    except ValueError:
        assert rule is Rule.COST_GAP
        return
    rng = np.random.default_rng(0)
    for draw in range(6):
        try:
            shares = shares_of(box.drawn(rng, corner=draw % 2 == 0), rule, imputations=imputations)
        except ValueError:
            assert rule is Rule.COST_GAP
            continue
        for player, (least, most) in found.intervals.items():
            assert least - 1e-7 <= shares[player] <= most + 1e-7
            assert least <= found.shares[player] <= most


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule in NUCLEOLI])
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 9999), gap=st.sampled_from([1e-3, 0.01, 0.03]), imputations=st.booleans())
def test_levels_that_are_roughly_certified_bound_the_nucleolus(
    rule: Rule, seed: int, gap: float, imputations: bool
) -> None:
    rng, n = np.random.default_rng(seed), 3 + seed % 3
    table = savings_game(n, seed)
    table[-1] *= rng.choice([0.8, 1.0, 1.15, 1.3])
    low = table * (1.0 - gap * rng.random(2**n) * rng.choice([0.0, 1.0], 2**n))
    low[-1] = table[-1]
    separation = GapSeparation(NAMES[:n], low, table, slack=0.0)
    ledger = Ledger(gap_game(separation), separation)
    levels = nucleolus_levels(ledger, NUCLEOLI[rule], imputations=imputations, accuracy=4.0 * gap)
    least, most = within_levels(ledger, NUCLEOLI[rule], levels.stages, imputations=imputations)
    for draw in range(6):
        at = rng.integers(0, 2, len(low)) if draw % 2 else rng.random(len(low))
        shares = np.array(list(shares_of(low + at * (table - low), rule, imputations=imputations).values()))
        assert (least * ledger.scale <= shares + 1e-7).all()
        assert (most * ledger.scale >= shares - 1e-7).all()


def widest(found: Allocation) -> float:
    return max(high - low for low, high in found.intervals.values())


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not Rule.LEAST_CORE])
@pytest.mark.parametrize("seed", range(4))
def test_where_costs_and_answers_are_exact_so_are_the_shares(rule: Rule, seed: int) -> None:
    table = savings_game(5, seed)
    table[-1] *= 0.8  # the core is not empty, and the spread of it is
    assert widest(Box(table, table).by_rows(rule)) < 0.005 * table[-1]


@pytest.mark.parametrize("rule", RULES)
def test_wider_gaps_give_wider_intervals(rule: Rule) -> None:
    table = savings_game(5, 1)
    table[-1] *= 0.8
    widths = []
    for gap in (1e-6, 1e-3, 0.03):
        low = table * (1.0 - gap)
        low[-1] = table[-1]
        widths.append(widest(Box(low, table).by_rows(rule)))
    assert widths == sorted(widths)
    assert math.isfinite(widths[-1])


@pytest.mark.parametrize("rule", [Rule.EQUAL_PROFIT, Rule.LEAST_CORE, Rule.NUCLEOLUS])
def test_where_the_core_is_empty_there_are_intervals_too(rule: Rule) -> None:
    table = savings_game(5, 1)
    table[-1] *= 1.3
    found = Box(table, table).by_rows(rule)
    assert found.core.status is CoreStatus.CORE_EMPTY
    assert math.isfinite(widest(found))


@pytest.mark.parametrize("rule", RULES)
def test_where_no_answer_proves_anything_little_is_said_of_the_shares(rule: Rule) -> None:
    table = savings_game(4, 1)
    table[-1] *= 0.8
    found = Box(table, table, math.inf).by_rows(rule)
    if rule in NUCLEOLI:  # nobody pays more than alone
        alone = {player: float(table[1 << place]) for place, player in enumerate("ABCD")}
        for player, (low, high) in found.intervals.items():
            assert high == pytest.approx(alone[player], abs=1e-5 * table[-1])
            assert low == pytest.approx(table[-1] - sum(alone.values()) + alone[player], abs=1e-5 * table[-1])
        free = Box(table, table, math.inf).by_rows(rule, imputations=False)
        assert set(free.intervals.values()) == {(-math.inf, math.inf)}
    elif rule is Rule.COST_GAP:  # what everybody else pays is known, and costs alone: nobody pays less than it adds
        assert math.isfinite(widest(found))
    else:
        assert set(found.intervals.values()) == {(-math.inf, math.inf)}


def test_the_interval_of_a_least_core_is_what_its_certificate_leaves() -> None:
    """Alone 6 and 7, together 10: one point. With c(A) >= 5 alone the shares 4.5 and 5.5 are certified to -0.5 only."""
    table = np.array([0.0, 6.0, 7.0, 10.0])
    low = np.array([0.0, 5.0, 7.0, 10.0])
    for below, ends in ((table, (4.5, 4.5)), (low, (3.5, 5.5))):
        separation = GapSeparation("AB", below, table, slack=0.0)
        found = BY_ROWS[Rule.LEAST_CORE](Ledger(gap_game(separation), separation), imputations=True)
        assert [10.0 * end[0] for end in found.ends] == pytest.approx(ends, abs=2e-3)


@pytest.mark.parametrize(("alone", "width"), [(3.8, 1.0), (3.0, 4.5)])
@pytest.mark.parametrize("rule", list(NUCLEOLI))
def test_a_gap_at_the_first_level_opens_the_levels_after_it(rule: Rule, alone: float, width: float) -> None:
    """A and {B, C} are worst off, and A pays the less the cheaper it is alone; what it saves then B and C pay."""
    table = np.array([0.0, 4.0, 4.5, 9.0, 4.5, 9.0, 7.0, 10.0])
    low = table.copy()
    low[1] = alone
    found = Box(low, table).by_rows(rule, imputations=False)
    cheap, dear = shares_of(low, rule, imputations=False), shares_of(table, rule, imputations=False)
    assert cheap["A"] < dear["A"] - 0.05
    assert cheap["B"] > dear["B"] + 0.02
    for player, (least, most) in found.intervals.items():
        assert least - 1e-9 <= min(cheap[player], dear[player])
        assert most + 1e-9 >= max(cheap[player], dear[player])
    assert widest(found) < width


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not Rule.COST_GAP])
def test_what_players_pay_who_are_all_alike_is_certain(rule: Rule) -> None:
    needs = np.array([0.0, 1.0, 1.0, 2.0, 1.0, 2.0, 2.0, 3.0])
    table = 10.0 * np.sqrt(needs)
    found = Box(0.9 * table + 0.1 * table[-1] * (needs == 3), table, 0.01, "ABC").by_rows(rule)
    for player, (least, most) in found.intervals.items():
        assert (least, most) == pytest.approx((table[-1] / 3.0, table[-1] / 3.0), abs=1e-4), player
