"""Codes: keys are unique, references are known, what is one value an offer is one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clusterpool.schema import TABLES, columns, suggestion
from clusterpool.validation.review import distinct, lines_of

if TYPE_CHECKING:
    from clusterpool.validation.review import Review


_MOST_SUGGESTIONS = 100
"""Looking for the nearest code takes time; where hundreds are unknown the cause is another."""


def check_codes(review: Review) -> None:
    """Keys, references, one-value columns and scopes of every table that was given."""
    whole = {table for table in review.given if _is_whole(review, table)}
    for table, model in TABLES.items():
        if table in review.given:
            _check_key(review, table)
            _check_references(review, table, whole)
            for column in model.one_value:
                _check_one_value(review, table, column)
    _check_scopes(review)
    _check_parts(review)


def _complete(review: Review, table: str, names: tuple[str, ...]) -> pd.DataFrame:
    """The rows whose required cells in these columns were all read."""
    frame = review.table(table)
    for column in columns(table):
        if column.name in names and column.required:
            cells = frame[column.name]
            frame = frame[cells.notna() & (cells.astype(object) != "")]
    return frame


def _check_key(review: Review, table: str) -> None:
    key = TABLES[table].key
    frame = _complete(review, table, key)
    if not key or not (repeated := frame.duplicated(list(key))).any():
        return
    lines = pd.Series(frame.index, index=frame.index)
    first = lines.groupby([frame[name] for name in key], sort=False).transform("min")
    words = f"the same {' and '.join(key)}"
    for row in frame.index[repeated].tolist():
        review.error(table, row, key[-1], f"{words} as in row {first[row]}", "keep one of the rows")


def _is_whole(review: Review, table: str) -> bool:
    """Whether no row and no key of the table was lost in reading: only then is a code that it lacks unknown."""
    key = TABLES[table].key[:1]
    lost = any(problem.table == table and problem.column in ("", *key) for problem in review.errors)
    return not lost and (table != "members" or not review.table(table).empty)


def _check_references(review: Review, table: str, whole: set[str]) -> None:
    for column in columns(table):
        target = column.reference
        if target == "sites" or target not in whole:  # places have been looked up already
            continue
        known = distinct(review.table(target)[TABLES[target].key[0]])
        cells = review.table(table)[column.name]
        unknown = distinct(cells) - known
        kind, repair = TABLES[target].key[0], f"add a row to {target}, or correct the code"
        for number, (code, lines) in enumerate(lines_of(cells, unknown).items() if unknown else ()):
            near = suggestion(code, known, repair) if number < _MOST_SUGGESTIONS else repair
            review.error(table, lines, column.name, f"unknown {kind} '{code}'", near)


def _check_one_value(review: Review, table: str, column: str) -> None:
    group = TABLES[table].group
    frame = _complete(review, table, group)
    frame = frame[~frame.index.isin(review.failed(table, column))]
    if frame.empty:
        return
    numbers = frame.groupby(list(group), sort=False).ngroup().to_numpy()
    _, firsts = np.unique(numbers, return_index=True)
    head = firsts[numbers]
    codes, _ = pd.factorize(frame[column], use_na_sentinel=True)
    lines = frame.index.tolist()
    for place in np.flatnonzero(codes != codes[head]).tolist():
        problem = f"differs from row {lines[head[place]]} of the same {' and '.join(group)}"
        review.error(table, lines[place], column, problem, "give all its rows the same value")


def _check_scopes(review: Review) -> None:
    scopes = review.table("rules")["scope"]
    known = {kind: distinct(review.table(f"{kind}s")[kind]) for kind in ("item", "supplier")}
    for row, scope in zip(scopes.index.tolist(), scopes.tolist(), strict=True):
        kind, _, code = scope.partition(":")
        if kind and code not in known[kind]:
            near = suggestion(code, known[kind], f"correct the code, or add it to {kind}s")
            review.error("rules", row, "scope", f"unknown {kind} '{code}'", near)


def _check_parts(review: Review) -> None:
    """``X#1`` names the first part of a shipment X that is cut, and no shipment beside it."""
    codes = review.table("shipments")["shipment"]
    known = distinct(codes)
    for row, code in zip(codes.index.tolist(), codes.tolist(), strict=True):
        whole, _, part = code.rpartition("#")
        if whole in known and part.isdigit():
            problem = f"the code is kept for a part of shipment '{whole}'"
            review.error("shipments", row, "shipment", problem, "give the shipment another code")
