"""Pages for people: jinja2 templates with escaping always on, in the words and figures of one language."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from clusterpool.language import Domain, Language, day, decimal, isolated, money, percent, phrases, symbol
from clusterpool.report.rounded import number_text
from clusterpool.report.shortfalls import why_unmet

if TYPE_CHECKING:
    from datetime import date

MOST_DECIMALS = 3
PRICE_DECIMALS = (2, 4)
"""A unit price is written with two decimals, or with as many as it has up to four."""


class Printer:
    """Prints pages in one language and currency.

    Parameters
    ----------
    language : Language
        Of words and figures; Arabic pages run from right to left.
    currency : str
        ISO code of all amounts.
    """

    def __init__(self, language: Language, currency: str) -> None:
        self._language, self._currency = language, currency
        self._words = phrases(Domain.DOCUMENTS, language)

    def say(self, key: str, **fields: object) -> str:
        """A phrase of the domain `documents` with its fields filled in."""
        return self._words[key].format(**fields)

    def proof(self, key: str) -> str:
        """A sentence of the domain `proof` that has no fields."""
        return phrases(Domain.PROOF, self._language)[key]

    def page(self, template: str, **facts: Any) -> str:  # noqa: ANN401 - what templates show
        """The text of a page; everything from data is escaped."""
        return (
            _templates()
            .get_template(template)
            .render(
                **facts,
                say=self.say,
                proof=self.proof,
                money=self.money,
                amount=self.amount,
                number=self.number,
                price=self.price,
                percent=self.percent,
                day=self.day,
                clock=self.clock,
                code=code,
                why_unmet=self.why_unmet,
                language=self._language.value,
                direction="rtl" if self._language.right_to_left else "ltr",
                currency=symbol(self._currency, self._language),
            )
        )

    def money(self, cents: int) -> str:
        """An amount with its currency."""
        return isolated(money(cents, self._language, self._currency), self._language)

    def amount(self, cents: int | None) -> str:
        """An amount in a column whose heading names the currency; unknown is a dash."""
        return "\N{EN DASH}" if cents is None else money(cents, self._language)

    def number(self, value: float) -> str:
        """A quantity with no more decimals than it needs, three at most."""
        return decimal(value, self._language, _decimals(value, 0, MOST_DECIMALS))

    def price(self, value: float) -> str:
        """A unit price."""
        return decimal(value, self._language, _decimals(value, *PRICE_DECIMALS))

    def percent(self, value: float) -> str:
        """A percentage with two decimals."""
        return percent(value, self._language)

    def day(self, value: date) -> str:
        """A day as people write it."""
        return day(value, self._language)

    def why_unmet(self, reason: str) -> str:
        """Why a need stays unmet."""
        return why_unmet(reason, self._language)

    def clock(self, hours: float) -> str:
        """Hours and minutes of work, such as 4:30.

        Examples
        --------
        >>> Printer(Language.ENGLISH, "DZD").clock(4.5)
        '4:30'
        """
        minutes = round(hours * 60)
        return f"{minutes // 60}:{minutes % 60:02d}"


def code(text: str) -> Markup:
    """A code or name that keeps its own direction within the line."""
    return Markup("<bdi>{}</bdi>").format(text)


def _decimals(value: float, fewest: int, most: int) -> int:
    return max(fewest, len(number_text(round(value, most), most).partition(".")[2]))


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("clusterpool.report.paper"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.tests["finite"] = math.isfinite
    return made
