"""Each kind of row of the pooled model, as text that was checked by hand against the contract.

After a change that is meant: ``python -m tests.test_model_golden`` writes the texts anew; read what is different.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from clusterpool.freight.case import freight_case
from clusterpool.freight.trips import KnownTrips, Trip, known
from clusterpool.model import pool_model
from clusterpool.purchasing import purchasing_case
from tests.model_text import model_text
from tests.pool_kit import Frames, pool_of, table

GOLDEN = Path(__file__).parent / "golden"
DAY = 739_677  # 2026-03-02
ROWS = {
    "purchasing": [
        *("objective", "bounds", "cover", "bought", "multiple", "high", "low", "one_break", "link", "wanted"),
        *("capacity", "minimum", "step_high", "step_low", "spend", "one_step"),
    ],
    "rules": ["max_suppliers", "min_suppliers", "really_used", "max_share", "min_share", "low"],
    "freight": [
        *(
            "objective",
            "bounds",
            "served",
            "carried",
            "link_trip",
            "room",
            "stop",
            "group",
            "conflict",
            "fleet",
            "copy",
        ),
        *("billed_kg", "billed_m3", "option", "option_kg", "option_m3", "option_lot"),
        *("bill_floor", "bill_kg", "bill_m3"),
    ],
}


def _members() -> Frames:
    return {"members": table("member cluster site", ("A", "c", "Alger"), ("B", "c", "Oran"))}


def purchasing_frames() -> Frames:
    return {
        **_members(),
        "purchases": table(
            "member item quantity max_unit_price",
            ("A", "film", 30, None),
            ("B", "film", 20, 2.5),
            ("B", "wax", 8, None),
        ),
        "suppliers": table(
            "supplier order_cost min_order_value capacity_value", ("S", 5, 12, 90), ("T", None, 15, None)
        ),
        "offers": table(
            "supplier item min_quantity unit_price discount capacity order_multiple price_kind",
            *(("S", "film", lo, p, "all_units", 60, None, None) for lo, p in ((4, 2.0), (25, 1.0))),
            *(("T", "film", lo, p, "incremental", None, None, None) for lo, p in ((0, 2.0), (10, 1.5))),
            ("T", "wax", 0, 3.0, "all_units", None, 5, "regulated"),
        ),
        "rebates": table(
            "supplier min_spend rebate_pct discount",
            *(("S", lo, pct, "all_units") for lo, pct in ((20, 5), (50, 10))),
            *(("T", lo, pct, "incremental") for lo, pct in ((10, 5), (30, 20))),
        ),
        "eligibility": table("member supplier allowed", ("A", "T", False)),
    }


def rules_frames() -> Frames:
    return {
        **_members(),
        "purchases": table("member item quantity", ("A", "film", 30), ("B", "film", 20), ("B", "wax", 10)),
        "offers": table(
            "supplier item min_quantity unit_price",
            *(("S", "film", 0, 1.0), ("T", "film", 0, 2.0), ("T", "wax", 0, 1.0)),
        ),
        "rules": table(
            "rule scope value",
            *(("max_suppliers", "", 2), ("max_suppliers", "item:film", 2), ("min_suppliers", "", 2)),
            *(
                ("min_suppliers", "item:film", 2),
                ("max_share_pct", "item:film", 75),
                ("min_share_pct", "item:film", 25),
            ),
            *(("max_share_pct", "supplier:S", 80), ("min_share_pct", "supplier:T", 20)),
        ),
    }


def freight_frames() -> Frames:
    """Two shipments that shun each other, and goods of one ex-works supplier for both members."""
    return {
        **_members(),
        "purchases": table("member item quantity", ("A", "wax", 50), ("B", "wax", 20), ("B", "tin", 10)),
        "items": table("item unit weight_kg volume_m3", ("wax", "sack", 20, 0.1), ("tin", "box", 40, None)),
        "suppliers": table("supplier site delivered", ("E", "Chlef", False)),
        "offers": table("supplier item min_quantity unit_price", ("E", "wax", 0, 3.0), ("E", "tin", 0, 4.0)),
        "shipments": table(
            "shipment member origin destination weight_kg ready_date due_date goods_class",
            ("a1", "A", "Chlef", "Oran", 600, "2026-03-02", "2026-03-06", "food"),
            ("b1", "B", "Chlef", "Alger", 500, "2026-03-02", "2026-03-06", "acid"),
        ),
        "vehicles": table("vehicle capacity_kg fixed_cost cost_per_km available", ("van", 1000, 100, 1, 2)),
        "tariffs": table(
            "tariff min_weight_kg cost_per_kg fixed_cost minimum_cost kg_per_m3",
            *(("slow", 0, 0.5, 10, 40, None), ("volume", 0, 0.25, None, None, 250)),
        ),
        "roads": table("origin destination distance_km", ("Alger", "Chlef", 200), ("Chlef", "Oran", 100)),
        "compatibility": table("goods_class other_class", ("food", "acid")),
    }


@cache
def texts(name: str) -> dict[str, str]:
    frames, settings = {
        "purchasing": (purchasing_frames(), {}),
        "rules": (rules_frames(), {}),
        "freight": (freight_frames(), {"order_date": "2026-03-02"}),
    }[name]
    pool = pool_of(frames, **settings)
    carrying = freight_case(pool)
    trips = [Trip("van", DAY, stops, ()) for stops in (("Chlef", "Oran"), ("Chlef", "Alger", "Oran"))] * 2
    model = pool_model(
        purchasing_case(pool), carrying, known(carrying, trips) if carrying.lots else KnownTrips((), True)
    )
    return model_text(model)


def sections(text: str) -> dict[str, str]:
    """The parts of a golden file, each under ``[kind]``."""
    parts = [part.partition("]\n") for part in text.split("\n[")]
    return {kind.removeprefix("["): lines.strip() for kind, _, lines in parts}


def golden(name: str) -> str:
    return "\n".join(f"[{kind}]\n{texts(name)[kind]}\n" for kind in ROWS[name])


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in ROWS.items() for kind in kinds])
def test_the_rows_of_each_kind_are_as_checked_by_hand(name: str, kind: str) -> None:
    written = sections((GOLDEN / f"{name}.txt").read_text(encoding="utf-8"))
    assert texts(name)[kind] == written[kind]


def test_there_are_no_other_kinds_of_rows() -> None:
    checked = {kind for kinds in ROWS.values() for kind in kinds}
    assert {kind for name in ROWS for kind in texts(name)} == checked
    for name, kinds in ROWS.items():
        assert list(sections((GOLDEN / f"{name}.txt").read_text(encoding="utf-8"))) == kinds


if __name__ == "__main__":
    for _name in ROWS:
        (GOLDEN / f"{_name}.txt").write_text(golden(_name), encoding="utf-8")
