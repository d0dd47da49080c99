"""The pool as a cost game: c(S) is the pooled model with membership fixed to S, solved when asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from clusterpool.allocation import CoalitionCost, CostGame
from clusterpool.executors import run_all
from clusterpool.optimize import groundwork, serve_pool
from clusterpool.plan import Stage
from clusterpool.search import is_large, serve
from clusterpool.separation import PoolSeparation, join
from clusterpool.solver import Deadline, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import NDArray

    from clusterpool.demand import Pool
    from clusterpool.optimize import Groundwork
    from clusterpool.search import Hint, Served, Task

Coalition = frozenset[str]
FEW_MEMBERS = 5
"""Up to so many members every coalition's own tours are looked for, at most 31 searches."""
CHUNKS = 32
"""Into how many pieces of work the coalitions of one question are cut at most."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What a coalition costs; `shortage` is the part that prices unmet needs."""

    cost: CoalitionCost
    shortage: float = 0.0
    limit_struck: bool = False


@dataclass(frozen=True, eq=False)
class PoolOracle:
    """Solves coalitions of a pool's members over the known trips.

    Parameters
    ----------
    members_of : mapping of player to frozenset of members
        Each member itself, or a cluster's members.
    hint : Hint or None
        What the pool's own plan says about large coalitions.
    solved : dict
        What is solved already, by the members that have needs.
    """

    ground: Groundwork
    options: SolveOptions
    deadline: Deadline
    members_of: Mapping[str, Coalition]
    hint: Hint | None = None
    executor: Executor | None = None
    progress: Callable[[Stage], None] | None = None
    solved: dict[Coalition, Solved] = field(default_factory=dict)

    def __call__(self, coalitions: Sequence[Coalition]) -> list[CoalitionCost]:
        """Cost, bound and parts of each coalition of players."""
        wanted = {self.members(coalition) for coalition in coalitions}
        missing = sorted(wanted - set(self.solved), key=lambda c: (-len(c), sorted(c)))
        size = max(1, -(-len(missing) // CHUNKS))
        chunks = [missing[start : start + size] for start in range(0, len(missing), size)]
        jobs = [(self.ground.task, chunk, self.options, self.deadline, self.hint) for chunk in chunks]
        done = 0
        for chunk, found in zip(chunks, run_all(self.executor, solve_coalitions, jobs), strict=True):
            self.solved.update(zip(chunk, found, strict=True))
            done += len(chunk)
            if self.progress is not None:
                self.progress(Stage("coalitions", done, len(missing)))
        return [self.solved[self.members(coalition)].cost for coalition in coalitions]

    def members(self, coalition: Coalition) -> Coalition:
        """The members that stand behind some players."""
        return frozenset().union(*(self.members_of[player] for player in coalition))

    @property
    def limit_struck(self) -> bool:
        """Whether a time limit cut any solve."""
        return any(one.limit_struck for one in self.solved.values())


def solve_coalitions(
    task: Task, coalitions: Sequence[Coalition], options: SolveOptions, deadline: Deadline, hint: Hint | None
) -> list[Solved]:
    """Solve coalitions one after the other; runs in this process or in another."""
    found = []
    for coalition in coalitions:
        one = serve(task, coalition, options=options, deadline=deadline, hint=hint)
        cost = CoalitionCost(one.purchases + one.freight, one.bound, one.purchases, one.freight)
        found.append(Solved(cost, one.shortage, one.limit_struck))
    return found


def cost_game(
    pool: Pool,
    *,
    options: SolveOptions | None = None,
    by_cluster: bool = False,
    executor: Executor | None = None,
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
    progress : callable, optional
        Gets a `Stage` now and then.
    """
    options = options or SolveOptions()
    deadline = Deadline.after(options.time_limit_s)
    ground = groundwork(
        pool,
        options=options,
        deadline=deadline,
        coalitions=toured_coalitions(pool),
        executor=executor,
        progress=progress,
    )
    players = players_of(pool, by_cluster=by_cluster)
    oracle = PoolOracle(ground, options, deadline, players, executor=executor, progress=progress)
    idle = idle_players(ground, players)
    return CostGame(players, oracle, idle=idle, separation=separation_of(ground, players, options, deadline))


def separation_of(
    ground: Groundwork,
    players: Mapping[str, Coalition],
    options: SolveOptions,
    deadline: Deadline,
    served: Served | None = None,
) -> PoolSeparation | None:
    """Finds the coalitions of players that shares treat worst; None where the model is too large for one MILP.

    Parameters
    ----------
    served : Served, optional
        The plan of the whole pool; without it one is made when it is needed.
    """
    idle = set(idle_players(ground, players))
    active = {player: members for player, members in players.items() if player not in idle}
    if len(active) <= 1 or is_large(ground.task, ground.pool.members):
        return None
    joined = join(ground.task.blocks, active)

    def whole() -> NDArray[np.float64]:
        plan = served or serve_pool(ground, options=options, deadline=deadline)
        return joined.point([solution.values for solution in plan.solutions])

    return PoolSeparation(joined, whole, options, deadline)


def toured_coalitions(pool: Pool) -> list[frozenset[str]]:
    """The coalitions for which trips are looked for: every one in a pool of few members, else the clusters."""
    names = pool.members
    if len(names) <= FEW_MEMBERS:
        return [frozenset(group) for size in range(2, len(names)) for group in combinations(names, size)]
    return [frozenset(members) for members in pool.clusters.values()]


def players_of(pool: Pool, *, by_cluster: bool) -> dict[str, Coalition]:
    """The players of the game with the members that each stands for."""
    if by_cluster:
        return {cluster: frozenset(members) for cluster, members in pool.clusters.items()}
    return {member: frozenset((member,)) for member in pool.members}


def idle_players(ground: Groundwork, players: Mapping[str, Coalition]) -> list[str]:
    """The players without needs."""
    busy = {member for block in ground.model.blocks for member in block.membership}
    return [player for player, members in players.items() if not members & busy]
