"""What the plans of a pool and of all its coalitions have in common: its trips and its model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from clusterpool.errors import NoPlanError
from clusterpool.executors import run_all
from clusterpool.freight.case import freight_case
from clusterpool.freight.parcels import carriage_rates, parcels
from clusterpool.freight.tours import known_trips
from clusterpool.model import BuyingModel, PoolModel, buying_model, pool_model, solve_block
from clusterpool.plan import Stage
from clusterpool.purchasing import purchasing_case
from clusterpool.search import Task, task_of
from clusterpool.solver import Deadline, Effort, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from clusterpool.demand import Pool
    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.freight.trips import KnownTrips
    from clusterpool.purchasing import PurchasingCase

LEAST_PART = 1e-6
"""A smaller part of a need is the solver's noise."""
TRIPS_PART = 0.4
"""The part of the time left that looking for trips may take."""
FEW_MEMBERS = 5
"""Up to so many members every coalition's own tours are looked for, at most 31 searches."""


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


def groundwork(
    pool: Pool,
    *,
    options: SolveOptions,
    deadline: Deadline,
    known: KnownTrips | None = None,
    executor: Executor | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> Groundwork:
    """Read a pool, look for trips, and state the pooled model.

    Trips are looked for by the whole pool, each member alone, and the coalitions of `toured_coalitions`.
    """
    buying, carrying = purchasing_case(pool), freight_case(pool)
    if known is None:
        known = _trips(pool, buying, carrying, toured_coalitions(pool), options, deadline, executor, progress)
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
    search = deadline.part(TRIPS_PART)
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
        carrying,
        coalitions=coalitions,
        parcels=pieces,
        seed=options.seed,
        deadline=search,
        executor=executor,
        progress=lambda done, total: _say(progress, Stage("trips", done, total)),
    )


def likely_supply(
    model: BuyingModel, coalition: frozenset[str], options: SolveOptions, effort: Effort
) -> dict[tuple[str, int], float]:
    """What a coalition would buy of whom, freight being at the model's rates, were everything divisible.

    It is nothing where the time is over.
    """
    block = replace(model.block, arrays=model.block.arrays.relaxed())
    try:
        solution = solve_block(block, coalition, options=options, effort=effort)
    except NoPlanError:
        return {}
    parts = ((key, float(solution.values[column])) for key, column in model.supply.items())
    return {key: part * model.quantity[key] for key, part in parts if part > LEAST_PART}


def _say(progress: Callable[[Stage], None] | None, stage: Stage) -> None:
    if progress is not None:
        progress(stage)


def toured_coalitions(pool: Pool) -> list[frozenset[str]]:
    """The coalitions for which trips are looked for: every one in a pool of few members, else the clusters."""
    names = pool.members
    if len(names) <= FEW_MEMBERS:
        return [frozenset(group) for size in range(2, len(names)) for group in combinations(names, size)]
    return [frozenset(members) for members in pool.clusters.values()]
