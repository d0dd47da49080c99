"""Plan a pool: look for trips, solve the pooled model, prove a bound, and write the solution out as rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.errors import NoPlanError
from clusterpool.executors import run_all
from clusterpool.freight.bound import freight_bound
from clusterpool.freight.case import freight_case
from clusterpool.freight.parcels import carriage_rates, parcels
from clusterpool.freight.rows import FreightRows, freight_rows
from clusterpool.freight.tours import known_trips
from clusterpool.model import BuyingModel, PoolModel, buying_model, pool_model, solve_block
from clusterpool.plan import FREIGHT, PART_COLUMNS, PURCHASES, Plan, Stage, relative_gap
from clusterpool.purchasing import PurchasingRows, basket, purchasing_case, purchasing_rows
from clusterpool.search import HURRY_S, Served, Task, serve, task_of
from clusterpool.solver import Deadline, Effort, Interrupted, SolveOptions, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from concurrent.futures import Executor

    from clusterpool.demand import Pool
    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.freight.trips import KnownTrips
    from clusterpool.purchasing import PurchasingCase
    from clusterpool.solver import Progress

LEAST_PART = 1e-6
"""A smaller part of a need is the solver's noise."""
TRIPS_PART = 0.35
"""The part of the time left that looking for trips may take."""


@dataclass(frozen=True, eq=False)
class Groundwork:
    """What the plans of a pool and of all its coalitions have in common.

    Parameters
    ----------
    model : PoolModel
        The pooled model over the known trips.
    task : Task
        What serving a coalition takes, for this process or another.
    """

    pool: Pool
    buying: PurchasingCase
    carrying: FreightCase
    model: PoolModel
    task: Task

    @property
    def known(self) -> KnownTrips:
        """The trips that every coalition may choose among."""
        return self.model.known


def plan_pool(
    pool: Pool,
    *,
    options: SolveOptions | None = None,
    known: KnownTrips | None = None,
    executor: Executor | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> Plan:
    """The cheapest plan that can be found for a pool, with a bound that holds over all plans.

    Parameters
    ----------
    pool : Pool
        Needs and market; money in the pool's currency.
    options : SolveOptions, optional
        Gap, time limit of the whole call, seed, threads and solver.
    known : KnownTrips, optional
        The trips to choose among; by default they are looked for.
    executor : concurrent.futures.Executor, optional
        Where the searches for trips run; by default in this process.
    progress : callable, optional
        Gets a `Stage` now and then.

    Returns
    -------
    Plan
        Its status is OPTIMAL only where the bound proves it within the gap.

    Raises
    ------
    NoPlanError
        If the time limit struck before any plan was found.
    KeyboardInterrupt
        If Ctrl-C came before any plan was found; after that the plan's status is INTERRUPTED.
    """
    options = options or SolveOptions()
    deadline = Deadline.after(options.time_limit_s)
    ground = groundwork(pool, options=options, deadline=deadline, known=known, executor=executor, progress=progress)
    served = serve_pool(ground, options=options, deadline=deadline, progress=progress, best_so_far=True)
    return plan_of(ground, pool.members, served, options=options, deadline=deadline)


def groundwork(
    pool: Pool,
    *,
    options: SolveOptions,
    deadline: Deadline,
    coalitions: Sequence[frozenset[str]] = (),
    known: KnownTrips | None = None,
    executor: Executor | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> Groundwork:
    """Read a pool, look for trips, and state the pooled model.

    Parameters
    ----------
    coalitions : sequence of frozenset of str
        Coalitions for which trips are looked for, beside the pool and each member alone.
    """
    buying, carrying = purchasing_case(pool), freight_case(pool)
    if known is None:
        known = _trips(pool, buying, carrying, coalitions, options, deadline, executor, progress)
    model = pool_model(buying, carrying, known)
    return Groundwork(pool, buying, carrying, model, task_of(model, buying, carrying))


def _trips(
    pool: Pool,
    buying: PurchasingCase,
    carrying: FreightCase,
    coalitions: Sequence[frozenset[str]],
    options: SolveOptions,
    deadline: Deadline,
    executor: Executor | None,
    progress: Callable[[Stage], None] | None,
) -> KnownTrips:
    """Trips for the shipments and for the goods that the pool and its coalitions are likely to fetch."""
    _say(progress, Stage("trips", 0, 1))
    search = before(deadline, TRIPS_PART)
    pieces: dict[frozenset[str], tuple[Load, ...]] = {}
    if carrying.lots:
        model = buying_model(buying, carriage_rates(carrying))
        groups = sorted(
            {frozenset(pool.members), *coalitions, *(frozenset({member}) for member in pool.members)}, key=sorted
        )
        jobs = [(model, group, options, Effort(options.gap, deadline)) for group in groups]
        supplies = run_all(executor, likely_supply, jobs)
        pieces = {group: parcels(carrying, supply) for group, supply in zip(groups, supplies, strict=True)}
    return known_trips(
        carrying, coalitions=coalitions, parcels=pieces, seed=options.seed, deadline=search, executor=executor
    )


def likely_supply(
    model: BuyingModel, coalition: frozenset[str], options: SolveOptions, effort: Effort
) -> dict[tuple[str, int], float]:
    """What a coalition would buy of whom, freight being at the model's rates, were everything divisible."""
    block = replace(model.block, arrays=model.block.arrays.relaxed())
    solution = solve_block(block, coalition, options=options, effort=effort)
    parts = ((key, float(solution.values[column])) for key, column in model.supply.items())
    return {key: part * model.quantity[key] for key, part in parts if part > LEAST_PART}


def serve_pool(
    ground: Groundwork,
    *,
    options: SolveOptions,
    deadline: Deadline,
    progress: Callable[[Stage], None] | None = None,
    best_so_far: bool = False,
) -> Served:
    """Serve the whole pool; what it finds is a hint for its coalitions.

    Parameters
    ----------
    best_so_far : bool
        Whether Ctrl-C returns the best plan so far, where there is one.
    """
    watch = None if progress is None else _watcher(progress)
    ask = partial(serve, options=options, deadline=deadline, progress=watch, best_so_far=best_so_far)
    return ask(ground.task, ground.pool.members)


def plan_of(
    ground: Groundwork, coalition: Collection[str], served: Served, *, options: SolveOptions, deadline: Deadline
) -> Plan:
    """The plan that serves a coalition, row by row, with its bounds over the known trips and over all trips.

    Ctrl-C ends the proof, not the plan: its status is INTERRUPTED then. At one more there is no plan.
    """
    try:
        proof = _prove(ground, frozenset(coalition), served, options, deadline)
    except KeyboardInterrupt:
        if served.interrupted:
            raise
        proof = _proven_so_far(ground, served)
    try:
        return _rows(ground, served, proof, options)
    except KeyboardInterrupt:
        if served.interrupted or proof.interrupted:
            raise
        return _rows(ground, served, replace(proof, interrupted=True, limit_struck=True), options)


def _rows(ground: Groundwork, served: Served, proof: Proof, options: SolveOptions) -> Plan:
    model, solutions = ground.model, served.solutions
    goods = basket(model.buying, model.reader(0, solutions[0]))
    bought = purchasing_rows(ground.buying, goods)
    last = len(solutions) - 1
    carried = freight_rows(
        model.carrying, model.reader(last, solutions[last]), order_of=bought.order_of, quantities=goods.supply
    )
    return _assemble(ground, bought, carried, proof, served, options)


@dataclass(frozen=True, slots=True)
class Proof:
    """Lower bounds: of purchases, of freight over all trips and over the known ones, and of the whole plan."""

    purchases: float
    freight: float
    freight_known: float
    plan: float
    interrupted: bool = False
    limit_struck: bool = False


@dataclass(frozen=True, slots=True)
class _Bound:
    """What purchasing costs at least, and what ended the solve that proves it."""

    value: float
    interrupted: bool
    limit_struck: bool


def _proven_so_far(ground: Groundwork, served: Served) -> Proof:
    """What the plan's own solve proves; Ctrl-C left no time for more."""
    whole = served.bound if served.holds_over_all else 0.0
    if ground.model.joint:
        return Proof(0.0, 0.0, 0.0, whole, interrupted=True, limit_struck=True)
    bought = max(0.0, served.solutions[0].bound)
    freight = served.freight_bound if ground.known.complete else 0.0
    return Proof(bought, freight, served.freight_bound, bought + freight, interrupted=True, limit_struck=True)


def _prove(
    ground: Groundwork, coalition: frozenset[str], served: Served, options: SolveOptions, deadline: Deadline
) -> Proof:
    """Bounds over all plans: the known trips bind nobody else, so freight is bounded without them."""
    least = freight_bound(ground.carrying, coalition)
    shipments = math.fsum(least.loads.values())
    if not ground.model.joint:
        bought, known = max(0.0, served.solutions[0].bound), max(served.freight_bound, shipments)
        freight = known if ground.known.complete else shipments
        return Proof(bought, freight, known, bought + freight)
    left = Deadline.after(min(HURRY_S, deadline.remaining())) if served.interrupted else deadline
    effort = Effort(options.gap, left)
    purchases = _bound(buying_model(ground.buying, {}), coalition, options, effort)
    if purchases.interrupted:
        fetched = purchases
    else:
        fetched = _bound(buying_model(ground.buying, least.lots), coalition, options, effort)
    if served.interrupted and fetched.interrupted:
        raise KeyboardInterrupt
    over_all = served.bound if served.holds_over_all else 0.0
    whole = max(purchases.value + shipments, fetched.value + shipments, over_all)
    struck = purchases.limit_struck or fetched.limit_struck
    return Proof(purchases.value, shipments, shipments, whole, fetched.interrupted, struck)


def _bound(model: BuyingModel, coalition: frozenset[str], options: SolveOptions, effort: Effort) -> _Bound:
    """What purchasing costs at least; 0 where the time is over before anything better is proven."""
    try:
        solution = solve_block(model.block, coalition, options=options, effort=effort)
    except Interrupted as stop:
        return _Bound(max(0.0, stop.bound), interrupted=True, limit_struck=True)
    except NoPlanError as error:
        return _Bound(max(0.0, error.bound), interrupted=False, limit_struck=True)
    return _Bound(max(0.0, solution.bound), interrupted=False, limit_struck=solution.limit_struck)


def _assemble(
    ground: Groundwork,
    bought: PurchasingRows,
    carried: FreightRows,
    proof: Proof,
    served: Served,
    options: SolveOptions,
) -> Plan:
    purchases = math.fsum([*bought.orders["cost"], *bought.charges["cost"], *bought.unmet["cost"]])
    freight = math.fsum([*carried.trips["cost"], *carried.loads["cost"], *carried.unmet["cost"]])
    cost = purchases + freight
    parts = [
        (PURCHASES, purchases, min(proof.purchases, purchases), min(proof.purchases, purchases)),
        (FREIGHT, freight, min(proof.freight, freight), min(proof.freight_known, freight)),
    ]
    bound = min(proof.plan, cost)
    status = Status.OPTIMAL if relative_gap(cost, bound) <= options.gap + 1e-9 else Status.FEASIBLE
    return Plan(
        status=Status.INTERRUPTED if served.interrupted or proof.interrupted else status,
        bound=bound,
        parts=pd.DataFrame(parts, columns=list(PART_COLUMNS)),
        orders=bought.orders,
        trips=carried.trips,
        loads=carried.loads,
        charges=bought.charges,
        unmet=_stacked(bought.unmet, carried.unmet),
        reproducible=not (ground.known.limit_struck or served.limit_struck or proof.limit_struck),
    )


def _stacked(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    filled = [table for table in (first, second) if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else first


def before(deadline: Deadline, part: float) -> Deadline:
    """The deadline of a piece of work that may take a part of the time left."""
    left = deadline.remaining()
    return deadline if math.isinf(left) else Deadline.after(left * part)


def _say(progress: Callable[[Stage], None] | None, stage: Stage) -> None:
    if progress is not None:
        progress(stage)


def _watcher(progress: Callable[[Stage], None]) -> Callable[[Progress], None]:
    return lambda seen: progress(Stage("plan", 0, 1, seen.objective, seen.bound))
