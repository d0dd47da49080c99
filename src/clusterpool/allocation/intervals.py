"""Between what the shares of a rule lie, where the coalitions' costs are known only to lie between bound and cost.

Written c(S) for the true cost of a coalition, lo(S) <= c(S) <= hi(S) for its bound and the cost of its best plan known;
c(N) = C is what the plan of all costs, and certain. An interval holds for every game c in that box, whichever it is.
s_i = c({i}), M_i = C - c(N without i), g(S) = c(S) - M(S).

- Proportional: C s_i / (s_i + sum of the other s) rises in s_i and falls in the others: two vertices of the box.
- Equal charge, Shapley (weighted too), Owen: sums of c(S) with signs that do not depend on c; each coalition is put to
  the end that its sign asks for. Exact.
- ACAM: with T the sum of the other s, Q of the other M and A = sum of (s - M), x_i has the partial derivatives
  g P / A^2 in s_i, -g a_i / A^2 in T, a_i (C - sum s) / A^2 in Q, P (sum s - C) / A^2 in M_i (a_i = s_i - M_i,
  P = T - Q, g = C - M_i - Q). None changes its sign along its own axis, so that the extremes are among the 16
  vertices, unless A can be 0: then nothing is proven.
- Cost gap: x_i = M_i + g(N) w_i / (sum of w), the w, g(N) and M_i taken as if they were independent. Also M_i <= x_i <=
  M_i + w_i, since g(N) <= sum of w.
- Nucleoli, least core, equal profit: lower costs only raise the least core's value e, so e(c) <= e(lo), and the shares
  satisfy x(S) <= c(S) + e(c) weight(S) <= hi(S) + e(lo) weight(S): x_i lies between its least and greatest value over
  that polytope. Rigorous, and as wide as the least core even where the gaps are small.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.block_games import block_games, own
from clusterpool.allocation.charges import ZERO
from clusterpool.allocation.coalitions import EveryCoalition, player_count, subset_sums, without
from clusterpool.allocation.core import scale_of, starting_rows, weights_of
from clusterpool.allocation.programs import (
    SLACK,
    CoalitionRows,
    Program,
    Rows,
    level_program,
    minimise,
    no_rows,
    shares_of,
)
from clusterpool.allocation.row_generation.separation import Weighing
from clusterpool.allocation.rules import Rule
from clusterpool.allocation.terms import tied_ends
from clusterpool.allocation.values import arrivals, union_games, weighted_arrivals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation.rules import Request

    Array = NDArray[np.float64]
    Ends = tuple[Array, Array]

UNKNOWN = (-math.inf, math.inf)
ROUNDING = 1e-9
"""Ends of intervals that programs compute are moved outwards by this part of the largest cost."""
Intervals = dict[str, tuple[float, float]]


def intervals_of(rule: Rule, request: Request, shares: Mapping[str, float]) -> Intervals:
    """For every player what its share lies between; (-inf, inf) where nothing is proven.

    Parameters
    ----------
    rule, request
        The rule and what it was asked to divide; every coalition that it looks at is solved.
    shares : mapping of str to float
        What the rule gives all players on the costs of the plans known; they lie in the intervals.
    """
    active = request.game.players
    if not active:
        return dict.fromkeys(shares, (0.0, 0.0))
    ends = tied_ends(*_ENDS[rule](request), request) if len(active) > 1 else _exact(request)
    return around(shares, active, ends)


def around(shares: Mapping[str, float], active: Iterable[str], ends: Ends) -> Intervals:
    """The intervals between the ends of the active players' shares, wide enough to hold them; others pay 0."""
    found: Intervals = dict.fromkeys(shares, (0.0, 0.0))
    for player, least, most in zip(active, *(end.tolist() for end in ends), strict=True):
        found[player] = (min(least, shares[player]), max(most, shares[player]))
    return found


def _ends(request: Request, coalitions: Iterable[frozenset[str]]) -> Ends:
    """The bounds and the costs of some coalitions; those of everybody are its cost."""
    game = request.game
    values = [(coalition, game.value(coalition)) for coalition in coalitions]
    low = [v.cost if len(c) == len(game.players) else min(v.bound, v.cost) for c, v in values]
    return np.array(low), np.array([v.cost for _, v in values])


def _alone(request: Request) -> Ends:
    return _ends(request, (frozenset({player}) for player in request.game.players))


def _added(request: Request) -> Ends:
    """The least and the largest M_i."""
    everybody = frozenset(request.game.players)
    low, high = _ends(request, (everybody - {player} for player in request.game.players))
    return _total(request) - high, _total(request) - low


def _total(request: Request) -> float:
    return request.game.cost(request.game.players)


def _tables(request: Request) -> Ends:
    """The bounds and the costs of all coalitions."""
    n = len(request.game.players)
    costs = request.game.table(n)
    bounds = np.minimum(request.game.bounds(n), costs)
    bounds[-1] = costs[-1]
    return bounds, costs


def _others(values: Array) -> Array:
    """For each player the sum over the others, infinite parts included."""
    return np.array([np.delete(values, i).sum() for i in range(len(values))])


def _proportional(request: Request) -> Ends:
    total = _total(request)
    low, high = (np.maximum(end, 0.0) for end in _alone(request))  # the rule is not defined below 0
    least, most = _part(low, _others(high)), _part(high, _others(low))
    return (total * least, total * most) if total >= 0.0 else (total * most, total * least)


def _part(own: Array, others: Array) -> Array:
    """The part of `own` in own + others; an equal part where that is 0 / 0."""
    whole = own + others
    parts: Array = np.divide(own, whole, out=np.full(len(own), 1.0 / len(own)), where=whole > 0.0)
    return parts


def _equal_charge(request: Request) -> Ends:
    n, total = len(request.game.players), _total(request)
    low, high = _added(request)
    return (total + (n - 1) * low - _others(high)) / n, (total + (n - 1) * high - _others(low)) / n


def _acam(request: Request) -> Ends:
    alone, added, total = _alone(request), _added(request), _total(request)
    if len(request.game.players) == 2:  # noqa: PLR2004 - then M is what the other costs alone, and the rest is halved
        return _equal_charge(request)
    if (alone[0] == alone[1]).all() and (added[0] == added[1]).all():
        return _exact(request)
    if not np.isfinite([alone, added]).all():
        return _unknown(request)
    least, most = float((alone[0] - added[1]).sum()), float((alone[1] - added[0]).sum())
    if least <= ZERO * scale_of(np.abs([alone, added])) and most >= -ZERO:
        return _unknown(request)
    axes = (alone, (_others(alone[0]), _others(alone[1])), (_others(added[0]), _others(added[1])), added)
    corners = [_avoided(*corner, total) for corner in product(*axes)]
    return np.min(corners, axis=0), np.max(corners, axis=0)


def _avoided(alone: Array, others_alone: Array, others_added: Array, added: Array, total: float) -> Array:
    """x_i = M_i + g a_i / A."""
    avoided: Array = alone - added
    rest = total - added - others_added
    return added + rest * avoided / (avoided + others_alone - others_added)


def _cost_gap(request: Request) -> Ends:
    low, high = _tables(request)
    added = _added(request)
    if not np.isfinite(low).all():
        return _unknown(request)
    gaps = low - subset_sums(added[1]), high - subset_sums(added[0])
    least = [np.array([without(gap, i)[1].min() for i in range(player_count(low))]) for gap in gaps]
    return gap_ends(added, (least[0], least[1]), (float(gaps[0][-1]), float(gaps[1][-1])))


def gap_ends(added: Ends, gaps: Ends, rest: tuple[float, float]) -> Ends:
    """Ends of M_i + g(N) w_i / (sum of w), where it is defined, from those of M_i, w_i and g(N)."""
    low, high = np.maximum(gaps[0], 0.0), np.maximum(gaps[1], 0.0)
    below = max(rest[0], 0.0) * _part(low, _others(high))
    above = np.minimum(high, max(rest[1], 0.0) * _part(high, _others(low)))
    return added[0] + below, added[1] + above


def _joining(low: Array, high: Array, chances: Iterable[Array]) -> Ends:
    """Ends of the sum over S with i of chance(S) (c(S) - c(S without i)), each cost at the end that suits its sign."""
    ends = []
    for i, chance in enumerate(chances):
        (out_low, in_low), (out_high, in_high), part = without(low, i), without(high, i), without(chance, i)[1]
        ends.append((float((part * (in_low - out_high)).sum()), float((part * (in_high - out_low)).sum())))
    return np.array([end[0] for end in ends]), np.array([end[1] for end in ends])


def _shapley(request: Request) -> Ends:
    if request.game.blocks is not None and request.game.unsolved:
        return _shapley_of_blocks(request)
    low, high = _tables(request)
    if (low == high).all():
        return _exact(request)
    n = player_count(low)
    return _joining(low, high, [arrivals(n)] * n if request.weights is None else weighted_arrivals(request.weights))


def _shapley_of_blocks(request: Request) -> Ends:
    """The sums of the ends within the blocks; everybody's cost is certain in each."""
    players = request.game.players
    least, most = (dict.fromkeys(players, 0.0) for _ in range(2))
    for block in block_games(request.game):
        n, weights = len(block.players), request.weights
        chances = [arrivals(n)] * n if weights is None else weighted_arrivals(own(weights, block, players))
        ends = _joining(block.bounds(), block.table(), chances) if n > 1 else (block.table()[1:], block.table()[1:])
        for player, low, high in zip(block.players, *(end.tolist() for end in ends), strict=True):
            least[player] += low
            most[player] += high
    return np.array([least[player] for player in players]), np.array([most[player] for player in players])


def _owen(request: Request) -> Ends:
    def game(end: int) -> list[tuple[Sequence[str], Array]]:
        return list(union_games(request.unions, lambda c: float(_ends(request, [c])[end][0])))

    found: dict[str, tuple[float, float]] = {}
    for (union, low), (_, high) in zip(game(0), game(1), strict=True):
        least, most = _joining(low, high, [arrivals(len(union))] * len(union))
        found.update(zip(union, zip(least.tolist(), most.tolist(), strict=True), strict=True))
    ends = [found[player] for player in request.game.players]
    return np.array([low for low, _ in ends]), np.array([high for _, high in ends])


def _exact(request: Request) -> Ends:
    """Nothing but the shares themselves."""
    n = len(request.game.players)
    return np.full(n, math.inf), np.full(n, -math.inf)


def _unknown(request: Request) -> Ends:
    n = len(request.game.players)
    return np.full(n, -math.inf), np.full(n, math.inf)


def _least_excess(weighing: Weighing, *, imputations: bool = False, core: bool = False) -> Callable[[Request], Ends]:
    return lambda request: _within(request, weighing, capped=imputations and request.imputations, core=core)


def _within(request: Request, weighing: Weighing, *, capped: bool, core: bool) -> Ends:
    """The least and greatest shares over x(S) <= hi(S) + e weight(S), e no smaller than the least core's value.

    Capped: only imputations are looked at where there are any. If the costs alone may or may not cover c(N), e is at
    most what some imputation needs, x_i <= hi_i. Core: e is never below 0.
    """
    low, high = _tables(request)
    if (low == high).all():
        return _exact(request)
    if not np.isfinite(low).all() or (weighing is Weighing.PROPORTIONAL and low[1:].min() <= 0.0):
        return _unknown(request)
    scale = scale_of(high)
    low, high = low / scale, high / scale
    n, total = player_count(low), float(high[-1])
    caps = [end[1 << np.arange(n)] for end in (low, high)]
    certain, possible = (bool(capped and cap.sum() >= total) for cap in caps)
    weight = weights_of(low, weighing)[1:-1]
    rows = CoalitionRows(EveryCoalition(n), low[1:-1], weight, np.ones(2**n - 2, dtype=np.bool_))
    below = Rows(np.eye(n, n + 1), caps[0]) if certain else no_rows(n + 1)
    excess = minimise(level_program(shares_of(total, n), below), rows, starting_rows(n)).value
    if possible and not certain:
        excess = max(excess, float(((subset_sums(caps[1]) - low)[1:-1] / weight).max()))
    limits = high[1:-1] + (max(excess, 0.0) if core else excess) * weights_of(high, weighing)[1:-1] + SLACK
    inside = CoalitionRows(rows.coalitions, limits, np.zeros(len(limits)), rows.active)
    plane, below = shares_of(total, n), Rows(np.eye(n), caps[1] + SLACK) if certain else no_rows(n)
    ends = [
        sign * minimise(Program(sign * unit, plane, below), inside, starting_rows(n)).value
        for sign in (1.0, -1.0)
        for unit in np.eye(n)
    ]
    return (np.array(ends[:n]) - ROUNDING) * scale, (np.array(ends[n:]) + ROUNDING) * scale


_ENDS: Mapping[Rule, Callable[[Request], Ends]] = {
    Rule.PROPORTIONAL: _proportional,
    Rule.EQUAL_CHARGE: _equal_charge,
    Rule.ACAM: _acam,
    Rule.COST_GAP: _cost_gap,
    Rule.SHAPLEY: _shapley,
    Rule.OWEN: _owen,
    Rule.NUCLEOLUS: _least_excess(Weighing.PLAIN, imputations=True),
    Rule.PER_CAPITA_NUCLEOLUS: _least_excess(Weighing.PER_CAPITA, imputations=True),
    Rule.PROPORTIONAL_NUCLEOLUS: _least_excess(Weighing.PROPORTIONAL, imputations=True),
    Rule.LEAST_CORE: _least_excess(Weighing.PLAIN),
    Rule.EQUAL_PROFIT: _least_excess(Weighing.PLAIN, core=True),
    Rule.WEIGHTED_SHAPLEY: _shapley,
    Rule.BY_KEY: _exact,
}
