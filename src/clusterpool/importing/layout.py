"""Where the table stands in a file: title lines above it, its header, its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from clusterpool.importing.dialect import Records, text_of
from clusterpool.importing.header import find_header
from clusterpool.importing.vocabulary import is_total
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Layout:
    """The table of a file: its header (each name once) with its line, and the rows below it, each as wide."""

    header: list[str]
    line: int
    body: Records
    _kept: dict[tuple[str, str], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def once(self, what: str, name: str, make: Callable[[], T]) -> T:
        """Something about a column, worked out when it is asked for the first time."""
        if (what, name) not in self._kept:
            self._kept[what, name] = make()
        found: T = self._kept[what, name]
        return found

    def texts(self, name: str) -> list[str]:
        """The cells of a column as texts of one line."""
        return self.once("texts", name, lambda: [text_of(cell) for cell in self.column(name)])

    def column(self, name: str) -> list[object]:
        """The cells of a column."""
        place = self.header.index(name)
        return [row[place] for row in self.body.rows]


def lay_out(records: Records, profile: Profile, notes: Notes) -> Layout | None:
    """Find the header and cut the rows to its width; None, with an error noted, where there is no header."""
    found = find_header(records, profile, notes)
    if found is None:
        return None
    above = [text for row in records.rows[: found.first] if (text := " ".join(filter(None, map(text_of, row))))]
    if above:
        notes.assume("titles", lines=str(len(above)), first=above[0][:60], header=str(records.lines[found.first]))
    cells = list(found.cells)
    while cells and not cells[-1] and not any(text_of(cell) for row in records.rows for cell in row[len(cells) - 1 :]):
        cells.pop()
    header, body = _names(cells), Records([], [])
    for line, row in zip(records.lines[found.below :], records.rows[found.below :], strict=True):
        _take(line, row, header, body, notes)
    return Layout(header, records.lines[found.first] if found.below else 0, body)


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
