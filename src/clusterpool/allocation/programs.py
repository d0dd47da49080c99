"""The programs behind the core: linear programs whose rows are added as they are violated, and nearest points.

Costs are expected in units in which the largest is about 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import nnls

from clusterpool.allocation.simplex import dual_simplex, far_rows
from clusterpool.errors import SolveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation.coalitions import CoalitionSet

ROWS_A_ROUND = 20
BLOCKS = 64
POSITIVE_DUAL = 1e-7
STILL = 1e-9
RANK = 1e-9
"""Smaller singular values of equalities count as 0."""
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

    def without_idle(self) -> CoalitionRows:
        """The same rows, those that are not active without a limit."""
        if self.active.all():
            return self
        return replace(self, limit=np.where(self.active, self.limit, np.inf))

    def violated(self, x: NDArray[np.float64], t: float) -> NDArray[np.int64]:
        """The most violated coalition and some of the next, at most `ROWS_A_ROUND`, the most violated first.

        Rows that are not active have no limit here.
        """
        excess = self.coalitions.sums(x)
        excess -= self.limit
        if t:
            excess -= self.slope * t
        worst = _block_maxima(excess)
        largest = excess[worst]
        over = largest > TOLERANCE
        if not over.any():
            return worst[:0]
        worst, largest = worst[over], largest[over]
        return worst[np.lexsort((worst, -largest))][:ROWS_A_ROUND]


def _block_maxima(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The place of the largest value of each of some blocks: faster than a partial sort, and less alike."""
    width = max(1, len(values) // BLOCKS)
    whole = len(values) // width * width
    blocks = values[:whole].reshape(-1, width).argmax(axis=1) + np.arange(0, whole, width)
    return np.append(blocks, np.arange(whole, len(values)))


@dataclass(frozen=True, eq=False, slots=True)
class Plane:
    """The points that satisfy some equalities: base + free @ z, the columns of `free` orthonormal."""

    base: NDArray[np.float64]
    free: NDArray[np.float64]

    def beside(self, more: int) -> Plane:
        """The same points with some further variables, free, after theirs."""
        columns, directions = self.free.shape
        free = np.zeros((columns + more, directions + more))
        free[:columns, :directions] = self.free
        free[columns:, directions:] = np.eye(more)
        return Plane(np.concatenate([self.base, np.zeros(more)]), free)


def plane_of(fixed: Rows) -> Plane:
    """The points that satisfy equalities, which need not be independent."""
    count, columns = fixed.matrix.shape
    whole, triangle = np.linalg.qr(fixed.matrix.T, mode="complete")
    if count <= columns and np.abs(triangle.diagonal()).min(initial=math.inf) > RANK:
        return Plane(whole[:, :count] @ np.linalg.solve(triangle[:count].T, fixed.right), whole[:, count:])
    left, size, directions = np.linalg.svd(fixed.matrix)
    rank = int((size > RANK).sum())
    return Plane(directions[:rank].T @ ((left.T[:rank] @ fixed.right) / size[:rank]), directions[rank:].T)


def shares_of(total: float, n: int) -> Plane:
    """All shares of a total among n players."""
    return plane_of(Rows(np.ones((1, n)), np.array([total])))


@dataclass(frozen=True, eq=False, slots=True)
class Program:
    """Minimise `objective` over a plane of the players' shares, then further variables, with `below` rows.

    These hold as matrix @ x <= right.
    """

    objective: NDArray[np.float64]
    plane: Plane
    below: Rows


def level_program(shares: Plane, below: Rows) -> Program:
    """Minimise the level t beside the shares; `below` rows are over both."""
    plane = shares.beside(1)
    return Program(np.append(np.zeros(len(shares.base)), 1.0), plane, below)


@dataclass(frozen=True, eq=False, slots=True)
class Optimum:
    """An optimal point, its value, and the rows with a positive dual: they are tight at every optimal point."""

    point: NDArray[np.float64]
    value: float
    tight_coalitions: NDArray[np.int64]
    tight_below: NDArray[np.int64]


def minimise(program: Program, rows: CoalitionRows, start: NDArray[np.int64]) -> Optimum:
    """The optimum over all coalitions' rows, of which only `start` and those found violated are ever stated.

    Raises
    ------
    SolveError
        No point satisfies the rows, some point is as good as can be, or rounding keeps the program from being solved.
    """
    base, free = program.plane.base, program.plane.free
    objective, rows = program.objective @ free, rows.without_idle()
    far, below = far_rows(objective), program.below
    matrix = np.concatenate([far.matrix, below.matrix @ free])
    right = np.concatenate([far.right, below.right - below.matrix @ base])
    stated_from, stated, vertex = len(right), start, far.vertex
    players, new, seen = rows.coalitions.n, start, set(start.tolist())
    while True:
        added = _coalition_rows(rows, new, len(base))
        matrix = np.concatenate([matrix, added.matrix @ free])
        right = np.concatenate([right, added.right - added.matrix @ base])
        vertex = dual_simplex(objective, matrix, right, vertex)
        point = base + free @ vertex.point
        found = [number for number in rows.violated(point[:players], float(point[-1])).tolist() if number not in seen]
        if not found:
            break
        new = np.array(found, dtype=np.int64)
        stated = np.concatenate([stated, new])
        seen.update(found)
    point = base + free @ np.linalg.solve(matrix[vertex.basis], right[vertex.basis])
    tight = vertex.basis[vertex.prices > POSITIVE_DUAL] - len(objective)
    if (tight < 0).any():
        raise SolveError("a linear program of the core was not solved: its optimum is infinite")
    of_coalitions, count = stated_from - len(objective), len(below.right)
    return Optimum(
        point,
        float(program.objective @ point),
        np.sort(stated[tight[tight >= of_coalitions] - of_coalitions]),
        np.sort(tight[tight < count]),
    )


def _coalition_rows(rows: CoalitionRows, numbers: NDArray[np.int64], columns: int) -> Rows:
    members = rows.coalitions.rows(numbers)
    matrix = np.zeros((len(numbers), columns))
    matrix[:, : members.shape[1]] = members
    matrix[:, -1] -= rows.slope[numbers]
    return Rows(matrix, rows.limit[numbers])


def nearest(target: NDArray[np.float64], fixed: Rows, below: Rows, rows: CoalitionRows) -> NDArray[np.float64]:
    """The point nearest to `target` (least squares) with the `fixed` rows as equalities and all others below."""
    plane = plane_of(fixed)
    directions = plane.free
    base = plane.base + directions @ (directions.T @ target)
    point, stated = base, np.zeros(0, dtype=np.int64)
    rows = rows.without_idle()
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
