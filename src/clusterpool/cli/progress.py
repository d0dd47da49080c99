"""Progress on a terminal: one line on stderr, rewritten, in the reader's language."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Self, TextIO

from clusterpool.language import Domain, Language, decimal, percent, phrases
from clusterpool.plan import relative_gap

if TYPE_CHECKING:
    from types import TracebackType

    from clusterpool.plan import Stage

WIDTH = 79
CLEAR_LINE = "\r\x1b[2K"
TOLD_AFTER_S = 1.0
"""The time that has passed is shown from here on."""


class ProgressLine:
    """Shows each stage that it is called with, where that is wanted and on a terminal; gone when the work ends."""

    def __init__(
        self, stream: TextIO | None = None, *, language: Language = Language.ENGLISH, shown: bool = True
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._language = language
        self._active = shown and self._stream.isatty()
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write("")

    def __call__(self, stage: Stage) -> None:
        """Show a stage."""
        passed = time.monotonic() - self._begun
        text = stage_text(stage, self._language)
        if passed >= TOLD_AFTER_S:
            elapsed = phrases(Domain.COMMANDS, self._language)["progress.elapsed"].format(seconds=round(passed))
            text = f"{elapsed}  {text}"
        self._write(text[:WIDTH])

    def _write(self, text: str) -> None:
        if self._active:
            self._stream.write(CLEAR_LINE + text)
            self._stream.flush()


def stage_text(stage: Stage, language: Language = Language.ENGLISH) -> str:
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
    words = phrases(Domain.COMMANDS, language)
    count = f" {stage.done}/{stage.total}" if stage.total else f" {stage.done}" if stage.done else ""
    parts = [words.get(f"stage.{stage.name}", stage.name) + count]
    found = {"incumbent": stage.incumbent, "bound": stage.bound}
    known = {name: value for name, value in found.items() if value is not None and math.isfinite(value)}
    parts += [words[f"progress.{name}"].format(value=decimal(value, language, 2)) for name, value in known.items()]
    if len(known) == len(found):
        gap = relative_gap(known["incumbent"], known["bound"])
        parts.append(words["progress.gap"].format(value=percent(100 * gap, language)))
    if stage.between is not None:
        parts += _between(*stage.between, language)
    if stage.interrupted:
        parts.append(words["progress.interrupted"])
    return "  ".join(parts)


def _between(lower: float, upper: float, language: Language) -> list[str]:
    """Between what a value lies, as far as that is known."""
    words = phrases(Domain.COMMANDS, language)
    low, high = decimal(lower, language, 2), decimal(upper, language, 2)
    if math.isfinite(lower) and math.isfinite(upper):
        return [words["progress.between"].format(lower=low, upper=high)]
    ends = (("at-least", lower, low), ("at-most", upper, high))
    return [words[f"progress.{word}"].format(value=text) for word, end, text in ends if math.isfinite(end)]
