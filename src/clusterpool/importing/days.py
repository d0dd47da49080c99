"""Days as people write them: which readings a text has, and how a column's own clear days decide the others.

``15/03/2026``, ``2026-03-15``, ``20260315`` and ``15 mars 2026`` are clear; ``03/04/2026`` and ``01/02/26`` may be read
in several ways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from clusterpool.importing.numbers import KEPT
from clusterpool.places import fold

ORDERS = ("dmy", "mdy", "ymd")
_CLOCK = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_SHORT = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2})")
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(\.0+)?")
_EPOCH = date(1899, 12, 30)
_CENTURY = 2000
_SHORT_YEARS = 100
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


_MONTHS = (
    "janvier|janv|jan|january|januar|jän|gennaio|gen|enero|ene|يناير|جانفي|كانون الثاني",
    "février|fevrier|févr|fevr|fév|fev|feb|february|februar|febbraio|febrero|فبراير|فيفري|شباط",
    "mars|mar|mrs|march|märz|mär|mrz|marzo|مارس|آذار",
    "avril|avr|apr|april|aprile|abril|abr|أبريل|ابريل|أفريل|افريل|نيسان",
    "mai|may|maggio|mag|mayo|مايو|ماي|أيار",
    "juin|jun|june|juni|giugno|giu|junio|يونيو|جوان|حزيران",
    "juillet|juil|jul|july|juli|luglio|lug|julio|يوليو|جويلية|تموز",
    "août|aout|aoû|aou|aug|august|agosto|ago|أغسطس|أوت|اوت|آب",
    "septembre|sept|sep|september|settembre|set|septiembre|سبتمبر|أيلول",
    "octobre|oct|okt|oktober|october|ottobre|ott|octubre|أكتوبر|اكتوبر|تشرين الأول",
    "novembre|nov|november|noviembre|نوفمبر|تشرين الثاني",
    "décembre|decembre|déc|dec|dez|dezember|december|dicembre|dic|diciembre|ديسمبر|كانون الأول",
)
_MONTH_OF = {fold(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_WEEKDAYS = (
    "lundi|lun|monday|mon|montag|lunedì|lunes|الاثنين|الإثنين",
    "mardi|tuesday|tue|tues|dienstag|martedì|martes|الثلاثاء",
    "mercredi|mer|wednesday|wed|mittwoch|mercoledì|miércoles|الأربعاء",
    "jeudi|jeu|thursday|thu|thurs|donnerstag|الخميس",
    "vendredi|ven|friday|fri|freitag|venerdì|viernes|الجمعة", "samedi|sam|saturday|sat|samstag|sabato|sábado|السبت",
    "dimanche|dim|sunday|sun|sonntag|domenica|domingo|الأحد",
)  # fmt: skip
_WEEKDAY_OF = {fold(name): number for number, names in enumerate(_WEEKDAYS) for name in names.split("|")}
_WORDS = re.compile(
    r"(?:(?P<weekday>[^\W\d_]+)\.?,?\s+)?(?P<day>\d{1,2})(?:er|st|nd|rd|th|\.)?[\s./-]*(?:de\s+)?"
    r"(?P<month>[^\W\d_]+(?:\s[^\W\d_]+)?)\.?,?[\s./-]*(?:de\s+)?(?P<year>\d{4}|\d{2})"
)
_MONTH_FIRST = re.compile(
    r"(?:(?P<weekday>[^\W\d_]+)\.?,?\s+)?(?P<month>[^\W\d_]+)\.?[\s-]+"
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(?P<year>\d{4})"
)
_WEEK = re.compile(
    r"(?:(?:s|sem\.?|semaine|w|wk|week|kw|الأسبوع)\s*(?P<week>\d{1,2})[\s./-]+(?P<year>\d{4})"
    r"|(?P<iso>\d{4})[\s./-]*(?:s|w|sem\.?|semaine|kw)\s*(?P<late>\d{1,2}))",
    re.IGNORECASE,
)
WEEK_DAYS = {"friday": 5, "monday": 1, "sunday": 7}
"""The days of a week that its number may mean."""


def read_week(text: str, day: str) -> date | None:
    """The day of a week that is given by its number; None where the text is no such week.

    Examples
    --------
    >>> read_week("S42 2026", "friday"), read_week("2026-W42", "monday"), read_week("42", "monday")
    (datetime.date(2026, 10, 16), datetime.date(2026, 10, 12), None)
    """
    found = _WEEK.fullmatch(text.strip())
    if not found:
        return None
    year, week = int(found["year"] or found["iso"]), int(found["week"] or found["late"])
    try:
        return date.fromisocalendar(year, week, WEEK_DAYS[day])
    except ValueError:
        return None


def _in_words(text: str) -> WrittenDay | None:
    """A day whose month is a word; a day of the week that is not its own makes it none."""
    found = _WORDS.fullmatch(text) or _MONTH_FIRST.fullmatch(text)
    month = _MONTH_OF.get(fold(found["month"])) if found else None
    if not found or month is None:
        return None
    year = int(found["year"])
    day = _day(year + (_CENTURY if year < _SHORT_YEARS else 0), month, int(found["day"]))
    weekday = _WEEKDAY_OF.get(fold(found["weekday"])) if found["weekday"] else None
    if day is None or (found["weekday"] and weekday != day.weekday()):
        return None
    return WrittenDay((("iso", day),), short=year < _SHORT_YEARS)


@lru_cache(maxsize=KEPT)
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
    return _in_words(bare)


def _ordered(found: re.Match[str], order: str, *, short: bool) -> date | None:
    parts = dict(zip(order, (int(found[1]), int(found[2]), int(found[3])), strict=True))
    return _day(parts["y"] + (_CENTURY if short else 0), parts["m"], parts["d"])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
