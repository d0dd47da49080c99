"""Routes made into trips that a plan may choose among: the vehicle, the days, the rides."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING

from clusterpool.freight.alternative import alternative
from clusterpool.freight.case import fits
from clusterpool.freight.closure import Haul, Route, best_vehicle, start_days
from clusterpool.freight.departures import MOST_DAYS, departures
from clusterpool.freight.groupage import cheapest
from clusterpool.freight.loads import Load, Lot
from clusterpool.freight.trips import Ride, Trip, possible_rides, ride_order, room_taken, timetable, unmet_price

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Cargo
    from clusterpool.market import Vehicle


def prizes(case: FreightCase) -> dict[Cargo, float]:
    """What each load and each lot costs at most where it rides on no trip: a trip dearer than its cargo's is useless.

    A lot is taken whole and by itself; goods bought ex works that no tariff takes are beyond price.
    """
    found: dict[Cargo, float] = {load.load: alternative(case, load).cost for load in case.loads}
    for lot in case.parted:
        kg, m3 = lot.unit_kg * lot.most_units, lot.unit_m3 * lot.most_units
        offer = cheapest(case, lot.origin, lot.destination, lot.goods_class, kg, m3)
        groupage = offer[0] if offer else math.inf
        found[lot.key] = min(groupage, unmet_price(case, lot)) if lot.shipment else groupage
    return found


def tourable(case: FreightCase, load: Load) -> bool:
    """Whether some vehicle can bring the load straight from origin to destination within its window."""
    return best_vehicle(case, direct(load)) is not None


def direct(*loads: Load) -> Route:
    """The route of loads of one lane by themselves."""
    first = loads[0]
    if first.origin == first.destination:
        return Route((first.origin,), tuple(Haul(load, 0, 0) for load in sorted(loads)))
    return Route((first.origin, first.destination), tuple(Haul(load, 0, 1) for load in sorted(loads)))


def lanes(case: FreightCase, loads: Iterable[Load]) -> tuple[Route, ...]:
    """Direct routes: each load by itself, and on every lane trucks filled one after the other, by vehicle type."""
    grouped: dict[tuple[str, str], list[Load]] = {}
    for load in sorted(loads):
        grouped.setdefault((load.origin, load.destination), []).append(load)
    found = {direct(load) for lane in grouped.values() for load in lane if tourable(case, load)}
    for lane in grouped.values():
        for vehicle in case.vehicles:
            found.update(_bundles(case, vehicle, lane))
    return tuple(sorted(found))


def _bundles(case: FreightCase, vehicle: Vehicle, lane: Sequence[Load]) -> list[Route]:
    """The lane's loads on as many of the vehicles as it takes, in the order of due days, each load in the first fit."""
    bundles: list[tuple[Load, ...]] = []
    for load in sorted(lane, key=lambda load: (load.due, load.ready, load)):
        if vehicle.available != 0 and fits(vehicle, load) and start_days(case, vehicle, direct(load)):
            for number, bundle in enumerate(bundles):
                if start_days(case, vehicle, direct(*bundle, load)):
                    bundles[number] = (*bundle, load)
                    break
            else:
                bundles.append((load,))
    return [direct(*bundle) for bundle in bundles]


def templates(case: FreightCase, routes: Iterable[Route]) -> tuple[Trip, ...]:
    """The routes as trips by every vehicle type that could be of use (`departures`).

    A trip carries its route's own loads or fewer, and the lots for which its parcels stand: those that ride the same
    way in time.
    """
    codes = frozenset(load.load for load in case.loads)
    return tuple(chain.from_iterable(_trips(case, way, codes) for way in sorted(set(routes))))


def _trips(case: FreightCase, way: Route, codes: Collection[str]) -> list[Trip]:
    own = {Ride(haul.load.load, haul.start, haul.end) for haul in way.hauls if haul.load.load in codes}
    ways = {(haul.start, haul.end) for haul in way.hauls if haul.load.load not in codes}
    found = []
    for one in departures(case, way):
        vehicle = case.vehicle(one.vehicle)
        found.append(_trip(vehicle, one.day, way.stops, own | _lot_rides(case, vehicle, one.day, way.stops, ways)))
    return [trip for trip in found if _every_stop_is_made(trip)]


def _trip(vehicle: Vehicle, day: int, stops: tuple[str, ...], rides: Iterable[Ride]) -> Trip:
    return Trip(vehicle.vehicle, day, stops, tuple(sorted(rides, key=ride_order)))


def _lot_rides(
    case: FreightCase, vehicle: Vehicle, day: int, stops: tuple[str, ...], ways: Collection[tuple[int, int]]
) -> set[Ride]:
    if not ways:
        return set()
    possible = possible_rides(case, vehicle, day, stops)
    return {ride for ride in possible if isinstance(case.cargo(ride.cargo), Lot) and (ride.start, ride.end) in ways}


def _every_stop_is_made(trip: Trip) -> bool:
    return len({stop for ride in trip.rides for stop in (ride.start, ride.end)}) == len(trip.stops)


def lot_lanes(case: FreightCase, worth: Mapping[Cargo, float]) -> tuple[Trip, ...]:
    """Direct trips of lots by every vehicle, on each day on which one gets ready, as many as they may fill."""
    ends = sorted({(lot.origin, lot.destination) for lot in case.parted})
    trips: list[Trip] = []
    for origin, destination in ends:
        stops = (origin,) if origin == destination else (origin, destination)
        ready = {lot.ready for lot in case.parted if (lot.origin, lot.destination) == (origin, destination)}
        last = max(lot.due for lot in case.parted if (lot.origin, lot.destination) == (origin, destination))
        for vehicle in case.vehicles:
            days = _days(ready, last) if vehicle.vehicle in case.scarce else sorted(ready)
            for day in days if vehicle.available != 0 else ():
                trip = _trip(vehicle, day, stops, _lot_rides(case, vehicle, day, stops, {(0, len(stops) - 1)}))
                if trip.rides and worth_it(case, trip, worth):
                    trips += [trip] * _copies(case, vehicle, trip)
    return tuple(trips)


def _days(ready: Collection[int], last: int) -> list[int]:
    """The days on which something gets ready, and more, spread until the last due day, up to `MOST_DAYS` in all."""
    after = [day for day in range(min(ready), last + 1) if day not in ready]
    more = max(0, MOST_DAYS - len(ready))
    return sorted({*ready, *(after[:: math.ceil(len(after) / more)] if more and after else ())})


def _copies(case: FreightCase, vehicle: Vehicle, trip: Trip) -> int:
    shares = [room_taken(vehicle, case.cargo(ride.cargo)) for ride in trip.rides]
    fills = [math.fsum(measure) for measure in zip(*shares, strict=True)]
    return max(1, math.ceil(max(fills) - 1e-6))


def worth_it(case: FreightCase, trip: Trip, worth: Mapping[Cargo, float]) -> bool:
    """Whether a trip costs less than what all that may ride on it costs otherwise."""
    cost = timetable(case, case.vehicle(trip.vehicle), trip.day, trip.stops).cost
    return cost < sum(worth[cargo] for cargo in {ride.cargo for ride in trip.rides})
