"""Tables of the page: raw values in typed columns, which the template writes out and the script sorts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.report.page.speech import Speech

UPRIGHT_COLUMNS = 9
"""More columns than this do not fit an upright sheet of paper."""
FILTERED_FROM = 8
"""Tables of this many rows or more can be filtered."""


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A code of the input with the name that people know it by, blank where there is none."""

    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase of the page by its key, with the fields already made."""

    key: str
    fields: tuple[tuple[str, object], ...] = ()

    @staticmethod
    def of(key: str, **fields: object) -> Said:
        """A phrase with its fields."""
        return Said(key, tuple(fields.items()))


class Kind(StrEnum):
    """What the cells of a column hold."""

    CODE = "code"
    NAMED = "named"
    TEXT = "text"
    MONEY = "money"
    PRICE = "price"
    NUMBER = "number"
    WHOLE = "whole"
    PERCENT = "percent"
    DAY = "day"
    ROUTE = "route"
    LIST = "list"
    SAID = "said"


_NUMERIC = frozenset({Kind.MONEY, Kind.PRICE, Kind.NUMBER, Kind.WHOLE, Kind.PERCENT})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its heading, what it holds, and whether a bar stands behind its figures."""

    key: str
    kind: Kind
    bar: bool = False

    def heading(self, speech: Speech) -> Markup:
        """What stands above it; a rule's column is headed by the rule's name."""
        rule = self.key.removeprefix("rule_")
        return speech.say(f"col_{self.key}") if rule == self.key else speech.rule(rule)

    @property
    def numeric(self) -> bool:
        """Whether its cells are figures."""
        return self.kind in _NUMERIC


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page.

    Parameters
    ----------
    key : str
        Of its caption (``table_KEY``), and its id in the page.
    columns : tuple of Column
        The first one names the row.
    rows : tuple of tuple
        Raw values; None is unknown.
    total : tuple, optional
        The row below, None where a column has no sum.
    cards : bool
        On a narrow screen each row becomes a card; else the table scrolls inside its box.
    """

    key: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    total: tuple[object, ...] = ()
    cards: bool = False

    @property
    def wide(self) -> bool:
        """Whether it takes a sheet of paper across."""
        return len(self.columns) > UPRIGHT_COLUMNS

    @property
    def long(self) -> bool:
        """Whether it is worth filtering."""
        return len(self.rows) >= FILTERED_FROM

    def part(self, column: int, value: object) -> float | None:
        """The length of the bar behind a figure: its part of the column's largest; None where there is no bar."""
        if not self.columns[column].bar or not isinstance(value, int | float):
            return None
        figures = [row[column] for row in self.rows]
        largest = max((abs(one) for one in figures if isinstance(one, int | float)), default=0.0)
        return max(0.0, value / largest) if largest and math.isfinite(value) else None


def sort_key(column: Column, value: object) -> str:
    """What the script sorts a cell by: a number, an ISO day, or nothing where the text will do."""
    if isinstance(value, date):
        return value.isoformat()
    if column.numeric and isinstance(value, int | float):
        return f"{value:.9g}" if math.isfinite(value) else ""
    return ""


def cell(speech: Speech, column: Column, value: object) -> Markup:
    """A cell as the page shows it."""
    if value is None:
        return speech.say("unknown")
    if isinstance(value, Said):
        return _said(speech, value)
    if isinstance(value, Named):
        return _named(speech, value)
    if isinstance(value, tuple):
        return speech.listed(value)
    if isinstance(value, str):
        return _text(speech, column.kind, value)
    return _figure(speech, column.kind, value)


def _said(speech: Speech, value: Said) -> Markup:
    """A phrase; a tuple of codes in it is written as a list."""
    fields = {name: speech.listed(one) if isinstance(one, tuple) else one for name, one in value.fields}
    return speech.say(value.key, **fields)


def _named(speech: Speech, value: Named) -> Markup:
    if not value.name:
        return speech.code(value.code)
    return Markup("{} <span class='name'>{}</span>").format(speech.code(value.code), speech.name(value.name))


def _text(speech: Speech, kind: Kind, value: str) -> Markup:
    if kind is Kind.ROUTE:
        return Markup(" <span class='to'>\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}</span> ").join(
            speech.name(stop) for stop in value.split("|")
        )
    return speech.code(value) if kind is Kind.CODE else speech.name(value)


def _figure(speech: Speech, kind: Kind, value: object) -> Markup:
    match kind, value:
        case Kind.DAY, date():
            return speech.day(value)
        case Kind.MONEY, int():
            return speech.amount(value)
        case Kind.PRICE, int() | float():
            return speech.price(value)
        case Kind.PERCENT, int() | float():
            return speech.percent(value)
        case Kind.WHOLE, int() | float():
            return speech.number(value, 0)
        case Kind.NUMBER, int() | float():
            return speech.number(value)
        case _:
            raise TypeError(f"{value!r} is no {kind}")


def total_of(rows: Sequence[Sequence[object]], column: int) -> int | None:
    """The sum of a column of cents; None where one is unknown."""
    cents = [row[column] for row in rows]
    known = [one for one in cents if isinstance(one, int)]
    return sum(known) if len(known) == len(cents) else None
