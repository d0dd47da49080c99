"""What people ask about shares: who loses what if one leaves, who is worst off, and what other rules would say.

Written c(S) for the cost of coalition S, N for everybody, x_i for what i pays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clusterpool.allocation.core import TOLERANCE, known_coalitions, scale_of
from clusterpool.allocation.explanation import Cause, Explanation
from clusterpool.allocation.rules import Rule, solves_of
from clusterpool.allocation.terms import Terms, divide, request_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.allocation.game import CostGame

MOST_SOLVES = 2**16 - 1
"""Coalitions that one question may solve, where solving is allowed."""


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Shares of a game under a rule, to be explained; `solve`: whether coalitions may be solved for the answers."""

    game: CostGame
    rule: Rule
    shares: Mapping[str, float]
    terms: Terms
    solve: bool = False


def explain(question: Question, *, top: int) -> Explanation:
    """Answer all questions; `top` is how many of the worst coalitions are listed."""
    if top < 1:
        raise ValueError("top= says how many coalitions to list: at least 1")
    game = question.game
    if question.solve:
        everybody = frozenset(game.players)
        game.solve([*({player} for player in game.players), *(everybody - {player} for player in game.players)])
    leaving = _leaving(question)
    rules, notes = _rules(question)
    return Explanation(leaving, _losses(question), _worst(question, top), _dearer(leaving), rules, notes)


def _known(game: CostGame, coalition: frozenset[str]) -> tuple[float, float]:
    """Cost and bound of a coalition, NaN where it is not solved."""
    if game.lacking([coalition]):
        return math.nan, math.nan
    value = game.value(coalition)
    return value.cost, value.bound


def _leaving(question: Question) -> pd.DataFrame:
    game, everybody = question.game, frozenset(question.game.players)
    total = game.cost(everybody)
    table = pd.DataFrame({"player": list(game.players)})
    table["alone"] = [_known(game, frozenset({player}))[0] for player in game.players]
    table["pays"] = [question.shares[player] for player in game.players]
    table["saves"] = table["alone"] - table["pays"]
    without = [_known(game, everybody - {player}) for player in game.players]
    table["cost_without"] = [cost for cost, _ in without]
    table["adds"] = total - table["cost_without"]
    table["others_lose"] = table["pays"] - table["adds"]
    table["adds_at_least"] = table["adds"]
    table["adds_at_most"] = [total - bound for _, bound in without]
    return table


def _losses(question: Question) -> pd.DataFrame:
    rows = [
        (leaver, member, question.shares[member], then)
        for leaver in question.game.players
        for member, then in _shares_without(question, leaver).items()
    ]
    table = pd.DataFrame(rows, columns=["leaver", "member", "pays_now", "pays_then"])
    table["loss"] = table["pays_then"] - table["pays_now"]
    return table


def _shares_without(question: Question, leaver: str) -> dict[str, float]:
    """What the others pay under the same rule without the leaver; NaN where that is not known or not defined."""
    others = tuple(player for player in question.game.players if player != leaver)
    if not others:
        return {}
    game = question.game.among(others)
    unknown = dict.fromkeys(others, math.nan)
    if leaver in question.game.idle:
        return {player: question.shares[player] for player in others}
    try:
        found, _ = _shares(question.rule, game, question.terms.without(leaver), solve=question.solve)
    except ValueError:
        return unknown
    return found or unknown


def _shares(rule: Rule, game: CostGame, terms: Terms, *, solve: bool) -> tuple[dict[str, float], int]:
    """The shares under a rule and 0; or no shares and how many coalitions are lacking for them."""
    request = request_of(game, terms)
    if not request.game.players:
        return dict.fromkeys(game.players, 0.0), 0
    limit = MOST_SOLVES if solve else 0
    lacking = solves_of(rule, request, limit)
    return ({}, lacking) if lacking > limit else (divide(rule, request, game.players), 0)


def _worst(question: Question, top: int) -> pd.DataFrame:
    game = question.game.without_idle()
    table = pd.DataFrame(columns=["coalition", "pays", "cost", "bound", "excess"]).astype(
        {"coalition": str, "pays": float, "cost": float, "bound": float, "excess": float}
    )
    if len(game.players) <= 1:
        return table
    known = known_coalitions(game)
    pays = known.coalitions.sums(np.array([question.shares[player] for player in game.players]))
    excess = pays - known.costs
    count = min(top, len(excess))
    if count == 0:
        return table
    level = np.partition(excess, len(excess) - count)[len(excess) - count]
    first = np.flatnonzero(excess >= level)
    first = first[np.argsort(-excess[first], kind="stable")][:count]
    inside = known.coalitions.rows(first) > 0.0
    names = ["|".join(player for player, is_in in zip(game.players, row, strict=True) if is_in) for row in inside]
    return pd.DataFrame(
        {
            "coalition": names,
            "pays": pays[first],
            "cost": known.costs[first],
            "bound": known.bounds[first],
            "excess": excess[first],
        }
    )


def _dearer(leaving: pd.DataFrame) -> pd.DataFrame:
    table = leaving[["player", "alone", "pays"]].assign(more=leaving["pays"] - leaving["alone"])
    tolerance = TOLERANCE * scale_of(table[["alone", "pays"]].fillna(0.0).to_numpy())
    return table[table["more"] > tolerance].reset_index(drop=True)


def _rules(question: Question) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, notes = [], []
    for rule in Rule:
        shares: Mapping[str, float] = question.shares
        if rule is not question.rule:
            shares, note = _or_why_not(rule, question)
            notes += [(rule.value, *note)] if note else []
        rows += [(rule.value, player, share) for player, share in shares.items()]
    named = pd.DataFrame(notes, columns=["rule", "cause", "lacking", "reason"]).astype({"lacking": int})
    return pd.DataFrame(rows, columns=["rule", "player", "share"]), named


def _or_why_not(rule: Rule, question: Question) -> tuple[dict[str, float], tuple[str, int, str] | None]:
    """The shares under a rule, or why there are none: cause, coalitions lacking, reason."""
    if rule is Rule.OWEN and question.terms.unions is None:
        return {}, (Cause.NO_UNIONS.value, 0, "no unions are given")
    try:
        shares, lacking = _shares(rule, question.game, question.terms, solve=question.solve)
    except ValueError as error:
        return {}, (Cause.NOT_DEFINED.value, 0, str(error))
    if lacking:
        return {}, (Cause.NOT_SOLVED.value, lacking, f"{lacking} coalitions or more are not solved")
    return shares, None
