"""One smallest exact case per rule of freight. The line A - 120 - B - 60 - C - 180 - D; a truck costs 100 + 1 a km."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clusterpool.freight.alternative import alternative
from clusterpool.freight.case import is_oversize
from clusterpool.freight.enumeration import enumerate_trips
from clusterpool.freight.groupage import cheapest, pieces, tariff_cost
from clusterpool.freight.trips import Ride, Trip, known, possible_rides, timetable, unmet_price, useful_copies
from clusterpool.market import WeightBreak
from clusterpool.routes import Road
from tests.freight_kit import GROUPAGE, ROADS, TRUCK, freight, load, plan


def test_two_loads_share_a_truck_where_that_is_cheaper() -> None:
    planned = plan(freight(load("a"), load("b", "A", "C")))
    assert planned.cost == pytest.approx(100 + 180)
    assert planned.trips[["vehicle", "stops", "distance_km", "load_kg", "fill_pct"]].to_numpy().tolist() == [
        ["truck", "A|B|C", 180.0, 800.0, 80.0]
    ]
    assert planned.loads[
        ["trip", "from_stop", "to_stop", "from_site", "to_site", "shipment", "cost"]
    ].to_numpy().tolist() == [
        ["T0001", 1, 2, "A", "B", "a", 0.0],
        ["T0001", 1, 3, "A", "C", "b", 0.0],
    ]


# --- the cost of a trip -----------------------------------------------------------------------------------------------


def test_empty_return_stops_and_tolls_are_paid() -> None:
    truck = replace(TRUCK, empty_return_pct=50.0, cost_per_stop=10.0)
    roads = (Road("A", "B", 120.0, None, 7.0), Road("B", "A", 130.0, None, 5.0))
    times = timetable(freight(roads=roads), truck, 1, ("A", "B"))
    assert times.cost == pytest.approx(100 + (120 + 0.5 * 130) + 2 * 10 + 7 + 5)
    assert (times.distance_km, times.paid_km, times.toll) == (120.0, 185.0, 12.0)


def test_the_toll_of_a_return_that_is_not_paid_is_not_paid_either() -> None:
    times = timetable(freight(roads=(Road("A", "B", 120.0, None, 7.0),)), TRUCK, 1, ("A", "B"))
    assert times.cost == pytest.approx(100 + 120 + 7)


def test_a_backhaul_saves_the_empty_return() -> None:
    truck = replace(TRUCK, empty_return_pct=100.0)
    planned = plan(freight(load("a"), load("b", "B", "A"), vehicles=(truck,)))
    assert planned.trips["stops"].tolist() == ["A|B|A"]
    assert planned.cost == pytest.approx(100 + 240)


# --- the clock --------------------------------------------------------------------------------------------------------


def test_a_stop_on_the_stroke_of_the_ninth_hour_is_of_that_day() -> None:
    case = freight(roads=(Road("A", "B", 480.0), Road("B", "C", 0.06)))
    assert timetable(case, TRUCK, 1, ("A", "B")).days == (1, 1)  # arrival: 8 h of driving + 1 h at the first stop
    assert timetable(freight(roads=(Road("A", "B", 480.06),)), TRUCK, 1, ("A", "B")).days == (1, 2)
    assert timetable(case, TRUCK, 1, ("A", "B", "C")).days == (1, 1, 2)


def test_stated_durations_overrule_the_speed() -> None:
    case = freight(roads=(Road("A", "B", 120.0, 8.5),))
    assert timetable(case, TRUCK, 1, ("A", "B")).arrival_h == (0.0, 9.5)
    assert timetable(freight(), TRUCK, 1, ("A", "B")).arrival_h == (0.0, 3.0)


@pytest.mark.parametrize(("due", "on_trip"), [(2, True), (1, False)])
def test_a_delivery_is_on_or_before_the_due_date(due: int, on_trip: bool) -> None:
    case = freight(load("a", "A", "B", due=due), roads=(Road("A", "B", 600.0),))  # arrives on the second day
    assert bool(len(plan(case).trips)) is on_trip


@pytest.mark.parametrize(("ready", "trips"), [(1, 1), (2, 2), (3, 2)])
def test_a_pick_up_is_on_or_after_the_ready_date_and_nobody_waits(ready: int, trips: int) -> None:
    loads = (load("a", "A", "B", due=1), load("b", "B", "C", ready=ready))  # a must leave on day 1
    planned = plan(freight(*loads))
    assert len(planned.trips) == trips
    assert planned.trips["day"].map(lambda day: day.toordinal()).tolist() == [1, ready][:trips]


@pytest.mark.parametrize(("most", "on_trip"), [(2, True), (1, False)])
def test_a_trip_takes_at_most_max_trip_days(most: int, on_trip: bool) -> None:
    case = freight(load("a"), roads=(Road("A", "B", 600.0),), max_trip_days=most)
    assert bool(len(plan(case).trips)) is on_trip


@pytest.mark.parametrize(("most", "trips"), [(3, 1), (2, 2)])
def test_a_trip_makes_at_most_max_stops(most: int, trips: int) -> None:
    case = freight(load("a"), load("b", "A", "C"), vehicles=(replace(TRUCK, max_stops=most),))
    assert len(plan(case).trips) == trips


def test_goods_for_their_own_site_ride_with_one_stop() -> None:
    case = freight(load("a", "A", "A"), tariffs=(replace(GROUPAGE, minimum_cost=500.0),))
    planned = plan(case)
    assert planned.trips[["stops", "distance_km", "cost", "fill_pct"]].to_numpy().tolist() == [["A", 0.0, 100.0, 40.0]]


# --- room and classes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["kg", "m3", "pallets"])
@pytest.mark.parametrize(("size", "trips"), [(0.5, 1), (0.51, 2)])
def test_loads_never_exceed_the_room_on_a_leg(measure: str, size: float, trips: int) -> None:
    column = {"kg": "weight_kg", "m3": "volume_m3", "pallets": "pallets"}[measure]
    truck = replace(TRUCK, **{f"capacity_{measure}": 10.0})
    plain = {"weight_kg": 1.0, column: 10.0 * size}
    loads = [load(code, "A", "B", **plain) for code in "ab"]
    case = freight(*loads, vehicles=(truck,), tariffs=(replace(GROUPAGE, minimum_cost=10_000.0),))
    lane = known(case, [Trip("truck", 1, ("A", "B"), ())] * 2)
    for planned in (plan(case), plan(case, lane)):
        assert len(planned.trips) == trips
        assert planned.trips["fill_pct"].max() == pytest.approx(100 * size * (2 if trips == 1 else 1))


def test_room_is_free_again_behind_a_delivery() -> None:
    planned = plan(freight(load("a", "A", "B", 1000.0), load("b", "B", "C", 1000.0)))
    assert planned.trips["stops"].tolist() == ["A|B|C"]


def test_a_load_that_no_vehicle_holds_in_one_kind_of_room_stays_off() -> None:
    assert not len(plan(freight(load("a", pallets=2.0), vehicles=(replace(TRUCK, capacity_pallets=0.0),))).trips)


@pytest.mark.parametrize(("goods_class", "on_trip"), [("cold", True), ("dry", False), ("", True)])
def test_a_vehicle_carries_only_its_classes(goods_class: str, on_trip: bool) -> None:
    truck = replace(TRUCK, goods_classes=frozenset({"cold"}))
    assert bool(len(plan(freight(load("a", goods_class=goods_class), vehicles=(truck,))).trips)) is on_trip


@pytest.mark.parametrize(("classes", "trips"), [(("food", "fuel"), 2), (("food", "food"), 1), (("", "fuel"), 1)])
def test_classes_that_may_not_share_a_vehicle_never_do(classes: tuple[str, str], trips: int) -> None:
    barred = frozenset({("food", "fuel"), ("fuel", "food")})
    loads = (load("a", "A", "B", goods_class=classes[0]), load("b", "B", "C", goods_class=classes[1]))
    case = freight(*loads, incompatible=barred)
    whole_line = known(case, [Trip("truck", 1, stops, ()) for stops in (("A", "B"), ("B", "C"), ("A", "B", "C"))])
    assert len(plan(case).trips) == len(plan(case, whole_line).trips) == trips


def test_a_class_barred_from_itself_rides_one_load_a_vehicle() -> None:
    case = freight(*(load(code, goods_class="fuel") for code in "ab"), incompatible=frozenset({("fuel", "fuel")}))
    lane = known(case, [Trip("truck", 1, ("A", "B"), ())] * 2)
    assert len(plan(case).trips) == len(plan(case, lane).trips) == 2


@pytest.mark.parametrize(("available", "days", "trips"), [(None, 1, 2), (1, 1, 1), (1, 2, 2), (0, 2, 0)])
def test_no_more_vehicles_are_under_way_than_there_are(available: int | None, days: int, trips: int) -> None:
    loads = [load(code, "A", "B", 1000.0, due=days) for code in "ab"]
    case = freight(*loads, vehicles=(replace(TRUCK, available=available, max_stops=2),))
    planned = plan(case)
    assert len(planned.trips) == trips
    assert planned.cost == pytest.approx(220 * trips + min(2000, 3 * 220) * (2 - trips))


def test_a_vehicle_may_go_there_twice_in_a_day() -> None:
    loads = [load(code, "A", "B", 1000.0, due=1) for code in "ab"]
    planned = plan(freight(*loads, vehicles=(replace(TRUCK, available=1),)))
    assert planned.trips["stops"].tolist() == ["A|B|A|B"]  # at B for the second time on the stroke of the ninth hour
    assert planned.cost == pytest.approx(100 + 360)


def test_a_vehicle_is_under_way_on_every_day_of_its_trip() -> None:
    roads = (Road("A", "B", 1080.0), Road("A", "C", 60.0))  # A to B takes three days
    loads = (load("a", "A", "B", 1000.0, due=3), load("b", "A", "C", 1000.0, ready=2, due=3))
    case = freight(*loads, vehicles=(replace(TRUCK, available=1),), roads=roads)
    assert len(plan(case).trips) == 1
    assert len(plan(freight(*loads, vehicles=(replace(TRUCK, available=2),), roads=roads)).trips) == 2


@pytest.mark.parametrize(("weight_kg", "oversize"), [(1000.0, False), (1000.1, True), (3000.0, True)])
def test_a_load_larger_than_every_vehicle_of_its_class_is_oversize(weight_kg: float, oversize: bool) -> None:
    small = replace(TRUCK, vehicle="van", capacity_kg=10.0)
    other = replace(TRUCK, vehicle="cold", capacity_kg=9000.0, goods_classes=frozenset({"cold"}))
    assert is_oversize(load("a", weight_kg=weight_kg, goods_class="dry"), (TRUCK, small, other)) is oversize


def test_every_measure_makes_a_load_oversize_but_a_class_that_nobody_takes_does_not() -> None:
    cold = replace(TRUCK, vehicle="cold", capacity_m3=2.0, goods_classes=frozenset({"cold"}))
    assert is_oversize(load("a", weight_kg=100.0, volume_m3=7.0, goods_class="cold"), (cold,))
    assert not is_oversize(load("a", weight_kg=100.0, volume_m3=7.0, goods_class="wet"), (cold,))


# --- groupage ---------------------------------------------------------------------------------------------------------

TARIFF = replace(GROUPAGE, breaks=(WeightBreak(0.0, 1.0, 0.01, 0.0), WeightBreak(100.0, 0.5, 0.005, 30.0)))


@pytest.mark.parametrize(
    ("weight_kg", "volume_m3", "km", "change", "expected"),
    [
        (50.0, 0.0, 100.0, {}, 50 * (1 + 0.01 * 100)),  # 100, the break at 100 kg: 30 + 100 x 1 = 130
        (90.0, 0.0, 100.0, {}, 30 + 100 * (0.5 + 0.005 * 100)),  # as if 100 kg: 130 instead of 180
        (200.0, 0.0, 100.0, {}, 30 + 200 * 1.0),
        (50.0, 0.0, 100.0, {"minimum_cost": 120.0}, 120.0),
        (50.0, 1.0, 100.0, {"kg_per_m3": 200.0}, 30 + 200 * 1.0),
        (50.0, 0.1, 100.0, {"kg_per_m3": 200.0}, 100.0),
        (50.0, 0.0, 10.0, {"min_distance_km": 100.0}, 100.0),
        (50.0, 0.0, 10.0, {}, 50 * 1.1),
    ],
)
def test_groupage_bills_by_weight_break_volume_minimum_and_distance(
    weight_kg: float, volume_m3: float, km: float, change: dict[str, float], expected: float
) -> None:
    assert tariff_cost(replace(TARIFF, **change), km, weight_kg, volume_m3) == pytest.approx(expected)


def test_the_cheapest_tariff_that_takes_the_class_bills() -> None:
    five = (WeightBreak(0.0, 5.0, 0.0, 0.0),)
    cold = replace(GROUPAGE, tariff="cold", breaks=five, goods_classes=frozenset({"cold"}))
    dry = replace(GROUPAGE, tariff="dry", goods_classes=frozenset({"dry"}))
    case = freight(vehicles=(), tariffs=(cold, dry))
    costs = [cheapest(case, "A", "B", goods_class, 10.0, 0.0) for goods_class in ("cold", "dry", "", "wet")]
    found = [cost and (cost[0], cost[1].tariff) for cost in costs]
    assert found == [(50.0, "cold"), (20.0, "dry"), (20.0, "dry"), None]


def test_pieces_are_the_breaks_on_the_lower_envelope() -> None:
    never = WeightBreak(150.0, 9.0, 0.0, 0.0)
    late = WeightBreak(10_000.0, 0.1, 0.0, 0.0)
    tariff = replace(TARIFF, breaks=(*TARIFF.breaks, never, late))
    assert [piece.rate for piece in pieces(tariff, 0.0, 500.0)] == [1.0, 0.5]
    assert [piece.rate for piece in pieces(tariff, 0.0, 9000.0)] == [1.0, 0.5, 0.1]
    for kg in (0.0, 1.0, 59.0, 61.0, 99.0, 250.0, 1939.0, 1941.0, 9000.0):
        envelope = min(piece.cost(kg) for piece in pieces(tariff, 0.0, 9000.0))
        assert envelope == pytest.approx(tariff_cost(tariff, 0.0, kg, 0.0))


# --- unmet ------------------------------------------------------------------------------------------------------------


def test_a_load_is_left_where_that_is_cheaper_and_says_why() -> None:
    planned = plan(freight(load("a", weight_kg=900.0), vehicles=(replace(TRUCK, available=0),)))
    assert planned.cost == pytest.approx(3 * 220)  # groupage: 1800
    assert planned.unmet["reason"].str.contains("by itself it would cost 220.00, leaving it is valued at 660.00").all()
    assert planned.unmet[["kind", "member", "shipment", "blocked_by"]].to_numpy().tolist() == [
        ["shipment", "M", "a", "groupage"]
    ]


@pytest.mark.parametrize(
    ("change", "vehicle", "reason"),
    [
        ({"pallets": 99.0}, {"capacity_pallets": 1.0}, "no tariff takes its class and no vehicle has room for it"),
        ({"due": 1}, {"speed_kmh": 9.0}, "no direct trip keeps to its dates and to the limits of trips"),
        ({}, {"available": 0}, "every vehicle that could carry it in time is in use"),
    ],
)
def test_the_reason_of_an_unmet_load(change: dict[str, object], vehicle: dict[str, float], reason: str) -> None:
    case = freight(load("a", **change), vehicles=(replace(TRUCK, **vehicle),), tariffs=())  # type: ignore[arg-type]
    (told,) = plan(case).unmet["reason"]
    assert told.startswith(reason)
    assert told.endswith("(shortage_factor)")


def test_the_unmet_price_is_that_of_the_direct_trip_of_the_dearest_fitting_vehicle() -> None:
    dear = replace(TRUCK, vehicle="dear", fixed_cost=500.0, cost_per_stop=10.0, empty_return_pct=100.0)
    small = replace(TRUCK, vehicle="small", fixed_cost=9000.0, capacity_kg=10.0)
    case = freight(vehicles=(TRUCK, dear, small))
    assert unmet_price(case, load("a")) == pytest.approx(3 * (500 + 240 + 20))
    assert unmet_price(case, load("a", "A", "A")) == pytest.approx(3 * (500 + 10))
    assert unmet_price(case, load("a", weight_kg=99_999.0)) == pytest.approx(3 * 100 * (500 + 240 + 20))
    dry = freight(vehicles=(replace(dear, goods_classes=frozenset({"dry"})),))
    assert unmet_price(dry, load("a", goods_class="wet")) == pytest.approx(3 * (500 + 240 + 20))
    assert unmet_price(freight(vehicles=()), load("a", weight_kg=10.0)) == pytest.approx(3 * 20)


def test_the_alternative_is_the_cheaper_of_groupage_and_unmet() -> None:
    assert alternative(freight(), load("a", weight_kg=300.0)).cost == 600.0
    assert alternative(freight(), load("a", weight_kg=400.0)).tariff is None


# --- emissions --------------------------------------------------------------------------------------------------------


def test_a_trip_emits_by_the_km_paid_and_its_loads_share_by_tonne_km() -> None:
    truck = replace(TRUCK, empty_return_pct=100.0)
    planned = plan(freight(load("a", "A", "B", 600.0), load("b", "A", "C", 400.0), vehicles=(truck,)))
    assert planned.trips["kg_co2e"].tolist() == [pytest.approx(0.5 * 360)]
    work = [600 * 120, 400 * 180]
    assert planned.loads["kg_co2e"].tolist() == pytest.approx([180 * one / sum(work) for one in work])


def test_groupage_emits_by_tonne_km() -> None:
    planned = plan(freight(load("a", weight_kg=10.0)))
    assert planned.loads[["tariff", "cost", "kg_co2e"]].to_numpy().tolist() == [["groupage", 20.0, 0.01 * 120 * 0.1]]


# --- known trips ------------------------------------------------------------------------------------------------------


def test_rides_take_the_shortest_stretch() -> None:
    case = freight(load("a", "A", "C", due=3), load("b", "C", "A", due=5))
    rides = possible_rides(case, TRUCK, 1, ("A", "B", "A", "C", "B", "A"))
    assert rides == (Ride("a", 2, 3), Ride("b", 3, 5))


@pytest.mark.parametrize(("ready", "due", "rides"), [(2, 3, 1), (3, 3, 0), (2, 2, 0)])
def test_rides_keep_to_the_dates_of_their_load(ready: int, due: int, rides: int) -> None:
    case = freight(load("a", ready=ready, due=due), roads=(Road("A", "B", 600.0),))  # from A on day 2, in B on day 3
    assert len(possible_rides(case, TRUCK, 2, ("A", "B"))) == rides


def test_known_merges_rides_drops_what_cannot_be_used_and_caps_copies() -> None:
    case = freight(load("a"), load("b"), load("c", "B", "C"), vehicles=(replace(TRUCK, max_stops=3),))
    lane = Trip("truck", 1, ("A", "B"), ())
    own = [Trip("truck", 2, ("A", "B"), (Ride(code, 0, 1),)) for code in "ab"]
    idle, long = Trip("truck", 1, ("A", "C"), ()), Trip("truck", 1, ("A", "B", "C", "B"), ())
    twice = Trip("truck", 1, ("A", "B", "B"), ())
    rides = (Ride("a", 0, 1), Ride("b", 0, 1))
    found = known(case, [*own, lane, lane, lane, idle, long, twice]).trips
    assert found == (*(2 * (replace(lane, rides=rides),)), *(2 * (replace(lane, day=2, rides=rides),)))


def test_copies_are_no_more_than_could_not_be_merged() -> None:
    loads = [load(f"s{k}", "A", "B", 100.0) for k in range(9)]
    lane = known(freight(*loads), [Trip("truck", 1, ("A", "B"), ())]).trips[0]
    assert [ride.cargo for ride in lane.rides] == [f"s{k}" for k in range(9)]
    assert useful_copies(freight(*loads), lane) == 2  # 900 kg in all, 1000 a truck: fewer than 1 + 2 x 0.9
    barred = freight(*(replace(one, goods_class="x") for one in loads), incompatible=frozenset({("x", "x")}))
    assert useful_copies(barred, lane) == 9


def test_a_stop_that_serves_nobody_is_not_made() -> None:
    case = freight(load("a", "A", "C", 1000.0), load("b", "A", "B", 1000.0), roads=ROADS)
    only = known(case, [Trip("truck", 1, ("A", "B", "C"), ())])
    assert not len(plan(case, only).trips)  # with a alone the stop at B would be idle


def test_the_listing_refuses_more_loads_than_it_can_list() -> None:
    with pytest.raises(ValueError, match="5 loads are too many"):
        enumerate_trips(freight(*(load(f"s{k}") for k in range(5))))
