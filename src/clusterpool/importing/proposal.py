"""Which column of a file is which of the contract: the profile's word, then known names; what is not clear is asked."""

from __future__ import annotations

import difflib
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
from clusterpool.importing.breaks import breaks_in, looks_like_breaks, pairs_of, quantity_of
from clusterpool.importing.evidence import ask_undecided, with_discounts_decided
from clusterpool.importing.layout import text_of
from clusterpool.importing.meaning import fits, holds_numbers, quiet_numbers
from clusterpool.importing.numbers import read_number
from clusterpool.importing.profile import ColumnRule, Profile
from clusterpool.importing.quantities import unit_question
from clusterpool.importing.questions import Choice, Question, meaning
from clusterpool.importing.units import measured
from clusterpool.messages import MessageId
from clusterpool.places import fold
from clusterpool.schema import Kind, columns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.schema import Column

VAT_RATES = (19, 9)
"""The rates of Algeria, in percent."""
_KEYS = {
    UNIT: "unit_column",
    PER: "per_column",
    VAT: "vat_column",
    CURRENCY: "currency_column",
    DISCOUNT: "discount_columns",
}
"""What the profile's `file` calls the columns that say something beside the contract's."""
CANDIDATES = 3
"""So many columns of the file are offered for one that is missing."""
QUANTITIES = ("quantity", "min_quantity", "capacity", "order_multiple")
UNIT_PRICES = ("unit_price", "max_unit_price", "current_unit_price")
WEIGHTS = ("weight_kg", "capacity_kg")
MONEY_WORDS = ("price", "cost", "value", "spend", "toll", "free_delivery_from")
"""What a column of money has in its name."""
_GROUP_OF_UNITS = {"purchases", "offers"}


def propose(layout: Layout, profile: Profile, notes: Notes) -> Profile:
    """The profile that the file is read by: the given one, made whole unless it is fixed."""
    for name in profile.columns_named:
        if name not in layout.header:
            _ask_for_the_lost(name, layout, profile, notes)
    known = [column.name for column in columns(notes.table)]
    for name in sorted(({*profile.columns} | {*profile.constants}) - {*known}):
        _tell_of_no_column(name, profile, known, notes)
    if not profile.fixed:
        profile = _completed(layout, profile, notes)
    notes.profile = profile
    _check_required(layout, profile, notes)
    profile = with_discounts_decided(layout, profile, notes)
    ask_undecided(layout, profile, notes)
    return profile.model_copy(update={"fixed": True})


def _ask_for_the_lost(name: str, layout: Layout, profile: Profile, notes: Notes) -> None:
    """A column that the profile names and the file does not have."""
    near = difflib.get_close_matches(name, layout.header, n=3)
    fields = {"near": near[0] if near else "-", **_names(layout)}
    owner = next((column for column, rule in profile.columns.items() if rule.column == name), "")
    place = (layout.line, name)
    if owner:
        held = profile.columns[owner].model_dump(exclude_defaults=True)
        values = ({**held, "column": other} for other in near or _free(layout, profile) or layout.header)
        question = Question.of("columns", owner, *(one if len(one) > 1 else one["column"] for one in values))
        notes.ask(MessageId.IMPORT_COLUMN_GONE, *place, question=question, **fields)
    else:
        notes.tell(MessageId.IMPORT_HELPER_GONE, *place, **fields)


def _tell_of_no_column(name: str, profile: Profile, known: list[str], notes: Notes) -> None:
    """A key of the profile that is no column of the table."""
    near = difflib.get_close_matches(name, known, n=1)
    if near and name in profile.columns:
        held = profile.columns[name].model_dump(exclude_defaults=True)
        question = Question.of("columns", near[0], held if len(held) > 1 else held["column"])
        notes.ask(MessageId.IMPORT_NOT_A_COLUMN, 0, name, question=question, near=near[0])
    elif near:
        question = Question.of("constants", near[0], profile.constants[name])
        notes.ask(MessageId.IMPORT_NOT_A_COLUMN, 0, name, question=question, near=near[0])
    else:
        notes.tell(MessageId.IMPORT_NO_SUCH_COLUMN, 0, name, columns=", ".join(known))


def _completed(layout: Layout, profile: Profile, notes: Notes) -> Profile:
    if notes.table == "offers" and not profile.breaks and not profile.pairs and not profile.break_cells:
        profile = _with_breaks(layout, profile)
    found = _candidates(layout, profile, notes)
    rules = dict(profile.columns)
    for column in (column.name for column in columns(notes.table)):
        if names := found.get(column):
            exact = [name for name in names if name == column] or names
            exact = _best_prices(exact, layout) if column in UNIT_PRICES else exact
            _ask_if_several(column, exact, layout, notes)
            rules[column] = ColumnRule(column=exact[0])
    helpers = {helper: _helper(found.get(helper, []), helper, layout, profile, notes) for helper in HELPERS}
    rules = {**rules, **_from_values(rules, found, helpers, layout, profile, notes)}
    _ask_if_shared(rules, set(profile.columns), layout, notes)
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
        for column in fitting(notes.table, name):
            if (column[0] == "@" or column not in taken) and fits(notes.table, column, layout, name):
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


def _ask_if_several(column: str, names: list[str], layout: Layout, notes: Notes) -> None:
    if len(names) > 1:
        shown = " / ".join(names)
        question = Question.of("columns", column, *names)
        notes.ask(
            MessageId.IMPORT_TWO_COLUMNS,
            layout.line,
            column,
            shown,
            question=question,
            samples=_cells(layout, names),
            names=shown,
        )


def _ask_if_shared(rules: dict[str, ColumnRule], decided: set[str], layout: Layout, notes: Notes) -> None:
    """One column of the file that may mean two of the contract, where the profile does not say that it is both."""
    for name in dict.fromkeys(rule.column for rule in rules.values()):
        meant = [column for column, rule in rules.items() if rule.column == name]
        if len(meant) > 1 and not set(meant) <= decided:
            question = Question(tuple(Choice(("columns",), column, name) for column in meant))
            fields = {"names": " / ".join(meant)}
            notes.ask(MessageId.IMPORT_ONE_FOR_TWO, layout.line, name, name, question=question, **fields)


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


def _check_required(layout: Layout, profile: Profile, notes: Notes) -> None:
    """Every required column has a column of the file or a constant; tonnes and tax are decided."""
    given = {*profile.columns, *profile.constants}
    if profile.breaks or profile.pairs or profile.break_cells:
        given |= {"min_quantity", "unit_price"}
    given |= {"min_quantity"} if notes.table == "offers" else set()
    for column in columns(notes.table):
        if column.required and column.name not in given:
            _ask_for_column(column, layout, profile, notes)
    for name, rule in profile.columns.items():
        if name in WEIGHTS and not rule.unit and not _units_beside(rule.column, layout):
            question = unit_question(name, rule)
            notes.ask(MessageId.IMPORT_WEIGHT_UNIT, layout.line, rule.column, question=question)
        if _taxed(rule):
            values = [{**rule.model_dump(exclude_defaults=True), "vat_pct": rate} for rate in VAT_RATES]
            notes.ask(
                MessageId.IMPORT_VAT_RATE, layout.line, rule.column, question=Question.of("columns", name, *values)
            )
    if _taxed(profile.break_rule) and "unit_price" not in profile.columns:
        question = Question.of("break_rule", "vat_pct", *VAT_RATES)
        first = next(iter(profile.breaks), profile.pairs[0][1] if profile.pairs else profile.break_cells)
        notes.ask(MessageId.IMPORT_VAT_RATE, layout.line, first, question=question)


def _ask_for_column(column: Column, layout: Layout, profile: Profile, notes: Notes) -> None:
    question = _offered(column, layout, profile)
    notes.ask(
        MessageId.IMPORT_COLUMN_NOT_FOUND,
        layout.line,
        column.name,
        question=question,
        samples=_cells(layout, [str(one.value) for one in question.choices if one.value]),
        what=meaning(notes.table, column.name),
        **_names(layout),
    )


def _cells(layout: Layout, names: Iterable[str]) -> list[list[str]]:
    return [[text_of(cell) for cell in layout.column(name)] for name in names]


def _taxed(rule: ColumnRule) -> bool:
    return rule.vat == "gross" and rule.vat_pct is None and not rule.vat_column


def _offered(column: Column, layout: Layout, profile: Profile) -> Question:
    """Which column of the file it may be: by its name, and for numbers by its cells; else one value for all rows."""
    free = _free(layout, profile)
    if column.kind in {Kind.NUMBER, Kind.WHOLE}:
        free = [name for name in free if _numeric(layout, name)]
    alike = difflib.get_close_matches(column.name, [fold(name) for name in free], n=len(free) or 1, cutoff=0)
    ranked = sorted(free, key=lambda name: alike.index(fold(name)))[:CANDIDATES]
    if not ranked:
        return Question.of("constants", column.name, "")
    return Question.of("columns", column.name, *ranked)


def _numeric(layout: Layout, name: str) -> bool:
    cells = [cell for cell in layout.column(name) if text_of(cell)]
    return bool(cells) and all(isinstance(cell, float) or read_number(text_of(cell)) for cell in cells)


def _free(layout: Layout, profile: Profile) -> list[str]:
    used = {*profile.columns_named}
    return [name for name in layout.header if name not in used]


def _units_beside(name: str, layout: Layout) -> bool:
    """Whether each number of a column has its unit in the cell."""
    texts = [text for cell in layout.column(name) if (text := text_of(cell))] if name in layout.header else []
    return bool(texts) and all((found := measured(text)) is not None and found[1] for text in texts)


def unmapped(layout: Layout, profile: Profile) -> tuple[str, ...]:
    """The columns of the file that nothing is made of, blank ones left out."""
    used = set(profile.columns_named)
    return tuple(
        name
        for name in layout.header
        if name not in used and (name[0] != "#" or any(map(text_of, layout.column(name))))
    )


def _names(layout: Layout) -> dict[str, str]:
    return {"names": ", ".join(layout.header)}
