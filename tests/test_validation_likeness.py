"""Codes that may be one are listed for a decision; nothing is merged, and codes that only count up are left alone."""

from __future__ import annotations

import doctest

import pandas as pd
import pytest

from clusterpool.demand import Pool
from clusterpool.validation.plausibility import likeness


def told(
    items: list[str], names: list[str] | None = None, suppliers: tuple[str, ...] = ("S",)
) -> list[tuple[str, str]]:
    frames = {
        "members": pd.DataFrame({"member": ["A", "B"], "cluster": "c", "site": "Oran"}),
        "purchases": pd.DataFrame([{"member": who, "item": item, "quantity": 5} for who in "AB" for item in items]),
        "offers": pd.DataFrame(
            [{"supplier": s, "item": item, "min_quantity": 0, "unit_price": 10} for s in suppliers for item in items]
        ),
    }
    if names:
        frames["items"] = pd.DataFrame({"item": items, "unit": "piece", "name": names})
    pool = Pool.from_frames(frames)
    assert sorted(pool.table("items")["item"]) == sorted(items)
    found = pool.findings
    found = found[found["id"].isin(["code.alike", "code.same-name"])]
    return list(zip(found["value"], found["id"], strict=True))


@pytest.mark.parametrize(
    "pair",
    [
        ("CART-06", "cart-06"), ("CART-06", "CART 06"), ("CART-06", "CART06"), ("6", "06"), ("PREF-28", "PREF-028"),
        ("CARTON-O6", "CARTON-06"), ("FIL1", "FILI"), ("Préforme", "PREFORME"), ("B8", "88"), ("S5", "SS"),
    ],
)  # fmt: skip
def test_codes_that_look_alike(pair: tuple[str, str]) -> None:
    assert told([*pair]) == [(pair[1], "code.alike")]


@pytest.mark.parametrize("codes", [["I001", "I002", "I010", "I100"], ["6", "60", "600"], ["A-1", "A-11"], ["-", "/"]])
def test_codes_that_only_count_up(codes: list[str]) -> None:
    assert told(codes) == []


def test_one_name_for_two_codes() -> None:
    assert told(["A", "C", "D"], ["Film étirable", "Palette", "FILM ETIRABLE"]) == [("D", "code.same-name")]
    assert told(["A", "C"], ["", ""]) == []


def test_suppliers_too() -> None:
    assert told(["A"], suppliers=("Plast Est", "PLAST-EST", "Cevital")) == [("PLAST-EST", "code.alike")]


def test_examples() -> None:
    assert doctest.testmod(likeness).failed == 0
