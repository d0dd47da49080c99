"""The pool as a cost game: c(S) is the pooled model with membership fixed to S, solved when asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterpool.allocation import CoalitionCost, CostGame
from clusterpool.executors import run_all
from clusterpool.model import Block, solve_block
from clusterpool.optimize import groundwork
from clusterpool.plan import Stage
from clusterpool.solver import Deadline, Effort, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from clusterpool.demand import Pool
    from clusterpool.optimize import Groundwork

Coalition = frozenset[str]
CHUNKS = 32
"""Into how many pieces of work the coalitions of one question are cut at most."""


@dataclass(frozen=True, slots=True)
class BlockCost:
    """What a coalition costs in one block of the model; `shortage` is the part that prices unmet needs."""

    purchases: float = 0.0
    freight: float = 0.0
    bound: float = 0.0
    shortage: float = 0.0
    limit_struck: bool = False


@dataclass(frozen=True, eq=False)
class PoolOracle:
    """Solves coalitions of a pool's members over the known trips.

    Parameters
    ----------
    members_of : mapping of player to frozenset of members
        Each member itself, or a cluster's members.
    costs : dict
        What is solved already, by block and by the members that have needs in it.
    """

    ground: Groundwork
    options: SolveOptions
    deadline: Deadline
    members_of: Mapping[str, Coalition]
    executor: Executor | None = None
    progress: Callable[[Stage], None] | None = None
    costs: list[dict[Coalition, BlockCost]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.costs.extend({frozenset(): BlockCost()} for _ in self.ground.model.blocks)

    def __call__(self, coalitions: Sequence[Coalition]) -> list[CoalitionCost]:
        """Cost, bound and parts of each coalition of players."""
        for place, block in enumerate(self.ground.model.blocks):
            wanted = {self._inside(place, coalition) for coalition in coalitions}
            missing = sorted(wanted - set(self.costs[place]), key=lambda c: (-len(c), sorted(c)))
            self._solve(place, block, missing)
        return [_total(self._parts(coalition)) for coalition in coalitions]

    def shortage(self, coalition: Coalition) -> float:
        """What a solved coalition's plan reckons for unmet needs."""
        return sum(part.shortage for part in self._parts(coalition))

    @property
    def limit_struck(self) -> bool:
        """Whether a time limit cut any solve."""
        return any(cost.limit_struck for solved in self.costs for cost in solved.values())

    def _parts(self, coalition: Coalition) -> list[BlockCost]:
        return [solved[self._inside(place, coalition)] for place, solved in enumerate(self.costs)]

    def _inside(self, place: int, coalition: Coalition) -> Coalition:
        members = frozenset().union(*(self.members_of[player] for player in coalition))
        return members.intersection(self.ground.model.blocks[place].membership)

    def _solve(self, place: int, block: Block, missing: Sequence[Coalition]) -> None:
        size = max(1, -(-len(missing) // CHUNKS))
        chunks = [missing[start : start + size] for start in range(0, len(missing), size)]
        effort = Effort(self.options.gap, self.deadline)
        jobs = [(block, chunk, self.options, effort) for chunk in chunks]
        done = 0
        for chunk, found in zip(chunks, run_all(self.executor, block_costs, jobs), strict=True):
            self.costs[place].update(zip(chunk, found, strict=True))
            done += len(chunk)
            if self.progress is not None:
                self.progress(Stage("coalitions", done, len(missing)))


def block_costs(
    block: Block, coalitions: Sequence[Coalition], options: SolveOptions, effort: Effort
) -> list[BlockCost]:
    """Solve coalitions in one block; runs in this process or in another."""
    found = []
    for coalition in coalitions:
        one = solve_block(block, coalition, options=options, effort=effort)
        found.append(
            BlockCost(
                block.purchases(one.values),
                block.freight(one.values),
                one.bound,
                float(block.shortage @ one.values),
                one.limit_struck,
            )
        )
    return found


def _total(parts: Sequence[BlockCost]) -> CoalitionCost:
    purchases = sum(part.purchases for part in parts)
    freight = sum(part.freight for part in parts)
    bound = sum(part.bound for part in parts)
    return CoalitionCost(purchases + freight, min(bound, purchases + freight), purchases, freight)


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
    clusters = [frozenset(members) for members in pool.clusters.values()]
    ground = groundwork(
        pool, options=options, deadline=deadline, coalitions=clusters, executor=executor, progress=progress
    )
    players = players_of(pool, by_cluster=by_cluster)
    oracle = PoolOracle(ground, options, deadline, players, executor, progress)
    return CostGame(players, oracle, idle=idle_players(ground, players))


def players_of(pool: Pool, *, by_cluster: bool) -> dict[str, Coalition]:
    """The players of the game with the members that each stands for."""
    if by_cluster:
        return {cluster: frozenset(members) for cluster, members in pool.clusters.items()}
    return {member: frozenset((member,)) for member in pool.members}


def idle_players(ground: Groundwork, players: Mapping[str, Coalition]) -> list[str]:
    """The players without needs."""
    busy = {member for block in ground.model.blocks for member in block.membership}
    return [player for player, members in players.items() if not members & busy]
