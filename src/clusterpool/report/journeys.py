"""The trips of a plan stop by stop: when, what is loaded and unloaded there, and what is aboard on each leg."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from clusterpool.freight.case import SIZE_TOLERANCE, freight_case
from clusterpool.freight.trips import possible_rides, timetable
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.trips import Ride, Timetable
    from clusterpool.market import Vehicle
    from clusterpool.report.result import Result

Sizes = tuple[float, float, float]
"""Kg, m3 and pallets."""

MOST_TRIES = 20_000
"""Ways to put the loads of one trip on visits that are tried; only sites visited twice leave a choice at all."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """The plan's load in place `row` (0-based) on its trip, from the visit `start` to the visit `end` (0-based)."""

    row: int
    shipment: str
    order: str
    member: str
    sizes: Sizes
    start: int
    end: int

    @property
    def code(self) -> str:
        """The shipment, or the order that it is of."""
        return self.shipment or self.order


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit: its day, the hours of work done by then on that day, the km so far, and what is on board after it."""

    site: str
    day: date
    hour: float
    km: float
    on: tuple[Parcel, ...]
    off: tuple[Parcel, ...]
    aboard: Sizes


@dataclass(frozen=True, slots=True)
class Journey:
    """A trip of the plan, worked out."""

    trip: str
    vehicle: Vehicle
    stops: tuple[Stop, ...]
    parcels: tuple[Parcel, ...]

    @property
    def capacities(self) -> Sizes:
        """The vehicle's kg, m3 and pallets; infinite where it states no limit."""
        return _capacities(self.vehicle)


def journeys(result: Result) -> tuple[Journey, ...]:
    """Every trip of the plan, in its order.

    A load is on the visits of its sites that keep to its dates; where a site is visited more than once, on the ones
    that fit within the capacity of every leg.
    """
    if result.plan.trips.empty:
        return ()
    case = freight_case(result.pool)
    lots = _lots_of_orders(result, case)
    aboard: dict[str, list[dict[str, Any]]] = {}
    for place, row in enumerate(rows_of(result.plan.loads)):
        if row["trip"]:
            aboard.setdefault(row["trip"], []).append({**row, "place": place})
    rows = rows_of(result.plan.trips)
    return tuple(_journey(case, row, aboard.get(row["trip"], []), lots) for row in rows)


def _lots_of_orders(result: Result, case: FreightCase) -> dict[str, set[tuple[str, int]]]:
    """The cargo that an order may be: lots of its supplier, item, member and site."""
    found: dict[tuple[str, str, str, str], set[tuple[str, int]]] = {}
    for lot in case.lots:
        found.setdefault((lot.supplier, lot.item, lot.member, lot.destination), set()).add((lot.supplier, lot.need))
    columns = (result.plan.orders[name] for name in ("order", "supplier", "item", "member", "site"))
    return {order: found.get((s, i, m, site), set()) for order, s, i, m, site in zip(*columns, strict=True)}


def _journey(
    case: FreightCase,
    row: Mapping[str, Any],
    loads: Sequence[Mapping[str, Any]],
    lots: Mapping[str, set[tuple[str, int]]],
) -> Journey:
    vehicle, sites, first = case.vehicle(row["vehicle"]), tuple(row["stops"].split("|")), row["day"].toordinal()
    times = timetable(case, vehicle, first, sites)
    rides = possible_rides(case, vehicle, first, sites)
    ways = [_visits(load, sites, rides, lots) for load in loads]
    sizes: list[Sizes] = [(load["weight_kg"], load["volume_m3"], load["pallets"]) for load in loads]
    chosen = _placed(ways, sizes, len(sites), _capacities(vehicle))
    parcels = tuple(
        Parcel(load["place"], load["shipment"], load["order"], load["member"], size, *way)
        for load, size, way in zip(loads, sizes, chosen, strict=True)
    )
    return Journey(row["trip"], vehicle, tuple(_stops(case, times, sites, parcels)), parcels)


def _visits(
    load: Mapping[str, Any], sites: Sequence[str], rides: Sequence[Ride], lots: Mapping[str, set[tuple[str, int]]]
) -> list[tuple[int, int]]:
    """The pairs of visits between which a load may ride, the shortest first."""
    cargo = {load["shipment"]} if load["shipment"] else lots.get(load["order"], set())
    found = {(r.start, r.end) for r in rides if r.cargo in cargo and sites[r.start] == load["from_stop"]}
    if not found:
        raise ValueError(f"{load['shipment'] or load['order']} cannot ride on trip {load['trip']}")
    return sorted(found, key=lambda pair: (pair[1] - pair[0], pair))


def _placed(
    ways: Sequence[Sequence[tuple[int, int]]], sizes: Sequence[Sizes], stops: int, rooms: Sizes
) -> list[tuple[int, int]]:
    """A way for every load such that no leg is too full; the shortest ways where none is found in time."""
    tries = 0
    chosen = [way[0] for way in ways]
    open_ones = [place for place, way in enumerate(ways) if len(way) > 1]
    fixed = [(0.0, 0.0, 0.0)] * max(stops - 1, 1)
    for place, way in enumerate(ways):
        if len(way) == 1:
            fixed = _loaded(fixed, sizes[place], way[0])

    def place_from(step: int, full: list[Sizes]) -> bool:
        nonlocal tries
        if step == len(open_ones):
            return True
        place = open_ones[step]
        for way in ways[place]:
            tries += 1
            more = _loaded(full, sizes[place], way)
            if tries <= MOST_TRIES and all(_fits(leg, rooms) for leg in more) and place_from(step + 1, more):
                chosen[place] = way
                return True
        return False

    place_from(0, fixed)
    return chosen


def _loaded(full: Sequence[Sizes], size: Sizes, way: tuple[int, int]) -> list[Sizes]:
    return [
        (leg[0] + size[0], leg[1] + size[1], leg[2] + size[2]) if way[0] <= number < way[1] else leg
        for number, leg in enumerate(full)
    ]


def _fits(leg: Sizes, rooms: Sizes) -> bool:
    return all(size <= room * (1 + SIZE_TOLERANCE) + SIZE_TOLERANCE for size, room in zip(leg, rooms, strict=True))


def _capacities(vehicle: Vehicle) -> Sizes:
    return (vehicle.capacity_kg, vehicle.capacity_m3, vehicle.capacity_pallets)


def _stops(case: FreightCase, times: Timetable, sites: Sequence[str], parcels: Sequence[Parcel]) -> Iterator[Stop]:
    for number, site in enumerate(sites):
        riding = [parcel.sizes for parcel in parcels if parcel.start <= number < parcel.end]
        kg, m3, pallets = (math.fsum(size[measure] for size in riding) for measure in range(3))
        yield Stop(
            site=site,
            day=date.fromordinal(times.days[number]),
            hour=times.arrival_h[number] - (times.days[number] - times.days[0]) * case.driving_hours_per_day,
            km=times.mileage_km[number],
            on=tuple(parcel for parcel in parcels if parcel.start == number),
            off=tuple(parcel for parcel in parcels if parcel.end == number),
            aboard=(kg, m3, pallets),
        )
