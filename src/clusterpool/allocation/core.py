"""The core: no coalition pays more than it would alone. Its status for given shares, and the least core."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.charges import proportional
from clusterpool.allocation.coalitions import EveryCoalition, ListedCoalitions, alone, player_count, sizes
from clusterpool.allocation.programs import (
    SLACK,
    CoalitionRows,
    Optimum,
    Rows,
    level_program,
    minimise,
    nearest,
    no_rows,
    shares_of,
)
from clusterpool.allocation.proven import LeastCore
from clusterpool.allocation.row_generation.least_core import least_core_level
from clusterpool.allocation.row_generation.ledger import ACCURACY, Ledger
from clusterpool.allocation.row_generation.separation import Weighing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from clusterpool.allocation.coalitions import CoalitionSet
    from clusterpool.allocation.game import CostGame

TOLERANCE = 1e-8
"""Excesses up to this part of the largest cost count as none."""


TABLE_SOLVES = 255
"""With a separation at hand, no more coalitions than this are solved for a full table unasked."""


class CoreStatus(StrEnum):
    """What is proven about the core."""

    IN_CORE = "in-core"
    NOT_IN_CORE = "not-in-core"
    CORE_EMPTY = "core-empty"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class CoreReport:
    """What is proven about shares of one plan's cost, c(N), and the core.

    Parameters
    ----------
    status : CoreStatus
        IN_CORE: with these shares no coalition can be better off, proven for all of them. NOT_IN_CORE: with these
        shares `worst_coalition` is better off. CORE_EMPTY: no shares of c(N) at all can satisfy every coalition; those
        of a cheaper plan of all players perhaps can (see `core_is_empty`). UNDECIDED: none of these is proven.
    worst_coalition : tuple of str
        Of the coalitions that are solved the one with the largest excess; empty where none is.
    worst_excess : float
        What the worst coalition pays beyond the cost of its own best plan known, in the pool's currency; ``-inf`` where
        no coalition is solved.
    excess_bound : float
        No coalition whatever can be better off by more than this; ``inf`` where nothing bounds some coalition.
    """

    status: CoreStatus
    worst_coalition: tuple[str, ...]
    worst_excess: float
    excess_bound: float


def scale_of(costs: NDArray[np.float64]) -> float:
    """The largest cost of a table, or 1 where all are 0: programs are solved in this unit."""
    return float(np.abs(costs).max(initial=0.0)) or 1.0


def starting_rows(n: int) -> NDArray[np.int64]:
    """The numbers (of `EveryCoalition`) of each player alone and of all but one: they bound every program."""
    single = 2 ** np.arange(n)
    return np.unique(np.concatenate([single, 2**n - 1 - single])) - 1


def weights_of(table: NDArray[np.float64], weighing: Weighing) -> NDArray[np.float64]:
    """What each coalition's excess is divided by: 1, the number of its players, or its cost.

    Raises
    ------
    ValueError
        The weighing is proportional and some c(S) is not positive.
    """
    match weighing:
        case Weighing.PLAIN:
            return np.ones(len(table))
        case Weighing.PER_CAPITA:
            return sizes(player_count(table)).astype(np.float64)
        case Weighing.PROPORTIONAL:
            ask_positive(table)
            return table


def ask_positive(table: NDArray[np.float64]) -> None:
    """Raise ValueError unless every coalition's cost is positive."""
    if table[1:].min() <= 0.0:
        raise ValueError("this rule compares with the cost of each coalition and needs c(S) > 0 for every S")


def least_core_program(
    table: NDArray[np.float64], weighing: Weighing = Weighing.PLAIN
) -> tuple[CoalitionRows, Optimum]:
    """The least core of a full table (in units of about 1): min e with x(N) = c(N) and x(S) - e weight(S) <= c(S).

    Maschler, Peleg & Shapley, Geometric properties of the kernel, nucleolus, and related solution concepts, 1979.
    """
    n = player_count(table)
    limit, weight = table[1:-1], weights_of(table, weighing)[1:-1]
    rows = CoalitionRows(EveryCoalition(n), limit, weight, np.ones(len(limit), dtype=np.bool_))
    return rows, minimise(level_program(shares_of(float(table[-1]), n), no_rows(n + 1)), rows, starting_rows(n))


def least_core_shares(
    table: NDArray[np.float64], weighing: Weighing = Weighing.PLAIN
) -> tuple[float, NDArray[np.float64]]:
    """The least core's value and, of its points, the one nearest (least squares) to the proportional shares.

    With every player alone as a coalition of weight 1 the per-capita least core has the value e with x(S) <= c(S) +
    e |S| (the weak least core of Shapley & Shubik, Quasi-cores in a monetary economy with nonconvex preferences,
    Econometrica 34, 1966); the proportional one has x(S) <= (1 + e) c(S), e being a part of 1, not money.

    Examples
    --------
    >>> value, shares = least_core_shares(np.array([0.0, 6.0, 7.0, 10.0]))
    >>> round(value, 6), shares.round(6)
    (-1.5, array([4.5, 5.5]))
    >>> value, shares = least_core_shares(np.array([0.0, 6.0, 9.0, 10.0]), Weighing.PROPORTIONAL)
    >>> round(value, 6), shares.round(6)
    (-0.333333, array([4., 6.]))
    """
    n, total = player_count(table), float(table[-1])
    target = proportional(alone(table), total)
    if n == 1:
        return 0.0, target
    scale = scale_of(table)
    rows, best = least_core_program(table / scale, weighing)
    fixed, limits = optimal_face(rows, best, total / scale)
    return best.value * _unit(weighing, scale), nearest(target / scale, fixed, no_rows(n), limits) * scale


def _unit(weighing: Weighing, scale: float) -> float:
    """What a value of a program in units of `scale` is worth."""
    return 1.0 if weighing is Weighing.PROPORTIONAL else scale


def optimal_face(rows: CoalitionRows, best: Optimum, total: float) -> tuple[Rows, CoalitionRows]:
    """All points of a least core, shares of `total`; the rows that are tight in all of them are equalities."""
    tight, excess = best.tight_coalitions, best.value
    members = rows.coalitions.rows(tight)
    n = members.shape[1]
    fixed = Rows(np.ones((1, n)), np.array([total])).with_rows(members, rows.limit[tight] + excess * rows.slope[tight])
    limit = rows.limit + excess * rows.slope + SLACK
    return fixed, CoalitionRows(rows.coalitions, limit, np.zeros_like(rows.slope), rows.active)


def least_core(game: CostGame, *, weighing: Weighing = Weighing.PLAIN) -> LeastCore:
    """The least core of a game, over the members that have needs.

    Every coalition is solved where these are at most 255 or the game has no separation; else, and where the gaps of
    their costs leave it open, rows are generated until the value is certified to 1e-4 of c(N), or the game's time is
    over. What was proven of the same game before counts, too.

    Parameters
    ----------
    game : CostGame
        What each coalition would pay.
    weighing : Weighing
        What a coalition's excess is measured in: money, money a head, or a part of its cost.

    Raises
    ------
    ValueError
        The game has more players than a full table is made for; the weighing is proportional and some c(S) <= 0.

    Examples
    --------
    >>> from clusterpool.allocation import CostGame, least_core
    >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
    >>> round(least_core(game).value, 6)
    -1.5
    """
    active = game.without_idle()
    if not active.players:
        return LeastCore(0.0, 0.0, 0.0, dict.fromkeys(game.players, 0.0))
    separation = active.separation
    if separation is not None and active.unsolved > TABLE_SOLVES:
        found = _by_rows(Ledger(active, separation), weighing)
    else:
        found = _by_table(active, weighing)
        unit = 1.0 if weighing is Weighing.PROPORTIONAL else abs(active.cost(active.players))
        if separation is not None and found.upper - found.lower > ACCURACY * unit and not separation.struck:
            found = found.narrowed_by(_by_rows(Ledger(active, separation), weighing))
    if separation is not None:
        found = found.narrowed_by(active.proven.least_cores.get(weighing, found))
        active.proven.least_cores[weighing] = found
    return replace(found, shares={player: found.shares.get(player, 0.0) for player in game.players})


def _by_table(active: CostGame, weighing: Weighing) -> LeastCore:
    costs = active.table()
    value, shares = least_core_shares(costs, weighing)
    upper = _upper(costs, active.bounds(), weighing, value)
    return LeastCore(value, value, upper, dict(zip(active.players, shares.tolist(), strict=True)))


def _upper(costs: NDArray[np.float64], bounds: NDArray[np.float64], weighing: Weighing, value: float) -> float:
    """The value where every coalition but everybody costs no more than its bound."""
    bounds = np.append(bounds[:-1], costs[-1])
    if len(bounds) == 2 or (bounds >= costs).all():  # noqa: PLR2004
        return value
    if not np.isfinite(bounds).all() or (weighing is Weighing.PROPORTIONAL and bounds[1:].min() <= 0.0):
        return math.inf
    scale = scale_of(bounds)
    return max(value, least_core_program(bounds / scale, weighing)[1].value * _unit(weighing, scale))


def _by_rows(ledger: Ledger, weighing: Weighing) -> LeastCore:
    level = least_core_level(ledger, weighing)
    shares = dict(zip(ledger.game.players, (level.shares * ledger.scale).tolist(), strict=True))
    unit = _unit(weighing, ledger.scale)
    lower, upper = level.lower * unit, level.upper * unit
    return LeastCore(lower, lower, upper, shares)


@dataclass(frozen=True, eq=False, slots=True)
class KnownCoalitions:
    """The solved coalitions of a game, but nobody and everybody; `complete` where these are all."""

    coalitions: CoalitionSet
    costs: NDArray[np.float64]
    bounds: NDArray[np.float64]
    complete: bool


def known_coalitions(game: CostGame) -> KnownCoalitions:
    """The coalitions of a game without idle players that are solved, but nobody and everybody."""
    n = len(game.players)
    if game.unsolved == 0:
        return KnownCoalitions(EveryCoalition(n), game.table(n)[1:-1], game.bounds(n)[1:-1], complete=True)
    everybody = frozenset(game.players)
    solved = {coalition: value for coalition, value in game.solved.items() if coalition != everybody}
    members = np.array([[player in coalition for player in game.players] for coalition in solved], dtype=np.float64)
    costs, bounds = (np.array([getattr(v, field) for v in solved.values()]) for field in ("cost", "bound"))
    return KnownCoalitions(ListedCoalitions(members.reshape(-1, n)), costs, bounds, complete=False)


def _first_by_name(coalitions: CoalitionSet, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of some coalitions the smallest, of several the first by its members' names, as a mask of the players."""
    rows = coalitions.rows(numbers)
    order = np.lexsort((*-rows.T[::-1], rows.sum(axis=1)))
    first: NDArray[np.bool_] = rows[order[0]] > 0.0
    return first


def listed_report(game: CostGame, shares: Mapping[str, float]) -> CoreReport:
    """What the coalitions solved so far prove about shares of c(N), each c(S) lying between its bound and its cost."""
    active = game.without_idle()
    if len(active.players) <= 1:
        return CoreReport(CoreStatus.IN_CORE, (), 0.0, 0.0)
    known = known_coalitions(active)
    return judged(active, known, shares, bound_of(known, np.array([shares[player] for player in active.players])))


def bound_of(known: KnownCoalitions, pays: NDArray[np.float64]) -> float:
    """What the known coalitions' bounds prove of all excesses; nothing where some coalition is not known."""
    return float((known.coalitions.sums(pays) - known.bounds).max(initial=-math.inf)) if known.complete else math.inf


def judged(active: CostGame, known: KnownCoalitions, shares: Mapping[str, float], beyond: float) -> CoreReport:
    """What known coalitions prove in a game without idle players, where none is better off by more than `beyond`."""
    if known.costs.size == 0:
        return CoreReport(CoreStatus.UNDECIDED, (), -math.inf, beyond)
    excess = known.coalitions.sums(np.array([shares[player] for player in active.players])) - known.costs
    tolerance = TOLERANCE * scale_of(np.append(known.costs, active.cost(active.players)))
    worst = float(excess.max())
    inside = _first_by_name(known.coalitions, np.flatnonzero(excess >= worst - tolerance))
    coalition = tuple(player for player, is_in in zip(active.players, inside, strict=True) if is_in)
    beyond = max(worst, beyond)
    if worst > tolerance:
        empty = _least_excess(known, active.cost(active.players)) > tolerance
        status = CoreStatus.CORE_EMPTY if empty else CoreStatus.NOT_IN_CORE
    else:
        status = CoreStatus.IN_CORE if beyond <= tolerance else CoreStatus.UNDECIDED
    return CoreReport(status, coalition, worst, beyond)


def core_is_empty(game: CostGame, total: float) -> bool:
    """Whether it is proven that no sharing of `total` keeps every coalition from being better off by itself.

    The proof are the plans known of coalitions, so that it holds whatever their true costs are: empty at a lower bound
    of c(N) is empty for every plan of all players.

    Examples
    --------
    >>> from clusterpool.allocation import CostGame
    >>> pairs = {("A", "B"): 4.0, ("A", "C"): 4.0, ("B", "C"): 4.0}
    >>> game = CostGame.from_table({("A",): 3.0, ("B",): 3.0, ("C",): 3.0, **pairs, ("A", "B", "C"): 7.0})
    >>> core_is_empty(game, 7.0), core_is_empty(game, 6.0)
    (True, False)
    """
    active = game.without_idle()
    known = known_coalitions(active)
    if len(active.players) <= 1 or known.costs.size == 0:
        return False
    return _least_excess(known, total) > TOLERANCE * scale_of(np.append(known.costs, total))


def _least_excess(known: KnownCoalitions, total: float) -> float:
    """The least core's value over the known coalitions' costs, 0 where it is negative: above 0 the core is empty."""
    scale = max(scale_of(known.costs), abs(total))
    count, n = len(known.costs), known.coalitions.n
    rows = CoalitionRows(known.coalitions, known.costs / scale, np.ones(count), np.ones(count, dtype=np.bool_))
    above_0 = Rows(np.append(np.zeros(n), -1.0)[None, :], np.zeros(1))
    program = level_program(shares_of(total / scale, n), above_0)
    return minimise(program, rows, np.zeros(0, dtype=np.int64)).value * scale
