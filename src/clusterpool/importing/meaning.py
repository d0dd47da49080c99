"""What the cells of a column hold, whatever its name says: a name is believed only where the values fit."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from clusterpool.importing.aliases import CURRENCY, DISCOUNT, PER, UNIT, VAT, heading
from clusterpool.importing.cells import number_column, read_numbers
from clusterpool.importing.days import read_day
from clusterpool.importing.numbers import read_number
from clusterpool.importing.units import measured
from clusterpool.schema import Column, Kind, columns

if TYPE_CHECKING:
    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile

_CODE_DIGITS = (8, 12, 13, 14)
"""Digits of the article numbers of trade (EAN, UPC, GTIN)."""
_PLAIN_DAY = re.compile(r"\d{1,7}([.,]\d+)?")
_FRACTIONAL = re.compile(r"\d+[.,]\d+")
_PERCENT = 100


def texts_of(layout: Layout, name: str) -> list[str]:
    """The cells of a column that are not blank."""
    return [text for text in layout.texts(name) if text.strip()]


def holds_numbers(layout: Layout, name: str) -> bool:
    """Whether most cells of a column are numbers (units and money may stand beside them), and no codes or days."""
    return layout.once("numbers", name, lambda: _are_numbers(texts_of(layout, name)) and not holds_days(layout, name))


def _are_numbers(texts: list[str]) -> bool:
    read = [text for text in texts if measured(text) is not None]
    return bool(texts) and 2 * len(read) > len(texts) and not _are_codes(read)


def _are_codes(texts: list[str]) -> bool:
    digits = [text for text in texts if text.isdecimal()]
    if len(digits) < len(texts):
        return False
    zeros = any(len(text) > 1 and text.startswith("0") for text in digits)
    return zeros or all(len(text) in _CODE_DIGITS for text in digits)


def holds_days(layout: Layout, name: str) -> bool:
    """Whether most cells of a column are days; a number of Excel's is none by itself."""
    return layout.once("days", name, lambda: _are_days(layout, name))


def _are_days(layout: Layout, name: str) -> bool:
    cells = [(cell, text) for cell, text in zip(layout.column(name), layout.texts(name), strict=True) if text.strip()]
    days = [text for cell, text in cells if not isinstance(cell, float) and _is_day(text)]
    return bool(cells) and 2 * len(days) > len(cells)


def _is_day(text: str) -> bool:
    return read_day(text) is not None and not _PLAIN_DAY.fullmatch(text)


def fits(table: str, column: str, layout: Layout, name: str) -> bool:
    """Whether a column of the file may be this column of the contract (or this helper), by its values and its note."""
    said, texts = heading(name), texts_of(layout, name)
    if not texts:
        return True
    if column.startswith("@"):
        return _helper_fits(column, layout, name, texts)
    meant = next(one for one in columns(table) if one.name == column)
    if said.percent and not column.endswith("_pct"):
        return False
    if column == "weight" and (said.unit or said.text != column):
        return False  # a bargaining weight is in no unit
    return _kind_fits(meant, layout, name, texts)


def _helper_fits(column: str, layout: Layout, name: str, texts: list[str]) -> bool:
    if column == DISCOUNT and not heading(name).percent and not any("%" in text for text in texts):
        return False  # a bare name may mean an amount of money
    if column in {VAT, PER, DISCOUNT}:
        return all(read_number(text) or text in {"-", "\N{EN DASH}"} for text in texts)
    if column == UNIT:
        return not holds_numbers(layout, name)
    return column != CURRENCY or not any(sign.isdigit() for text in texts for sign in text)


def _kind_fits(meant: Column, layout: Layout, name: str, texts: list[str]) -> bool:
    if meant.kind is Kind.CHOICE:
        return all(text in meant.choices for text in texts)
    if meant.kind is Kind.TEXT and meant.required:
        return not all(_FRACTIONAL.fullmatch(text) for text in texts)
    if meant.kind is Kind.TEXT and meant.name == "name":
        return not holds_numbers(layout, name)
    return True  # numbers and days are read cell by cell, and each that is none is told


def quiet_numbers(layout: Layout, name: str, profile: Profile, notes: Notes) -> list[Decimal | None]:
    """The numbers of a column, None where there is none or where it is not clear; nothing is noted."""
    return layout.once(f"values {profile.file.decimal}", name, lambda: _quiet_numbers(layout, name, profile, notes))


def _quiet_numbers(layout: Layout, name: str, profile: Profile, notes: Notes) -> list[Decimal | None]:
    held = zip(layout.column(name), layout.texts(name), strict=True)
    cells: list[object] = [cell if isinstance(cell, float) else _bare(text) for cell, text in held]
    column = number_column(name, layout.body.lines, cells, profile.file.decimal)
    found = read_numbers(column, [column], notes.quiet(), percent=True)
    return [one.value if one else None for one in found]


def _bare(text: str) -> str:
    """A number without the unit beside it."""
    found = measured(text)
    return found[0] if found else text


def rates(layout: Layout, name: str, profile: Profile, notes: Notes) -> list[Decimal]:
    """A column of rates in percent as fractions of one; blank: none."""
    return [(one or Decimal(0)) / _PERCENT for one in quiet_numbers(layout, name, profile, notes)]
