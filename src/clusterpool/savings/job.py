"""A pool and what is planned and solved of it while its cost is shared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterpool.errors import NoPlanError
from clusterpool.game import players_of, pool_oracle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor

    from clusterpool.cache import Cache
    from clusterpool.game import PoolOracle
    from clusterpool.optimize import Groundwork
    from clusterpool.plan import Stage
    from clusterpool.search import PieceCost, Served
    from clusterpool.solver import Deadline, SolveOptions


@dataclass(frozen=True, eq=False)
class Job:
    """A pool that has a plan, and what is solved of its game."""

    ground: Groundwork
    options: SolveOptions
    deadline: Deadline
    cache: Cache | None
    executor: Executor | None
    progress: Callable[[Stage], None] | None
    solved: dict[tuple[int, frozenset[str]], PieceCost] = field(default_factory=dict)
    served: Served | None = None

    @property
    def players(self) -> dict[str, frozenset[str]]:
        """Each member is one."""
        return players_of(self.ground.pool, by_cluster=False)

    def oracle(self, deadline: Deadline, executor: Executor | None) -> PoolOracle:
        """Solves coalitions, but those that any oracle of the job has solved."""
        oracle = pool_oracle(
            self.ground,
            self.options,
            deadline,
            self.players,
            hint=self.served.hint if self.served else None,
            cache=self.cache,
            executor=executor,
            progress=self.progress,
            solved=self.solved,
        )
        if self.served is not None:
            oracle.learn(frozenset(self.ground.pool.members), self.served)
        return oracle

    def plans_alone(self, deadline: Deadline) -> Mapping[tuple[int, frozenset[str]], PieceCost]:
        """The members' own plans by piece, as many as are found in time."""
        if deadline.struck:
            return self.solved
        try:
            return self.oracle(deadline, self.executor).plans_alone()
        except NoPlanError:
            return self.solved

    @property
    def bound(self) -> float:
        """No plan of the pool over the known trips costs less."""
        return self.served.bound if self.served is not None else 0.0
