"""The generator of known trips: what it finds can be driven, is nearly all there is, and is the same every time."""

from __future__ import annotations

import math
import os
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import pytest

from clusterpool.demand import read_pool
from clusterpool.freight import tours as tours_room
from clusterpool.freight.case import FreightCase, freight_case
from clusterpool.freight.closure import Haul, Route, closure, keep, parts, repair, route, start_days
from clusterpool.freight.enumeration import enumerate_trips
from clusterpool.freight.loads import Load, Lot
from clusterpool.freight.selection import by_reduced_cost
from clusterpool.freight.templates import direct, lanes, lot_lanes, prizes, templates, tourable
from clusterpool.freight.tour_model import companions, search, tour_model
from clusterpool.freight.tours import known_trips
from clusterpool.freight.trips import KnownTrips, Ride, Trip
from clusterpool.routes import RoadNetwork
from clusterpool.solver import Deadline
from tests.freight_kit import GROUPAGE, TRUCK, freight, load, plan

NEVER = Deadline.after(None)
DATA = Path(os.environ.get("CLUSTERPOOL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
VAN = replace(TRUCK, vehicle="van", capacity_kg=500.0, fixed_cost=60.0, cost_per_km=0.6, cost_per_stop=5.0)


def random_case(seed: int, n_loads: int, **more: object) -> FreightCase:
    """A case of `n_loads` on seven towns in a square of 400 km, two vehicle types, a week."""
    rng = random.Random(seed)
    towns = {f"T{number}": (35 + 3.5 * rng.random(), 3.5 * rng.random()) for number in range(7)}
    loads = []
    for number in range(n_loads):
        origin, destination = rng.sample(sorted(towns), 2)
        ready = rng.randint(1, 4)
        loads.append(
            load(
                f"L{number:03d}",
                origin,
                destination,
                float(rng.randint(50, 700)),
                member=f"M{rng.randint(1, 3)}",
                ready=ready,
                due=ready + rng.randint(0, 3),
            )
        )
    plain = {
        "network": RoadNetwork(towns),
        "vehicles": (replace(TRUCK, cost_per_stop=10.0), VAN),
        "tariffs": (replace(GROUPAGE, breaks=(replace(GROUPAGE.breaks[0], cost_per_kg=0.2, cost_per_kg_km=0.003),)),),
    }
    return freight(*loads, **(plain | more))  # type: ignore[arg-type]


def forced_tours(case: FreightCase, monkeypatch: pytest.MonkeyPatch, **more: object) -> KnownTrips:
    """The known trips of a small case as they would be found if it were large."""
    monkeypatch.setattr(tours_room, "is_small", lambda _case: False)
    return known_trips(case, deadline=NEVER, **more)  # type: ignore[arg-type]


def assert_driven_in_time(case: FreightCase, trip: Trip) -> None:
    """Every ride keeps its window by the clock of the contract, worked out here anew."""
    vehicle = case.vehicle(trip.vehicle)
    hours, days = 0.0, [trip.day]
    for origin, destination in pairwise(trip.stops):
        leg = case.network.leg(origin, destination)
        hours += case.hours_per_stop + leg.known_h + leg.unknown_km / vehicle.speed_kmh
        days.append(trip.day + max(0, math.floor((hours - 1e-9) / case.driving_hours_per_day)))
    assert len(trip.stops) <= vehicle.max_stops
    assert days[-1] - trip.day + 1 <= case.max_trip_days
    for ride in trip.rides:
        cargo = case.cargo(ride.cargo)
        assert (trip.stops[ride.start], trip.stops[ride.end]) == (cargo.origin, cargo.destination)
        assert days[ride.start] >= cargo.ready
        assert days[ride.end] <= cargo.due
        assert not vehicle.goods_classes or cargo.goods_class in {"", *vehicle.goods_classes}


@pytest.mark.parametrize("seed", range(3))
def test_every_trip_found_can_be_driven_in_time(seed: int) -> None:
    scarce = replace(TRUCK, vehicle="scarce", capacity_kg=2000.0, max_stops=3, empty_return_pct=60.0, available=1)
    case = random_case(seed, 15, vehicles=(scarce, replace(TRUCK, max_stops=4), VAN))
    found = known_trips(case, deadline=NEVER)
    assert len(found.trips) > 5
    assert not found.complete
    assert not found.limit_struck
    for trip in found.trips:
        assert_driven_in_time(case, trip)


def test_tours_reach_the_optimum_of_the_enumeration_on_nearly_every_small_case(monkeypatch: pytest.MonkeyPatch) -> None:
    reached = 0
    for seed in range(30):
        case = random_case(seed, 4)
        best = plan(case, enumerate_trips(case)).cost
        found = plan(case, forced_tours(case, monkeypatch)).cost
        assert found >= best - 1e-6
        reached += math.isclose(found, best, rel_tol=1e-9)
    assert reached >= 27


def test_each_member_alone_is_planned_over_tours_of_its_own() -> None:
    for seed in range(8):
        case = random_case(seed, 9)
        found = known_trips(case, deadline=NEVER)
        for member in case.members:
            own = replace(case, loads=tuple(one for one in case.loads if one.member == member))
            if 0 < len(own.loads) <= 4:
                best = plan(own, enumerate_trips(own)).cost
                assert plan(case, found, coalition=(member,)).cost == pytest.approx(best, rel=1e-9)


def test_small_cases_are_listed_completely() -> None:
    case = random_case(1, 3)
    assert known_trips(case, deadline=NEVER) == enumerate_trips(case)


def test_the_same_trips_whatever_the_order_of_rows_and_whoever_runs_the_searches() -> None:
    case = random_case(7, 12)
    shuffled = list(case.loads)
    random.Random(0).shuffle(shuffled)
    first = known_trips(case, deadline=NEVER)
    again = known_trips(replace(case, loads=tuple(shuffled)), deadline=NEVER)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        elsewhere = known_trips(case, deadline=NEVER, executor=executor)
    assert repr(first) == repr(again) == repr(elsewhere)


def test_another_seed_searches_elsewhere() -> None:
    case = random_case(7, 14)
    assert known_trips(case, deadline=NEVER, seed=0) != known_trips(case, deadline=NEVER, seed=100)


def test_a_deadline_that_strikes_is_reported_and_direct_trips_are_still_there() -> None:
    case = random_case(3, 20, tariffs=())
    found = known_trips(case, deadline=Deadline.after(0.0))
    assert found.limit_struck
    carried = {ride.cargo for trip in found.trips for ride in trip.rides}
    assert carried >= {one.load for one in case.loads if tourable(case, one)}


def test_two_loads_one_way_share_a_tour(monkeypatch: pytest.MonkeyPatch) -> None:
    case = freight(load("L1", "A", "B"), load("L2", "B", "C"), load("L3", "A", "C"))
    found = forced_tours(case, monkeypatch)
    planned = plan(case, found)
    assert planned.trips["stops"].tolist() == ["A|B|C"]
    assert planned.cost == pytest.approx(100 + 180)


def test_classes_that_may_not_share_a_vehicle_get_tours_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = [load("L1", "A", "B", goods_class="food"), load("L2", "A", "B", goods_class="fuel")]
    foes = frozenset({("food", "fuel"), ("fuel", "food")})
    for incompatible, trucks in ((frozenset(), 1), (foes, 2)):
        case = freight(*loads, incompatible=incompatible)
        assert len(plan(case, forced_tours(case, monkeypatch)).trips) == trucks


def test_companions_are_the_largest_sets_without_foes() -> None:
    foes = {("a", "b"), ("b", "a"), ("c", "b"), ("b", "c")}
    assert [sorted(group) for group in companions(["a", "b", "c", "d"], frozenset(foes))] == [
        ["a", "c", "d"],
        ["b", "d"],
    ]
    assert companions(["a", "c"], frozenset(foes)) == []


def test_the_search_keeps_a_vehicle_off_classes_that_it_does_not_take() -> None:
    cold = replace(TRUCK, vehicle="cold", fixed_cost=300.0)
    case = freight(
        load("L1", goods_class="cold"),
        load("L2", goods_class="dry"),
        vehicles=(cold, replace(TRUCK, goods_classes=frozenset({"dry"}))),
    )
    found, _ = search(tour_model(case, case.loads, {"L1": 1e4, "L2": 1e4}), seed=0, iterations=50, deadline=NEVER)
    assert {tour.vehicle for tour in found if ("L1", True) in tour.events} == {"cold"}


def test_the_way_back_is_paid_in_the_search() -> None:
    """A round A-B-A pays no way back: worth it at 100 %, where the way back of two single trips is paid in full."""
    truck = replace(TRUCK, empty_return_pct=100.0, fixed_cost=10.0)
    case = freight(load("L1", "A", "D"), load("L2", "D", "A", ready=2), vehicles=(truck,))
    found, _ = search(tour_model(case, case.loads, {"L1": 1e4, "L2": 1e4}), seed=0, iterations=100, deadline=NEVER)
    assert any(len(tour.events) == 4 for tour in found)


def test_a_vehicle_that_is_not_available_makes_no_trip() -> None:
    case = random_case(2, 12, vehicles=(replace(TRUCK, available=0), VAN))
    assert {trip.vehicle for trip in known_trips(case, deadline=NEVER).trips} <= {"van"}


def test_a_scarce_vehicle_is_offered_on_several_days(monkeypatch: pytest.MonkeyPatch) -> None:
    case = freight(load("L1"), load("L2", "C", "D"), vehicles=(replace(TRUCK, available=1),))
    planned = plan(case, forced_tours(case, monkeypatch))
    assert planned.cost == pytest.approx(plan(case, enumerate_trips(case)).cost)


def test_a_load_that_no_vehicle_brings_in_time_goes_by_groupage(monkeypatch: pytest.MonkeyPatch) -> None:
    case = freight(load("L1"), load("L2", "A", "D", ready=1, due=1), load("L3", weight_kg=3000.0))
    case = replace(case, vehicles=(replace(TRUCK, speed_kmh=20.0),))
    found = forced_tours(case, monkeypatch)
    assert {ride.cargo for trip in found.trips for ride in trip.rides} == {"L1"}


def test_a_load_within_one_site_makes_a_trip_of_one_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    case = freight(load("L1", "A", "A"), vehicles=(replace(TRUCK, fixed_cost=1.0),))
    assert plan(case, forced_tours(case, monkeypatch)).trips["stops"].tolist() == ["A"]


def test_lots_ride_where_parcels_led_the_tour() -> None:
    lot = Lot("S", 0, "M", "sand", "A", "C", 1.0, 0.0, 0.0, 500.0, 1, 5, "")
    case = replace(freight(load("L1", "A", "B")), lots=(lot,))
    parcel = load("parcel", "A", "C", 500.0)
    found = known_trips(case, parcels={frozenset({"M"}): (parcel,)}, deadline=NEVER)
    assert ("A", "B", "C") in {trip.stops for trip in found.trips}
    assert all("parcel" not in {ride.cargo for ride in trip.rides} for trip in found.trips)
    assert Ride(("S", 0), 0, 2) in {
        ride for trip in found.trips for ride in trip.rides if trip.stops == ("A", "B", "C")
    }


# Routes


def line(*loads: Load) -> Route:
    """All loads on one route A-B-C-D."""
    place = {site: number for number, site in enumerate("ABCD")}
    return Route(tuple("ABCD"), tuple(sorted(Haul(one, place[one.origin], place[one.destination]) for one in loads)))


def test_neighbouring_events_at_one_site_are_one_stop() -> None:
    loads = {one.load: one for one in (load("L1", "A", "B"), load("L2", "B", "C"), load("L3", "A", "C"))}
    events = [("L1", True), ("L3", True), ("L1", False), ("L2", True), ("L3", False), ("L2", False)]
    way = route(events, loads)
    assert way.stops == ("A", "B", "C")
    assert [(haul.load.load, haul.start, haul.end) for haul in way.hauls] == [("L1", 0, 1), ("L2", 1, 2), ("L3", 0, 2)]


def test_leaving_loads_out_leaves_out_their_stops_and_joins_what_is_left() -> None:
    one, two, three = load("L1", "A", "B"), load("L2", "B", "A"), load("L3", "A", "C")
    way = Route(("A", "B", "A", "C"), (Haul(one, 0, 1), Haul(two, 1, 2), Haul(three, 2, 3)))
    assert keep(way, {one, three}).stops == ("A", "B", "A", "C")
    four = replace(three, load="L4")
    whole = Route(("A", "B", "A", "C"), (*way.hauls, Haul(four, 0, 3)))
    assert keep(whole, {three, four}).stops == ("A", "C")


def test_start_days_are_all_days_that_keep_every_window() -> None:
    case = freight(load("L1", "A", "D", due=9))
    early, late = load("L1", "A", "B", ready=2, due=6), load("L2", "A", "D", ready=1, due=4)
    assert list(start_days(case, TRUCK, line(early))) == list(start_days(case, TRUCK, keep(line(early), {early})))
    assert list(start_days(case, TRUCK, keep(line(early), {early}))) == [2, 3, 4, 5, 6]
    assert list(start_days(case, TRUCK, keep(line(late), {late}))) == [1, 2, 3, 4]
    assert list(start_days(case, TRUCK, keep(line(early, late), {early, late}))) == [2, 3, 4]
    heavy = load("L3", "A", "C", weight_kg=700.0)
    assert not start_days(case, TRUCK, keep(line(early, heavy), {early, heavy}))
    assert not start_days(case, replace(TRUCK, max_stops=2), keep(line(early, late), {early, late}))


def test_repair_drops_the_cheapest_load_that_will_do() -> None:
    case = freight()
    one, two, three = (load(f"L{n}", "A", to, 500.0) for n, to in ((1, "B"), (2, "C"), (3, "D")))
    worth = {"L1": 50.0, "L2": 10.0, "L3": 90.0}
    driven = repair(case, TRUCK, keep(line(one, two, three), {one, two, three}), worth)
    assert driven == keep(line(one, three), {one, three})
    assert repair(case, TRUCK, keep(line(one), {one}), worth) == keep(line(one), {one})
    assert repair(case, replace(TRUCK, capacity_kg=1.0), keep(line(one), {one}), worth) is None


def test_parts_are_cut_where_the_vehicle_is_empty() -> None:
    one, two, three = load("L1", "A", "B"), load("L2", "B", "C"), load("L3", "C", "D")
    assert [part.stops for part in parts(line(one, two, three))] == [("A", "B"), ("B", "C"), ("C", "D")]
    across = load("L4", "A", "C")
    assert [part.stops for part in parts(line(one, two, three, across))] == [("A", "B", "C"), ("C", "D")]


def test_closure_holds_every_subset_of_few_members_and_the_useful_ones_of_many() -> None:
    few = [load(f"L{n}", "A", to, 100.0, member=f"M{n}") for n, to in enumerate("BCD")]
    found = closure([line(*few)], coalitions=())
    assert {way.members for way in found} == {
        frozenset(group)
        for group in (("M0",), ("M1",), ("M2",), ("M0", "M1"), ("M0", "M2"), ("M1", "M2"), ("M0", "M1", "M2"))
    }
    assert ("A", "C") in {way.stops for way in found}
    many = [load(f"L{n}", "A", "BCD"[n % 3], 100.0, member=f"M{n}") for n in range(5)]
    union = frozenset({"M0", "M3"})
    sizes = sorted(len(way.members) for way in closure([line(*many)], coalitions=(union,)))
    assert sizes == [1] * 5 + [2] + [4] * 5 + [5]


def test_a_smaller_vehicle_takes_what_is_left() -> None:
    one, two = load("L1", "A", "B", 400.0, member="M1"), load("L2", "A", "C", 500.0, member="M2")
    case = freight(one, two, vehicles=(TRUCK, VAN))
    found = templates(case, closure([keep(line(one, two), {one, two})], coalitions=()))
    assert {(trip.vehicle, trip.stops) for trip in found} == {
        ("truck", ("A", "B", "C")),
        ("van", ("A", "B")),
        ("van", ("A", "C")),
    }


def test_lanes_fill_trucks_one_after_the_other() -> None:
    loads = [load(f"L{n}", weight_kg=weight) for n, weight in enumerate((600.0, 300.0, 400.0, 100.0))]
    found = {frozenset(haul.load.load for haul in way.hauls) for way in lanes(freight(*loads), loads)}
    alone = {frozenset({one.load}) for one in loads}
    assert found == alone | {frozenset({"L0", "L1", "L3"}), frozenset({"L2"})}


def test_lots_of_one_lane_get_as_many_trucks_as_they_fill() -> None:
    lots = [Lot("S", n, "M", "sand", "A", "C", 1.0, 0.0, 0.0, 900.0, 1, 5, "") for n in range(3)]
    case = replace(freight(), lots=tuple(lots))
    found = lot_lanes(case, prizes(case))
    assert [(trip.vehicle, trip.day, trip.stops, len(trip.rides)) for trip in found] == [
        ("truck", 1, ("A", "C"), 3)
    ] * 3


def test_routes_are_ranked_by_what_they_add_to_the_cheapest_covering() -> None:
    one, two = load("L1", "A", "B", 400.0), load("L2", "A", "C", 500.0)
    case = freight(one, two)
    both = keep(line(one, two), {one, two})
    ranked = by_reduced_cost(
        case, [direct(one), direct(two), both], [one, two], {"L1": 800.0, "L2": 1000.0}, deadline=Deadline(None)
    )
    assert ranked[0] == both
    assert by_reduced_cost(case, [both], [one], {"L1": 800.0}, deadline=Deadline(None)) == []


def test_routes_are_refilled_with_a_better_mix_on_the_same_stops_and_the_best_plan_comes_first() -> None:
    loads = [load(f"L{n}", weight_kg=weight) for n, weight in enumerate((600.0, 300.0, 400.0, 700.0))]
    case, worth = freight(*loads), {one.load: 1000.0 for one in loads}
    ranked = by_reduced_cost(case, [direct(one) for one in loads], loads, worth, deadline=Deadline(None))
    plan_of_two = [{haul.load.load for haul in way.hauls} for way in ranked[:2]]
    assert sorted(map(sorted, plan_of_two)) == [["L0", "L2"], ["L1", "L3"]]


def test_trips_that_cost_more_than_their_cargo_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    case = freight(load("L1", weight_kg=10.0), load("L2", weight_kg=20.0))
    assert forced_tours(case, monkeypatch).trips == ()


# Larger pools


def shared_pool(name: str) -> FreightCase:
    folder = DATA / "pools" / name
    if not folder.exists():
        pytest.skip(f"the data set {name} is not on this machine")
    return freight_case(read_pool(folder))


@pytest.mark.benchmark
@pytest.mark.parametrize(("name", "most"), [("freight-50", 945_000.0), ("freight-200", 3_930_000.0)])
def test_tours_and_partition_reach_the_measured_costs(name: str, most: float) -> None:
    case = shared_pool(name)
    cost = plan(case, known_trips(case, deadline=NEVER)).cost
    print(f"{name}: {cost:,.0f}")
    assert cost <= most
