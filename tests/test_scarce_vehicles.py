"""A few cheap vehicles beside dearer ones without limit: they are used where they pay, and more is never worse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import clusterpool as cp
from clusterpool.freight.covering import cover
from clusterpool.freight.departures import MOST_DAYS, departures
from clusterpool.freight.enumeration import enumerate_trips
from clusterpool.freight.templates import direct
from clusterpool.freight.tours import known_trips
from tests.freight_kit import GROUPAGE, TRUCK, freight, load, plan
from tests.test_freight_bruteforce import random_case as small_case
from tests.test_tours import NEVER, VAN, forced_tours, random_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterpool.freight.case import FreightCase
    from clusterpool.market import Vehicle

OWN = replace(TRUCK, vehicle="own", fixed_cost=60.0, cost_per_km=0.8, available=1)


def own_and_hired(*, own: float | None) -> cp.Pool:
    """Six full loads for two days, an own truck (or more, or none) beside dearer hired ones."""
    lanes = [("Oran", "M1"), ("Constantine", "M2")] * 3
    vehicles = [("own", 20000, 5000, 80, own), ("hired", 20000, 7000, 90, None)]
    columns = ["vehicle", "capacity_kg", "fixed_cost", "cost_per_km", "available"]
    return cp.Pool.from_frames(
        {
            "members": pd.DataFrame({"member": ["M1", "M2"], "cluster": "c", "site": "Alger"}),
            "sites": pd.DataFrame(
                [("Alger", 36.73225, 3.08746), ("Oran", 35.69906, -0.63588), ("Constantine", 36.365, 6.61472)],
                columns=["site", "latitude", "longitude"],
            ),
            "shipments": pd.DataFrame(
                [
                    (f"S{n}", member, "Alger", site, 19000, "2026-03-02", "2026-03-03")
                    for n, (site, member) in enumerate(lanes, start=1)
                ],
                columns=["shipment", "member", "origin", "destination", "weight_kg", "ready_date", "due_date"],
            ),
            "vehicles": pd.DataFrame(vehicles, columns=columns),
            "tariffs": pd.DataFrame([("groupage", 0, 0.02)], columns=["tariff", "min_weight_kg", "cost_per_kg_km"]),
        },
        {"currency": "DZD"},
    )


def test_one_own_truck_a_day_beside_hired_ones_makes_the_plan_cheaper() -> None:
    """Right values: 266,619 by hired trucks alone; 253,859 with the own one on both days."""
    none, one = (cp.plan_pool(own_and_hired(own=number)) for number in (0, 1))
    assert none.cost == pytest.approx(266_619, abs=1)
    assert one.cost <= 253_860
    assert len(one.unmet) == len(none.unmet) == 0
    assert cp.check_plan(own_and_hired(own=1), one).ok


def test_each_own_truck_more_makes_the_plan_cheaper_until_all_loads_have_one() -> None:
    costs = [cp.plan_pool(own_and_hired(own=number)).cost for number in (0, 1, 2, 3, None)]
    assert costs == sorted(costs, reverse=True)
    assert costs[2] < costs[1] - 1000
    assert costs[3] < costs[2] - 1000
    assert costs[3] == pytest.approx(costs[4])


def test_a_route_is_offered_on_every_cheaper_scarce_type_and_on_the_cheapest_unlimited_one() -> None:
    dearer = (replace(TRUCK, vehicle="dear", fixed_cost=900.0), replace(OWN, vehicle="dear-own", fixed_cost=950.0))
    loads = [load(f"L{n}", ready=1, due=3) for n in range(4)]
    case = freight(*loads, vehicles=(TRUCK, OWN, *dearer))
    found = [(one.vehicle, one.day, one.scarce) for one in departures(case, direct(loads[0]))]
    assert found == [("own", 1, True), ("own", 2, True), ("own", 3, True), ("truck", 1, False)]


def test_vehicles_of_which_there_are_as_many_as_loads_are_not_scarce() -> None:
    case = freight(load("L1"), load("L2"), vehicles=(TRUCK, replace(OWN, available=2)))
    assert [(one.vehicle, one.scarce) for one in departures(case, direct(case.loads[0]))] == [("own", False)]


def test_routes_of_wide_windows_together_use_every_day() -> None:
    loads = [load(f"L{n}", ready=1, due=3 * MOST_DAYS) for n in range(40)]
    case = freight(*loads, vehicles=(TRUCK, OWN))
    days = [{one.day for one in departures(case, direct(one)) if one.scarce} for one in loads]
    assert max(map(len, days)) <= MOST_DAYS
    assert set().union(*days) == set(range(1, 3 * MOST_DAYS + 1))


def test_the_covering_knows_how_many_vehicles_there_are() -> None:
    """Two loads, one day, one own truck at 156 beside hired ones at 220: the truck's rent is the difference."""
    loads = [load("L1", due=1), load("L2", due=1, member="N")]
    case = freight(*loads, vehicles=(TRUCK, OWN))
    offers = {direct(one): departures(case, direct(one)) for one in loads}
    worth = {one.load: 1000.0 for one in loads}
    covering = cover(offers, [one.load for one in loads], worth, {("own", 1): 1.0})
    assert covering.rent == {("own", 1): pytest.approx(64.0)}
    assert covering.price == {"L1": pytest.approx(220.0), "L2": pytest.approx(220.0)}
    assert sorted(covering.likely[way].vehicle for way in offers) == ["own", "truck"]
    assert cover(offers, [one.load for one in loads], worth, {}).rent == {}


# More is never worse


def more_of_each(case: FreightCase) -> Iterator[FreightCase]:
    for vehicle in case.vehicles:
        if vehicle.available is not None:
            for number in (vehicle.available + 1, None):
                yield changed(case, vehicle, available=number)


def cheaper(case: FreightCase) -> Iterator[FreightCase]:
    for vehicle in case.vehicles:
        yield changed(case, vehicle, fixed_cost=0.7 * vehicle.fixed_cost)
        yield changed(case, vehicle, cost_per_km=0.9 * vehicle.cost_per_km)


def one_more(case: FreightCase) -> Iterator[FreightCase]:
    for vehicle in case.vehicles:
        for number, price in ((1, 0.9), (1, 0.3), (None, 0.95)):
            fixed, km = price * vehicle.fixed_cost, price * vehicle.cost_per_km
            extra = replace(vehicle, vehicle="extra", available=number, fixed_cost=fixed, cost_per_km=km)
            yield replace(case, vehicles=(*case.vehicles, extra))
    yield replace(case, tariffs=(*case.tariffs, replace(GROUPAGE, tariff="second", minimum_cost=90.0)))


def changed(case: FreightCase, vehicle: Vehicle, **what: object) -> FreightCase:
    return replace(
        case,
        vehicles=tuple(replace(one, **what) if one is vehicle else one for one in case.vehicles),  # type: ignore[arg-type]
    )


CHANGES = (more_of_each, cheaper, one_more)


@pytest.mark.parametrize("seed", range(24))
def test_more_vehicles_types_and_tariffs_and_lower_prices_never_make_a_complete_case_dearer(seed: int) -> None:
    """Unmet loads are priced from the market, so here groupage takes everything and nothing stays unmet."""
    case = replace(small_case(seed)[0], tariffs=(GROUPAGE,), shortage_factor=1e4)
    before = plan(case).cost
    for better in (one for change in CHANGES for one in change(case)):
        assert plan(better).cost <= before + 1e-6 * before


@pytest.mark.parametrize("seed", range(12))
def test_searched_trips_reach_the_optimum_with_scarce_vehicles(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four loads, so that enumeration judges, planned as if they were many."""
    case = random_case(seed, 4, vehicles=(replace(TRUCK, cost_per_stop=10.0), VAN, replace(OWN, cost_per_stop=10.0)))
    best = plan(case, enumerate_trips(case)).cost
    assert plan(case, forced_tours(case, monkeypatch)).cost <= best * (1 + 1e-9)


SEARCHED = 0.01
"""By how much a searched plan may be dearer than one with less to choose from: tours are found by luck."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_more_never_makes_a_searched_case_dearer_than_the_search_is_exact(seed: int) -> None:
    case = random_case(seed, 14, vehicles=(replace(TRUCK, cost_per_stop=10.0), VAN, replace(OWN, cost_per_stop=10.0)))
    before = plan(case, known_trips(case, deadline=NEVER)).cost
    for change in CHANGES:
        for better in change(case):
            assert plan(better, known_trips(better, deadline=NEVER)).cost <= before * (1 + SEARCHED)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))])
def test_scarce_vehicles_never_make_a_searched_plan_dearer_than_one_without_them(seed: int) -> None:
    """Exactly so: the trips of a plan without them are among the known ones."""
    hired = random_case(seed, 12)
    extra = replace(TRUCK, vehicle="big", capacity_kg=2000.0, fixed_cost=190.0, cost_per_km=1.2, available=1)
    without = plan(hired, known_trips(hired, deadline=NEVER)).cost
    mixed = replace(hired, vehicles=(extra, *hired.vehicles))
    cost = plan(mixed, known_trips(mixed, deadline=NEVER)).cost
    assert cost <= without * (1 + 1e-9)
