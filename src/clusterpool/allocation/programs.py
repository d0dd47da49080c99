"""The programs behind the core: linear programs whose rows are added as they are violated, and nearest points.

Costs are expected in units in which the largest is about 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import null_space, orth
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

    def violated(self, x: NDArray[np.float64], t: float) -> NDArray[np.int64]:
        """The most violated coalition and some of the next, at most `ROWS_A_ROUND`, the most violated first."""
        excess = self.coalitions.sums(x) - self.limit
        if t:
            excess -= self.slope * t
        excess = np.where(self.active, excess, -np.inf)
        worst = _block_maxima(excess)
        worst = worst[excess[worst] > TOLERANCE]
        return worst[np.lexsort((worst, -excess[worst]))][:ROWS_A_ROUND]


def _block_maxima(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The place of the largest value of each of some blocks: faster than a partial sort, and less alike."""
    width = max(1, len(values) // BLOCKS)
    whole = len(values) // width * width
    blocks = values[:whole].reshape(-1, width).argmax(axis=1) + np.arange(0, whole, width)
    return np.append(blocks, np.arange(whole, len(values)))


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
    """The optimum over all coalitions' rows, of which only `start` and those found violated are ever stated.

    Raises
    ------
    SolveError
        No point satisfies the rows, some point is as good as can be, or rounding keeps the program from being solved.
    """
    players = rows.coalitions.rows(start[:1]).shape[1]
    base, free = _reduced(program)
    objective = program.objective @ free
    own, stated, seen = _own(program), start, set(start.tolist())
    below = Rows(*far_rows(objective)).with_rows(own.matrix @ free, own.right - own.matrix @ base)
    stated_from = len(below.right)
    basis, new = np.arange(len(objective)), start
    while True:
        added = _coalition_rows(rows, new, len(base))
        below = below.with_rows(added.matrix @ free, added.right - added.matrix @ base)
        vertex = dual_simplex(objective, below.matrix, below.right, basis)
        basis, point = vertex.basis, base + free @ vertex.point
        found = rows.violated(point[:players], float(point[-1])).tolist()
        new = np.array([number for number in found if number not in seen], dtype=np.int64)
        if len(new) == 0:
            break
        stated = np.concatenate([stated, new])
        seen.update(found)
    tight = basis[vertex.prices > POSITIVE_DUAL] - len(objective)
    if (tight < 0).any():
        raise SolveError("a linear program of the core was not solved: its optimum is infinite")
    of_coalitions, count = stated_from - len(objective), len(program.below.right)
    return Optimum(
        point,
        float(program.objective @ point),
        np.sort(stated[tight[tight >= of_coalitions] - of_coalitions]),
        np.sort(tight[tight < count]),
    )


def _reduced(program: Program) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points that satisfy the equalities: one of them, and directions that span the others, as columns."""
    held = [place for place, (low, high) in enumerate(program.box) if low is not None and low == high]
    fixed = program.fixed.with_rows(
        np.eye(len(program.box))[held], np.array([float(program.box[place][0] or 0.0) for place in held])
    )
    left, size, directions = np.linalg.svd(fixed.matrix)
    rank = int((size > RANK).sum())
    base = directions[:rank].T @ ((left.T[:rank] @ fixed.right) / size[:rank])
    return base, directions[rank:].T


def _own(program: Program) -> Rows:
    """The program's rows below, then those of its variables' ends."""
    unit, own = np.eye(len(program.box)), program.below
    for place, (low, high) in enumerate(program.box):
        if low is not None and low != high:
            own = own.with_rows(-unit[place : place + 1], np.array([-low]))
        if high is not None and low != high:
            own = own.with_rows(unit[place : place + 1], np.array([high]))
    return own


def _coalition_rows(rows: CoalitionRows, numbers: NDArray[np.int64], columns: int) -> Rows:
    members = rows.coalitions.rows(numbers)
    matrix = np.zeros((len(numbers), columns))
    matrix[:, : members.shape[1]] = members
    matrix[:, -1] -= rows.slope[numbers]
    return Rows(matrix, rows.limit[numbers])


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
