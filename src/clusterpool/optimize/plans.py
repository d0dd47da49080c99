"""Plan a pool: solve the pooled model, prove a bound, and write the solution out as rows."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.demand import asked_pool
from clusterpool.errors import NoPlanError
from clusterpool.executors import beside
from clusterpool.freight.rows import FreightRows, freight_rows
from clusterpool.optimize.ground import Groundwork, groundwork
from clusterpool.optimize.incumbents import plans_alone, plans_together
from clusterpool.optimize.proof import Proof, prove, proven_so_far
from clusterpool.optimize.ties import carried_at_no_cost
from clusterpool.plan import ACCURACY, FREIGHT, PART_COLUMNS, PURCHASES, Plan, Stage, relative_gap
from clusterpool.purchasing import PurchasingRows, basket, purchasing_rows, served_at_no_cost
from clusterpool.search import Buying, PieceCost, Served, Task, is_large, serve
from clusterpool.solver import Deadline, SolveOptions, Status, asked_options

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from concurrent.futures import Executor

    from clusterpool.demand import Pool
    from clusterpool.freight.trips import KnownTrips
    from clusterpool.solver import Progress

ALONE_PART = 0.2
"""The part of the time left after looking for trips that the members' own plans may take."""


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
        Its status is OPTIMAL only where the bound proves it within the gap. Where the time limit strikes before
        anything better is found, nothing is bought: what is not served from outside is unmet.

    Raises
    ------
    TypeError
        If it is given something else than a pool, such as the name of a folder.
    KeyboardInterrupt
        If Ctrl-C came before any plan was found; after that the plan's status is INTERRUPTED.
    """
    asked_pool(pool)
    options = asked_options(options)
    deadline = Deadline.after(options.time_limit_s)
    ground = groundwork(pool, options=options, deadline=deadline, known=known, executor=executor, progress=progress)
    alone = plans_alone(ground.task, options=options, deadline=deadline.part(ALONE_PART), executor=executor)
    served = serve_pool(
        ground,
        options=options,
        deadline=deadline,
        alone=alone,
        executor=executor,
        progress=progress,
        best_so_far=True,
        at_worst=True,
    )
    return plan_of(ground, pool.members, served, options=options, deadline=deadline)


def serve_pool(
    ground: Groundwork,
    *,
    options: SolveOptions,
    deadline: Deadline,
    alone: Mapping[tuple[int, frozenset[str]], PieceCost] | None = None,
    executor: Executor | None = None,
    progress: Callable[[Stage], None] | None = None,
    best_so_far: bool = False,
    at_worst: bool = False,
) -> Served:
    """Serve the whole pool; what it finds is a hint for its coalitions.

    Parameters
    ----------
    alone : dict, optional
        The members' own plans (`plans_alone`): the pool's is no dearer than these together, where that is a plan.
    executor : concurrent.futures.Executor, optional
        Where a large pool with ex-works goods is planned in another way at the same time.
    best_so_far : bool
        Whether Ctrl-C returns the best plan so far, where there is one.
    at_worst : bool
        Whether nothing is bought where no plan is found in time.
    """
    watch = None if progress is None else _watcher(progress)
    task, grand = ground.task, frozenset(ground.pool.members)
    known = plans_together(task, grand, alone or {}, options=options, deadline=deadline)
    ask = partial(serve, task, grand, options=options, deadline=deadline, progress=watch)
    ask = partial(ask, best_so_far=best_so_far, at_worst=at_worst, known=known)
    if executor is None or task.steering is None or not is_large(task, grand):
        return ask()
    other = {"options": options, "deadline": deadline, "known": known, "buying": Buying.FIRST}
    with beside(executor, _in_time, task, grand, **other) as buying_first:
        try:
            served = ask(buying=Buying.LIKELY)
        except NoPlanError:
            if (found := buying_first()) is None:
                raise
            return found
        return served if served.interrupted else _cheaper(served, buying_first())


def _in_time(task: Task, coalition: frozenset[str], **asked: Any) -> Served | None:  # noqa: ANN401 - passed on to `serve`
    """A coalition's plan; None where none is found in time."""
    try:
        return serve(task, coalition, **asked)
    except NoPlanError:
        return None


def _cheaper(served: Served, other: Served | None) -> Served:
    """The cheaper of two plans of a coalition, with the better bound; the first where both cost the same."""
    if other is None:
        return served
    best = min(served, other, key=lambda one: one.purchases + one.freight)
    return replace(best, bound=min(max(served.bound, other.bound), best.purchases + best.freight))


def plan_of(
    ground: Groundwork, coalition: Collection[str], served: Served, *, options: SolveOptions, deadline: Deadline
) -> Plan:
    """The plan that serves a coalition, row by row, with its bounds over the known trips and over all trips.

    Ctrl-C ends the proof, not the plan: its status is INTERRUPTED then. At one more there is no plan.
    """
    try:
        proof = prove(ground, frozenset(coalition), served, options, deadline)
    except KeyboardInterrupt:
        if served.interrupted:
            raise
        proof = proven_so_far(ground, served)
    try:
        return _rows(ground, served, proof, options)
    except KeyboardInterrupt:
        if served.interrupted or proof.interrupted:
            raise
        return _rows(ground, served, replace(proof, interrupted=True, limit_struck=True), options)


def _rows(ground: Groundwork, served: Served, proof: Proof, options: SolveOptions) -> Plan:
    model, solutions = ground.model, served.solutions
    goods = served_at_no_cost(ground.buying, basket(model.buying, model.reader(0, solutions[0])))
    bought = purchasing_rows(ground.buying, goods, limit_struck=served.limit_struck)
    last = len(solutions) - 1
    value = model.reader(last, carried_at_no_cost(model, solutions[last]))
    carried = freight_rows(model.carrying, value, order_of=bought.order_of, quantities=goods.supply)
    return _assemble(ground, bought, carried, proof, served, options)


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
    status = Status.OPTIMAL if relative_gap(cost, bound) <= options.gap + ACCURACY else Status.FEASIBLE
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


def _watcher(progress: Callable[[Stage], None]) -> Callable[[Progress], None]:
    return lambda seen: progress(Stage("plan", 0, 1, seen.objective, seen.bound))
