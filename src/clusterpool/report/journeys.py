"""The trips of a plan stop by stop: when, what is loaded and unloaded there, and what is aboard on each leg."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.freight.case import freight_case
from clusterpool.freight.trips import timetable
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.trips import Timetable
    from clusterpool.market import Vehicle
    from clusterpool.report.result import Result

Sizes = tuple[float, float, float]
"""Kg, m3 and pallets."""


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
    """Every trip of the plan, in its order."""
    if result.plan.trips.empty:
        return ()
    case = freight_case(result.pool)
    aboard: dict[str, list[dict[str, Any]]] = {}
    for place, row in enumerate(rows_of(result.plan.loads)):
        if row["trip"]:
            aboard.setdefault(row["trip"], []).append({**row, "place": place})
    return tuple(_journey(case, row, aboard.get(row["trip"], [])) for row in rows_of(result.plan.trips))


def _journey(case: FreightCase, row: Mapping[str, Any], loads: Sequence[Mapping[str, Any]]) -> Journey:
    vehicle, sites, first = case.vehicle(row["vehicle"]), tuple(row["stops"].split("|")), row["day"].toordinal()
    times = timetable(case, vehicle, first, sites)
    parcels = tuple(_parcel(load, len(sites)) for load in loads)
    return Journey(row["trip"], vehicle, tuple(_stops(case, times, sites, parcels)), parcels)


def _parcel(load: Mapping[str, Any], stops: int) -> Parcel:
    if pd.isna(load["from_stop"]) or pd.isna(load["to_stop"]) or not 1 <= load["from_stop"] <= load["to_stop"] <= stops:
        raise ValueError(f"{load['shipment'] or load['order']} does not say where it rides on trip {load['trip']}")
    return Parcel(
        row=load["place"],
        shipment=load["shipment"],
        order=load["order"],
        member=load["member"],
        sizes=(load["weight_kg"], load["volume_m3"], load["pallets"]),
        start=int(load["from_stop"]) - 1,
        end=int(load["to_stop"]) - 1,
    )


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
