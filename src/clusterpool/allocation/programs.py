"""The programs behind the core: linear programs whose rows are added as they are violated, and nearest points.

Costs are expected in units in which the largest is about 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import null_space, orth
from scipy.optimize import linprog, nnls

from clusterpool.errors import SolveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation.coalitions import CoalitionSet

ROWS_A_ROUND = 20
POSITIVE_DUAL = 1e-7
STILL = 1e-9
SLACK = 1e-9
"""By how much a row of an optimal face is relaxed, so that rounding leaves the face some points."""
TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Linear rows: `matrix` @ x against `right`."""

    matrix: NDArray[np.float64]
    right: NDArray[np.float64]

    def with_rows(self, matrix: NDArray[np.float64], right: NDArray[np.float64]) -> Rows:
        """These rows and some more."""
        return Rows(np.vstack([self.matrix, matrix]), np.concatenate([self.right, right]))


def no_rows(columns: int) -> Rows:
    """No rows yet."""
    return Rows(np.zeros((0, columns)), np.zeros(0))


@dataclass(frozen=True, eq=False, slots=True)
class CoalitionRows:
    """x(S) - slope(S) t <= limit(S) for the coalitions that are `active`; t is the program's last variable."""

    coalitions: CoalitionSet
    limit: NDArray[np.float64]
    slope: NDArray[np.float64]
    active: NDArray[np.bool_]

    def violated(self, x: NDArray[np.float64], t: float) -> NDArray[np.int64]:
        """The most violated coalitions, the most violated first."""
        excess = np.where(self.active, self.coalitions.sums(x) - self.slope * t - self.limit, -np.inf)
        count = min(ROWS_A_ROUND, len(excess))
        worst = np.argpartition(-excess, count - 1)[:count] if count else np.zeros(0, dtype=np.int64)
        worst = worst[excess[worst] > TOLERANCE]
        return worst[np.lexsort((worst, -excess[worst]))]


@dataclass(frozen=True, eq=False, slots=True)
class Program:
    """Minimise `objective` over the players' shares, then further variables: the `fixed` rows hold as equalities.

    `below` rows hold as matrix @ x <= right; variables lie in `box`.
    """

    objective: NDArray[np.float64]
    fixed: Rows
    below: Rows
    box: tuple[tuple[float | None, float | None], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Optimum:
    """An optimal point, its value, and the rows with a positive dual: they are tight at every optimal point."""

    point: NDArray[np.float64]
    value: float
    tight_coalitions: NDArray[np.int64]
    tight_below: NDArray[np.int64]


def minimise(program: Program, rows: CoalitionRows, start: NDArray[np.int64]) -> Optimum:
    """The optimum over all coalitions' rows, of which only `start` and those found violated are ever stated."""
    players = rows.coalitions.rows(start[:1]).shape[1]
    stated = start
    while True:
        point, value, prices = _solve(program, rows, stated)
        new = np.setdiff1d(rows.violated(point[:players], float(point[-1])), stated)
        if len(new) == 0:
            break
        stated = np.concatenate([stated, new])
    tight, own = prices > POSITIVE_DUAL, len(program.below.right)
    return Optimum(point, value, stated[tight[own:]], np.flatnonzero(tight[:own]))


def _solve(
    program: Program, rows: CoalitionRows, stated: NDArray[np.int64]
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """An optimal point, its value, and the price (>= 0) of each row: those of the program, then the stated ones."""
    members = rows.coalitions.rows(stated)
    matrix = np.zeros((len(stated), len(program.objective)))
    matrix[:, : members.shape[1]] = members
    matrix[:, -1] -= rows.slope[stated]
    below = program.below.with_rows(matrix, rows.limit[stated])
    result = linprog(
        program.objective,
        A_ub=below.matrix,
        b_ub=below.right,
        A_eq=program.fixed.matrix,
        b_eq=program.fixed.right,
        bounds=program.box,
        method="highs",
        options={"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE},
    )
    if result.status != 0 or result.fun is None:
        raise SolveError(f"a linear program of the core was not solved: {result.message}")
    return np.asarray(result.x), float(result.fun), -np.asarray(result.ineqlin.marginals)


def nearest(target: NDArray[np.float64], fixed: Rows, below: Rows, rows: CoalitionRows) -> NDArray[np.float64]:
    """The point nearest to `target` (least squares) with the `fixed` rows as equalities and all others below."""
    base = target + np.linalg.pinv(fixed.matrix) @ (fixed.right - fixed.matrix @ target)
    directions = null_space(fixed.matrix)
    point, stated = base, np.zeros(0, dtype=np.int64)
    while directions.shape[1]:
        limits = below.with_rows(rows.coalitions.rows(stated), rows.limit[stated])
        point = base + directions @ _least_step(limits.matrix @ directions, limits.right - limits.matrix @ base)
        new = np.setdiff1d(rows.violated(point, 0.0), stated)
        if len(new) == 0:
            break
        stated = np.concatenate([stated, new])
    return point


def _least_step(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shortest y with matrix @ y <= right: least distance programming (Lawson & Hanson 1974, chapter 23)."""
    moving = np.linalg.norm(matrix, axis=1) > STILL
    dual = np.vstack([-matrix[moving].T, -right[moving]])
    unit = np.zeros(len(dual))
    unit[-1] = 1.0
    if not moving.any():
        return unit[:-1]
    residual = dual @ nnls(dual, unit)[0] - unit
    if abs(residual[-1]) < STILL:
        raise SolveError("no point of the core was found near the target: the program is too badly scaled")
    return np.asarray(-residual[:-1] / residual[-1], dtype=np.float64)


def span(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """An orthonormal basis, as rows, of what the rows of `matrix` span."""
    return np.asarray(orth(matrix.T).T, dtype=np.float64)
