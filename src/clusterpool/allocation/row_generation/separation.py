"""What row generation asks of a game that is too large to list: the coalitions that given shares treat worst."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from clusterpool.allocation.costs import Coalition, CoalitionCost


class Weighing(StrEnum):
    """What the excess of a coalition S is measured in: money, money a head, or a part of c(S)."""

    PLAIN = "plain"
    PER_CAPITA = "per-capita"
    PROPORTIONAL = "proportional"

    def slopes(self, members: NDArray[np.float64], costs: NDArray[np.float64]) -> NDArray[np.float64]:
        """The unit of each coalition's excess: 1, its size, or its cost."""
        match self:
            case Weighing.PLAIN:
                return np.ones(len(costs))
            case Weighing.PER_CAPITA:
                return np.asarray(members.sum(axis=1), dtype=np.float64)
            case Weighing.PROPORTIONAL:
                return costs


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Which S, neither nobody nor everybody, has the largest x(S) - c(S) - level * slope(S)? Asked in the currency.

    Parameters
    ----------
    shares : array of float
        x: what each player pays, in the order of the game's players, in the game's currency.
    level : float
        In the unit of the weighing; above -1 where it is proportional.
    weighing : Weighing
        The slope: 1, the number of players of S, or c(S).
    tolerance : float
        How far, in the currency, the bound may lie above the best coalition found.
    holding : int or None
        Only coalitions that hold the player of this number.
    enough : float
        Where a coalition with more, in the currency, is found, nothing has to be proven: the bound may be infinite.
    moving : array of int, one row a direction
        Only coalitions whose incidence vector z has d z other than 0 for one of the directions d at least.
    so_far : tuple of two floats, or None
        Between which levels the search that asks has proven its value to lie; for those who watch.
    """

    shares: NDArray[np.float64]
    level: float = 0.0
    weighing: Weighing = Weighing.PLAIN
    tolerance: float = 0.0
    holding: int | None = None
    enough: float = math.inf
    moving: NDArray[np.int64] | None = None
    so_far: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """The coalitions that a search for the worst one passed, and what is proven.

    Parameters
    ----------
    found : sequence of (coalition, CoalitionCost)
        Coalitions with the cost of a plan of each; some may be there twice.
    bound : float
        For no coalition asked about x(S) - c(S) - level * slope(S) is larger; infinite where nothing is proven, minus
        infinity where there is no such coalition.
    """

    found: Sequence[tuple[Coalition, CoalitionCost]]
    bound: float


class Separation(Protocol):
    """Finds the coalitions that shares treat worst, without listing all of them.

    The players are those of the game that have needs, sorted.
    """

    @property
    def struck(self) -> bool:
        """Whether the time for questions is over: further answers would be empty."""
        ...

    @property
    def limit_struck(self) -> bool:
        """Whether a time limit cut an answer, or a search that would have asked more."""
        ...

    @property
    def finds(self) -> bool:
        """Whether answers hold coalitions with their plans; else they are bounds alone, and coalitions are proposed."""
        ...

    def within(self, part: float) -> AbstractContextManager[None]:
        """In its block questions may take no more than a part of the time that is left for them."""
        ...

    def __call__(self, question: Question) -> Answer:
        """Answer a question."""
        ...

    def propose(self, question: Question, known: Mapping[Coalition, CoalitionCost]) -> Sequence[Coalition]:
        """Coalitions to be solved, by an estimate that learns from known ones; none where answers hold plans."""
        ...

    def prices(self) -> NDArray[np.float64]:
        """What each player's needs are worth in the plan of everybody: shares from which a search may start."""
        ...

    def seeds(self) -> Sequence[tuple[Coalition, CoalitionCost]]:
        """Coalitions whose plans are at hand."""
        ...
