"""A separation that looks through a full table: the judge of row generation, and a stand-in for the membership MILP."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation import Answer, CoalitionCost, CostGame, Question, Weighing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray


class TableSeparation:
    """Answers from all 2^n costs: the worst coalition and `more` others, with a bound that is loose by `slack`."""

    def __init__(self, players: str, table: NDArray[np.float64], *, more: int = 2, slack: float = 0.0) -> None:
        self.players, self.table, self.more, self.slack = players, table, more, slack
        self.questions = 0
        self.questions_left = 10_000
        n = len(players)
        self.members = (np.arange(1, 2**n - 1)[:, None] >> np.arange(n)) & 1

    @property
    def struck(self) -> bool:
        return self.questions >= self.questions_left

    finds = True
    limit_struck = False

    @contextmanager
    def within(self, part: float) -> Iterator[None]:
        """No more than a part of the questions that are left."""
        left = self.questions_left - self.questions
        kept = left - int(left * part)
        self.questions_left -= kept
        try:
            yield
        finally:
            self.questions_left += kept

    def excesses(self, question: Question) -> NDArray[np.float64]:
        costs = self.table[1:-1]
        unit = {
            Weighing.PLAIN: np.ones(len(costs)),
            Weighing.PER_CAPITA: self.members.sum(axis=1),
            Weighing.PROPORTIONAL: costs,
        }[question.weighing]
        excess = self.members @ question.shares - costs - question.level * unit
        if question.holding is not None:
            excess[self.members[:, question.holding] == 0] = -np.inf
        if question.moving is not None:
            excess[~(self.members @ question.moving.T != 0).any(axis=1)] = -np.inf
        return np.asarray(excess, dtype=np.float64)

    def __call__(self, question: Question) -> Answer:
        self.questions += 1
        excess = self.excesses(question)
        worst = [k for k in np.argsort(-excess, kind="stable")[: 1 + self.more] if np.isfinite(excess[k])]
        found = [(self.coalition(k), CoalitionCost(float(self.table[k + 1]), -np.inf)) for k in worst]
        return Answer(found, float(excess.max()) + self.slack)

    def propose(self, question: Question, known: Mapping[frozenset[str], CoalitionCost]) -> list[frozenset[str]]:
        del question, known
        return []

    def coalition(self, number: int) -> frozenset[str]:
        return frozenset(p for p, inside in zip(self.players, self.members[number], strict=True) if inside)

    def prices(self) -> NDArray[np.float64]:
        return np.full(len(self.players), self.table[-1] / len(self.players))

    def seeds(self) -> list[tuple[frozenset[str], CoalitionCost]]:
        return []


def game_with(separation: TableSeparation) -> CostGame:
    """The game whose coalitions are solved one by one when asked, with the separation beside it."""

    def ask(coalitions: list[frozenset[str]]) -> list[CoalitionCost]:
        numbers = [sum(1 << separation.players.index(player) for player in coalition) for coalition in coalitions]
        return [CoalitionCost(float(separation.table[k]), float(separation.table[k])) for k in numbers]

    return CostGame(separation.players, ask, separation=separation)


def savings_game(n: int, seed: int) -> NDArray[np.float64]:
    """A random game in which larger coalitions save more: costs of a fixed part, own parts and shared parts."""
    rng = np.random.default_rng(seed)
    own = rng.uniform(5.0, 20.0, n)
    table = np.zeros(2**n)
    shared = [(rng.uniform(2.0, 10.0), set(rng.choice(n, size=max(2, n // 2), replace=False))) for _ in range(n)]
    for k in range(1, 2**n):
        inside = {i for i in range(n) if k >> i & 1}
        table[k] = sum(own[i] for i in inside) + sum(cost for cost, users in shared if inside & users)
    return np.asarray(table + rng.uniform(0.0, 0.5, 2**n) * (np.arange(2**n) > 0))
