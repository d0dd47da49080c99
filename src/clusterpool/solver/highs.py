"""HiGHS as an engine: arrays in, options that are really set, runs that Ctrl-C ends at once."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from highspy import HighsModelStatus, HighsStatus

from clusterpool.errors import SolveError
from clusterpool.solver.options import Progress
from clusterpool.solver.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from clusterpool.solver.linear import LinearModel

_MIP_INTERRUPT = highspy.cb.HighsCallbackType.kCallbackMipInterrupt
_IMPROVING = highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution
_INTERRUPTS = (
    _MIP_INTERRUPT,
    highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    highspy.cb.HighsCallbackType.kCallbackIpmInterrupt,
)
Setting = bool | float | str

GRACE_S = 0.04
"""How long HiGHS may take to end by itself once it is asked to."""


def new_engine(model: LinearModel, options: Mapping[str, Setting]) -> highspy.Highs:
    """Return HiGHS with a model and options.

    Raises
    ------
    SolveError
        If HiGHS does not know an option, refuses its value, or refuses the model.
    """
    engine = highspy.Highs()
    for name, value in {"output_flag": False, **options}.items():
        set_option(engine, name, value)
    if engine.passModel(_as_highs(model)) == HighsStatus.kError:
        raise SolveError("HiGHS refuses the model")
    return engine


def set_option(engine: highspy.Highs, name: str, value: Setting) -> None:
    """Set one option of HiGHS, which by itself would only log that it does not know it."""
    if engine.setOptionValue(name, value) != HighsStatus.kOk:
        raise SolveError(f"HiGHS does not accept the option {name} = {value!r}")


def _as_highs(model: LinearModel) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.n_columns, model.n_rows
    lp.col_cost_, lp.offset_ = model.cost, model.offset
    lp.col_lower_, lp.col_upper_ = model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = model.n_columns, model.n_rows
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = model.row_start, model.col_index, model.value
    if model.integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[is_integer] for is_integer in model.integer.tolist()]
    return lp


@dataclass(frozen=True, eq=False)
class Run:
    """How a run ended; `values` is None where HiGHS has no feasible point, `bound` is -inf where it proved none."""

    status: HighsModelStatus
    values: NDArray[np.float64] | None
    bound: float
    nodes: int
    passed: tuple[NDArray[np.float64], ...] = ()


class _Job:
    """One run of HiGHS in a thread of its own, and what its callbacks have seen so far."""

    def __init__(self, engine: highspy.Highs, *, keep_passed: bool) -> None:
        self.engine = engine
        self.keep_passed = keep_passed
        self.done = threading.Event()
        self.stopping = False
        self.seen = Progress(0.0, math.inf, -math.inf, 0)
        self.passed: list[NDArray[np.float64]] = []
        self.outcome = HighsStatus.kError
        self._thread = threading.Thread(target=self._work, name="highs")

    def start(self) -> None:
        self.engine.setCallback(self._look, None)
        for kind in (*_INTERRUPTS, _IMPROVING):
            self.engine.startCallback(kind)
        self._thread.start()

    def _work(self) -> None:
        try:
            self.outcome = self.engine.run()
            # HiGHS's own threads belong to this thread; left waiting they would make a later fork hang.
            highspy.Highs.resetGlobalScheduler(True)  # noqa: FBT003
        finally:
            self.done.set()

    def _look(self, kind: Any, _message: str, out: Any, answer: Any, _data: object) -> None:  # noqa: ANN401
        """Answer a callback of HiGHS."""
        if kind == _IMPROVING:
            point = np.array(out.mip_solution, dtype=np.float64)
            self.passed = [*self.passed, point] if self.keep_passed else [point]
            return
        if kind == _MIP_INTERRUPT:
            self.seen = Progress(out.running_time, out.mip_primal_bound, out.mip_dual_bound, max(0, out.mip_node_count))
        if self.stopping:
            answer.user_interrupt = True

    def finish(self) -> None:
        """Free HiGHS from the callback, and the callback from HiGHS; only after the run."""
        self._thread.join()
        self.engine.setCallback(None, None)
        del self.engine  # HiGHS keeps its last callback, so each would keep the other for ever


def run(engine: highspy.Highs, watch: Watch, *, keep_passed: bool = False) -> Run:
    """Run HiGHS until it ends or is told to stop; on request keep every solution that it passes on its way.

    HiGHS listens to nobody inside long root relaxations and presolve. Where it does not end within `GRACE_S` after a
    stop, it is left behind with what it has found; its thread ends at its next callback.

    Raises
    ------
    SolveError
        If HiGHS reports an error.
    """
    job = _Job(engine, keep_passed=keep_passed)
    try:
        job.start()
        while not watch.wait_for(job.done):
            watch.report(job.seen)
    finally:
        job.stopping = True
    if not job.done.wait(GRACE_S):
        passed = tuple(job.passed)
        best = passed[-1] if passed else None
        return Run(HighsModelStatus.kInterrupt, best, job.seen.bound, job.seen.nodes, passed if keep_passed else ())
    job.finish()
    status = engine.getModelStatus()
    if job.outcome == HighsStatus.kError:
        raise SolveError(f"HiGHS failed: {engine.modelStatusToString(status)}")
    watch.report(job.seen)
    return replace(_ended_run(engine, status), passed=tuple(job.passed) if keep_passed else ())


def _ended_run(engine: highspy.Highs, status: HighsModelStatus) -> Run:
    info = engine.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(engine.getSolution().col_value, dtype=np.float64) if feasible else None
    nodes = max(0, info.mip_node_count)
    if engine.getLp().integrality_:
        return Run(status, values, info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else -math.inf, nodes)
    proven = status in (HighsModelStatus.kOptimal, HighsModelStatus.kModelEmpty)
    return Run(status, values, info.objective_function_value if proven else -math.inf, nodes)


def solve_plainly(engine: highspy.Highs) -> Run:
    """Run HiGHS for a side question.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C ends it: half an answer is of no use here.
    """
    watch = Watch()
    with watch.on_sigint():
        ended = run(engine, watch)
    if watch.interrupted:
        raise KeyboardInterrupt
    return ended


def run_in_place(engine: highspy.Highs) -> HighsModelStatus:
    """Run HiGHS in this thread: a small model takes less time than a thread of its own, and Ctrl-C can wait for it.

    Raises
    ------
    SolveError
        If HiGHS reports an error.
    """
    if engine.run() == HighsStatus.kError:  # such as a scheduler of this thread with another number of threads
        return solve_plainly(engine).status
    return engine.getModelStatus()
