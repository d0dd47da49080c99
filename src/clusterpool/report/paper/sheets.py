"""Rows as CSV; for people who open it in a spreadsheet, text that would start a formula is marked as text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from clusterpool.reading import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Figure(str):
    """The text of a number, which may begin with a minus sign."""

    __slots__ = ()


def sheet_text(rows: Iterable[Sequence[str]]) -> str:
    r"""Rows as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe in front.

    The rule is that of all files, with blanks before a formula's first sign looked through. `Figure` cells are left.

    Examples
    --------
    >>> sheet_text([["item", "amount"], ["=1+1", Figure("-5.00")]])
    "item,amount\n'=1+1,-5.00\n"
    """
    return csv_text([[_harmless(cell) for cell in row] for row in rows])


def _harmless(cell: str) -> str:
    bare = cell.lstrip()
    return str(cell) if isinstance(cell, Figure) or guarded(bare) == bare else f"'{cell}"


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Rows of text as CSV: commas, quotes only where needed, LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
