"""Trips: a vehicle type, a first day and stops in order; what may ride on them, and what they cost."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from clusterpool.freight.case import SIZE_TOLERANCE, fits, takes
from clusterpool.freight.groupage import tariff_cost
from clusterpool.freight.loads import Load, Lot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Cargo
    from clusterpool.market import Vehicle
    from clusterpool.routes import RoadNetwork

_TIMES: WeakKeyDictionary[RoadNetwork, dict[tuple[Vehicle, float, float, tuple[str, ...]], Timetable]] = (
    WeakKeyDictionary()
)
"""Timetables worked out, by road network: the same stops are timed many times while routes are looked for."""
CLOCK_TOLERANCE_H = 1e-9
"""An arrival on the stroke of the last driving hour still belongs to that day (contract A2)."""


@dataclass(frozen=True, slots=True)
class Ride:
    """A load or a lot that may be picked up at stop `start` and put down at stop `end` of a trip (0-based).

    `cargo` is the load's code (str) or the lot's key (supplier, need number). `start` equals `end` only where origin
    and destination are one site.
    """

    cargo: Cargo
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Trip:
    """A known trip: one vehicle of type `vehicle` that starts on `day` (ordinal) and visits `stops` in order.

    `rides` are what may travel on it, each by itself; which of them do so together is for the model to say, within
    the capacity on every leg. Equal trips in a list are as many vehicles.
    """

    vehicle: str
    day: int
    stops: tuple[str, ...]
    rides: tuple[Ride, ...]


@dataclass(frozen=True, slots=True)
class KnownTrips:
    """The trips that a plan may choose among; `complete` where no other trip could make any plan cheaper."""

    trips: tuple[Trip, ...]
    complete: bool
    limit_struck: bool = False


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a trip is where, and what it costs.

    Parameters
    ----------
    arrival_h : tuple of float
        Hours of driving and of stops from the start of the first day to the arrival at each stop.
    days : tuple of int
        The day (ordinal) of each stop.
    mileage_km : tuple of float
        Kilometres driven from the first stop to each stop.
    return_km : float
        The paid part of the empty way back from the last stop to the first.
    toll, cost : float
        In the pool's currency; the cost holds the toll.
    """

    arrival_h: tuple[float, ...]
    days: tuple[int, ...]
    mileage_km: tuple[float, ...]
    return_km: float
    toll: float
    cost: float

    @property
    def distance_km(self) -> float:
        """Kilometres from the first to the last stop, without the empty return."""
        return self.mileage_km[-1]

    @property
    def paid_km(self) -> float:
        """Kilometres that are paid: from the first to the last stop and the paid part of the empty return."""
        return self.mileage_km[-1] + self.return_km

    @property
    def last_day(self) -> int:
        """The day of the last stop."""
        return self.days[-1]


def timetable(case: FreightCase, vehicle: Vehicle, day: int, stops: Sequence[str]) -> Timetable:
    """Clock and cost of a trip as the contract (A2, freight) states them; limits are for `within_limits` to judge.

    The return leg is a paid leg, with its toll, where the vehicle's `empty_return_pct` is above 0.
    """
    known = _TIMES.setdefault(case.network, {})
    key = (vehicle, case.hours_per_stop, case.driving_hours_per_day, tuple(stops))
    times = known.get(key)
    if times is None:
        times = known[key] = _timetable(case, vehicle, stops)
    return times if day == 0 else replace(times, days=tuple(day + one for one in times.days))


def _timetable(case: FreightCase, vehicle: Vehicle, stops: Sequence[str]) -> Timetable:
    """The timetable of a trip that starts on day 0."""
    arrival_h, mileage_km, toll = [0.0], [0.0], 0.0
    for origin, destination in pairwise(stops):
        leg = case.network.leg(origin, destination)
        arrival_h.append(arrival_h[-1] + case.hours_per_stop + leg.hours(vehicle.speed_kmh))
        mileage_km.append(mileage_km[-1] + leg.distance_km)
        toll += leg.toll
    return_km = 0.0
    if vehicle.empty_return_pct > 0:
        back = case.network.leg(stops[-1], stops[0])
        return_km = vehicle.empty_return_pct / 100.0 * back.distance_km
        toll += back.toll
    cost = (
        vehicle.fixed_cost
        + vehicle.cost_per_km * (mileage_km[-1] + return_km)
        + vehicle.cost_per_stop * len(stops)
        + toll
    )
    days = tuple(_days_on_the_way(case, hours) for hours in arrival_h)
    return Timetable(tuple(arrival_h), days, tuple(mileage_km), return_km, toll, cost)


def _days_on_the_way(case: FreightCase, hours: float) -> int:
    return max(0, math.floor((hours - CLOCK_TOLERANCE_H) / case.driving_hours_per_day))


def within_limits(case: FreightCase, vehicle: Vehicle, times: Timetable) -> bool:
    """Whether a trip keeps to its vehicle's `max_stops` and to the pool's `max_trip_days`."""
    return len(times.days) <= vehicle.max_stops and times.last_day - times.days[0] + 1 <= case.max_trip_days


def possible_rides(case: FreightCase, vehicle: Vehicle, day: int, stops: Sequence[str]) -> tuple[Ride, ...]:
    """Everything that may ride on a trip, each by itself, in the shortest stretches of it.

    A stretch that holds another one within its windows is left out: it takes more room and brings nothing. Cargo whose
    origin and destination are one site rides on a trip of one stop only.
    """
    days = timetable(case, vehicle, day, stops).days
    visited: dict[str, list[int]] = {}
    for number, site in enumerate(stops):
        visited.setdefault(site, []).append(number)
    return tuple(
        Ride(key, start, end)
        for site in sorted(visited)
        for destination in visited
        for key, cargo in case.cargo_between.get((site, destination), ())
        if may_ride(vehicle, cargo)
        for start, end in _stretches(cargo, visited[site], visited[cargo.destination], days)
    )


def may_ride(vehicle: Vehicle, cargo: Load | Lot) -> bool:
    """Whether the vehicle takes the cargo's class and has room for it: all of a load, some of a lot."""
    if isinstance(cargo, Load):
        return fits(vehicle, cargo)
    return takes(vehicle.goods_classes, cargo.goods_class) and all(map(math.isfinite, room_taken(vehicle, cargo)))


def _stretches(
    cargo: Load | Lot, starts: Sequence[int], ends: Sequence[int], days: Sequence[int]
) -> Iterator[tuple[int, int]]:
    if cargo.origin == cargo.destination:
        if len(days) == 1 and cargo.ready <= days[0] <= cargo.due:
            yield 0, 0
        return
    allowed = [stop for stop in starts if days[stop] >= cargo.ready]
    for end in ends:
        before = [stop for stop in allowed if stop < end]
        if before and days[end] <= cargo.due:
            yield before[-1], end
            allowed = [stop for stop in allowed if stop > end]


def known(
    case: FreightCase, trips: Iterable[Trip], *, complete: bool = False, limit_struck: bool = False
) -> KnownTrips:
    """The trips of a list that can be of use, in canonical order.

    Trips of one vehicle type, day and stops are one trip with all their rides; those that state none get every
    possible ride. As many copies are kept as the list holds, but no more than can be of use. A trip beyond its limits,
    with two stops at one site in a row, or with a stop where nothing could be loaded or unloaded, goes.
    """
    counts: Counter[Trip] = Counter()
    rides: dict[Trip, set[Ride]] = {}
    for trip in trips:
        bare = replace(trip, rides=())
        counts[bare] += 1
        found = trip.rides or possible_rides(case, case.vehicle(trip.vehicle), trip.day, trip.stops)
        rides.setdefault(bare, set()).update(found)
    kept: list[Trip] = []
    for bare, count in sorted(counts.items(), key=lambda item: (item[0].day, item[0].vehicle, item[0].stops)):
        trip = replace(bare, rides=tuple(sorted(rides[bare], key=ride_order)))
        if _can_be_used(case, case.vehicle(trip.vehicle), trip):
            kept.extend([trip] * min(count, useful_copies(case, trip)))
    return KnownTrips(tuple(kept), complete, limit_struck)


def cargo_order(key: Cargo) -> tuple[str, int]:
    """The canonical order of cargo: loads and lots mixed, by their code."""
    return (key, 0) if isinstance(key, str) else key


def ride_order(ride: Ride) -> tuple[int, int, str, int]:
    """The canonical order of rides: by stops, then by cargo."""
    return (ride.start, ride.end, *cargo_order(ride.cargo))


def _can_be_used(case: FreightCase, vehicle: Vehicle, trip: Trip) -> bool:
    touched = {stop for ride in trip.rides for stop in (ride.start, ride.end)}
    times = timetable(case, vehicle, trip.day, trip.stops)
    one_visit = all(here != following for here, following in pairwise(trip.stops))
    return one_visit and len(touched) == len(trip.stops) and within_limits(case, vehicle, times)


def useful_copies(case: FreightCase, trip: Trip) -> int:
    """How many vehicles on this very trip can be of use at most.

    Any two vehicles in use that hold the same conflict groups could be merged unless together they are too full
    somewhere: their summed fill, over all legs and measures, exceeds 1, so at most one of them has a sum of 1/2 or
    less. Hence fewer than (sets of groups) + 2 x total fill are in use, and never more than there are whole loads.
    """
    vehicle = case.vehicle(trip.vehicle)
    cargo = {key: case.cargo(key) for key in sorted({ride.cargo for ride in trip.rides}, key=cargo_order)}
    ceiling = math.inf if vehicle.available is None else vehicle.available
    if all(isinstance(one, Load) for one in cargo.values()):
        ceiling = min(ceiling, len(cargo))
    groups = {conflict_group(case, key) for key in cargo}
    sets = 1 if all(case.may_share(a, b) for (a, _), (b, _) in combinations(groups, 2)) else 2 ** len(groups)
    legs = max(len(trip.stops) - 1, 1)
    total = sum(legs * sum(room_taken(vehicle, one)) for one in cargo.values())
    return int(min(ceiling, max(1, math.ceil(sets + 2 * total) - 1)))


def conflict_group(case: FreightCase, key: Cargo) -> tuple[str, Cargo]:
    """What may share a vehicle with all of its own kind: a goods class, or one cargo of a class barred from itself."""
    goods_class = case.cargo(key).goods_class
    return (goods_class, "" if case.may_share(goods_class, goods_class) else key)


def room_taken(vehicle: Vehicle, cargo: Load | Lot) -> tuple[float, float, float]:
    """The part of the vehicle's kg, m3 and pallets that the cargo fills: a load, or a lot at its most.

    Infinite where the cargo needs room of a kind that the vehicle has none of.
    """
    kg, m3, pallets = sizes(cargo)
    rooms = (vehicle.capacity_kg, vehicle.capacity_m3, vehicle.capacity_pallets)
    kg_share, m3_share, pallet_share = (
        size / room if room > 0 else (math.inf if size > 0 else 0.0)
        for size, room in zip((kg, m3, pallets), rooms, strict=True)
    )
    return kg_share, m3_share, pallet_share


def sizes(cargo: Load | Lot) -> tuple[float, float, float]:
    """Kg, m3 and pallets of a load, or of a lot at its most."""
    if isinstance(cargo, Load):
        return cargo.weight_kg, cargo.volume_m3, cargo.pallets
    return (
        cargo.unit_kg * cargo.most_units,
        cargo.unit_m3 * cargo.most_units,
        cargo.unit_pallets * cargo.most_units,
    )


def unmet_price(case: FreightCase, load: Load | Lot) -> float:
    """What leaving a shipment behind costs: `shortage_factor` x the direct trip of the most expensive fitting vehicle.

    The direct trip pays its empty return, its tolls and two stops (one where origin and destination are one site). Of a
    shipment larger than every vehicle of its class it is as many direct trips as it takes, in the most expensive of
    those that need the fewest. Where no vehicle can, the most expensive of all stands in; where there is none, the most
    expensive tariff.
    """
    stops = (load.origin,) if load.origin == load.destination else (load.origin, load.destination)
    takers = [vehicle for vehicle in case.vehicles if takes(vehicle.goods_classes, load.goods_class)]
    fulls = [(vehicle, max(room_taken(vehicle, load))) for vehicle in takers]
    whole = [(vehicle, 1) for vehicle, full in fulls if full <= 1 + SIZE_TOLERANCE]
    parted = [(vehicle, math.ceil(full - SIZE_TOLERANCE)) for vehicle, full in fulls if math.isfinite(full)]
    fewest = min((count for _, count in parted), default=0)
    counts = (
        whole
        or [(vehicle, count) for vehicle, count in parted if count == fewest]
        or [(vehicle, 1) for vehicle in case.vehicles]
    )
    prices = [count * timetable(case, vehicle, load.ready, stops).cost for vehicle, count in counts]
    if not prices:
        km, (kg, m3, _) = case.network.leg(load.origin, load.destination).distance_km, sizes(load)
        prices = [tariff_cost(tariff, km, kg, m3) for tariff in case.tariffs]
    return case.shortage_factor * max(prices)
