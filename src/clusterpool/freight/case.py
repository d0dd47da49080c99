"""The freight of a pool as plain records: what is to be carried, by what, over which roads, under which clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clusterpool import market
from clusterpool.freight.loads import Cargo, Load, Lot
from clusterpool.routes import road_network

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterpool.demand import Pool
    from clusterpool.market import Item, Need, Offer, Tariff, Vehicle
    from clusterpool.routes import RoadNetwork

SIZE_TOLERANCE = 1e-9
"""Relative slack wherever a size is compared with a capacity, so that equal parts of a full truck fit it."""


@dataclass(frozen=True, eq=False)
class FreightCase:
    """Everything that the freight rooms need to know of a pool.

    Parameters
    ----------
    vehicles, tariffs : tuple
        Sorted by name.
    incompatible : frozenset of (class, other class)
        Both ways round.
    driving_hours_per_day, hours_per_stop : float
        The clock of trips, in hours.
    max_trip_days : int
    shortage_factor : float
    loads : tuple of Load
        Shipments that travel whole.
    lots : tuple of Lot
        What may be bought ex works.
    divisible : tuple of Lot
        Shipments that travel in parts: those that say so, and those larger than every vehicle of their class.
    """

    network: RoadNetwork
    vehicles: tuple[Vehicle, ...]
    tariffs: tuple[Tariff, ...]
    incompatible: frozenset[tuple[str, str]]
    driving_hours_per_day: float
    hours_per_stop: float
    max_trip_days: int
    shortage_factor: float
    members: tuple[str, ...]
    loads: tuple[Load, ...]
    lots: tuple[Lot, ...]
    divisible: tuple[Lot, ...] = ()

    @property
    def parted(self) -> tuple[Lot, ...]:
        """All that travels in parts."""
        return (*self.lots, *self.divisible)

    @cached_property
    def _vehicle_of(self) -> dict[str, Vehicle]:
        return {vehicle.vehicle: vehicle for vehicle in self.vehicles}

    @cached_property
    def _cargo_of(self) -> dict[Cargo, Load | Lot]:
        return {load.load: load for load in self.loads} | {lot.key: lot for lot in self.parted}

    @cached_property
    def scarce(self) -> frozenset[str]:
        """The vehicle types whose number could bind: fewer than loads for them, or any where there are lots to divide.

        Every trip carries a load at least, so no more trips are under way at once than there are loads.
        """
        return frozenset(
            vehicle.vehicle
            for vehicle in self.vehicles
            if vehicle.available is not None
            and (self.parted or vehicle.available < sum(fits(vehicle, load) for load in self.loads))
        )

    @cached_property
    def cargo_between(self) -> dict[tuple[str, str], tuple[tuple[Cargo, Load | Lot], ...]]:
        """Loads and lots with their keys, by origin and destination."""
        grouped: dict[tuple[str, str], list[tuple[Cargo, Load | Lot]]] = {}
        for key, cargo in self._cargo_of.items():
            grouped.setdefault((cargo.origin, cargo.destination), []).append((key, cargo))
        return {lane: tuple(found) for lane, found in grouped.items()}

    def vehicle(self, name: str) -> Vehicle:
        """The vehicle type of that name."""
        return self._vehicle_of[name]

    def cargo(self, key: Cargo) -> Load | Lot:
        """The load of that code, or the lot of that (supplier, need number)."""
        return self._cargo_of[key]

    def may_share(self, goods_class: str, other_class: str) -> bool:
        """Whether goods of the two classes may ride on one vehicle; a blank class goes with everything."""
        return (goods_class, other_class) not in self.incompatible


def takes(classes: frozenset[str], goods_class: str) -> bool:
    """Whether a vehicle or tariff for `classes` (empty: all) takes goods of `goods_class` (blank: fits everything).

    Examples
    --------
    >>> takes(frozenset({"frozen"}), "frozen"), takes(frozenset({"frozen"}), "dry"), takes(frozenset(), "dry")
    (True, False, True)
    """
    return not goods_class or not classes or goods_class in classes


def fits(vehicle: Vehicle, load: Load) -> bool:
    """Whether the vehicle takes the load's class and, empty, has room for it in kg, m3 and pallets."""
    slack = 1 + SIZE_TOLERANCE
    return (
        load.weight_kg <= vehicle.capacity_kg * slack
        and load.volume_m3 <= vehicle.capacity_m3 * slack
        and load.pallets <= vehicle.capacity_pallets * slack
        and takes(vehicle.goods_classes, load.goods_class)
    )


def freight_case(pool: Pool) -> FreightCase:
    """The freight of a pool."""
    vehicles = tuple(vehicle for _, vehicle in sorted(market.vehicles(pool).items()))
    settings = pool.settings
    rows = [(_load(row), bool(row.divisible)) for row in pool.table("shipments").itertuples(index=False)]
    parted = {load.load for load, divisible in rows if divisible or is_oversize(load, vehicles)}
    return FreightCase(
        network=road_network(pool),
        vehicles=vehicles,
        tariffs=tuple(tariff for _, tariff in sorted(market.tariffs(pool).items())),
        incompatible=_incompatible(pool),
        driving_hours_per_day=settings.driving_hours_per_day,
        hours_per_stop=settings.hours_per_stop,
        max_trip_days=settings.max_trip_days,
        shortage_factor=settings.shortage_factor,
        members=tuple(pool.members),
        loads=tuple(sorted(load for load, _ in rows if load.load not in parted)),
        lots=_lots(pool),
        divisible=tuple(sorted(Lot.of(load) for load, _ in rows if load.load in parted)),
    )


def is_oversize(load: Load, vehicles: Iterable[Vehicle]) -> bool:
    """Whether a load is larger than every vehicle of its class; one whose class no vehicle takes is not."""
    takers = [vehicle for vehicle in vehicles if takes(vehicle.goods_classes, load.goods_class)]
    return bool(takers) and not any(fits(vehicle, load) for vehicle in takers)


def _incompatible(pool: Pool) -> frozenset[tuple[str, str]]:
    rows = list(pool.table("compatibility").itertuples(index=False))
    given = [(str(row.goods_class), str(row.other_class)) for row in rows]
    return frozenset(given) | frozenset((b, a) for a, b in given)


def _load(row: Any) -> Load:  # noqa: ANN401
    return Load(
        row.shipment,
        row.member,
        row.origin,
        row.destination,
        float(row.weight_kg),
        0.0 if math.isnan(row.volume_m3) else float(row.volume_m3),
        0.0 if math.isnan(row.pallets) else float(row.pallets),
        row.ready_date.toordinal(),
        row.due_date.toordinal(),
        row.goods_class,
    )


def _lots(pool: Pool) -> tuple[Lot, ...]:
    """One lot for each need and each supplier that may sell it ex works."""
    origins = {name: s.site for name, s in market.suppliers(pool).items() if not s.delivered}
    if not origins:
        return ()
    sellers: dict[str, list[Offer]] = {}
    for offer in market.offers(pool).values():
        if offer.supplier in origins:
            sellers.setdefault(offer.item, []).append(offer)
    if pool.settings.order_date is None:
        raise ValueError("goods are sold ex works, but the pool's settings hold no order_date")
    barred, items, order_day = market.forbidden(pool), market.items(pool), pool.settings.order_date.toordinal()
    return tuple(
        sorted(
            _lot(need, offer, origins, items, order_day)
            for need in market.needs(pool)
            for offer in sellers.get(need.item, ())
            if (need.member, offer.supplier) not in barred
        )
    )


def _lot(need: Need, offer: Offer, origins: Mapping[str, str], items: Mapping[str, Item], order_day: int) -> Lot:
    item = items[need.item]
    if item.weight_kg is None:
        raise ValueError(f"item {item.item!r} is sold ex works by {offer.supplier!r} but has no weight")
    return Lot(
        supplier=offer.supplier,
        need=need.number,
        member=need.member,
        item=need.item,
        origin=origins[offer.supplier],
        destination=need.site,
        unit_kg=item.weight_kg,
        unit_m3=item.volume_m3,
        unit_pallets=item.pallets,
        most_units=min(need.quantity, offer.capacity),
        ready=order_day + offer.lead_time_days,
        due=need.due,
        goods_class=item.goods_class,
    )
