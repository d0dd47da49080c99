"""Ctrl-C during a command: one press is one interrupt, however often it is sent, and none is ever lost."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
