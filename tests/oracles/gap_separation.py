"""A game of which only bounds and plans are known, and a separation that proves no more than the bounds do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation import Answer, CoalitionCost, CostGame
from tests.oracles.table_separation import TableSeparation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation import Question


class GapSeparation(TableSeparation):
    """Finds coalitions at what their plans cost; its bound holds wherever above `low` the true costs are."""

    def __init__(self, players: str, low: NDArray[np.float64], plans: NDArray[np.float64], *, slack: float) -> None:
        super().__init__(players, low, slack=slack)
        self.plans = plans

    def __call__(self, question: Question) -> Answer:
        answer = super().__call__(question)
        found = [(coalition, CoalitionCost(self.plan(coalition), -np.inf)) for coalition, _ in answer.found]
        return Answer(found, answer.bound)

    def plan(self, coalition: frozenset[str]) -> float:
        return float(self.plans[self.number(coalition)])

    def number(self, coalition: frozenset[str]) -> int:
        return sum(1 << self.players.index(player) for player in coalition)


def gap_game(separation: GapSeparation) -> CostGame:
    """The game whose coalitions are solved to the gap when asked, with the separation beside it."""

    def ask(coalitions: list[frozenset[str]]) -> list[CoalitionCost]:
        return [CoalitionCost(separation.plan(c), float(separation.table[separation.number(c)])) for c in coalitions]

    return CostGame(separation.players, ask, separation=separation)
