"""HiGHS as an engine: arrays in, options that are really set, callbacks that let Ctrl-C through."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from highspy import HighsModelStatus, HighsStatus

from clusterpool.errors import SolveError
from clusterpool.solver.options import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from clusterpool.solver.linear import LinearModel

_INTERRUPTS = (
    highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
    highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    highspy.cb.HighsCallbackType.kCallbackIpmInterrupt,
)
_PROGRESS = highspy.cb.HighsCallbackType.kCallbackMipLogging

_scheduled = threading.local()


def new_engine(model: LinearModel, options: Mapping[str, bool | int | float | str]) -> highspy.Highs:
    """Return HiGHS with a model and options.

    Raises
    ------
    SolveError
        If HiGHS does not know an option, refuses its value, or refuses the model.
    """
    engine = highspy.Highs()
    set_option(engine, "output_flag", False)
    for name, value in options.items():
        set_option(engine, name, value)
    if engine.passModel(_as_highs(model)) == HighsStatus.kError:
        raise SolveError("HiGHS refuses the model")
    return engine


def set_option(engine: highspy.Highs, name: str, value: bool | int | float | str) -> None:
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


class Watch:
    """Looks into a running solve: reports progress and stops it on Ctrl-C, on an event, or on a failing report."""

    def __init__(self, progress: Callable[[Progress], None] | None, interrupt: threading.Event | None) -> None:
        self.stop = threading.Event()
        self.failure: BaseException | None = None
        self._progress = progress
        self._interrupt = interrupt

    @property
    def stopping(self) -> bool:
        """Whether the solve is asked to end."""
        return self.stop.is_set() or (self._interrupt is not None and self._interrupt.is_set())

    def __call__(self, kind: Any, message: str, out: Any, answer: Any, data: object) -> None:
        """Answer a callback of HiGHS."""
        if kind == _PROGRESS:
            self.report(
                Progress(out.running_time, out.mip_primal_bound, out.mip_dual_bound, max(0, out.mip_node_count))
            )
        elif answer is not None and self.stopping:
            answer.user_interrupt = True

    def report(self, progress: Progress) -> None:
        """Pass progress on; what the listener raises ends the solve and is raised after it."""
        if self._progress is None or self.failure is not None:
            return
        try:
            self._progress(progress)
        except BaseException as failure:
            self.failure = failure
            self.stop.set()

    @contextmanager
    def on_sigint(self) -> Iterator[None]:
        """Turn Ctrl-C into a stop while the block runs; only the main thread may, and only where it can be undone."""
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or before in (None, signal.SIG_IGN):
            yield
            return
        signal.signal(signal.SIGINT, lambda number, frame: self.stop.set())
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def run(engine: highspy.Highs, threads: int, watch: Watch) -> HighsModelStatus:
    """Run HiGHS and return how it ended.

    Raises
    ------
    SolveError
        If HiGHS reports an error.
    """
    _fit_scheduler(threads)
    engine.setCallback(watch, None)
    for kind in (*_INTERRUPTS, _PROGRESS):
        engine.startCallback(kind)
    try:
        with watch.on_sigint():
            outcome = engine.run()
    finally:
        engine.setCallback(None, None)
        if threads > 1:
            # Left alone, HiGHS's waiting threads make a later fork of this process hang.
            _fit_scheduler(0)
    if watch.failure is not None:
        raise watch.failure
    status = engine.getModelStatus()
    if outcome == HighsStatus.kError:
        raise SolveError(f"HiGHS failed: {engine.modelStatusToString(status)}")
    return status


def _fit_scheduler(threads: int) -> None:
    """End HiGHS's threads where another number of them is wanted: it keeps the first number and fails on another."""
    if getattr(_scheduled, "threads", threads) != threads:
        highspy.Highs.resetGlobalScheduler(True)
    _scheduled.threads = threads


def solution_of(engine: highspy.Highs) -> NDArray[np.float64]:
    """Return the values of the columns."""
    return np.array(engine.getSolution().col_value, dtype=np.float64)
