"""Text becomes records: the delimiter is the one by which most lines have the same number of cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.importing.questions import Question
from clusterpool.messages import MessageId
from clusterpool.reading import sheet_text

if TYPE_CHECKING:
    from clusterpool.importing.notes import Notes

_BREAKS = re.compile(r"\s*[\r\n\t\v\f]+\s*")
DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_LINES = 2000
"""So many lines decide about the delimiter."""


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of cells, each with its first line in the file; cells of sheets may be numbers, flags and days."""

    lines: list[int]
    rows: list[list[object]]


def text_of(cell: object) -> str:
    """The text of a cell on one line."""
    text = sheet_text(cell)
    return _BREAKS.sub(" ", text) if any(sign in text for sign in "\r\n\t\v\f") else text


def read_records(text: str, notes: Notes, delimiter: str = "") -> Records | None:
    """The records of a file, empty lines left out; None, with an error noted, where the delimiter is not clear."""
    if not text.strip():
        notes.tell(MessageId.IMPORT_EMPTY)
        return None
    offset = 0
    if told := re.match(r"sep=(.)\r?(\n|\r|$)", text, re.IGNORECASE):
        notes.assume("delimiter-told", delimiter=_shown(told[1]))
        delimiter, text, offset = delimiter or told[1], text[told.end() :], 1
    delimiter = delimiter or _best(text, notes)
    return _parse(text, delimiter, notes, offset) if delimiter else None


def _best(text: str, notes: Notes) -> str:
    """The delimiter that fits most lines; ``""``, with an error noted, where none does or two do equally."""
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    scores = {sign: _score(sample, sign) for sign in DELIMITERS}
    ranked = sorted(DELIMITERS, key=lambda sign: scores[sign], reverse=True)
    (fit, width, lines), second = scores[ranked[0]], scores[ranked[1]]
    first = sample.partition("\n")[0].strip()[:80]
    if fit == 0:
        signs = Counter(letter for letter in sample if not letter.isalnum() and letter not in "\r\n\"'").most_common(3)
        question = Question.of("file", "delimiter", *(sign for sign, _ in signs), *([] if signs else [";"]))
        notes.ask(MessageId.IMPORT_NO_DELIMITER, 1, "", first, question=question)
        return ""
    if second[0] == fit:
        question = Question.of("file", "delimiter", ranked[0], ranked[1])
        fields = {"signs": f"{_shown(ranked[0])} / {_shown(ranked[1])}"}
        notes.ask(MessageId.IMPORT_DELIMITER_UNCLEAR, 1, "", first, question=question, **fields)
        return ""
    notes.assume("delimiter", delimiter=_shown(ranked[0]), fit=str(fit), lines=str(lines), cells=str(width))
    return ranked[0]


def _score(text: str, sign: str) -> tuple[int, int, int]:
    """How many records have the usual number of cells, that number, and how many records there are."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign) if any(row)]
    except csv.Error:
        return 0, 0, 0
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0, 0, len(widths)
    width, fit = max(counted.items(), key=lambda item: (item[1], item[0]))
    return fit, width, len(widths)


def _parse(text: str, delimiter: str, notes: Notes, offset: int) -> Records | None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[int] = []
    rows: list[list[object]] = []
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                lines.append(start + offset)
                rows.append([*row])
            start = reader.line_num + 1
    except csv.Error as error:
        notes.tell(MessageId.IMPORT_NOT_CSV, start + offset, reason=str(error))
        return None
    return Records(lines, rows)


def _shown(sign: str) -> str:
    return {"\t": "tab", " ": "space"}.get(sign, sign)
