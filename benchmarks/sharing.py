"""Coalitions a second on a pool, with 1 and 2 workers, against stating a PuLP model anew for each coalition.

Workers have started and imported everything before the clock runs. On a machine that others use, wall times say
little; the longest of the processors' times is what the wall time would be on one that is free.
"""

from __future__ import annotations

import math
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

import clusterpool as cp
from clusterpool.freight.case import freight_case
from clusterpool.model import pool_model, solve_block
from clusterpool.optimize import groundwork
from clusterpool.purchasing import purchasing_case
from clusterpool.solver import Deadline, Effort, SolveOptions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from concurrent.futures import Executor

    from clusterpool.demand import Pool

NEVER = Deadline.after(None)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--data", required=True, help="folder of a pool")
    parser.add_argument("--coalitions", type=int, default=48)
    parser.add_argument("--gap", type=float, default=0.005)
    parser.add_argument("--linear", action="store_true", help="one price an offer, no order costs, minimums or rebates")


def run(arguments: argparse.Namespace) -> None:
    """Print one line a way."""
    pool = cp.read_pool(arguments.data)
    pool = linear(pool) if arguments.linear else pool
    options = SolveOptions(gap=arguments.gap, time_limit_s=None)
    some = drawn(pool, arguments.coalitions)
    known = groundwork(pool, options=options, deadline=NEVER).known
    print(f"{arguments.data}: {len(pool.members)} members, {len(some)} coalitions, gap {options.gap}")
    for name, taken in (
        ("PuLP anew", anew(pool, some, options, known)),
        ("1 worker", by_game(pool, some, options, 1)),
        ("2 workers", by_game(pool, some, options, 2)),
    ):
        longest = max(taken.cpu, *taken.of_workers, 0.0)
        print(
            f"{name:9} {len(some) / taken.wall:8.2f} a second by the wall, {len(some) / longest:8.2f} by the longest"
            f" CPU time; wall {taken.wall:6.2f} s, CPU here {taken.cpu:6.2f} s, of workers"
            f" {[round(one, 2) for one in taken.of_workers]}  sum of costs {math.fsum(taken.costs):,.2f}"
        )


@dataclass(frozen=True)
class Taken:
    """Costs, and the seconds they took: by the clock, of this process, and of each worker."""

    costs: list[float]
    wall: float
    cpu: float
    of_workers: tuple[float, ...] = ()


def linear(pool: Pool) -> Pool:
    """The pool as a game of linear programs."""
    frames = {name: frame for name, frame in pool.tables.items() if len(frame)}
    offers = frames["offers"].drop_duplicates(["supplier", "item"]).assign(min_quantity=0.0, order_multiple=math.nan)
    kept = {name: frames[name] for name in ("members", "items", "purchases", "eligibility") if name in frames}
    return cp.Pool.from_frames({**kept, "offers": offers}, {})


def drawn(pool: Pool, count: int) -> list[frozenset[str]]:
    """Different coalitions of all sizes, drawn from a fixed seed; fewer where the pool has fewer."""
    rng = np.random.default_rng(1)
    count = int(min(float(count), 2.0 ** len(pool.members) - 1))
    found: dict[frozenset[str], None] = {}
    while len(found) < count:
        size = rng.integers(1, len(pool.members) + 1)
        found[frozenset(rng.choice(pool.members, size, replace=False).tolist())] = None
    return list(found)


def anew(pool: Pool, some: list[frozenset[str]], options: SolveOptions, known: object) -> Taken:
    """The model of the pool stated in PuLP and solved for each coalition; the trips are known already."""
    buying, carrying = purchasing_case(pool), freight_case(pool)

    def cost(coalition: frozenset[str]) -> float:
        model = pool_model(buying, carrying, known)  # type: ignore[arg-type]
        effort = Effort(options.gap, NEVER)
        return math.fsum(solve_block(b, coalition, options=options, effort=effort).objective for b in model.blocks)

    return timed(lambda: [cost(coalition) for coalition in some])


def by_game(pool: Pool, some: list[frozenset[str]], options: SolveOptions, workers: int) -> Taken:
    """The cost game, in this process or on spawned ones."""
    if workers == 1:
        game = cp.cost_game(pool, options=options)
        return timed(lambda: [value.cost for value in game.values(some)])
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        game = cp.cost_game(pool, options=options, executor=executor)
        before = spent(executor, workers)
        taken = timed(lambda: [value.cost for value in game.values(some)])
        after = spent(executor, workers)
    return replace(taken, of_workers=tuple(after[one] - before.get(one, 0.0) for one in sorted(after)))


def spent(executor: Executor, workers: int) -> dict[int, float]:
    """The CPU seconds of each worker, asked until every one has answered."""
    found: dict[int, float] = {}
    while len(found) < workers:
        found |= dict(executor.map(own_time, range(workers)))
    return found


def own_time(_: int) -> tuple[int, float]:
    """The process that answers and its CPU seconds; slow enough for another worker to take the next question."""
    import_module("clusterpool.game")
    time.sleep(0.3)
    return os.getpid(), time.process_time()


def timed(work: Callable[[], list[float]]) -> Taken:
    """What work gives, and the seconds it takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    costs = work()
    return Taken(costs, time.perf_counter() - wall, time.process_time() - cpu)
