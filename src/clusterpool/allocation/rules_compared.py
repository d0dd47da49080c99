"""All rules side by side on one game, as far as its coalitions, a budget of solves and the time for questions allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.allocation.explanation import Cause
from clusterpool.allocation.intervals import UNKNOWN, intervals_of
from clusterpool.allocation.reasons import sentence
from clusterpool.allocation.row_generation.dividing import divide_by_rows, lacking_at_first, serves_by_rows
from clusterpool.allocation.row_generation.sharing import BY_ROWS
from clusterpool.allocation.rules import BY_WEIGHTS, Rule, solves_of
from clusterpool.allocation.terms import divide, request_of
from clusterpool.errors import NoPlanError
from clusterpool.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.allocation.game import CostGame
    from clusterpool.allocation.intervals import Intervals
    from clusterpool.allocation.row_generation.ledger import Ledger
    from clusterpool.allocation.terms import Terms

FIRST = (Rule.LEAST_CORE, Rule.NUCLEOLUS, Rule.EQUAL_PROFIT)
"""Of rules by rows these come first where time is limited: they are asked for most."""
INTERVALS_UP_TO = 10
"""Up to so many players the intervals of rules from tables are computed for a comparison, too."""
Note = tuple[str, int, str]
"""Cause, how many coalitions are lacking, reason."""


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """A game with shares of it under a rule, to be compared with those under the others.

    Parameters
    ----------
    ledger : Ledger or None
        Where the rules by rows may go on from.
    last : int
        So many coalitions the game may have solved at the end.
    """

    game: CostGame
    rule: Rule
    shares: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    terms: Terms
    ledger: Ledger | None
    last: int


def compared(comparison: Comparison) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `rules` and `rule_notes` of an explanation."""
    found: dict[Rule, tuple[Mapping[str, float], Mapping[str, tuple[float, float]]]] = {
        comparison.rule: (comparison.shares, comparison.intervals)
    }
    notes: dict[Rule, Note] = {}
    order = _order(comparison)
    for place, rule in enumerate(order):
        later = sum(other in BY_ROWS for other in order[place + 1 :])
        shares, intervals, note = _of_rule(rule, comparison, 1.0 / (1.0 + later))
        if shares:
            found[rule] = shares, intervals
        if note is not None:
            notes[rule] = note
    rows = [
        (rule.value, player, share, *found[rule][1].get(player, UNKNOWN))
        for rule in Rule
        if rule in found
        for player, share in found[rule][0].items()
    ]
    told = [(rule.value, *notes[rule]) for rule in Rule if rule in notes]
    return (
        pd.DataFrame(rows, columns=["rule", "player", "share", "at_least", "at_most"]),
        pd.DataFrame(told, columns=["rule", "cause", "lacking", "reason"]).astype({"lacking": int}),
    )


def _order(comparison: Comparison) -> list[Rule]:
    """The other rules: first what is at hand, then those by rows, which share the time, then those that solve more."""
    others = [rule for rule in dict.fromkeys((*FIRST, *Rule)) if rule not in {comparison.rule, *BY_WEIGHTS}]
    request = request_of(comparison.game, comparison.terms)
    late = [rule for rule in others if rule not in BY_ROWS and solves_of(rule, request, 0) > 0]
    return sorted(others, key=lambda rule: 2 if rule in late else int(rule in BY_ROWS))


def _of_rule(rule: Rule, comparison: Comparison, part: float) -> tuple[dict[str, float], Intervals, Note | None]:
    """Shares and intervals under a rule, by rows within a part of the time left; or why there are none."""
    game, terms, ledger = comparison.game, comparison.terms, comparison.ledger
    if comparison.rule in BY_WEIGHTS:
        terms = replace(terms, weights=None)
    if rule is Rule.OWEN and terms.unions is None:
        return {}, {}, (Cause.NO_UNIONS.value, 0, "no unions are given")
    try:
        if ledger is not None and serves_by_rows(rule, request_of(game, terms), None):
            return _by_rows(rule, comparison, ledger, part)
        shares, lacking = shares_or_lack(rule, game, terms, comparison.last)
        if lacking:
            return {}, {}, why_not(lacking)
        small = len(game.players) <= INTERVALS_UP_TO
        return shares, intervals_of(rule, request_of(game, terms), shares) if small else {}, None
    except (ValueError, NoPlanError) as error:
        return {}, {}, why_not(error)


def _by_rows(
    rule: Rule, comparison: Comparison, ledger: Ledger, part: float
) -> tuple[dict[str, float], Intervals, Note | None]:
    game, request = comparison.game, request_of(comparison.game, comparison.terms)
    if (lacking := lacking_at_first(rule, request)) > comparison.last - game.solves:
        return {}, {}, why_not(lacking)
    if ledger.separation.struck:
        return {}, {}, why_not(NoPlanError("the time was over before any question was asked for it"))
    with ledger.separation.within(part):
        found = divide_by_rows(rule, request, game.players, ledger)
    return found.shares, found.intervals, (Cause.BY_ROWS.value, 0, sentence(found.why, Language.ENGLISH))


def shares_or_lack(rule: Rule, game: CostGame, terms: Terms, last: int) -> tuple[dict[str, float], int]:
    """The shares under a rule and 0; or no shares and how many coalitions are lacking for them.

    Parameters
    ----------
    last : int
        So many coalitions the game may have solved at the end.
    """
    request = request_of(game, terms)
    if not request.game.players:
        return dict.fromkeys(game.players, 0.0), 0
    limit = max(0, last - game.solves)
    lacking = solves_of(rule, request, limit)
    return ({}, lacking) if lacking > limit else (divide(rule, request, game.players), 0)


def why_not(cause: int | Exception) -> Note:
    """Why there are no shares: so many coalitions are lacking, the rule is not defined, or time ran out."""
    if isinstance(cause, NoPlanError):
        return Cause.OUT_OF_TIME.value, 0, str(cause)
    if isinstance(cause, Exception):
        return Cause.NOT_DEFINED.value, 0, str(cause)
    return Cause.NOT_SOLVED.value, cause, f"{cause} coalitions or more are not solved"
