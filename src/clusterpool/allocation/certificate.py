"""What is proven about shares where not all coalitions are solved: the separation looks for one that is worse off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.coalitions import ListedCoalitions
from clusterpool.allocation.core import CoreReport, CoreStatus, KnownCoalitions, core_report, judged
from clusterpool.allocation.row_generation.ledger import Ledger
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
    """The report about the core for shares of c(N); the separation is asked where it can prove more.

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
    if active.separation is None or len(active.players) <= 1 or active.unsolved == 0:
        return core_report(game, shares)
    ledger = ledger or Ledger(active, active.separation)
    if closer or math.isinf(beyond):
        beyond = min(beyond, _asked(ledger, shares, ledger.accuracy / 4.0))
        report = judged(active, known_of(ledger), shares, beyond)
        more = ledger.separation.finds and report.status is CoreStatus.UNDECIDED and report.excess_bound > 0.0
        if more and not ledger.separation.struck:
            beyond = min(beyond, _asked(ledger, shares, 0.0))
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
