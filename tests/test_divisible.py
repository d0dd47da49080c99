"""Divisible shipments travel in any parts; loads whose origin is their destination ride with no other stops."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import clusterpool as cp
from clusterpool.freight.bound import freight_bound
from clusterpool.freight.enumeration import enumerate_trips
from clusterpool.freight.loads import Load, Lot
from clusterpool.freight.tours import known_trips
from clusterpool.freight.trips import KnownTrips, unmet_price
from clusterpool.market import WeightBreak
from tests.freight_kit import GROUPAGE, TRUCK, freight, load, plan
from tests.test_tours import NEVER, forced_tours

if TYPE_CHECKING:
    from clusterpool.freight.case import FreightCase

COLUMNS = ["shipment", "member", "origin", "destination", "weight_kg"]


def neighbours(*shipments: tuple[str, str, str, str, float], divisible: bool = False) -> cp.Pool:
    """A depot and two neighbours 20 km apart; trucks of 2 t cost 100 and 1 a km; no groupage."""
    return cp.Pool.from_frames(
        {
            "members": pd.DataFrame({"member": ["A", "B"], "cluster": "c", "site": ["P1", "P2"]}),
            "sites": pd.DataFrame({"site": ["D", "P1", "P2"]}),
            "roads": pd.DataFrame(
                [("D", "P1", 100.0), ("D", "P2", 90.0), ("P1", "P2", 20.0)],
                columns=["origin", "destination", "distance_km"],
            ),
            "vehicles": pd.DataFrame({"vehicle": ["V"], "capacity_kg": 2000.0, "fixed_cost": 100.0, "cost_per_km": 1}),
            "shipments": pd.DataFrame(list(shipments), columns=COLUMNS).assign(divisible=divisible),
        },
        {},
    )


def test_a_shipment_larger_than_every_truck_travels_in_unequal_parts() -> None:
    """5 t and 1 t: two full trucks and one that carries 1 t each, 2 x 200 + 210 = 610; equal thirds would cost 780."""
    pool = neighbours(("S1", "A", "D", "P1", 5000.0), ("S2", "B", "D", "P2", 1000.0))
    made = cp.plan_pool(pool)
    assert made.cost == pytest.approx(610.0)
    assert sorted(made.loads.loc[made.loads["shipment"] == "S1", "weight_kg"]) == pytest.approx(
        [1000.0, 2000.0, 2000.0]
    )
    assert cp.check_plan(pool, made).ok


def test_the_same_split_beforehand_costs_the_same() -> None:
    parts = (("S1a", 2000.0), ("S1b", 2000.0), ("S1c", 1000.0))
    pool = neighbours(*((code, "A", "D", "P1", kg) for code, kg in parts), ("S2", "B", "D", "P2", 1000.0))
    assert cp.plan_pool(pool).cost == pytest.approx(610.0)


def test_a_shipment_that_says_so_is_divided_even_where_a_truck_holds_it() -> None:
    """1.2 t each for three: whole loads need three trucks, in parts two do."""
    lanes = [(f"S{n}", "A", "D", "P1", 1200.0) for n in range(3)]
    whole, parted = (neighbours(*lanes, divisible=divisible) for divisible in (False, True))
    assert cp.plan_pool(whole).cost > 500.0  # trucks that come back for more
    made = cp.plan_pool(parted)
    assert made.cost == pytest.approx(400.0)
    assert cp.check_plan(parted, made).ok


def divisible_case(*loads: Load, whole: tuple[Load, ...] = (), **more: object) -> FreightCase:
    members = tuple(sorted({one.member for one in (*loads, *whole)}))
    return replace(freight(*whole, **more), divisible=tuple(sorted(map(Lot.of, loads))), members=members)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(20))
def test_parts_cost_what_the_enumeration_of_pieces_of_half_a_tonne_costs(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Capacities are multiples of a piece and the tariff is straight: no other parts can cost less."""
    draw = random.Random(seed)
    pieces = draw.randint(2, 3)
    ends = draw.choice([("A", "B"), ("A", "C"), ("B", "C")])
    big = load("big", *ends, 500.0 * pieces)
    beside = load("small", "A", draw.choice("BCD"), 500.0 * draw.randint(1, 2), member="N")
    trucks = tuple(
        replace(TRUCK, vehicle=f"t{size}", capacity_kg=size, fixed_cost=0.05 * size + draw.randint(0, 60))
        for size in draw.sample([500.0, 1000.0, 1500.0], 2)
    )
    rate = draw.choice([0.3, 0.6, 5.0])
    tariff = replace(GROUPAGE, breaks=(WeightBreak(0.0, rate, 0.0, 0.0),))
    cut = [replace(big, load=f"p{n}", weight_kg=500.0) for n in range(pieces)]
    common = {"vehicles": trucks, "tariffs": (tariff,), "shortage_factor": 100.0}
    judge = freight(*cut, beside, **common)  # type: ignore[arg-type]
    case = divisible_case(big, whole=(beside,), **common)
    best = plan(judge, enumerate_trips(judge)).cost
    made = plan(case, forced_tours(case, monkeypatch))
    assert made.cost == pytest.approx(best)
    assert made.loads.query("shipment == 'big'")["weight_kg"].sum() == pytest.approx(500.0 * pieces)
    assert sum(freight_bound(case).loads.values()) <= best + 1e-6


def test_what_is_not_on_trips_goes_by_one_consignment_of_its_own_weight() -> None:
    breaks = (WeightBreak(0.0, 2.0, 0.0, 0.0), WeightBreak(300.0, 0.5, 0.0, 0.0))
    case = divisible_case(load("big", weight_kg=1400.0), tariffs=(replace(GROUPAGE, breaks=breaks),))
    made = plan(case, known_trips(case, deadline=NEVER))
    assert made.cost == pytest.approx(220.0 + 400.0 * 0.5)
    assert made.loads[["trip", "tariff", "shipment", "weight_kg"]].to_numpy().tolist() == [
        ["T0001", "", "big", pytest.approx(1000.0)],
        ["", "groupage", "big", pytest.approx(400.0)],
    ]


def test_a_part_may_stay_unmet_at_its_part_of_the_price() -> None:
    """One truck of 1 t for 1.5 t: half a tonne, a third, stays. The price is that of two direct trips, times three."""
    case = divisible_case(load("big", weight_kg=1500.0, due=1), tariffs=(), vehicles=(replace(TRUCK, available=1),))
    assert unmet_price(case, case.divisible[0]) == pytest.approx(3 * 2 * 220)
    made = plan(case, known_trips(case, deadline=NEVER))
    assert made.unmet[["shipment", "quantity"]].to_numpy().tolist() == [["big", pytest.approx(1 / 3)]]
    assert made.cost == pytest.approx(220 + 3 * 2 * 220 / 3)


def test_a_coalition_without_its_member_pays_nothing_for_a_divisible_shipment() -> None:
    case = divisible_case(load("big", weight_kg=1500.0), whole=(load("a", member="N"),))
    found = known_trips(case, deadline=NEVER)
    alone = replace(case, divisible=(), members=("N",))
    assert plan(case, found, coalition=("N",)).cost == pytest.approx(plan(alone, enumerate_trips(alone)).cost)


def test_no_trips_at_all_leave_it_to_groupage() -> None:
    cheap = replace(GROUPAGE, breaks=(WeightBreak(0.0, 0.5, 0.0, 0.0),))
    case = divisible_case(load("big", weight_kg=1500.0), tariffs=(cheap,))
    assert plan(case, KnownTrips((), complete=False)).cost == pytest.approx(750.0)
    assert plan(replace(case, tariffs=()), KnownTrips((), complete=False)).cost == pytest.approx(3 * 2 * 220.0)


# Loads at one site


def test_a_load_at_one_site_rides_on_no_trip_with_other_stops() -> None:
    """Even where a truck passes: it takes one of its own, or goes by groupage at 0 km."""
    dear = (replace(GROUPAGE, minimum_cost=500.0),)
    case = freight(load("a", "A", "B"), load("b", "B", "B", 300.0), tariffs=dear)
    made = plan(case)
    assert sorted(made.trips["stops"]) == ["A|B", "B"]
    assert made.cost == pytest.approx(220.0 + 100.0)


def test_trips_of_one_stop_keep_to_the_size_of_the_vehicle() -> None:
    dear = (replace(GROUPAGE, minimum_cost=5000.0),)
    case = freight(*(load(f"L{n}", "B", "B", 600.0) for n in range(3)), load("c", "B", "B", 400.0), tariffs=dear)
    made = plan(case)
    assert made.cost == pytest.approx(300.0)
    assert made.trips["load_kg"].max() <= 1000.0


def test_loads_at_one_site_are_planned_in_larger_cases_and_accepted() -> None:
    lanes = [(f"S{n}", "A", "D", "P1", 900.0) for n in range(4)] + [(f"T{n}", "B", "P1", "P1", 900.0) for n in range(3)]
    pool = neighbours(*lanes)
    made = cp.plan_pool(pool)
    check = cp.check_plan(pool, made)
    assert check.ok, str(check)
    for stops, kg in zip(made.trips["stops"], made.trips["load_kg"], strict=True):
        assert stops != "P1" or kg <= 2000.0
    carried = made.loads.merge(made.trips[["trip", "stops"]], on="trip")
    assert set(carried.loc[carried["from_site"] == carried["to_site"], "stops"]) <= {"P1"}
