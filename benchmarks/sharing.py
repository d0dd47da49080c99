"""Coalitions a second on a pool, with 1 and 2 workers, against stating a PuLP model anew for each coalition."""

from __future__ import annotations

import math
import time
from concurrent.futures import ProcessPoolExecutor
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

    from clusterpool.demand import Pool

NEVER = Deadline.after(None)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--data", required=True, help="folder of a pool")
    parser.add_argument("--coalitions", type=int, default=24)
    parser.add_argument("--gap", type=float, default=0.005)
    parser.add_argument("--linear", action="store_true", help="one price an offer, no order costs, minimums or rebates")


def run(arguments: argparse.Namespace) -> None:
    """Print one line a way."""
    pool = cp.read_pool(arguments.data)
    pool = linear(pool) if arguments.linear else pool
    options = SolveOptions(gap=arguments.gap, time_limit_s=None)
    some = drawn(pool, arguments.coalitions)
    known = groundwork(pool, options=options, deadline=NEVER).known
    ways = {"PuLP anew": lambda: anew(pool, some, options, known)}
    for workers in (1, 2):
        ways[f"{workers} worker(s)"] = lambda workers=workers: by_game(pool, some, options, workers)
    print(f"{arguments.data}: {len(pool.members)} members, {len(some)} coalitions, gap {options.gap}")
    for name, way in ways.items():
        wall, cpu = time.perf_counter(), time.process_time()
        costs, solving = way()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(
            f"{name:12} {len(some) / solving:8.2f} coalitions/s (solving {solving:.2f} s; all {wall:.2f} s wall,"
            f" {cpu:.2f} s CPU here)  sum of costs {math.fsum(costs):,.2f}"
        )


def linear(pool: Pool) -> Pool:
    """The pool as a game of linear programs."""
    frames = {name: frame for name, frame in pool.tables.items() if len(frame)}
    offers = frames["offers"].drop_duplicates(["supplier", "item"]).assign(min_quantity=0.0, order_multiple=math.nan)
    kept = {name: frames[name] for name in ("members", "items", "purchases", "eligibility") if name in frames}
    return cp.Pool.from_frames({**kept, "offers": offers}, {})


def drawn(pool: Pool, count: int) -> list[frozenset[str]]:
    """Coalitions of all sizes, drawn from a fixed seed."""
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, len(pool.members) + 1, count)
    return [frozenset(rng.choice(pool.members, size, replace=False).tolist()) for size in sizes]


def anew(pool: Pool, some: list[frozenset[str]], options: SolveOptions, known: object) -> tuple[list[float], float]:
    """The model of the pool stated in PuLP and solved for each coalition; the trips are known already."""
    buying, carrying = purchasing_case(pool), freight_case(pool)
    begun, costs = time.perf_counter(), []
    for coalition in some:
        model = pool_model(buying, carrying, known)  # type: ignore[arg-type]
        effort = Effort(options.gap, NEVER)
        found = [solve_block(block, coalition, options=options, effort=effort) for block in model.blocks]
        costs.append(math.fsum(one.objective for one in found))
    return costs, time.perf_counter() - begun


def by_game(pool: Pool, some: list[frozenset[str]], options: SolveOptions, workers: int) -> tuple[list[float], float]:
    """The cost game, in this process or on spawned ones."""
    if workers == 1:
        return timed(cp.cost_game(pool, options=options), some)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        list(executor.map(abs, range(workers)))
        return timed(cp.cost_game(pool, options=options, executor=executor), some)


def timed(game: cp.CostGame, some: list[frozenset[str]]) -> tuple[list[float], float]:
    """What the coalitions cost, and the seconds of solving them."""
    begun = time.perf_counter()
    costs = [value.cost for value in game.values(some)]
    return costs, time.perf_counter() - begun
