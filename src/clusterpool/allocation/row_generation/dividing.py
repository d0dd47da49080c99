"""The rules by row generation at the door: who is served by them, and shares, intervals and words of what they find."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.allocation.intervals import around
from clusterpool.allocation.reasons import Clause, Point
from clusterpool.allocation.row_generation.sharing import BY_ROWS, coalitions_at_first
from clusterpool.allocation.rules import Rule, solves_of
from clusterpool.allocation.terms import tied, tied_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.allocation.intervals import Intervals
    from clusterpool.allocation.row_generation.ledger import Ledger
    from clusterpool.allocation.rules import Request

LADDER_SOLVES = 255
"""Coalitions that the default rule may solve, and a rule that row generation serves too: the table of eight members."""


@dataclass(frozen=True, eq=False, slots=True)
class RowShares:
    """Shares of all players by row generation, in the game's currency, and between what they lie.

    No coalition is better off by more than `beyond`; `closer`: a question about these shares may prove more.
    """

    shares: dict[str, float]
    intervals: Intervals
    why: tuple[Clause, ...]
    beyond: float
    closer: bool


def serves_by_rows(rule: Rule, request: Request, max_solves: int | None) -> bool:
    """Whether a rule lacks more coalitions than its budget, and can do with those that a separation finds."""
    separation = request.game.separation
    if separation is None or rule not in BY_ROWS or (rule is Rule.COST_GAP and not separation.finds):
        return False
    budget = LADDER_SOLVES if max_solves is None else max_solves
    return solves_of(rule, request, budget) > budget


def lacking_at_first(rule: Rule, request: Request) -> int:
    """How many coalitions a rule by rows lacks, whatever is found."""
    game = request.game
    finds = game.separation is not None and game.separation.finds
    return game.lacking(coalitions_at_first(rule, game.players, finds=finds))


def divide_by_rows(rule: Rule, request: Request, players: Sequence[str], ledger: Ledger) -> RowShares:
    """The shares of all players; those who are not in the request pay 0.

    What rounding leaves of c(N) is divided equally, and players with the same needs pay the same to the last digit.
    """
    active = request.game
    found = BY_ROWS[rule](ledger, imputations=request.imputations)
    exact = dict(zip(active.players, (tied(found.shares, request) * ledger.scale).tolist(), strict=True))
    left = (active.cost(active.players) - math.fsum(exact.values())) / len(exact)
    shares = {player: exact[player] + left if player in exact else 0.0 for player in players}
    effort = Clause.of(Point.BY_ROWS, coalitions=len(ledger.known), searches=ledger.questions)
    low, high = found.ends
    ends = tied_ends(low * ledger.scale, high * ledger.scale, request)
    within = around(shares, active.players, ends)
    return RowShares(shares, within, (effort, *found.proven), found.beyond * ledger.scale, found.closer)
