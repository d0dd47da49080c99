"""The cost games behind savings: what is known of them from a plan or from a saved result, and who solves more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.allocation import CoalitionCost, CostGame
from clusterpool.game import PoolOracle, idle_players, players_of, pool_oracle, separation_of
from clusterpool.optimize import groundwork
from clusterpool.plan import FREIGHT, PURCHASES
from clusterpool.report import COALITION_COLUMNS
from clusterpool.solver import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor

    from clusterpool.cache import Cache
    from clusterpool.plan import Plan, Stage
    from clusterpool.report import Result
    from clusterpool.separation import EstimatedSeparation, PoolSeparation


def game_of_plan(
    oracle: PoolOracle,
    plan: Plan,
    known: Mapping[frozenset[str], CoalitionCost],
    bound: float = 0.0,
    separation: PoolSeparation | EstimatedSeparation | None = None,
) -> CostGame:
    """The game with what is known of it: the plan is what the pool as a whole pays, at least `bound`."""
    parts = dict(zip(plan.parts["part"], plan.parts["cost"], strict=True))
    bound = min(plan.cost, max(bound, plan.bound, math.fsum(plan.parts["bound_on_known_trips"])))
    whole = CoalitionCost(plan.cost, bound, parts[PURCHASES], parts[FREIGHT])
    idle = idle_players(oracle.ground, oracle.members_of)
    game = CostGame(oracle.members_of, oracle.blocks, idle=idle, separation=separation)
    for coalition, value in {frozenset(oracle.ground.pool.members): whole, **known}.items():
        game.learn(coalition, value)
    return game


def oracle_of(
    result: Result,
    *,
    executor: Executor | None = None,
    cache: Cache | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> PoolOracle:
    """Solves further coalitions of a result over its known trips."""
    pool, options = result.pool, result.options
    deadline = Deadline.after(options.time_limit_s)
    ground = groundwork(pool, options=options, deadline=deadline, known=result.known_trips)
    players = players_of(pool, by_cluster=False)
    return pool_oracle(ground, options, deadline, players, cache=cache, executor=executor, progress=progress)


def game_of(result: Result, oracle: PoolOracle) -> CostGame:
    """The game with what is known of it from a result."""
    known = {
        frozenset(row["members"].split("|")): CoalitionCost(row["cost"], row["bound"], row["purchases"], row["freight"])
        for row in result.coalitions.to_dict("records")
    }
    worst = separation_of(oracle.ground, oracle.members_of, oracle.options, oracle.deadline, progress=oracle.progress)
    return game_of_plan(oracle, result.plan, known, separation=worst)


def coalitions_of(game: CostGame) -> pd.DataFrame:
    """The coalitions that a game knows, as a table of a result."""
    rows = [
        ("|".join(sorted(coalition)), value.cost, value.bound, value.purchases, value.freight)
        for coalition, value in game.solved.items()
    ]
    return pd.DataFrame(rows, columns=list(COALITION_COLUMNS))
