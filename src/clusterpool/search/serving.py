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
from clusterpool.freight.bound import freight_bound
from clusterpool.freight.parcels import carriage_rates
from clusterpool.model import (
    Block,
    BuyingModel,
    Component,
    buying_model,
    coalition_bounds,
    components_of,
    joined,
    nothing_on_trips,
    solve_block,
    whole_component,
)
from clusterpool.search.records import Hint, PieceCost, Served
from clusterpool.search.tight import is_tight, solve_tight
from clusterpool.solver import Deadline, Effort, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.freight.case import FreightCase
    from clusterpool.model import PoolModel, Rides
    from clusterpool.purchasing import PurchasingCase
    from clusterpool.solver import Progress, Resolver, Solution, SolveOptions

LARGE = 3000
"""From so many rides on a block's freight is searched, not solved as it stands."""
NODES = 1
"""The most nodes of a search among narrowed trips: the root and its heuristics find what more nodes rarely better."""
SUPPORT = 1e-6


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that serving coalitions needs; it travels to other processes.

    Parameters
    ----------
    blocks : tuple of Block
        The pooled model.
    components : tuple of tuple of Component
        Of each block its components; a block with many rides is one.
    steering : BuyingModel or None
        Purchasing at likely rates of carriage; None without ex-works goods.
    least : dict of member to float
        What each member's freight adds at least to the steering model's bound, over all trips; it may be negative,
        since likely rates are above the least ones.
    """

    blocks: tuple[Block, ...]
    components: tuple[tuple[Component, ...], ...]
    steering: BuyingModel | None
    least: Mapping[str, float]


def task_of(model: PoolModel, buying: PurchasingCase, carrying: FreightCase) -> Task:
    """What serving coalitions of a pool needs besides the pooled model."""
    least = freight_bound(carrying)
    shipments: dict[str, float] = dict.fromkeys(carrying.members, 0.0)
    for load in carrying.loads:
        shipments[load.member] += least.loads[load.load]
    components = tuple(
        (whole_component(block),) if len(block.rides.columns) >= LARGE else components_of(block)
        for block in model.blocks
    )
    if not model.joint:
        return Task(model.blocks, components, None, shipments)
    rates = carriage_rates(carrying)
    above: dict[int, float] = {}
    for key, rate in rates.items():
        over = buying.needs[key[1]].quantity * max(0.0, rate - least.lots[key])
        above[key[1]] = max(above.get(key[1], 0.0), over)
    for number, over in above.items():
        shipments[buying.needs[number].member] -= over
    return Task(model.blocks, components, buying_model(buying, rates), shipments)


def pieces_of(task: Task) -> tuple[Task, ...]:
    """What serves each component by itself: the cost of a coalition is the sum over them."""
    found = []
    for block, parts in zip(task.blocks, task.components, strict=True):
        for part in parts:
            large = len(part.block.rides.columns) >= LARGE
            alone = (whole_component(part.block),)
            steering = task.steering if large and block.buying.any() else None
            found.append(Task((part.block,), (alone,), steering, task.least if large else {}))
    return tuple(found)


def serve(
    task: Task,
    coalition: Collection[str],
    *,
    options: SolveOptions,
    deadline: Deadline,
    hint: Hint | None = None,
    resolver: Resolver | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Served:
    """Serve a coalition at the least cost that can be found with the known trips.

    Parameters
    ----------
    hint : Hint, optional
        From the plan of the whole pool; without it a large model is narrowed by its linear relaxation.
    resolver : Resolver, optional
        Of a piece's model: solves it for one coalition after the other.

    Raises
    ------
    NoPlanError
        If the deadline struck before any plan was found.
    """
    ask = _Question(task, frozenset(coalition), options, deadline, hint, resolver, progress)
    return ask.served([ask.portion(place) for place in range(len(task.blocks))])


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

    def portion(self, place: int) -> _Portion:
        """One block: exactly where it is small, else by a search."""
        block = self.task.blocks[place]
        if self._is_large(block):
            return self._jointly(block, self.task.steering) if self.task.steering is not None else self._freight(block)
        parts = self.task.components[place]
        solutions = [self._solve(part.block) for part in parts]
        pieces = tuple(_piece_cost(part.block, one, one.bound) for part, one in zip(parts, solutions, strict=True))
        solution = joined(block, self.members, parts, solutions)
        return _Portion(solution, solution.bound, 0.0 if block.buying.any() else solution.bound, None, pieces)

    def _freight(self, block: Block) -> _Portion:
        """Freight by itself."""
        lower, upper = coalition_bounds(block, self.members)
        carried, relaxed, hint = self._search(block, lower, upper, nothing_on_trips(block, self.members), 0.0)
        bound = max(relaxed, self._least())
        return _Portion(carried, bound, bound, hint, (_piece_cost(block, carried, bound),))

    def _jointly(self, block: Block, likely: BuyingModel) -> _Portion:
        """Suppliers first and trips after."""
        steering = likely.block
        bought = self._solve(steering)
        lower, upper = coalition_bounds(block, self.members)
        chosen = steering.arrays.integer[steering.goods]
        lower[block.goods[chosen]] = upper[block.goods[chosen]] = np.round(bought.values[steering.goods[chosen]])
        carried, _, hint = self._search(block, lower, upper, None, steering.purchases(bought.values))
        bound = bought.bound + self._least()
        return _Portion(carried, bound, 0.0, hint, (_piece_cost(block, carried, bound),))

    def _solve(self, block: Block) -> Solution:
        if is_tight(block):
            lower, upper = coalition_bounds(block, self.members)
            exactly = partial(self._from, block)
            return solve_tight(block, lower, upper, exactly, options=self.options, deadline=self.deadline)
        return self._from(block, None)

    def _from(self, block: Block, start: NDArray[np.float64] | None) -> Solution:
        """A block as it stands, from a start vector."""
        effort = Effort(self.options.gap, self.deadline)
        if self.resolver is not None and self.resolver.model is block.arrays:
            lower, upper = coalition_bounds(block, self.members)
            if start is None and not block.buying.any():
                start = nothing_on_trips(block, self.members)
            return self.resolver.solve(lower, upper, options=self.options, effort=effort, start=start)
        return solve_block(
            block, self.members, options=self.options, effort=effort, start=start, progress=self.progress
        )

    def _is_large(self, block: Block) -> bool:
        return _rides_of(block, self.members) >= LARGE

    def _least(self) -> float:
        return math.fsum(self.task.least[member] for member in sorted(self.members))

    def _search(
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
            considered, freight = _neighbourhood(rides, self.hint, self.members), self.hint.freight
        free, lower, upper = lower, lower.copy(), upper.copy()
        upper[rides.trips[~considered]] = 0.0
        if self.hint is not None:
            kept = _kept(rides, self.hint, self.members)
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
        ask = partial(solve, block.arrays, options=self.options, lower=lower, start=start, progress=self.progress)
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


def is_large(task: Task, coalition: Collection[str]) -> bool:
    """Whether some block is searched for a coalition, not solved as it stands."""
    return any(_rides_of(block, coalition) >= LARGE for block in task.blocks)


def _rides_of(block: Block, coalition: Collection[str]) -> int:
    return int(np.isin(block.rides.member, sorted(coalition)).sum())


def _losing(rides: Rides, hint: Hint, members: Collection[str]) -> NDArray[np.bool_]:
    """The trips of the pool's plan that carry something of a member that is not there."""
    losing = np.zeros(len(rides.trips), dtype=np.bool_)
    losing[rides.trip[hint.riding & ~np.isin(rides.member, sorted(members))]] = True
    return losing


def _kept(rides: Rides, hint: Hint, members: Collection[str]) -> NDArray[np.bool_]:
    """The trips of the pool's plan that lose nothing: they run as they did."""
    return hint.used & ~_losing(rides, hint, members)


def _neighbourhood(rides: Rides, hint: Hint, members: Collection[str]) -> NDArray[np.bool_]:
    """Trips that a plan of the pool considered, and those that share cargo with a trip of it that loses a member."""
    inside = np.isin(rides.member, sorted(members))
    stranded = np.unique(rides.cargo[hint.riding & inside & _losing(rides, hint, members)[rides.trip]])
    sharing = np.zeros(len(rides.trips), dtype=np.bool_)
    sharing[rides.trip[np.isin(rides.cargo, stranded)]] = True
    foreign = np.zeros(len(rides.trips), dtype=np.bool_)
    foreign[rides.trip[~inside]] = True
    return hint.considered | (sharing & ~foreign)
