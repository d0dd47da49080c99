"""Routes with their own loads: timed by the exact clock, repaired, and closed under leaving members out."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from clusterpool.freight.case import SIZE_TOLERANCE, fits
from clusterpool.freight.trips import timetable, within_limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.freight.tour_model import Event
    from clusterpool.market import Vehicle

MOST_MEMBERS_FOR_ALL_SUBSETS = 3


@dataclass(frozen=True, slots=True, order=True)
class Haul:
    """A load that rides from stop `start` to stop `end` of a route."""

    load: Load
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """Stops in order and the loads that ride between them, without a vehicle and without a day."""

    stops: tuple[str, ...]
    hauls: tuple[Haul, ...]
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A load's code tells it from others of a case. Routes are looked up a million times while they are chosen.
        found = hash((self.stops, tuple((haul.load.load, haul.start, haul.end) for haul in self.hauls)))
        object.__setattr__(self, "_hash", found)

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type[Route], tuple[tuple[str, ...], tuple[Haul, ...]]]:
        """Travel without the hash: texts hash otherwise in another process."""
        return Route, (self.stops, self.hauls)

    @property
    def members(self) -> frozenset[str]:
        """Whose loads ride."""
        return frozenset(haul.load.member for haul in self.hauls)


def route(events: Iterable[Event], loads: Mapping[str, Load]) -> Route:
    """The route of pick-ups and deliveries in order; neighbours at one site are one stop."""
    stops: list[str] = []
    starts: dict[str, int] = {}
    hauls: list[Haul] = []
    for code, picks_up in events:
        load = loads[code]
        site = load.origin if picks_up else load.destination
        if not stops or stops[-1] != site:
            stops.append(site)
        if picks_up:
            starts[code] = len(stops) - 1
        else:
            hauls.append(Haul(load, starts[code], len(stops) - 1))
    return Route(tuple(stops), tuple(sorted(hauls)))


def keep(whole: Route, loads: Collection[Load]) -> Route:
    """The route that carries these of its loads only: stops where nothing is left to do are left out."""
    hauls = [haul for haul in whole.hauls if haul.load in loads]
    touched = {stop for haul in hauls for stop in (haul.start, haul.end)}
    stops: list[str] = []
    number: dict[int, int] = {}
    for stop in sorted(touched):
        if not stops or stops[-1] != whole.stops[stop]:
            stops.append(whole.stops[stop])
        number[stop] = len(stops) - 1
    return Route(tuple(stops), tuple(sorted(Haul(h.load, number[h.start], number[h.end]) for h in hauls)))


def start_days(case: FreightCase, vehicle: Vehicle, way: Route) -> range:
    """Every day on which the vehicle can start the route with all its loads on board; empty where it cannot."""
    if not way.hauls or not _has_room(case, vehicle, way):
        return range(0)
    times = timetable(case, vehicle, 0, way.stops)
    if not within_limits(case, vehicle, times):
        return range(0)
    first = max(haul.load.ready - times.days[haul.start] for haul in way.hauls)
    last = min(haul.load.due - times.days[haul.end] for haul in way.hauls)
    return range(first, last + 1)


def _has_room(case: FreightCase, vehicle: Vehicle, way: Route) -> bool:
    loads = [haul.load for haul in way.hauls]
    if not all(fits(vehicle, load) for load in loads):
        return False
    if not all(case.may_share(a, b) for a, b in combinations({load.goods_class for load in loads}, 2)):
        return False
    return _overload(vehicle, way) <= 0


def _overload(vehicle: Vehicle, way: Route) -> float:
    """By what part of the vehicle's room the fullest leg is too full, over kg, m3 and pallets."""
    worst = 0.0
    for leg in range(max(1, len(way.stops) - 1)):
        aboard = [haul.load for haul in way.hauls if haul.start <= leg < max(haul.end, 1)]
        for size, room in (
            (sum(load.weight_kg for load in aboard), vehicle.capacity_kg),
            (sum(load.volume_m3 for load in aboard), vehicle.capacity_m3),
            (sum(load.pallets for load in aboard), vehicle.capacity_pallets),
        ):
            if size > room * (1 + SIZE_TOLERANCE):
                worst = max(worst, size / room - 1 if room > 0 else 1.0)
    return worst


def best_vehicle(case: FreightCase, way: Route) -> tuple[float, Vehicle, range] | None:
    """The cheapest vehicle that can carry all loads of the route, with its cost and its start days."""
    found = [
        (timetable(case, vehicle, 0, way.stops).cost, vehicle, days)
        for vehicle in case.vehicles
        if vehicle.available != 0 and (days := start_days(case, vehicle, way))
    ]
    return min(found, key=lambda offer: (offer[0], offer[1].vehicle), default=None)


def repair(case: FreightCase, vehicle: Vehicle, way: Route, prizes: Mapping[str, float]) -> Route | None:
    """The route less the loads that keep it from being driven, dear ones last; None where nothing is left.

    One load at a time: the cheapest single load whose absence will do, else the one whose absence helps most.
    """
    while way.hauls and not start_days(case, vehicle, way):
        loads = [haul.load for haul in way.hauls]
        shorter = [(keep(way, set(loads) - {load}), prizes[load.load], load) for load in loads]
        way = min(shorter, key=lambda o: (_trouble(case, vehicle, o[0]), o[1], o[2]))[0]
    return way if way.hauls else None


def _trouble(case: FreightCase, vehicle: Vehicle, way: Route) -> float:
    """How far a route is from what the vehicle can drive: 0 where it can."""
    if not way.hauls or start_days(case, vehicle, way):
        return 0.0
    times = timetable(case, vehicle, 0, way.stops)
    late = max(h.load.ready - times.days[h.start] for h in way.hauls) - min(
        h.load.due - times.days[h.end] for h in way.hauls
    )
    return (
        1.0
        + max(0, late)
        + max(0, len(way.stops) - vehicle.max_stops)
        + max(0, times.last_day + 1 - case.max_trip_days)
        + _overload(vehicle, way)
    )


def parts(way: Route) -> tuple[Route, ...]:
    """The route cut wherever the vehicle is empty; one part where it never is."""
    groups: list[list[Load]] = []
    reach = -1
    for haul in sorted(way.hauls, key=lambda haul: (haul.start, haul.end, haul.load)):
        if haul.start >= reach:
            groups.append([])
        groups[-1].append(haul.load)
        reach = max(reach, haul.end)
    return tuple(keep(way, group) for group in groups) if len(groups) > 1 else (way,)


def closure(ways: Iterable[Route], *, coalitions: Sequence[frozenset[str]]) -> tuple[Route, ...]:
    """The routes and what is left of them where members are left out.

    Of up to `MOST_MEMBERS_FOR_ALL_SUBSETS` members every subset stays; of more each member alone, all but one, and
    the part of each of `coalitions`.
    """
    found: set[Route] = set()
    for way in ways:
        for group in {way.members, *_groups(way.members, coalitions)}:
            found.add(keep(way, {haul.load for haul in way.hauls if haul.load.member in group}))
    return tuple(sorted(found))


def _groups(members: frozenset[str], coalitions: Sequence[frozenset[str]]) -> set[frozenset[str]]:
    names = sorted(members)
    if len(names) <= MOST_MEMBERS_FOR_ALL_SUBSETS:
        sizes: Iterable[int] = range(1, len(names))
    else:
        sizes = (1, len(names) - 1)
    groups = {frozenset(group) for size in sizes for group in combinations(names, size)}
    return groups | {members & coalition for coalition in coalitions if 0 < len(members & coalition) < len(members)}
