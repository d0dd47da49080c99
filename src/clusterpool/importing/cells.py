"""Columns of cells become columns of numbers and days: read once, decided together, told where they cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from clusterpool.importing.days import ORDERS, WEEK_DAYS, WrittenDay, read_day, read_week
from clusterpool.importing.dialect import text_of
from clusterpool.importing.numbers import Written, plain, read_number
from clusterpool.importing.questions import Question
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterpool.importing.notes import Notes

_BLANKS = frozenset({"-", "\N{EN DASH}", "\N{EM DASH}"})
_DAYS_WORD = re.compile(r"(\d)\s*(jours?|j|days?|d|يوم|أيام)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers: `name` in the file, the cells by line, and what each different text may mean."""

    name: str
    lines: list[int]
    cells: list[object]
    decimal: str
    written: dict[str, Written | None]

    @property
    def signs(self) -> set[str]:
        """The decimal signs that its clear numbers show."""
        return {one.clear for one in self.written.values() if one and one.clear}

    @property
    def unclear(self) -> list[str]:
        """The texts that mean different numbers under different signs."""
        return [text for text, one in self.written.items() if one and one.ambiguous]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read, and the currency that stood beside it."""

    value: Decimal
    currency: str = ""


def number_column(
    name: str, lines: list[int], cells: list[object], decimal: str, *, days: bool = False
) -> NumberColumn:
    """Look at each different text of a column once; `days` allows ``5 jours``."""
    texts = {text_of(cell) for cell in cells if not isinstance(cell, float)} - {"", *_BLANKS}
    bare = {text: _DAYS_WORD.sub(r"\1", text) if days else text for text in texts}
    return NumberColumn(name, lines, cells, decimal, {text: read_number(bare[text]) for text in sorted(texts)})


def read_numbers(
    column: NumberColumn, others: Iterable[NumberColumn], notes: Notes, *, percent: bool
) -> list[Number | None]:
    """The numbers of a column, None where a cell is blank or wrong (then an error is noted).

    `others` are the number columns of the same file, which are asked for the decimal sign where the column itself does
    not show it.
    """
    sign = sign_of(column, others, notes)
    read: list[Number | None] = []
    dashes = 0
    for line, cell in zip(column.lines, column.cells, strict=True):
        text = text_of(cell)
        dashes += text in _BLANKS
        number = None if text in {"", *_BLANKS} else _read(column, line, cell, text, sign, notes, percent=percent)
        read.append(number)
    if dashes:
        notes.assume("dashes", column=column.name, cells=str(dashes))
    return read


def _read(
    column: NumberColumn, line: int, cell: object, text: str, sign: str, notes: Notes, *, percent: bool
) -> Number | None:
    if isinstance(cell, float):
        return Number(Decimal(repr(cell)))
    written = None if isinstance(cell, bool | date) else column.written.get(text)
    if written is None or (written.percent and not percent):
        notes.tell(MessageId.IMPORT_NOT_A_NUMBER, line, column.name, text)
        return None
    if written.ambiguous and not sign:
        return None  # asked for once a column
    strict = column.decimal or sign
    value = written.under(strict) if strict else None
    if value is None and not column.decimal:
        value = written.point if written.point is not None else written.comma
    if value is None:
        notes.tell(MessageId.IMPORT_AGAINST_SIGN, line, column.name, text, sign=column.decimal)
        return None
    return Number(value, written.currency)


def sign_of(column: NumberColumn, others: Iterable[NumberColumn], notes: Notes) -> str:
    """The decimal sign of a column; ``""`` where none is needed, or where it must be asked for (an error is noted)."""
    if column.decimal:
        return column.decimal
    signs, unclear = column.signs, column.unclear
    if not unclear:
        return next(iter(signs)) if len(signs) == 1 else ""
    fields = {"column": column.name, "cells": str(len(unclear)), "example": unclear[0]}
    if len(signs) == 1:
        (sign,) = signs
        shown = next(text for text, one in column.written.items() if one and one.clear == sign)
        notes.assume("decimal-column", sign=sign, shown=shown, **fields)
        return sign
    whole = {sign for other in others for sign in other.signs}
    if not signs and len(whole) == 1:
        (sign,) = whole
        other = next(other for other in others if sign in other.signs)
        shown = next(text for text, one in other.written.items() if one and one.clear == sign)
        notes.assume("decimal-file", sign=sign, shown=shown, other=other.name, **fields)
        return sign
    first = next(i for i, cell in enumerate(column.cells) if text_of(cell) == unclear[0])
    one = column.written[unclear[0]]
    readings = f"{plain(one.point or Decimal(0))} / {plain(one.comma or Decimal(0))}" if one else ""
    question = notes.deciding(column.name, "decimal", (",", "."), alone=bool(signs or whole))
    fields = {"cells": str(len(unclear)), "readings": readings}
    place = (column.lines[first], column.name, unclear[0])
    notes.ask(MessageId.IMPORT_DECIMAL_UNCLEAR, *place, question=question, samples=[unclear], **fields)
    return ""


def read_days(
    name: str,
    lines: list[int],
    cells: list[object],
    order: str,
    notes: Notes,
    others: Iterable[str] = (),
    *,
    week: str = "",
) -> list[date | None]:
    """The days of a column; `order` and `week` are the profile's decisions, `others` are orders that the file shows."""
    written = {text_of(cell): read_day(text_of(cell)) for cell in cells if not isinstance(cell, date)}
    order = order or _order(name, lines, cells, written, notes, set(others))
    read: list[date | None] = []
    for line, cell in zip(lines, cells, strict=True):
        text = text_of(cell)
        if isinstance(cell, date):
            read.append(cell.date() if isinstance(cell, datetime) else cell)
            continue
        blank = not text.strip("0.-/ ")
        read.append(None if blank else _day(name, line, text, written.get(text), order, notes))
    _assume_days(name, written, notes)
    return _with_weeks(name, lines, [text_of(cell) for cell in cells], read, week, notes)


def _with_weeks(
    name: str, lines: list[int], texts: list[str], read: list[date | None], week: str, notes: Notes
) -> list[date | None]:
    """The days with those that are given by the number of a week; which day of it is meant is asked once."""
    weeks = [i for i, text in enumerate(texts) if read[i] is None and read_week(text, "monday")]
    if not weeks:
        return read
    fields = {"column": name, "example": texts[weeks[0]], "cells": str(len(weeks))}
    if not week:
        question, place = Question.of("file", "week", *WEEK_DAYS), (lines[weeks[0]], name, texts[weeks[0]])
        notes.ask(MessageId.IMPORT_WEEK, *place, question=question, cells=str(len(weeks)))
        return read
    notes.assume("weeks", day=week, **fields)
    return [read_week(texts[i], week) if i in set(weeks) else day for i, day in enumerate(read)]


def _day(name: str, line: int, text: str, one: WrittenDay | None, order: str, notes: Notes) -> date | None:
    if one is not None and not order and one.ambiguous:
        return None  # asked for once a column
    day = None if one is None else one.read(order) if order else one.under[0][1]
    if day is None and read_week(text, "monday"):
        return None  # asked for, or read by the profile's day, once a column
    if day is None:
        notes.tell(MessageId.IMPORT_NOT_A_DAY, line, name, text, order=order or "-")
    return day


def orders_shown(cells: Iterable[object]) -> set[str]:
    """The orders of day, month and year that the clear days among some cells show."""
    found = (read_day(text_of(cell)) for cell in cells if isinstance(cell, str))
    return {one.clear for one in found if one and one.clear}


def _order(
    name: str,
    lines: list[int],
    cells: list[object],
    written: dict[str, WrittenDay | None],
    notes: Notes,
    others: set[str],
) -> str:
    shown = {one.clear for one in written.values() if one and one.clear}
    unclear = sorted(text for text, one in written.items() if one and one.ambiguous)
    decided = shown or others
    if not unclear:
        return ""
    if len(decided) == 1:
        (order,) = decided
        fields = {"column": name, "order": order, "example": unclear[0], "cells": str(len(unclear))}
        notes.assume("date-order" if shown else "date-order-file", **fields)
        return order
    first = next(i for i, cell in enumerate(cells) if text_of(cell) == unclear[0])
    one = written[unclear[0]]
    readings = " / ".join(sorted({day.isoformat() for _, day in one.under})) if one else ""
    days = [dict(one.under) for text in unclear if (one := written[text])]
    orders = [order for order in ORDERS if all(order in under for under in days)] or ["dmy"]
    question = notes.deciding(name, "date", orders, alone=bool(decided))
    fields = {"cells": str(len(unclear)), "readings": readings}
    place = (lines[first], name, unclear[0])
    notes.ask(MessageId.IMPORT_DATE_UNCLEAR, *place, question=question, samples=[unclear], **fields)
    return ""


def _assume_days(name: str, written: dict[str, WrittenDay | None], notes: Notes) -> None:
    for key, kept in (("serials", "serial"), ("clock", "clock"), ("short-year", "short")):
        texts = sorted(text for text, one in written.items() if one and getattr(one, kept))
        if texts:
            notes.assume(key, column=name, cells=str(len(texts)), example=texts[0])
