"""Text in columns: widths as a terminal counts them, tables with names and bars, wrapped sentences."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.language import isolated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.language import Language

WIDTH = 80
GAP = 2
SHORTEST_NAME = 8
NAME_WIDTH = 20
"""Names that have less room than this are dearer to the reader than cents."""

NAME_BESIDE_BAR = 10
"""Names give up room to a bar down to this width."""
LONGEST_BAR, SHORTEST_BAR = 16, 4
EIGHTHS = "▏▎▍▌▋▊▉█"
RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT MARK}"
"""Begins a line whose first letters may be Latin codes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: code and name to the left, figures to the right, then a bar of `length` (at most 1)."""

    code: str
    name: str
    figures: tuple[str, ...]
    length: float | None = None


def width_of(text: str) -> int:
    """The columns that a text takes: none for marks and direction signs, two for wide letters.

    Examples
    --------
    >>> width_of("Béjaïa"), width_of("حُلَّت"), width_of("漢")
    (6, 3, 2)
    """
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def room_for_names(rows: Sequence[Row]) -> int:
    """Columns left over once the names have the width that they should have at least; negative: too few."""
    longest = max(width_of(row.name) for row in rows)
    return _rest(rows) - (min(longest, NAME_WIDTH) + GAP if longest else 0)


def _rest(rows: Sequence[Row]) -> int:
    """Columns that codes and figures leave."""
    return WIDTH - sum(_figure_widths(rows)) - GAP * len(rows[0].figures) - max(width_of(row.code) for row in rows)


def _figure_widths(rows: Sequence[Row]) -> list[int]:
    return [max(map(width_of, column)) for column in zip(*(row.figures for row in rows), strict=True)]


def _name_and_bar(rows: Sequence[Row]) -> tuple[int, int]:
    """The widths of names and bars; 0: there is no room for them."""
    rest, longest = _rest(rows), max(width_of(row.name) for row in rows)
    drawn = any(row.length is not None for row in rows)
    beside = min(longest, NAME_BESIDE_BAR) + GAP if longest else 0
    if drawn and rest - beside - GAP >= SHORTEST_BAR:
        spare = rest - beside - GAP - SHORTEST_BAR
        name = min(longest, beside - GAP + spare) if longest else 0
        return name, min(LONGEST_BAR, rest - GAP - (name + GAP if name else 0))
    name = min(longest, rest - GAP)
    return (name if name >= SHORTEST_NAME else 0), 0


def aligned(rows: Sequence[Row], language: Language) -> list[str]:
    """Rows as lines that fit a terminal where codes and figures do; names are cut to the room that is left."""
    codes, figures = max(width_of(row.code) for row in rows), _figure_widths(rows)
    name, bar = _name_and_bar(rows)
    start, lines = RIGHT_TO_LEFT if language.right_to_left else "", []
    for row in rows:
        cells = [_padded(row.code, codes, language)]
        if name:
            cells.append(_padded(_cut(row.name, name), name, language))
        cells += [_padded(text, width, language, right=True) for text, width in zip(row.figures, figures, strict=True)]
        if bar and row.length is not None:
            cells.append(bar_of(row.length, bar, whole=language.right_to_left))
        lines.append(start + (" " * GAP).join(cells).rstrip())
    return lines


def bar_of(length: float, width: int, *, whole: bool = False) -> str:
    """A bar of `length` (1 fills the width) to an eighth of a column, or to a whole one; less than nothing is hatched.

    Examples
    --------
    >>> bar_of(0.5, 8), bar_of(0.3, 4), bar_of(-0.5, 4), bar_of(0.3, 4, whole=True)
    ('████', '█▎', '░░', '█')
    """
    eighths = round(abs(length) * width * len(EIGHTHS))
    full, part = divmod(eighths, len(EIGHTHS))
    if length < 0:
        return "░" * max(full, 1)
    return EIGHTHS[-1] * full + (EIGHTHS[part - 1] if part and not whole else "")


def _padded(text: str, width: int, language: Language, *, right: bool = False) -> str:
    padding = " " * (width - width_of(text))
    text = isolated(text, language)
    return padding + text if right else text + padding


def _cut(text: str, width: int) -> str:
    if width_of(text) <= width:
        return text
    while width_of(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


def titled(title: str, lines: Sequence[str]) -> str:
    """Lines under an underlined title."""
    return "\n".join([title, "-" * width_of(title), *lines])


def wrapped(text: str) -> str:
    """The text in lines of at most `WIDTH`; codes, paths and commands are never broken."""
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return textwrap.fill(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
