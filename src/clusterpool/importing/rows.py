"""The rows of the contract's table, made from a file's rows by a whole profile."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from clusterpool.importing.aliases import heading
from clusterpool.importing.asking import WEIGHTS
from clusterpool.importing.breaks import breaks_in
from clusterpool.importing.cells import NumberColumn, number_column, orders_shown, read_days, read_numbers
from clusterpool.importing.destroyed import refuse_destroyed
from clusterpool.importing.dialect import text_of
from clusterpool.importing.numbers import plain, read_number
from clusterpool.importing.proposal import MONEY_WORDS, QUANTITIES, UNIT_PRICES
from clusterpool.importing.quantities import Scale, in_money_of_the_pool, scale_of, split_units, weights
from clusterpool.importing.questions import Question, meaning
from clusterpool.messages import MessageId
from clusterpool.schema import Column, Kind, columns

if TYPE_CHECKING:
    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import ColumnRule, Profile

_EXACT_BELOW = 1e15
_ENDS = ("valid_until", "due_date")
_NO_END, _NO_BEGINNING = date(2099, 12, 31), date(1900, 1, 1)
_FLAGS = {"oui": "true", "non": "false", "yes": "true", "no": "false", "vrai": "true", "faux": "false", "o": "true",
          "n": "false", "y": "true", "نعم": "true", "لا": "false", "x": "true"}  # fmt: skip
_DAY_COUNTS = ("lead_time_days", "payment_days")
_NUMBERS = (Kind.NUMBER, Kind.WHOLE)
_MEASURED = (*QUANTITIES, *WEIGHTS)
"""Columns whose cells may hold a unit beside the number."""


class Break(NamedTuple):
    """One break of an offer as it was read: the row of the file it stands in, quantity and price."""

    row: int
    quantity: Decimal
    price: Decimal


def rows_of(layout: Layout, profile: Profile, notes: Notes) -> pd.DataFrame:
    """The table's rows as canonical text; what cannot be read is noted as an error."""
    read = columns_read_of(profile, notes.table)
    numeric = number_columns(layout, profile, read)
    orders = orders_shown(
        cell for column, rule in read.items() if column.kind is Kind.DATE for cell in layout.column(rule.column)
    )
    cells: dict[str, list[str]] = {}
    for column, rule in read.items():
        if column.kind in _NUMBERS:
            numbers = _numbers(column, rule, numeric, layout, profile, notes)
            cells[column.name] = ["" if number is None else plain(number) for number in numbers]
        elif column.kind is Kind.DATE:
            order = rule.date or profile.file.date
            held, week = layout.column(rule.column), profile.file.week
            days = read_days(rule.column, layout.body.lines, held, order, notes, orders, week=week)
            cells[column.name] = ["" if day is None else day.isoformat() for day in _ended(column, rule, days, notes)]
        else:
            cells[column.name] = _texts(column, rule, layout, profile, notes)
    frame = pd.DataFrame(cells, index=range(len(layout.body.lines)), dtype=str)
    if profile.breaks or profile.pairs or profile.break_cells:
        frame = _with_breaks(frame, layout, profile, notes)
    elif notes.table == "offers" and "min_quantity" not in frame and "min_quantity" not in profile.constants:
        notes.assume("no-minimum")
        frame["min_quantity"] = "0"
    for name, value in profile.constants.items():
        frame[name] = value
    names = [column.name for column in columns(notes.table) if column.name in frame]
    return pd.DataFrame(frame[names].reset_index(drop=True))


def columns_read_of(profile: Profile, table: str) -> dict[Column, ColumnRule]:
    """The columns of the contract's table that a profile reads, with their rules."""
    kinds = {column.name: column for column in columns(table)}
    return {kinds[name]: rule for name, rule in profile.columns.items() if name in kinds}


def _ended(column: Column, rule: ColumnRule, days: list[date | None], notes: Notes) -> list[date | None]:
    """Days without those that mean no end or no beginning: 31.12.9999, 2999-12-31, 01.01.1900."""
    late = column.name in _ENDS
    if not late and column.name != "valid_from":
        return days
    open_ones = [day is not None and (day >= _NO_END if late else day <= _NO_BEGINNING) for day in days]
    if any(open_ones):
        example = next(str(day) for day, is_open in zip(days, open_ones, strict=True) if is_open)
        notes.assume(
            "no-end" if late else "no-beginning", column=rule.column, example=example, cells=str(sum(open_ones))
        )
    return [None if is_open else day for day, is_open in zip(days, open_ones, strict=True)]


def number_columns(layout: Layout, profile: Profile, read: dict[Column, ColumnRule]) -> dict[str, NumberColumn]:
    """The columns of numbers by their names in the file: those of `read`, and those of breaks."""
    found = {}
    for column, rule in read.items():
        if column.kind in _NUMBERS:
            decimal, days = rule.decimal or profile.file.decimal, column.name in _DAY_COUNTS
            cells = (
                split_units(layout.column(rule.column))[0] if column.name in _MEASURED else layout.column(rule.column)
            )
            found[rule.column] = number_column(rule.column, layout.body.lines, cells, decimal, days=days)
    for name in _break_columns(profile):
        decimal = profile.break_rule.decimal or profile.file.decimal
        found[name] = number_column(name, layout.body.lines, layout.column(name), decimal)
    return found


def _break_columns(profile: Profile) -> list[str]:
    return [*profile.breaks, *(name for pair in profile.pairs for name in pair)]


def _numbers(
    column: Column,
    rule: ColumnRule,
    numeric: dict[str, NumberColumn],
    layout: Layout,
    profile: Profile,
    notes: Notes,
) -> list[Decimal | None]:
    percent = column.name.endswith("_pct")
    found = read_numbers(numeric[rule.column], numeric.values(), notes, percent=percent)
    if any(word in column.name for word in MONEY_WORDS):
        values = in_money_of_the_pool(rule.column, found, layout, profile, notes, rule.currency)
    else:
        values = [None if number is None else number.value for number in found]
        for line, number in zip(layout.body.lines, found, strict=True):
            if number is not None and number.currency:
                notes.tell(MessageId.IMPORT_MONEY_IN_QUANTITY, line, rule.column, f"{number.value} {number.currency}")
    beside = split_units(layout.column(rule.column))[1] if column.name in _MEASURED else [""] * len(values)
    if column.name in WEIGHTS:
        return weights(column.name, rule, values, beside, notes)
    if column.name in (*QUANTITIES, *UNIT_PRICES):
        price = column.name in UNIT_PRICES
        return _scaled(values, scale_of(rule, layout, profile, notes, price=price, beside=beside), price=price)
    return values


def _scaled(values: list[Decimal | None], scale: Scale, *, price: bool) -> list[Decimal | None]:
    if price:
        return [None if value is None else scale.price(row, value) for row, value in enumerate(values)]
    return [None if value is None else value * unit for value, unit in zip(values, scale.units, strict=True)]


def _texts(column: Column, rule: ColumnRule, layout: Layout, profile: Profile, notes: Notes) -> list[str]:
    cells, lines = layout.column(rule.column), layout.body.lines
    broken = sum(isinstance(cell, str) and any(sign in cell.strip() for sign in "\r\n\t") for cell in cells)
    if broken:
        notes.assume("line-breaks", column=rule.column, cells=str(broken))
    for line, cell in zip(lines, cells, strict=True):
        if (
            column.kind is Kind.TEXT
            and isinstance(cell, float)
            and not (cell.is_integer() and abs(cell) < _EXACT_BELOW)
        ):
            notes.tell(MessageId.IMPORT_FLOAT_CODE, line, rule.column, text_of(cell))
    if whole := sum(isinstance(cell, float) for cell in cells):
        notes.assume("codes-of-numbers", column=rule.column, cells=str(whole))
    texts = [text_of(cell) for cell in cells]
    if column.required or column.reference:
        refuse_destroyed(rule.column, lines, cells, notes)
    if column.required:
        _tell_blanks(column, rule.column, lines, texts, profile, notes)
    return [_FLAGS.get(text.casefold(), text) for text in texts] if column.kind is Kind.FLAG else texts


def _tell_blanks(column: Column, name: str, lines: list[int], texts: list[str], profile: Profile, notes: Notes) -> None:
    """Tell of required cells that are blank; where others stand above, they may mean the same."""
    blank = [i for i, text in enumerate(texts) if not text]
    if blank and texts[0]:
        question = Question.of("file", "repeat_down", (*profile.file.repeat_down, name))
        fields = {"cells": str(len(blank)), "above": next(text for text in reversed(texts[: blank[0]]) if text)}
        notes.ask(MessageId.IMPORT_PARENT_BLANK, lines[blank[0]], name, question=question, **fields)
        return
    for i in blank:
        notes.tell(MessageId.IMPORT_BLANK, lines[i], name, "", what=meaning(notes.table, column.name))


def _with_breaks(frame: pd.DataFrame, layout: Layout, profile: Profile, notes: Notes) -> pd.DataFrame:
    """A row for the plain price (from the minimum, else from 0) and one for each break that stands beside it."""
    found = _breaks(layout, profile, notes)
    if "unit_price" in frame:
        least = frame["min_quantity"] if "min_quantity" in frame else pd.Series("0", index=frame.index)
        if "min_quantity" not in frame:
            notes.assume("plain-price")
        plain_prices = zip(least.tolist(), frame["unit_price"].tolist(), strict=True)
        found += [
            Break(row, Decimal(quantity or "0"), Decimal(price))
            for row, (quantity, price) in enumerate(plain_prices)
            if price
        ]
    found.sort(key=lambda one: (one.row, one.quantity))
    rows = frame.loc[[one.row for one in found]].reset_index(drop=True)
    prices = {"min_quantity": [plain(one.quantity) for one in found], "unit_price": [plain(one.price) for one in found]}
    told = {one.row for one in notes.found}  # a line has one repair
    without = [layout.body.lines[row] for row in sorted(set(frame.index) - {one.row for one in found})]
    for line in without:
        if line not in told:
            notes.tell(MessageId.IMPORT_NO_PRICE, line)
    notes.assume(
        "breaks", columns=", ".join([*_break_columns(profile), profile.break_cells]).strip(", "), rows=str(len(rows))
    )
    return rows.assign(**{name: pd.Series(texts, dtype=str) for name, texts in prices.items()})


def _breaks(layout: Layout, profile: Profile, notes: Notes) -> list[Break]:
    scale = scale_of(profile.break_rule, layout, profile, notes, price=True)
    columns_read = number_columns(layout, profile, {})
    found: list[Break] = []
    for name, least in profile.breaks.items():
        found += _break_rows(name, [least] * len(layout.body.lines), scale, columns_read, layout, profile, notes)
    for quantity, price in profile.pairs:
        numbers = read_numbers(columns_read[quantity], columns_read.values(), notes, percent=False)
        leasts = [number.value if number else None for number in numbers]
        found += _break_rows(price, leasts, scale, columns_read, layout, profile, notes)
    if profile.break_cells:
        found += _breaks_of_cells(scale, layout, profile, notes)
    return found


def _break_rows(
    name: str,
    leasts: list[Decimal] | list[Decimal | None],
    scale: Scale,
    columns_read: dict[str, NumberColumn],
    layout: Layout,
    profile: Profile,
    notes: Notes,
) -> list[Break]:
    numbers = read_numbers(columns_read[name], columns_read.values(), notes, percent=False)
    currency = profile.break_rule.currency or heading(name).currency
    amounts = in_money_of_the_pool(name, numbers, layout, profile, notes, currency)
    found = []
    for row, (least, amount) in enumerate(zip(leasts, amounts, strict=True)):
        if amount is not None and least is not None:
            found.append(Break(row, least * scale.units[row], scale.price(row, amount)))
        elif amount is not None:
            notes.tell(MessageId.IMPORT_BREAK_WITHOUT_QUANTITY, layout.body.lines[row], name, str(amount))
    return found


def _breaks_of_cells(scale: Scale, layout: Layout, profile: Profile, notes: Notes) -> list[Break]:
    found: list[Break] = []
    lists = [breaks_in(text) if (text := text_of(cell)) else [] for cell in layout.column(profile.break_cells)]
    sign = profile.break_rule.decimal or profile.file.decimal or _sign_of(lists)
    for row, listed in enumerate(lists):
        text = text_of(layout.column(profile.break_cells)[row])
        for pair_of_texts in listed or []:
            pair = [_value(one, sign) for one in pair_of_texts]
            if pair[0] is None or pair[1] is None:
                place = (layout.body.lines[row], profile.break_cells, text)
                question = Question.of("break_rule", "decimal", ",", ".")
                notes.ask(MessageId.IMPORT_BREAK_UNCLEAR, *place, question=question)
            else:
                found.append(Break(row, pair[0] * scale.units[row], scale.price(row, pair[1])))
        if listed is None:
            notes.tell(MessageId.IMPORT_NOT_BREAKS, layout.body.lines[row], profile.break_cells, text)
    return found


def _sign_of(lists: list[list[tuple[str, str]] | None]) -> str:
    """The decimal sign that clear numbers of the cells show; ``""`` where they show none or both."""
    numbers = (read_number(text) for listed in lists for pair in listed or [] for text in pair)
    signs = {one.clear for one in numbers if one and one.clear}
    return next(iter(signs)) if len(signs) == 1 else ""


def _value(text: str, sign: str) -> Decimal | None:
    one = read_number(text)
    if one is None or (one.ambiguous and not sign):
        return None
    return one.under(sign) if sign else (one.point if one.point is not None else one.comma)
