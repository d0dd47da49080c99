"""The independent checker accepts every plan that is made: a site visited twice, and every pool of the benchmarks."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from benchmarks.pools.cvrp import cvrp_pool

import clusterpool as cp

DATA = Path(os.environ.get("CLUSTERPOOL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
POOLS = ("freight-50", "freight-200", "freight-1000", "freight-5000", "mixed-6", "mixed-30-ex-works")


def revisiting_pool() -> cp.Pool:
    """A truck goes Blida - Alger - Blida - Oran: full one way, then half full, then with 4 t."""
    lanes = [
        ("S0", "M2", "Blida", "Oran", 4000),
        ("S1", "M1", "Blida", "Alger", 20000),
        ("S2", "M2", "Alger", "Blida", 10000),
    ]
    return cp.Pool.from_frames(
        {
            "members": pd.DataFrame({"member": ["M1", "M2"], "cluster": "c", "site": "Alger"}),
            "sites": pd.DataFrame(
                [("Alger", 36.73225, 3.08746), ("Blida", 36.47004, 2.8277), ("Oran", 35.69906, -0.63588)],
                columns=["site", "latitude", "longitude"],
            ),
            "shipments": pd.DataFrame(
                lanes, columns=["shipment", "member", "origin", "destination", "weight_kg"]
            ).assign(ready_date="2026-03-02", due_date="2026-03-06"),
            "vehicles": pd.DataFrame(
                [("semi", 25000, 16000, 98, 1600, 6, 55)],
                columns=[
                    *("vehicle", "capacity_kg", "fixed_cost", "cost_per_km", "cost_per_stop"),
                    *("max_stops", "speed_kmh"),
                ],
            ),
            "tariffs": pd.DataFrame(
                [("groupage", 0, 0.055, 1500)],
                columns=["tariff", "min_weight_kg", "cost_per_kg_km", "minimum_cost"],
            ),
        },
        {"currency": "DZD"},
    )


def test_rows_say_at_which_visit_a_load_goes_on_and_off() -> None:
    """Right value: the truck is 96 % full with S0 and S1 aboard, 80 % where S0 goes on at the second visit."""
    pool = revisiting_pool()
    plan = cp.plan_pool(pool)
    assert plan.trips["stops"].tolist() == ["Blida|Alger|Blida|Oran"]
    check = cp.check_plan(pool, plan)
    assert check.ok, str(check)
    stops = {row["shipment"]: (row["from_stop"], row["to_stop"]) for row in plan.loads.to_dict("records")}
    assert stops["S1"] == (1, 2)
    assert stops["S2"] == (2, 3)
    assert plan.trips["fill_pct"].tolist() == [pytest.approx({1: 96.0, 3: 80.0}[stops["S0"][0]])]


@pytest.mark.parametrize("visit", [1, 3])
def test_the_fill_is_the_one_of_the_stops_that_the_rows_say(visit: int) -> None:
    pool = revisiting_pool()
    plan = cp.plan_pool(pool)
    loads = plan.loads.assign(
        from_stop=[visit if row["shipment"] == "S0" else row["from_stop"] for row in plan.loads.to_dict("records")]
    )
    for fill in (96.0, 80.0):
        told = cp.Plan(**{**_fields(plan), "loads": loads, "trips": plan.trips.assign(fill_pct=fill)})
        assert cp.check_plan(pool, told).ok is (fill == {1: 96.0, 3: 80.0}[visit])


def _fields(plan: cp.Plan) -> dict[str, object]:
    return {
        "status": plan.status,
        "bound": plan.bound,
        "parts": plan.parts,
        "reproducible": plan.reproducible,
        **plan.tables,
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", POOLS)
def test_plans_of_the_benchmark_pools_are_accepted(name: str) -> None:
    folder = DATA / "pools" / name
    if not folder.exists():
        pytest.skip(f"the data set {name} is not on this machine")
    pool = cp.read_pool(folder)
    plan = cp.plan_pool(pool, options=cp.SolveOptions(time_limit_s=60))
    check = cp.check_plan(pool, plan)
    assert check.ok, str(check)


@pytest.mark.slow
def test_the_plan_of_a_vehicle_routing_instance_is_accepted() -> None:
    path = DATA / "benchmarks" / "cvrp" / "X-n101-k25.vrp"
    if not path.exists():
        pytest.skip("the instance is not on this machine")
    pool = cvrp_pool(path)
    plan = cp.plan_pool(pool, options=cp.SolveOptions(time_limit_s=60))
    check = cp.check_plan(pool, plan)
    assert check.ok, str(check)
    assert plan.cost >= 27_591  # the best known solution
    assert plan.unmet.empty
