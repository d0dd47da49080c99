"""Rules that would need all coalitions, from the few that a separation finds, with what is proven about the result."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.charges import in_proportion, proportional
from clusterpool.allocation.equal_profit import ask_paying, spread_program, spread_rows
from clusterpool.allocation.programs import SLACK, minimise, nearest
from clusterpool.allocation.reasons import Clause, Point
from clusterpool.allocation.row_generation.in_time import level_in_time
from clusterpool.allocation.row_generation.intervals import within_gaps, within_least_core, within_levels, within_spread
from clusterpool.allocation.row_generation.least_core import (
    LOOKS,
    choose,
    known_level,
    whole_ground,
    worth_at_first,
)
from clusterpool.allocation.row_generation.nucleolus import nucleolus_levels, proposed_nucleolus
from clusterpool.allocation.row_generation.separation import Question, Weighing
from clusterpool.allocation.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation.intervals import Ends
    from clusterpool.allocation.row_generation.least_core import Level
    from clusterpool.allocation.row_generation.ledger import Ledger
    from clusterpool.allocation.row_generation.nucleolus import Levels

LEVELS_PART = 0.8
"""The part of the time left in which shares are looked for; in the rest what is proven of them is asked."""
CORE_PART = 0.5
"""The part of the time left in which equal profit may look for the least core."""


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """Shares by row generation, in units of c(N).

    Parameters
    ----------
    shares : array of float
    beyond : float
        No coalition is better off by more; infinite where that is not known.
    proven : tuple of Clause
        What is proven about the shares.
    ends : pair of array of float
        What each of the rule's shares is at least and at most.
    closer : bool
        Whether a question about these shares may prove more than `beyond`.
    """

    shares: NDArray[np.float64]
    beyond: float
    proven: tuple[Clause, ...]
    ends: Ends
    closer: bool = False


def _least_core(ledger: Ledger, *, imputations: bool) -> Outcome:
    del imputations  # the least core is over all shares
    ground = whole_ground(ledger)
    level = level_in_time(ledger, ground, Weighing.PLAIN, worth_at_first(ledger))
    if ledger.separation.finds:
        level = choose(ledger, ground, Weighing.PLAIN, level)
    low, high = level.lower * ledger.scale, level.upper * ledger.scale
    if math.isfinite(high):
        proven = Clause.of(Point.LEAST_CORE_BETWEEN, low=low, high=high)
    else:
        proven = Clause.of(Point.LEAST_CORE_ABOVE, low=low)
    return Outcome(level.shares, level.upper, (proven,), within_least_core(ledger, level.upper))


def _nucleolus(weighing: Weighing) -> Callable[..., Outcome]:
    def rule(ledger: Ledger, *, imputations: bool) -> Outcome:
        find = nucleolus_levels if ledger.separation.finds else proposed_nucleolus
        with ledger.separation.within(LEVELS_PART):
            levels = find(ledger, weighing, imputations=imputations, accuracy=ledger.accuracy / 100.0)
        count = levels.certified
        if levels.complete:
            proven = Clause.of(Point.ALL_LEVELS, levels=count, accuracy=ledger.accuracy / 100.0)
        elif ledger.separation.finds and count == 0:
            proven = Clause.of(Point.LEVELS_OPEN)
        elif ledger.separation.finds:
            proven = Clause.of(Point.FIRST_LEVELS, levels=count)
        else:
            proven = Clause.of(Point.NO_LEVEL)
        ends = within_levels(ledger, weighing, levels.stages, imputations=imputations)
        beyond = _moved(levels.shares, *_first(levels, weighing))
        return Outcome(levels.shares, beyond, (proven,), ends, closer=True)

    return rule


def _first(levels: Levels, weighing: Weighing) -> tuple[NDArray[np.float64], float]:
    """The shares of the first level, and what no coalition's excess is above there: y(S) - c(S) <= u w(S)."""
    if not levels.stages:
        return levels.shares, math.inf
    level = levels.stages[0].level
    shares, upper = level.shares, level.upper
    match weighing:
        case Weighing.PLAIN:
            return shares, upper
        case Weighing.PER_CAPITA:
            return shares, upper * (len(shares) - 1 if upper > 0.0 else 1)
        case Weighing.PROPORTIONAL:  # (1 + u) c(S) >= y(S), for shares that are not negative
            if not math.isfinite(upper) or float(shares.min()) < 0.0:
                return shares, math.inf
            return shares, upper / (1.0 + upper) * float(shares.sum() if upper > 0.0 else shares.min())


def _moved(shares: NDArray[np.float64], before: NDArray[np.float64], bound: float) -> float:
    """What no coalition's excess is above at some shares, where that is known at those before."""
    return bound + float(np.maximum(shares - before, 0.0).sum())


def _equal_profit(ledger: Ledger, *, imputations: bool) -> Outcome:
    """Of the shares that keep every coalition to max(0, e), e the least core's value, those of least spread.

    Where e is not certified it is what the coalitions known so far prove: more would let known ones pay too much.
    """
    del imputations
    ledger.sow()
    ask_paying(ledger.alone)
    ground = whole_ground(ledger)
    with ledger.separation.within(CORE_PART):
        core = level_in_time(ledger, ground, Weighing.PLAIN, worth_at_first(ledger))
    if not ledger.separation.finds:
        return _proposed_profit(ledger, core)
    close, beyond = ledger.accuracy / 4.0, math.inf
    with ledger.separation.within(LEVELS_PART):
        while True:
            known = known_level(ledger, ground, Weighing.PLAIN).value
            allowed = max(0.0, min(core.upper, known + ledger.accuracy))
            shares = _least_spread(ledger, allowed)
            if ledger.separation.struck:
                beyond = math.inf
                break
            bound, news = ledger.ask(Question(shares, allowed, tolerance=close, enough=close))
            beyond = allowed + bound
            if bound <= ledger.accuracy or not news:
                break
    return _with_spread(ledger, core, shares, beyond)


def _least_spread(ledger: Ledger, allowed: float) -> NDArray[np.float64]:
    """Of the shares that keep every known coalition to an excess, those of least spread nearest to proportional."""
    costs, fixed = ledger.alone, ledger.fixed()
    rows = ledger.rows()
    limits = replace(rows, limit=rows.limit + allowed + SLACK, slope=np.zeros_like(rows.slope))
    best = minimise(spread_program(fixed, costs), limits, np.arange(len(rows.limit)))
    return nearest(proportional(costs, ledger.total), fixed, spread_rows(costs, best.value + SLACK), limits)


def _proposed_profit(ledger: Ledger, core: Level) -> Outcome:
    """The same over the coalitions that are proposed and solved: e is the least core's value over these."""
    ground, quiet = whole_ground(ledger), 0
    with ledger.separation.within(LEVELS_PART):
        while True:
            allowed = max(0.0, known_level(ledger, ground, Weighing.PLAIN).value)
            shares = _least_spread(ledger, allowed)
            quiet += 1
            if quiet > LOOKS or not ledger.look(Question(shares, allowed, tolerance=ledger.accuracy / 4.0)):
                break
    bound = math.inf if ledger.separation.struck else ledger.ask(Question(shares, allowed))[0]
    return _with_spread(ledger, core, shares, allowed + bound)


def _with_spread(ledger: Ledger, core: Level, shares: NDArray[np.float64], beyond: float) -> Outcome:
    """The shares with their spread; where nothing bounds their excesses, the least core's bound goes with them."""
    closer = math.isinf(beyond)
    beyond = min(beyond, _moved(shares, core.shares, core.upper))
    ratios = shares / ledger.alone
    spread = float(ratios.max() - ratios.min())
    proven = Clause.of(Point.SPREAD, spread=spread if spread > SLACK else 0.0)
    return Outcome(shares, beyond, (proven,), within_spread(ledger, core, shares, beyond), closer=closer)


def _cost_gap(ledger: Ledger, *, imputations: bool) -> Outcome:
    """x_i = M_i + g(N) w_i / (sum of w); w_i, the least g(S) = c(S) - M(S) over all S that hold i, is one question."""
    del imputations
    everybody = frozenset(ledger.game.players)
    ledger.game.solve(everybody - {player} for player in everybody)
    others = np.array([ledger.game.cost(everybody - {player}) for player in ledger.game.players]) / ledger.scale
    charges = ledger.total - others
    ledger.sow()
    rest = ledger.total - float(charges.sum())
    proven = [ledger.ask(Question(charges, tolerance=ledger.accuracy / 4.0, holding=i))[0] for i in range(ledger.n)]
    members, costs = ledger.members(), ledger.rows().limit
    gaps = costs - members @ charges
    least = np.array([min(rest, float(gaps[members[:, i] > 0.0].min(initial=math.inf))) for i in range(ledger.n)])
    if min(rest, float(gaps.min())) < -ledger.accuracy or least.sum() < rest - ledger.accuracy:
        raise ValueError(
            "the cost gap method is not defined for this game: a cost gap is negative, or the gaps do not cover the"
            " rest; choose SHAPLEY or NUCLEOLUS"
        )
    open_by = max(value - min(rest, -bound) for value, bound in zip(least.tolist(), proven, strict=True))
    if math.isfinite(open_by):
        words = Clause.of(Point.COST_GAPS, amount=max(0.0, open_by) * ledger.scale)
    else:
        words = Clause.of(Point.COST_GAPS_OPEN)
    ends = within_gaps(ledger, others, np.array([min(rest, -bound) for bound in proven]))
    return Outcome(charges + in_proportion(rest, least, 1.0), math.inf, (words,), ends)


BY_ROWS: Mapping[Rule, Callable[..., Outcome]] = {
    Rule.COST_GAP: _cost_gap,
    Rule.NUCLEOLUS: _nucleolus(Weighing.PLAIN),
    Rule.PER_CAPITA_NUCLEOLUS: _nucleolus(Weighing.PER_CAPITA),
    Rule.PROPORTIONAL_NUCLEOLUS: _nucleolus(Weighing.PROPORTIONAL),
    Rule.LEAST_CORE: _least_core,
    Rule.EQUAL_PROFIT: _equal_profit,
}
"""The rules that row generation serves; each is called with a ledger and whether only imputations count."""


def coalitions_at_first(rule: Rule, players: Sequence[str], *, finds: bool) -> list[frozenset[str]]:
    """The coalitions that a rule by rows solves whatever else is found.

    Parameters
    ----------
    finds : bool
        Whether the separation finds plans (`Separation.finds`); one that does not learns from everybody but one.
    """
    everybody = frozenset(players)
    alone = [frozenset((player,)) for player in players]
    without = [] if finds and rule is not Rule.COST_GAP else [everybody - {player} for player in players]
    return [everybody, *alone, *without]
