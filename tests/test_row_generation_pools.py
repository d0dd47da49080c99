"""Row generation against the full table of real pools of up to twelve members: every certified figure must hold there.

The judge solves every coalition by itself, over the same known trips, and reads levels and excesses off that table by
NumPy. What row generation certifies is compared, not only what it finds: the values lie in their intervals, no
coalition of the table is worse off than the certificate allows, and the shares differ by no more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from clusterpool import Pool, read_pool
from clusterpool.allocation import Allocation, CoreStatus, CostGame, Rule, Weighing, allocate
from clusterpool.allocation.core import least_core_shares
from clusterpool.allocation.row_generation.least_core import least_core_level
from clusterpool.allocation.row_generation.ledger import ACCURACY, Ledger
from clusterpool.allocation.row_generation.sharing import BY_ROWS
from clusterpool.game import idle_players, players_of, pool_oracle, separation_of
from clusterpool.optimize import groundwork
from tests.input_kit import pools_folder
from tests.oracles.sharing_oracle import incidence
from tests.pool_kit import EXACT, NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUCLEOLI = {
    Rule.NUCLEOLUS: Weighing.PLAIN,
    Rule.PER_CAPITA_NUCLEOLUS: Weighing.PER_CAPITA,
    Rule.PROPORTIONAL_NUCLEOLUS: Weighing.PROPORTIONAL,
}
NEAR = 1e-7
"""What two ways to add the same figures may differ by, as a part of c(N)."""


@dataclass(frozen=True)
class Real:
    """A part of a real pool: of its items the most wanted, its members with most needs among these, some shipments."""

    folder: str
    members: int
    items: int = 0
    shipments: int = 0

    def __str__(self) -> str:
        return f"{self.folder}-{self.members}"


QUICK = (Real("buying-100", 8, items=2), Real("six-clusters", 5, items=3, shipments=2), Real("freight-50", 6))
LONG = (
    Real("freight-5000", 12, shipments=6),
    Real("buying-100", 10, items=4),
    Real("buying-100", 12, items=4),
    Real("six-clusters", 9, items=6, shipments=2),
    Real("six-clusters", 12, items=2, shipments=1),
    Real("mixed-30-ex-works", 6, items=3, shipments=1),
    Real("mixed-6", 6, items=3, shipments=2),
)
POOLS = pytest.mark.parametrize(
    "real", [*QUICK, *(pytest.param(real, marks=pytest.mark.slow) for real in LONG)], ids=str
)


def real_pool(real: Real) -> Pool:
    """The part of the real pool; skips the test where its folder is not there."""
    example = Path(__file__).resolve().parents[1] / "examples" / real.folder
    folder = example if example.is_dir() else pools_folder() / real.folder
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}")
    whole = read_pool(folder)
    frames = whole.to_frames()
    needs, loads = frames["purchases"], frames["shipments"]
    if real.items:
        wanted = needs.groupby("item")["member"].nunique().sort_values(ascending=False, kind="stable")
        needs = needs[needs["item"].isin(wanted.index[: real.items])]
    if real.shipments:
        loads = loads.groupby("member").head(real.shipments)
    count = needs["member"].value_counts().add(loads["member"].value_counts(), fill_value=0)
    chosen = set(count.sort_index().sort_values(ascending=False, kind="stable").index[: real.members])
    kept = {"purchases": needs[needs["member"].isin(chosen)], "shipments": loads[loads["member"].isin(chosen)]}
    frames = whole.restrict(chosen).to_frames() | kept
    return Pool.from_frames({name: frame for name, frame in frames.items() if len(frame)}, whole.settings)


@dataclass(frozen=True, eq=False)
class Case:
    """A pool with every coalition solved, and games of it that know nothing yet."""

    pool: Pool
    full: CostGame

    @property
    def table(self) -> NDArray[np.float64]:
        return self.full.table()

    @property
    def total(self) -> float:
        return float(self.table[-1])

    def excesses(self, shares: NDArray[np.float64], weighing: Weighing = Weighing.PLAIN) -> NDArray[np.float64]:
        """Of every coalition but nobody and everybody, in the unit of the weighing."""
        rows, costs = incidence(len(self.full.players))[:-1], self.table[1:-1]
        return np.asarray((rows @ shares - costs) / weighing.slopes(rows, costs))

    def of(self, shares: dict[str, float]) -> NDArray[np.float64]:
        return np.array([shares[player] for player in self.full.players])


@cache
def case(real: Real) -> Case:
    pool = real_pool(real)
    game = fresh(pool)
    game.table()
    return Case(pool, game)


@cache
def ground_and_oracle(pool: Pool) -> tuple[Any, Any]:
    ground = groundwork(pool, options=EXACT, deadline=NEVER)
    return ground, pool_oracle(ground, EXACT, NEVER, players_of(pool, by_cluster=False))


def fresh(pool: Pool) -> CostGame:
    """The game of the members with needs; it knows no coalition, whatever was solved for others."""
    ground, oracle = ground_and_oracle(pool)
    players = players_of(pool, by_cluster=False)
    separation = separation_of(ground, players, EXACT, NEVER)
    assert separation is not None
    assert separation.finds
    return CostGame(players, oracle.blocks, idle=idle_players(ground, players), separation=separation).without_idle()


@cache
def by_rows(real: Real, rule: Rule) -> Allocation:
    return allocate(fresh(case(real).pool), rule, max_solves=2 * real.members + 1)


@cache
def by_table(real: Real, rule: Rule) -> Allocation:
    return allocate(case(real).full, rule, max_solves=2**real.members)


@POOLS
@pytest.mark.parametrize("weighing", Weighing)
def test_the_least_core_is_within_its_certified_values(real: Real, weighing: Weighing) -> None:
    judge, game = case(real), fresh(case(real).pool)
    assert game.separation is not None
    ledger = Ledger(game, game.separation)
    level = least_core_level(ledger, weighing)
    unit = 1.0 if weighing is Weighing.PROPORTIONAL else judge.total
    value = least_core_shares(judge.table, weighing)[0] / unit
    assert level.lower <= level.upper
    assert level.lower - NEAR <= value <= level.upper + NEAR
    assert level.upper - level.lower <= ACCURACY + NEAR
    worst = judge.excesses(level.shares * judge.total, weighing).max() / unit
    assert value - NEAR <= worst <= level.upper + NEAR
    assert level.shares.sum() == pytest.approx(1.0, abs=1e-9)
    for coalition, known in ledger.known.items():
        assert known.bound - NEAR * judge.total <= judge.full.cost(coalition) <= known.cost + NEAR * judge.total


@POOLS
@pytest.mark.parametrize("rule", NUCLEOLI)
def test_a_nucleolus_by_rows_is_that_of_the_table(real: Real, rule: Rule) -> None:
    judge = case(real)
    rows, full = by_rows(real, rule), by_table(real, rule)
    assert "searches found" in rows.reason
    assert "all its levels (" in rows.reason
    assert judge.of(rows.shares) == pytest.approx(judge.of(full.shares), abs=real.members * 1e-5 * judge.total)
    weighing = NUCLEOLI[rule]
    unit = 1.0 if weighing is Weighing.PROPORTIONAL else judge.total
    mine, theirs = (np.sort(judge.excesses(judge.of(one.shares), weighing))[::-1] / unit for one in (rows, full))
    assert mine[0] == pytest.approx(theirs[0], abs=2e-6)


@POOLS
def test_equal_profit_by_rows_is_as_equal_as_the_table_allows(real: Real) -> None:
    judge = case(real)
    rows, full = by_rows(real, Rule.EQUAL_PROFIT), by_table(real, Rule.EQUAL_PROFIT)
    assert "searches found" in rows.reason
    alone = np.array([judge.full.cost((player,)) for player in judge.full.players])
    spread, least = (float(np.ptp(judge.of(one.shares) / alone)) for one in (rows, full))
    allowed = max(0.0, least_core_shares(judge.table)[0])
    worst = judge.excesses(judge.of(rows.shares)).max()
    assert worst <= rows.core.excess_bound + NEAR * judge.total
    assert worst <= allowed + 2.0 * ACCURACY * judge.total
    assert spread <= least + NEAR  # fewer rows than the table, never more
    assert judge.of(rows.shares) == pytest.approx(judge.of(full.shares), abs=0.01 * judge.total)


@POOLS
@pytest.mark.parametrize("rule", [Rule.ACAM, Rule.PROPORTIONAL, Rule.EQUAL_CHARGE])
def test_what_is_proven_of_the_core_is_so_in_the_table(real: Real, rule: Rule) -> None:
    judge = case(real)
    few = allocate(fresh(judge.pool), rule)
    worst = judge.excesses(judge.of(few.shares)).max()
    tolerance = NEAR * judge.total
    assert few.solves <= 2 * real.members + 1
    assert few.core.worst_excess - tolerance <= worst <= few.core.excess_bound + tolerance
    assert few.core.excess_bound - few.core.worst_excess <= ACCURACY * judge.total
    empty = least_core_shares(judge.table)[0] > tolerance
    match few.core.status:
        case CoreStatus.IN_CORE:
            assert worst <= tolerance
        case CoreStatus.NOT_IN_CORE:
            assert worst > tolerance
        case CoreStatus.CORE_EMPTY:
            assert empty
        case CoreStatus.UNDECIDED:
            assert few.core.excess_bound > 0.0


@POOLS
def test_every_interval_by_rows_holds_the_share_of_the_table(real: Real) -> None:
    judge = case(real)
    for rule in BY_ROWS:
        try:
            full = by_table(real, rule)
        except ValueError:
            assert rule is Rule.COST_GAP
            with pytest.raises(ValueError, match="not defined"):
                by_rows(real, rule)
            continue
        for player, (low, high) in by_rows(real, rule).intervals.items():
            assert low - NEAR * judge.total <= full.shares[player] <= high + NEAR * judge.total, (rule, player)
