"""Numbers as people write them: which readings a text has, and how a column's own clear numbers decide the others.

``1 234,50 DA``, ``(1.234,5)``, ``12-`` are clear; ``1.234`` and ``1,234`` may mean a thousand or a fraction. The
decimal sign comes from the profile, else from clear numbers of the same column, else of the file; else it is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
CURRENCIES = {
    "da": "DZD", "d.a": "DZD", "d.a.": "DZD", "dzd": "DZD", "دج": "DZD", "د.ج": "DZD", "د.ج.": "DZD", "€": "EUR",
    "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "us$": "USD", "£": "GBP", "gbp": "GBP",
    "chf": "CHF", "mad": "MAD", "tnd": "TND", "cny": "CNY", "rmb": "CNY", "¥": "JPY", "jpy": "JPY", "try": "TRY",
    "₺": "TRY", "cad": "CAD", "aud": "AUD", "inr": "INR", "₹": "INR", "sek": "SEK", "nok": "NOK", "dkk": "DKK",
    "pln": "PLN", "zł": "PLN", "aed": "AED", "sar": "SAR", "egp": "EGP", "xof": "XOF", "xaf": "XAF", "fcfa": "XOF",
}  # fmt: skip
_PLAIN_SIGNS = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        "'": "\N{NO-BREAK SPACE}",
        "\N{RIGHT SINGLE QUOTATION MARK}": "\N{NO-BREAK SPACE}",
        "\N{LEFT SINGLE QUOTATION MARK}": "\N{NO-BREAK SPACE}",
        "\N{MODIFIER LETTER APOSTROPHE}": "\N{NO-BREAK SPACE}",
        "\N{ARABIC THOUSANDS SEPARATOR}": "\N{NO-BREAK SPACE}",
    }
)
KEPT = 1 << 16
"""So many texts are remembered with what they mean: columns are looked at several times."""
_ARABIC_DECIMAL = re.compile("(?<=\\d)\N{ARABIC DECIMAL SEPARATOR}(?=\\d)")
_SIGN = re.compile(r"^(?P<mark>[^\d()+.,-]*)(?P<body>[(+-]?.*\d[)-]?)(?P<unit>[^\d]*)$", re.DOTALL)
_CORE = re.compile(r"\d+(?:[.,\s]\d+)*|[.,]\d+")
_GROUP = 3


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it was written: its value under each decimal sign that it admits, its currency, its unit.

    `point` and `comma` are None where the number cannot be read with that decimal sign; `clear` says that the number
    itself shows which one it uses (``""`` where both give one value, as for 12, or where it is ambiguous).
    """

    point: Decimal | None
    comma: Decimal | None
    clear: str
    currency: str = ""
    percent: bool = False

    @property
    def ambiguous(self) -> bool:
        """Whether the two decimal signs give two values."""
        return self.point is not None and self.comma is not None and self.point != self.comma

    def under(self, sign: str) -> Decimal | None:
        """The value with a decimal sign; None where that sign does not fit."""
        return self.point if sign == "." else self.comma


@lru_cache(maxsize=KEPT)
def read_number(text: str) -> Written | None:
    """The readings of a text; None where it is no number.

    Examples
    --------
    >>> read_number("1 234,50 DA").under(","), read_number("(3)").under("."), read_number("1.234").ambiguous
    (Decimal('1234.50'), Decimal('-3'), True)
    """
    bare = text.strip().translate(_PLAIN_SIGNS)
    if _ARABIC_DECIMAL.search(bare):  # this sign parts fractions and nothing else
        one = read_number(_ARABIC_DECIMAL.sub(".", bare))
        return None if one is None or one.point is None else replace(one, comma=one.point, clear="")
    mark = _SIGN.match(bare)
    if mark is None:
        return None
    words = [part.strip(SPACES) for part in (mark["mark"], mark["unit"]) if part.strip(SPACES)]
    percent = words == ["%"]
    currencies = {CURRENCIES.get(word.casefold(), "") for word in words if not percent}
    body = mark["body"].strip()
    digits, negative = _unsigned(body)
    if "" in currencies or len(currencies) > 1 or digits is None or not _CORE.fullmatch(digits):
        return None
    point, comma = _value(digits, "."), _value(digits, ",")
    if point is None and comma is None:
        return None
    clear = "" if (point is None) == (comma is None) else ("," if point is None else ".")
    if negative:
        point, comma = (None if value is None else -value for value in (point, comma))
    return Written(point, comma, clear, next(iter(currencies), ""), percent)


def _unsigned(body: str) -> tuple[str | None, bool]:
    """The digits without their sign, and whether it was a minus; None where there are two signs."""
    if body.startswith("(") and body.endswith(")"):
        return body[1:-1].strip(), True
    if body.endswith("-") and not body.startswith(("-", "+", "(")):
        return body[:-1].strip(), True
    if body.startswith(("-", "+")):
        return body[1:].strip(), body[0] == "-"
    return body, False


def _value(digits: str, sign: str) -> Decimal | None:
    """The number with this decimal sign; the other sign and spaces may only part groups of three."""
    whole, found, part = digits.partition(sign)
    if (found and not part.isdigit()) or sign in part:
        return None
    groups = re.split(r"[.,\s]", whole)
    marks = set(re.findall(r"[.,\s]", whole))
    other = marks - set(SPACES)
    if other and marks & set(SPACES):
        return None
    if len(groups) > 1 and not _are_groups(groups):
        return None
    return Decimal("".join(groups) + (f".{part}" if found else "") if groups != [""] else f"0.{part}")


def _are_groups(groups: list[str]) -> bool:
    first, *rest = groups
    return 1 <= len(first) <= _GROUP and first[0] != "0" and all(len(group) == _GROUP for group in rest)


def plain(number: Decimal) -> str:
    """A number in the contract's form: decimal point, no exponent, no idle zeros.

    Examples
    --------
    >>> plain(Decimal("1234.50")), plain(Decimal("1E+3")), plain(Decimal("-0"))
    ('1234.5', '1000', '0')
    """
    text = format(number.normalize(), "f")
    return "0" if text in {"-0", "0"} else text
