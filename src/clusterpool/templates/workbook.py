"""The template as a workbook: lists to choose from, notes on the headers, text cells for codes, one example row."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from clusterpool.language import Domain, Language, phrases
from clusterpool.schema import TABLES, Column, Kind, columns
from clusterpool.templates.example import Cell, example_row, example_settings, template_tables
from clusterpool.templates.meaning import column_meaning

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsxwriter.worksheet import Worksheet

ROWS = 2_000
"""So many rows of each sheet are prepared; more can be filled in."""
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - the same workbook has the same bytes
_WIDEST = 28
_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write_workbook_template(path: Path, language: Language) -> None:
    """Write the workbook: a guide, a sheet a table, and the sheet ``pool`` of keys and values.

    Raises
    ------
    FileExistsError
        There is such a file already.
    """
    if path.exists():
        raise FileExistsError(f"{path} is there already: name a new workbook for the templates")
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        formats = _formats(book)
        _guide(book.add_worksheet("_guide"), formats, language)
        for table in template_tables():
            _table(book.add_worksheet(table), table, formats, language)
        _settings(book.add_worksheet("pool"), formats, language)
        book.worksheets()[1].activate()


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    head = {"bold": True, "bottom": 1, "bg_color": "#E8EEF4"}
    return {
        "required": book.add_format({**head, "bg_color": "#FFE9B8"}),
        "optional": book.add_format(head),
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "number": book.add_format({"num_format": "General"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _table(sheet: Worksheet, table: str, formats: Mapping[str, Any], language: Language) -> None:
    if language.right_to_left:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    row = example_row(table, language)
    for place, column in enumerate(column for column in columns(table) if not column.pending):
        note = column_meaning(table, column, language)
        sheet.write_string(0, place, column.name, formats["required" if column.required else "optional"])
        sheet.write_comment(0, place, note, {"x_scale": 2.2, "y_scale": 1.2})
        sheet.set_column(place, place, min(max(len(column.name) + 2, 12), _WIDEST), _format(column, formats))
        _offer_choices(sheet, place, column, language)
        if column.name in row:
            _write(sheet, 1, place, row[column.name], formats)


def _format(column: Column, formats: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a format of xlsxwriter
    kinds = {Kind.DATE: "date", Kind.NUMBER: "number", Kind.WHOLE: "number"}
    return formats[kinds.get(column.kind, "text")]


def _offer_choices(sheet: Worksheet, place: int, column: Column, language: Language) -> None:
    """A list to choose from: the choices of the column, or the codes of the sheet that it refers to."""
    choices = column.choices or (("true", "false") if column.kind is Kind.FLAG else ())
    rule: dict[str, Any] = {"validate": "list", "source": list(choices)}
    if column.reference:
        codes = xl_col_to_name(next(i for i, one in enumerate(columns(column.reference)) if one.name in _key(column)))
        rule["source"] = f"={column.reference}!${codes}$2:${codes}${ROWS}"
        rule["error_type"] = "information"  # places of the gazetteer, and codes that get their row later
    if not choices and not column.reference:
        return
    words = phrases(Domain.TEMPLATES, language)
    rule["error_title"] = words["not-in-list"]
    sheet.data_validation(1, place, ROWS - 1, place, rule)


def _key(column: Column) -> tuple[str, ...]:
    return TABLES[column.reference].key


def _write(sheet: Worksheet, line: int, place: int, cell: Cell, formats: Mapping[str, Any]) -> None:
    if isinstance(cell, bool):
        sheet.write_string(line, place, "true" if cell else "false", formats["text"])
    elif isinstance(cell, date):
        sheet.write_datetime(line, place, datetime(cell.year, cell.month, cell.day), formats["date"])  # noqa: DTZ001
    elif isinstance(cell, str):
        sheet.write_string(line, place, cell, formats["text"])
    else:
        sheet.write_number(line, place, cell, formats["number"])


def _settings(sheet: Worksheet, formats: Mapping[str, Any], language: Language) -> None:
    if language.right_to_left:
        sheet.right_to_left()
    words = phrases(Domain.TEMPLATES, language)
    sheet.set_column(0, 1, 20, formats["text"])
    for place, name in enumerate(("key", "value")):
        sheet.write_string(0, place, name, formats["required"])
    for line, (key, value) in enumerate(example_settings(language).items(), 1):
        sheet.write_string(line, 0, key, formats["text"])
        sheet.write_comment(line, 0, words[f"settings.{key}"], {"x_scale": 2.0})
        _write(sheet, line, 1, value, formats)


def _guide(sheet: Worksheet, formats: Mapping[str, Any], language: Language) -> None:
    if language.right_to_left:
        sheet.right_to_left()
    words = phrases(Domain.TEMPLATES, language)
    sheet.set_column(0, 1, 22)
    sheet.set_column(2, 2, 110, formats["wrap"])
    sheet.write_string(0, 0, words["guide.head"])
    for place, name in enumerate(("table", "column", "meaning")):
        sheet.write_string(2, place, words[f"guide.{name}"], formats["optional"])
    rows = [
        (table, column.name, column_meaning(table, column, language))
        for table in template_tables()
        for column in columns(table)
        if not column.pending
    ]
    for line, row in enumerate(rows, 3):
        for place, text in enumerate(row):
            sheet.write_string(line, place, text)
    sheet.freeze_panes(3, 0)
