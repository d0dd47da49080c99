"""The checked tables of a pool as plain records, for the loops that state models.

Needs, offers, suppliers, rules, vehicles and tariffs stand here once, sorted, with every default resolved, so that the
purchasing and the freight part read the same nouns. Days are proleptic ordinals (`datetime.date.toordinal`), "without
limit" is ``math.inf``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.schema import Discount, Measure, PriceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterpool.demand import Pool


@dataclass(frozen=True, slots=True)
class Need:
    """What one member needs of one item at one site by one day; `number` is its place in the list of needs."""

    number: int
    member: str
    item: str
    site: str
    quantity: float
    due: int
    max_unit_price: float
    current_unit_price: float | None


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier's terms; money in the pool's currency."""

    supplier: str
    site: str
    order_cost: float
    min_order_value: float
    capacity_value: float
    delivered: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's price list of one item: `breaks` are (min_quantity, unit_price), rising in quantity."""

    supplier: str
    item: str
    breaks: tuple[tuple[float, float], ...]
    discount: Discount
    capacity: float
    order_multiple: float
    lead_time_days: int
    regulated: bool


@dataclass(frozen=True, slots=True)
class RebateScale:
    """A supplier's rebate on spend: `steps` are (min_spend, fraction of the spend), rising."""

    supplier: str
    steps: tuple[tuple[float, float], ...]
    discount: Discount


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the pool; at most one of `item` and `supplier` is set, none means the whole pool."""

    rule: str
    measure: Measure
    value: float
    item: str
    supplier: str


@dataclass(frozen=True, slots=True)
class Item:
    """What one unit of an item weighs and measures; `weight_kg` is None where it is not known."""

    item: str
    weight_kg: float | None
    volume_m3: float
    pallets: float
    goods_class: str


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A type of vehicle; `goods_classes` empty means all classes, `available` None means without limit."""

    vehicle: str
    capacity_kg: float
    capacity_m3: float
    capacity_pallets: float
    fixed_cost: float
    cost_per_km: float
    cost_per_stop: float
    max_stops: int
    speed_kmh: float
    goods_classes: frozenset[str]
    empty_return_pct: float
    kg_co2e_per_km: float
    available: int | None


@dataclass(frozen=True, slots=True)
class WeightBreak:
    """One weight break of a groupage tariff."""

    min_weight_kg: float
    cost_per_kg: float
    cost_per_kg_km: float
    fixed_cost: float


@dataclass(frozen=True, slots=True)
class Tariff:
    """A groupage (less than truckload) tariff; `goods_classes` empty means all classes."""

    tariff: str
    breaks: tuple[WeightBreak, ...]
    minimum_cost: float
    kg_per_m3: float
    min_distance_km: float
    goods_classes: frozenset[str]
    kg_co2e_per_tonne_km: float


def _rows(pool: Pool, table: str) -> Iterator[Any]:
    return pool.table(table).itertuples(index=False)


def _or(value: float, default: float) -> float:
    return default if math.isnan(value) else float(value)


def _classes(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split("|") if part.strip())


def needs(pool: Pool) -> tuple[Need, ...]:
    """Every line of the purchases, in the canonical order."""
    return tuple(
        Need(
            number,
            row.member,
            row.item,
            row.site,
            float(row.quantity),
            row.due_date.toordinal() if not pd.isna(row.due_date) else 0,
            _or(row.max_unit_price, math.inf),
            None if math.isnan(row.current_unit_price) else float(row.current_unit_price),
        )
        for number, row in enumerate(_rows(pool, "purchases"))
    )


def suppliers(pool: Pool) -> dict[str, Supplier]:
    """Every supplier by its code."""
    return {
        row.supplier: Supplier(
            row.supplier,
            row.site,
            _or(row.order_cost, 0.0),
            _or(row.min_order_value, 0.0),
            _or(row.capacity_value, math.inf),
            bool(row.delivered),
        )
        for row in _rows(pool, "suppliers")
    }


def offers(pool: Pool) -> dict[tuple[str, str], Offer]:
    """Every offer by (supplier, item), its breaks in rising order."""
    grouped: dict[tuple[str, str], list[Any]] = {}
    for row in _rows(pool, "offers"):
        grouped.setdefault((row.supplier, row.item), []).append(row)
    return {key: _offer(*key, rows) for key, rows in sorted(grouped.items())}


def _offer(supplier: str, item: str, rows: list[Any]) -> Offer:
    head = rows[0]
    breaks = sorted((float(row.min_quantity), float(row.unit_price)) for row in rows)
    return Offer(
        supplier,
        item,
        tuple(breaks),
        Discount(head.discount),
        _or(head.capacity, math.inf),
        _or(head.order_multiple, 0.0),
        int(_or(head.lead_time_days, 0.0)),
        head.price_kind == PriceKind.REGULATED,
    )


def rebates(pool: Pool) -> dict[str, RebateScale]:
    """Every supplier's rebate scale by its code."""
    grouped: dict[str, list[Any]] = {}
    for row in _rows(pool, "rebates"):
        grouped.setdefault(row.supplier, []).append(row)
    return {
        supplier: RebateScale(
            supplier,
            tuple(sorted((float(row.min_spend), float(row.rebate_pct) / 100.0) for row in rows)),
            Discount(rows[0].discount),
        )
        for supplier, rows in sorted(grouped.items())
    }


def rules(pool: Pool) -> tuple[Rule, ...]:
    """Every rule of the pool with its scope taken apart."""
    return tuple(_rule(row) for row in _rows(pool, "rules"))


def _rule(row: Any) -> Rule:  # noqa: ANN401
    kind, _, code = row.scope.partition(":")
    return Rule(
        row.rule,
        Measure(row.rule),
        float(row.value),
        code if kind == "item" else "",
        code if kind == "supplier" else "",
    )


def forbidden(pool: Pool) -> frozenset[tuple[str, str]]:
    """The pairs (member, supplier) that may not trade."""
    return frozenset((row.member, row.supplier) for row in _rows(pool, "eligibility") if not row.allowed)


def items(pool: Pool) -> dict[str, Item]:
    """Every item by its code."""
    return {
        row.item: Item(
            row.item,
            None if math.isnan(row.weight_kg) else float(row.weight_kg),
            _or(row.volume_m3, 0.0),
            _or(row.pallets, 0.0),
            row.goods_class,
        )
        for row in _rows(pool, "items")
    }


def vehicles(pool: Pool) -> dict[str, Vehicle]:
    """Every vehicle type by its name."""
    return {
        row.vehicle: Vehicle(
            row.vehicle,
            float(row.capacity_kg),
            _or(row.capacity_m3, math.inf),
            _or(row.capacity_pallets, math.inf),
            float(row.fixed_cost),
            float(row.cost_per_km),
            _or(row.cost_per_stop, 0.0),
            int(_or(row.max_stops, 1_000_000)),
            _or(row.speed_kmh, 60.0),
            _classes(row.goods_classes),
            _or(row.empty_return_pct, 0.0),
            _or(row.kg_co2e_per_km, 0.0),
            None if math.isnan(row.available) else int(row.available),
        )
        for row in _rows(pool, "vehicles")
    }


def tariffs(pool: Pool) -> dict[str, Tariff]:
    """Every groupage tariff by its name, its weight breaks in rising order."""
    grouped: dict[str, list[Any]] = {}
    for row in _rows(pool, "tariffs"):
        grouped.setdefault(row.tariff, []).append(row)
    return {name: _tariff(name, rows) for name, rows in sorted(grouped.items())}


def _tariff(name: str, rows: list[Any]) -> Tariff:
    head = rows[0]
    breaks = (
        WeightBreak(
            float(row.min_weight_kg),
            _or(row.cost_per_kg, 0.0),
            _or(row.cost_per_kg_km, 0.0),
            _or(row.fixed_cost, 0.0),
        )
        for row in rows
    )
    return Tariff(
        name,
        tuple(sorted(breaks, key=lambda weight_break: weight_break.min_weight_kg)),
        _or(head.minimum_cost, 0.0),
        _or(head.kg_per_m3, 0.0),
        _or(head.min_distance_km, 0.0),
        _classes(head.goods_classes),
        _or(head.kg_co2e_per_tonne_km, 0.122),
    )


def shortage_price(offered: dict[tuple[str, str], Offer], need: Need, factor: float) -> float | None:
    """What leaving one unit of a need unmet costs; None where no price of the item is known.

    `factor` times the dearest unit price of the item among all breaks and suppliers, else times the need's own
    current price: the same for every coalition.
    """
    prices = [price for (_, item), offer in offered.items() if item == need.item for _, price in offer.breaks]
    if prices:
        return factor * max(prices)
    return None if need.current_unit_price is None else factor * need.current_unit_price
