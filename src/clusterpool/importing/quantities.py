"""Quantities and prices of a file in the contract's terms: the item's unit, one unit, net of tax, the pool's money."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from clusterpool.importing.cells import Number, number_column, read_numbers
from clusterpool.importing.layout import text_of
from clusterpool.importing.units import KILOGRAMS, factor_of
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import ColumnRule, Profile

_STEP = Decimal("1e-10")
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Scale:
    """By row: how many of the item's units one of the file's is, and what a price is divided by."""

    units: list[Decimal]
    divisors: list[Decimal]


def divided(number: Decimal, divisor: Decimal) -> Decimal:
    """A quotient, exact where it is finite within ten decimals, else rounded to ten."""
    return (number / divisor).quantize(_STEP).normalize() if divisor != 1 else number


def scale_of(rule: ColumnRule, layout: Layout, profile: Profile, notes: Notes, *, price: bool) -> Scale:
    """What a rule says about units and, for prices, price units and tax, row by row; what is not known is told."""
    units = _units(rule, layout, profile, notes)
    if not price:
        return Scale(units, units)
    per = _per(rule, layout, notes)
    tax = _tax(rule, layout, notes)
    return Scale(units, [unit * many * gross for unit, many, gross in zip(units, per, tax, strict=True)])


def _units(rule: ColumnRule, layout: Layout, profile: Profile, notes: Notes) -> list[Decimal]:
    """The factor of each row's unit; one without a known number is the item's own where it is its only one."""
    rows = len(layout.body.lines)
    if not rule.unit and not rule.unit_column:
        return [Decimal(1)] * rows
    texts = [rule.unit] * rows if rule.unit else [text_of(cell) for cell in layout.column(rule.unit_column)]
    name = rule.unit_column or rule.column
    known = {text: factor_of(text, profile.units) for text in set(texts)}
    items = _items(layout, profile)
    used: dict[str, set[str]] = {}
    for item, text in zip(items, texts, strict=True):
        one = known[text]
        used.setdefault(item, set()).update([one[1] if one else text or "?"] if one is None or one[1] else [])
    factors = []
    for line, item, text in zip(layout.body.lines, items, texts, strict=True):
        factor = known[text]
        mixed = len(used[item]) > 1
        if mixed and (factor is None or factor[1]):
            shown = " / ".join(sorted(used[item]))
            notes.tell(MessageId.IMPORT_UNIT_UNKNOWN, line, name, text, table=notes.table, units=shown)
        factors.append(factor[0] if factor else Decimal(1))
    counted = Counter(texts)
    for text in sorted(counted):
        factor = known[text]
        fields = {"column": name, "unit": text or "-", "cells": str(counted[text])}
        if factor is not None and factor[0] != 1:
            notes.assume("unit-factor", factor=str(factor[0]), base=factor[1] or "unit", **fields)
        else:
            notes.assume("unit-own", **fields)
    return factors


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


def weight_factor(rule: ColumnRule, notes: Notes) -> Decimal:
    """How many kg one of the file's units of weight is."""
    factor = KILOGRAMS.get(rule.unit)
    if rule.unit and factor is None:
        notes.tell(
            MessageId.IMPORT_WEIGHT_UNIT, 0, rule.column, rule.unit, table=notes.table, name=rule.column, column=""
        )
    notes.assume("weight", column=rule.column, unit=rule.unit or "kg")
    return factor or Decimal(1)


def in_money_of_the_pool(
    name: str, numbers: list[Number | None], layout: Layout, profile: Profile, notes: Notes
) -> list[Decimal | None]:
    """Amounts in the pool's currency: what stands beside a number or in the currency column counts."""
    column = profile.file.currency_column
    told = [text_of(cell).upper() for cell in layout.column(column)] if column else [""] * len(numbers)
    amounts: list[Decimal | None] = []
    used: set[str] = set()
    for line, number, beside in zip(layout.body.lines, numbers, told, strict=True):
        if number is None:
            amounts.append(None)
            continue
        currency = number.currency or {"DA": "DZD", "€": "EUR"}.get(beside, beside) or profile.file.currency
        rate = Decimal(1) if currency == profile.file.currency else profile.rates.get(currency)
        if rate is None:
            fields = {"table": notes.table, "currency": currency, "own": profile.file.currency}
            notes.tell(MessageId.IMPORT_CURRENCY, line, name, f"{number.value} {currency}", **fields)
        elif rate != 1:
            used.add(currency)
        amounts.append(number.value * (rate or 1))
    for currency in sorted(used):
        notes.assume(
            "rate", column=name, currency=currency, rate=str(profile.rates[currency]), own=profile.file.currency
        )
    return amounts
