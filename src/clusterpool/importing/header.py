"""The header of a table in a file: one line or two, by known names, else by its shape; or none at all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from clusterpool.importing.aliases import fitting
from clusterpool.importing.breaks import looks_like_breaks, quantity_of
from clusterpool.importing.dialect import text_of
from clusterpool.importing.numbers import read_number
from clusterpool.importing.questions import Choice, Question
from clusterpool.importing.units import measured
from clusterpool.messages import MessageId
from clusterpool.places import fold

if TYPE_CHECKING:
    from clusterpool.importing.dialect import Records
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile

_LINES_ABOVE = 50
"""So many lines are looked at for the header."""
_CELLS_OF_HEADER = 2
_SAMPLES = 2
_LINES_OFFERED = 3


class Header(NamedTuple):
    """A header: its cells, and the first row and the first row below it; both 0 where there is none."""

    cells: list[str]
    first: int
    below: int


def find_header(records: Records, profile: Profile, notes: Notes) -> Header | None:
    """The header of the table; None, with an error noted, where it is not clear."""
    if profile.file.no_header:
        width = max((len(row) for row in records.rows), default=0)
        return Header([f"#{place}" for place in range(1, width + 1)], 0, 0)
    place = _place(records, profile, notes)
    if place is None:
        return None
    named = {fold(name) for name in profile.columns_named}
    lines = profile.file.header_lines or 0
    for first in (place, place - 1):
        pair = _pair(records, first) if first >= 0 and lines != 1 else None
        if pair and (lines > 1 or _is_better(pair, records, place, first, notes.table, named)):
            notes.assume("two-lines", lines=f"{records.lines[first]}-{records.lines[first + 1]}")
            return Header(pair, first, first + 2)
        if lines > 1:
            break
    return Header([text_of(cell) for cell in records.rows[place]], place, place + 1)


def _place(records: Records, profile: Profile, notes: Notes) -> int | None:
    if profile.file.header_line:
        if profile.file.header_line in records.lines:
            return records.lines.index(profile.file.header_line)
        _ask_for_line(records, profile.file.header_line, "", notes)
        return None
    named = {fold(name) for name in profile.columns_named}
    scores = [_score([text_of(c) for c in row if isinstance(c, str)], notes.table, named) for row in _top(records)]
    best = max(scores, default=0)
    if best >= min(_CELLS_OF_HEADER, len(named) or _CELLS_OF_HEADER):
        return scores.index(best)
    shaped = _by_shape(records)
    if shaped is not None:
        return shaped
    _ask(records, notes)
    return None


def _top(records: Records) -> list[list[object]]:
    return records.rows[:_LINES_ABOVE]


def _by_shape(records: Records) -> int | None:
    """The first line that is wide and all of different texts, with numbers below them; no known name is needed."""
    for place, row in enumerate(_top(records)):
        texts = [text for text in map(text_of, row) if text]
        if len(texts) < _CELLS_OF_HEADER:
            continue
        if any(map(measured, texts)) or len(set(texts)) < len(texts):
            return None
        below = records.rows[place + 1 :]
        wide = [one for one in below if sum(bool(text_of(cell)) for cell in one) >= _CELLS_OF_HEADER]
        numbers = [one for one in wide if any(measured(text_of(cell)) for cell in one)]
        return place if wide and len(numbers) * 2 > len(wide) else None
    return None


def _ask(records: Records, notes: Notes) -> None:
    """Ask which line is the header, or, where the first line has numbers, whether there is none."""
    first = next((i for i, row in enumerate(_top(records)) if sum(map(bool, map(text_of, row))) > 1), 0)
    row = records.rows[first] if records.rows else []
    line = records.lines[first] if records.lines else 1
    shown = " | ".join(map(text_of, row))[:80]
    if not any(measured(text_of(cell)) for cell in row):
        _ask_for_line(records, line, shown, notes)
        return
    cells = [[text_of(one[place]) for one in records.rows[first:] if place < len(one)] for place in range(len(row))]
    samples = "; ".join(f"#{place}: {', '.join(texts[:_SAMPLES])}" for place, texts in enumerate(cells, 1))
    question = Question((Choice(("file",), "no_header", True), Choice(("file",), "header_line", line)))  # noqa: FBT003
    notes.ask(MessageId.IMPORT_HEADERLESS, line, "", shown, question=question, columns=samples)


def _ask_for_line(records: Records, line: int, shown: str, notes: Notes) -> None:
    """Ask which line it is, first for those with the most cells of words."""
    words = {}
    for place, row in zip(records.lines, _top(records), strict=False):
        texts = {text_of(cell) for cell in row if isinstance(cell, str)} - {""}
        words[place] = sum(read_number(text) is None for text in texts)
    places = sorted(words, key=lambda place: (-words[place], place))[:_LINES_OFFERED] or [1]
    notes.ask(MessageId.IMPORT_NO_HEADER, line, "", shown, question=Question.of("file", "header_line", *places))


def _score(texts: list[str], table: str, named: set[str]) -> int:
    return sum(
        fold(text) in named or any((fitting(table, text), quantity_of(text), looks_like_breaks(text)))
        for text in {*texts} - {""}
    )


def _pair(records: Records, first: int) -> list[str] | None:
    """The names of a header of two lines; None where these two lines are none."""
    if first + 1 >= len(records.rows):
        return None
    upper, lower = ([text_of(cell) for cell in row] for row in records.rows[first : first + 2])
    if any(map(measured, filter(None, [*upper, *lower]))) or sum(map(bool, upper)) < _CELLS_OF_HEADER:
        return None
    lower += [""] * (len(upper) - len(lower))
    twice = {text for text, many in Counter(filter(None, lower)).items() if many > 1}
    names, above = [], ""
    for place, low in enumerate(lower):
        above = (upper[place] if place < len(upper) else "") or above
        high = above if low else (upper[place] if place < len(upper) else "")
        both = f"{high} {low}".strip() if high != low else low
        names.append(both if not low or low in twice or low.startswith(("(", "[")) else low)
    return names


def _is_better(pair: list[str], records: Records, place: int, first: int, table: str, named: set[str]) -> bool:
    """Whether two lines say more than the one, or as much where the second is text above numbers."""
    alone = _score([text_of(cell) for cell in records.rows[place]], table, named)
    both = _score(pair, table, named)
    if both != alone or first != place:
        return both > alone
    lower = [text_of(cell) for cell in records.rows[first + 1]]
    below = records.rows[first + 2 :]
    for column, text in enumerate(lower):
        cells = [text_of(row[column]) for row in below if column < len(row)]
        if text and cells and sum(bool(measured(cell)) for cell in cells) * 2 > len(cells):
            return True
    return False
