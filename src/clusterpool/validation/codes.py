"""Codes: keys are unique, references are known, what is one value an offer is one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clusterpool.messages import MessageId, did_you_mean
from clusterpool.schema import TABLES, columns
from clusterpool.validation.review import distinct, lines_of

if TYPE_CHECKING:
    from clusterpool.validation.review import Review


MOST_SUGGESTIONS = 100
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
    dated = _dated(review.table(table)) if table == "offers" else set()
    for row in frame.index[repeated].tolist():
        message = MessageId.OFFER_OVERLAP if {row, first[row]} & dated else MessageId.CODE_REPEATED
        review.note(message, table, row, key[-1], key=", ".join(key), row=str(first[row]))


def _dated(offers: pd.DataFrame) -> set[int]:
    """The rows of offers that say when they are valid."""
    limited = offers["valid_from"].notna() | offers["valid_until"].notna()
    return set(offers.index[limited].tolist())


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
        fields = {"kind": TABLES[target].key[0], "table": target}
        for number, (code, lines) in enumerate(lines_of(cells, unknown).items() if unknown else ()):
            near = did_you_mean(code, known) if number < MOST_SUGGESTIONS else None
            review.note(MessageId.CODE_UNKNOWN, table, lines, column.name, instead=near, code=code, **fields)


def _check_one_value(review: Review, table: str, column: str) -> None:
    group = TABLES[table].group
    frame = _complete(review, table, group)
    frame = frame[~frame.index.isin(review.failed(table, column))]
    if not frame.duplicated(list(group)).any():
        return
    numbers = frame.groupby(list(group), sort=False).ngroup().to_numpy()
    _, firsts = np.unique(numbers, return_index=True)
    head = firsts[numbers]
    codes, _ = pd.factorize(frame[column], use_na_sentinel=True)
    lines = frame.index.tolist()
    for place in np.flatnonzero(codes != codes[head]).tolist():
        row, key = str(lines[head[place]]), ", ".join(group)
        review.note(MessageId.CODE_NOT_ONE_VALUE, table, lines[place], column, row=row, key=key)


def _check_scopes(review: Review) -> None:
    scopes = review.table("rules")["scope"]
    known = {kind: distinct(review.table(f"{kind}s")[kind]) for kind in ("item", "supplier")}
    for row, scope in zip(scopes.index.tolist(), scopes.tolist(), strict=True):
        kind, _, code = scope.partition(":")
        if kind and code not in known[kind]:
            near = did_you_mean(code, known[kind])
            fields = {"kind": kind, "code": code, "table": f"{kind}s"}
            review.note(MessageId.CODE_UNKNOWN, "rules", row, "scope", instead=near, **fields)
