"""Which column of a file is which of the contract: the profile's word, then known names; what is not clear is asked."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from clusterpool.importing.aliases import (
    CURRENCY,
    DISCOUNT,
    HELPERS,
    LIST,
    PACK,
    PER,
    QUANTITY,
    UNIT,
    VAT,
    fitting,
    heading,
)
from clusterpool.importing.asking import (
    WEIGHTS,
    ask_for_the_lost,
    ask_if_several,
    ask_if_shared,
    check_required,
    tell_of_no_column,
)
from clusterpool.importing.breaks import breaks_in, looks_like_breaks, pairs_of, quantity_of
from clusterpool.importing.dialect import text_of
from clusterpool.importing.evidence import ask_undecided, with_discounts_decided
from clusterpool.importing.meaning import fits, holds_numbers, quiet_numbers
from clusterpool.importing.numbers import read_number
from clusterpool.importing.profile import ColumnRule, Profile
from clusterpool.importing.questions import Question
from clusterpool.messages import MessageId
from clusterpool.schema import columns

if TYPE_CHECKING:
    from decimal import Decimal

    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes

_KEYS = {
    UNIT: "unit_column",
    PER: "per_column",
    VAT: "vat_column",
    CURRENCY: "currency_column",
    DISCOUNT: "discount_columns",
}
"""What the profile's `file` calls the columns that say something beside the contract's."""
QUANTITIES = ("quantity", "min_quantity", "capacity", "order_multiple")
UNIT_PRICES = ("unit_price", "max_unit_price", "current_unit_price")
MONEY_WORDS = ("price", "cost", "value", "spend", "toll", "free_delivery_from")
"""What a column of money has in its name."""
_GROUP_OF_UNITS = {"purchases", "offers"}


def propose(layout: Layout, profile: Profile, notes: Notes) -> Profile:
    """The profile that the file is read by: the given one, made whole unless it is fixed."""
    for name in profile.columns_named:
        if name not in layout.header:
            ask_for_the_lost(name, layout, profile, notes)
    known = [column.name for column in columns(notes.table)]
    for name in sorted(({*profile.columns} | {*profile.constants}) - {*known}):
        tell_of_no_column(name, profile, known, notes)
    if not profile.fixed:
        profile = _completed(layout, profile, notes)
    notes.profile = profile
    check_required(layout, profile, notes)
    return profile


def decided(layout: Layout, profile: Profile, notes: Notes) -> Profile:
    """The profile with what only the lines themselves show; what stays open is asked about."""
    profile = with_discounts_decided(layout, profile, notes)
    ask_undecided(layout, profile, notes)
    return profile.model_copy(update={"fixed": True})


def _completed(layout: Layout, profile: Profile, notes: Notes) -> Profile:
    if notes.table == "offers" and not profile.breaks and not profile.pairs and not profile.break_cells:
        profile = _with_breaks(layout, profile)
    found = _candidates(layout, profile, notes)
    rules = dict(profile.columns)
    for column in (column.name for column in columns(notes.table)):
        if names := found.get(column):
            exact = [name for name in names if name == column] or names
            exact = _best_prices(exact, layout) if column in UNIT_PRICES else exact
            ask_if_several(column, exact, layout, notes)
            rules[column] = ColumnRule(column=exact[0])
    helpers = {helper: _helper(found.get(helper, []), helper, layout, profile, notes) for helper in HELPERS}
    rules = {**rules, **_from_values(rules, found, helpers, layout, profile, notes)}
    ask_if_shared(rules, set(profile.columns), layout, notes)
    rules = {column: _with_helpers(column, rule, helpers, notes) for column, rule in rules.items()}
    if profile.breaks or profile.pairs or profile.break_cells:
        profile = profile.model_copy(update={"break_rule": _rule_of_breaks(profile, rules, helpers, notes)})
    file = profile.file.model_copy(update={"currency_column": _first(helpers[CURRENCY])})
    return profile.model_copy(update={"columns": rules, "file": file})


def _candidates(layout: Layout, profile: Profile, notes: Notes) -> dict[str, list[str]]:
    """The columns of the file that may be each column of the contract, by their names and by what they hold."""
    taken = {*profile.columns, *profile.constants}
    found: dict[str, list[str]] = {}
    for name in layout.header:
        if name in {*profile.columns_named, *profile.ignore}:
            continue
        meant = [column for column in fitting(notes.table, name) if fits(notes.table, column, layout, name)]
        of_contract = any(column[0] != "@" for column in meant)
        for column in meant:
            # what a price itself may be called does not say what it is for: Odoo's price_unit is no "price unit" of SAP
            if column not in taken and not (column in {PER, DISCOUNT} and of_contract):
                found.setdefault(column, []).append(name)
    return found


def _best_prices(names: list[str], layout: Layout) -> list[str]:
    """Of several prices the one without tax, where their names say of each whether tax is included."""
    said = {name: heading(name).vat for name in names if any(map(text_of, layout.column(name)))}
    net = [name for name, vat in said.items() if vat == "net"]
    rest = [name for name in said if name not in net]
    return net if len(net) == 1 and all(said[name] == "gross" for name in rest) else list(said) or names


def _from_values(
    rules: dict[str, ColumnRule],
    found: dict[str, list[str]],
    helpers: dict[str, tuple[str, ...]],
    layout: Layout,
    profile: Profile,
    notes: Notes,
) -> dict[str, ColumnRule]:
    """Columns whose names alone say too little: a quantity that is a break's, a pack, a price before the discount."""
    if notes.table != "offers":
        return {}
    made: dict[str, ColumnRule] = {}
    taken = {*rules, *profile.constants}
    general, packs, lists = (found.get(kind, []) for kind in (QUANTITY, PACK, LIST))
    if "min_quantity" not in taken and len(general) == 1 and _are_breaks(general[0], rules, layout, profile, notes):
        notes.assume("breaks-by-quantity", column=general[0])
        made["min_quantity"] = ColumnRule(column=general[0])
    if "unit_price" not in taken and len(lists) == 1 and helpers[DISCOUNT]:
        made["unit_price"] = ColumnRule(column=lists[0])
    price = rules.get("unit_price")
    of_one = price is not None and heading(price.column).single and not price.per_column
    if price and of_one and "order_multiple" not in taken and len(packs) == 1 and holds_numbers(layout, packs[0]):
        notes.assume("pack-multiple", column=packs[0], price=price.column)
        made["order_multiple"] = ColumnRule(column=packs[0])
    return made


def _are_breaks(name: str, rules: dict[str, ColumnRule], layout: Layout, profile: Profile, notes: Notes) -> bool:
    """Whether an article stands in several rows, at another quantity and a lower price in each."""
    if not {"item", "unit_price"} <= set(rules):
        return False
    keys = [rules[column].column for column in ("supplier", "item") if column in rules]
    quantities = quiet_numbers(layout, name, profile, notes)
    prices = quiet_numbers(layout, rules["unit_price"].column, profile, notes)
    offers: dict[tuple[str, ...], list[tuple[Decimal, Decimal]]] = {}
    for many, price, *key in zip(quantities, prices, *(layout.column(one) for one in keys), strict=True):
        if many is None and price is None:
            continue
        if many is None or price is None:
            return False
        offers.setdefault(tuple(map(text_of, key)), []).append((many, price))
    several = [sorted(rows) for rows in offers.values() if len(rows) > 1]
    return bool(several) and all(a[0] < b[0] and a[1] >= b[1] for rows in several for a, b in pairwise(rows))


def _with_breaks(layout: Layout, profile: Profile) -> Profile:
    """Price breaks side by side, as the header names them."""
    pairs = pairs_of(layout.header)
    paired = {name for pair in pairs for name in pair}
    breaks: dict[str, Decimal] = {}
    for name in layout.header:
        number = read_number(quantity_of(name)) if name not in paired and quantity_of(name) else None
        if number and not number.ambiguous and (value := number.point if number.point is not None else number.comma):
            breaks[name] = value
    cells = [name for name in layout.header if looks_like_breaks(name) or _lists_breaks(layout, name)]
    return profile.model_copy(update={"breaks": breaks, "pairs": pairs, "break_cells": cells[0] if cells else ""})


def _lists_breaks(layout: Layout, name: str) -> bool:
    texts = [text for cell in layout.column(name) if isinstance(cell, str) and (text := cell.strip())]
    return bool(texts) and all(breaks_in(text) for text in texts)


def _helper(names: list[str], helper: str, layout: Layout, profile: Profile, notes: Notes) -> tuple[str, ...]:
    """The columns of the file that say it by row: the profile's, else the only one that may."""
    key = _KEYS[helper]
    if told := getattr(profile.file, key):
        return told if isinstance(told, tuple) else (told,)
    if len(names) > 1 and helper != CURRENCY:
        values = [tuple(names), *((name,) for name in names)] if helper == DISCOUNT else names
        question, shown = Question.of("file", key, *values), " / ".join(names)
        fields = {"kind": helper[1:], "names": shown}
        notes.ask(MessageId.IMPORT_TWO_HELPERS, layout.line, names[1], shown, question=question, **fields)
    return tuple(names[:1])


def _first(names: tuple[str, ...]) -> str:
    return names[0] if names else ""


def _with_helpers(column: str, rule: ColumnRule, helpers: dict[str, tuple[str, ...]], notes: Notes) -> ColumnRule:
    """The rule with what the file says of units, price units and tax; a rule that says it already stays."""
    said = heading(rule.column)
    update: dict[str, object] = {}
    if column in (*QUANTITIES, *UNIT_PRICES) and notes.table in _GROUP_OF_UNITS and not rule.unit:
        update["unit_column"] = rule.unit_column or _first(helpers[UNIT])
    if column in UNIT_PRICES:
        update["vat"] = rule.vat or said.vat
        update["per_column"] = rule.per_column or ("" if rule.per else _first(helpers[PER]))
        if update["vat"] == "gross" and rule.vat_pct is None:
            update["vat_column"] = rule.vat_column or _first(helpers[VAT])
        if helpers[DISCOUNT] and not rule.discount_columns and not _is_net(rule.column):
            update["discount_columns"] = helpers[DISCOUNT]
    if said.currency and not rule.currency and any(word in column for word in MONEY_WORDS):
        update["currency"] = said.currency
    if column in WEIGHTS:
        update["unit"] = rule.unit or said.unit or ("kg" if rule.column == column else "")
    return rule.model_copy(update=update)


def _is_net(name: str) -> bool:
    """Whether a price's name says that discounts are taken off it."""
    return bool(re.search(r"\b(net|nette|netto|remis[ée]e?)\b|TQ_PrixNet|NETPR", name, re.IGNORECASE))


def _rule_of_breaks(
    profile: Profile, rules: dict[str, ColumnRule], helpers: dict[str, tuple[str, ...]], notes: Notes
) -> ColumnRule:
    """How breaks side by side are read: as the plain price beside them, else by what their own names say."""
    if "unit_price" in rules:
        return rules["unit_price"].model_copy(update={"column": ""})
    first = next(iter(profile.breaks), profile.pairs[0][1] if profile.pairs else profile.break_cells)
    rule = profile.break_rule.model_copy(update={"column": first})
    return _with_helpers("unit_price", rule, helpers, notes).model_copy(update={"column": ""})


def unmapped(layout: Layout, profile: Profile) -> tuple[str, ...]:
    """The columns of the file that nothing is made of, blank ones left out."""
    used = set(profile.columns_named)
    return tuple(
        name
        for name in layout.header
        if name not in used and (name[0] != "#" or any(map(text_of, layout.column(name))))
    )
