"""Figures as people write them: money, numbers, percentages and days, by language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from datetime import date

    from clusterpool.language.tongues import Language

_SYMBOLS = {"DZD": {"en": "DA", "fr": "DA", "ar": "دج"}}
_MINUS = "\N{MINUS SIGN}"
_NO_BREAK = "\N{NO-BREAK SPACE}"
CENTS = 100


def money(cents: int, language: Language, currency: str = "", *, whole: bool = False) -> str:
    """An amount, given in hundredths, as the language writes it.

    Parameters
    ----------
    cents : int
        Hundredths of the currency.
    currency : str
        Its ISO code; blank: no symbol.
    whole : bool
        Round to whole units.

    Examples
    --------
    >>> money(123456750, Language.FRENCH, "DZD").replace(chr(0x202F), " ").replace(chr(0xA0), " ")
    '1 234 567,50 DA'
    >>> money(-123456750, Language.ENGLISH)
    '-1,234,567.50'
    """
    amount = decimal(Decimal(cents) / CENTS, language, 0 if whole else 2)
    return f"{amount}{_NO_BREAK}{symbol(currency, language)}" if currency else amount


def symbol(currency: str, language: Language) -> str:
    """How a currency is written beside an amount.

    Examples
    --------
    >>> symbol("DZD", Language.FRENCH), symbol("EUR", Language.ENGLISH)
    ('DA', 'EUR')
    """
    return _SYMBOLS.get(currency, {}).get(language.value, currency)


def decimal(value: float | Decimal, language: Language, decimals: int = 0) -> str:
    """A number with so many decimals, its thousands grouped.

    Examples
    --------
    >>> decimal(12345.678, Language.ENGLISH, 1), decimal(-0.2, Language.ENGLISH)
    ('12,345.7', '0')
    """
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = str(format_decimal(value, format=pattern, locale=language.locale))
    return text if any(sign in text for sign in "123456789") else text.lstrip("-" + _MINUS + "\N{LEFT-TO-RIGHT MARK}")


def percent(value: float, language: Language, decimals: int = 2) -> str:
    """A number of hundredths as a percentage: 12.5 is 12.5 %.

    Examples
    --------
    >>> percent(12.5, Language.ENGLISH), percent(12.5, Language.FRENCH, 1).replace(chr(0xA0), " ")
    ('12.50%', '12,5 %')
    """
    gap = "" if language.value == "en" else _NO_BREAK
    return f"{decimal(value, language, decimals)}{gap}%"


def day(value: date, language: Language) -> str:
    """A day in the language's middle-length form.

    Examples
    --------
    >>> from datetime import date
    >>> day(date(2026, 10, 4), Language.FRENCH)
    '4 oct. 2026'
    """
    return str(format_date(value, format="medium", locale=language.locale))
