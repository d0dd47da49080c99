"""What people ask about shares: who loses what if one leaves, who is worst off, and what other rules would say.

Written c(S) for the cost of coalition S, N for everybody, x_i for what i pays. Where no coalition S has more than b of
x(S) - c(S), everybody but i costs at least x(N) - x_i - b, so that i adds at most x_i + b to the cost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clusterpool.allocation.certificate import certificate, known_of
from clusterpool.allocation.core import TOLERANCE, judged, known_coalitions, listed_report, scale_of
from clusterpool.allocation.explanation import Explanation
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.allocation.rules_compared import Comparison, compared, shares_or_lack, why_not
from clusterpool.errors import NoPlanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.allocation.core import CoreReport, KnownCoalitions
    from clusterpool.allocation.costs import Coalition
    from clusterpool.allocation.game import CostGame
    from clusterpool.allocation.rules import Rule
    from clusterpool.allocation.terms import Terms

MOST_SOLVES = 2**16 - 1
"""Coalitions that one explanation may solve, where solving is allowed and nothing else is said."""
PROOF_PART = 0.4
"""The part of the time left in which the coalition that is worst off is looked for, where questions can be asked."""
SOLVES_PART = 0.3
"""The part of the time left in which everybody alone and everybody but one are solved there; rules have the rest."""


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Shares of a game under a rule, to be explained.

    Parameters
    ----------
    core : CoreReport
        What is proven about them.
    intervals : Mapping of str to tuple of two floats
        Between what they lie.
    solve : bool
        Whether coalitions may be solved and questions asked for the answers.
    most : int
        How many coalitions may be solved.
    """

    game: CostGame
    rule: Rule
    shares: Mapping[str, float]
    terms: Terms
    core: CoreReport
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    solve: bool = False
    most: int = 0


def explain(question: Question, *, top: int) -> Explanation:
    """Answer all questions; `top` is how many of the worst coalitions are listed."""
    if top < 1:
        raise ValueError("top= says how many coalitions to list: at least 1")
    game = question.game
    last = game.solves + question.most
    ledger, core = _asked(question)
    comparison = Comparison(game, question.rule, question.shares, question.intervals, question.terms, ledger, last)
    rules, notes = compared(comparison)
    leaving, (losses, reasons) = _leaving(question, ledger, core), _losses(question, last)
    known = known_coalitions(game.without_idle()) if ledger is None else known_of(ledger)
    if ledger is not None:
        core = judged(ledger.game, known, question.shares, core.excess_bound)
    worst = _worst(question, known, top)
    return Explanation(leaving, losses, reasons, worst, core, _dearer(leaving), rules, notes)


def _asked(question: Question) -> tuple[Ledger | None, CoreReport]:
    """Solve and ask what all answers rest on, as far as budget and time go: the coalitions found, and what is proven.

    There is no ledger where nothing may be solved, or where all coalitions are at hand.
    """
    game, shares = question.game, question.shares
    if not question.solve:
        return None, question.core
    everybody = frozenset(game.players)
    few = [*(frozenset((player,)) for player in game.players), *(everybody - {player} for player in game.players)]
    few = [coalition for coalition in dict.fromkeys(few) if game.lacking([coalition])][: question.most]
    active = game.without_idle()
    if active.separation is None or len(active.players) <= 1 or active.unsolved == 0:
        _solve(game, few)
        return None, listed_report(game, shares) if active.unsolved == 0 else question.core
    ledger = Ledger(active, active.separation, most=game.solves + question.most)
    ledger.learn(active.separation.seeds())
    few = [coalition - game.idle for coalition in few]
    if not active.separation.finds:  # then what it proposes is learned from everybody but one
        ledger.solve_in_time(few, SOLVES_PART)
    before = question.core
    closer = before.excess_bound - before.worst_excess > ledger.accuracy * ledger.scale
    with active.separation.within(PROOF_PART):
        core = certificate(game, shares, ledger, before.excess_bound, closer=closer)
    if active.separation.finds:
        ledger.solve_in_time(few, SOLVES_PART)
    return ledger, core


def _solve(game: CostGame, coalitions: Sequence[Coalition]) -> None:
    try:
        game.solve(coalitions)
    except NoPlanError:
        return  # what is not solved in time stays unknown


def _known(game: CostGame, coalition: Coalition) -> tuple[float, float]:
    """Cost and bound of a coalition, NaN where it is not solved."""
    if game.lacking([coalition]):
        return math.nan, math.nan
    value = game.value(coalition)
    return value.cost, value.bound


def _at_hand(ledger: Ledger | None, coalition: Coalition) -> tuple[float, float]:
    """The cost of the best plan that was found of a coalition on the way, and its bound; NaN where there is none."""
    value = None if ledger is None else ledger.known.get(coalition)
    return (math.nan, math.nan) if value is None else (value.cost, value.bound)


def _leaving(question: Question, ledger: Ledger | None, core: CoreReport) -> pd.DataFrame:
    game, everybody = question.game, frozenset(question.game.players)
    total = game.cost(everybody)
    table = pd.DataFrame({"player": list(game.players)})
    table["alone"] = [_known(game, frozenset({player}))[0] for player in game.players]
    table["pays"] = [question.shares[player] for player in game.players]
    table["saves"] = table["alone"] - table["pays"]
    without = [_known(game, everybody - {player}) for player in game.players]
    found = np.array([_at_hand(ledger, everybody - {player} - game.idle) for player in game.players])
    solved = np.array([cost for cost, _ in without])
    table["cost_without"] = np.where(np.isnan(solved), solved, np.fmin(solved, found[:, 0]))
    table["adds"] = total - table["cost_without"]
    table["others_lose"] = table["pays"] - table["adds"]
    table["adds_at_least"] = np.fmax(table["adds"], total - found[:, 0])
    most = np.fmin(total - np.array([bound for _, bound in without]), total - found[:, 1])
    if math.isfinite(core.excess_bound) and len(set(game.players) - game.idle) > 1:
        most = np.fmax(table["adds_at_least"], np.fmin(most, table["pays"] + core.excess_bound))
    table["adds_at_most"] = most
    return table


def _losses(question: Question, last: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the others would pay without each player, and why that is not there where it is not."""
    rows, notes = [], []
    for leaver in question.game.players:
        then, note = _shares_without(question, leaver, last)
        notes += [(leaver, *note)] if note else []
        rows += [(leaver, member, question.shares[member], share) for member, share in then.items()]
    table = pd.DataFrame(rows, columns=["leaver", "member", "pays_now", "pays_then"])
    table["loss"] = table["pays_then"] - table["pays_now"]
    return table, pd.DataFrame(notes, columns=["leaver", "cause", "lacking", "reason"]).astype({"lacking": int})


def _shares_without(question: Question, leaver: str, last: int) -> tuple[dict[str, float], tuple[str, int, str] | None]:
    """What the others pay under the same rule without the leaver; NaN where that is not known, and why."""
    others = tuple(player for player in question.game.players if player != leaver)
    if not others:
        return {}, None
    game = question.game.among(others)
    if leaver in question.game.idle:
        return {player: question.shares[player] for player in others}, None
    try:
        found, lacking = shares_or_lack(question.rule, game, question.terms.without(leaver), last)
    except (ValueError, NoPlanError) as error:
        return dict.fromkeys(others, math.nan), why_not(error)
    return found or dict.fromkeys(others, math.nan), why_not(lacking) if lacking else None


def _worst(question: Question, known: KnownCoalitions, top: int) -> pd.DataFrame:
    game = question.game.without_idle()
    table = pd.DataFrame(columns=["coalition", "pays", "cost", "bound", "excess"]).astype(
        {"coalition": str, "pays": float, "cost": float, "bound": float, "excess": float}
    )
    if len(game.players) <= 1:
        return table
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
