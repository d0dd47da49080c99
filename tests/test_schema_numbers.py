"""Numbers converted in one go are those that are read one by one, to the last bit, and wrong ones are refused alike."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from clusterpool.schema import TABLES, Kind, columns, fields
from clusterpool.schema.fields import parse_number, plain_numbers
from clusterpool.validation import cells

TEXT = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**17), 10**17).map(str),
    st.from_regex(r"[+-]?[0-9]{0,3}\.?[0-9]{0,3}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["", "1\n2", "1\n", "inf", "nan", "1_0", " 1", "٣", "1e999", "1e-12", "-0", "1e15", "1e-9", "-.5"]),
)
NUMBERS = [column for table in TABLES for column in columns(table) if column.kind is Kind.NUMBER]


def one_by_one(texts: list[str]) -> list[float] | None:
    try:
        return [parse_number(text) for text in texts]
    except PydanticCustomError:
        return None


@given(st.lists(TEXT, min_size=1, max_size=4))
@example(["1\n2"])
@example(["1e999"])
@example(["0.1", "1e22", "9007199254740993", "2.2250738585072011e-300"])
def test_all_at_once_is_one_by_one(texts: list[str]) -> None:
    mine, theirs = plain_numbers(texts), one_by_one(texts)
    assert (mine is None) == (theirs is None)
    if mine is not None:
        assert mine.tobytes() == np.array(theirs).tobytes()


@pytest.mark.parametrize("column", NUMBERS, ids=lambda column: column.name)
@given(
    texts=st.lists(
        st.sampled_from(["", "-91", "-1", "-0", "0", "1e-9", "5", "90", "100.5", "181", "1" * 2001]), unique=True
    )
)
def test_a_column_is_converted_within_its_limits_only(column: Any, texts: list[str]) -> None:
    def value(text: str) -> float:
        return float(column.adapter.validate_python(text)) if text else float(column.blank)

    try:
        expected = [value(text) for text in texts]
        wrong = any(len(text) > cells.LONGEST_CELL for text in texts)
    except ValidationError:
        wrong = True
    mine = cells._numbers(column, texts)
    assert (mine is None) == (wrong or not any(texts))
    if mine is not None:
        assert mine.tobytes() == np.array(expected).tobytes()


def test_examples() -> None:
    assert doctest.testmod(fields).failed == 0
