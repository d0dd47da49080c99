"""A game of which only bounds and plans are known, and a separation that proves no more than the bounds do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation import Answer, Blocks, CoalitionCost, CostGame
from tests.oracles.table_separation import TableSeparation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

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


def gap_game(separation: GapSeparation, *, alike: str = "") -> CostGame:
    """The game whose coalitions are solved to the gap when asked, with the separation beside it.

    Players that are `alike` are known to be; the costs have to agree.
    """

    def solve(pieces: Sequence[tuple[int, frozenset[str]]], _: Executor | None) -> list[CoalitionCost]:
        return [CoalitionCost(separation.plan(c), float(separation.table[separation.number(c)])) for _, c in pieces]

    blocks = Blocks((tuple(separation.players),), solve, (1.0,), (tuple(alike),) if alike else ())
    return CostGame(separation.players, blocks, separation=separation)
