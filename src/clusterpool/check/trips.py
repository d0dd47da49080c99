"""Every trip: its stops, days, distance, cost, capacity on every leg, classes, and the vehicles there are."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.cargo import Sizes
from clusterpool.check.cells import iso, rows_of
from clusterpool.check.clock import Clock, Course, course, may_ride
from clusterpool.errors import RouteError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.check.cargo import Cargo, Vehicle
    from clusterpool.check.findings import Findings
    from clusterpool.check.roads import Geography
    from clusterpool.check.rows import LoadRow, PlanRows, TripRow
    from clusterpool.demand import Pool


@dataclass(frozen=True, slots=True)
class Rider:
    """A row of loads on a trip: on at stop `start`, off at stop `end`, both counted from 0."""

    load: LoadRow
    start: int
    end: int

    @property
    def sizes(self) -> Sizes:
        """What the row carries."""
        return Sizes(self.load.weight_kg, self.load.volume_m3, self.load.pallets)


@dataclass(frozen=True, slots=True)
class Delivery:
    """When a row of loads reaches its last stop; `day` as an ordinal."""

    load: LoadRow
    day: int


class TripChecker:
    """Holds trips to what the pool's tables say of vehicles, roads and classes."""

    def __init__(
        self,
        pool: Pool,
        fleet: Mapping[str, Vehicle],
        geography: Geography,
        cargo: Mapping[str, Cargo],
        findings: Findings,
    ) -> None:
        self._fleet = fleet
        self._geography = geography
        self._cargo = cargo
        self._findings = findings
        self._clock = Clock.of(pool)
        pairs = [(row["goods_class"], row["other_class"]) for row in rows_of(pool, "compatibility")]
        self._barred = {frozenset(pair) for pair in pairs}
        self._under_way: dict[str, Counter[int]] = defaultdict(Counter)

    def check(self, rows: PlanRows) -> list[Delivery]:
        """Note every fault of every trip; return when its loads arrive."""
        on_trip: dict[str, list[LoadRow]] = defaultdict(list)
        for load in rows.loads:
            on_trip[load.trip].append(load)
        known = Counter(trip.trip for trip in rows.trips)
        deliveries: list[Delivery] = []
        for trip in rows.trips:
            if not trip.trip or known[trip.trip] > 1:
                self._findings.add("trips", trip.row, "trip", "a code of its own", trip.trip, "the code is not unique")
            deliveries += self._check_trip(trip, on_trip[trip.trip])
        for load in rows.loads:
            if load.trip and load.trip not in known:
                self._findings.add("loads", load.row, "trip", "a trip", load.trip, "there is no such trip")
        self._check_available()
        return deliveries

    def _check_trip(self, trip: TripRow, loads: list[LoadRow]) -> list[Delivery]:
        vehicle = self._fleet.get(trip.vehicle)
        if vehicle is None:
            self._findings.add("trips", trip.row, "vehicle", "a vehicle", trip.vehicle, "there is no such vehicle")
            return []
        if not trip.stops:
            self._findings.add("trips", trip.row, "stops", "a stop", "", "the trip stops nowhere")
            return []
        try:
            way = course(self._geography, self._clock, vehicle, trip.day, trip.stops)
        except RouteError as error:
            self._findings.add("trips", trip.row, "stops", "connected sites", "|".join(trip.stops), str(error))
            return []
        self._check_course(trip, vehicle, way)
        known = [load for load in loads if load.cargo in self._cargo]
        self._check_classes(trip, vehicle, known)
        carried = math.fsum(load.weight_kg for load in known)
        self._findings.figure("trips", trip.row, "load_kg", carried, trip.load_kg, "not the kg of its loads")
        riders = [rider for load in known if (rider := self._rider(trip, way, load))]
        return self._check_riders(trip, vehicle, way, riders)

    def _check_course(self, trip: TripRow, vehicle: Vehicle, way: Course) -> None:
        findings = self._findings
        problem = "not the km from first to last stop"
        findings.figure("trips", trip.row, "distance_km", way.km, trip.distance_km, problem)
        findings.money("trips", trip.row, "cost", way.cost, trip.cost, "not what the vehicle costs for these stops")
        emitted = vehicle.kg_co2e_per_km * way.paid_km
        findings.figure("trips", trip.row, "kg_co2e", emitted, trip.kg_co2e, "not kg_co2e_per_km x the km driven")
        findings.at_most("trips", trip.row, "stops", vehicle.max_stops, float(len(trip.stops)), "more than max_stops")
        most = self._clock.max_trip_days
        findings.at_most("trips", trip.row, "stops", most, float(way.duration_days), "takes more than max_trip_days")
        if any(here == following for here, following in itertools.pairwise(trip.stops)):
            findings.add("trips", trip.row, "stops", "one visit", "|".join(trip.stops), "one site twice in a row")
        self._under_way[vehicle.name].update(range(way.days[0], way.days[-1] + 1))

    def _check_classes(self, trip: TripRow, vehicle: Vehicle, loads: list[LoadRow]) -> None:
        for load in loads:
            goods_class = self._cargo[load.cargo].goods_class
            if not vehicle.takes(goods_class):
                expected = "|".join(vehicle.goods_classes)
                self._findings.add("loads", load.row, "trip", expected, goods_class, "the vehicle takes no such goods")
        for one, other in itertools.combinations(loads, 2):
            classes = (self._cargo[one.cargo].goods_class, self._cargo[other.cargo].goods_class)
            if one.cargo != other.cargo and frozenset(classes) in self._barred:
                found, problem = "|".join(classes), f"goods on trip {trip.trip!r} that may not share a vehicle"
                self._findings.add("loads", other.row, "trip", "compatible goods", found, problem)

    def _rider(self, trip: TripRow, way: Course, load: LoadRow) -> Rider | None:
        """The load between its two stops; None, with a finding, where it cannot ride there."""
        cargo, start, end = self._cargo[load.cargo], load.from_stop - 1, load.to_stop - 1
        if not (0 <= start <= end < len(trip.stops)):
            expected, found = f"1 to {len(trip.stops)}, in order", f"{load.from_stop}|{load.to_stop}"
            problem = f"no two stops of trip {trip.trip!r} in this order"
            self._findings.add("loads", load.row, "from_stop", expected, found, problem)
            return None
        if may_ride(cargo, start, end, trip.stops, way.days):
            return Rider(load, start, end)
        expected = f"{cargo.origin} from {iso(cargo.ready)} to {cargo.destination} by {iso(cargo.due)}"
        found = ", ".join(f"{number + 1}: {trip.stops[number]} {iso(way.days[number])}" for number in (start, end))
        problem = f"trip {trip.trip!r} does not pass origin and destination at these stops within the dates"
        self._findings.add("loads", load.row, "from_stop", expected, found, problem)
        return None

    def _check_riders(self, trip: TripRow, vehicle: Vehicle, way: Course, riders: list[Rider]) -> list[Delivery]:
        used = {stop for rider in riders for stop in (rider.start, rider.end)}
        for stop in sorted(set(range(len(trip.stops))) - used):
            problem = "nothing is loaded or unloaded at this stop"
            self._findings.add("trips", trip.row, "stops", "a use", f"stop {stop + 1}: {trip.stops[stop]}", problem)
        self._check_fill(trip, vehicle, _leg_loads(len(trip.stops), riders))
        return [Delivery(rider.load, way.days[rider.end]) for rider in riders]

    def _check_fill(self, trip: TripRow, vehicle: Vehicle, fill: list[Sizes]) -> None:
        findings = self._findings
        for leg, sizes in enumerate(fill, start=1):
            for name, size, room in zip(("kg", "m3", "pallets"), sizes.each, vehicle.room.each, strict=True):
                findings.at_most("trips", trip.row, "vehicle", room, size, f"over the capacity in {name} on leg {leg}")
        fullest = 100.0 * max((_fullness(vehicle, sizes) for sizes in fill), default=0.0)
        findings.figure("trips", trip.row, "fill_pct", fullest, trip.fill_pct, "not the fullest leg's part of capacity")

    def _check_available(self) -> None:
        for name, days in sorted(self._under_way.items()):
            for day, count in sorted(days.items()):
                problem = f"more vehicles {name!r} under way on {iso(day)} than available"
                self._findings.at_most("trips", 0, "vehicle", self._fleet[name].available, float(count), problem)


def _leg_loads(stops: int, riders: list[Rider]) -> list[Sizes]:
    """What is aboard on each leg; of a trip of one stop, all that is loaded and unloaded there."""
    legs = [Sizes() for _ in range(max(1, stops - 1))]
    for rider in riders:
        for leg in range(rider.start, max(rider.end, 1)):
            legs[leg] = legs[leg].plus(rider.sizes)
    return legs


def _fullness(vehicle: Vehicle, sizes: Sizes) -> float:
    """The fullest of kg, m3 and pallets as a part of the capacity; sizes without room count as overfull."""
    parts = zip(sizes.each, vehicle.room.each, strict=True)
    return max(size / room if room > 0.0 else (math.inf if size > 0.0 else 0.0) for size, room in parts)
