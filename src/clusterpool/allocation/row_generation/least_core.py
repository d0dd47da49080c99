"""The least core without listing all coalitions: a linear program whose rows a separation finds, with a certificate.

Lower value: the program over the rows known, each with the cost of a plan of its coalition. Upper value: at some shares
the separation proves that no coalition whatever has a larger excess. Between them the search walks by levels: it asks
at the shares nearest to the best certified ones whose known excesses are all below a level between the two values.

References
----------
Lemaréchal, Nemirovskii & Nesterov, "New variants of bundle methods", Mathematical Programming 69, 1995 (level method).
Drechsel & Kimms, "Computing core allocations in cooperative games with an application to cooperative procurement",
International Journal of Production Economics 128(1), 2010 (row generation for the core of joint buying).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.charges import proportional
from clusterpool.allocation.programs import (
    SLACK,
    CoalitionRows,
    Optimum,
    Program,
    Rows,
    level_program,
    minimise,
    nearest,
    no_rows,
    plane_of,
)
from clusterpool.allocation.row_generation.separation import Question, Weighing
from clusterpool.errors import SolveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation.row_generation.ledger import Ledger

STEP = 0.5
"""Where between the lower and the upper value the next level lies."""
FAR = 10.0
"""Where the shares to begin with are known to be that many accuracies from the best, the search begins nearer to it."""
FARTHEST = 0.99
"""A step that close to the upper value means that the questions are not answered well enough to go on."""
ROUNDING = 1e-8
"""How far the nearest shares may overstep a level in units of c(N): they are the result of a least squares step."""
QUIET = 3
"""So many looks for coalitions one after the other that do not raise the level are enough."""
LOOKS = 12
"""At most so many looks for coalitions go into shares that are the best over those known."""
TIES = 12
"""At most so many questions go into the choice among shares that are equally good."""


@dataclass(frozen=True, eq=False, slots=True)
class Level:
    """The smallest largest excess, in units of c(N) (in parts of c(S) where it is proportional).

    Parameters
    ----------
    lower, upper : float
        No shares do better than `lower`; `shares` keep every coalition to `upper`.
    shares : array of float
    rows, optimum : CoalitionRows, Optimum
        The rows known, and the optimum of the program over them, whose value is `lower`.
    """

    lower: float
    upper: float
    shares: NDArray[np.float64]
    rows: CoalitionRows
    optimum: Optimum


@dataclass(frozen=True, eq=False, slots=True)
class Ground:
    """What shares have to meet besides the coalitions' rows.

    Parameters
    ----------
    fixed : Rows
        Equalities over the players' shares; they span at least x(N) = c(N).
    below : Rows
        Rows matrix @ x <= right.
    moving : array of int or None
        Directions that the fixed rows leave free; coalitions that lie across all of them are settled.
    """

    fixed: Rows
    below: Rows
    moving: NDArray[np.int64] | None = None


def least_core_level(ledger: Ledger, weighing: Weighing = Weighing.PLAIN) -> Level:
    """The least core; of its shares, within the accuracy, those nearest to the proportional ones."""
    ground, start = whole_ground(ledger), worth_at_first(ledger)
    if not ledger.separation.finds:
        return least_level(ledger, ground, weighing, start)
    probe(ledger, ground, weighing)
    return choose(ledger, ground, weighing, least_level(ledger, ground, weighing, start))


def whole_ground(ledger: Ledger) -> Ground:
    """Shares of c(N), the same for players that are alike, and nothing else."""
    return Ground(ledger.fixed(), no_rows(ledger.n))


def worth_at_first(ledger: Ledger) -> NDArray[np.float64]:
    """Shares to begin with: the dual prices of the needs, and what is left in proportion to the costs alone."""
    ledger.sow()
    worth = ledger.separation.prices() / ledger.scale
    return worth + proportional(ledger.alone, ledger.total - float(worth.sum()))


def probe(ledger: Ledger, ground: Ground, weighing: Weighing) -> None:
    """Look for the coalitions that bind together with everybody but one, as long as they raise the lower value.

    At a level t nobody pays less than c(N) - c(N without i) - t slope: the coalitions worst off at these least shares
    raise the value most. On pools of many members they alone brought it within 1e-4 of c(N) of its end.
    """
    best = -math.inf
    while not ledger.separation.struck:
        rows = open_rows(ledger, ground, weighing)
        value = minimise(excess_program(ground), rows, np.flatnonzero(rows.active)).value
        if value < best + ledger.accuracy / 4.0:
            return
        best = value
        least = _least_shares(ledger, rows, value)
        if not np.isfinite(least).all():
            return
        close = ledger.accuracy / 4.0
        asked = Question(least, value, weighing, close, enough=-math.inf, so_far=(value, math.inf))
        if not ledger.ask(asked)[1]:
            return


def _least_shares(ledger: Ledger, rows: CoalitionRows, level: float) -> NDArray[np.float64]:
    """What each player pays at least where all others keep to a level; minus infinity where that is not known."""
    members = ledger.members()
    all_but_one = np.flatnonzero(members.sum(axis=1) == ledger.n - 1)
    least = np.full(ledger.n, -math.inf)
    missing = members[all_but_one].argmin(axis=1)
    least[missing] = ledger.total - (rows.limit + level * rows.slope)[all_but_one]
    return least


def least_level(
    ledger: Ledger, ground: Ground, weighing: Weighing, start: NDArray[np.float64], *, accuracy: float | None = None
) -> Level:
    """Search for the least excess that some shares keep every coalition to; ends when certified, or out of time.

    Parameters
    ----------
    start : array of float
        Shares to begin with, in units of c(N).
    accuracy : float, optional
        To which part of c(N) the level is certified; by default the ledger's.
    """
    if not ledger.separation.finds:
        return _proposed_level(ledger, ground, weighing)
    accuracy = ledger.accuracy if accuracy is None else accuracy
    centre, upper, step = start, math.inf, STEP
    while True:
        rows = open_rows(ledger, ground, weighing)
        best = minimise(excess_program(ground), rows, np.flatnonzero(rows.active))
        if upper - best.value <= accuracy or ledger.separation.struck:
            return Level(best.value, upper, centre, rows, best)
        top = upper if math.isfinite(upper) else _reached(ledger, ground, rows, start)
        known_better = math.isfinite(upper) or top - best.value > FAR * accuracy
        level = best.value + step * (top - best.value) if known_better else math.inf
        shares = nearest_below(ledger, ground, rows, level, centre)
        level = _largest(rows, shares)
        tolerance = worth_of(accuracy if math.isinf(upper) else accuracy / 10.0, level, weighing, shares)
        asked = Question(shares, level, weighing, tolerance, enough=tolerance, moving=ground.moving)
        bound, news = ledger.ask(replace(asked, so_far=(best.value, upper)))
        proven = certified(level, bound, weighing, shares)
        if proven < upper:
            upper, centre = proven, shares
        elif not news:
            step = (1.0 + step) / 2.0
            if step > FARTHEST:
                return Level(best.value, upper, centre, rows, best)


def _reached(ledger: Ledger, ground: Ground, rows: CoalitionRows, start: NDArray[np.float64]) -> float:
    """The largest known excess at the shares to begin with."""
    return _largest(rows, nearest_below(ledger, ground, rows, math.inf, start))


def _proposed_level(ledger: Ledger, ground: Ground, weighing: Weighing) -> Level:
    """The least level over what is proposed and solved, and one question for what it proves about all coalitions.

    Its shares are those nearest to the proportional ones. It ends without news, or where news raise the level no more.
    """
    target, before, quiet = proportional(ledger.alone, ledger.total), -math.inf, 0
    while True:
        rows, best = open_rows(ledger, ground, weighing), known_level(ledger, ground, weighing)
        shares = nearest_below(ledger, ground, rows, best.value + ledger.accuracy / 4.0, target)
        level = _largest(rows, shares)
        question = Question(shares, level, weighing, ledger.accuracy / 4.0, moving=ground.moving)
        quiet = quiet + 1 if best.value < before + ledger.accuracy / 4.0 else 0
        before = max(before, best.value)
        if ledger.separation.struck or quiet == QUIET or not ledger.look(question):
            break
    bound = math.inf if ledger.separation.struck else ledger.ask(question)[0]
    return Level(best.value, max(level, certified(level, bound, weighing, shares)), shares, rows, best)


def known_level(ledger: Ledger, ground: Ground, weighing: Weighing) -> Optimum:
    """The least level over the coalitions known."""
    rows = open_rows(ledger, ground, weighing)
    return minimise(excess_program(ground), rows, np.flatnonzero(rows.active))


def certified(level: float, bound: float, weighing: Weighing, shares: NDArray[np.float64]) -> float:
    """The level that a bound on x(S) - c(S) - level * slope(S) proves for all coalitions.

    Plain: the sum of both. Per capita: x(S) - c(S) <= level |S| + bound, and |S| >= 1 (or < n where the bound is
    negative). Proportional: from c(S) >= (x(S) - bound) / (1 + level) follows x(S) / c(S) <= (1 + level) x(S) / (x(S) -
    bound), which is largest for the least x(S).
    """
    if weighing is Weighing.PLAIN or not math.isfinite(bound):
        return level + bound
    if weighing is Weighing.PER_CAPITA:
        return level + (bound if bound > 0.0 else bound / max(1, len(shares) - 1))
    least = float(shares.min())
    if bound <= 0.0:
        return level
    return (1.0 + level) * least / (least - bound) - 1.0 if least > bound else math.inf


def worth_of(width: float, level: float, weighing: Weighing, shares: NDArray[np.float64]) -> float:
    """The bound in units of c(N) at which `certified` lies above a level by a width; the width where there is none."""
    least = float(shares.min())
    if weighing is not Weighing.PROPORTIONAL or least <= 0.0:
        return width
    return least * width / (1.0 + level + width)


def choose(ledger: Ledger, ground: Ground, weighing: Weighing, level: Level) -> Level:
    """Of the shares that are as good, within the accuracy, those nearest to the proportional ones.

    Where time or patience ends first, the certified shares at hand stay. What is found on the way raises the lower
    value.
    """
    target = proportional(ledger.alone, ledger.total)
    for _ in range(TIES):
        if ledger.separation.struck:
            break
        rows = open_rows(ledger, ground, weighing)
        aim = max(level.lower, minimise(excess_program(ground), rows, np.flatnonzero(rows.active)).value)
        aim = aim + SLACK if level.upper <= aim + SLACK else min(level.upper, aim + ledger.accuracy)
        shares = nearest_below(ledger, ground, rows, aim, target)
        excess = _largest(rows, shares)
        tolerance = worth_of(ledger.accuracy / 4.0, excess, weighing, shares)
        asked = Question(shares, excess, weighing, tolerance, enough=tolerance, moving=ground.moving)
        bound, news = ledger.ask(replace(asked, so_far=(level.lower, level.upper)))
        proven = certified(excess, bound, weighing, shares)
        if proven <= max(level.upper, level.lower + ledger.accuracy) + ROUNDING:
            level = replace(level, upper=proven, shares=shares)
            break
        if not news:
            break
    rows = open_rows(ledger, ground, weighing)
    best = minimise(excess_program(ground), rows, np.flatnonzero(rows.active))
    return replace(level, lower=min(best.value, level.upper), rows=rows, optimum=best)


def nearest_below(
    ledger: Ledger, ground: Ground, rows: CoalitionRows, level: float, target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The shares nearest to a target whose known excesses are at most at a level (infinite: no matter which)."""
    if math.isinf(level):
        rows = CoalitionRows(rows.coalitions, rows.limit, rows.slope, np.zeros_like(rows.active))
        return nearest(target, ground.fixed, ground.below, rows)
    limit = rows.limit + level * rows.slope + SLACK
    limits = CoalitionRows(rows.coalitions, limit, np.zeros_like(rows.slope), rows.active)
    try:
        return nearest(target, ground.fixed, ground.below, limits)
    except SolveError:
        point = minimise(excess_program(ground), rows, np.flatnonzero(rows.active)).point
        return point[: ledger.n]


def open_rows(ledger: Ledger, ground: Ground, weighing: Weighing) -> CoalitionRows:
    """The known rows without those that the fixed rows settle."""
    rows = ledger.rows(weighing)
    if ground.moving is None:
        return rows
    moves = np.any(ledger.members() @ ground.moving.T != 0.0, axis=1)
    return CoalitionRows(rows.coalitions, rows.limit, rows.slope, np.asarray(moves, dtype=np.bool_))


def _largest(rows: CoalitionRows, shares: NDArray[np.float64]) -> float:
    """The largest known excess at some shares, in units of the slope."""
    excess = (rows.coalitions.sums(shares) - rows.limit) / rows.slope
    return float(excess[rows.active].max())


def excess_program(ground: Ground) -> Program:
    """Minimise the level t over all shares that meet the ground; the coalitions' rows come on top."""
    below = Rows(np.pad(ground.below.matrix, ((0, 0), (0, 1))), ground.below.right)
    return level_program(plane_of(ground.fixed), below)
