"""A copy of an input as a workbook: each finding coloured in its cell, with a comment, and all of them listed first.

Formulas are not copied: cells hold the values that were read, and what looks like a formula is text.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from clusterpool.language import Domain, Language, phrases
from clusterpool.messages import FINDING_COLUMNS, Severity
from clusterpool.reading import WORKBOOKS
from clusterpool.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from clusterpool.messages import Finding, Findings

LIST_SHEET = "_findings"
"""Sheets whose name begins with an underscore are notes: the copy can be mended and read as it is."""
MOST_MARKS = 5_000
"""So many cells are marked; all findings are listed in any case."""
_MOST_LISTED = 1_000_000
_LONGEST_COMMENT, _LONGEST_CELL = 2_000, 32_767
_COLOURS = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.HINT: "DDEBF7"}
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no time zone
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_annotated(source: Path, target: Path, found: Findings, language: Language) -> None:
    """Write the copy of a workbook, or of a folder of CSV files, with its findings in a language.

    Raises
    ------
    ValueError
        The input is neither a workbook of Excel nor a folder.
    """
    book = _copy(source)
    _list_findings(book, found, language)
    by_cell: dict[tuple[str, int, str], list[Finding]] = {}
    for one in found:
        by_cell.setdefault((one.table, one.row, one.column), []).append(one)
    places = {sheet.title: _header(sheet) for sheet in book.worksheets}
    for (table, row, column), notes in list(by_cell.items())[:MOST_MARKS]:
        sheet = "pool" if table == "settings" else table
        if sheet in places and row:
            _mark(book[sheet], row, places[sheet].get(column, 1), notes, language)
    _save(book, target)


def _copy(source: Path) -> Workbook:
    if source.is_dir():
        book = Workbook()
        book.remove(book.active)
        for table in TABLES:
            if (source / f"{table}.csv").is_file():
                _fill(book.create_sheet(table), source / f"{table}.csv")
        return book
    if source.suffix.lower() in {".xlsx", ".xlsm"} and source.suffix.lower() in WORKBOOKS:
        return load_workbook(source, data_only=True, keep_links=False)
    raise ValueError("only a folder of CSV files or a workbook of Excel (.xlsx) can be annotated")


def _fill(sheet: Worksheet, path: Path) -> None:
    """The cells of a CSV file as text, each record in the row of its first line."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    for line, record in _records(text):
        for place, value in enumerate(record, 1):
            cell = sheet.cell(line, place)
            cell.value = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", value)[:_LONGEST_CELL]
            cell.data_type = "s"


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    start = 1
    try:
        for record in reader:
            yield start, record
            start = reader.line_num + 1
    except csv.Error:
        return


def _header(sheet: Worksheet) -> dict[str, int]:
    """The place of each column by its name, from the first row that holds anything."""
    for row in sheet.iter_rows(values_only=True):
        if any(cell is not None for cell in row):
            return {str(cell).strip(): place for place, cell in enumerate(row, 1) if cell is not None}
    return {}


def _mark(sheet: Worksheet, row: int, place: int, notes: list[Finding], language: Language) -> None:
    cell = sheet.cell(row, place)
    worst = min(notes, key=lambda one: list(Severity).index(one.severity))
    cell.fill = PatternFill("solid", start_color=_COLOURS[worst.severity])
    text = "\n\n".join(f"{one.problem_in(language)}\n-> {one.repair_in(language)}\n({one.id})" for one in notes)
    cell.comment = Comment(_NOT_IN_XML.sub("", text)[:_LONGEST_COMMENT], "clusterpool", width=360, height=140)


def _list_findings(book: Workbook, found: Findings, language: Language) -> None:
    words = phrases(Domain.CHECKS, language)
    sheet = book.create_sheet(LIST_SHEET, 0)
    sheet.sheet_view.rightToLeft = language.right_to_left
    names = {"problem": "what", "repair": "how"}
    sheet.append([words[f"heads.{names.get(name, name)}"] for name in FINDING_COLUMNS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line, one in enumerate(found.each[:_MOST_LISTED], 2):
        shown = (
            one.id.value,
            words[f"report.{one.severity}"],
            *one[1:6],
            one.problem_in(language),
            one.repair_in(language),
        )
        for place, value in enumerate(shown, 1):
            cell = sheet.cell(line, place)
            cell.value = value if isinstance(value, int) else _NOT_IN_XML.sub("", str(value))[:_LONGEST_CELL]
            cell.data_type = "n" if isinstance(value, int) else "s"
        sheet.cell(line, 2).fill = PatternFill("solid", start_color=_COLOURS[one.severity])
    for place, width in enumerate((24, 12, 12, 18, 6, 18, 20, 60, 60), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"


def _save(book: Workbook, target: Path) -> None:
    """Save without a time of the clock: the same findings give the same bytes."""
    packed = io.BytesIO()
    book.properties.created = _EPOCH
    book.save(packed)
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
