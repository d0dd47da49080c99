"""From breaks in fractions to a plan, at once: each offer at the break of what is bought of it altogether."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.solver import Deadline, LpSession

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.model import BreakColumns, SupplyColumns
    from clusterpool.solver import LinearModel

NOTHING = 1e-6
"""What is bought below this part of all that could be sent on an offer is nothing."""
WHOLE = 1e-9
TRACE = 1e-10
"""Less than this part of an offer or a need is zero in floating point."""


def settled(
    model: LinearModel, breaks: BreakColumns, supplies: SupplyColumns, values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A solution at the same choices with nothing at all bought or sent where no break is chosen.

    Solvers of whole numbers leave up to 1e-6 of what could be sent there, which is more than a plan may hold.
    """
    lower, upper = (np.where(model.integer, values, limits) for limits in (model.lower, model.upper))
    chosen = values[breaks.chosen] > 0.5  # noqa: PLR2004
    upper[breaks.quantity[~chosen]] = 0.0
    upper[supplies.column[(supplies.offer >= 0) & ~np.isin(supplies.offer, breaks.offer[chosen])]] = 0.0
    found = LpSession(replace(model, lower=lower, upper=upper)).solve_below(np.inf, Deadline(None))
    if found is None:
        return values
    point = np.where(model.integer, values, np.clip(found.values, lower, upper))
    return values if model.broken_by(point) else point


def leaves_traces(breaks: BreakColumns, supplies: SupplyColumns, values: NDArray[np.float64]) -> bool:
    """Whether anything is bought or sent where no break is chosen."""
    chosen = values[breaks.chosen] > 0.5  # noqa: PLR2004
    stray = (supplies.offer >= 0) & ~np.isin(supplies.offer, breaks.offer[chosen])
    traces = np.append(values[breaks.quantity[~chosen]], values[supplies.column[stray]])
    return bool(traces.max(initial=0.0) > TRACE)


def rounded_breaks(model: LinearModel, breaks: BreakColumns, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """A plan near a point of the relaxation, by one linear program, two at most; None where neither gives one.

    Offers of which less is bought than their first break asks for are dropped, or, if that leaves no plan, raised.

    Parameters
    ----------
    model : LinearModel
        With all other choices fixed.
    """
    bought = np.bincount(breaks.offer, values[breaks.quantity], minlength=int(breaks.offer.max(initial=-1)) + 1)
    for least in (breaks.least, np.where(_first(breaks), 0.0, breaks.least)):
        reached = (bought[breaks.offer] > NOTHING) & (bought[breaks.offer] >= least * (1 - WHOLE))
        highest = np.full(len(bought), -1)
        np.maximum.at(highest, breaks.offer[reached], np.flatnonzero(reached))
        chosen = np.zeros(len(breaks.offer))
        chosen[highest[highest >= 0]] = 1.0
        plan = _plan_at(model, breaks.chosen, chosen)
        if plan is not None:
            return plan
    return None


def _first(breaks: BreakColumns) -> NDArray[np.bool_]:
    return np.append(True, np.diff(breaks.offer) != 0)[: len(breaks.offer)]


def _plan_at(model: LinearModel, columns: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[columns] = upper[columns] = values
    fixed = replace(model, lower=lower, upper=upper)
    found = LpSession(fixed).solve_below(np.inf, Deadline(None))
    if found is None:
        return None
    plan = np.where(model.integer, np.round(found.values), found.values)
    return None if model.broken_by(plan) else plan
