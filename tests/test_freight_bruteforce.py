"""On small random cases the model over all listed trips costs what a brute force finds that shares no code with it."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from clusterpool.freight.enumeration import enumerate_trips
from clusterpool.freight.trips import known
from clusterpool.market import Tariff, Vehicle, WeightBreak
from clusterpool.routes import Road
from tests.freight_kit import TRUCK, freight, load, plan

if TYPE_CHECKING:
    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load

SITES = "ABCDE"
CASES = 150


def random_case(seed: int) -> tuple[FreightCase, list[Road]]:
    """One to four loads among up to five sites with tolls, stated durations, classes, windows and scarce vehicles."""
    draw = random.Random(seed)
    sites = SITES[: draw.randint(2, 5)]
    roads = [
        Road(a, b, draw.randint(4, 40) * 10.0, draw.choice([None, 2.0, 5.5]), draw.choice([0.0, 0.0, 30.0]))
        for a, b in itertools.pairwise(sites)
    ]
    pairs = itertools.combinations(sites, 2)
    roads += [Road(a, b, draw.randint(10, 60) * 10.0) for a, b in pairs if draw.random() < 0.3]
    roads = list({(road.origin, road.destination): road for road in roads}.values())
    loads = [random_load(draw, f"s{number}", sites) for number in range(draw.choice([1, 2, 2, 3, 3, 4]))]
    return freight(
        *loads,
        vehicles=tuple(random_vehicle(draw, name) for name in ("big", "small")[: draw.randint(1, 2)]),
        tariffs=(random_tariff(draw),) if draw.random() < 0.8 else (),
        roads=tuple(roads),
        incompatible=draw.choice([frozenset(), frozenset({("x", "y"), ("y", "x")})]),
        hours_per_stop=draw.choice([0.0, 1.0]),
        max_trip_days=draw.randint(1, 3),
    ), roads


def random_load(draw: random.Random, code: str, sites: str) -> Load:
    origin = draw.choice(sites)
    destination = draw.choice([site for site in sites if site != origin] * 4 + [origin])
    ready = draw.randint(1, 3)
    return load(
        code,
        origin,
        destination,
        draw.randint(1, 10) * 100.0,
        member=draw.choice("MN"),
        volume_m3=draw.choice([0.0, 1.5, 4.0]),
        pallets=draw.choice([0.0, 1.0, 3.0]),
        ready=ready,
        due=ready + draw.randint(0, 3),
        goods_class=draw.choice(["", "x", "y"]),
    )


def random_vehicle(draw: random.Random, name: str) -> Vehicle:
    return replace(
        TRUCK,
        vehicle=name,
        capacity_kg=draw.choice([1000.0, 1500.0, 2500.0]),
        capacity_m3=draw.choice([math.inf, 6.0]),
        capacity_pallets=draw.choice([math.inf, 4.0]),
        fixed_cost=draw.choice([50.0, 200.0, 600.0]),
        cost_per_km=draw.choice([0.5, 1.0, 2.0]),
        cost_per_stop=draw.choice([0.0, 25.0]),
        max_stops=draw.choice([2, 3, 1_000_000]),
        speed_kmh=draw.choice([50.0, 80.0]),
        goods_classes=draw.choice([frozenset(), frozenset(), frozenset({"x"})]),
        empty_return_pct=draw.choice([0.0, 50.0, 100.0]),
        available=draw.choice([None, 1, 1, 2]),
    )


def random_tariff(draw: random.Random) -> Tariff:
    breaks = (WeightBreak(0.0, 1.5, 0.002, 0.0), WeightBreak(500.0, 0.9, 0.001, draw.choice([0.0, 40.0])))
    classes = draw.choice([frozenset(), frozenset({"y"})])
    return Tariff("groupage", breaks, 150.0, draw.choice([0.0, 300.0]), draw.choice([0.0, 200.0]), classes, 0.1)


class BruteForce:
    """Every partition of the loads into vehicle-fulls, each by its cheapest order of events; nothing of src is used."""

    def __init__(self, case: FreightCase, roads: list[Road]) -> None:
        self.case = case
        self.way = shortest_ways(roads)

    def cost(self) -> float:
        """The least cost of the case."""
        return min(self._cheapest(list(groups), []) for groups in partitions(list(self.case.loads)))

    def _cheapest(self, groups: list[list[Load]], taken: list[tuple[str, int, int]]) -> float:
        if not groups:
            return 0.0
        first, rest = groups[0], groups[1:]
        best = math.inf
        if len(first) == 1:
            best = self.alternative(first[0]) + self._cheapest(rest, taken)
        for (vehicle, day, last), cost in self.runs(first).items():
            if cost < best and self._free(vehicle, day, last, taken):
                best = min(best, cost + self._cheapest(rest, [*taken, (vehicle, day, last)]))
        return best

    def _free(self, name: str, day: int, last: int, taken: list[tuple[str, int, int]]) -> bool:
        available = next(v.available for v in self.case.vehicles if v.vehicle == name)
        busy = Counter(d for other, a, b in taken if other == name for d in range(a, b + 1))
        return available is None or all(busy[d] < available for d in range(day, last + 1))

    def runs(self, group: list[Load]) -> dict[tuple[str, int, int], float]:
        """The least cost of a vehicle-full by vehicle, first and last day."""
        best: dict[tuple[str, int, int], float] = {}
        if any((a.goods_class, b.goods_class) in self.case.incompatible for a, b in itertools.combinations(group, 2)):
            return best
        events = [
            (one, kind) for one in group for kind in (("both",) if one.origin == one.destination else ("in", "out"))
        ]
        for order in itertools.permutations(events):
            place = {event: number for number, event in enumerate(order)}
            if any((a, "in") in place and place[a, "in"] > place[a, "out"] for a in group):
                continue
            for vehicle in self.case.vehicles:
                for (day, last), cost in self.drive(vehicle, order, group):
                    key = (vehicle.vehicle, day, last)
                    best[key] = min(cost, best.get(key, math.inf))
        return best

    def drive(
        self, vehicle: Vehicle, order: tuple[tuple[Load, str], ...], group: list[Load]
    ) -> list[tuple[tuple[int, int], float]]:
        """(first day, last day) and cost of the order for every day on which it keeps to all rules."""
        stops: list[tuple[str, list[tuple[Load, str]]]] = []
        for one, kind in order:
            site = one.destination if kind == "out" else one.origin
            if not stops or stops[-1][0] != site:
                stops.append((site, []))
            stops[-1][1].append((one, kind))
        if len(stops) > 1 and any(kind == "both" for _, kind in order):
            return []  # a load whose origin is its destination rides on no trip with other stops
        if len(stops) == 1 and any(sum(sizes) > room * (1 + 1e-9) for sizes, room in self.sizes(vehicle, group)):
            return []
        if len(stops) > vehicle.max_stops or not all(self.fits(vehicle, one) for one in group):
            return []
        hours = km = toll = 0.0
        offsets, aboard = [0], self.after(stops[0][1], [])
        for (here, _), (there, done) in itertools.pairwise(stops):
            if any(sum(sizes) > room * (1 + 1e-9) for sizes, room in self.sizes(vehicle, aboard)):
                return []
            way = self.way[here, there]
            hours += self.case.hours_per_stop + way[1] + way[2] / vehicle.speed_kmh
            km, toll = km + way[0], toll + way[3]
            offsets.append(max(0, math.floor((hours - 1e-9) / self.case.driving_hours_per_day)))
            aboard = self.after(done, aboard)
        if offsets[-1] + 1 > self.case.max_trip_days:
            return []
        if vehicle.empty_return_pct:
            back = self.way[stops[-1][0], stops[0][0]]
            km, toll = km + vehicle.empty_return_pct / 100 * back[0], toll + back[3]
        cost = vehicle.fixed_cost + vehicle.cost_per_km * km + vehicle.cost_per_stop * len(stops) + toll
        days = [
            day
            for day in range(1, 8)
            if all(
                (kind == "out" or day + offset >= one.ready) and (kind == "in" or day + offset <= one.due)
                for offset, (_, done) in zip(offsets, stops, strict=True)
                for one, kind in done
            )
        ]
        return [((day, day + offsets[-1]), cost) for day in days]

    @staticmethod
    def after(done: list[tuple[Load, str]], aboard: list[Load]) -> list[Load]:
        out = [one for one, kind in done if kind == "out"]
        return [one for one in aboard if one not in out] + [one for one, kind in done if kind == "in"]

    @staticmethod
    def sizes(vehicle: Vehicle, aboard: list[Load]) -> list[tuple[list[float], float]]:
        return [
            ([one.weight_kg for one in aboard], vehicle.capacity_kg),
            ([one.volume_m3 for one in aboard], vehicle.capacity_m3),
            ([one.pallets for one in aboard], vehicle.capacity_pallets),
        ]

    def fits(self, vehicle: Vehicle, one: Load) -> bool:
        takes = not one.goods_class or not vehicle.goods_classes or one.goods_class in vehicle.goods_classes
        return takes and all(sizes[0] <= room for sizes, room in self.sizes(vehicle, [one]))

    def alternative(self, one: Load) -> float:
        """Groupage or unmet, whichever costs less."""
        km = self.way[one.origin, one.destination][0]
        costs = [
            self.bill(tariff, one, km)
            for tariff in self.case.tariffs
            if not one.goods_class or not tariff.goods_classes or one.goods_class in tariff.goods_classes
        ]
        fitting = [vehicle for vehicle in self.case.vehicles if self.fits(vehicle, one)] or list(self.case.vehicles)
        stops = 1 if one.origin == one.destination else 2
        there, back = self.way[one.origin, one.destination], self.way[one.destination, one.origin]
        direct = [
            v.fixed_cost
            + v.cost_per_km * (there[0] + v.empty_return_pct / 100 * back[0])
            + v.cost_per_stop * stops
            + there[3]
            + (back[3] if v.empty_return_pct else 0)
            for v in fitting
        ]
        return min([*costs, self.case.shortage_factor * max(direct)])

    @staticmethod
    def bill(tariff: Tariff, one: Load, km: float) -> float:
        w, km = max(one.weight_kg, tariff.kg_per_m3 * one.volume_m3), max(km, tariff.min_distance_km)
        bills = [
            b.fixed_cost + max(w, b.min_weight_kg) * (b.cost_per_kg + b.cost_per_kg_km * km) for b in tariff.breaks
        ]
        return max(tariff.minimum_cost, min(bills))


def shortest_ways(roads: list[Road]) -> dict[tuple[str, str], tuple[float, float, float, float]]:
    """(km, stated hours, km without, toll) of the shortest path by km, then hours at 60 km/h, then toll."""
    given = {(road.origin, road.destination) for road in roads}
    best = {(site, site): (0.0, 0.0, 0.0, 0.0) for road in roads for site in (road.origin, road.destination)}

    def rank(way: tuple[float, float, float, float]) -> tuple[float, float, float]:
        return (way[0], way[1] + way[2] / 60, way[3])

    for road in roads:
        stated = road.duration_h is not None
        way = (road.distance_km, road.duration_h or 0.0, 0.0 if stated else road.distance_km, road.toll)
        best[road.origin, road.destination] = way
        if (road.destination, road.origin) not in given:
            best[road.destination, road.origin] = way
    names = sorted({site for pair in best for site in pair})
    for via, a, b in itertools.product(names, names, names):
        if (a, via) in best and (via, b) in best:
            found = tuple(x + y for x, y in zip(best[a, via], best[via, b], strict=True))
            if (a, b) not in best or rank(found) < rank(best[a, b]):  # type: ignore[arg-type]
                best[a, b] = found  # type: ignore[assignment]
    return best


def partitions(loads: list[Load]) -> list[list[list[Load]]]:
    if not loads:
        return [[]]
    first, found = loads[0], []
    for rest in partitions(loads[1:]):
        found.append([[first], *rest])
        found += [[*rest[:k], [first, *rest[k]], *rest[k + 1 :]] for k in range(len(rest))]
    return found


@pytest.mark.parametrize("seed", range(CASES))
def test_the_model_over_all_trips_costs_what_brute_force_finds(seed: int) -> None:
    case, roads = random_case(seed)
    planned = plan(case)
    assert planned.objective == pytest.approx(BruteForce(case, roads).cost(), rel=1e-6)


@pytest.mark.parametrize("seed", range(CASES))
def test_trips_open_to_every_load_cost_no_other_than_listed_ones(seed: int) -> None:
    """Here the model itself has to keep to room, classes, stops and fleet: the rides of a listed trip always fit."""
    case, _ = random_case(seed)
    listed = enumerate_trips(case)
    opened = known(case, [replace(trip, rides=()) for trip in listed.trips])
    assert plan(case, opened).objective == pytest.approx(plan(case, listed).objective, rel=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_a_coalition_in_the_model_costs_what_its_own_case_costs(seed: int) -> None:
    case, _ = random_case(seed)
    for members in ((), ("M",), ("N",)):
        own = replace(case, loads=tuple(one for one in case.loads if one.member in members))
        assert plan(case, coalition=members).objective == pytest.approx(plan(own).objective, rel=1e-6)


def test_the_random_cases_use_what_they_are_meant_to_try() -> None:
    plans = [plan(random_case(seed)[0]) for seed in range(CASES)]
    assert sum(len(planned.trips) > 0 for planned in plans) >= CASES // 3
    assert sum(len(planned.loads) > 0 and (planned.loads["tariff"] != "").any() for planned in plans) >= CASES // 5
    assert any(planned.trips["stops"].str.count(r"\|").max() >= 2 for planned in plans if len(planned.trips))
    assert any((planned.loads.query("trip != ''").groupby("trip").size() >= 3).any() for planned in plans)
