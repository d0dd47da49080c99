"""Rounded money adds up, every amount stays within a cent, and ties go to the first."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterpool.report.cents import cents_text, round_to_cents, split_cents, to_cents

amounts = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(st.lists(amounts, max_size=30))
def test_rounded_amounts_add_up_and_stay_within_a_cent(values: list[float]) -> None:
    cents = round_to_cents(values)
    assert sum(cents) == round(sum((Fraction(value) * 100 for value in values), Fraction()))
    assert all(abs(Fraction(value) * 100 - cent) < 1 for value, cent in zip(values, cents, strict=True))


@given(st.lists(amounts, min_size=1, max_size=30), st.floats(-1e-6, 1e-6))
def test_shares_add_up_to_a_cost_that_is_off_by_a_millionth(values: list[float], off: float) -> None:
    total = to_cents(math.fsum(values) + off)
    assert sum(round_to_cents(values, total)) == total


@given(st.lists(st.integers(-(10**8), 10**8), max_size=30))
def test_whole_cents_stay_as_they_are(cents: list[int]) -> None:
    assert round_to_cents([cent / 100 for cent in cents]) == cents


@given(amounts)
def test_one_amount_is_rounded_as_python_rounds(value: float) -> None:
    assert to_cents(value) == round(round(value, 2) * 100)
    assert float(cents_text(to_cents(value))) == round(value, 2)


def test_ties_go_to_the_first() -> None:
    assert round_to_cents([0.125] * 4) == [13, 13, 12, 12]
    assert round_to_cents([-0.125] * 4) == [-12, -12, -13, -13]


def test_the_largest_remainder_is_raised() -> None:
    assert round_to_cents([0.002, 0.009, 0.009]) == [0, 1, 1]


def test_nothing_becomes_something_only_where_something_was() -> None:
    assert round_to_cents([0.0, 0.005, 0.0, 0.005]) == [0, 1, 0, 0]


@pytest.mark.parametrize("total", [-1, 3])
def test_a_total_out_of_reach_is_refused(total: int) -> None:
    with pytest.raises(ValueError, match="cannot be rounded"):
        round_to_cents([0.005, 0.005], total)


@given(amounts, amounts)
def test_parts_add_up_and_an_empty_part_stays_empty(first: float, second: float) -> None:
    whole = to_cents(first + second)
    assert sum(split_cents(whole, first, second)) == whole
    assert split_cents(to_cents(first), first, 0.0)[1] == 0
    assert split_cents(to_cents(second), 0.0, second)[0] == 0
