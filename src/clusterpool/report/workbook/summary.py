"""The first sheet: what the pool saves and what of it is proven, with formulas that lead to the other sheets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from clusterpool.language import Domain, Language, capital, phrases
from clusterpool.plan import PLAN_COLUMNS
from clusterpool.report.book import Book
from clusterpool.report.cents import CENTS, to_cents
from clusterpool.report.claims import core_claims, pooling_claims, reason_of, standing_claim, text_of
from clusterpool.report.oddities import odd_claims
from clusterpool.report.workbook.looks import LONGEST_TEXT, Look, write_cell
from clusterpool.report.workbook.sheets import Cell, Shape, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlsxwriter.worksheet import Worksheet

    from clusterpool.report.claims import Claim
    from clusterpool.report.result import Result


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the summary; `formula` is blank where the value stands for itself."""

    label: str
    shape: Shape
    value: Cell
    formula: str = ""


def facts_of(result: Result, sheets: Mapping[str, Sheet], language: Language) -> list[Fact]:
    """The lines of the summary."""
    words, plan = phrases(Domain.WORKBOOK, language), result.plan
    settings, allocation = result.pool.settings, result.allocation
    names, currency, book = phrases(Domain.DOCUMENTS, language), settings.currency, Book.of(result)

    def told(claims: Iterable[Claim]) -> str:
        return " ".join(text_of(claim, language, currency) for claim in claims)

    bound = to_cents(plan.bound) / CENTS if math.isfinite(plan.bound) else None
    gap = plan.gap if math.isfinite(plan.gap) else None
    return [
        Fact(words["fact.pool"], Shape.TEXT, settings.name or ""),
        Fact(words["fact.currency"], Shape.TEXT, settings.currency),
        Fact(words["fact.members"], Shape.WHOLE, len(result.members)),
        *_totals(sheets["members"], words),
        _plan_cost(sheets, words),
        Fact(words["fact.bound"], Shape.MONEY, bound),
        Fact(words["fact.gap"], Shape.PERCENT, gap),
        Fact(words["fact.status"], Shape.TEXT, told([standing_claim(result)])),
        Fact(words["fact.rule"], Shape.TEXT, names[f"rule.{allocation.rule.value}"]),
        Fact(words["fact.reason"], Shape.TEXT, capital(reason_of(book, language))),
        Fact(words["fact.core"], Shape.TEXT, told(core_claims(book))),
        *(Fact("", Shape.TEXT, told([claim])) for claim in (*pooling_claims(book), *odd_claims(book))),
        Fact(words["fact.unmet"], Shape.WHOLE, len(plan.unmet)),
        Fact(words["fact.reproducible"], Shape.FLAG, result.reproducible),
    ]


def _totals(members: Sheet, words: Mapping[str, str]) -> Iterator[Fact]:
    """The totals of the members' sheet, each a formula that refers to it; unknown ones are blank."""
    for label, key in (("today", "today"), ("alone", "alone"), ("pooled", "pool"), ("saving", "saving")):
        total = members.total(key)
        formula = "" if total is None else f"={reference(members, key)}"
        yield Fact(words[f"fact.{label}"], Shape.MONEY, total, formula)
    alone, saving = members.total("alone") or 0.0, members.total("saving") or 0.0
    share = f"=IF({reference(members, 'alone')}=0,0,{reference(members, 'saving')}/{reference(members, 'alone')})"
    yield Fact(words["fact.saving_pct"], Shape.PERCENT, saving / alone if alone else 0.0, share)


def _plan_cost(sheets: Mapping[str, Sheet], words: Mapping[str, str]) -> Fact:
    """The cost of the plan: the totals of its five tables together."""
    filled = [sheets[name] for name in PLAN_COLUMNS if sheets[name].rows]
    cents = sum(to_cents(sheet.total("cost") or 0.0) for sheet in filled)
    formula = "=" + "+".join(reference(sheet, "cost") for sheet in filled) if filled else ""
    return Fact(words["fact.plan"], Shape.MONEY, cents / CENTS, formula)


def reference(sheet: Sheet, key: str) -> str:
    """The cell of a column's total, from another sheet."""
    name = sheet.name.replace("'", "''")
    return f"'{name}'!{xl_rowcol_to_cell(len(sheet.rows) + 1, sheet.column(key))}"


def write_summary(page: Worksheet, title: str, facts: list[Fact], look: Look, words: Mapping[str, str]) -> None:
    """Write the first sheet."""
    page.set_column(0, 0, 44)
    page.set_column(1, 1, 64)
    page.write_string(0, 0, title[:LONGEST_TEXT], look.title)
    page.merge_range(1, 0, 1, 1, words["confidential"], look.note)
    page.set_row(1, 32)
    for row, fact in enumerate(facts, start=3):
        form = look.text if fact.shape is Shape.TEXT else look.cells[fact.shape.value]
        page.write_string(row, 0, fact.label, look.text)
        if fact.formula:
            page.write_formula(row, 1, fact.formula, form, fact.value)
        else:
            write_cell(page, (row, 1), fact.shape, fact.value, form, words)
