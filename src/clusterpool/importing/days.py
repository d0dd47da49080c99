"""Days as people write them: which readings a text has, and how a column's own clear days decide the others.

``15/03/2026``, ``2026-03-15`` and ``20260315`` are clear; ``03/04/2026`` and ``01/02/26`` may be read in several ways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

ORDERS = ("dmy", "mdy", "ymd")
_CLOCK = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_SHORT = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2})")
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(\.0+)?")
_EPOCH = date(1899, 12, 30)
_CENTURY = 2000
SERIALS = (36526, 73050)
"""Serial days of Excel (its 1900 system) from 2000-01-01 to 2099-12-31; others are no dates of orders."""


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day as it was written: its value under each order of day, month and year that it admits.

    `short` says that the year has two digits, `clock` that a time of day was cut off, `serial` that it is a number of
    Excel's.
    """

    under: tuple[tuple[str, date], ...]
    short: bool = False
    clock: bool = False
    serial: bool = False

    @property
    def ambiguous(self) -> bool:
        """Whether the orders give different days."""
        return len({day for _, day in self.under}) > 1

    @property
    def clear(self) -> str:
        """The order that the text itself shows; ``""`` where it shows none."""
        return self.under[0][0] if len(self.under) == 1 and self.under[0][0] != "iso" else ""

    def read(self, order: str) -> date | None:
        """The day under an order; None where that does not fit."""
        days = dict(self.under)
        return days.get("iso", days.get(order))


def read_day(text: str) -> WrittenDay | None:
    """The readings of a text; None where it is no day.

    Examples
    --------
    >>> read_day("15/03/2026").read("dmy"), read_day("03/04/2026").ambiguous, read_day("46082").read("")
    (datetime.date(2026, 3, 15), True, datetime.date(2026, 3, 1))
    """
    bare = _CLOCK.sub("", text.strip())
    clock = bare != text.strip() and not re.search(r"[T ]+0{1,2}:00(:00(\.0+)?)?Z?$", text.strip())
    for pattern in (_YEAR_FIRST, _RUN):
        if found := pattern.fullmatch(bare):
            day = _day(int(found[1]), int(found[2]), int(found[3]))
            return WrittenDay((("iso", day),), clock=clock) if day else None
    if (found := _SERIAL.fullmatch(bare)) and SERIALS[0] <= int(found[1]) <= SERIALS[1]:
        return WrittenDay((("iso", _EPOCH + timedelta(days=int(found[1]))),), serial=True)
    for pattern, orders in ((_YEAR_LAST, ORDERS[:2]), (_SHORT, ORDERS)):
        if found := pattern.fullmatch(bare):
            short = pattern is _SHORT
            days = tuple((order, day) for order in orders if (day := _ordered(found, order, short=short)))
            return WrittenDay(days, short=short, clock=clock) if days else None
    return None


def _ordered(found: re.Match[str], order: str, *, short: bool) -> date | None:
    parts = dict(zip(order, (int(found[1]), int(found[2]), int(found[3])), strict=True))
    return _day(parts["y"] + (_CENTURY if short else 0), parts["m"], parts["d"])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
