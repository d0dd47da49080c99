"""The types of cells: how a text becomes a number, a date, a flag, a code; each failure says how to repair it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import numpy as np
from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from clusterpool.language import Language
from clusterpool.messages import MessageId, Words
from clusterpool.messages import text as in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NUMBERS = re.compile(rf"((?>{_NUMBER.pattern})\n)*+", re.ASCII)
"""Lines of numbers; atomic, as only the longest match of a number can reach the end of its line."""
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_OTHER_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_GROUP = 3
LARGEST, SMALLEST = 1e15, 1e-9
"""Figures beyond are slips or traps: a budget has fewer than 15 digits, and floats keep no more."""
YEARS = range(1900, 2200)
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates make a text look like another one; single marks are common in Arabic names."""
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Reference:
    """The cell is the key of a row of `table`."""

    table: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a cell was refused, as the context of pydantic's error carries it."""

    message: MessageId
    fields: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    repair: Words | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The column belongs to the contract but is not honoured by this version; a value in it is refused."""


def _refuse(message: MessageId, repair: Words | None = None, **fields: str | tuple[str, ...]) -> NoReturn:
    """Refuse a cell; the context holds the message, and its words in English for those who read pydantic's errors."""
    filled = tuple(fields.items())
    problem = in_words(Words(message.problem, filled), Language.ENGLISH)
    raise PydanticCustomError("cell", "{problem}", {"problem": problem, "refused": Refused(message, filled, repair)})


def parse_number(text: str) -> float:
    """A number with a decimal point, or an exponent; no spaces, commas, NaN or infinities.

    Examples
    --------
    >>> parse_number("1234.50")
    1234.5
    """
    if _NUMBER.fullmatch(text):
        number = float(text)
        if abs(number) > LARGEST:
            _refuse(MessageId.CELL_NUMBER_TOO_LARGE, limit=f"{LARGEST:g}")
        if 0 < abs(number) < SMALLEST:
            _refuse(MessageId.CELL_NUMBER_TOO_SMALL, limit=f"{SMALLEST:g}")
        return number
    readings = _readings(text)
    if readings:
        _refuse(MessageId.CELL_DECIMAL_POINT, readings=tuple(readings))
    _refuse(MessageId.CELL_NOT_A_NUMBER)


def plain_numbers(texts: Sequence[str]) -> np.ndarray | None:
    """What `parse_number` gives for each text; None where it refuses one.

    Examples
    --------
    >>> plain_numbers(["1", "2.50"]).tolist(), plain_numbers(["1", "2,50"])
    ([1.0, 2.5], None)
    """
    lines = "\n".join([*texts, ""])
    if lines.count("\n") != len(texts) or not _NUMBERS.fullmatch(lines):
        return None
    numbers = np.array(texts, dtype=object).astype(float)
    sizes = np.abs(numbers)
    return None if ((sizes > LARGEST) | ((sizes > 0) & (sizes < SMALLEST))).any() else numbers


def _readings(text: str) -> list[str]:
    """What a number written in another way may mean: ``1 234,5`` is 1234.5, ``1,234`` is 1234 or 1.234."""
    bare = re.sub(r"[\s'_]", "", text)
    if _NUMBER.fullmatch(bare):
        return [bare]
    if not re.fullmatch(r"[+-]?\d+([.,]\d+)+", bare, re.ASCII):
        return []
    whole, mark, rest = re.split(r"([.,])(?=\d+$)", bare)
    grouped = len(rest) == _GROUP and len(set(re.findall("[.,]", bare))) == 1
    digits = re.sub("[.,]", "", whole)
    if bare.count(mark) > 1:
        return [digits + rest] if grouped else []
    return [digits + rest, f"{digits}.{rest}"] if grouped and mark == "," else [f"{digits}.{rest}"]


def parse_count(text: str) -> float:
    """A whole number; ``8.0`` counts as 8."""
    number = parse_number(text)
    if not number.is_integer():
        _refuse(MessageId.CELL_NOT_WHOLE, whole=str(round(number)))
    return number


def parse_flag(text: str) -> bool:
    """``true``, ``false``, ``1`` or ``0``."""
    flag = _FLAGS.get(text.lower())
    if flag is None:
        _refuse(MessageId.CELL_NOT_A_FLAG)
    return flag


def parse_day(day: str | date, *, beyond: bool = False) -> date:
    """An ISO date ``2026-03-01``; `beyond` the years of plans only where that is said."""
    if isinstance(day, date) and not isinstance(day, datetime):
        return _in_range(day, beyond=beyond)
    text = str(day)
    if _ISO_DAY.fullmatch(text):
        try:
            found = date.fromisoformat(text)
        except ValueError:
            _refuse(MessageId.CELL_NO_SUCH_DAY)
        return _in_range(found, beyond=beyond)
    other = _OTHER_DAY.fullmatch(text)
    date_meant = f"{other[3]}-{int(other[2]):02d}-{int(other[1]):02d}" if other else ""
    repair = Words("iso-date-instance", (("date", date_meant),)) if other else None
    _refuse(MessageId.CELL_NOT_ISO_DATE, repair)


def parse_last_day(day: str | date) -> date:
    """A last day: one beyond the years of plans, such as 9999-12-31, means that there is no end."""
    return parse_day(day, beyond=True)


def _in_range(day: date, *, beyond: bool = False) -> date:
    if day.year not in YEARS and not (beyond and day.year >= YEARS.stop):
        _refuse(MessageId.CELL_DAY_OUT_OF_RANGE, first=str(YEARS.start), last=str(YEARS.stop - 1))
    return day


def _text(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kinds = {unicodedata.category(character) for character in text}
    if kinds & _UNPRINTABLE:
        _refuse(MessageId.CELL_CONTROL_CHARACTERS)
    if turning := sorted(_TURNING & set(text)):
        _refuse(MessageId.CELL_DIRECTION_MARKS, marks=_names(turning))
    return text


def _names(characters: list[str]) -> str:
    return ", ".join(f"U+{ord(character):04X}" for character in characters)


def _code(text: str) -> str:
    if "|" in text:
        _refuse(MessageId.CELL_BAR_IN_CODE)
    _text(text)
    if not text.isascii() and (hidden := sorted(c for c in set(text) if unicodedata.category(c) == "Cf")):
        _refuse(MessageId.CELL_HIDDEN_CHARACTERS, marks=_names(hidden))
    return text


def _member(text: str) -> str:
    if text == "POOL":
        _refuse(MessageId.CELL_ACCOUNT_CODE)
    return _code(text)


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in _text(text).split("|")]
    if "" in parts:
        _refuse(MessageId.CELL_EMPTY_ENTRY)
    return parts


def _ordered_list(text: str) -> str:
    return "|".join(dict.fromkeys(_parts(text)))


def _sorted_list(text: str) -> str:
    if re.search("[;,]", text):
        _refuse(MessageId.CELL_LIST_SEPARATOR, list=re.sub(r" *[;,] *", "|", text))
    return "|".join(sorted(set(_parts(text))))


def _scope(text: str) -> str:
    kind, colon, code = (part.strip() for part in text.partition(":"))
    if kind not in {"item", "supplier"} or not colon or not code:
        _refuse(MessageId.CELL_NOT_A_SCOPE)
    return f"{kind}:{_code(code)}"


Text = Annotated[str, AfterValidator(_text)]
Code = Annotated[str, AfterValidator(_code)]
NewMember = Annotated[str, AfterValidator(_member)]
Clusters = Annotated[str, AfterValidator(_ordered_list)]
Classes = Annotated[str, AfterValidator(_sorted_list)]
Scope = Annotated[str, AfterValidator(_scope)]
Amount = Annotated[float, Ge(0), BeforeValidator(parse_number)]
Positive = Annotated[float, Gt(0), BeforeValidator(parse_number)]
Percent = Annotated[float, Ge(0), Le(100), BeforeValidator(parse_number)]
Latitude = Annotated[float, Ge(-90), Le(90), BeforeValidator(parse_number)]
Longitude = Annotated[float, Ge(-180), Le(180), BeforeValidator(parse_number)]
Count = Annotated[int, Ge(0), BeforeValidator(parse_count)]
PositiveCount = Annotated[int, Ge(1), BeforeValidator(parse_count)]
Flag = Annotated[bool, BeforeValidator(parse_flag)]
Day = Annotated[date, BeforeValidator(parse_day)]
LastDay = Annotated[date, BeforeValidator(parse_last_day)]
