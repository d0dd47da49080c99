"""A file's rows of cells: text in any dialect, or a sheet of a workbook with its merged and hidden cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.importing.decoding import decode
from clusterpool.importing.dialect import Records, read_records, text_of
from clusterpool.importing.questions import Question
from clusterpool.messages import MessageId
from clusterpool.reading import WORKBOOKS, Sheet, UnreadableError, read_sheets

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile

_SAMPLES = 4


def records_of(path: Path, profile: Profile, notes: Notes) -> Records | None:
    """The rows of a file; None, with an error noted, where it cannot be read."""
    if not path.is_file():
        notes.tell(MessageId.IMPORT_NO_FILE, 0, "", path.name)
        return None
    if path.suffix.lower() in WORKBOOKS:
        return _sheet_records(path, profile, notes)
    text = decode(path.read_bytes(), notes, profile.file.encoding)
    return None if text is None else read_records(text, notes, profile.file.delimiter)


def _sheet_records(path: Path, profile: Profile, notes: Notes) -> Records | None:
    try:
        sheets = read_sheets(path)
    except UnreadableError as error:
        notes.tell(MessageId.IMPORT_NOT_A_WORKBOOK, 0, "", path.name, reason=str(error))
        return None
    sheet = _chosen(sheets, profile, notes)
    if sheet is None:
        return None
    for line, place in sheet.lost:
        notes.tell(MessageId.IMPORT_LOST_CELL, line, f"#{place + 1}")
    rows = _unmerged(sheet, notes)
    hidden = [line for line in sheet.hidden_rows if line <= len(rows) and any(cell != "" for cell in rows[line - 1])]
    if hidden:
        key = "hidden-skipped" if profile.file.hidden == "skip" else "hidden-read"
        notes.assume(key, sheet=sheet.name, rows=str(len(hidden)), first=str(hidden[0]))
    left_out = set(hidden) if profile.file.hidden == "skip" else set()
    kept = [i for i, row in enumerate(rows) if i + 1 not in left_out and any(cell != "" for cell in row)]
    notes.assume("sheet", sheet=sheet.name)
    return Records([line + 1 for line in kept], [rows[line] for line in kept])


def _chosen(sheets: list[Sheet], profile: Profile, notes: Notes) -> Sheet | None:
    """The sheet that is named, or the only one with cells (that is not hidden, where several have some)."""
    filled = [sheet for sheet in sheets if any(cell != "" for row in sheet.rows for cell in row)]
    chosen = [sheet for sheet in filled if sheet.name == profile.file.sheet] if profile.file.sheet else filled
    if len(chosen) > 1 and len(shown := [sheet for sheet in chosen if not sheet.hidden]) == 1:
        chosen = shown
    if len(chosen) == 1:
        return chosen[0]
    names = [sheet.name for sheet in filled]
    if not names:
        notes.tell(MessageId.IMPORT_EMPTY)
        return None
    question = Question.of("file", "sheet", *names)
    notes.ask(MessageId.IMPORT_WHICH_SHEET, 0, "", profile.file.sheet, question=question, names=", ".join(names))
    return None


def _unmerged(sheet: Sheet, notes: Notes) -> list[list[object]]:
    """The rows with the cell of a merged range in each of its rows."""
    rows = [list(row) for row in sheet.rows]
    said: list[str] = []
    for (top, left), (bottom, _) in sheet.merged:
        if bottom > top and top < len(rows) and left < len(rows[top]) and (text := text_of(rows[top][left])):
            said.append(text)
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    if said:
        shown = ", ".join(dict.fromkeys(said[:_SAMPLES]))
        notes.assume("merged", cells=str(len(said)), shown=shown)
    return rows
