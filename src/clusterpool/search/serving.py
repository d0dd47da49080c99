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
from clusterpool.search.records import Buying, Hint, PieceCost, Point, Served
from clusterpool.search.rounding import leaves_traces, settled
from clusterpool.search.tasks import HURRY_S, is_searched
from clusterpool.search.tight import is_tight, solve_tight
from clusterpool.search.trip_choice import TripChoice
from clusterpool.search.unions import as_solution, no_dearer
from clusterpool.solver import Deadline, Effort, Solution, Status, relative_gap, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.search.tasks import Task
    from clusterpool.solver import Progress, Resolver, SolveOptions

WHOLE = 1e-6
"""A plan proven to so small a part of its cost is the best one."""


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
    known: Mapping[int, NDArray[np.float64]] | None = None,
    buying: Buying | None = None,
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
    known : mapping of int to array of float, optional
        A plan of the coalition in some pieces of the model, by the piece's number: what is found is no dearer.
    buying : Buying, optional
        How the suppliers of ex-works goods are chosen where trips are searched; by default as in the hint, without one
        in every way, and the cheapest plan counts.

    Raises
    ------
    NoPlanError
        If the deadline struck before any plan was found.
    KeyboardInterrupt
        At Ctrl-C, if there is no plan to return or none is asked for.
    """
    ask = _Question(
        task=task,
        members=frozenset(coalition),
        options=options,
        deadline=deadline,
        hint=hint,
        resolver=resolver,
        progress=progress,
        best_so_far=best_so_far,
        at_worst=at_worst,
        known=known or {},
        buying=buying,
    )
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


@dataclass(frozen=True, eq=False, kw_only=True)
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
    known: Mapping[int, NDArray[np.float64]]
    buying: Buying | None
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
        first = sum(map(len, self.task.components[:place]))
        if is_searched(block, self.members):
            known = self.known.get(first)
            if self.task.steering is None:
                return self._freight(block, known)
            return self._jointly(block, self.task.steering, known)
        parts, ask = self.task.components[place], self
        solutions: list[Solution] = []
        for number, part in enumerate(parts, start=first):
            solutions.append(ask.cheapest(part.block, self.known.get(number)))
            ask = ask.after(solutions[-1])
        pieces = tuple(piece_cost(part.block, one, one.bound) for part, one in zip(parts, solutions, strict=True))
        solution = joined(block, self.members, parts, solutions)
        return _Portion(solution, solution.bound, 0.0 if block.buying.any() else solution.bound, None, pieces)

    def _freight(self, block: Block, known: NDArray[np.float64] | None) -> _Portion:
        """Freight by itself."""
        lower, upper = coalition_bounds(block, self.members)
        start = nothing_on_trips(block, self.members) if known is None else known
        carried, relaxed, hint = self.trips.choose(block, lower, upper, start, 0.0)
        carried = no_dearer(block, carried, known)
        bound = max(relaxed, self._least())
        return _Portion(carried, bound, bound, hint, (piece_cost(block, carried, bound),))

    def _jointly(self, block: Block, likely: BuyingModel, known: NDArray[np.float64] | None) -> _Portion:
        """Suppliers first and trips after, in each way of choosing suppliers that is asked for; the cheapest plan."""
        ways = [self.hint.buying] if self.hint is not None else [self.buying] if self.buying else list(Buying)
        found, ask = [], self
        for way in ways:
            found.append(ask._bought(block, likely if way is Buying.LIKELY else likely.at({}), way))
            ask = ask.after(found[-1].solution)
            if ask.hurried:
                break
        best = min(found, key=lambda one: one.solution.objective)
        carried = no_dearer(block, best.solution, known)
        bound = max(one.bound for one in found)
        return _Portion(carried, bound, 0.0, best.hint, (piece_cost(block, carried, bound),))

    def _bought(self, block: Block, likely: BuyingModel, way: Buying) -> _Portion:
        """Suppliers chosen by a model of purchasing, and trips after."""
        steering = likely.block
        bought = self.solve(steering)
        lower, upper = coalition_bounds(block, self.members)
        chosen = steering.arrays.integer[steering.goods]
        lower[block.goods[chosen]] = upper[block.goods[chosen]] = np.round(bought.values[steering.goods[chosen]])
        spent = steering.purchases(bought.values)
        carried, _, hint = self.after(bought).trips.choose(block, lower, upper, None, spent)
        carried = self._without_traces(block, carried)
        if bought.limit_struck:
            status = bought.status if bought.status is Status.INTERRUPTED else carried.status
            carried = replace(carried, status=status, limit_struck=True)
        bound = bought.bound + (self._least() if way is Buying.LIKELY else 0.0)
        return _Portion(carried, bound, 0.0, replace(hint, buying=way), ())

    @property
    def trips(self) -> TripChoice:
        """Chooses trips for the same coalition in the same time."""
        return TripChoice(self.members, self.options, self.deadline, self.hint, self.progress, self.best_so_far)

    def cheapest(self, block: Block, known: NDArray[np.float64] | None) -> Solution:
        """A plan of a small block, no dearer than a known one, nor than buying first and shipping after."""
        try:
            found = no_dearer(block, self.solve(block, known), known)
        except NoPlanError:
            if known is None:
                raise
            return as_solution(block, known)
        joint = bool(block.buying.any()) and len(block.rides.trips) > 0
        if joint and found.gap > WHOLE and found.status is not Status.INTERRUPTED:
            found = no_dearer(block, found, self._buying_first(block))
        return found

    def _buying_first(self, block: Block) -> NDArray[np.float64] | None:
        """The plan that buys as if carriage cost nothing, and ships what that buys; None where time is over."""
        arrays = block.arrays
        goods = replace(arrays, cost=np.where(block.buying, arrays.cost, 0.0), integer=arrays.integer & block.buying)
        lower, upper = coalition_bounds(block, self.members)
        effort = Effort(self.options.gap, self.deadline)
        try:
            bought = solve(goods, options=self.options, effort=effort, lower=lower, upper=upper, explain=False)
            fixed = goods.integer
            lower[fixed] = upper[fixed] = np.round(bought.values[fixed])
            return solve(arrays, options=self.options, effort=effort, lower=lower, upper=upper, explain=False).values
        except SolveError:
            return None

    def solve(self, block: Block, known: NDArray[np.float64] | None = None) -> Solution:
        """A small block, or the purchasing of a large one, beginning with a known plan."""
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
            return self._without_traces(block, self._as_it_stands(block, known))
        except NoPlanError as error:
            if self.hurried:
                raise KeyboardInterrupt from None
            if self.at_worst and known is None:
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

    def _as_it_stands(self, block: Block, known: NDArray[np.float64] | None) -> Solution:
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
            start=known,
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


def piece_cost(block: Block, solution: Solution, bound: float) -> PieceCost:
    """What a solution of a piece costs, by part."""
    purchases, freight = block.purchases(solution.values), block.freight(solution.values)
    return PieceCost(
        purchases,
        freight,
        max(0.0, min(bound, purchases + freight)),
        float(block.shortage @ solution.values),
        solution.limit_struck,
        Point.of(solution.values),
    )
