"""The nucleolus without listing all coalitions: level after level, each certified before its tight rows are settled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.charges import ZERO
from clusterpool.allocation.nucleolus import with_tight
from clusterpool.allocation.programs import Rows, no_rows, plane_of
from clusterpool.allocation.row_generation.in_time import level_in_time
from clusterpool.allocation.row_generation.least_core import (
    LOOKS,
    Ground,
    Level,
    known_level,
    least_level,
    open_rows,
    whole_ground,
    worth_at_first,
)
from clusterpool.allocation.row_generation.separation import Question, Weighing

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from clusterpool.allocation.row_generation.ledger import Ledger


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """A level, certified or not, and the independent incidence rows whose sums of shares were settled before it."""

    settled: NDArray[np.float64]
    level: Level


@dataclass(frozen=True, eq=False, slots=True)
class Levels:
    """How far a nucleolus was found.

    Parameters
    ----------
    shares : array of float
        In units of c(N): optimal for the certified levels, for those after them as far as they are known.
    stages : tuple of Stage
        The levels begun, the largest excess first.
    certified : int
        How many of them, from the first, are proven to the accuracy.
    complete : bool
        Whether the proven levels fix the shares.
    """

    shares: NDArray[np.float64]
    stages: tuple[Stage, ...]
    certified: int
    complete: bool


def nucleolus_levels(ledger: Ledger, weighing: Weighing, *, imputations: bool, accuracy: float) -> Levels:
    """The nucleolus as far as it can be found in time; see `nucleolus` for its definition and the weighings.

    A level is the smallest largest excess of the coalitions that the earlier levels leave open. The separation looks
    only at coalitions outside the span of what is settled: an incidence vector is inside exactly where it is at right
    angles to every vector of a basis of the settled rows' null space (Kohlberg, SIAM J. Appl. Math. 20, 1971).
    A level that cannot be certified to the accuracy, as answers leave a gap, is settled by what is known of it.
    """
    return _levels(ledger, weighing, worth_at_first(ledger), imputations, accuracy, _found_level)


def _found_level(
    ledger: Ledger, ground: Ground, weighing: Weighing, start: NDArray[np.float64], *, accuracy: float
) -> Level:
    """A level over all coalitions; of the first, which bounds all others, something is to be proven in any case."""
    search = level_in_time if len(ground.fixed.right) == len(ledger.fixed().right) else least_level
    return search(ledger, ground, weighing, start, accuracy=accuracy)


def proposed_nucleolus(ledger: Ledger, weighing: Weighing, *, imputations: bool, accuracy: float) -> Levels:
    """The nucleolus over coalitions that are proposed and solved; of its levels the first has a certificate."""
    everybody = whole_ground(ledger)
    first = level_in_time(ledger, everybody, weighing, worth_at_first(ledger))
    stages = (Stage(everybody.fixed.matrix, first),)
    for left in reversed(range(LOOKS)):
        shares = _levels(ledger, weighing, first.shares, imputations, accuracy, _level_of_known).shares
        if not left or not ledger.look(Question(shares, first.lower, weighing, ledger.accuracy / 4.0)):
            break
    return Levels(shares, stages, 0, complete=False)


def _level_of_known(
    ledger: Ledger, ground: Ground, weighing: Weighing, start: NDArray[np.float64], *, accuracy: float
) -> Level:
    """A level over the coalitions known, which stand for all."""
    del start, accuracy
    rows, best = open_rows(ledger, ground, weighing), known_level(ledger, ground, weighing)
    return Level(best.value, best.value, best.point[: ledger.n], rows, best)


def _levels(
    ledger: Ledger,
    weighing: Weighing,
    shares: NDArray[np.float64],
    imputations: bool,  # noqa: FBT001
    accuracy: float,
    search: Callable[..., Level],
) -> Levels:
    n, alone = ledger.n, ledger.alone
    fixed, below = ledger.fixed(), no_rows(n)
    if imputations and alone.sum() >= ledger.total - ZERO * n:
        below = Rows(np.eye(n), alone)
    stages, certified = list[Stage](), 0
    while len(fixed.right) < n:
        moving = directions(fixed.matrix)
        free = (below.matrix @ moving.T != 0.0).any(axis=1)
        below = Rows(below.matrix[free], below.right[free])
        ground = Ground(fixed, below, None if _settles_none(ledger, fixed) else moving)
        level = search(ledger, ground, weighing, shares, accuracy=accuracy)
        shares = level.shares
        stages.append(Stage(fixed.matrix, level))
        if certified == len(stages) - 1 and level.upper - level.lower <= accuracy:
            certified += 1
        elif ledger.separation.struck or math.isinf(level.upper):
            return Levels(shares, tuple(stages), certified, complete=False)
        caps = Rows(np.pad(below.matrix, ((0, 0), (0, 1))), below.right)
        fixed, before = with_tight(fixed, plane_of(fixed).free, level.rows, caps, level.optimum), len(fixed.right)
        if len(fixed.right) == before:
            return Levels(shares, tuple(stages), certified, complete=False)
    shares = np.asarray(np.linalg.solve(fixed.matrix, fixed.right), dtype=np.float64)
    return Levels(shares, tuple(stages), certified, complete=certified == len(stages))


def _settles_none(ledger: Ledger, fixed: Rows) -> bool:
    """Whether all coalitions are open: nothing is settled but x(N), and not everybody has a like."""
    return len(fixed.right) == len(ledger.fixed().right) and sum(map(len, ledger.game.alike)) < ledger.n


def directions(settled: NDArray[np.float64]) -> NDArray[np.int64]:
    """A basis in whole numbers of all vectors at right angles to some rows of whole numbers.

    Examples
    --------
    >>> directions(np.array([[1.0, 1.0, 1.0]]))
    array([[-1,  1,  0],
           [-1,  0,  1]])
    """
    rows = [[Fraction(int(entry)) for entry in row] for row in settled]
    n, pivots = settled.shape[1], list[int]()
    for column in range(n):
        place = len(pivots)
        pivot = next((k for k in range(place, len(rows)) if rows[k][column]), None)
        if pivot is None:
            continue
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [entry / rows[place][column] for entry in rows[place]]
        for k, row in enumerate(rows):
            if k != place and row[column]:
                rows[k] = [a - row[column] * b for a, b in zip(row, rows[place], strict=True)]
        pivots.append(column)
    basis = []
    for column in (c for c in range(n) if c not in pivots):
        vector = [Fraction(0)] * n
        vector[column] = Fraction(1)
        for place, pivot in enumerate(pivots):
            vector[pivot] = -rows[place][column]
        common = lcm(*(entry.denominator for entry in vector))
        basis.append([int(entry * common) for entry in vector])
    return np.array(basis, dtype=np.int64).reshape(-1, n)
