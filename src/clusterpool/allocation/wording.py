"""Players and amounts of a game as a sentence tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.language import Domain, counted, decimal, isolated, money, phrases, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.language import Language

NAMED_AT_MOST = 5
CENTS = 100
LARGEST = 2**40
"""Numbers of coalitions from here on are told as powers of two."""


def listed(names: Sequence[str], language: Language) -> str:
    """Some names one after the other, the first of many."""
    shown = [isolated(plain(name), language) for name in names[:NAMED_AT_MOST]]
    text = phrases(Domain.SHARING, language)["list"].join(shown)
    more = len(names) - NAMED_AT_MOST
    return counted(Domain.SHARING, language, "more", more).format(names=text, n=more) if more > 0 else text


def in_money(amount: float, language: Language, currency: str = "") -> str:
    """An amount to the cent; `currency` is an ISO code, blank: none is named."""
    return isolated(money(round(amount * CENTS), language, currency), language)


def in_numbers(count: int, language: Language) -> str:
    """A number of coalitions; where very many, as what all coalitions of so many players are.

    Examples
    --------
    >>> in_numbers(1023, Language.ENGLISH), in_numbers(2**100 - 1, Language.ENGLISH)
    ('1,023', '2^100 - 1')
    """
    return decimal(count, language) if count < LARGEST else isolated(f"2^{count.bit_length()} - 1", language)
