"""Legs: the shortest path by km with its hours and tolls, or the great circle."""

from __future__ import annotations

import math
import pickle

import pandas as pd
import pytest

from clusterpool.demand import Pool
from clusterpool.errors import RouteError
from clusterpool.routes import Leg, Road, RoadNetwork, great_circle_km, road_network


def test_the_shortest_path_by_km_wins_with_its_own_hours_and_tolls() -> None:
    roads = [Road("A", "B", 100.0, 9.0, 40.0), Road("B", "C", 50.0, None, 2.0), Road("A", "C", 151.0, 1.0, 0.0)]
    leg = RoadNetwork({}, roads).leg("A", "C")
    assert leg == Leg(150.0, 9.0, 50.0, 42.0)
    assert leg.hours(25.0) == pytest.approx(11.0)


def test_equal_km_go_to_the_fewer_hours() -> None:
    slow = [Road("A", "X", 0.1, 3.0), Road("X", "B", 0.2, 3.0)]
    fast = [Road("A", "Y", 0.2, 1.0, 99.0), Road("Y", "B", 0.1, 1.0)]
    for roads in (slow + fast, fast + slow):
        assert RoadNetwork({}, roads).leg("A", "B").known_h == 2.0


def test_equal_km_and_hours_go_to_the_lower_toll() -> None:
    dear = [Road("A", "X", 0.1, 1.0, 5.0), Road("X", "B", 0.2, 2.0, 5.0)]
    cheap = [Road("A", "Y", 0.2, 2.0), Road("Y", "B", 0.1, 1.0, 9.0)]
    for roads in (dear + cheap, cheap + dear):
        assert RoadNetwork({}, roads).leg("A", "B").toll == 9.0


def test_a_road_is_two_way_unless_both_directions_are_given() -> None:
    two_way = RoadNetwork({}, [Road("A", "B", 10.0, toll=3.0)])
    assert two_way.leg("B", "A") == two_way.leg("A", "B")
    both = RoadNetwork({}, [Road("A", "B", 10.0), Road("B", "A", 14.0)])
    assert (both.leg("A", "B").distance_km, both.leg("B", "A").distance_km) == (10.0, 14.0)


def test_the_same_site_is_no_way_even_where_no_road_touches_it() -> None:
    assert RoadNetwork({}, [Road("A", "B", 10.0)]).leg("Z", "Z") == Leg(0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(("origin", "destination"), [("A", "C"), ("C", "A"), ("A", "Z"), ("Z", "A")])
def test_no_way_is_an_error_that_names_both_places(origin: str, destination: str) -> None:
    network = RoadNetwork({"A": (0, 0), "Z": (1, 1)}, [Road("A", "B", 10.0), Road("C", "D", 10.0)])
    with pytest.raises(RouteError, match=rf"'{origin}'.*'{destination}'"):
        network.leg(origin, destination)


def test_without_roads_the_great_circle_times_circuity_counts() -> None:
    network = RoadNetwork({"P": (0.0, 0.0), "Q": (0.0, 90.0)}, circuity=1.5)
    quarter = 6371.0 * math.pi / 2
    assert network.leg("P", "Q").distance_km == pytest.approx(1.5 * quarter)
    assert network.leg("P", "Q").hours(50.0) == pytest.approx(1.5 * quarter / 50.0)
    with pytest.raises(RouteError, match="'R' has no coordinates"):
        network.leg("P", "R")


def test_the_great_circle_agrees_with_the_spherical_law_of_cosines() -> None:
    algiers, oran = (36.7525, 3.0420), (35.6911, -0.6417)
    lat1, lat2 = math.radians(algiers[0]), math.radians(oran[0])
    turn = math.cos(math.radians(algiers[1] - oran[1]))
    angle = math.acos(math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * turn)
    assert great_circle_km(algiers, oran) == pytest.approx(6371.0 * angle)


def test_the_matrix_holds_every_leg() -> None:
    network = RoadNetwork({}, [Road("A", "B", 10.0, 1.0, 3.0), Road("B", "C", 5.0)])
    matrix = network.matrix(["C", "A"])
    assert matrix.distance_km.tolist() == [[0.0, 15.0], [15.0, 0.0]]
    assert matrix.toll.tolist() == [[0.0, 3.0], [3.0, 0.0]]
    assert matrix.hours(5.0).tolist() == [[0.0, 2.0], [2.0, 0.0]]


def test_a_network_survives_pickling_before_and_after_use() -> None:
    network = RoadNetwork({}, [Road("A", "B", 10.0, 1.0, 3.0)])
    before = pickle.dumps(network)
    leg = network.leg("A", "B")
    assert pickle.loads(before).leg("A", "B") == leg == pickle.loads(pickle.dumps(network)).leg("A", "B")


def test_the_fastest_speed_is_the_vehicles_or_that_of_a_stated_road() -> None:
    network = RoadNetwork({}, [Road("A", "B", 90.0, 1.0), Road("B", "C", 10.0, 1.0), Road("C", "D", 10.0)])
    assert network.fastest_kmh(60.0) == 90.0
    assert network.fastest_kmh(110.0) == 110.0


@pytest.mark.parametrize("with_roads", [True, False])
def test_the_network_of_a_pool_comes_from_its_tables(with_roads: bool) -> None:
    frames = {
        "members": pd.DataFrame({"member": ["M"], "cluster": ["c"], "site": ["P"]}),
        "sites": pd.DataFrame({"site": ["P", "Q"], "latitude": [0.0, 0.0], "longitude": [0.0, 1.0]}),
        "shipments": pd.DataFrame(
            {"shipment": ["s"], "member": ["M"], "origin": ["P"], "destination": ["Q"], "weight_kg": [10.0],
             "ready_date": ["2026-01-01"], "due_date": ["2026-01-05"]}
        ),
        "tariffs": pd.DataFrame({"tariff": ["t"], "min_weight_kg": [0.0], "cost_per_kg": [1.0]}),
    }  # fmt: skip
    if with_roads:
        frames["roads"] = pd.DataFrame({"origin": ["P"], "destination": ["Q"], "distance_km": [7.0], "toll": [2.0]})
    leg = road_network(Pool.from_frames(frames, {"circuity": 2.0})).leg("Q", "P")
    if with_roads:
        assert leg == Leg(7.0, 0.0, 7.0, 2.0)
    else:
        assert leg.distance_km == pytest.approx(2.0 * 6371.0 * math.pi / 180)
