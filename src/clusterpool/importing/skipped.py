"""Rows that are no lines: totals, headings of categories, goods that are not to be had; left out and listed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from clusterpool.importing.dialect import Records, text_of
from clusterpool.importing.numbers import read_number
from clusterpool.importing.questions import Question
from clusterpool.importing.units import measured
from clusterpool.importing.vocabulary import NO_PRICE, is_total
from clusterpool.messages import MessageId
from clusterpool.places import fold
from clusterpool.schema import Kind, columns

if TYPE_CHECKING:
    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile

_SAMPLES = 3
_PRICES = ("unit_price", "max_unit_price", "current_unit_price")


def without_totals(layout: Layout, required: list[str], notes: Notes) -> tuple[Layout, Records]:
    """The table without the rows that sum up others, and those rows.

    A total says so in its first filled cell, and lacks a cell that every line of the table has (it is `required`, or
    filled in all other rows) or holds nothing but numbers beside that word: an article that is called "Total" stays.
    """
    places = [layout.header.index(name) for name in required]
    texts = [[text_of(cell) for cell in row] for row in layout.body.rows]
    named = [is_total(row) for row in texts]
    lines = [row for row, total in zip(texts, named, strict=True) if not total and sum(map(bool, row)) > 1]
    filled = [place for place in range(len(layout.header)) if lines and all(row[place] for row in lines)]
    out = [total and _lacks(row, places, filled) for row, total in zip(texts, named, strict=True)]
    body, totals = _parted(layout.body, out)
    if totals.lines:
        notes.assume("totals", lines=_lines(totals.lines), first=_shown(totals.rows[0]))
    return replace(layout, body=body), totals


def _lacks(texts: list[str], places: list[int], filled: list[int]) -> bool:
    word = next(place for place, text in enumerate(texts) if text)
    if any(not texts[place] for place in (*places, *filled)):
        return True
    return word in places and all(measured(text) for place, text in enumerate(texts) if text and place != word)


def without_headings(layout: Layout, profile: Profile, required: list[str], notes: Notes) -> Layout:
    """The table without rows that hold one text alone, where a line needs more: names of categories, notes below."""
    if len(required) < 2 or profile.file.headings == "keep":  # noqa: PLR2004 - one cell and another
        return layout
    texts = [[text_of(cell).strip() for cell in row] for row in layout.body.rows]
    after = [*texts, [""] * len(layout.header)][1:]
    places = {layout.header.index(name) for name in required}
    single = [_only_text(row) for row in texts]
    parents = {
        place: line
        for place, below, line in reversed(list(zip(single, after, layout.body.lines, strict=True)))
        if place is not None and place in places and not below[place] and any(below)
    }
    for place, line in parents.items():
        _ask_for_parents(place, line, layout, profile, notes)
    body, headings = _parted(layout.body, [place is not None and place not in parents for place in single])
    if parents:
        return replace(
            layout, body=_parted(body, [_only_text([*map(text_of, row)]) is not None for row in body.rows])[0]
        )
    if headings.lines:
        shown = ", ".join(_shown(row) for row in headings.rows[:_SAMPLES])
        notes.assume("headings", lines=_lines(headings.lines), shown=shown)
    return replace(layout, body=body)


def _only_text(texts: list[str]) -> int | None:
    """The place of the only text of a row; None where it holds a number, nothing or more."""
    filled = [place for place, text in enumerate(texts) if text.strip()]
    return filled[0] if len(filled) == 1 and measured(texts[filled[0]].strip()) is None else None


def _ask_for_parents(place: int, line: int, layout: Layout, profile: Profile, notes: Notes) -> None:
    """One text alone above rows that lack it may be theirs: which is asked."""
    name = layout.header[place]
    texts = [text_of(row[place]).strip() for row in layout.body.rows]
    above = texts[layout.body.lines.index(line)]
    question = Question.of("file", "repeat_down", (*profile.file.repeat_down, name))
    fields = {"cells": str(texts.count("")), "above": above}
    notes.ask(MessageId.IMPORT_PARENT_BLANK, line, name, above, question=question, **fields)


def without_unpriced(layout: Layout, profile: Profile, notes: Notes) -> Layout:
    """The table without words in the place of prices; a line of a price list that has no other price goes with them."""
    listed = [*profile.breaks, *(price for _, price in profile.pairs)]
    named = [profile.columns[name].column for name in _PRICES if name in profile.columns] + listed
    places = [layout.header.index(name) for name in dict.fromkeys(named) if name in layout.header]
    words = {*NO_PRICE, *map(fold, profile.file.no_price)}
    rows, found, gone = [], [], []
    for line, row in zip(layout.body.lines, layout.body.rows, strict=True):
        said = [place for place in places if (text := text_of(row[place]).strip()) and fold(text) in words]
        rows.append(["" if place in said else cell for place, cell in enumerate(row)])
        found += [(line, text_of(row[place])) for place in said]
        gone.append(bool(said) and notes.table == "offers" and not any(text_of(rows[-1][place]) for place in places))
    if found:
        shown = ", ".join(dict.fromkeys(text for _, text in found))
        notes.assume("no-price", lines=_lines([line for line, _ in found]), shown=shown)
    body, _ = _parted(Records(layout.body.lines, rows), gone)
    return replace(layout, body=body)


def without_blanks(layout: Layout, profile: Profile, notes: Notes) -> Layout:
    """The table without rows that lack a number, or need 0, where the profile says so; else they are asked about."""
    gone = [False] * len(layout.body.lines)
    numbers = {one.name for one in columns(notes.table) if one.required and one.kind in {Kind.NUMBER, Kind.WHOLE}}
    for name, rule in profile.columns.items():
        if name not in numbers or rule.column not in layout.header or (name == "min_quantity" or profile.breaks):
            continue
        texts = [text_of(cell).strip() for cell in layout.column(rule.column)]
        nothing = [not text or (name == "quantity" and _is_zero(text)) for text in texts]
        lines = [line for line, is_nothing in zip(layout.body.lines, nothing, strict=True) if is_nothing]
        if lines and profile.file.blank:
            notes.assume("blank-lines", column=rule.column, lines=_lines(lines))
        elif lines:
            question = Question.of("file", "blank", "skip")
            notes.ask(MessageId.IMPORT_BLANK_NUMBER, lines[0], rule.column, question=question, cells=str(len(lines)))
        gone = [a or b for a, b in zip(gone, nothing, strict=True)]
    return replace(layout, body=_parted(layout.body, gone)[0])


def _is_zero(text: str) -> bool:
    found = measured(text)
    one = read_number(found[0]) if found else None
    return one is not None and {one.point, one.comma} <= {None, Decimal(0)}


def _parted(records: Records, out: list[bool]) -> tuple[Records, Records]:
    """The rows that stay, and those that go."""
    kept, gone = Records([], []), Records([], [])
    for line, row, goes in zip(records.lines, records.rows, out, strict=True):
        held = gone if goes else kept
        held.lines.append(line)
        held.rows.append(row)
    return kept, gone


def _lines(lines: list[int]) -> str:
    """Lines as runs: 3-5, 9."""
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _shown(row: list[object]) -> str:
    return " | ".join(filter(None, map(text_of, row)))[:60]
