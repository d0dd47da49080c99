"""Cells: each column is factorised, its different texts are validated once, and failures go back to their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from clusterpool.language import Domain
from clusterpool.messages import MessageId, Words, did_you_mean
from clusterpool.schema import TABLES, Column, Kind, Refused, columns, plain_numbers
from clusterpool.validation.columnwise import text_column

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from clusterpool.validation.review import Review

LONGEST_CELL = 2_000
"""No code, name, number or list of the contract comes near; longer texts are not looked into."""
LIMITS = {
    "greater_than": (MessageId.CELL_NOT_ABOVE, "gt"),
    "greater_than_equal": (MessageId.CELL_BELOW_LIMIT, "ge"),
    "less_than_equal": (MessageId.CELL_ABOVE_LIMIT, "le"),
}
_OR_BLANK = {*(message for message, _ in LIMITS.values()), MessageId.CELL_NOT_A_NUMBER, MessageId.CELL_NUMBER_TOO_LARGE}
"""A wrong cell of these kinds may also be left blank where its column is not required."""


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
            near = did_you_mean(name, known)
            review.note(MessageId.COLUMN_UNKNOWN, table, 1, name, instead=near, column=name, columns=", ".join(known))
    cells = {column.name: _typed_column(column, table, review) for column in columns(table)}
    return pd.DataFrame(cells, index=frame.index)


def _typed_column(column: Column, table: str, review: Review) -> pd.Series:
    frame = review.given[table].frame
    if column.name not in frame.columns:
        if column.required:
            review.note(
                MessageId.COLUMN_MISSING, table, 1, column.name, column=column.name, meaning=_meaning(table, column)
            )
        return _series(column, frame.index, np.zeros(len(frame), dtype=int), [column.blank])
    texts = frame[column.name]
    if column.required and (blank := texts.index[texts == ""]).size:
        review.note(MessageId.CELL_BLANK, table, blank, column.name, meaning=_meaning(table, column))
    if column.pending and (filled := texts.index[texts != ""]).size:
        cells = str(filled.size)
        review.note(MessageId.COLUMN_NOT_HONOURED, table, int(filled[0]), column.name, column=column.name, cells=cells)
    if column.kind is Kind.TEXT and (floats := review.given[table].floats.get(column.name)):
        review.note(MessageId.CELL_FLOAT_CODE, table, sorted(floats), column.name)
        texts = texts.astype(str).where(~texts.index.isin(floats), "")
    few = isinstance(texts.dtype, pd.CategoricalDtype)
    codes, uniques = pd.factorize(texts) if few else (np.arange(len(texts)), texts)
    values, faults = _parsed(column, uniques.tolist())
    if faults:
        for row, place in zip(frame.index.tolist(), codes.tolist(), strict=True):
            if place in faults:
                fault = faults[place]
                review.note(fault.message, table, row, column.name, instead=fault.repair, **dict(fault.fields))
    return _series(column, frame.index, codes, values)


def _meaning(table: str, column: Column) -> Words:
    """The description of a column, in any language."""
    return Words(f"{table}.{column.name}", domain=Domain.TEMPLATES)


def _parsed(column: Column, texts: list[str]) -> tuple[list[Any] | np.ndarray, dict[int, Refused]]:
    """The value of each text, and why some have none, by place."""
    if (numbers := _numbers(column, texts)) is not None:
        return numbers, {}
    values: list[Any] = []
    faults: dict[int, Refused] = {}
    for place, text in enumerate(texts):
        value = column.blank
        if len(text) > LONGEST_CELL:
            faults[place] = Refused(MessageId.CELL_TOO_LONG, (("length", str(len(text))), ("limit", str(LONGEST_CELL))))
        elif text:
            try:
                value = column.adapter.validate_python(text)
            except ValidationError as error:
                faults[place] = _refusal(column, text, error.errors(include_url=False)[0])
        values.append(value)
    return values, faults


def _numbers(column: Column, texts: list[str]) -> np.ndarray | None:
    """The values of a column of numbers, converted in one go; None where it holds none or a text is wrong."""
    filled = [text for text in texts if text]
    if column.kind is not Kind.NUMBER or not filled or max(map(len, filled)) > LONGEST_CELL:
        return None
    numbers = plain_numbers(filled)
    if numbers is None:
        return None
    try:
        for place in (numbers.argmin(), numbers.argmax()):  # limits are lower or upper: all numbers lie between
            column.adapter.validate_python(filled[place])
    except ValidationError:
        return None
    if len(filled) == len(texts):
        return numbers
    values = np.full(len(texts), column.blank, dtype=float)
    values[[bool(text) for text in texts]] = numbers
    return values


def _refusal(column: Column, text: str, error: ErrorDetails) -> Refused:
    context = error.get("ctx", {})
    if column.kind is Kind.CHOICE:
        near = did_you_mean(text, column.choices)
        return Refused(MessageId.CELL_NOT_A_CHOICE, (("choices", column.choices),), near)
    if error["type"] in LIMITS:
        message, limit = LIMITS[error["type"]]
        refused = Refused(message, (("limit", f"{context[limit]:g}"),))
    else:
        refused = context["refused"]
    if refused.message not in _OR_BLANK or column.required:
        return refused
    repair = Words("or-blank", (("repair", Words(refused.message.repair, refused.fields)),))
    return Refused(refused.message, refused.fields, repair)


def _series(column: Column, index: pd.Index, codes: np.ndarray, values: list[Any] | np.ndarray) -> pd.Series:
    if column.dtype == "str":
        return text_column(list(values), codes, index)
    array = np.array(values, dtype=column.dtype)
    return pd.Series((array + 0.0 if column.dtype == "float64" else array)[codes], index=index)  # no negative zero
