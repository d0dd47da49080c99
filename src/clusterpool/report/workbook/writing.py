"""The workbook as bytes: frozen headings with notes, filters, and totals as formulas that carry their values."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from clusterpool.language import Domain, Language, phrases
from clusterpool.report.workbook.looks import Look, form_of, look_of, width_of, write_cell
from clusterpool.report.workbook.sheets import Sheet, sheets_of
from clusterpool.report.workbook.summary import facts_of, write_summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from clusterpool.report.result import Result

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant: the same result gives the same bytes
A4 = 9
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook_bytes(result: Result, language: Language) -> bytes:
    """The workbook of a result; equal results give equal bytes."""
    out, sheets, words = io.BytesIO(), sheets_of(result, language), phrases(Domain.WORKBOOK, language)
    title = result.pool.settings.name or words["sheet.summary"]
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": title, "created": MADE})
        look = look_of(book, language)
        pages = [book.add_worksheet(name) for name in (words["sheet.summary"], *(sheet.name for sheet in sheets))]
        for page in pages:
            _lay_out(page, language)
        facts = facts_of(result, {sheet.key: sheet for sheet in sheets}, language)
        write_summary(pages[0], title, facts, look, words)
        for page, sheet in zip(pages[1:], sheets, strict=True):
            _write_sheet(page, sheet, look, words)
    return out.getvalue()


def _lay_out(page: Worksheet, language: Language) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    if language.right_to_left:
        page.right_to_left()


def _write_sheet(page: Worksheet, sheet: Sheet, look: Look, words: Mapping[str, str]) -> None:
    for place, column in enumerate(sheet.columns):
        cells = [row[place] for row in sheet.rows]
        form = look.cells[form_of(column, cells)]
        page.set_column(place, place, width_of(column, cells))
        page.write_string(0, place, column.heading, look.heading)
        if column.note:
            page.write_comment(0, place, column.note, {"author": "", "x_scale": 1.6, "y_scale": 0.9})
        for row, cell in enumerate(cells, start=1):
            write_cell(page, (row, place), column.shape, cell, form, words)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        _write_totals(page, sheet, look, words)


def _write_totals(page: Worksheet, sheet: Sheet, look: Look, words: Mapping[str, str]) -> None:
    """A row of sums below the rows; where a cell is unknown there is no sum."""
    if not any(column.summed for column in sheet.columns):
        return
    below = len(sheet.rows) + 1
    for place, column in enumerate(sheet.columns):
        form = look.totals[form_of(column, [row[place] for row in sheet.rows])]
        total = sheet.total(column.key) if column.summed else None
        if column.key == "saving_pct":
            _write_share(page, sheet, form)
        elif total is not None:
            letter = xl_col_to_name(place)
            page.write_formula(below, place, f"=SUM({letter}2:{letter}{below})", form, total)
        else:
            page.write_string(below, place, "" if place else words["total"], form)
    if "saving" in (column.key for column in sheet.columns):
        place = sheet.column("saving")
        bars = {"type": "data_bar", "bar_color": "#9CC3E6"}
        page.conditional_format(1, place, below - 1, place, bars)


def _write_share(page: Worksheet, sheet: Sheet, form: Format) -> None:
    """The saving of all as a part of the cost alone of all."""
    saving, alone = sheet.total("saving") or 0.0, sheet.total("alone") or 0.0
    below = len(sheet.rows) + 1
    over, under = (xl_rowcol_to_cell(below, sheet.column(key)) for key in ("saving", "alone"))
    share = saving / alone if alone else 0.0
    page.write_formula(below, sheet.column("saving_pct"), f"=IF({under}=0,0,{over}/{under})", form, share)
