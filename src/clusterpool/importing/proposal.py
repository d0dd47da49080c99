"""Which column of a file is which of the contract: the profile's word, then known names; what is not clear is asked."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from clusterpool.importing.aliases import CURRENCY, HELPERS, PER, UNIT, VAT, fitting, heading
from clusterpool.importing.breaks import breaks_in, looks_like_breaks, pairs_of, quantity_of
from clusterpool.importing.layout import text_of
from clusterpool.importing.numbers import read_number
from clusterpool.importing.profile import ColumnRule, Profile
from clusterpool.messages import MessageId
from clusterpool.schema import columns

if TYPE_CHECKING:
    from decimal import Decimal

    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes

QUANTITIES = ("quantity", "min_quantity", "capacity", "order_multiple")
UNIT_PRICES = ("unit_price", "max_unit_price", "current_unit_price")
WEIGHTS = ("weight_kg", "capacity_kg")
_GROUP_OF_UNITS = {"purchases", "offers"}


def propose(layout: Layout, profile: Profile, notes: Notes) -> Profile:
    """The profile that the file is read by: the given one, made whole unless it is fixed."""
    missing = [name for name in profile.columns_named if name not in layout.header]
    for name in missing:
        near = difflib.get_close_matches(name, layout.header, n=1)
        notes.tell(MessageId.IMPORT_COLUMN_GONE, layout.line, name, near=near[0] if near else "-", **_names(layout))
    unknown = set(profile.columns) | set(profile.constants)
    for name in sorted(unknown - {column.name for column in columns(notes.table)}):
        notes.tell(MessageId.IMPORT_NOT_A_COLUMN, 0, name, table=notes.table)
    if not profile.fixed:
        profile = _completed(layout, profile, notes)
    _check_required(layout, profile, notes)
    return profile.model_copy(update={"fixed": True})


def _completed(layout: Layout, profile: Profile, notes: Notes) -> Profile:
    if notes.table == "offers" and not profile.breaks and not profile.pairs and not profile.break_cells:
        profile = _with_breaks(layout, profile)
    free = [name for name in layout.header if name not in profile.columns_named]
    wanted = [column.name for column in columns(notes.table)]
    taken = {**profile.columns, **dict.fromkeys(profile.constants)}
    found: dict[str, list[str]] = {}
    for name in free:
        for column in fitting(notes.table, name):
            if column in HELPERS or column not in taken:
                found.setdefault(column, []).append(name)
    rules = dict(profile.columns)
    for column in wanted:
        if names := found.get(column):
            exact = [name for name in names if name == column]
            _ask_if_several(column, exact or names, layout, notes)
            rules[column] = ColumnRule(column=(exact or names)[0])
    _ask_if_shared(rules, layout, notes)
    helpers = {helper: _only(found.get(helper, []), helper, layout, notes) for helper in HELPERS}
    rules = {column: _with_helpers(column, rule, helpers, notes) for column, rule in rules.items()}
    if profile.breaks or profile.pairs or profile.break_cells:
        profile = profile.model_copy(update={"break_rule": _rule_of_breaks(profile, rules, helpers, notes)})
    currency = profile.file.currency_column or helpers[CURRENCY]
    file = profile.file.model_copy(update={"currency_column": currency})
    return profile.model_copy(update={"columns": rules, "file": file})


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


def _only(names: list[str], helper: str, layout: Layout, notes: Notes) -> str:
    if len(names) > 1 and helper != CURRENCY:
        notes.tell(MessageId.IMPORT_TWO_HELPERS, layout.line, names[1], kind=helper[1:], names=" / ".join(names))
    return names[0] if names else ""


def _ask_if_several(column: str, names: list[str], layout: Layout, notes: Notes) -> None:
    if len(names) > 1:
        lines = " | ".join(f"{column} = {_quoted(name)}" for name in names)
        fields = {"table": notes.table, "names": " / ".join(names), "lines": lines}
        notes.tell(MessageId.IMPORT_TWO_COLUMNS, layout.line, column, " / ".join(names), **fields)


def _ask_if_shared(rules: dict[str, ColumnRule], layout: Layout, notes: Notes) -> None:
    """One column of the file that may mean two of the contract."""
    for name in dict.fromkeys(rule.column for rule in rules.values()):
        meant = [column for column, rule in rules.items() if rule.column == name]
        if len(meant) > 1:
            lines = " | ".join(f"{column} = {_quoted(name)}" for column in meant)
            fields = {"table": notes.table, "names": " / ".join(meant), "lines": lines}
            notes.tell(MessageId.IMPORT_ONE_FOR_TWO, layout.line, name, name, **fields)


def _with_helpers(column: str, rule: ColumnRule, helpers: dict[str, str], notes: Notes) -> ColumnRule:
    """The rule with what the file says of units, price units and tax; a rule that says it already stays."""
    said = heading(rule.column)
    update: dict[str, object] = {}
    if column in (*QUANTITIES, *UNIT_PRICES) and notes.table in _GROUP_OF_UNITS and not rule.unit:
        update["unit_column"] = rule.unit_column or helpers[UNIT]
    if column in UNIT_PRICES:
        update["vat"] = rule.vat or said.vat
        update["per_column"] = rule.per_column or ("" if rule.per else helpers[PER])
        if update["vat"] == "gross" and rule.vat_pct is None:
            update["vat_column"] = rule.vat_column or helpers[VAT]
    if column in WEIGHTS:
        update["unit"] = rule.unit or said.unit or ("kg" if rule.column == column else "")
    return rule.model_copy(update=update)


def _rule_of_breaks(
    profile: Profile, rules: dict[str, ColumnRule], helpers: dict[str, str], notes: Notes
) -> ColumnRule:
    """How breaks side by side are read: as the plain price beside them, else by what their own names say."""
    if "unit_price" in rules:
        return rules["unit_price"].model_copy(update={"column": ""})
    first = next(iter(profile.breaks), profile.pairs[0][1] if profile.pairs else profile.break_cells)
    rule = ColumnRule(column=first, decimal=profile.break_rule.decimal)
    return _with_helpers("unit_price", rule, helpers, notes).model_copy(update={"column": ""})


def _check_required(layout: Layout, profile: Profile, notes: Notes) -> None:
    """Every required column has a column of the file or a constant; tonnes and tax are decided."""
    given = {*profile.columns, *profile.constants}
    if profile.breaks or profile.pairs or profile.break_cells:
        given |= {"min_quantity", "unit_price"}
    given |= {"min_quantity"} if notes.table == "offers" else set()
    for column in columns(notes.table):
        if column.required and column.name not in given:
            fields = {"table": notes.table, "what": column.description, **_names(layout)}
            notes.tell(MessageId.IMPORT_COLUMN_NOT_FOUND, layout.line, column.name, "", **fields)
    for column_name, rule in (*profile.columns.items(), ("unit_price", profile.break_rule)):
        fields = {"table": notes.table, "name": rule.column, "column": column_name}
        if column_name in WEIGHTS and not rule.unit:
            notes.tell(MessageId.IMPORT_WEIGHT_UNIT, layout.line, rule.column, **fields)
        if rule.vat == "gross" and rule.vat_pct is None and not rule.vat_column:
            notes.tell(MessageId.IMPORT_VAT_RATE, layout.line, rule.column, **fields)


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


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
