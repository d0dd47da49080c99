"""From a solution to rows: which trips run, what rides on them, what goes by groupage and what is left.

Costs are computed anew from timetables and tariffs; the solver's objective is not read here.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from clusterpool.freight.bills import consignments
from clusterpool.freight.groupage import cheapest
from clusterpool.freight.loads import Load
from clusterpool.freight.parcels import piece_of
from clusterpool.freight.trips import cargo_order, sizes
from clusterpool.freight.unmet import cause_of
from clusterpool.plan import PLAN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulp

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Cargo, Lot
    from clusterpool.freight.model import FreightPart, LotKey
    from clusterpool.freight.trips import Ride, Trip
    from clusterpool.market import Tariff

Value = Callable[["pulp.LpVariable"], float]
Place: TypeAlias = tuple[int, int]
GROUPAGE: Place = (-1, -1)
"""Where a cargo is: (trip number, ride number), or this."""
CHOSEN = 0.5
NOISE = 1e-6
"""A part of a lot this small, relative to what is bought of it, is the solver's noise."""


@dataclass(frozen=True)
class Riding:
    """A cargo on a trip: all of a load, or some units of a lot (`part` of its most)."""

    ride: Ride
    cargo: Load | Lot
    part: float
    weight_kg: float
    volume_m3: float
    pallets: float


@dataclass(frozen=True)
class FreightRows:
    """The rows of a plan that freight makes, with the contract's columns."""

    trips: pd.DataFrame
    loads: pd.DataFrame
    unmet: pd.DataFrame


def freight_rows(
    part: FreightPart, value: Value, *, order_of: Mapping[LotKey, str], quantities: Mapping[LotKey, float]
) -> FreightRows:
    """Make the rows of a plan out of a solution.

    Parameters
    ----------
    value : callable
        Gives each variable its value.
    order_of : mapping of (supplier, need number) to order code
    quantities : mapping of (supplier, need number) to units
        What is bought, free of noise; the parts of a lot are made to add up to it.
    """
    riding, rest = _placed(part, value, quantities)
    running = sorted(riding, key=lambda number: (*_trip_order(part.known.trips[number]), number))
    code_of = {number: f"T{place:04d}" for place, number in enumerate(running, start=1)}
    aboard = {ride.ride.cargo for rides in riding.values() for ride in rides}
    left = [
        (load, part.alternatives[load.load])
        for load in part.case.loads
        if load.load not in aboard and value(part.membership[load.member]) > CHOSEN
    ]
    trips = [_trip_row(part, number, riding[number], code_of[number]) for number in running]
    loads = [row for number in running for row in _riding_rows(part, number, riding[number], code_of[number], order_of)]
    loads += [_groupage_row(part.case, load, other.cost, other.tariff) for load, other in left if other.tariff]
    loads += _consignment_rows(part, rest, order_of)
    busy = [part.known.trips[number] for number in running]
    unmet = [_unmet_row(part, load, other.cost, busy) for load, other in left if other.tariff is None]
    unmet += _unmet_parts(part, riding, rest, value, busy)
    return FreightRows(_table("trips", trips), _table("loads", loads), _table("unmet", unmet))


def _table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(PLAN_COLUMNS[name]))
    return frame.astype({"from_stop": "Int64", "to_stop": "Int64"}) if name == "loads" else frame


def _trip_order(trip: Trip) -> tuple[int, str, tuple[str, ...]]:
    return (trip.day, trip.vehicle, trip.stops)


def _placed(
    part: FreightPart, value: Value, quantities: Mapping[LotKey, float]
) -> tuple[dict[int, list[Riding]], dict[Cargo, float]]:
    """What rides on each trip that carries anything, and the units of each lot that go by groupage."""
    found: dict[Cargo, dict[Place, float]] = {}
    for number, k, ride in part.rides():
        found.setdefault(ride.cargo, {})[number, k] = _whole_of(part, ride.cargo) * value(part.riding[number, k])
    for lot, variable in part.rest.items():
        found.setdefault(lot, {})[GROUPAGE] = _whole_of(part, lot) * value(variable)
    riding: dict[int, list[Riding]] = {}
    rest: dict[Cargo, float] = {}
    for key in sorted(found, key=cargo_order):
        for (number, k), amount in _settled(part.case.cargo(key), found[key], quantities).items():
            if (number, k) != GROUPAGE:
                riding.setdefault(number, []).append(_riding(part.case, part.known.trips[number].rides[k], amount))
            else:
                rest[key] = amount
    return riding, rest


def _settled(
    cargo: Load | Lot, places: Mapping[Place, float], quantities: Mapping[LotKey, float]
) -> dict[Place, float]:
    """Where a cargo is, without the solver's noise."""
    if isinstance(cargo, Load):
        return _whole(places)
    if not cargo.shipment:
        return _divided(places, quantities.get((cargo.supplier, cargo.need), 0.0))
    served = math.fsum(places.values())
    return _divided(places, 1.0 if served > 1.0 - NOISE else served if served > NOISE else 0.0)


def _whole_of(part: FreightPart, key: Cargo) -> float:
    """What a variable at 1 stands for: a load, or the most units of a lot."""
    cargo = part.case.cargo(key)
    return 1.0 if isinstance(cargo, Load) else cargo.most_units


def _whole(places: Mapping[Place, float]) -> dict[Place, float]:
    """Where a load rides, if anywhere."""
    return {place: 1.0 for place, amount in places.items() if amount > CHOSEN}


def _divided(places: Mapping[Place, float], quantity: float) -> dict[Place, float]:
    """The parts of a lot without the solver's noise; the largest takes up what that left."""
    if quantity <= 0 or not places:
        return {}
    kept = {place: amount for place, amount in places.items() if amount > NOISE * quantity}
    if not kept:
        kept = {max(places, key=lambda place: (place == GROUPAGE, places[place])): quantity}
    largest = max(kept, key=lambda place: (kept[place], place))
    kept[largest] = quantity - math.fsum(amount for place, amount in kept.items() if place != largest)
    return kept


def _riding(case: FreightCase, ride: Ride, amount: float) -> Riding:
    cargo = case.cargo(ride.cargo)
    if isinstance(cargo, Load):
        return Riding(ride, cargo, 1.0, *sizes(cargo))
    part = amount / cargo.most_units
    return Riding(ride, cargo, part, cargo.unit_kg * amount, cargo.unit_m3 * amount, cargo.unit_pallets * amount)


def _trip_row(part: FreightPart, number: int, riding: list[Riding], code: str) -> dict[str, Any]:
    trip, times = part.known.trips[number], part.times[number]
    return {
        "trip": code,
        "vehicle": trip.vehicle,
        "day": pd.Timestamp(dt.date.fromordinal(trip.day)),
        "stops": "|".join(trip.stops),
        "distance_km": times.distance_km,
        "cost": times.cost,
        "load_kg": math.fsum(one.weight_kg for one in riding),
        "fill_pct": 100.0 * _fullest(part, trip, riding),
        "kg_co2e": _emitted(part, number),
    }


def _emitted(part: FreightPart, number: int) -> float:
    vehicle = part.case.vehicle(part.known.trips[number].vehicle)
    return vehicle.kg_co2e_per_km * part.times[number].paid_km


def _fullest(part: FreightPart, trip: Trip, riding: list[Riding]) -> float:
    """The greatest part of kg, m3 or pallets in use on any leg, or at the only stop."""
    vehicle = part.case.vehicle(trip.vehicle)
    rooms = (vehicle.capacity_kg, vehicle.capacity_m3, vehicle.capacity_pallets)
    fullest = 0.0
    for leg in range(max(1, len(trip.stops) - 1)):
        here = [one for one in riding if one.ride.start <= leg < max(one.ride.end, 1)]
        aboard = [(one.weight_kg, one.volume_m3, one.pallets) for one in here]
        for measure, room in enumerate(rooms):
            if room > 0:
                fullest = max(fullest, math.fsum(size[measure] for size in aboard) / room)
    return fullest


def _riding_rows(
    part: FreightPart, number: int, riding: list[Riding], code: str, order_of: Mapping[LotKey, str]
) -> list[dict[str, Any]]:
    """The loads of a trip, each with its part of the emissions by tonne-km (the direct way, as ISO 14083 has it)."""
    trip = part.known.trips[number]
    riding = sorted(riding, key=lambda one: (one.ride.start, one.ride.end, *cargo_order(one.ride.cargo)))
    work = [one.weight_kg * _direct_km(part.case, one.cargo) for one in riding]
    parts = _parts(work, [one.weight_kg for one in riding])
    return [
        {
            "trip": code,
            "tariff": "",
            "from_stop": one.ride.start + 1,
            "to_stop": one.ride.end + 1,
            "from_site": trip.stops[one.ride.start],
            "to_site": trip.stops[one.ride.end],
            **_named_cargo(one.ride.cargo, order_of),
            "member": one.cargo.member,
            "weight_kg": one.weight_kg,
            "volume_m3": one.volume_m3,
            "pallets": one.pallets,
            "cost": 0.0,
            "kg_co2e": fraction * _emitted(part, number),
        }
        for one, fraction in zip(riding, parts, strict=True)
    ]


def _named_cargo(key: Cargo, order_of: Mapping[LotKey, str]) -> dict[str, str]:
    return {"shipment": key, "order": ""} if isinstance(key, str) else {"shipment": "", "order": order_of[key]}


def _direct_km(case: FreightCase, cargo: Load | Lot) -> float:
    return case.network.leg(cargo.origin, cargo.destination).distance_km


def _parts(*figures: list[float]) -> list[float]:
    """Fractions by the first figures that are not all nought, else equal ones."""
    for values in (*figures, [1.0] * len(figures[0])):
        total = math.fsum(values)
        if total > 0:
            return [one / total for one in values]
    return []


def _groupage_row(case: FreightCase, load: Load, cost: float, tariff: Tariff) -> dict[str, Any]:
    row = _by_tariff(case, load, tariff, sizes(load))
    return {**row, "shipment": load.load, "order": "", "cost": cost}


def _by_tariff(
    case: FreightCase, cargo: Load | Lot, tariff: Tariff, amounts: tuple[float, float, float]
) -> dict[str, Any]:
    tonne_km = amounts[0] / 1000.0 * _direct_km(case, cargo)
    return {
        "trip": "",
        "tariff": tariff.tariff,
        "from_stop": None,
        "to_stop": None,
        "from_site": cargo.origin,
        "to_site": cargo.destination,
        "member": cargo.member,
        "weight_kg": amounts[0],
        "volume_m3": amounts[1],
        "pallets": amounts[2],
        "kg_co2e": tonne_km * tariff.kg_co2e_per_tonne_km,
    }


def _consignment_rows(
    part: FreightPart, rest: Mapping[Cargo, float], order_of: Mapping[LotKey, str]
) -> list[dict[str, Any]]:
    """One row an order, the consignment's bill split by weight (by volume where nothing weighs)."""
    rows = []
    for lots in consignments([lot for lot in part.lots if lot.key in rest]).values():
        amounts = []
        for lot in lots:
            units = rest[lot.key]
            amounts.append((lot.unit_kg * units, lot.unit_m3 * units, lot.unit_pallets * units))
        kg, m3 = [one[0] for one in amounts], [one[1] for one in amounts]
        head = lots[0]
        bill = cheapest(part.case, head.origin, head.destination, head.goods_class, math.fsum(kg), math.fsum(m3))
        assert bill is not None  # noqa: S101 - `rest` holds only classes that a tariff takes
        for lot, amount, fraction in zip(lots, amounts, _parts(kg, m3), strict=True):
            row = _by_tariff(part.case, lot, bill[1], amount)
            named = _named_cargo(lot.key, order_of)
            rows.append({**row, **named, "cost": fraction * bill[0]})
    return rows


def _unmet_parts(
    part: FreightPart,
    riding: Mapping[int, list[Riding]],
    rest: Mapping[Cargo, float],
    value: Value,
    busy: list[Trip],
) -> list[dict[str, Any]]:
    """What is neither on trips nor goes by groupage of the divisible shipments of the coalition; a part of 1 each."""
    served: dict[Cargo, list[float]] = {}
    for rides in riding.values():
        for one in rides:
            served.setdefault(one.ride.cargo, []).append(one.part)
    rows = []
    for lot in part.case.divisible:
        left = 1.0 - math.fsum([*served.get(lot.shipment, ()), rest.get(lot.shipment, 0.0)])
        if left > NOISE and value(part.membership[lot.member]) > CHOSEN:
            row = _unmet_row(part, piece_of(part.case, lot), left * part.alternatives[lot.shipment].cost, busy)
            rows.append({**row, "quantity": left})
    return rows


def _unmet_row(part: FreightPart, load: Load, cost: float, busy: list[Trip]) -> dict[str, Any]:
    cause, blocked_by = cause_of(part.case, load, cost, busy, limit_struck=part.known.limit_struck)
    return {
        "kind": "shipment",
        "member": load.member,
        "item": "",
        "shipment": load.load,
        "quantity": 1.0,
        "reason": cause.text,
        "blocked_by": blocked_by,
        "cost": cost,
    }
