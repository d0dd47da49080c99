"""Freight of a large model: a choice among the trips that matter to a coalition.

For the pool as a whole these are the support of the linear relaxation; for another coalition those that the pool's own
plan used or nearly used, and those that could take up the cargo of trips that lose a member.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.errors import NoPlanError, SolveError
from clusterpool.model import nothing_on_trips
from clusterpool.search.greedy import greedy_trips
from clusterpool.search.narrowing import kept_trips, neighbourhood
from clusterpool.search.records import Hint
from clusterpool.solver import Deadline, Effort, solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from clusterpool.model import Block
    from clusterpool.solver import Progress, Solution, SolveOptions

NODES = 1
"""The most nodes of a search among narrowed trips: the root and its heuristics find what more nodes rarely better."""
SUPPORT = 1e-6


@dataclass(frozen=True, eq=False)
class TripChoice:
    """What choosing among the trips of a coalition takes."""

    members: frozenset[str]
    options: SolveOptions
    deadline: Deadline
    hint: Hint | None
    progress: Callable[[Progress], None] | None
    best_so_far: bool

    def choose(
        self,
        block: Block,
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        start: NDArray[np.float64] | None,
        spent: float,
    ) -> tuple[Solution, float, Hint]:
        """Choose among the trips that matter; `spent` is what is decided already. Gives a bound of freight, too."""
        rides, relaxed = block.rides, 0.0
        if self.hint is None:
            considered, relaxed = self._support(block, lower, upper, spent)
            freight = relaxed
        else:
            considered, freight = neighbourhood(rides, self.hint, self.members), self.hint.freight
        if start is not None:
            start = _cheaper(block, start, greedy_trips(block, nothing_on_trips(block, self.members)))
            considered = considered | (start[rides.trips] > 0.5)  # noqa: PLR2004
        free, lower, upper = lower, lower.copy(), upper.copy()
        upper[rides.trips[~considered]] = 0.0
        if self.hint is not None:
            kept = kept_trips(rides, self.hint, self.members)
            lower[rides.trips[kept]] = 1.0
            whole = self.hint.riding & kept[rides.trip] & block.arrays.integer[rides.columns]
            lower[rides.columns[whole]] = 1.0
        effort = Effort(0.0, self.deadline, NODES, absolute_gap=self.options.gap * freight)
        try:
            found = self._narrowed(block, lower, upper, start, effort)
        except SolveError:  # a stop of a kept trip is left without cargo: its supplier is not chosen here
            found = self._narrowed(block, free, upper, start, effort)
        used, riding = found.values[rides.trips] > 0.5, found.values[rides.columns] > SUPPORT  # noqa: PLR2004
        return found, relaxed, Hint(considered, used, riding, block.freight(found.values))

    def _narrowed(
        self,
        block: Block,
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        start: NDArray[np.float64] | None,
        effort: Effort,
    ) -> Solution:
        """A search among the trips left open; where time runs out with nothing in hand, a plan without trips."""
        asked = partial(solve, block.arrays, options=self.options, lower=lower, start=start)
        ask = partial(asked, progress=self.progress, best_so_far=self.best_so_far)
        try:
            return ask(upper=upper, effort=effort)
        except NoPlanError:
            upper = upper.copy()
            upper[block.rides.trips] = lower[block.rides.trips]
            found = ask(upper=upper, effort=replace(effort, deadline=Deadline(None)))
            return replace(found, limit_struck=True)

    def _support(
        self, block: Block, lower: NDArray[np.float64], upper: NDArray[np.float64], spent: float
    ) -> tuple[NDArray[np.bool_], float]:
        """The trips of the linear relaxation, and what freight costs there; none where time ran out."""
        try:
            relaxed = solve(
                block.arrays.relaxed(),
                options=self.options,
                effort=Effort(self.options.gap, self.deadline),
                lower=lower,
                upper=upper,
            )
        except NoPlanError:
            return np.zeros(len(block.rides.trips), dtype=np.bool_), 0.0
        return relaxed.values[block.rides.trips] > SUPPORT, relaxed.objective - spent


def _cheaper(block: Block, one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return other if block.arrays.objective(other) < block.arrays.objective(one) else one
