"""A workbook: one sheet a table under the table's name, and a sheet ``pool`` of keys and values.

Excel keeps every number as a floating-point one: a whole number in a column of codes is taken by its digits (and the
source says so), any other number there is refused. Sheets whose name begins with ``_`` or ``#`` are notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.messages import Finding, MessageId, Words, did_you_mean
from clusterpool.reading.frames import cell_text
from clusterpool.reading.grid import header_faults, text_frame, without_apostrophes
from clusterpool.reading.sheets import UnreadableError, read_sheets
from clusterpool.reading.source import Assumption, Source, TextTable
from clusterpool.schema import TABLES, Kind, columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusterpool.reading.sheets import Sheet

SETTINGS_SHEET = "pool"
NOTES = ("_", "#")
EXACT_BELOW = 1e15
"""Excel keeps 15 digits: from here on a whole number may have lost some."""


def read_workbook(path: Path) -> Source:
    """Read every sheet of a workbook; faults are collected in `Source.problems`."""
    source = Source(settings_file=f"{path.name} [{SETTINGS_SHEET}]")
    try:
        sheets = read_sheets(path)
    except UnreadableError as error:
        source.problems.append(Finding(error.message, "", path.name, 0, "", "", error.fields))
        return source
    for sheet in sheets:
        if not sheet.name.startswith(NOTES):
            source.problems.extend(_read_sheet(sheet, path.name, source))
    return source


def _read_sheet(sheet: Sheet, workbook: str, source: Source) -> Iterator[Finding]:
    file = f"{workbook} [{sheet.name}]"
    if sheet.name == SETTINGS_SHEET:
        yield from _read_settings(sheet, file, source)
    elif sheet.name in TABLES:
        yield from _read_table(sheet, file, source)
    elif sheet.lost or any(cell_text(cell) for row in sheet.rows for cell in row):
        near, tables = did_you_mean(sheet.name, [*TABLES, SETTINGS_SHEET]), ", ".join(TABLES)
        near = near and Words("or-notes", (("repair", near),))
        place = ("", file, 0, "", sheet.name)
        yield Finding.at(MessageId.WORKBOOK_UNKNOWN_SHEET, *place, instead=near, tables=tables)


def _read_settings(sheet: Sheet, file: str, source: Source) -> Iterator[Finding]:
    for line, row in enumerate(sheet.rows, 1):
        cells = [*row, "", ""]
        key = cell_text(cells[0])
        if not key or (not source.settings_lines and (key, cell_text(cells[1])) == ("key", "value")):
            continue
        if key in source.settings:
            yield Finding.at(MessageId.SETTINGS_KEY_TWICE, "settings", file, line, key, key, key=key)
        elif (value := _setting(cells[1])) != "":
            source.settings[key] = value
        source.settings_lines.setdefault(key, line)
    keys = [cell_text(row[0]) for row in sheet.rows if row]
    for line, _ in sheet.lost:
        key = keys[line - 1] if line <= len(keys) else ""
        yield Finding.at(MessageId.WORKBOOK_LOST_CELL, "settings", file, line, key)


def _setting(cell: object) -> object:
    """A setting as TOML would give it: whole numbers are integers."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell if isinstance(cell, bool | float) else cell_text(cell)


def _read_table(sheet: Sheet, file: str, source: Source) -> Iterator[Finding]:
    filled = [line for line, row in enumerate(sheet.rows) if any(cell_text(cell) for cell in row)]
    header = [cell_text(cell) for cell in sheet.rows[filled[0]]] if filled else None
    places = _columns_in_use(sheet, header or [], filled)
    names = [(header or [])[place] for place in places]
    faults = list(header_faults(sheet.name, file, names if filled else None))
    yield from faults
    if faults:
        return
    lines = [line + 1 for line in filled[1:]]
    typed = {names[i]: [sheet.rows[line - 1][place] for line in lines] for i, place in enumerate(places)}
    for line, place in sheet.lost:
        name = names[places.index(place)] if place in places else ""
        yield Finding.at(MessageId.WORKBOOK_LOST_CELL, sheet.name, file, line, name)
    source.tables[sheet.name] = _text_table(sheet.name, file, typed, lines, source)


def _columns_in_use(sheet: Sheet, header: list[str], filled: list[int]) -> list[int]:
    """The places of the columns that have a name or at least one cell."""
    return [
        place
        for place, name in enumerate(header)
        if name or any(cell_text(sheet.rows[line][place]) for line in filled[1:])
    ]


def _text_table(table: str, file: str, typed: dict[str, list[object]], lines: list[int], source: Source) -> TextTable:
    codes = {column.name for column in columns(table) if column.kind is Kind.TEXT}
    floats = {}
    for name, cells in typed.items():
        numbers = [(line, cell) for line, cell in zip(lines, cells, strict=True) if isinstance(cell, float)]
        floats[name] = frozenset(line for line, number in numbers if not _is_exact(number))
        if name in codes and (whole := sum(_is_exact(number) for _, number in numbers)):
            value = "whole numbers are codes by their digits: 6 is '6', not '06'"
            source.assumptions.append(Assumption(file, f"column {name}", value, f"{whole} cells hold numbers"))
    texts = {name: [sheet_text(cell) for cell in cells] for name, cells in typed.items()}
    return TextTable(table, file, without_apostrophes(table, text_frame(texts, pd.Index(lines))), floats)


def sheet_text(cell: object) -> str:
    """The text of a sheet's cell: whole numbers without ``.0``."""
    if isinstance(cell, float) and _is_exact(cell):
        return str(int(cell))
    return cell_text(cell)


def _is_exact(number: float) -> bool:
    return number.is_integer() and abs(number) < EXACT_BELOW
