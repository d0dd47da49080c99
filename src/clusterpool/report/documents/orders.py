"""What one supplier is asked for: its lines by site, and nothing of any other supplier."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.report.rounded import plan_cents
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from clusterpool.demand import Pool
    from clusterpool.report.journeys import Journey
    from clusterpool.report.result import Result


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of a purchase order; `member` and `site` are blank for what is bought beyond the members' needs.

    `unit_price` is after breaks and before the rebate, `amount` (cents) after both. `due` is None where no date is set.
    """

    order: str
    site: str
    member: str
    item: str
    item_name: str
    unit: str
    quantity: float
    unit_price: float
    rebate_pct: float
    amount: int
    due: date | None


@dataclass(frozen=True, slots=True)
class Fetching:
    """Goods that are fetched at the supplier's; `day` is None for groupage."""

    day: date | None
    by: str
    weight_kg: float


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """Everything that a supplier is told.

    Parameters
    ----------
    site : str
        Where the goods are fetched; blank where the supplier delivers.
    valid_until : datetime.date or None
        The first day on which a price of the order ends.
    lines : tuple of OrderLine
        By site, then by member and item; the surplus last.
    """

    supplier: str
    name: str
    pool: str
    currency: str
    order_date: date | None
    site: str
    valid_until: date | None
    lines: tuple[OrderLine, ...]
    fetched: tuple[Fetching, ...]

    @property
    def total(self) -> int:
        """What the supplier is paid for the goods, in cents; order and delivery costs are charges of their own."""
        return sum(line.amount for line in self.lines)

    @property
    def by_site(self) -> list[tuple[str, list[OrderLine], int]]:
        """Site, its lines, their total in cents; the surplus under a blank site."""
        sites = list(dict.fromkeys(line.site for line in self.lines))
        grouped = [(site, [line for line in self.lines if line.site == site]) for site in sites]
        return [(site, lines, sum(line.amount for line in lines)) for site, lines in grouped]


def purchase_orders(result: Result, trips: Sequence[Journey]) -> Iterator[PurchaseOrder]:
    """The order of each supplier that something is bought of, sorted by supplier.

    Parameters
    ----------
    trips : sequence of Journey
        The trips of the plan, for the days on which goods are fetched.
    """
    pool, rows = result.pool, rows_of(result.plan.orders)
    bought = [(row, cost) for row, cost in zip(rows, plan_cents(result)["orders"], strict=True) if row["supplier"]]
    of = {row["supplier"]: row for row in rows_of(pool.table("suppliers"))}
    items = {row["item"]: row for row in rows_of(pool.table("items"))}
    due = _due_days(pool)
    for supplier in sorted({row["supplier"] for row, _ in bought}):
        own = of.get(supplier, {})
        lines = [_line(row, cost, items, due) for row, cost in bought if row["supplier"] == supplier]
        fetched_at = "" if own.get("delivered", True) else own.get("site", "")
        codes = {line.order for line in lines}
        yield PurchaseOrder(
            supplier=supplier,
            name=own.get("name", ""),
            pool=pool.settings.name or "",
            currency=pool.settings.currency,
            order_date=pool.settings.order_date,
            site=fetched_at,
            valid_until=_valid_until(pool, supplier, {line.item for line in lines}),
            lines=tuple(sorted(lines, key=lambda line: (not line.site, line.site, line.member, line.item, line.order))),
            fetched=tuple(_fetched(result, trips, codes)),
        )


def _line(
    row: Mapping[str, Any], cost: int, items: Mapping[str, Any], due: Mapping[tuple[str, str, str], date]
) -> OrderLine:
    item = items.get(row["item"], {})
    return OrderLine(
        order=row["order"],
        site=row["site"],
        member=row["member"],
        item=row["item"],
        item_name=item.get("name", ""),
        unit=item.get("unit", ""),
        quantity=row["quantity"],
        unit_price=row["unit_price"],
        rebate_pct=row["rebate_pct"],
        amount=cost,
        due=due.get((row["member"], row["item"], row["site"])),
    )


def _due_days(pool: Pool) -> dict[tuple[str, str, str], date]:
    """The first day on which a member needs an item at a site."""
    days: dict[tuple[str, str, str], date] = {}
    for row in rows_of(pool.table("purchases")):
        if not pd.isna(row["due_date"]):
            key, day = (row["member"], row["item"], row["site"]), row["due_date"].date()
            days[key] = min(day, days.get(key, day))
    return days


NO_END = 2099
"""From this year on a last day means that there is no end."""


def _valid_until(pool: Pool, supplier: str, items: set[str]) -> date | None:
    offers = pool.table("offers")
    own = offers[(offers["supplier"] == supplier) & offers["item"].isin(items)]
    ends = [day.date() for day in own["valid_until"] if not pd.isna(day) and day.year < NO_END]
    return min(ends, default=None)


def _fetched(result: Result, trips: Sequence[Journey], codes: set[str]) -> Iterator[Fetching]:
    """When goods of these orders are fetched: by trip, then all groupage of a tariff together."""
    for journey in trips:
        for stop in journey.stops:
            weights = [parcel.sizes[0] for parcel in stop.on if parcel.order in codes]
            if weights:
                yield Fetching(stop.day, f"{journey.vehicle.vehicle} {journey.trip}", math.fsum(weights))
    loads = result.plan.loads
    rest = loads[(loads["trip"] == "") & loads["order"].isin(codes)]
    for tariff in sorted(set(rest["tariff"])):
        yield Fetching(None, tariff, math.fsum(rest[rest["tariff"] == tariff]["weight_kg"]))
