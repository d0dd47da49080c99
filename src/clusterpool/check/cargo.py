"""What the pool has to carry (shipments, the goods of orders ex works) and the vehicles for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.cells import Row, day, listed, number, rows_of, takes, text
from clusterpool.check.needs import needs_by_place
from clusterpool.check.rows import SUPPLY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.check.pricing import OfferKey, PriceList
    from clusterpool.check.rows import PlanRows
    from clusterpool.demand import Pool

ROUNDING = 1e-9
"""Relative allowance where a size is held against a capacity."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Weight in kg, volume in m3 and pallet places."""

    kg: float = 0.0
    m3: float = 0.0
    pallets: float = 0.0

    def times(self, factor: float) -> Sizes:
        """So many times these sizes."""
        return Sizes(self.kg * factor, self.m3 * factor, self.pallets * factor)

    def plus(self, other: Sizes) -> Sizes:
        """Both together."""
        return Sizes(self.kg + other.kg, self.m3 + other.m3, self.pallets + other.pallets)

    @property
    def each(self) -> tuple[float, float, float]:
        """The three figures."""
        return (self.kg, self.m3, self.pallets)


@dataclass(frozen=True, slots=True)
class Cargo:
    """A shipment (travels whole unless `divisible`) or the goods of an order ex works (always so); days as ordinals.

    `consignment` names the order's supplier, member, site and goods class; it is empty for shipments.
    """

    code: str
    member: str
    origin: str
    destination: str
    sizes: Sizes
    ready: int
    due: int
    goods_class: str
    consignment: tuple[str, ...] = ()
    divisible: bool = False


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A type of vehicle; ``math.inf`` where nothing limits it."""

    name: str
    room: Sizes
    fixed_cost: float
    cost_per_km: float
    cost_per_stop: float
    max_stops: float
    speed_kmh: float
    goods_classes: tuple[str, ...]
    empty_return: float
    kg_co2e_per_km: float
    available: float

    def holds(self, sizes: Sizes) -> bool:
        """Whether it has room for so much."""
        return all(size <= room * (1.0 + ROUNDING) for size, room in zip(sizes.each, self.room.each, strict=True))

    def trips_for(self, sizes: Sizes) -> int:
        """How many trips so much takes; 0 where it needs room of a kind that the vehicle has none of."""
        pairs = list(zip(sizes.each, self.room.each, strict=True))
        if any(room <= 0.0 < size for size, room in pairs):
            return 0
        return max(1, *(math.ceil(size / room - ROUNDING) for size, room in pairs if room > 0.0))

    def takes(self, goods_class: str) -> bool:
        """Whether it carries goods of this class."""
        return takes(self.goods_classes, goods_class)


def vehicles(pool: Pool) -> dict[str, Vehicle]:
    """Every vehicle type by its name."""
    return {row["vehicle"]: _vehicle(row) for row in rows_of(pool, "vehicles")}


def _vehicle(row: Row) -> Vehicle:
    room = (number(row[name], math.inf) for name in ("capacity_kg", "capacity_m3", "capacity_pallets"))
    return Vehicle(
        row["vehicle"],
        Sizes(*room),
        number(row["fixed_cost"]),
        number(row["cost_per_km"]),
        number(row["cost_per_stop"]),
        number(row["max_stops"], math.inf),
        number(row["speed_kmh"], 60.0),
        listed(row["goods_classes"]),
        number(row["empty_return_pct"]) / 100.0,
        number(row["kg_co2e_per_km"]),
        number(row["available"], math.inf),
    )


def shipments(pool: Pool, fleet: Mapping[str, Vehicle]) -> dict[str, Cargo]:
    """Every shipment by its code; those larger than every vehicle of their class are divisible, as others may be."""
    found: dict[str, Cargo] = {}
    for row in rows_of(pool, "shipments"):
        sizes, takers = _sizes(row), [vehicle for vehicle in fleet.values() if vehicle.takes(row["goods_class"])]
        found[row["shipment"]] = Cargo(
            row["shipment"],
            row["member"],
            row["origin"],
            row["destination"],
            sizes,
            day(row["ready_date"]),
            day(row["due_date"]),
            row["goods_class"],
            divisible=bool(row["divisible"]) or (bool(takers) and not any(one.holds(sizes) for one in takers)),
        )
    return found


def _sizes(row: Row) -> Sizes:
    return Sizes(number(row["weight_kg"]), number(row["volume_m3"]), number(row["pallets"]))


def ex_works(pool: Pool, offers: Mapping[OfferKey, PriceList], rows: PlanRows) -> dict[str, Cargo]:
    """The goods of every order at a supplier that does not deliver, by the order's code."""
    origins = {row["supplier"]: text(row["site"]) for row in rows_of(pool, "suppliers") if not row["delivered"]}
    items = {row["item"]: row for row in rows_of(pool, "items")}
    needs = needs_by_place(pool)
    order_day = day(pool.settings.order_date) if origins else 0
    found: dict[str, Cargo] = {}
    for order in rows.orders:
        place = (order.member, order.item, order.site)
        offer = offers.get((order.supplier, order.item))
        if order.kind != SUPPLY or order.supplier not in origins or offer is None or place not in needs:
            continue
        item = items[order.item]
        found[order.order] = Cargo(
            order.order,
            order.member,
            origins[order.supplier],
            order.site,
            _sizes(item).times(order.quantity),
            order_day + offer.lead_time_days,
            max(need.due for need in needs[place]),
            text(item["goods_class"]),
            (order.supplier, order.member, order.site, text(item["goods_class"])),
            divisible=True,
        )
    return found
