"""The pool as a cost game: c(S) is the pooled model with membership fixed to S, solved when asked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from clusterpool.allocation import CostGame
from clusterpool.cache import Cache
from clusterpool.demand import asked_pool
from clusterpool.freight.bound import freight_bound
from clusterpool.game.oracle import pool_oracle
from clusterpool.game.twins import alike, twins
from clusterpool.model import buying_model
from clusterpool.optimize import groundwork, serve_pool
from clusterpool.search import is_large
from clusterpool.separation import RELAXED, EstimatedSeparation, Joined, PoolSeparation, join
from clusterpool.solver import Deadline, SolveOptions, asked_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from clusterpool.demand import Pool
    from clusterpool.model import BuyingModel
    from clusterpool.optimize import Groundwork
    from clusterpool.plan import Stage
    from clusterpool.search import Served

Coalition = frozenset[str]
PLAN_PART = 0.3
"""The part of the time for questions that a plan of the whole pool may take where none is at hand."""


def cost_game(
    pool: Pool,
    *,
    options: SolveOptions | None = None,
    by_cluster: bool = False,
    executor: Executor | None = None,
    cache: str | Path | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> CostGame:
    """The cost game of a pool: what each coalition of its members, or of its clusters, would pay by itself.

    Costs and bounds hold with respect to the known trips, which are the same for every coalition.

    Parameters
    ----------
    pool : Pool
        Needs and market.
    options : SolveOptions, optional
        The gap holds for each coalition, the time limit for looking for trips and for all coalitions asked for.
    by_cluster : bool
        The players are the clusters, each member standing with its first one.
    executor : concurrent.futures.Executor, optional
        Where coalitions are solved; by default in this process.
    cache : path, optional
        A folder, or a ``.sqlite`` file, that keeps what is solved: another run takes the same content from there.
    progress : callable, optional
        Gets a `Stage` now and then.
    """
    asked_pool(pool)
    options = asked_options(options)
    deadline = Deadline.after(options.time_limit_s)
    ground = groundwork(
        pool,
        options=options,
        deadline=deadline,
        executor=executor,
        progress=progress,
    )
    players = players_of(pool, by_cluster=by_cluster)
    kept = None if cache is None else Cache.at(cache)
    oracle = pool_oracle(ground, options, deadline, players, cache=kept, executor=executor, progress=progress)
    idle = idle_players(ground, players)
    worst = separation_of(ground, players, options, deadline, progress=progress)
    return CostGame(players, oracle.blocks, idle=idle, separation=worst)


def separation_of(
    ground: Groundwork,
    players: Mapping[str, Coalition],
    options: SolveOptions,
    deadline: Deadline,
    served: Served | None = None,
    progress: Callable[[Stage], None] | None = None,
) -> PoolSeparation | EstimatedSeparation | None:
    """Finds the coalitions of players that shares treat worst; None in a game of one player.

    Where the model is too large for one MILP, purchasing at the least rates of carriage with the least cost of each
    shipment takes its place, and its own relaxation: they bound the excess of every coalition. Coalitions to be solved
    are then proposed by an estimate.

    Parameters
    ----------
    served : Served, optional
        The plan of the whole pool; without it one is made when it is needed.
    progress : callable, optional
        Gets a `Stage` now and then.
    """
    idle = set(idle_players(ground, players))
    active = {player: members for player, members in players.items() if player not in idle}
    if len(active) <= 1:
        return None
    joined = _whole(ground, active)

    def plan() -> NDArray[np.float64]:
        point = served or serve_pool(ground, options=options, deadline=deadline.part(PLAN_PART))
        return joined.point([solution.values for solution in point.solutions])

    ask = partial(PoolSeparation, plan=plan, options=options, deadline=deadline, progress=progress)
    if not is_large(ground.task, ground.pool.members):
        return ask(joined)
    likely = ground.task.steering or buying_model(ground.buying, {})
    bounding = ask(_bounding(ground, likely, active), finds=False)
    estimated = EstimatedSeparation(bounding, join([likely.block], active))
    if joined.arrays.n_columns <= RELAXED:
        estimated.relaxed = ask(replace(joined, arrays=joined.arrays.relaxed()), finds=False)
    return estimated


def _whole(ground: Groundwork, players: Mapping[str, Coalition]) -> Joined:
    """The pooled model; of members with the same needs one coalition stands for all of its kind."""
    classes = alike(twins(ground.pool), players)
    return join(ground.task.blocks, players, alike=[some for some, _ in classes])


def _bounding(ground: Groundwork, buying: BuyingModel, players: Mapping[str, Coalition]) -> Joined:
    """A model that no plan of any coalition costs less than."""
    least = freight_bound(ground.carrying)
    return join([buying.at(least.lots).block], players, least.of_members(ground.carrying))


def players_of(pool: Pool, *, by_cluster: bool) -> dict[str, Coalition]:
    """The players of the game with the members that each stands for."""
    if by_cluster:
        return {cluster: frozenset(members) for cluster, members in pool.clusters.items()}
    return {member: frozenset((member,)) for member in pool.members}


def idle_players(ground: Groundwork, players: Mapping[str, Coalition]) -> list[str]:
    """The players without needs."""
    busy = {member for block in ground.model.blocks for member in block.membership}
    return [player for player, members in players.items() if not members & busy]
