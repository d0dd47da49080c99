"""The types of cells: how a text becomes a number, a date, a flag, a code; each failure says how to repair it."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, NoReturn

from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_OTHER_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_GROUP = 3
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Reference:
    """The cell is the key of a row of `table`."""

    table: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The column belongs to the contract but is not honoured by this version; a value in it is refused."""


def _refuse(problem: str, repair: str) -> NoReturn:
    raise PydanticCustomError("cell", "{problem}", {"problem": problem, "repair": repair})


def parse_number(text: str) -> float:
    """A number with a decimal point, or an exponent; no spaces, commas, NaN or infinities.

    Examples
    --------
    >>> parse_number("1234.50")
    1234.5
    """
    if _NUMBER.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
        _refuse("the number is too large", "give a finite number")
    readings = _readings(text)
    if readings:
        _refuse("not a number with a decimal point", f"write {' or '.join(readings)}")
    _refuse("not a number", "give a number such as 1234.5")


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
        _refuse("not a whole number", f"write {round(number)}")
    return number


def parse_flag(text: str) -> bool:
    """``true``, ``false``, ``1`` or ``0``."""
    flag = _FLAGS.get(text.lower())
    if flag is None:
        _refuse("neither true nor false", "write true or false")
    return flag


def parse_day(day: str | date) -> date:
    """An ISO date ``2026-03-01``."""
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    text = str(day)
    if _ISO_DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            _refuse("no such day", "give a day of the calendar as YYYY-MM-DD")
    other = _OTHER_DAY.fullmatch(text)
    hint = f", for instance {other[3]}-{int(other[2]):02d}-{int(other[1]):02d}" if other else ""
    _refuse("not an ISO date", f"write the date as YYYY-MM-DD{hint}")


def _text(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        _refuse("control characters in the text", "remove tabs, line ends and other invisible characters")
    return text


def _code(text: str) -> str:
    if "|" in text:
        _refuse("a code may not hold '|', which separates lists", "give a code without '|'")
    return _text(text)


def _member(text: str) -> str:
    if text == "POOL":
        _refuse("POOL is the name of the pool's own account", "give the member another code")
    return _code(text)


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in _text(text).split("|")]
    if "" in parts:
        _refuse("an empty entry in the list", "separate the entries by a single '|'")
    return parts


def _ordered_list(text: str) -> str:
    return "|".join(dict.fromkeys(_parts(text)))


def _sorted_list(text: str) -> str:
    if re.search("[;,]", text):
        _refuse("the list is not separated by '|'", f"write {re.sub(r' *[;,] *', '|', text)}")
    return "|".join(sorted(set(_parts(text))))


def _scope(text: str) -> str:
    kind, colon, code = (part.strip() for part in text.partition(":"))
    if kind not in {"item", "supplier"} or not colon or not code:
        _refuse("not a scope", "leave it blank for the whole pool, or write item:CODE or supplier:CODE")
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
