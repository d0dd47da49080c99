"""The dual simplex method for small dense linear programs that are solved again and again as rows are added.

    min c z  subject to  a_k z <= b_k for every row k

A basis is as many rows as there are variables; it is kept dual feasible (c + sum of price_k a_k = 0 with prices >= 0),
so that rows may be added at any time: the most violated one enters, the one whose price falls to 0 first leaves. Lemke,
The dual method of solving the linear programming problem, Naval Research Logistics Quarterly 1, 1954.
"""

from __future__ import annotations

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
    """An optimal vertex: the point, the rows that are its basis, and their prices (>= 0)."""

    point: Array
    basis: NDArray[np.int64]
    prices: Array


def far_rows(objective: Array) -> tuple[Array, Array]:
    """Rows that no optimal point meets, and that are a dual feasible basis of themselves."""
    signs = np.where(objective > 0.0, -1.0, 1.0)
    return np.diag(signs), np.full(len(objective), FAR)


def dual_simplex(objective: Array, matrix: Array, right: Array, basis: NDArray[np.int64]) -> Vertex:
    """The optimum, from a dual feasible basis (row numbers).

    Raises
    ------
    SolveError
        No point satisfies all rows, or rounding keeps the method from ending.
    """
    basis = basis.copy()
    inverse = np.linalg.inv(matrix[basis])
    prices = np.maximum(-(objective @ inverse), 0.0)
    still = 0
    for exchange in range(1, 200 * (len(objective) + 10)):
        excess = matrix @ (inverse @ right[basis]) - right
        excess[basis] = 0.0
        entering = int(excess.argmax())
        if excess[entering] <= FEASIBLE:
            point = np.asarray(np.linalg.solve(matrix[basis], right[basis]), dtype=np.float64)
            return Vertex(point, basis, prices)
        if still > STALLED:
            entering = int(np.flatnonzero(excess > FEASIBLE)[0])
        column = matrix[entering] @ inverse
        leaving = _leaving(column, prices, basis, first=still > STALLED)
        step = prices[leaving] / column[leaving]
        still = 0 if step > PIVOT else still + 1
        prices = np.maximum(prices - step * column, 0.0)
        prices[leaving] = step
        basis[leaving] = entering
        if exchange % FRESH == 0:
            inverse = np.linalg.inv(matrix[basis])
            prices = np.maximum(-(objective @ inverse), 0.0)
        else:
            turned = inverse[:, leaving] / column[leaving]
            column[leaving] -= 1.0
            inverse -= turned[:, None] * column
    raise SolveError("a linear program of the core was not solved: the costs are too badly scaled")


def _leaving(column: Array, prices: Array, basis: NDArray[np.int64], *, first: bool) -> int:
    """The place in the basis whose price falls to 0 first; of several the one with the largest entry."""
    places = np.flatnonzero(column > PIVOT)
    if len(places) == 0:
        raise SolveError("a linear program of the core was not solved: no shares satisfy its rows")
    steps = prices[places] / column[places]
    ties = places[steps <= steps.min() + PIVOT]
    return int(ties[basis[ties].argmin()]) if first else int(ties[column[ties].argmax()])
