"""Ctrl-C during a command: one press is one interrupt, however it is sent, none is lost, and nothing stays behind."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SAME_PRESS_S = 0.3
"""Signals that follow so closely are one press: a terminal and `timeout` may send it to a process and to its group."""


@dataclass
class Presses:
    """The presses of Ctrl-C so far.

    Parameters
    ----------
    count : int
    """

    count: int = 0
    _last: float = float("-inf")

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Handle SIGINT: KeyboardInterrupt, unless this still is the press before."""
        now, before = time.monotonic(), self._last
        self._last = now
        if now - before < SAME_PRESS_S:
            return
        self.count += 1
        raise KeyboardInterrupt


@contextmanager
def counted_presses() -> Iterator[Presses]:
    """Count the presses while the block runs, wherever the KeyboardInterrupt of each ends up.

    Only the main thread may listen, and only where nobody else has chosen what Ctrl-C does.
    """
    presses = Presses()
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield presses
        return
    signal.signal(signal.SIGINT, presses)
    try:
        yield presses
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def leave_at_once(code: int) -> NoReturn:
    """End the process without waiting for what still works in the background; another press skips the tidying up."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(code))
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    from multiprocessing import active_children  # noqa: PLC0415 - an import that commands seldom need

    for child in active_children():
        child.terminate()
    atexit._run_exitfuncs()  # noqa: SLF001 - the exit proper waits for a solver that was left behind
    os._exit(code)
