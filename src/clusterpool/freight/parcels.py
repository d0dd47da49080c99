"""Goods bought ex works before and after it is known who buys them: what their carriage may cost, and what to tour.

Neither decides anything: the rates steer the first purchasing plan, the parcels stand for its goods when trips are
looked for. The pooled model then chooses suppliers, trips and groupage at once.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from clusterpool.freight.case import fits, takes
from clusterpool.freight.groupage import cheapest
from clusterpool.freight.loads import Load, Lot
from clusterpool.freight.trips import room_taken, timetable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from clusterpool.freight.case import FreightCase

EXPECTED_FILL = 0.7
"""How full a vehicle is taken to be where the cost of carriage is estimated."""


def carriage_rates(case: FreightCase) -> dict[tuple[str, int], float]:
    """What carrying one unit of each lot is likely to cost, were all of its consignment bought there.

    The cheaper of groupage at the consignment's whole weight and of a direct trip at `EXPECTED_FILL`.
    """
    together: dict[tuple[str, str, str, str], list[Lot]] = {}
    for lot in case.lots:
        together.setdefault(lot.consignment, []).append(lot)
    return {(lot.supplier, lot.need): _rate(case, lot, together[lot.consignment]) for lot in case.lots}


def _rate(case: FreightCase, lot: Lot, consignment: list[Lot]) -> float:
    kg = math.fsum(one.unit_kg * one.most_units for one in consignment)
    m3 = math.fsum(one.unit_m3 * one.most_units for one in consignment)
    bill = cheapest(case, lot.origin, lot.destination, lot.goods_class, kg, m3)
    share = lot.unit_kg / kg if kg > 0 else 1.0 / max(1.0, math.fsum(one.most_units for one in consignment))
    rates = [bill[0] * share] if bill else []
    stops = (lot.origin,) if lot.origin == lot.destination else (lot.origin, lot.destination)
    for vehicle in case.vehicles:
        filled = max(room_taken(vehicle, lot)) / lot.most_units if lot.most_units > 0 else math.inf
        if takes(vehicle.goods_classes, lot.goods_class) and math.isfinite(filled):
            rates.append(timetable(case, vehicle, lot.ready, stops).cost * filled / EXPECTED_FILL)
    return min(rates, default=0.0)


def parcels(case: FreightCase, supply: Mapping[tuple[str, int], float]) -> tuple[Load, ...]:
    """Whole loads that stand for what is bought ex works, cut into pieces that a vehicle holds.

    Parameters
    ----------
    supply : mapping of (supplier, need number) to float
        Units bought; delivered goods are passed over.
    """
    merged: dict[tuple[str, str, str, str, int, int], list[float]] = {}
    for lot in case.lots:
        units = supply.get((lot.supplier, lot.need), 0.0)
        if units > 0.0:
            key = (lot.origin, lot.destination, lot.member, lot.goods_class, lot.ready, lot.due)
            sums = merged.setdefault(key, [0.0, 0.0, 0.0])
            for place, unit in enumerate((lot.unit_kg, lot.unit_m3, lot.unit_pallets)):
                sums[place] += unit * units
    pieces: list[Load] = []
    for (origin, destination, member, goods_class, ready, due), (kg, m3, pallets) in sorted(merged.items()):
        code = f"{origin}>{destination}:{member}:{goods_class}:{ready}:{due}"
        whole = Load(code, member, origin, destination, kg, m3, pallets, ready, due, goods_class)
        pieces += _pieces(case, whole)
    return tuple(pieces)


def parts_of_shipments(case: FreightCase, members: Collection[str]) -> tuple[Load, ...]:
    """Whole loads that stand for the members' divisible shipments, cut into pieces that a vehicle holds."""
    return tuple(piece for lot in case.divisible if lot.member in members for piece in _pieces(case, load_of(lot)))


def piece_of(case: FreightCase, lot: Lot) -> Load:
    """As much of a divisible shipment as one vehicle holds, under the shipment's own code."""
    return replace(_pieces(case, load_of(lot))[0], load=lot.shipment)


def load_of(lot: Lot) -> Load:
    """A divisible shipment as if it travelled whole."""
    kg, m3, pallets = lot.unit_kg, lot.unit_m3, lot.unit_pallets
    code = lot.shipment
    return Load(code, lot.member, lot.origin, lot.destination, kg, m3, pallets, lot.ready, lot.due, lot.goods_class)


def _pieces(case: FreightCase, whole: Load) -> list[Load]:
    """As many full loads of the largest vehicle as there are, and the rest."""
    takers = [vehicle for vehicle in case.vehicles if takes(vehicle.goods_classes, whole.goods_class)]
    if not takers or any(fits(vehicle, whole) for vehicle in takers):
        return [whole]
    largest = max(takers, key=lambda vehicle: (vehicle.capacity_kg, vehicle.capacity_m3, vehicle.vehicle))
    shares = max(room_taken(largest, whole))
    if not math.isfinite(shares):
        return [whole]
    count = math.ceil(shares - 1e-9)
    parts = [1.0 / shares] * (count - 1) + [1.0 - (count - 1) / shares]
    return [
        replace(
            whole,
            load=f"{whole.load}~{number}",
            weight_kg=whole.weight_kg * part,
            volume_m3=whole.volume_m3 * part,
            pallets=whole.pallets * part,
        )
        for number, part in enumerate(parts, start=1)
    ]
