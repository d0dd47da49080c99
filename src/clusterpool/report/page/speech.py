"""What the page says, and how it writes figures: phrases and numbers of one language as safe markup."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from clusterpool.allocation.wording import in_numbers
from clusterpool.language import Domain, Language, counted, day, decimal, percent, phrases, symbol
from clusterpool.report.cents import CENTS, to_cents
from clusterpool.report.claims import Kind as FieldKind
from clusterpool.report.claims import Members

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from clusterpool.report.claims import Claim

_TONNE_KG = 1000.0
_MINUTES = 60
_DEAR = 100.0
"""From here on a unit price is told well enough with two decimals."""
UNKNOWN = Markup("<span class='none'>\N{EN DASH}</span>")
"""What stands where a figure is not known."""

_ISOLATED = Markup("<bdi class='n'>{}</bdi>")
_LEFT_TO_RIGHT = Markup("<bdi class='n' dir='ltr'>{}</bdi>")
_CODE = Markup("<bdi class='code'>{}</bdi>")
_NAME = Markup("<bdi>{}</bdi>")
_WITH_CENTS = Markup("{}<span class='cents'>{}</span>")


@dataclass(frozen=True, slots=True)
class Speech:
    """One language and one currency.

    Everything that comes from the input is escaped and set apart from the text around it, so that neither markup nor
    a change of writing direction in a name can leave its place.

    Parameters
    ----------
    language : Language
        Of the phrases and the figures.
    currency : str
        ISO code of all money.
    """

    language: Language
    currency: str

    def say(self, key: str, **fields: object) -> Markup:
        """A phrase of the page, its fields escaped.

        Raises
        ------
        KeyError
            The catalogue has no such phrase, or the phrase a field that is not given.
        """
        return Markup(phrases(Domain.PAGE, self.language)[key]).format(**fields)  # noqa: S704 - our own catalogue

    def count(self, key: str, n: int, **fields: object) -> Markup:
        """A phrase of the page in the form that goes with a number of things, its field `n`."""
        phrase = Markup(counted(Domain.PAGE, self.language, key, n))  # noqa: S704 - our own catalogue
        return phrase.format(n=self.number(n), **fields)

    def proof(self, key: str, **fields: object) -> Markup:
        """A phrase of the domain `proof`, its fields escaped."""
        return Markup(phrases(Domain.PROOF, self.language)[key]).format(**fields)  # noqa: S704 - our own catalogue

    def claim(self, claim: Claim) -> Markup:
        """A claim, its figures as the page writes them."""
        return self.proof(claim.key, **{name: self._field(kind, value) for name, kind, value in claim.kinds()})

    def _field(self, kind: FieldKind, value: object) -> Markup:
        match kind, value:
            case FieldKind.MONEY, int():
                return self.money(value)
            case FieldKind.PERCENT, int() | float():
                return self.percent(value, 2)
            case FieldKind.COUNT, int():
                return _ISOLATED.format(in_numbers(value, self.language))
            case FieldKind.CODES, Members():
                named = self.listed(value.codes)
                return self.proof("all-but", members=named) if value.all_but else named
        raise TypeError(f"{value!r} is no {kind.value}")

    def rule(self, rule: str) -> Markup:
        """The name of a rule."""
        return Markup.escape(phrases(Domain.SHARING, self.language)[f"rule.{rule}"])

    def code(self, text: str) -> Markup:
        """A code of the input."""
        return _CODE.format(text)

    def name(self, text: str) -> Markup:
        """A name of the input."""
        return _NAME.format(text)

    def listed(self, codes: Iterable[str]) -> Markup:
        """Codes in a row."""
        return self.say("comma").join(self.code(code) for code in codes)

    def money(self, cents: int | None, *, whole: bool = False) -> Markup:
        """An amount with its currency."""
        if cents is None:
            return UNKNOWN
        amount = self._amount(cents, whole=whole)
        if cents < 0 and self.language.right_to_left:
            amount = _LEFT_TO_RIGHT.format(amount)  # else its sign would stand behind it
        return _ISOLATED.format(Markup("{}\N{NO-BREAK SPACE}{}").format(amount, symbol(self.currency, self.language)))

    def amount(self, cents: int | None, *, whole: bool = False) -> Markup:
        """An amount without its currency, for tables that state it once."""
        return UNKNOWN if cents is None else _ISOLATED.format(self._amount(cents, whole=whole))

    def _amount(self, cents: int, *, whole: bool) -> Markup:
        text = decimal(Decimal(cents) / CENTS, self.language, 0 if whole else 2)
        return Markup.escape(text) if whole else _WITH_CENTS.format(text[:-3], text[-3:])

    def cost(self, value: float) -> Markup:
        """An unrounded amount with its currency."""
        return self.money(to_cents(value)) if math.isfinite(value) else UNKNOWN

    def price(self, value: float, *, named: bool = False) -> Markup:
        """A unit price with two decimals; with four where it is small and has more than two; `named`: its currency."""
        if not math.isfinite(value):
            return UNKNOWN
        digits = 2 if abs(value) >= _DEAR or math.isclose(value, round(value, 2), rel_tol=1e-9) else 4
        text = decimal(value, self.language, digits)
        return _ISOLATED.format(f"{text}\N{NO-BREAK SPACE}{symbol(self.currency, self.language)}" if named else text)

    def number(self, value: float, decimals: int | None = None) -> Markup:
        """A number; without `decimals` with as many as it has, at most two."""
        return _ISOLATED.format(self.plain(value, decimals)) if math.isfinite(value) else UNKNOWN

    def plain(self, value: float, decimals: int | None = None) -> str:
        """A number as plain text, for drawings."""
        if decimals is None:
            decimals = next((digits for digits in (0, 1) if math.isclose(value, round(value, digits))), 2)
        return decimal(value, self.language, decimals)

    def percent(self, value: float, decimals: int = 1) -> Markup:
        """A number of hundredths as a percentage."""
        return _ISOLATED.format(percent(value, self.language, decimals)) if math.isfinite(value) else UNKNOWN

    def weight(self, kg: float) -> Markup:
        """A weight in kg, from a tonne on in tonnes."""
        if kg >= _TONNE_KG:
            return self.say("unit_t", n=self.number(kg / _TONNE_KG, 1))
        return self.say("unit_kg", n=self.number(kg, 0))

    def day(self, value: date) -> Markup:
        """A day."""
        return _ISOLATED.format(day(value, self.language))

    def hours(self, value: float) -> Markup:
        """Hours and minutes since a start, as ``+3:05``."""
        minutes = round(value * _MINUTES)
        return _LEFT_TO_RIGHT.format(f"+{minutes // _MINUTES}:{minutes % _MINUTES:02d}")
