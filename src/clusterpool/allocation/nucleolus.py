"""The nucleolus and its relatives: the largest excess as small as can be, then the next largest, and so on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.charges import ZERO
from clusterpool.allocation.coalitions import LARGEST_TABLE, EveryCoalition, alone, player_count
from clusterpool.allocation.core import scale_of, starting_rows, weights_of
from clusterpool.allocation.programs import CoalitionRows, Optimum, Rows, level_program, minimise, no_rows, plane_of
from clusterpool.allocation.row_generation.separation import Weighing
from clusterpool.errors import SolveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

IN_SPAN = 1e-8
PROBE = np.random.default_rng(0).standard_normal(LARGEST_TABLE)


def nucleolus(table: NDArray[np.float64], *, imputations: bool = True) -> NDArray[np.float64]:
    """The shares whose excesses x(S) - c(S), sorted from the largest, come first in lexicographic order.

    Schmeidler, The nucleolus of a characteristic function game, SIAM Journal on Applied Mathematics 17, 1969.

    Parameters
    ----------
    table : ndarray
        The costs of the 2^n coalitions.
    imputations : bool
        Only among shares where nobody pays more than alone, if there are any; else among all (the prenucleolus).

    Examples
    --------
    >>> nucleolus(np.array([0.0, 6.0, 7.0, 10.0])).round(6)
    array([4.5, 5.5])
    """
    return _lexicographic(table, Weighing.PLAIN, imputations=imputations)


def per_capita_nucleolus(table: NDArray[np.float64], *, imputations: bool = True) -> NDArray[np.float64]:
    """As `nucleolus`, with the excess a head: (x(S) - c(S)) / |S|.

    Grotte, Computation of and observations on the nucleolus, the normalized nucleolus and the central games, 1970.

    Examples
    --------
    >>> per_capita_nucleolus(np.array([0.0, 6.0, 7.0, 10.0])).round(6)
    array([4.5, 5.5])
    """
    return _lexicographic(table, Weighing.PER_CAPITA, imputations=imputations)


def proportional_nucleolus(table: NDArray[np.float64], *, imputations: bool = True) -> NDArray[np.float64]:
    """As `nucleolus`, with the excess in proportion to the cost: (x(S) - c(S)) / c(S).

    Young, Okada & Hashimoto, Cost allocation in water resources development, Water Resources Research 18(3), 1982.

    Raises
    ------
    ValueError
        Some c(S) is not positive.

    Examples
    --------
    >>> proportional_nucleolus(np.array([0.0, 6.0, 9.0, 10.0])).round(6)
    array([4., 6.])
    """
    return _lexicographic(table, Weighing.PROPORTIONAL, imputations=imputations)


def _lexicographic(table: NDArray[np.float64], weighing: Weighing, *, imputations: bool) -> NDArray[np.float64]:
    n, scale = player_count(table), scale_of(table)
    scaled = table / scale
    slope = weights_of(scaled, weighing)
    if n == 1:
        return table[1:]
    caps, total = alone(scaled), float(scaled[-1])
    below = no_rows(n + 1)
    if imputations and caps.sum() >= total - ZERO * n:
        below = Rows(np.eye(n, n + 1), caps)
    every = CoalitionRows(EveryCoalition(n), scaled[1:-1], slope[1:-1], np.ones(2**n - 2, dtype=np.bool_))
    return _settle(every, below, Rows(np.ones((1, n)), np.array([total])), starting_rows(n)) * scale


def _settle(rows: CoalitionRows, below: Rows, settled: Rows, start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Level after level, make the rows that are tight in every optimum equalities, until these fix the shares."""
    n = settled.matrix.shape[1]
    while len(settled.right) < n:
        plane = plane_of(settled)
        if len(settled.right) > 1:  # everybody alone spans no other coalition
            rows, below = _unsettled(rows, below, plane.free)
        best = minimise(level_program(plane, below), rows, start[rows.active[start]])
        settled, before = with_tight(settled, plane.free, rows, below, best), len(settled.right)
        if len(settled.right) == before:
            raise SolveError("a level of the nucleolus settled nothing: the costs are too badly scaled")
        start = np.union1d(start, best.tight_coalitions)
    return np.asarray(np.linalg.solve(settled.matrix, settled.right), dtype=np.float64)


def _unsettled(rows: CoalitionRows, below: Rows, free: NDArray[np.float64]) -> tuple[CoalitionRows, Rows]:
    """The rows without those whose sum of shares is fixed already: `free` are the directions that are not.

    One of these directions, drawn once, picks the few that may be fixed, then all directions decide.
    """
    still = np.flatnonzero(np.abs(rows.coalitions.sums(free @ PROBE[: free.shape[1]])) <= IN_SPAN)
    active = rows.active.copy()
    active[still[_norms(rows.coalitions.rows(still) @ free) <= IN_SPAN]] = False
    own = _norms(below.matrix[:, :-1] @ free) > IN_SPAN
    return CoalitionRows(rows.coalitions, rows.limit, rows.slope, active), Rows(below.matrix[own], below.right[own])


def _norms(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(matrix, axis=1), dtype=np.float64)


def with_tight(settled: Rows, free: NDArray[np.float64], rows: CoalitionRows, below: Rows, best: Optimum) -> Rows:
    """The settled rows and, one after the other, each tight row that they do not span; `free` is what they leave."""
    tight = best.tight_coalitions
    matrix = np.concatenate([rows.coalitions.rows(tight), below.matrix[best.tight_below, :-1]])
    right = np.concatenate([rows.limit[tight] + best.value * rows.slope[tight], below.right[best.tight_below]])
    new = independent(matrix @ free)
    return settled.with_rows(matrix[new], right[new])


def independent(matrix: NDArray[np.float64]) -> list[int]:
    """The numbers of the rows that those before them do not span."""
    columns = matrix.shape[1]
    first = matrix[:columns]  # mostly these are
    if np.abs(np.asarray(np.linalg.qr(first.T, mode="r")).diagonal()).min(initial=math.inf) > IN_SPAN:
        return list(range(len(first)))
    basis, new = np.zeros((0, columns)), []
    for number, row in enumerate(matrix):
        beside = row - basis.T @ (basis @ row)
        beside -= basis.T @ (basis @ beside)  # twice is enough: rounding leaves nothing of the span
        if (size := float(np.linalg.norm(beside))) > IN_SPAN:
            basis = np.vstack([basis, beside / size])
            new.append(number)
    return new
