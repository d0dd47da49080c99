"""Solving a model: one answer with its status, bound and gap, checked before it is handed out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from highspy import HighsModelStatus, HighsSolution, HighsStatus, kHighsInf

from clusterpool.errors import SolveError
from clusterpool.solver.conflict import explain_infeasible, explain_unbounded, has_solution
from clusterpool.solver.highs import new_engine, run, set_option, solve_plainly
from clusterpool.solver.options import Effort, Focus, Solver
from clusterpool.solver.others import solve_with_pulp
from clusterpool.solver.solution import Answer, Ended, judge
from clusterpool.solver.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    import highspy
    from numpy.typing import ArrayLike, NDArray

    from clusterpool.solver.highs import Setting
    from clusterpool.solver.linear import LinearModel
    from clusterpool.solver.options import Progress, SolveOptions
    from clusterpool.solver.solution import Solution

_ENDED = {
    HighsModelStatus.kOptimal: Ended.OPTIMAL,
    HighsModelStatus.kModelEmpty: Ended.OPTIMAL,
    HighsModelStatus.kSolutionLimit: Ended.NODES,
    HighsModelStatus.kTimeLimit: Ended.TIME,
    HighsModelStatus.kInterrupt: Ended.INTERRUPT,
}
NO_SOLUTION = "no solution"
_QUESTION_OFF = ("mip_heuristic_run_rins", "mip_heuristic_run_root_reduced_cost", "mip_allow_restart")
_BOUND_OFF = ("mip_heuristic_run_rins", "mip_heuristic_run_rens", "mip_heuristic_run_root_reduced_cost")
_PLAN_OFF = ("mip_heuristic_run_root_reduced_cost",)
_OFF = {Focus.PLAN: _PLAN_OFF, Focus.BOUND: _BOUND_OFF, Focus.QUESTION: _QUESTION_OFF}


def solve(  # noqa: PLR0913 - all but the model are options
    model: LinearModel,
    *,
    options: SolveOptions,
    effort: Effort | None = None,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    cost: ArrayLike | None = None,
    start: ArrayLike | None = None,
    progress: Callable[[Progress], None] | None = None,
    focus: Focus = Focus.PLAN,
    keep_passed: bool = False,
    best_so_far: bool = False,
    explain: bool = True,
) -> Solution:
    """Minimise a linear model with whole-number columns.

    Ctrl-C in the main thread ends the solve and raises `Interrupted`, so that nobody goes on with half an answer. Only
    with `best_so_far` it returns the best solution so far, with the status INTERRUPTED. HiGHS may need seconds more to
    notice; it does so in the background, and Python waits for it before the process ends.

    Parameters
    ----------
    model : LinearModel
        What to solve; it is not changed.
    options : SolveOptions
        Solver, seed, threads, and the default effort.
    effort : Effort, optional
        How much work this solve may take; default: what the options say, the clock starting now.
    lower, upper, cost : array of float, optional
        Replace those of the model.
    start : array of float, optional
        A start vector, NaN where unknown; HiGHS repairs and completes it.
    progress : callable, optional
        Is told of every change; what it raises ends the solve and is passed on. HiGHS only.
    focus : Focus
        BOUND switches off the search for plans by sub-models, QUESTION most of it, and restarts.
    keep_passed : bool
        Whether the answer also holds the solutions that the search passed on its way. HiGHS only.
    best_so_far : bool
        Whether Ctrl-C returns the best solution so far, where there is one.
    explain : bool
        Whether the message of a model without a solution names rows that contradict each other, which takes further
        solves.

    Raises
    ------
    NoPlanError
        If a limit struck before a solution was found.
    SolveError
        If there is no solution (the message names rows that contradict each other), the costs have no limit, or the
        solver failed.
    Interrupted
        If Ctrl-C ended the solve; a KeyboardInterrupt that holds what was proven.

    Examples
    --------
    >>> from clusterpool.solver import LinearModel, SolveOptions, solve
    >>> model = LinearModel([1.0], 0.0, [0.0], [9.0], [True], [2.5], [np.inf], [0, 1], [0], [1.0], ("demand",))
    >>> solve(model, options=SolveOptions()).objective
    3.0
    """
    effort = Effort.of(options) if effort is None else effort
    model = replace(
        model,
        lower=model.lower if lower is None else np.asarray(lower),
        upper=model.upper if upper is None else np.asarray(upper),
        cost=model.cost if cost is None else np.asarray(cost),
    )
    known = None if start is None else _checked_start(model, start)
    _refuse_crossed_bounds(model)
    watch = Watch(progress)
    with watch.on_sigint():
        if model.n_columns == 0:
            answer = _solve_empty(model)
        elif options.solver is Solver.HIGHS:
            answer = _solve_with_highs(
                model, options, effort, known, watch, focus, keep_passed=keep_passed, explain=explain
            )
        else:
            answer = solve_with_pulp(model, options, effort, known)
    if watch.interrupted:
        answer = replace(answer, ended=Ended.INTERRUPT)
    return judge(model, answer, effort, start=known, polish=_polish, best_so_far=best_so_far)


def _checked_start(model: LinearModel, start: ArrayLike) -> NDArray[np.float64]:
    known = np.asarray(start, dtype=np.float64)
    if known.shape != (model.n_columns,) or np.isinf(known).any():
        raise ValueError(f"start must have {model.n_columns} finite entries, or NaN")
    return known


def _refuse_crossed_bounds(model: LinearModel) -> None:
    for name_of, low, high in (
        (model.column_name, model.lower, model.upper),
        (model.row_name, model.row_lower, model.row_upper),
    ):
        crossed = np.flatnonzero(low > high)
        if len(crossed):
            one = int(crossed[0])
            raise SolveError(f"no solution: {name_of(one)} must be at least {low[one]} and at most {high[one]}")


def _solve_empty(model: LinearModel) -> Answer:
    point = np.zeros(0)
    broken = model.broken_by(point)
    if broken:
        raise SolveError(f"no solution: {broken} has no columns and does not hold")
    return Answer(Ended.OPTIMAL, point, model.offset, 0)


def _solve_with_highs(
    model: LinearModel,
    options: SolveOptions,
    effort: Effort,
    start: NDArray[np.float64] | None,
    watch: Watch,
    focus: Focus,
    *,
    keep_passed: bool,
    explain: bool,
) -> Answer:
    settings: dict[str, Setting] = {
        "threads": options.threads,
        "random_seed": options.seed,
        "mip_rel_gap": effort.gap,
        "mip_abs_gap": effort.absolute_gap,
    }
    if effort.node_limit is not None:
        settings["mip_max_nodes"] = effort.node_limit
    settings |= dict.fromkeys(_OFF[focus], False)
    engine = new_engine(model, settings)
    if start is not None and model.integer.any():
        _hand_over_start(engine, start)
    set_option(engine, "time_limit", min(effort.deadline.remaining(), kHighsInf))
    ended = run(engine, watch, keep_passed=keep_passed)
    if ended.status not in _ENDED:
        raise SolveError(_explanation(model, engine, ended.status) if explain else NO_SOLUTION)
    return Answer(_ENDED[ended.status], ended.values, ended.bound, ended.nodes, ended.passed)


def _hand_over_start(engine: highspy.Highs, start: NDArray[np.float64]) -> None:
    known = np.flatnonzero(~np.isnan(start))
    if len(known) == len(start):
        solution = HighsSolution()
        solution.col_value = start
        outcome = engine.setSolution(solution)
    elif len(known):
        outcome = engine.setSolution(len(known), known.astype(np.int32), start[known])
    else:
        return
    if outcome == HighsStatus.kError:
        raise SolveError("HiGHS refuses the start vector")


def _explanation(model: LinearModel, engine: highspy.Highs, status: HighsModelStatus) -> str:
    if status == HighsModelStatus.kInfeasible:
        return explain_infeasible(model)
    if status in (HighsModelStatus.kUnbounded, HighsModelStatus.kUnboundedOrInfeasible):
        return explain_unbounded(model) if has_solution(model) else explain_infeasible(model)
    return f"HiGHS ended with {engine.modelStatusToString(status)!r}"


def _polish(model: LinearModel) -> NDArray[np.float64] | None:
    ended = solve_plainly(new_engine(model, {"threads": 1}))
    return ended.values if ended.status == HighsModelStatus.kOptimal else None
