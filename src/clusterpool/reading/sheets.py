"""Sheets of a workbook as rows of typed cells; python-calamine reads them, and what it would lose is looked for.

A cell whose formula failed (``#N/A``) or was never computed comes out blank: openpyxl finds such cells, so that they
can be told.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from clusterpool.messages import MessageId
from clusterpool.reading.bombs import MOST_CELLS, MOST_UNPACKED_BYTES, check_xml, most_cells, unpacked_bytes
from clusterpool.reading.hidden import Shown, hidden_of

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
Merged = tuple[tuple[tuple[int, int], tuple[int, int]], ...]
_VISIBLE = Shown(hidden=False, rows=())
_UNZIPPING = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, struct.error, OSError)
"""What a damaged archive raises."""


class UnreadableError(Exception):
    """A workbook cannot be read as a whole; `message` says why and what to do, `fields` fill it in."""

    def __init__(self, message: MessageId, **fields: str) -> None:
        self.message, self.fields = message, tuple(fields.items())
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its rows from the first line on, blank cells ``""``.

    `lost` are (line, place of the column) of cells that hold an error or a formula without a saved value; `merged` the
    first and last cells of merged ranges, as ((row, column), (row, column)) from 0 on; `hidden` says that the whole
    sheet is hidden, `hidden_rows` which lines are.
    """

    name: str
    rows: list[list[object]]
    lost: tuple[tuple[int, int], ...] = ()
    merged: Merged = ()
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()


def read_sheets(path: Path) -> list[Sheet]:
    """Every sheet of a workbook, in its order.

    Raises
    ------
    UnreadableError
        The file is no workbook, is locked by a password, or unpacks to more than `MOST_UNPACKED_BYTES`.
    """
    try:
        _check_size(path)
        found, lost, shown = _rows_of_sheets(path), _lost_cells(path), hidden_of(path)
    except PasswordError:
        raise UnreadableError(MessageId.WORKBOOK_LOCKED) from None
    except (CalamineError, ValueError, KeyError, *_UNZIPPING):
        raise UnreadableError(MessageId.WORKBOOK_DAMAGED) from None
    return [
        Sheet(
            name,
            rows,
            tuple(lost.get(name, ())),
            merged,
            shown.get(name, _VISIBLE).hidden,
            shown.get(name, _VISIBLE).rows,
        )
        for name, (rows, merged) in found.items()
    ]


def _rows_of_sheets(path: Path) -> dict[str, tuple[list[list[object]], Merged]]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
        return {
            name: (
                [list(row) for row in sheet.to_python(skip_empty_area=False)],
                tuple(sorted(sheet.merged_cell_ranges or ())),
            )
            for name, sheet in sheets.items()
        }
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of calamine's own code, and no Exception
            raise UnreadableError(MessageId.WORKBOOK_DAMAGED) from None
        raise


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as packed:
        size = unpacked_bytes(packed, path)
        cells = 0 if size > MOST_UNPACKED_BYTES else most_cells(packed)
        if size <= MOST_UNPACKED_BYTES:
            check_xml(packed)
    if size > MOST_UNPACKED_BYTES:
        megabytes, limit = f"{size / 1e6:.0f}", f"{MOST_UNPACKED_BYTES / 1e6:.0f}"
        raise UnreadableError(MessageId.WORKBOOK_TOO_LARGE, size=megabytes, limit=limit)
    if cells > MOST_CELLS:
        raise UnreadableError(MessageId.WORKBOOK_TOO_WIDE, cells=str(cells), limit=str(MOST_CELLS))


def _lost_cells(path: Path) -> dict[str, list[tuple[int, int]]]:
    """By sheet, the cells of an ``.xlsx`` that hold an error or a formula without a value."""
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        return {}
    with zipfile.ZipFile(path) as packed:
        sheets = [name for name in packed.namelist() if re.match(r"xl/worksheets/[^/]+\.xml", name)]
        marks = [re.search(rb'<f[ >/]|\st="e"', packed.read(name)) for name in sheets]
    if not any(marks):
        return {}
    try:
        values, formulas = (openpyxl.load_workbook(path, data_only=only) for only in (True, False))
    except (KeyError, ValueError, TypeError, OSError):
        raise UnreadableError(MessageId.WORKBOOK_FORMULAS) from None
    return {name: _lost_of(name, values, formulas) for name in values.sheetnames}


def _lost_of(name: str, values: Workbook, formulas: Workbook) -> list[tuple[int, int]]:
    if not hasattr(formulas[name], "iter_rows"):  # a chart's own sheet
        return []
    return [
        (cell.row, cell.column - 1)
        for row in formulas[name].iter_rows()
        for cell in row
        if cell.data_type in {"e", "f"}
        and (values[name][cell.coordinate].data_type == "e" or values[name][cell.coordinate].value is None)
    ]
