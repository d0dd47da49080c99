"""Between what the shares by row generation lie, whatever the true costs between bounds and plans are.

C = c(N) is what the plan of all costs, and certain; of every other coalition c(S) is the true cost and hi(S) >= c(S)
that of the best plan known, where one is. w(S) is the unit of an excess: 1, |S| or c(S). x are the shares that the rule
gives on the true costs. What follows holds for every c that the certificates allow.

- First level. At the shares y a certificate bounds all excesses: y(S) <= c(S) + u w(S). So the least core's value is at
  most u, and x(S) <= c(S) + u w(S) <= hi(S) + u w(S) for every coalition known (u > -1 where w = c, as c > 0).
- Imputations. If u <= 0 nobody pays more than alone in the least core, so that the nucleolus is the prenucleolus. Else
  let v be how far y lies above the least costs alone, summed over those where it does. If these cover C, some shares
  of C keep below them and differ from y by no more than v for any coalition: with u + v / w(S) in place of u the same
  holds among imputations, where x_i <= hi_i, too. If only the greatest costs alone cover C, nothing is known. If
  no u is known, x_i <= hi_i among imputations, and no more.
- Further levels. Let T be coalitions, N among them, y shares with y(S) <= c(S) + u w(S) for all S outside the span of
  T, and L a right inverse of T's incidence rows. The shares z = y + L (x(T) - y(T)) agree with x on the span of T. If
  the largest excess of x outside the span were above that of z, x + t (z - x) would be better than x for a small t > 0:
  nothing moves inside, all of the largest outside fall. So x(S) <= c(S) + (u + k) w(S) outside, k bounding
  (z - y)(S) / w(S); x(T) - y(T) is bounded by what is known already. Imputations: z, too, must keep below the costs
  alone, else the level says nothing. It does not matter how T was found, nor whether its rows are tight at x.
- Equal profit. If u < 0, the core of the true costs holds the part b / (b - u) of the least core's shares and the rest
  of the rule's, whose excesses are at most b >= 0. Its spread s of x_i / c_i is none below the rule's: with p the least
  of these ratios, p c_i <= x_i <= (p + s) c_i, and p >= C / (sum of hi_i) - s. Without these rows where that is
  negative or u >= 0: then x(S) <= c(S) + max(0, u) alone.
- Cost gap. A question gives w_i >= r_i at the charges C - hi(N without i), the least possible; they are at most the
  sum of all gaps larger, so that r_i less this sum is a bound. A known coalition bounds w_i from above.

Each end is a linear program over these rows; it is infinite where that fails. How wide they are is decided by the least
core itself, and by gaps of costs through the levels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from clusterpool.allocation.intervals import gap_ends
from clusterpool.allocation.programs import SLACK, Rows, no_rows
from clusterpool.allocation.row_generation.nucleolus import directions
from clusterpool.allocation.row_generation.separation import Weighing
from clusterpool.errors import SolveError
from clusterpool.solver import LinearModel, LpSession

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation.intervals import Ends
    from clusterpool.allocation.row_generation.least_core import Level
    from clusterpool.allocation.row_generation.ledger import Ledger
    from clusterpool.allocation.row_generation.nucleolus import Stage

    Array = NDArray[np.float64]

NUMERICS = 1e-6
"""Ends are moved outwards by this part of c(N): the solver holds rows to a tenth of it."""


def unknown(ledger: Ledger) -> Ends:
    """Nothing is known of any share."""
    return np.full(ledger.n, -math.inf), np.full(ledger.n, math.inf)


def within_least_core(ledger: Ledger, upper: float) -> Ends:
    """Ends of all shares in the least core, in units of c(N); no coalition's excess need be above `upper`."""
    if not math.isfinite(upper):
        return unknown(ledger)
    return _extremes(ledger, _limits(ledger, Weighing.PLAIN, upper), np.eye(ledger.n))


def within_levels(ledger: Ledger, weighing: Weighing, stages: Sequence[Stage], *, imputations: bool) -> Ends:
    """Ends of a nucleolus, from the levels that were certified on the way, in units of c(N)."""
    if not stages:  # players are all alike
        return _extremes(ledger, ledger.rows().limit, np.eye(ledger.n))
    first, low = stages[0].level, _alone(ledger)[0]
    if not math.isfinite(first.upper):
        return _among_imputations(ledger, low) if imputations else unknown(ledger)
    among = imputations and first.upper > 0.0 and float(ledger.alone.sum()) >= ledger.total
    over = float(np.maximum(first.shares - low, 0.0).sum()) if among else 0.0
    if among and float(low.sum()) < ledger.total:
        return unknown(ledger)
    unit = _Unit(weighing, first)
    limits = _limits(ledger, weighing, first.upper + unit.of_total(over))
    if among:
        single = ledger.members().sum(axis=1) == 1.0
        limits[single] = np.minimum(limits[single], ledger.rows().limit[single])
    settled, low_sums, high_sums = ledger.fixed().matrix, ledger.fixed().right, ledger.fixed().right
    for stage in stages[1:]:
        new = stage.settled[len(settled) :]
        least, most = _extremes(ledger, limits, new)
        settled, low_sums, high_sums = stage.settled, np.append(low_sums, least), np.append(high_sums, most)
        moved = _moved(stage, low_sums, high_sums)
        outside = directions(settled)
        free = (outside != 0).any(axis=0)
        if not math.isfinite(stage.level.upper) or (among and (stage.level.shares + moved > low)[free].any()):
            break
        open_rows = (ledger.members() @ outside.T != 0.0).any(axis=1)
        better = _limits(ledger, weighing, stage.level.upper + unit.of_each(moved))
        limits[open_rows] = np.minimum(limits, better)[open_rows]
    return _extremes(ledger, limits, np.eye(ledger.n))


def _among_imputations(ledger: Ledger, low: Array) -> Ends:
    """Nobody pays more than alone, if the least costs alone cover c(N): all that is known where no level is."""
    if float(low.sum()) < ledger.total:
        return unknown(ledger)
    limits, single = np.full(len(ledger.known), np.inf), ledger.members().sum(axis=1) == 1.0
    limits[single] = ledger.rows().limit[single]
    return _extremes(ledger, limits, np.eye(ledger.n))


def _moved(stage: Stage, least: Array, most: Array) -> Array:
    """By how much z may lie above y for each player: the largest entries of L (x(T) - y(T))."""
    now = stage.settled @ stage.level.shares
    lift = np.linalg.pinv(stage.settled)
    moved: Array = np.maximum(lift * (least - now), lift * (most - now)).sum(axis=1)
    return np.maximum(moved, 0.0)


@dataclass(frozen=True, eq=False, slots=True)
class _Unit:
    """What moves of shares are worth in the unit of an excess, for any coalition whatever.

    Proportional: c(S) >= y(S) / (1 + u) at the first level's y and u, so that d(S) / c(S) is at most 1 + u times the
    largest d_i / y_i; infinite unless all y_i are positive.
    """

    weighing: Weighing
    first: Level

    def of_each(self, most: Array) -> float:
        """The largest d(S) / w(S), where no d_i >= 0 is above `most`."""
        if self.weighing is Weighing.PLAIN:
            return float(most.sum())
        if self.weighing is Weighing.PER_CAPITA:
            return float(most.max())
        if float(self.first.shares.min()) <= 0.0:
            return math.inf if float(most.max()) > 0.0 else 0.0
        return (1.0 + self.first.upper) * float((most / self.first.shares).max())

    def of_total(self, total: float) -> float:
        """The same, where the d_i sum to a total at most."""
        if self.weighing is not Weighing.PROPORTIONAL or total == 0.0:
            return total
        return self.of_each(np.full(len(self.first.shares), total))


def within_spread(ledger: Ledger, core: Level, shares: Array, beyond: float) -> Ends:
    """Ends of the shares by equal profit, in units of c(N), from a certified least core and the shares found.

    `beyond` is what no excess at the shares is above.
    """
    if not math.isfinite(core.upper):
        return unknown(ledger)
    limits = _limits(ledger, Weighing.PLAIN, max(0.0, core.upper))
    low, high = _alone(ledger)
    none, eye = no_rows(ledger.n), np.eye(ledger.n)
    if core.upper >= 0.0 or not math.isfinite(beyond) or float(low.min()) <= 0.0:
        return _extremes(ledger, limits, eye, none)
    beyond = max(beyond, 0.0)
    part = beyond / (beyond - core.upper)
    inside = (1.0 - part) * shares + part * core.shares
    spread = float(np.maximum(inside / low, inside / high).max() - np.minimum(inside / low, inside / high).min())
    if ledger.total / float(high.sum()) < spread:
        return _extremes(ledger, limits, eye, none)
    column = np.zeros((ledger.n, 1))
    ratios = Rows(
        np.vstack([np.hstack([-eye, low[:, None]]), np.hstack([eye, -high[:, None]])]),
        np.append(np.full(ledger.n, SLACK), spread * high + SLACK),
    )
    return _extremes(ledger, limits, np.hstack([eye, column]), ratios)


def within_gaps(ledger: Ledger, others: Array, least_gaps: Array) -> Ends:
    """Ends of the shares by the cost gap method, in units of c(N).

    Parameters
    ----------
    others : array of float
        What everybody but each player pays by the plan known.
    least_gaps : array of float
        What each w_i is at least at the charges C - others.
    """
    everybody = frozenset(ledger.game.players)
    bounds = [ledger.game.bound(everybody - {player}) / ledger.scale for player in ledger.game.players]
    charges = ledger.total - others, ledger.total - np.minimum(bounds, others)
    if not np.isfinite(charges[1]).all():
        return unknown(ledger)
    rest = ledger.total - float(charges[1].sum()), ledger.total - float(charges[0].sum())
    members = ledger.members()
    gaps = ledger.rows().limit - members @ charges[0]
    most = [min(rest[1], float(gaps[members[:, i] > 0.0].min(initial=math.inf))) for i in range(ledger.n)]
    least = np.minimum(least_gaps, rest[1]) - (rest[1] - rest[0])
    return gap_ends(charges, (least, np.array(most)), rest)


def _alone(ledger: Ledger) -> Ends:
    """The bounds and the costs of each player alone."""
    values = [ledger.game.value((player,)) for player in ledger.game.players]
    low, high = (np.array([getattr(value, end) for value in values]) / ledger.scale for end in ("bound", "cost"))
    return np.minimum(low, high), high


def _limits(ledger: Ledger, weighing: Weighing, level: float) -> Array:
    """What each known coalition pays at most: hi(S) + level w(S)."""
    rows = ledger.rows(weighing)
    return rows.limit + level * rows.slope + SLACK


def _extremes(ledger: Ledger, limits: Array, aims: Array, below: Rows | None = None) -> Ends:
    """The least and the greatest value of each row of `aims` over shares within limits, moved outwards by rounding."""
    columns = aims.shape[1]
    below = no_rows(columns) if below is None else below
    session = LpSession(_model(ledger, limits, columns, below))
    ends = np.array([[_least(session, sign * aim) for aim in aims] for sign in (1.0, -1.0)])
    return ends[0] - NUMERICS, -ends[1] + NUMERICS


def _model(ledger: Ledger, limits: Array, columns: int, below: Rows) -> LinearModel:
    """The shares, then further variables, within the limits of the known coalitions, `below` rows and equalities."""
    fixed = ledger.fixed()
    matrix = np.zeros((len(limits) + len(fixed.right), columns))
    matrix[:, : ledger.n] = np.vstack([ledger.members(), fixed.matrix])
    rows = csr_array(np.vstack([below.matrix, matrix]))
    open_below = np.full(len(below.right) + len(limits), -np.inf)
    infinite, none = np.full(columns, np.inf), np.zeros(columns)
    upper = np.concatenate([below.right, limits, fixed.right])
    lower = np.concatenate([open_below, fixed.right])
    continuous = np.zeros(columns, dtype=np.bool_)
    return LinearModel(none, 0.0, -infinite, infinite, continuous, lower, upper, rows.indptr, rows.indices, rows.data)


def _least(session: LpSession, aim: Array) -> float:
    session.set_cost(np.arange(len(aim)), aim)
    try:
        return session.solve().objective
    except SolveError:
        return -math.inf
