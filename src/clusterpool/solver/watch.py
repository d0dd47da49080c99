"""Waiting for a solver that works elsewhere, with an ear for Ctrl-C."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clusterpool.solver.options import Progress

POLL_S = 0.02


class Watch:
    """What may end a solve from outside, and who is told how it goes.

    Parameters
    ----------
    progress : callable, optional
        Is told of every change, in the thread that waits.
    interrupt : threading.Event, optional
        Ends the solve once set.
    """

    def __init__(
        self, progress: Callable[[Progress], None] | None = None, interrupt: threading.Event | None = None
    ) -> None:
        self._progress = progress
        self._interrupt = interrupt
        self._sigint = False
        self._reported: Progress | None = None

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._sigint

    @property
    def stopping(self) -> bool:
        """Whether the solve has to end."""
        return self._sigint or (self._interrupt is not None and self._interrupt.is_set())

    def wait_for(self, done: threading.Event) -> bool:
        """Wait a moment; return whether the waiting is over, because the work is done or has to stop."""
        return done.wait(POLL_S) or self.stopping

    def report(self, progress: Progress) -> None:
        """Pass on progress, if it is news."""
        news = self._reported is None or (
            (progress.objective, progress.bound, progress.nodes)
            != (self._reported.objective, self._reported.bound, self._reported.nodes)
        )
        if self._progress is not None and news:
            self._reported = progress
            self._progress(progress)

    @contextmanager
    def on_sigint(self) -> Iterator[None]:
        """Turn Ctrl-C into a stop while the block runs; only the main thread may, and only where it can be undone."""
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or before in (None, signal.SIG_IGN):
            yield
            return
        signal.signal(signal.SIGINT, self._on_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._sigint = True
