"""What stands in the workbook: the result's tables with typed cells, money as in the CSV files."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.allocation import Rule
from clusterpool.language import Domain, Language, phrases
from clusterpool.plan import PLAN_COLUMNS
from clusterpool.report.answers import LEAVING_COLUMNS, WORST_COLUMNS, answers_of
from clusterpool.report.book import Book
from clusterpool.report.cents import CENTS, to_cents
from clusterpool.report.rounded import DECIMALS, cluster_cents, member_cents, percent_of, plan_cents, settlement_cents
from clusterpool.report.shortfalls import why_unmet
from clusterpool.report.tables import COLUMNS, Kind, kind_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clusterpool.report.answers import Answers, Row
    from clusterpool.report.result import Result

Cell = str | int | float | bool | Any | None
"""Text, a number, yes or no, a day; None is blank. Money is in the currency, percentages are parts of 1."""


class Shape(StrEnum):
    """How the cells of a column look."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    WHOLE = "whole"
    PERCENT = "percent"
    DAY = "day"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its heading, what it means (a note on the heading), and whether a total stands below it."""

    key: str
    heading: str
    note: str
    shape: Shape
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its key, its name, columns, and rows of cells."""

    key: str
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, key: str) -> int:
        """The place of a column."""
        return [column.key for column in self.columns].index(key)

    def total(self, key: str) -> float | None:
        """The sum of a column of money to the cent, or of numbers; None where a cell is blank."""
        place = self.column(key)
        values: list[Any] = [row[place] for row in self.rows]
        if any(value is None for value in values):
            return None
        if self.columns[place].shape is Shape.MONEY:
            return sum(map(to_cents, values)) / CENTS
        return math.fsum(values)


WORST = 10
"""How many of the worst coalitions are listed."""
_SHAPES = {
    Kind.TEXT: Shape.TEXT,
    Kind.NUMBER: Shape.NUMBER,
    Kind.WHOLE: Shape.WHOLE,
    Kind.PLACE: Shape.WHOLE,
    Kind.FLAG: Shape.FLAG,
}
_PERCENTS = frozenset({"saving_pct", "rebate_pct", "fill_pct"})
_MONEY = frozenset({"cost", "amount", "unit_price", "bound"})
_ADDED_UP = frozenset({"members", "distance_km", "load_kg", "weight_kg", "volume_m3", "pallets", "kg_co2e"})


def sheets_of(result: Result, language: Language) -> tuple[Sheet, ...]:
    """Every sheet but the summary, in order."""
    members = member_cents(result)
    money: dict[str, Mapping[str, Sequence[int | None]]] = {
        "members": members,
        "clusters": cluster_cents(result, members),
        **{name: {"cost": cents} for name, cents in plan_cents(result).items()},
    }
    settlement = settlement_cents(result)
    frames = {"members": result.members, "clusters": result.clusters, **result.plan.tables, "settlement": settlement}
    frames["unmet"] = frames["unmet"].assign(reason=[why_unmet(one, language) for one in frames["unmet"]["reason"]])
    money["settlement"] = {"amount": settlement["amount"].tolist()}
    return (
        *(_table(name, frame, money[name], language) for name, frame in frames.items()),
        *_told(result, language),
        _assumptions(result, language),
    )


def _table(name: str, frame: pd.DataFrame, money: Mapping[str, Sequence[int | None]], language: Language) -> Sheet:
    columns = tuple(_column(name, key, money, language) for key in COLUMNS[name])
    cells = [
        [None if cents is None else cents / CENTS for cents in money[column.key]]
        if column.key in money
        else [_cell(column.shape, percent_of(*row)) for row in zip(money["saving"], money["alone"], strict=True)]
        if column.key == "saving_pct"
        else [_cell(column.shape, value) for value in frame[column.key].tolist()]
        for column in columns
    ]
    return _sheet(name, columns, list(zip(*cells, strict=True)), language)


def _column(table: str, key: str, money: Mapping[str, object], language: Language) -> Column:
    if key in money or (key in _MONEY and table in PLAN_COLUMNS):
        return _described(key, Shape.MONEY, language, summed=key in money)
    kind = kind_of(table, key)
    shape = Shape.DAY if kind is Kind.DAY else Shape.PERCENT if key in _PERCENTS else _SHAPES[kind]
    return _described(key, shape, language, summed=key in _ADDED_UP)


def _described(key: str, shape: Shape, language: Language, *, summed: bool = False) -> Column:
    words = phrases(Domain.WORKBOOK, language)
    return Column(key, words[f"column.{key}"], words[f"note.{key}"], shape, summed)


def _sheet(key: str, columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], language: Language) -> Sheet:
    return Sheet(key, phrases(Domain.WORKBOOK, language)[f"sheet.{key}"], columns, tuple(rows))


def _cell(shape: Shape, value: Any) -> Cell:  # noqa: ANN401 - a cell of a DataFrame
    if shape in {Shape.NUMBER, Shape.PERCENT, Shape.MONEY}:
        if not math.isfinite(value):
            return None
        return round(float(value) / (100.0 if shape is Shape.PERCENT else 1.0), DECIMALS)
    if value is pd.NA:
        return None
    if shape is Shape.DAY:
        return value.to_pydatetime()
    return value


def _rules(book: Book, answers: Answers, language: Language) -> Sheet:
    """What each member pays under every rule that the solved coalitions allow, to the cent and adding up."""
    names = phrases(Domain.DOCUMENTS, language)
    columns = [_described("member", Shape.TEXT, language)]
    cells: list[list[Cell]] = [list(book.of_member("pool"))]
    for rule in filter(answers.rules.__contains__, Rule):
        columns.append(Column(rule.value, names[f"rule.{rule.value}"], "", Shape.MONEY, summed=True))
        cells.append([cents / CENTS for cents in answers.rules[rule]])
    return _sheet("rules", tuple(columns), list(zip(*cells, strict=True)), language)


def _told(result: Result, language: Language) -> Iterator[Sheet]:
    """What the allocation says of other rules, of leaving and of coalitions; nothing where its game is not known."""
    if result.allocation.game is None:
        return
    book = Book.of(result)
    answers = answers_of(book, top=WORST)
    yield _rules(book, answers, language)
    yield _answers("leaving", LEAVING_COLUMNS, answers.leaving, language)
    yield _answers("worst", WORST_COLUMNS, answers.worst, language)


def _answers(key: str, names: Sequence[str], rows: Sequence[Row], language: Language) -> Sheet:
    columns = tuple(
        _described(name, Shape.TEXT if name in {"member", "coalition"} else Shape.MONEY, language) for name in names
    )
    cells = [tuple(cell / CENTS if isinstance(cell := row[name], int) else cell for name in names) for row in rows]
    return _sheet(key, columns, cells, language)


def _assumptions(result: Result, language: Language) -> Sheet:
    """Settings and options, what was assumed while reading, and what the checks remarked."""
    words, pool = phrases(Domain.WORKBOOK, language), result.pool
    rows = [(name, value, words["setting"]) for name, value in pool.settings.model_dump(mode="json").items()]
    rows += [(name, value, words["option"]) for name, value in asdict(result.options).items()]
    texts: list[tuple[Cell, ...]] = [
        (name, words["blank"] if value is None else str(getattr(value, "value", value)), where)
        for name, value, where in rows
    ]
    texts += [
        (f"{row['file']} {row['subject']}", f"{row['value']} ({row['evidence']})", words["reading"])
        for row in rows_of(pool.assumptions)
    ]
    for row in rows_of(pool.found.without_lines().frame(language)):
        where = " ".join(str(row[name]) for name in ("table", "column") if row[name])
        texts.append((where, f"{row['value']} {row['problem']}".strip(), words["remark"]))
    columns = tuple(_described(key, Shape.TEXT, language) for key in ("subject", "value", "source"))
    return _sheet("assumptions", columns, texts, language)
