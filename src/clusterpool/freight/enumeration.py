"""Small cases: every trip that can be of use, so that a plan over them is a plan over all trips.

A vehicle that carries exactly a set of loads visits their pick-ups and deliveries in some order; events at one site in
a row are one stop. Only the cheapest order matters for each set, vehicle type and span of days, and where vehicles are
without limit, only the cheapest of all. Lots can be divided in endless ways: a case with lots is never complete.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from clusterpool.freight.alternative import alternative
from clusterpool.freight.case import SIZE_TOLERANCE, fits
from clusterpool.freight.trips import KnownTrips, Ride, Trip, ride_order, room_taken, timetable, within_limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.market import Vehicle

MOST_LOADS = 4
"""Up to this many loads the enumeration is quick: 4 loads have 2,520 orders of events, 5 have 113,400."""


@dataclass(frozen=True, slots=True)
class _Route:
    """Stops in order, and who rides from where to where."""

    stops: tuple[str, ...]
    rides: tuple[Ride, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """A route by a vehicle type on a day, with its cost and its last day."""

    cost: float
    day: int
    last_day: int
    vehicle: str
    route: _Route

    @property
    def order(self) -> tuple[float, int, int, str, tuple[str, ...]]:
        return (self.cost, self.day, self.last_day, self.vehicle, self.route.stops)

    def makes_useless(self, other: _Run) -> bool:
        """Whether this run of the same vehicle type is under way on no other day and costs no more."""
        return self.day >= other.day and self.last_day <= other.last_day and self.order <= other.order

    def trip(self) -> Trip:
        return Trip(self.vehicle, self.day, self.route.stops, tuple(sorted(self.route.rides, key=ride_order)))


def is_small(case: FreightCase) -> bool:
    """Whether every trip of the case can be listed."""
    return len(case.loads) <= MOST_LOADS and not case.parted


def enumerate_trips(case: FreightCase) -> KnownTrips:
    """Every trip of use for the loads of a small case; `complete` where there are no lots.

    A trip for a set of loads carries these or fewer. One that costs no less than leaving each of its loads to its
    alternative (groupage, else unmet) is of no use to any coalition, but to be left unmet has to cost less than a trip.
    """
    if len(case.loads) > MOST_LOADS:
        raise ValueError(f"{len(case.loads)} loads are too many to list every trip: at most {MOST_LOADS}")
    subsets = [subset for size in range(1, len(case.loads) + 1) for subset in combinations(case.loads, size)]
    trips = [run.trip() for subset in subsets for run in _useful_runs(case, subset)]
    trips.sort(key=lambda trip: (trip.day, trip.vehicle, trip.stops, [ride_order(ride) for ride in trip.rides]))
    return KnownTrips(tuple(trips), complete=not case.parted)


def _useful_runs(case: FreightCase, subset: tuple[Load, ...]) -> list[_Run]:
    if not all(case.may_share(a.goods_class, b.goods_class) for a, b in combinations(subset, 2)):
        return []
    if any(load.origin == load.destination for load in subset) and not _at_one_site(subset):
        return []
    others = [alternative(case, load) for load in subset]
    ceiling = math.fsum(other.cost for other in others)
    if any(other.tariff is None for other in others):  # ties go to serving
        ceiling = math.nextafter(ceiling * (1.0 + 1e-12), math.inf)
    routes = list(_routes(subset, (), _Route((), ()), None))
    unlimited = [
        run for vehicle in case.vehicles if vehicle.available is None for run in _runs(case, vehicle, subset, routes)
    ]
    best = min((run for run in unlimited if run.cost < ceiling), key=lambda run: run.order, default=None)
    kept = [best] if best else []
    for vehicle in case.vehicles:
        if vehicle.available is not None:
            runs = _runs(case, vehicle, subset, routes)
            kept += _undominated(run for run in runs if run.cost < (best.cost if best else ceiling))
    return kept


def _at_one_site(loads: Iterable[Load]) -> bool:
    """Whether all loads have the same origin and destination, one site: they ride on no trip with other stops."""
    return len({site for load in loads for site in (load.origin, load.destination)}) == 1


def _undominated(runs: Iterable[_Run]) -> list[_Run]:
    kept: list[_Run] = []
    for run in sorted(runs, key=lambda run: run.order):
        if not any(better.makes_useless(run) for better in kept):
            kept.append(run)
    return kept


def _routes(
    waiting: tuple[Load, ...], aboard: tuple[tuple[Load, int], ...], so_far: _Route, last: tuple[str, bool] | None
) -> Iterator[_Route]:
    """Every order of the events that are left; events of one stop come in one order only (by load, then kind)."""
    if not waiting and not aboard:
        yield so_far
    for load in waiting:
        stops = _visit(so_far.stops, load.origin, (load.load, True), last)
        if stops:
            here = len(stops) - 1
            left = tuple(other for other in waiting if other is not load)
            if load.origin == load.destination:
                route = _Route(stops, (*so_far.rides, Ride(load.load, here, here)))
                yield from _routes(left, aboard, route, (load.load, True))
            else:
                yield from _routes(left, (*aboard, (load, here)), _Route(stops, so_far.rides), (load.load, True))
    for load, start in aboard:
        stops = _visit(so_far.stops, load.destination, (load.load, False), last)
        if stops:
            route = _Route(stops, (*so_far.rides, Ride(load.load, start, len(stops) - 1)))
            left_aboard = tuple(pair for pair in aboard if pair[0] is not load)
            yield from _routes(waiting, left_aboard, route, (load.load, False))


def _visit(
    stops: tuple[str, ...], site: str, event: tuple[str, bool], last: tuple[str, bool] | None
) -> tuple[str, ...] | None:
    """The stops once `event` has happened at `site`; None where the same stop has already seen a later event."""
    if not stops or stops[-1] != site:
        return (*stops, site)
    return stops if last is None or last < event else None


def _runs(case: FreightCase, vehicle: Vehicle, subset: tuple[Load, ...], routes: list[_Route]) -> Iterator[_Run]:
    """Every route that the vehicle can drive, on every day that it can start."""
    if not all(fits(vehicle, load) for load in subset):
        return
    loads = {load.load: load for load in subset}
    fill = {load.load: room_taken(vehicle, load) for load in subset}
    for route in routes:
        times = timetable(case, vehicle, 0, route.stops)
        if within_limits(case, vehicle, times) and _has_room(route, fill):
            first = max(loads[str(ride.cargo)].ready - times.days[ride.start] for ride in route.rides)
            last = min(loads[str(ride.cargo)].due - times.days[ride.end] for ride in route.rides)
            for day in range(first, last + 1):
                yield _Run(times.cost, day, day + times.last_day, vehicle.vehicle, route)


def _has_room(route: _Route, fill: dict[str, tuple[float, float, float]]) -> bool:
    for leg in range(max(1, len(route.stops) - 1)):
        riding = [fill[str(ride.cargo)] for ride in route.rides if ride.start <= leg < max(ride.end, 1)]
        if any(sum(measure) > 1 + SIZE_TOLERANCE for measure in zip(*riding, strict=True)):
            return False
    return True
