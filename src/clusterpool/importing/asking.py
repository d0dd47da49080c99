"""What a file leaves open about its columns: each is asked for with what it may be."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from clusterpool.importing.aliases import fitting
from clusterpool.importing.dialect import text_of
from clusterpool.importing.meaning import holds_numbers
from clusterpool.importing.numbers import read_number
from clusterpool.importing.quantities import unit_question
from clusterpool.importing.questions import Choice, Question, meaning
from clusterpool.importing.units import measured
from clusterpool.messages import MessageId
from clusterpool.places import fold
from clusterpool.schema import Kind, columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import ColumnRule, Profile
    from clusterpool.schema import Column

WEIGHTS = ("weight_kg", "capacity_kg")
VAT_RATES = (19, 9)
"""The rates of Algeria, in percent."""
_MATRICES = {"purchases": ("member", "quantity"), "offers": ("supplier", "unit_price")}
_LEAST_OF_MATRIX = 2
_ORDINARY = re.compile(
    r"qt[eéy]\b|quantit|menge|value|valeur|pri[cx]|preis|weight|poids|cost|co[uû]t|total|amount|montant|volume|[%$€]",
    re.IGNORECASE,
)
"""Words by which a column of numbers is no firm."""
CANDIDATES = 3
"""So many columns of the file are offered for one that is missing."""


def ask_for_the_lost(name: str, layout: Layout, profile: Profile, notes: Notes) -> None:
    """A column that the profile names and the file does not have."""
    near = difflib.get_close_matches(name, layout.header, n=3)
    fields = {"near": near[0] if near else "-", **_names(layout)}
    owner = next((column for column, rule in profile.columns.items() if rule.column == name), "")
    place = (layout.line, name)
    if owner:
        held = profile.columns[owner].model_dump(exclude_defaults=True)
        values = ({**held, "column": other} for other in near or free_columns(layout, profile) or layout.header)
        question = Question.of("columns", owner, *(one if len(one) > 1 else one["column"] for one in values))
        notes.ask(MessageId.IMPORT_COLUMN_GONE, *place, question=question, **fields)
    else:
        notes.tell(MessageId.IMPORT_HELPER_GONE, *place, **fields)


def tell_of_no_column(name: str, profile: Profile, known: list[str], notes: Notes) -> None:
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


def ask_if_several(column: str, names: list[str], layout: Layout, notes: Notes) -> None:
    """Ask which of several columns of the file is one of the contract."""
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


def ask_if_shared(rules: dict[str, ColumnRule], decided: set[str], layout: Layout, notes: Notes) -> None:
    """One column of the file that may mean two of the contract, where the profile does not say that it is both."""
    for name in dict.fromkeys(rule.column for rule in rules.values()):
        meant = [column for column, rule in rules.items() if rule.column == name]
        if len(meant) > 1 and not set(meant) <= decided:
            question = Question(tuple(Choice(("columns",), column, name) for column in meant))
            fields = {"names": " / ".join(meant)}
            notes.ask(MessageId.IMPORT_ONE_FOR_TWO, layout.line, name, name, question=question, **fields)


def check_required(layout: Layout, profile: Profile, notes: Notes) -> None:
    """Every required column has a column of the file or a constant; tonnes and tax are decided."""
    given = {*profile.columns, *profile.constants}
    if profile.breaks or profile.pairs or profile.break_cells:
        given |= {"min_quantity", "unit_price"}
    given |= {"min_quantity"} if notes.table == "offers" else set()
    if _ask_for_matrix(given, layout, profile, notes):
        return
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


def _ask_for_matrix(given: set[str], layout: Layout, profile: Profile, notes: Notes) -> bool:
    """Ask whether columns of numbers with unknown names are members or suppliers, where nothing says whose they are."""
    pair = _MATRICES.get(notes.table)
    if pair is None or {*pair} & given:
        return False
    free = free_columns(layout, profile)
    names = [name for name in free if not fitting(notes.table, name) and holds_numbers(layout, name)]
    if len(names) < _LEAST_OF_MATRIX or any(map(_ORDINARY.search, names)):
        return False
    question = Question((Choice((), "matrix", {"column": pair[0], "value": pair[1], "names": tuple(names)}),))
    shown = ", ".join(names[:CANDIDATES])
    fields = {"owner": pair[0], "shown": shown}
    notes.ask(MessageId.IMPORT_MATRIX, layout.line, " / ".join(names), shown, question=question, **fields)
    return True


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
    free = free_columns(layout, profile)
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


def _units_beside(name: str, layout: Layout) -> bool:
    """Whether each number of a column has its unit in the cell."""
    texts = [text for cell in layout.column(name) if (text := text_of(cell))] if name in layout.header else []
    return bool(texts) and all((found := measured(text)) is not None and found[1] for text in texts)


def free_columns(layout: Layout, profile: Profile) -> list[str]:
    """The columns of the file that nothing is made of so far."""
    used = {*profile.columns_named, *profile.ignore}
    return [name for name in layout.header if name not in used]


def _names(layout: Layout) -> dict[str, str]:
    return {"names": ", ".join(layout.header)}
