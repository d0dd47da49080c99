"""Routes made into trips that a plan may choose among: the vehicle, the days, the rides, the number of copies."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING

from clusterpool.freight.alternative import alternative
from clusterpool.freight.case import fits
from clusterpool.freight.closure import Haul, Route, best_vehicle, start_days
from clusterpool.freight.groupage import cheapest
from clusterpool.freight.trips import Ride, Trip, possible_rides, timetable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterpool.freight.case import Cargo, FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.market import Vehicle

DIRECT_STOPS = 2
MOST_DAYS = 4
"""On so many days a trip of a scarce vehicle is offered, spread over all on which it could start."""


def prizes(case: FreightCase) -> dict[Cargo, float]:
    """What each load and each lot costs at most where it rides on no trip: a trip dearer than its cargo's is useless.

    A lot is taken whole and by itself; where no tariff takes it, it is beyond price.
    """
    found: dict[Cargo, float] = {load.load: alternative(case, load).cost for load in case.loads}
    for lot in case.lots:
        kg, m3 = lot.unit_kg * lot.most_units, lot.unit_m3 * lot.most_units
        offer = cheapest(case, lot.origin, lot.destination, lot.goods_class, kg, m3)
        found[lot.supplier, lot.need] = offer[0] if offer else math.inf
    return found


def tourable(case: FreightCase, load: Load) -> bool:
    """Whether some vehicle can bring the load straight from origin to destination within its window."""
    return best_vehicle(case, direct(load)) is not None


def direct(load: Load) -> Route:
    """The route of one load by itself."""
    if load.origin == load.destination:
        return Route((load.origin,), (Haul(load, 0, 0),))
    return Route((load.origin, load.destination), (Haul(load, 0, 1),))


def templates(case: FreightCase, routes: Iterable[Route]) -> tuple[Trip, ...]:
    """The routes as trips by the cheapest vehicle that can carry all their loads.

    Routes of one vehicle and equal stops share as few days as will do, so that their loads can be mixed; a scarce
    vehicle is offered on several days. Lots that can ride along do. As many copies are listed as the loads may fill.
    """
    timed = [(way, offer) for way in sorted(set(routes)) if (offer := best_vehicle(case, way))]
    keyed = sorted(((offer[1].vehicle, way.stops, offer[2], way) for way, offer in timed), key=_by_vehicle_and_stops)
    trips: list[Trip] = []
    for (name, stops), group in groupby(keyed, key=lambda entry: (entry[0], entry[1])):
        vehicle = case.vehicle(name)
        for day, ways in _days(vehicle, [(days, way) for _, _, days, way in group]):
            trips += _copies(case, vehicle, day, stops, ways)
    return tuple(trips)


def _by_vehicle_and_stops(entry: tuple[str, tuple[str, ...], range, Route]) -> tuple[str, tuple[str, ...], int, Route]:
    name, stops, days, way = entry
    return name, stops, days.stop, way


def _days(vehicle: Vehicle, timed: Sequence[tuple[range, Route]]) -> list[tuple[int, list[Route]]]:
    """Start days with the routes that can start then: the fewest that reach every route (earliest end first)."""
    days: set[int] = set()
    for span, _ in timed:
        if vehicle.available is not None:
            days.update(span[:: max(1, math.ceil(len(span) / MOST_DAYS))])
        elif not days.intersection(span):
            days.add(span[-1])
    return [(day, [way for span, way in timed if day in span]) for day in sorted(days)]


def _copies(case: FreightCase, vehicle: Vehicle, day: int, stops: tuple[str, ...], ways: Sequence[Route]) -> list[Trip]:
    hauls = sorted({haul for way in ways for haul in way.hauls})
    codes = {load.load for load in case.loads}
    rides = {Ride(haul.load.load, haul.start, haul.end) for haul in hauls if haul.load.load in codes}
    rides |= _lot_rides(case, vehicle, day, stops, [haul.load for haul in hauls if haul.load.load not in codes])
    if not rides:
        return []
    trip = Trip(vehicle.vehicle, day, stops, tuple(sorted(rides, key=lambda r: (r.start, r.end, str(r.cargo)))))
    needed = math.ceil(_fullest(vehicle, Route(stops, tuple(hauls))) - 1e-6)
    return [trip] * max(1, min(len(ways), needed))


def _lot_rides(
    case: FreightCase, vehicle: Vehicle, day: int, stops: tuple[str, ...], parcels: Sequence[Load]
) -> set[Ride]:
    """Rides of lots on a trip: of those that its parcels stand for, and on a direct trip of every lot of the lane."""
    if not case.lots or (len(stops) > DIRECT_STOPS and not parcels):
        return set()
    wanted = {(parcel.origin, parcel.destination, parcel.member, parcel.goods_class) for parcel in parcels}
    rides = {ride for ride in possible_rides(case, vehicle, day, stops) if not isinstance(ride.cargo, str)}
    if len(stops) <= DIRECT_STOPS:
        return rides
    lots = {ride: case.cargo(ride.cargo) for ride in rides}
    return {ride for ride, o in lots.items() if (o.origin, o.destination, o.member, o.goods_class) in wanted}


def _fullest(vehicle: Vehicle, way: Route) -> float:
    """How many vehicles the loads of a route fill on its fullest leg, by kg, m3 or pallets."""
    fill = 0.0
    for leg in range(len(way.stops) - 1):
        aboard = {haul.load for haul in way.hauls if haul.start <= leg < haul.end}
        for size, room in (
            (sum(load.weight_kg for load in aboard), vehicle.capacity_kg),
            (sum(load.volume_m3 for load in aboard), vehicle.capacity_m3),
            (sum(load.pallets for load in aboard), vehicle.capacity_pallets),
        ):
            fill = max(fill, size / room if room > 0 else 0.0)
    return fill


def lanes(case: FreightCase, worth: Mapping[Cargo, float]) -> tuple[Trip, ...]:
    """Direct trips on every lane, by every vehicle, for all loads and lots that can ride together; full trucks first.

    A lane's days are the fewest that reach every load; copies are as many as the loads fill.
    """
    ends = {(load.origin, load.destination) for load in case.loads} | {(o.origin, o.destination) for o in case.lots}
    trips: list[Trip] = []
    for origin, destination in sorted(ends):
        for vehicle in case.vehicles:
            if vehicle.available != 0:
                trips += _lane(case, vehicle, origin, destination, worth)
    return tuple(trips)


def _lane(
    case: FreightCase, vehicle: Vehicle, origin: str, destination: str, worth: Mapping[Cargo, float]
) -> list[Trip]:
    stops = (origin,) if origin == destination else (origin, destination)
    loads = [load for load in case.loads if (load.origin, load.destination) == (origin, destination)]
    timed = [(start_days(case, vehicle, direct(load)), direct(load)) for load in loads if fits(vehicle, load)]
    timed = sorted(((days, way) for days, way in timed if days), key=lambda pair: (pair[0].stop, pair[1]))
    trips: list[Trip] = []
    for day, ways in _days(vehicle, timed) or _lot_days(case, stops):
        found = _copies(case, vehicle, day, stops, ways)
        trips += found if worth_it(case, found, worth) else []
    return trips


def _lot_days(case: FreightCase, stops: tuple[str, ...]) -> list[tuple[int, list[Route]]]:
    """Start days for a lane that only lots use: each day on which one of them gets ready."""
    ready = {lot.ready for lot in case.lots if (lot.origin, lot.destination) == (stops[0], stops[-1])}
    return [(day, []) for day in sorted(ready)]


def worth_it(case: FreightCase, trips: Sequence[Trip], worth: Mapping[Cargo, float]) -> bool:
    """Whether a trip costs less than what all that may ride on it costs otherwise."""
    if not trips:
        return False
    trip = trips[0]
    cost = timetable(case, case.vehicle(trip.vehicle), trip.day, trip.stops).cost
    return cost < sum(worth[cargo] for cargo in {ride.cargo for ride in trip.rides})
