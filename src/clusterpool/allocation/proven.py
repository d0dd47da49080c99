"""What is proven of all coalitions of a game at once: bounds at some shares, and between what its least core lies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from clusterpool.allocation.row_generation.separation import Weighing


@dataclass(frozen=True, slots=True)
class LeastCore:
    """The smallest excess that some shares keep every coalition to.

    Parameters
    ----------
    value : float
        The least core's value over the costs of the plans known; 0 in a game of one player.
    lower, upper : float
        The value lies between, whatever the true costs between bound and cost are.
    shares : Mapping of str to float
        Of the optimal shares those nearest to the proportional ones, by player.
    """

    value: float
    lower: float
    upper: float
    shares: Mapping[str, float]

    def narrowed_by(self, other: LeastCore) -> LeastCore:
        """What both prove together; the shares are those that are proven to keep coalitions to less."""
        upper = min(self.upper, other.upper)
        lower = min(max(self.lower, other.lower), upper)
        return LeastCore(lower, lower, upper, self.shares if self.upper <= other.upper else other.shares)


class Proven:
    """What was proven of all coalitions of a game at once, and holds whatever is solved later.

    Parameters
    ----------
    least_cores : dict
        By weighing, the narrowest interval of the least core so far.
    """

    def __init__(self) -> None:
        self._bounds: list[tuple[NDArray[np.float64], float]] = []
        self.least_cores: dict[Weighing, LeastCore] = {}

    def add(self, pays: NDArray[np.float64], bound: float) -> None:
        """At these shares no coalition's excess is above a bound."""
        if bound < self.at(pays):
            self._bounds.append((pays, bound))

    def at(self, pays: NDArray[np.float64]) -> float:
        """The least bound known at some shares: x(S) - c(S) <= b + what those of S pay more than where b holds."""
        worth = (bound + float(np.maximum(pays - other, 0.0).sum()) for other, bound in self._bounds)
        return min(worth, default=math.inf)
