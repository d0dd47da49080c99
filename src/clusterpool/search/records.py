"""What serving a coalition finds: points of the blocks, their costs piece by piece, and hints for other coalitions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.solver import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.solver import Solution


class Buying(StrEnum):
    """How the suppliers of ex-works goods are chosen before the trips of a large pool."""

    LIKELY = "at likely rates of carriage"
    FIRST = "as if carriage cost nothing: buying first, shipping after"


@dataclass(frozen=True, eq=False)
class Hint:
    """What a plan of the whole pool says about others: the trips it considered, used, and what rides on these.

    Parameters
    ----------
    considered, used : array of bool, one entry a trip
    riding : array of bool, one entry a ride
    freight : float
        What freight costs in that plan.
    buying : Buying
        How its suppliers were chosen.
    """

    considered: NDArray[np.bool_]
    used: NDArray[np.bool_]
    riding: NDArray[np.bool_]
    freight: float
    buying: Buying = Buying.LIKELY


@dataclass(frozen=True, slots=True)
class Point:
    """A solution of a model as its columns that are not 0."""

    columns: tuple[int, ...]
    values: tuple[float, ...]

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Point:
        """Without the columns that are 0."""
        columns = np.flatnonzero(values)
        return cls(tuple(columns.tolist()), tuple(values[columns].tolist()))

    def dense(self, n_columns: int) -> NDArray[np.float64]:
        """With every column."""
        values = np.zeros(n_columns)
        values[list(self.columns)] = self.values
        return values


NOWHERE = Point((), ())
"""Of a piece in which a coalition has nothing to do."""


@dataclass(frozen=True, slots=True)
class PieceCost:
    """What a coalition costs in a piece of the model.

    Parameters
    ----------
    purchases, freight : float
        The cost, by part.
    bound : float
        No plan over the known trips costs less in this piece.
    shortage : float
        The part of the cost that prices unmet needs.
    limit_struck : bool
        Whether a time limit or an interrupt cut the search.
    point : Point
        The plan with this cost.
    """

    purchases: float
    freight: float
    bound: float
    shortage: float
    limit_struck: bool = False
    point: Point = NOWHERE

    @property
    def cost(self) -> float:
        """Purchases and freight together."""
        return self.purchases + self.freight

    @classmethod
    def of(cls, figures: Sequence[float]) -> PieceCost:
        """As it was remembered."""
        purchases, freight, bound, shortage, *entries = figures
        half = len(entries) // 2
        point = Point(tuple(int(column) for column in entries[:half]), tuple(entries[half:]))
        return cls(purchases, freight, bound, shortage, point=point)

    @property
    def figures(self) -> tuple[float, ...]:
        """What is remembered of it."""
        figures = (self.purchases, self.freight, self.bound, self.shortage)
        return (*figures, *self.point.columns, *self.point.values)


@dataclass(frozen=True, eq=False)
class Served:
    """A plan of a coalition as points of the blocks, with its cost by part and lower bounds.

    Parameters
    ----------
    bound : float
        No plan over the known trips costs less.
    freight_bound : float
        The same for freight by itself; 0 where freight and purchasing are solved as one.
    pieces : tuple of PieceCost
        What it costs in each of the pieces of the task (`pieces_of`).
    holds_over_all : bool
        Whether `bound` holds over all trips, not over the known ones alone.
    """

    solutions: tuple[Solution, ...]
    bound: float
    freight_bound: float
    holds_over_all: bool
    purchases: float
    freight: float
    shortage: float
    hint: Hint | None
    pieces: tuple[PieceCost, ...]

    @property
    def limit_struck(self) -> bool:
        """Whether a time limit or an interrupt cut the search."""
        return any(solution.limit_struck for solution in self.solutions)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C cut the search; the plan is the best so far."""
        return any(solution.status is Status.INTERRUPTED for solution in self.solutions)
