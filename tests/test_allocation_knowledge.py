"""More knowledge never proves less: solved coalitions and a separation together say at least what either says alone."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterpool.allocation import CoalitionCost, CoreStatus, CostGame, Rule, Weighing, allocate, least_core
from clusterpool.allocation.certificate import certificate
from clusterpool.allocation.coalitions import power_set, subset_sums
from clusterpool.allocation.core import least_core_shares
from clusterpool.game import cost_game
from clusterpool.solver import SolveOptions
from tests.oracles.gap_separation import GapSeparation
from tests.oracles.random_pools import buying_draft
from tests.oracles.table_separation import savings_game
from tests.pool_kit import buying_frames, freight_frames, pool_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation import CoreReport
    from clusterpool.demand import Pool

DECIDED = {CoreStatus.IN_CORE, CoreStatus.NOT_IN_CORE, CoreStatus.CORE_EMPTY}
NEAR = 1e-9
ACCURACY = 1e-4
"""To which part of c(N) a search for the least core goes."""


class Gaps:
    """A game whose coalitions are solved to a gap, and a separation that proves the true costs up to a slack."""

    def __init__(self, seed: int, n: int, gap: float, slack: float) -> None:
        rng = np.random.default_rng(seed)
        self.true = savings_game(n, seed)
        self.names = "ABCDEFGH"[:n]
        self.plans = self.true * (1.0 + gap * rng.random(2**n))
        self.bounds = self.true * (1.0 - gap * rng.random(2**n))
        self.slack = slack
        self.plans[-1] = self.true[-1]

    def separation(self) -> GapSeparation:
        return GapSeparation(self.names, self.true, self.plans, slack=self.slack)

    def game(self, known: Sequence[frozenset[str]], *, asks: bool) -> CostGame:
        """The game with some coalitions solved."""
        separation = self.separation()

        def ask(coalitions: Sequence[frozenset[str]]) -> list[CoalitionCost]:
            numbers = [separation.number(coalition) for coalition in coalitions]
            return [CoalitionCost(float(self.plans[k]), float(self.bounds[k])) for k in numbers]

        game = CostGame(self.names, ask, separation=separation if asks else None)
        game.solve([tuple(self.names), *known])
        return game

    def shares(self, near: float, seed: int) -> dict[str, float]:
        """Between those of the least core and some that are drawn."""
        best = least_core_shares(self.true)[1]
        drawn = np.random.default_rng(seed).dirichlet(np.full(len(best), 3.0)) * self.true[-1]
        return dict(zip(self.names, (near * best + (1.0 - near) * drawn).tolist(), strict=True))


def no_less(before: CoreReport, after: CoreReport) -> None:
    assert after.excess_bound <= before.excess_bound + NEAR
    assert after.worst_excess >= before.worst_excess - NEAR
    assert after.status in DECIDED or before.status not in DECIDED


def stages(names: str, seed: int) -> list[list[frozenset[str]]]:
    """More and more coalitions, from the members alone to all of them."""
    every = [c for c in power_set(names) if 1 < len(c) < len(names)]
    order = np.random.default_rng(seed).permutation(len(every))
    alone = [frozenset(name) for name in names]
    return [[*alone, *(every[k] for k in order[:count])] for count in (0, len(every) // 3, len(every))]


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(3, 6),
    st.sampled_from([0.0, 0.001, 0.02, 0.3]),
    st.sampled_from([0.0, 0.1, 3.0]),
    st.sampled_from([0.0, 0.8, 1.0]),
)
def test_what_is_proven_of_shares_only_grows(seed: int, n: int, gap: float, slack: float, near: float) -> None:
    gaps = Gaps(seed, n, gap, slack)
    shares = gaps.shares(near, seed)
    reports = {
        (stage, asks): certificate(gaps.game(known, asks=asks), shares)
        for stage, known in enumerate(stages(gaps.names, seed))
        for asks in (False, True)
    }
    for stage in range(3):
        no_less(reports[stage, False], reports[stage, True])
    for asks in (False, True):
        for before, after in pairwise(range(3)):
            no_less(reports[before, asks], reports[after, asks])
    worst = max(
        sum(shares[player] for player in coalition) - gaps.true[gaps.separation().number(coalition)]
        for coalition in power_set(gaps.names)
        if 0 < len(coalition) < n
    )
    assert worst <= min(report.excess_bound for report in reports.values()) + NEAR


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(3, 6),
    st.sampled_from([0.0, 0.001, 0.02, 0.3]),
    st.sampled_from([0.0, 0.1, 3.0]),
    st.sampled_from(Weighing),
)
def test_the_interval_of_the_least_core_only_narrows(
    seed: int, n: int, gap: float, slack: float, weighing: Weighing
) -> None:
    gaps = Gaps(seed, n, gap, slack)
    truth = least_core_shares(gaps.true, weighing)[0]
    unit = 1.0 if weighing is Weighing.PROPORTIONAL else gaps.true[-1]
    every = stages(gaps.names, seed)[-1]
    by_table = least_core(gaps.game(every, asks=False), weighing=weighing)
    both = least_core(gaps.game(every, asks=True), weighing=weighing)
    game = gaps.game([], asks=True)
    found = [by_table, both]
    for known in stages(gaps.names, seed):
        game.solve(known)
        found.append(least_core(game, weighing=weighing))
    for before, after in (found[:2], *pairwise(found[2:])):
        assert after.lower >= before.lower - NEAR
        assert after.upper <= before.upper + NEAR
    for one in found:
        assert one.lower - NEAR <= truth <= one.upper + ACCURACY * NEAR + 1e-7 * unit
        assert one.lower <= one.value <= one.upper


def test_a_table_with_gaps_takes_what_one_question_proves() -> None:
    gaps = Gaps(3, 6, 0.05, 0.0)
    gaps.true = gaps.plans = np.sqrt(subset_sums(np.arange(1.0, 7.0)))  # strictly inside of the core
    gaps.bounds = 0.8 * gaps.true
    every = stages(gaps.names, 0)[-1]
    alone = allocate(gaps.game(every, asks=False), Rule.NUCLEOLUS).core
    both = allocate(gaps.game(every, asks=True), Rule.NUCLEOLUS).core
    assert (alone.status, both.status) == (CoreStatus.UNDECIDED, CoreStatus.IN_CORE)
    assert both.excess_bound < 0.0 < alone.excess_bound


def test_what_was_proven_of_a_game_holds_for_shares_nearby() -> None:
    gaps = Gaps(1, 5, 0.3, 0.0)
    game = gaps.game(stages(gaps.names, 0)[0], asks=True)
    shares = gaps.shares(1.0, 0)
    report = certificate(game, shares)
    separation = game.separation
    assert isinstance(separation, GapSeparation)
    separation.questions_left = separation.questions
    assert certificate(game, shares) == report
    moved = {**shares, "A": shares["A"] + 0.01, "B": shares["B"] - 0.01}
    assert certificate(game, moved).excess_bound == pytest.approx(report.excess_bound + 0.01)


@cache
def pool(kind: str) -> Pool:
    if kind.startswith("random"):
        draft = buying_draft(int(kind.removeprefix("random-")))
        return pool_of(draft.frames, **draft.settings)
    return pool_of({"buying": buying_frames, "freight": freight_frames}[kind]())


LONG = ["buying", *(f"random-{seed}" for seed in range(12))]


@pytest.mark.parametrize("kind", ["freight", *(pytest.param(kind, marks=pytest.mark.slow) for kind in LONG)])
@pytest.mark.parametrize("gap", [0.005, 0.05])
def test_solving_more_of_a_pool_proves_no_less(kind: str, gap: float) -> None:
    options = SolveOptions(gap=gap, time_limit_s=None)
    few, whole = cost_game(pool(kind), options=options), cost_game(pool(kind), options=options)
    alone: NDArray[np.float64] = np.array([few.cost((player,)) for player in few.players])
    shares = dict(zip(few.players, (alone / alone.sum() * few.cost(few.players)).tolist(), strict=True))
    whole.table()
    total = abs(few.cost(few.players))
    for game in (few, whole):
        game.cost(game.players)
    before, after = certificate(few, shares), certificate(whole, shares)
    assert after.status in DECIDED or before.status not in DECIDED
    assert after.excess_bound <= before.excess_bound + ACCURACY / 4.0 * total
    first, second = least_core(few), least_core(whole)
    assert second.upper - second.lower <= first.upper - first.lower + ACCURACY * total
