"""Cells: each column is factorised, its different texts are validated once, and failures go back to their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from clusterpool.schema import TABLES, Column, Kind, columns, suggestion

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from clusterpool.validation.review import Review

_LIMIT_WORDS = {
    "greater_than": ("must be above {gt:g}", "give a number above {gt:g}"),
    "greater_than_equal": ("must be at least {ge:g}", "give a number of at least {ge:g}"),
    "less_than_equal": ("must be at most {le:g}", "give a number of at most {le:g}"),
}


def type_tables(review: Review) -> None:
    """Type every table that was given; wrong cells become blank and are told."""
    for table in TABLES:
        if table in review.given:
            review.tables[table] = _typed(table, review)


def _typed(table: str, review: Review) -> pd.DataFrame:
    frame = review.given[table].frame
    known = [column.name for column in columns(table)]
    for name in frame.columns:
        if name not in known:
            repair = suggestion(name, known, f"take it out; the columns are {', '.join(known)}")
            review.error(table, 1, name, f"unknown column '{name}'", repair)
    cells = {column.name: _typed_column(column, table, review) for column in columns(table)}
    return pd.DataFrame(cells, index=frame.index)


def _typed_column(column: Column, table: str, review: Review) -> pd.Series:
    frame = review.given[table].frame
    if column.name not in frame.columns:
        if column.required:
            repair = f"add a column '{column.name}': {column.description}"
            review.error(table, 1, column.name, f"the required column '{column.name}' is missing", repair)
        return _series(column, frame.index, np.zeros(len(frame), dtype=int), [column.blank])
    texts = frame[column.name]
    if column.required and (blank := texts.index[texts == ""]).size:
        review.error(table, blank, column.name, "a required cell is blank", f"fill it in: {column.description}")
    if column.pending and (filled := texts.index[texts != ""]).size:
        problem = f"'{column.name}' is not honoured by this version ({filled.size} cells)"
        review.error(table, int(filled[0]), column.name, problem, "leave the column out")
    if column.kind is Kind.TEXT and (floats := review.given[table].floats.get(column.name)):
        problem, repair = "a floating-point number where text is expected", "give the column as text (dtype str)"
        review.error(table, sorted(floats), column.name, problem, repair)
        texts = texts.astype(str).where(~texts.index.isin(floats), "")
    codes, uniques = pd.factorize(texts)
    values, faults = _parsed(column, uniques.tolist())
    if faults:
        for row, place in zip(frame.index.tolist(), codes.tolist(), strict=True):
            if place in faults:
                review.error(table, row, column.name, *faults[place])
    return _series(column, frame.index, codes, values)


def _parsed(column: Column, texts: list[str]) -> tuple[list[Any], dict[int, tuple[str, str]]]:
    """The value of each text, and (problem, repair) of those that have none, by place."""
    values: list[Any] = []
    faults: dict[int, tuple[str, str]] = {}
    for place, text in enumerate(texts):
        value = column.blank
        if text:
            try:
                value = column.adapter.validate_python(text)
            except ValidationError as error:
                faults[place] = _words(column, text, error.errors(include_url=False)[0])
        values.append(value)
    return values, faults


def _words(column: Column, text: str, error: ErrorDetails) -> tuple[str, str]:
    context = error.get("ctx", {})
    if column.kind is Kind.CHOICE:
        return "not one of the choices", suggestion(text, column.choices, f"write {' or '.join(column.choices)}")
    problem, repair = _LIMIT_WORDS.get(error["type"], ("{problem}", "{repair}"))
    repair = repair.format(**context)
    blank = ", or leave it blank" if not column.required and repair.startswith("give") else ""
    return problem.format(**context), repair + blank


def _series(column: Column, index: pd.Index, codes: np.ndarray, values: list[Any]) -> pd.Series:
    if column.dtype == "str":
        return pd.Series(np.array(values, dtype=object)[codes], index=index, dtype=str)
    array = np.array(values, dtype=column.dtype)
    return pd.Series((array + 0.0 if column.dtype == "float64" else array)[codes], index=index)  # no negative zero
