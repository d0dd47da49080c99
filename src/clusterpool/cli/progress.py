"""Progress on a terminal: one line on stderr, rewritten."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Self, TextIO

from clusterpool.plan import relative_gap

if TYPE_CHECKING:
    from types import TracebackType

    from clusterpool.plan import Stage

WIDTH = 79
CLEAR_LINE = "\r\x1b[2K"


class ProgressLine:
    """Shows each stage that it is called with, where that is wanted and on a terminal; gone when the work ends."""

    def __init__(self, stream: TextIO | None = None, *, shown: bool = True) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._active = shown and self._stream.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write("")

    def __call__(self, stage: Stage) -> None:
        """Show a stage."""
        self._write(stage_text(stage)[:WIDTH])

    def _write(self, text: str) -> None:
        if self._active:
            self._stream.write(CLEAR_LINE + text)
            self._stream.flush()


def stage_text(stage: Stage) -> str:
    """One line: the stage, how far it is, incumbent, bound and gap.

    Examples
    --------
    >>> from clusterpool.plan import Stage
    >>> stage_text(Stage("coalitions", 3, 63))
    'coalitions 3/63'
    >>> stage_text(Stage("plan", 1, 2, incumbent=1250.0, bound=1000.0))
    'plan 1/2  incumbent 1,250.00  bound 1,000.00  gap 20.00%'
    >>> stage_text(Stage("questions", 12, 0, between=(-150.0, 25.5)))
    'questions 12  between -150.00 and 25.50'
    """
    count = f" {stage.done}/{stage.total}" if stage.total else f" {stage.done}" if stage.done else ""
    parts = [stage.name + count]
    found = {"incumbent": stage.incumbent, "bound": stage.bound}
    known = {name: value for name, value in found.items() if value is not None and math.isfinite(value)}
    parts += [f"{name} {value:,.2f}" for name, value in known.items()]
    if len(known) == len(found):
        parts.append(f"gap {relative_gap(known['incumbent'], known['bound']):.2%}")
    if stage.between is not None:
        parts += _between(*stage.between)
    if stage.interrupted:
        parts.append("interrupted; Ctrl-C again ends at once")
    return "  ".join(parts)


def _between(lower: float, upper: float) -> list[str]:
    """Between what a value lies, as far as that is known."""
    if math.isfinite(lower) and math.isfinite(upper):
        return [f"between {lower:,.2f} and {upper:,.2f}"]
    return [f"{word} {end:,.2f}" for word, end in (("at least", lower), ("at most", upper)) if math.isfinite(end)]
