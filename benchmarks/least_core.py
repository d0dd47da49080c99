"""The least core by row generation: certified interval, questions and time, beside plain first-violated rows."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import clusterpool as cp
from benchmarks.pools.tight import tight_pool
from clusterpool.allocation import CoalitionCost, CostGame, Question
from clusterpool.allocation.programs import Optimum, minimise
from clusterpool.allocation.row_generation.least_core import Level, excess_program, least_core_level, whole_ground
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.executors import default_executor
from clusterpool.game import idle_players, players_of, pool_oracle, separation_of
from clusterpool.optimize import groundwork, serve_pool
from clusterpool.solver import Deadline, SolveOptions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """State the options of the subject."""
    pools = parser.add_mutually_exclusive_group(required=True)
    pools.add_argument("--data", type=Path, help="the folder of a pool")
    pools.add_argument("--tight", type=int, metavar="N", help="a drawn pool of N members whose capacities bind")
    parser.add_argument("--kinds", type=int, default=0, help="with --tight: members of only so many kinds")
    parser.add_argument("--items", type=int, default=24, help="with --tight: how many are needed")
    parser.add_argument("--suppliers", type=int, default=8, help="with --tight: how many sell")
    parser.add_argument("--seed", type=int, default=0, help="with --tight: the seed of the drawing")
    parser.add_argument("--members", type=int, default=0, help="only the first so many members; 0: all")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each of the two")
    parser.add_argument("--plain", action="store_true", help="also run plain row generation")


def run(arguments: argparse.Namespace) -> None:
    """Print one line for each way."""
    if arguments.tight is None:
        pool = cp.read_pool(arguments.data)
    else:
        pool = tight_pool(
            arguments.tight,
            kinds=arguments.kinds,
            items=arguments.items,
            suppliers=arguments.suppliers,
            seed=arguments.seed,
        )
    if arguments.members:
        pool = pool.restrict(pool.members[: arguments.members])
    ways: dict[str, Callable[[Ledger], Level]] = {"levels": least_core_level}
    if arguments.plain:
        ways["plain"] = plain_rows
    for name, way in ways.items():
        _measure(name, way, pool, arguments.seconds)


def _measure(name: str, way: Callable[[Ledger], Level], pool: cp.Pool, seconds: float) -> None:
    wall, processor = time.monotonic(), time.process_time()
    try:
        ledger = _ledger(pool, seconds)
        level = way(ledger)
    except cp.NoPlanError:
        print(f"{name}: not every member had a plan within {seconds:.0f} s")
        return
    everybody = ledger.game.value(ledger.game.players)
    print(
        f"{name}: n {ledger.n}, c(N) in [{everybody.bound:,.0f}, {everybody.cost:,.0f}], least core in"
        f" [{level.lower * ledger.scale:,.0f}, {level.upper * ledger.scale:,.0f}] = [{level.lower:.6f},"
        f" {level.upper:.6f}] of c(N), {len(ledger.known)} rows, {ledger.questions} MILPs,"
        f" {time.process_time() - processor:.1f} s of this process, {time.monotonic() - wall:.1f} s"
    )


def _ledger(pool: cp.Pool, seconds: float) -> Ledger:
    options = SolveOptions(time_limit_s=seconds)
    deadline = Deadline.after(seconds)
    ground = groundwork(pool, options=options, deadline=deadline)
    close = replace(options, gap=1e-4)
    served = serve_pool(ground, options=close, deadline=deadline.part(0.3))
    players = players_of(pool, by_cluster=False)
    separation = separation_of(ground, players, options, deadline, served)
    oracle = pool_oracle(ground, options, deadline, players, hint=served.hint, executor=default_executor())
    game = CostGame(players, oracle.blocks, idle=idle_players(ground, players), separation=separation)
    cost = CoalitionCost(served.purchases + served.freight, served.bound, served.purchases, served.freight)
    game.learn(game.players, cost)
    if separation is None or not separation.finds:
        raise SystemExit("this pool is too large for a separation that finds coalitions")
    return Ledger(game.without_idle(), separation)


def plain_rows(ledger: Ledger) -> Level:
    """Row generation by the book: the optimum of the known rows, the worst coalition there, and again."""
    ledger.sow()
    ground, upper = whole_ground(ledger), float("inf")
    while True:
        rows = ledger.rows()
        best: Optimum = minimise(excess_program(ground), rows, rows.active.nonzero()[0])
        shares = best.point[: ledger.n]
        if upper - best.value <= ledger.accuracy or ledger.separation.struck:
            return Level(best.value, upper, shares, rows, best)
        upper = min(upper, best.value + ledger.ask(Question(shares, best.value, tolerance=ledger.accuracy / 4.0))[0])
