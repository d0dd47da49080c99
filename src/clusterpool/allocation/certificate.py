"""What is proven about shares where not all coalitions are solved: the separation looks for one that is worse off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.coalitions import ListedCoalitions
from clusterpool.allocation.core import (
    CoreReport,
    CoreStatus,
    KnownCoalitions,
    bound_of,
    judged,
    known_coalitions,
    listed_report,
)
from clusterpool.allocation.row_generation.ledger import ACCURACY, Ledger
from clusterpool.allocation.row_generation.separation import Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.allocation.game import CostGame


def certificate(
    game: CostGame,
    shares: Mapping[str, float],
    ledger: Ledger | None = None,
    beyond: float = math.inf,
    *,
    closer: bool = True,
) -> CoreReport:
    """The report about the core for shares of c(N): the best of what is solved and what a separation proves.

    A full table whose costs are known to a gap may leave open what one question settles, and the other way round.
    Bounds that were proven before for other shares of the same game count, too.

    Parameters
    ----------
    ledger : Ledger, optional
        What a row generation for these shares found already.
    beyond : float
        No coalition's excess is larger, as is proven already, in the currency.
    closer : bool
        Whether the separation is asked for more than that.

    Notes
    -----
    The worst coalition becomes one that the game knows, at the cost of the plan found, so that all figures of the
    report can be looked up.
    """
    active = game.without_idle()
    if active.separation is None or len(active.players) <= 1:
        return listed_report(game, shares)
    pays = np.array([shares[player] for player in active.players])
    beyond = min(beyond, active.proven.at(pays))
    if active.unsolved == 0:
        listed = known_coalitions(active)
        beyond = min(beyond, bound_of(listed, pays))
        report = judged(active, listed, shares, beyond)
        if report.excess_bound - report.worst_excess <= abs(active.cost(active.players)) * ACCURACY / 4.0:
            return report
    ledger = ledger or Ledger(active, active.separation)
    if closer or math.isinf(beyond):
        beyond = min(beyond, _asked(ledger, shares, ledger.accuracy / 4.0))
        report = judged(active, known_of(ledger), shares, beyond)
        more = ledger.separation.finds and report.status is CoreStatus.UNDECIDED and report.excess_bound > 0.0
        if more and not ledger.separation.struck:
            beyond = min(beyond, _asked(ledger, shares, 0.0))
    active.proven.add(pays, beyond)
    report = judged(active, known_of(ledger), shares, beyond)
    worst = frozenset(report.worst_coalition)
    if worst in ledger.known:
        game.learn(worst, ledger.known[worst])
    return report


def _asked(ledger: Ledger, shares: Mapping[str, float], tolerance: float) -> float:
    if ledger.separation.struck:
        return math.inf
    pays = np.array([shares[player] for player in ledger.game.players]) / ledger.scale
    question = Question(pays, tolerance=tolerance)
    ledger.look(question)
    return ledger.ask(question)[0] * ledger.scale


def known_of(ledger: Ledger) -> KnownCoalitions:
    """The coalitions of a ledger as the report on the core looks at them."""
    costs, bounds = (np.array([getattr(v, field) for v in ledger.known.values()]) for field in ("cost", "bound"))
    return KnownCoalitions(ListedCoalitions(ledger.members()), costs, bounds, complete=False)
