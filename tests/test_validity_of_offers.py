"""Ends of time mean without end; two rows of one break that are valid on one day are a question."""

from __future__ import annotations

from pathlib import Path

import pytest

import clusterpool as cp

CASES = Path(__file__).parent / "files" / "cases" / "validity"


@pytest.mark.parametrize(
    ("name", "price"), [("pool", 4.6), ("pool2199", 4.6), ("pool9999", 4.6), ("pool-next-year", 7.5)]
)
def test_the_price_of_the_order_date_holds(name: str, price: float) -> None:
    offers = cp.read_pool(CASES / name).table("offers")
    assert offers["unit_price"].tolist() == [price]


def test_rows_that_overlap_are_a_question() -> None:
    with pytest.raises(cp.DataError) as caught:
        cp.read_pool(CASES / "pool-overlap")
    (found,) = caught.value.findings[caught.value.findings["severity"] == "error"].to_dict("records")
    assert (found["id"], found["row"]) == ("offer.overlap", 3)
    assert "valid_until" in found["repair"]


def test_days_of_needs_stay_within_the_years_of_plans(tmp_path: Path) -> None:
    for path in (CASES / "pool").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "purchases.csv").write_text("member,item,quantity,due_date\nA,X,10,9999-12-31\n", encoding="utf-8")
    with pytest.raises(cp.DataError) as caught:
        cp.read_pool(tmp_path)
    assert "cell.day-out-of-range" in caught.value.findings["id"].tolist()
