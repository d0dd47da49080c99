"""Rows as CSV; for people who open it in a spreadsheet, text that would start a formula is marked as text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STARTS_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}")


class Figure(str):
    """The text of a number, which may begin with a minus sign."""

    __slots__ = ()


def sheet_text(rows: Iterable[Sequence[str]]) -> str:
    r"""Rows as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe in front.

    These files are for reading: nothing reads them back, so that an apostrophe does no harm. `Figure` cells are left.

    Examples
    --------
    >>> sheet_text([["item", "amount"], ["=1+1", Figure("-5.00")]])
    "item,amount\n'=1+1,-5.00\n"
    """
    return csv_text([[_harmless(cell) for cell in row] for row in rows])


def _harmless(cell: str) -> str:
    if isinstance(cell, Figure) or not cell.lstrip(" ").startswith(STARTS_OF_FORMULAS):
        return str(cell)
    return f"'{cell}"


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Rows of text as CSV: commas, quotes only where needed, LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
