"""The dual simplex method for small dense linear programs that are solved again and again as rows are added.

    min c z  subject to  a_k z <= b_k for every row k

A basis is as many rows as there are variables; it is kept dual feasible (c + sum of price_k a_k = 0 with prices >= 0),
so that rows may be added at any time: the most violated one enters, the one whose price falls to 0 first leaves. Lemke,
The dual method of solving the linear programming problem, Naval Research Logistics Quarterly 1, 1954.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.errors import SolveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FAR = 1e3
"""No program has an optimal point whose coordinates are all larger: where the search begins."""
FEASIBLE = 1e-10
PIVOT = 1e-9
"""Smaller entries of a column are taken for 0."""
FRESH = 30
"""After so many exchanges the inverse of the basis is computed anew."""
STALLED = 60
"""After so many exchanges without progress the first row that may enters (Bland's rule), so that none comes twice."""


@dataclass(frozen=True, eq=False, slots=True)
class Vertex:
    """A vertex that is dual feasible.

    Parameters
    ----------
    point : array of float
        Up to the rounding that `inverse` has gathered.
    basis : array of int
        The numbers of the rows that make it.
    prices : array of float
        Theirs, >= 0.
    inverse : array of float
        Of the matrix of these rows.
    age : int
        The exchanges since the inverse was computed.
    """

    point: Array
    basis: NDArray[np.int64]
    prices: Array
    inverse: Array
    age: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class FarRows:
    """Rows that no optimal point meets, and the vertex that they make."""

    matrix: Array
    right: Array
    vertex: Vertex


def far_rows(objective: Array) -> FarRows:
    """The first rows of a program: a dual feasible basis of themselves."""
    signs = np.where(objective > 0.0, -1.0, 1.0)
    matrix, right = np.diag(signs), np.full(len(objective), FAR)
    return FarRows(matrix, right, Vertex(FAR * signs, np.arange(len(objective)), np.abs(objective), matrix))


def dual_simplex(objective: Array, matrix: Array, right: Array, start: Vertex) -> Vertex:
    """The optimum, from a vertex of some of the rows.

    Raises
    ------
    SolveError
        No point satisfies all rows, or rounding keeps the method from ending.
    """
    basis, inverse, prices, age, still = start.basis.copy(), start.inverse.copy(), start.prices, start.age, 0
    for _ in range(200 * (len(objective) + 10)):
        point = inverse @ right[basis]
        excess = matrix @ point
        excess -= right
        excess[basis] = 0.0
        entering = int(excess.argmax())
        if excess[entering] <= FEASIBLE:
            return Vertex(point, basis, prices, inverse, age)
        if still > STALLED:
            entering = int(np.flatnonzero(excess > FEASIBLE)[0])
        column = matrix[entering] @ inverse
        leaving = _leaving(column.tolist(), prices.tolist(), basis, first=still > STALLED)
        step = prices[leaving] / column[leaving]
        still = 0 if step > PIVOT else still + 1
        basis[leaving] = entering
        age += 1
        if age == FRESH:
            inverse, age = np.asarray(np.linalg.inv(matrix[basis]), dtype=np.float64), 0
            prices = np.maximum(-(objective @ inverse), 0.0)
        else:
            prices = np.maximum(prices - step * column, 0.0)
            prices[leaving] = step
            turned = inverse[:, leaving] / column[leaving]
            column[leaving] -= 1.0
            inverse -= turned[:, None] * column
    raise SolveError("a linear program of the core was not solved: the costs are too badly scaled")


def _leaving(column: list[float], prices: list[float], basis: NDArray[np.int64], *, first: bool) -> int:
    """The place in the basis whose price falls to 0 first; of several the one with the largest entry.

    Lists: for so few numbers they are faster than arrays.
    """
    steps = [price / entry if entry > PIVOT else math.inf for price, entry in zip(prices, column, strict=True)]
    least = min(steps)
    if math.isinf(least):
        raise SolveError("a linear program of the core was not solved: no shares satisfy its rows")
    ties = [place for place, step in enumerate(steps) if step <= least + PIVOT]
    return min(ties, key=basis.__getitem__) if first else max(ties, key=column.__getitem__)
