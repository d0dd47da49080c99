"""How cells look: one format a shape, and the widths of columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.language import Language
from clusterpool.report.workbook.sheets import Cell, Column, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32_767
"""What a cell of a workbook can hold."""
WIDTHS = (9, 46)
"""The narrowest and the widest column, in letters."""
WHOLE_NUMBERS = "whole numbers"
_DAYS = {Language.ENGLISH: "yyyy-mm-dd", Language.FRENCH: "dd/mm/yyyy", Language.ARABIC: "yyyy/mm/dd"}
_CODES = {
    Shape.TEXT.value: "@",
    Shape.FLAG.value: "@",
    Shape.MONEY.value: "#,##0.00",
    Shape.WHOLE.value: "#,##0",
    Shape.NUMBER.value: "#,##0.00##",
    Shape.PERCENT.value: "0.00%",
    WHOLE_NUMBERS: "#,##0",
}


@dataclass(frozen=True, slots=True)
class Look:
    """The formats of one workbook; `cells` and `totals` by what `form_of` gives."""

    heading: Format
    title: Format
    text: Format
    note: Format
    cells: Mapping[str, Format]
    totals: Mapping[str, Format]


def look_of(book: Workbook, language: Language) -> Look:
    """The formats, made in a workbook."""
    base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    codes = {**_CODES, Shape.DAY.value: _DAYS[language]}
    total = {**base, "bold": True, "top": 1}
    return Look(
        heading=book.add_format({**base, "bold": True, "bottom": 2, "text_wrap": True, "bg_color": "#EEF1F5"}),
        title=book.add_format({**base, "bold": True, "font_size": 16}),
        text=book.add_format({**base, "text_wrap": True}),
        note=book.add_format({**base, "italic": True, "font_color": "#555555", "text_wrap": True}),
        cells={form: book.add_format({**base, "num_format": code}) for form, code in codes.items()},
        totals={form: book.add_format({**total, "num_format": code}) for form, code in codes.items()},
    )


def form_of(column: Column, cells: Sequence[Cell]) -> str:
    """The name of a column's format: numbers without a fraction are shown without a decimal point."""
    if column.shape is Shape.NUMBER and all(cell is None or cell == int(cell) for cell in cells):
        return WHOLE_NUMBERS
    return column.shape.value


def width_of(column: Column, cells: Sequence[Cell]) -> float:
    """The width of a column, in letters."""
    longest = max((_length(column.shape, cell) for cell in cells), default=0)
    heading = max(len(word) for word in column.heading.split())
    return min(max(WIDTHS[0], longest + 2, heading + 4), WIDTHS[1])


def _length(shape: Shape, cell: Cell) -> int:
    if shape is Shape.TEXT:
        return len(str(cell))
    return len(f"{cell:,.2f}") if isinstance(cell, float) else 10


def write_cell(
    page: Worksheet, where: tuple[int, int], shape: Shape, cell: Cell, form: Format, words: Mapping[str, str]
) -> None:
    """Write a cell as what it is; text stays text, whatever it begins with."""
    if cell is None:
        page.write_blank(*where, None, form)
    elif shape is Shape.TEXT:
        page.write_string(*where, str(cell)[:LONGEST_TEXT], form)
    elif shape is Shape.FLAG:
        page.write_string(*where, words["yes" if cell else "no"], form)
    elif shape is Shape.DAY:
        page.write_datetime(*where, cell, form)
    else:
        page.write_number(*where, cell, form)
