"""Waiting for a solver that works elsewhere, with an ear for Ctrl-C."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from clusterpool.solver.options import Progress

POLL_S = 0.02


class Watch:
    """What may end a solve from outside, and who is told how it goes.

    Parameters
    ----------
    progress : callable, optional
        Is told of every change, in the thread that waits.
    """

    def __init__(self, progress: Callable[[Progress], None] | None = None) -> None:
        self._progress = progress
        self._sigint = False
        self._reported: Progress | None = None

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._sigint

    def wait_for(self, done: threading.Event) -> bool:
        """Wait a moment; return whether the waiting is over, because the work is done or has to stop."""
        return done.wait(POLL_S) or self._sigint

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
        """Turn Ctrl-C into a stop while the block runs; only the main thread may, and only where it can be undone.

        What the process does at Ctrl-C otherwise says whether it is a stop: one if that raises KeyboardInterrupt.

        Raises
        ------
        KeyboardInterrupt
            In place of an error of the block, if Ctrl-C was pressed before.
        """
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or before in (None, signal.SIG_IGN):
            yield
            return

        def stop(number: int, frame: FrameType | None) -> bool:
            try:  # a watch around this one tells it by what it returns
                self._sigint |= (before if callable(before) else signal.default_int_handler)(number, frame) is True
            except KeyboardInterrupt:
                self._sigint = True
            return self._sigint

        signal.signal(signal.SIGINT, stop)
        try:
            yield
        except Exception:
            if self._sigint:  # whoever expects such an error must not take it for the whole story
                raise KeyboardInterrupt from None
            raise
        finally:
            signal.signal(signal.SIGINT, before)
