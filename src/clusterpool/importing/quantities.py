"""Quantities and prices of a file in the contract's terms: the item's unit, one unit, net of tax, the pool's money."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from clusterpool.importing.cells import Number, number_column, read_numbers
from clusterpool.importing.dialect import text_of
from clusterpool.importing.numbers import CURRENCIES, plain
from clusterpool.importing.questions import Question
from clusterpool.importing.units import KILOGRAMS, factor_of, measured
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import ColumnRule, Profile

_STEP = Decimal("1e-10")
_PERCENT = 100
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Scale:
    """By row: how many of the item's units one of the file's is, and how a price becomes that of one, net of tax.

    A price is multiplied by `factors` (what discounts leave of it), `plus` is added, and it is divided by `divisors`.
    """

    units: list[Decimal]
    divisors: list[Decimal]
    factors: list[Decimal]
    plus: list[Decimal]

    def price(self, row: int, number: Decimal) -> Decimal:
        """The price of one of the item's units."""
        return divided(number * self.factors[row] + self.plus[row], self.divisors[row])


def divided(number: Decimal, divisor: Decimal) -> Decimal:
    """A quotient, exact where it is finite within ten decimals, else rounded to ten."""
    return (number / divisor).quantize(_STEP).normalize() if divisor != 1 else number


def scale_of(
    rule: ColumnRule, layout: Layout, profile: Profile, notes: Notes, *, price: bool, beside: list[str] | None = None
) -> Scale:
    """What a rule says of units and, for prices, of price units, tax and discounts by row; what is not known is told.

    `beside` are the units that stand in the cells themselves.
    """
    rows = len(layout.body.lines)
    units = _units(rule, layout, profile, notes, beside or [""] * rows)
    ones, zeros = [Decimal(1)] * rows, [Decimal(0)] * rows
    if not price:
        return Scale(units, units, ones, zeros)
    per, tax = _per(rule, layout, notes), _tax(rule, layout, notes)
    divisors = [unit * many * gross for unit, many, gross in zip(units, per, tax, strict=True)]
    return Scale(units, divisors, _left_by_discounts(rule, layout, notes), _plus(rule, layout, notes))


def _left_by_discounts(rule: ColumnRule, layout: Layout, notes: Notes) -> list[Decimal]:
    """What discounts leave of a price, one after the other."""
    left = [Decimal(1)] * len(layout.body.lines)
    whole = Decimal(1) if rule.discount_as == "fraction" else Decimal(_PERCENT)
    for name in rule.discount_columns:
        numbers = _plain_numbers(name, layout, notes, percent=True)
        for line, number in zip(layout.body.lines, numbers, strict=True):
            if number is not None and not 0 <= number <= whole:
                notes.tell(MessageId.IMPORT_NOT_A_DISCOUNT, line, name, str(number))
        left = [part * (1 - (number or Decimal(0)) / whole) for part, number in zip(left, numbers, strict=True)]
        shown = ", ".join(format(one.normalize(), "f") for one in sorted({one for one in numbers if one is not None}))
        notes.assume("discount", column=rule.column or "-", discount=name, values=_short(shown), kind=rule.discount_as)
    return left


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(", ", 1)[0] + ", ..."


def _plus(rule: ColumnRule, layout: Layout, notes: Notes) -> list[Decimal]:
    """What is added to a price."""
    added = [Decimal(0)] * len(layout.body.lines)
    for name in rule.plus_columns:
        numbers = _plain_numbers(name, layout, notes, percent=False)
        added = [whole + (number or Decimal(0)) for whole, number in zip(added, numbers, strict=True)]
        notes.assume("plus", column=rule.column or "-", other=name)
    return added


def _units(rule: ColumnRule, layout: Layout, profile: Profile, notes: Notes, beside: list[str]) -> list[Decimal]:
    """The factor of each row's unit; one without a known number is the item's own where it is its only one."""
    rows = len(layout.body.lines)
    if not rule.unit and not rule.unit_column and not any(beside):
        return [Decimal(1)] * rows
    held = [text_of(cell) for cell in layout.column(rule.unit_column)] if rule.unit_column else [rule.unit] * rows
    texts = [own or other for own, other in zip(beside, held, strict=True)]
    name = rule.column if any(beside) else rule.unit_column or rule.column
    known = {text: factor_of(text, profile.units) for text in set(texts)}
    _ask_for_units(name, texts, known, layout, profile, notes)
    counted = Counter(texts)
    for text in sorted(counted):
        factor = known[text]
        fields = {"column": name, "unit": text or "-", "cells": str(counted[text])}
        if factor is not None and factor[0] != 1:
            notes.assume("unit-factor", factor=str(factor[0]), base=factor[1] or "unit", **fields)
        else:
            notes.assume("unit-own", **fields)
    return [factor[0] if (factor := known[text]) else Decimal(1) for text in texts]


def _ask_for_units(
    name: str,
    texts: list[str],
    known: dict[str, tuple[Decimal, str] | None],
    layout: Layout,
    profile: Profile,
    notes: Notes,
) -> None:
    """Ask, once a unit, how the units of an item convert where it comes in several."""
    items = _items(layout, profile)
    used: dict[str, set[str]] = {}
    for item, text in zip(items, texts, strict=True):
        one = known[text]
        used.setdefault(item, set()).update([one[1] if one else text or "?"] if one is None or one[1] else [])
    asked: set[str] = set()
    for line, item, text in zip(layout.body.lines, items, texts, strict=True):
        factor, mixed = known[text], len(used[item]) > 1
        open_ones = {one for one in used[item] if factor_of(one, {}) is None}
        if mixed and text not in asked and (factor is None or (factor[1] and not open_ones)):
            asked.add(text)
            question, shown = Question.of("units", text or "?", 0), " / ".join(sorted(used[item]))
            notes.ask(MessageId.IMPORT_UNIT_UNKNOWN, line, name, text, question=question, units=shown)


def _items(layout: Layout, profile: Profile) -> list[str]:
    rule = profile.columns.get("item")
    return [text_of(cell) for cell in layout.column(rule.column)] if rule else [""] * len(layout.body.lines)


def _per(rule: ColumnRule, layout: Layout, notes: Notes) -> list[Decimal]:
    rows = len(layout.body.lines)
    if rule.per:
        notes.assume("per", column=rule.column or "-", per=str(rule.per))
        return [rule.per] * rows
    if not rule.per_column:
        return [Decimal(1)] * rows
    numbers = _plain_numbers(rule.per_column, layout, notes, percent=False)
    many = [number or Decimal(1) for number in numbers]
    for line, number in zip(layout.body.lines, numbers, strict=True):
        if number is not None and number <= 0:
            notes.tell(MessageId.IMPORT_NOT_A_NUMBER, line, rule.per_column, str(number))
    different = ", ".join(str(one) for one in sorted(set(many)))
    notes.assume("per-column", column=rule.column or "-", per=different, other=rule.per_column)
    return [one if one > 0 else Decimal(1) for one in many]


def _tax(rule: ColumnRule, layout: Layout, notes: Notes) -> list[Decimal]:
    rows = len(layout.body.lines)
    if rule.vat != "gross":
        if rule.column:
            notes.assume("net-told" if rule.vat else "net", column=rule.column)
        return [Decimal(1)] * rows
    if rule.vat_column:
        numbers = _plain_numbers(rule.vat_column, layout, notes, percent=True)
        for line, number in zip(layout.body.lines, numbers, strict=True):
            if number is None or not 0 <= number < _PERCENT:
                notes.tell(MessageId.IMPORT_NOT_A_RATE, line, rule.vat_column, "" if number is None else str(number))
        rates = [Decimal(0) if number is None else number for number in numbers]
        # a rate below one is a fraction: nobody charges 0.19 per cent
        rates = [rate * _PERCENT if 0 < rate < 1 else rate for rate in rates]
    else:
        rates = [rule.vat_pct or Decimal(0)] * rows
    shown = ", ".join(format(rate.normalize(), "f") for rate in sorted(set(rates)))
    notes.assume("gross", column=rule.column or "-", rates=shown)
    return [1 + rate / _PERCENT for rate in rates]


def _plain_numbers(name: str, layout: Layout, notes: Notes, *, percent: bool) -> list[Decimal | None]:
    column = number_column(name, layout.body.lines, layout.column(name), "")
    return [one.value if one else None for one in read_numbers(column, [column], notes, percent=percent)]


def weights(
    column: str, rule: ColumnRule, values: list[Decimal | None], beside: list[str], notes: Notes
) -> list[Decimal | None]:
    """Weights in kg; a unit beside a number in its cell outranks the column's."""
    units = sorted({unit for unit in beside if unit})
    for unit in units:
        factor = factor_of(unit, {})
        if factor is None or factor[1] != "kg":
            notes.tell(MessageId.IMPORT_NOT_A_WEIGHT, 0, rule.column, unit)
        else:
            notes.assume("weight-in-cells", column=rule.column, unit=unit, factor=str(factor[0]))
    whole = weight_factor(column, rule, notes) if any(not unit for unit in beside) else Decimal(1)
    factors = [known[0] if unit and (known := factor_of(unit, {})) else whole for unit in beside]
    return [None if value is None else value * factor for value, factor in zip(values, factors, strict=True)]


def split_units(cells: list[object]) -> tuple[list[object], list[str]]:
    """The cells without the units beside their numbers, and these units (``""``: none)."""
    found = [None if isinstance(cell, float | bool) else measured(text_of(cell)) for cell in cells]
    bare = [one[0] if one and one[1] else cell for one, cell in zip(found, cells, strict=True)]
    return bare, [one[1] if one else "" for one in found]


def unit_question(name: str, rule: ColumnRule) -> Question:
    """In which unit of weight a column of the contract stands in the file."""
    return Question.of("columns", name, *({"column": rule.column, "unit": unit} for unit in KILOGRAMS))


def weight_factor(name: str, rule: ColumnRule, notes: Notes) -> Decimal:
    """How many kg one of the file's units of weight is."""
    factor = KILOGRAMS.get(rule.unit)
    if rule.unit and factor is None:
        notes.ask(MessageId.IMPORT_WEIGHT_UNIT, 0, rule.column, rule.unit, question=unit_question(name, rule))
    notes.assume("weight", column=rule.column, unit=rule.unit or "kg")
    return factor or Decimal(1)


def in_money_of_the_pool(
    name: str, numbers: list[Number | None], layout: Layout, profile: Profile, notes: Notes, own: str = ""
) -> list[Decimal | None]:
    """Amounts in the pool's currency: what stands beside a number, in the currency column or in the name counts."""
    column, pool = profile.file.currency_column, notes.currency
    told = [text_of(cell).upper() for cell in layout.column(column)] if column else [""] * len(numbers)
    amounts: list[Decimal | None] = []
    used: set[str] = set()
    for line, number, beside in zip(layout.body.lines, numbers, told, strict=True):
        if number is None:
            amounts.append(None)
            continue
        said = list(dict.fromkeys(filter(None, (number.currency, CURRENCIES.get(beside.casefold(), beside), own))))
        if len(said) > 1:
            notes.tell(MessageId.IMPORT_CURRENCIES_DIFFER, line, name, str(number.value), currencies=" / ".join(said))
        currency = said[0] if said else profile.file.currency or pool
        rate = Decimal(1) if currency == pool else profile.rates.get(currency)
        if rate is None:
            question, shown = Question.of("rates", currency, 0), f"{plain(number.value)} {currency}"
            notes.ask(MessageId.IMPORT_CURRENCY, line, name, shown, question=question, currency=currency, own=pool)
        elif rate != 1:
            used.add(currency)
        amounts.append(number.value * (rate or 1))
    for currency in sorted(used):
        notes.assume("rate", column=name, currency=currency, rate=str(profile.rates[currency]), own=pool)
    return amounts
