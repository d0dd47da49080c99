"""Where the table stands in a file: title lines above it, its header, its rows, total rows below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.importing.aliases import fitting
from clusterpool.importing.breaks import looks_like_breaks, quantity_of
from clusterpool.importing.dialect import Records
from clusterpool.importing.numbers import read_number
from clusterpool.importing.questions import Question
from clusterpool.messages import MessageId
from clusterpool.places import fold
from clusterpool.reading import sheet_text

if TYPE_CHECKING:
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile

_LINES_ABOVE = 50
"""So many lines are looked at for the header."""
_CELLS_OF_HEADER = 2
_LINES_OFFERED = 3
_TOTAL = re.compile(
    r"(sous[\s-]*)?(s/)?(grand\s+)?tota(l|ux)(\s+(g[eé]n[eé]ral|h\.?t\.?|t\.?t\.?c\.?|tva|net|lignes?|articles?|page))*\s*:?"
    r"|somme\s*:?|cumul\s*:?|report\s*:?|[aà]\s+reporter\s*:?|المجموع( العام)?\s*:?|الإجمالي\s*:?|sub-?total\s*:?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The table of a file: its header (each name once) with its line, and the rows below it, each as wide."""

    header: list[str]
    line: int
    body: Records

    def column(self, name: str) -> list[object]:
        """The cells of a column."""
        place = self.header.index(name)
        return [row[place] for row in self.body.rows]


def text_of(cell: object) -> str:
    """The text of a cell on one line."""
    return re.sub(r"\s*[\r\n\t\v\f]+\s*", " ", sheet_text(cell))


def lay_out(records: Records, profile: Profile, notes: Notes) -> Layout | None:
    """Find the header and cut the rows to its width; None, with an error noted, where there is no header."""
    place = _header_place(records, profile, notes)
    if place is None:
        return None
    above = [text for row in records.rows[:place] if (text := " ".join(filter(None, map(text_of, row))))]
    if above:
        notes.assume("titles", lines=str(len(above)), first=above[0][:60], header=str(records.lines[place]))
    cells = [text_of(cell) for cell in records.rows[place]]
    while cells and not cells[-1] and not any(text_of(cell) for row in records.rows for cell in row[len(cells) - 1 :]):
        cells.pop()
    header, body = _names(cells), Records([], [])
    for line, row in zip(records.lines[place + 1 :], records.rows[place + 1 :], strict=True):
        _take(line, row, header, body, notes)
    return Layout(header, records.lines[place], body)


def _header_place(records: Records, profile: Profile, notes: Notes) -> int | None:
    if profile.file.header_line:
        if profile.file.header_line in records.lines:
            return records.lines.index(profile.file.header_line)
        _ask_for_header(records, profile.file.header_line, "", notes)
        return None
    named = {fold(name) for name in profile.columns_named}
    scores = [_score(row, notes.table, named) for row in records.rows[:_LINES_ABOVE]]
    best = max(scores, default=0)
    if best < min(_CELLS_OF_HEADER, len(named) or _CELLS_OF_HEADER):
        shown = " | ".join(text_of(cell) for cell in records.rows[0])[:80] if records.rows else ""
        _ask_for_header(records, records.lines[0] if records.lines else 1, shown, notes)
        return None
    return scores.index(best)


def _ask_for_header(records: Records, line: int, shown: str, notes: Notes) -> None:
    """Ask which line it is, first for those with the most cells of words."""
    words = {}
    for place, row in zip(records.lines, records.rows[:_LINES_ABOVE], strict=False):
        texts = {text_of(cell) for cell in row if isinstance(cell, str)} - {""}
        words[place] = sum(read_number(text) is None for text in texts)
    places = sorted(words, key=lambda place: (-words[place], place))[:_LINES_OFFERED] or [1]
    notes.ask(MessageId.IMPORT_NO_HEADER, line, "", shown, question=Question.of("file", "header_line", *places))


def _score(row: list[object], table: str, named: set[str]) -> int:
    texts = {text_of(cell) for cell in row if isinstance(cell, str)} - {""}
    return sum(
        fold(text) in named or any((fitting(table, text), quantity_of(text), looks_like_breaks(text))) for text in texts
    )


def _names(cells: list[str]) -> list[str]:
    """The header's names, each once: a blank one is called by its place, a repeated one gets a number."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name, number = cell or f"#{place}", 2
        while name in names:
            name, number = f"{cell} ({number})", number + 1
        names.append(name)
    return names


def _take(line: int, row: list[object], header: list[str], body: Records, notes: Notes) -> None:
    texts = [text_of(cell) for cell in row]
    if not any(texts):
        return
    if any(texts[len(header) :]) or (len(row) < len(header) and not is_total(texts)):
        shown = " | ".join(texts)[:80]
        notes.tell(MessageId.IMPORT_RAGGED, line, "", shown, cells=str(len(row)), columns=str(len(header)))
    elif texts[: len(header)] == [name if not name.startswith("#") else "" for name in header]:
        notes.assume("header-again", line=str(line))
    else:
        body.lines.append(line)
        body.rows.append([*row, *[""] * (len(header) - len(row))][: len(header)])


def is_total(texts: list[str]) -> bool:
    """Whether the first filled cell of a row says that the row sums up others."""
    first = next((text for text in texts if text), "")
    return bool(_TOTAL.fullmatch(first.strip()))


def without_totals(layout: Layout, required: list[str], notes: Notes) -> tuple[Layout, Records]:
    """The table without the rows that sum up others, and those rows.

    A total says so in its first filled cell, and lacks a cell that every line of the table has (`required`, columns of
    the file) or holds nothing but numbers beside that word: an article that is called "Total" stays.
    """
    body, totals = Records([], []), Records([], [])
    places = [layout.header.index(name) for name in required]
    for line, row in zip(layout.body.lines, layout.body.rows, strict=True):
        texts = [text_of(cell) for cell in row]
        held = totals if is_total(texts) and _lacks(texts, places) else body
        held.lines.append(line)
        held.rows.append(row)
    if totals.lines:
        shown = " | ".join(filter(None, (text_of(cell) for cell in totals.rows[0])))[:60]
        notes.assume("totals", lines=", ".join(map(str, totals.lines)), first=shown)
    return Layout(layout.header, layout.line, body), totals


def _lacks(texts: list[str], places: list[int]) -> bool:
    word = next(place for place, text in enumerate(texts) if text)
    if any(not texts[place] for place in places):
        return True
    return word in places and all(read_number(text) for place, text in enumerate(texts) if text and place != word)
