"""Serve one coalition: exactly where its model is small, else by a search that is short, and a bound that is cheap.

Small models are solved as they stand, component by component. In a large one freight has thousands of rides, and
finding a good choice of trips takes the solver minutes. There the trips are narrowed first: to the support of the
linear relaxation for the pool as a whole; for another coalition, to what the pool's own plan used or nearly used, and
to trips that could take up the cargo of the trips that lose a member. Where ex-works goods tie freight to purchasing,
suppliers are chosen first, at likely rates of carriage, and quantities and trips after that. The bound of a large model
comes from purchasing, solved to its own gap, and from the least cost of each shipment over all trips.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.errors import NoPlanError, SolveError
from clusterpool.model import (
    Block,
    BuyingModel,
    coalition_bounds,
    joined,
    left_unmet,
    nothing_on_trips,
    solve_block,
)
from clusterpool.search.merging import merge_needs
from clusterpool.search.narrowing import kept_trips, neighbourhood
from clusterpool.search.records import Hint, PieceCost, Served
from clusterpool.search.rounding import leaves_traces, settled
from clusterpool.search.tasks import HURRY_S, is_searched
from clusterpool.search.tight import is_tight, solve_tight
from clusterpool.solver import Deadline, Effort, Solution, Status, relative_gap, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from clusterpool.search.tasks import Task
    from clusterpool.solver import Progress, Resolver, SolveOptions

NODES = 1
"""The most nodes of a search among narrowed trips: the root and its heuristics find what more nodes rarely better."""
SUPPORT = 1e-6


def serve(  # noqa: PLR0913 - all but the first two are options
    task: Task,
    coalition: Collection[str],
    *,
    options: SolveOptions,
    deadline: Deadline,
    hint: Hint | None = None,
    resolver: Resolver | None = None,
    progress: Callable[[Progress], None] | None = None,
    best_so_far: bool = False,
    at_worst: bool = False,
) -> Served:
    """Serve a coalition at the least cost that can be found with the known trips.

    Parameters
    ----------
    hint : Hint, optional
        From the plan of the whole pool; without it a large model is narrowed by its linear relaxation.
    resolver : Resolver, optional
        Of a piece's model: solves it for one coalition after the other.
    best_so_far : bool
        Whether Ctrl-C returns the best plan so far, where the part of the model under way has one; the parts not begun
        are planned in a hurry then.
    at_worst : bool
        Whether a part of the model for which no plan is found in time buys nothing: then there always is a plan. What
        a coalition costs is better unknown than that.

    Raises
    ------
    NoPlanError
        If the deadline struck before any plan was found.
    KeyboardInterrupt
        At Ctrl-C, if there is no plan to return or none is asked for.
    """
    ask = _Question(task, frozenset(coalition), options, deadline, hint, resolver, progress, best_so_far, at_worst)
    portions = []
    for place in range(len(task.blocks)):
        portions.append(ask.portion(place))
        ask = ask.after(portions[-1].solution)
    return ask.served(portions)


@dataclass(frozen=True, eq=False)
class _Portion:
    """A point of one block with its lower bounds; `freight_bound` is 0 where the block is not freight alone."""

    solution: Solution
    bound: float
    freight_bound: float
    hint: Hint | None
    pieces: tuple[PieceCost, ...]


@dataclass(frozen=True, eq=False)
class _Question:
    task: Task
    members: frozenset[str]
    options: SolveOptions
    deadline: Deadline
    hint: Hint | None
    resolver: Resolver | None
    progress: Callable[[Progress], None] | None
    best_so_far: bool
    at_worst: bool
    hurried: bool = False

    def after(self, solution: Solution) -> _Question:
        """The question for what is left: little time after Ctrl-C, and the next one ends it."""
        if solution.status is not Status.INTERRUPTED:
            return self
        soon = Deadline.after(min(HURRY_S, self.deadline.remaining()))
        return replace(self, deadline=soon, best_so_far=False, hurried=True)

    def portion(self, place: int) -> _Portion:
        """One block: exactly where it is small, else by a search."""
        block = self.task.blocks[place]
        if is_searched(block, self.members):
            return self._jointly(block, self.task.steering) if self.task.steering is not None else self._freight(block)
        parts, ask = self.task.components[place], self
        solutions: list[Solution] = []
        for part in parts:
            solutions.append(ask.solve(part.block))
            ask = ask.after(solutions[-1])
        pieces = tuple(_piece_cost(part.block, one, one.bound) for part, one in zip(parts, solutions, strict=True))
        solution = joined(block, self.members, parts, solutions)
        return _Portion(solution, solution.bound, 0.0 if block.buying.any() else solution.bound, None, pieces)

    def _freight(self, block: Block) -> _Portion:
        """Freight by itself."""
        lower, upper = coalition_bounds(block, self.members)
        carried, relaxed, hint = self.search(block, lower, upper, nothing_on_trips(block, self.members), 0.0)
        bound = max(relaxed, self._least())
        return _Portion(carried, bound, bound, hint, (_piece_cost(block, carried, bound),))

    def _jointly(self, block: Block, likely: BuyingModel) -> _Portion:
        """Suppliers first and trips after."""
        steering = likely.block
        bought = self.solve(steering)
        lower, upper = coalition_bounds(block, self.members)
        chosen = steering.arrays.integer[steering.goods]
        lower[block.goods[chosen]] = upper[block.goods[chosen]] = np.round(bought.values[steering.goods[chosen]])
        spent = steering.purchases(bought.values)
        carried, _, hint = self.after(bought).search(block, lower, upper, None, spent)
        carried = self._without_traces(block, carried)
        if bought.limit_struck:
            status = bought.status if bought.status is Status.INTERRUPTED else carried.status
            carried = replace(carried, status=status, limit_struck=True)
        bound = bought.bound + self._least()
        return _Portion(carried, bound, 0.0, hint, (_piece_cost(block, carried, bound),))

    def solve(self, block: Block) -> Solution:
        """A small block, or the purchasing of a large one."""
        try:
            if is_tight(block):
                lower, upper = coalition_bounds(block, self.members)
                return solve_tight(
                    block,
                    lower,
                    upper,
                    options=self.options,
                    deadline=self.deadline,
                    progress=self.progress,
                    best_so_far=self.best_so_far,
                )
            return self._without_traces(block, self._as_it_stands(block))
        except NoPlanError as error:
            if self.hurried:
                raise KeyboardInterrupt from None
            if self.at_worst:
                return self._unmet(block, error)
            raise

    def _unmet(self, block: Block, error: NoPlanError) -> Solution:
        """The plan that buys nothing, if there is one, with the bound that was proven."""
        point = left_unmet(block, self.members)
        if block.arrays.broken_by(point):
            raise error
        point.flags.writeable = False
        cost = block.arrays.objective(point)
        bound = min(error.bound, cost)
        gap = relative_gap(cost, bound)
        return Solution(Status.FEASIBLE, point, cost, bound, gap, limit_struck=True, nodes=0)

    def _as_it_stands(self, block: Block) -> Solution:
        effort = Effort(self.options.gap, self.deadline)
        if self.resolver is not None and self.resolver.model is block.arrays:
            lower, upper = coalition_bounds(block, self.members)
            buys = bool(block.buying.any())
            start = None if buys else nothing_on_trips(block, self.members)
            branch = partial(self._merged, block, lower, upper, effort) if buys else None
            return self.resolver.solve(lower, upper, options=self.options, effort=effort, start=start, branch=branch)
        return solve_block(
            block,
            self.members,
            options=self.options,
            effort=effort,
            progress=self.progress,
            best_so_far=self.best_so_far,
        )

    def _without_traces(self, block: Block, found: Solution) -> Solution:
        """A plan with nothing bought where no break is chosen; costs alone need not be that exact."""
        if self.resolver is not None or not leaves_traces(block.breaks, block.supplies, found.values):
            return found
        lower, upper = coalition_bounds(block, self.members)
        model = replace(block.arrays, lower=lower, upper=upper)
        try:
            values = settled(model, block.breaks, block.supplies, found.values)
        except KeyboardInterrupt:
            if not self.best_so_far:
                raise
            return replace(found, status=Status.INTERRUPTED, limit_struck=True)
        values.flags.writeable = False
        cost = model.objective(values)
        bound = min(found.bound, cost)
        return replace(found, values=values, objective=cost, bound=bound, gap=relative_gap(cost, bound))

    def _merged(self, block: Block, lower: NDArray[np.float64], upper: NDArray[np.float64], effort: Effort) -> Solution:
        """What a coalition costs; as a plan it would split each need in the same proportions."""
        merged = merge_needs(block, lower, upper)
        found = solve(merged.model, options=self.options, effort=effort)
        return replace(found, values=merged.expand(found.values), passed=())

    def _least(self) -> float:
        return math.fsum(self.task.least[member] for member in sorted(self.members))

    def search(
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

    def served(self, portions: Sequence[_Portion]) -> Served:
        """The portions of all blocks together."""
        pairs = [(block, one.solution.values) for block, one in zip(self.task.blocks, portions, strict=True)]
        purchases = [block.purchases(values) for block, values in pairs]
        freight = [block.freight(values) for block, values in pairs]
        shortage = math.fsum(float(block.shortage @ values) for block, values in pairs)
        costs = [sum(both) for both in zip(purchases, freight, strict=True)]
        hint = next((one.hint for one in portions if one.hint is not None), None)
        return Served(
            tuple(one.solution for one in portions),
            math.fsum(max(0.0, min(one.bound, cost)) for one, cost in zip(portions, costs, strict=True)),
            math.fsum(max(0.0, min(one.freight_bound, cost)) for one, cost in zip(portions, costs, strict=True)),
            hint is not None and self.task.steering is not None,
            math.fsum(purchases),
            math.fsum(freight),
            shortage,
            hint,
            tuple(piece for one in portions for piece in one.pieces),
        )


def _piece_cost(block: Block, solution: Solution, bound: float) -> PieceCost:
    purchases, freight = block.purchases(solution.values), block.freight(solution.values)
    return PieceCost(
        purchases,
        freight,
        max(0.0, min(bound, purchases + freight)),
        float(block.shortage @ solution.values),
        solution.limit_struck,
    )
