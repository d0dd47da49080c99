"""Sorting by ranks gives the order that pandas gives."""

from __future__ import annotations

import doctest

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterpool.validation import columnwise
from clusterpool.validation.columnwise import in_order

ROW = st.tuples(
    st.sampled_from(["", "a", "B", "é", "Z"]),
    st.sampled_from([1.0, -2.0, float("nan"), 1e300]),
    st.sampled_from([pd.Timestamp("2026-01-01"), pd.Timestamp("2025-01-01"), pd.NaT]),
    st.booleans(),
)


@pytest.mark.parametrize("limit", [2**62, 1])
@given(rows=st.lists(ROW, max_size=12))
def test_the_order_is_that_of_pandas(limit: int, rows: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["text", "number", "day", "flag"]).astype(
        {"text": "str", "number": "float64", "day": "datetime64[s]", "flag": "bool"}
    )
    frame["place"] = range(len(frame))
    names = ["text", "number", "day", "flag"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columnwise, "_WHOLE_NUMBERS", limit)  # 1: ranks are made dense at every column
        mine = in_order(frame, names)
    assert mine["place"].tolist() == frame.sort_values(names, kind="stable")["place"].tolist()


def test_examples() -> None:
    assert doctest.testmod(columnwise).failed == 0
