"""A block falls into components that share nothing but membership, and costs what they cost together."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.model import components_of, joined, solve_block
from clusterpool.search import pieces_of, serve
from clusterpool.solver import Effort
from tests.oracles.random_pools import buying_draft, shipping_draft
from tests.pool_kit import EXACT, NEVER, coalitions, ground_of, pool_of, table

if TYPE_CHECKING:
    from clusterpool.demand import Pool
    from clusterpool.optimize import Groundwork

EFFORT = Effort(0.0, NEVER)


def shop(**suppliers: object) -> Pool:
    """Members A to D; item k is offered by one supplier to members that only share this supplier or this item."""
    needs = [("A", "film", 60), ("B", "film", 70), ("B", "box", 30), ("C", "box", 40), ("D", "wax", 9)]
    frames = {
        "members": table("member cluster site", *((m, "c", "Alger") for m in "ABCD")),
        "purchases": table("member item quantity", *needs),
        "offers": table(
            "supplier item min_quantity unit_price",
            *(("S1", "film", lo, p) for lo, p in ((0, 10.0), (100, 8.0))),
            *(("S1", "box", lo, p) for lo, p in ((0, 20.0), (50, 17.0))),
            ("S2", "wax", 0, 5.0),
        ),
    }
    if suppliers:
        frames["suppliers"] = table("supplier " + " ".join(suppliers), ("S1", *suppliers.values()))
        frames["offers"] = frames["offers"][frames["offers"]["supplier"] == "S1"]
        frames["purchases"] = frames["purchases"][frames["purchases"]["item"] != "wax"]
    return pool_of(frames)


def members_of_components(pool: Pool) -> list[str]:
    blocks = ground_of(pool).model.blocks
    found = ["".join(sorted(part.block.membership)) for block in blocks for part in components_of(block)]
    return sorted(found)


def test_items_that_nobody_bundles_are_components_of_their_own() -> None:
    assert members_of_components(shop()) == ["AB", "BC", "D"]


@pytest.mark.parametrize(
    "tie", [{"order_cost": 50}, {"min_order_value": 300}, {"capacity_value": 900}], ids=lambda tie: next(iter(tie))
)
def test_what_a_supplier_asks_for_all_its_items_ties_them(tie: dict[str, int]) -> None:
    assert members_of_components(shop(**tie)) == ["ABC"]


def test_shipments_that_share_no_trip_are_components_of_their_own() -> None:
    frames = {
        "members": table("member cluster site", *((m, "c", "Alger") for m in "ABCD")),
        "shipments": table(
            "shipment member origin destination weight_kg",
            *(("s1", "A", "Alger", "Oran", 900), ("s2", "B", "Alger", "Oran", 800)),
            *(("s3", "C", "Annaba", "Batna", 700), ("s4", "D", "Oran", "Alger", 1)),
        ),
        "vehicles": table("vehicle capacity_kg fixed_cost cost_per_km", ("van", 3000, 100, 1)),
        "tariffs": table("tariff min_weight_kg cost_per_kg minimum_cost", ("parcel", 0, 3, 1)),
    }
    frames["shipments"] = frames["shipments"].assign(ready_date="2026-03-02", due_date="2026-03-02")
    frames["shipments"].loc[2, ["ready_date", "due_date"]] = "2026-03-04"
    assert members_of_components(pool_of(frames)) == ["AB", "C", "D"]


@cache
def ground(kind: str, seed: int) -> Groundwork:
    draft = {"buying": buying_draft, "shipping": shipping_draft}[kind](seed)
    return ground_of(pool_of(draft.frames, **draft.settings))


CASES = [("buying", seed) for seed in range(400, 412)] + [("shipping", seed) for seed in (2, 3, 5, 9, 504, 508)]


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_the_components_of_random_pools_cost_what_the_unsplit_block_costs(kind: str, seed: int) -> None:
    found = ground(kind, seed)
    for block in found.model.blocks:
        parts = components_of(block)
        for coalition in coalitions(found.pool.members)[::3]:
            whole = solve_block(block, coalition, options=EXACT, effort=EFFORT)
            solutions = [solve_block(part.block, coalition, options=EXACT, effort=EFFORT) for part in parts]
            together = joined(block, coalition, parts, solutions)
            assert block.arrays.broken_by(together.values) == ""
            assert together.objective == pytest.approx(whole.objective, rel=1e-7, abs=1e-6)
            assert together.bound == pytest.approx(whole.bound, rel=1e-7, abs=1e-6)
            shortage = sum(float(part.block.shortage @ one.values) for part, one in zip(parts, solutions, strict=True))
            assert shortage == pytest.approx(float(block.shortage @ together.values), abs=1e-6)


def test_the_random_pools_fall_apart() -> None:
    counts = [len(components_of(block)) for kind, seed in CASES for block in ground(kind, seed).model.blocks]
    assert sum(count > 1 for count in counts) >= 5


@pytest.mark.parametrize(("kind", "seed"), CASES[::3])
def test_pieces_add_up_to_the_coalition(kind: str, seed: int) -> None:
    task = ground(kind, seed).task
    members = ground(kind, seed).pool.members
    for coalition in coalitions(members)[::5]:
        whole = serve(task, coalition, options=EXACT, deadline=NEVER)
        pieces = [serve(one, coalition, options=EXACT, deadline=NEVER) for one in pieces_of(task)]
        assert sum(one.purchases for one in pieces) == pytest.approx(whole.purchases, rel=1e-9, abs=1e-9)
        assert sum(one.freight for one in pieces) == pytest.approx(whole.freight, rel=1e-9, abs=1e-9)
        assert sum(one.bound for one in pieces) == pytest.approx(whole.bound, rel=1e-9, abs=1e-6)


def test_every_trip_and_ride_stays_in_its_component() -> None:
    (_, block) = ground("shipping", 3).model.blocks
    parts = components_of(block)
    trips = np.concatenate([part.columns[part.block.rides.trips] for part in parts])
    assert sorted(trips.tolist()) == sorted(block.rides.trips.tolist())
    assert sum(len(part.block.rides.columns) for part in parts) == len(block.rides.columns)
    for part in parts:
        assert set(part.block.rides.member.tolist()) <= set(part.block.membership)
