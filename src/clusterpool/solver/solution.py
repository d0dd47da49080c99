"""The answer of a solver, judged: feasible in its rounded form, with an honest status, bound and gap."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.errors import NoPlanError, SolveError
from clusterpool.solver.options import Status, relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from clusterpool.solver.linear import LinearModel
    from clusterpool.solver.options import Effort

GAP_TOLERANCE = 1e-6
"""Solvers reach a gap only to about the accuracy with which they meet rows."""
CONTRADICTION = 1e-4
"""A bound that lies above a solution by more than this part of its objective is wrong, not rounded."""


class Ended(StrEnum):
    """Why a solver stopped; any other reason is an error."""

    OPTIMAL = "optimal"
    NODES = "node limit"
    TIME = "time limit"
    INTERRUPT = "interrupt"


@dataclass(frozen=True, eq=False)
class Answer:
    """What a solver hands back: no values if it found none, bound -inf if it proved none, inf if the values are it."""

    ended: Ended
    values: NDArray[np.float64] | None
    bound: float
    nodes: int
    passed: tuple[NDArray[np.float64], ...] = ()


class Interrupted(KeyboardInterrupt):
    """Ctrl-C ended a solve; no solution costs less than `bound`."""

    bound: float = -math.inf


@dataclass(frozen=True, eq=False)
class Solution:
    """A point that meets every row and bound to 1e-6 of their size, its integers whole.

    Parameters
    ----------
    status : Status
        OPTIMAL only if the solver says so and `gap` is what was asked for (to 1e-6); INTERRUPTED after Ctrl-C; else
        FEASIBLE.
    values : array of float
        One value a column.
    objective : float
        Recomputed from `values`.
    bound : float
        No solution costs less; minus infinity if nothing is proven.
    gap : float
        (objective - bound) / abs(objective).
    limit_struck : bool
        Whether the time limit or an interrupt ended the solve, so that another run may end elsewhere.
    nodes : int
        Nodes of the search tree.
    passed : tuple of array
        Further solutions, each cheaper than the one before, that the search passed on its way; only on request.
    """

    status: Status
    values: NDArray[np.float64]
    objective: float
    bound: float
    gap: float
    limit_struck: bool
    nodes: int
    passed: tuple[NDArray[np.float64], ...] = ()


def judge(
    model: LinearModel,
    answer: Answer,
    effort: Effort,
    *,
    start: NDArray[np.float64] | None,
    polish: Callable[[LinearModel], NDArray[np.float64] | None],
    best_so_far: bool = False,
) -> Solution:
    """Return an answer as a checked solution.

    Parameters
    ----------
    start : array of float or None
        The caller's start vector; a feasible one is never lost.
    polish : callable
        Solves a model without integers, or returns None; used where rounding the integers breaks a row.
    best_so_far : bool
        Whether the solution at hand is the answer where Ctrl-C ended the solve.

    Raises
    ------
    Interrupted
        If Ctrl-C ended the solve, and nothing or not the solution at hand is asked for.
    NoPlanError
        If a limit struck before a solution was found; its `bound` holds what was proven.
    SolveError
        If the solver's point breaks a row or a bound, or its bound excludes a solution at hand.
    """
    stopped = answer.ended is Ended.INTERRUPT
    if stopped and not best_so_far:
        raise _interrupted(answer)
    values = None if answer.values is None else whole(model, answer.values, polish)
    values = _better(model, values, start)
    if values is None:
        if stopped:
            raise _interrupted(answer)
        if answer.ended is Ended.OPTIMAL:
            raise SolveError("the solver reports an optimum but hands back no values")
        error = NoPlanError(f"{answer.ended} struck before a solution was found")
        error.bound = answer.bound
        raise error
    objective = model.objective(values)
    if CONTRADICTION * max(1.0, abs(objective)) < answer.bound - objective < math.inf:
        raise SolveError(f"the solver's bound {answer.bound} lies above a solution of {objective}")
    bound = min(answer.bound, objective)
    gap = relative_gap(objective, bound)
    values.flags.writeable = False
    return Solution(
        status=_status(answer.ended, gap, objective - bound, effort),
        values=values,
        objective=objective,
        bound=bound,
        gap=gap,
        limit_struck=answer.ended in (Ended.TIME, Ended.INTERRUPT),
        nodes=answer.nodes,
        passed=tuple(point for point in map(partial(_as_whole, model), answer.passed) if not model.broken_by(point)),
    )


def _interrupted(answer: Answer) -> Interrupted:
    stop = Interrupted("interrupted")
    stop.bound = answer.bound
    return stop


def _status(ended: Ended, gap: float, difference: float, effort: Effort) -> Status:
    if ended is Ended.INTERRUPT:
        return Status.INTERRUPTED
    close = gap <= effort.gap + GAP_TOLERANCE or difference <= effort.absolute_gap
    return Status.OPTIMAL if ended is Ended.OPTIMAL and close else Status.FEASIBLE


def whole(
    model: LinearModel, values: NDArray[np.float64], polish: Callable[[LinearModel], NDArray[np.float64] | None]
) -> NDArray[np.float64]:
    """Return a solver's point with whole integers and inside its bounds; the rest is solved anew where that breaks it.

    Raises
    ------
    SolveError
        If the point cannot be made to meet the rows.
    """
    rounded = _rounded(model, values)
    broken = model.broken_by(rounded)
    if not broken:
        return rounded
    lower, upper = (np.where(model.integer, rounded, limits) for limits in (model.lower, model.upper))
    polished = polish(replace(model, lower=lower, upper=upper, integer=np.zeros_like(model.integer)))
    if polished is not None:
        rounded = np.where(model.integer, rounded, np.clip(polished, model.lower, model.upper))
        broken = model.broken_by(rounded)
    if broken:
        raise SolveError(f"the solver returned a point that breaks {broken}")
    return rounded


def _rounded(model: LinearModel, values: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = _as_whole(model, values)
    far = np.abs(inside - values) > 1e-5 * np.maximum(1.0, np.abs(values))
    if far.any():
        raise SolveError(f"the solver returned a point that breaks {model.column_name(int(far.argmax()))}")
    return inside


def _as_whole(model: LinearModel, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a point with its integers rounded and inside its bounds."""
    return (
        np.clip(np.where(model.integer, np.round(values), values), model.lower, model.upper) + 0.0
    )  # turns -0.0 into 0.0


def _better(
    model: LinearModel, found: NDArray[np.float64] | None, start: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """Return the start if it is a solution and cheaper than what the solver found."""
    if start is None or np.isnan(start).any():
        return found
    candidate = np.where(model.integer, np.round(start), start) + 0.0
    if model.broken_by(candidate):
        return found
    return candidate if found is None or model.objective(candidate) < model.objective(found) else found
