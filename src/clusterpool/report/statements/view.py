"""What of a result belongs to one member.

Left out, because another member's figure could be worked out from it:

- totals of the pool, of clusters, orders, trips and shipments: in a small pool the total less one's own is the other's;
- the supplier's rebate and the price before it: together with a price list they tell what the others spend. The price
  shown is the one that the member pays, net of both;
- codes of orders and trips: they are numbered over all members, so that gaps tell how many lines the others have;
- hours, fill and emissions of trips: they depend on the loads and stops of others. The days are the member's own;
- what the others lose if the member leaves: in a pool of two that is the other's saving;
- the rank, the state of the core, the coalition that gains least, and the hash of the input, by which a guess at
  another's figure could be confirmed;
- reasons of unmet needs that tell that others used up a capacity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusterpool.plan import UnmetCause, UnmetReason
from clusterpool.report.cents import to_cents
from clusterpool.report.journeys import journeys
from clusterpool.report.oddities import oddities_of, own_keys
from clusterpool.report.rounded import member_cents, percent_of, plan_cents
from clusterpool.report.statements.statement import Account, Bill, Carriage, Purchase, Shortfall, Statement
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from clusterpool.report.result import Result
    from clusterpool.report.rounded import Cents

OWN_REASONS = frozenset(
    {UnmetReason.NO_SUPPLIER, UnmetReason.NO_CARRIER, UnmetReason.NO_TIME, UnmetReason.GROUPAGE_DEARER}
)
"""Reasons of unmet needs that rest on the member and the market alone."""

Days = tuple["date", "date"]


@dataclass(frozen=True, eq=False)
class Ledger:
    """What all statements of a result are made from, worked out once."""

    result: Result
    members: Cents
    plan: Mapping[str, Sequence[int]]
    days: Mapping[int, Days]

    @staticmethod
    def of(result: Result) -> Ledger:
        """The ledger of a result."""
        days = {
            parcel.row: (journey.stops[parcel.start].day, journey.stops[parcel.end].day)
            for journey in journeys(result)
            for parcel in journey.parcels
        }
        return Ledger(result, member_cents(result), plan_cents(result), days)

    def rows(self, table: str, member: str) -> list[tuple[dict[str, Any], int]]:
        """The member's own rows of a table of the plan, with their `place` in it, each with its cost in cents."""
        rows = zip(rows_of(self.result.plan.tables[table]), self.plan[table], strict=True)
        return [({**row, "place": place}, cost) for place, (row, cost) in enumerate(rows) if row["member"] == member]


def statement_of(ledger: Ledger, member: str) -> Statement:
    """The statement of a member.

    Raises
    ------
    KeyError
        The code is no member of the pool.
    """
    pool = ledger.result.pool
    rows = {row["member"]: row for row in rows_of(pool.table("members"))}
    own = rows[member]
    items = {row["item"]: row for row in rows_of(pool.table("items"))}
    bill = _bill(ledger, member)
    bought, carried = ledger.rows("orders", member), ledger.rows("loads", member)
    return Statement(
        member=member,
        name=own["name"],
        clusters=tuple(own["cluster"].split("|")),
        site=own["site"],
        pool=pool.settings.name or "",
        currency=pool.settings.currency,
        rule=ledger.result.allocation.rule,
        bill=bill,
        odd=_odd(ledger, member),
        purchases=tuple(_purchase(row, cost, items) for row, cost in bought),
        carriages=tuple(_carriages(ledger, carried, {row["order"]: row["item"] for row, _ in bought})),
        shortfalls=tuple(_shortfall(row, items) for row, _ in ledger.rows("unmet", member)),
        account=Account(sum(cost for _, cost in bought), sum(cost for _, cost in carried), bill.pool),
    )


def _bill(ledger: Ledger, member: str) -> Bill:
    frame = ledger.result.members
    place = frame["member"].tolist().index(member)
    cents = {name: column[place] for name, column in ledger.members.items()}
    return Bill(
        today=cents["today"],
        alone=cents["alone"] or 0,
        alone_at_least=_proven_alone(ledger.result, member, cents["alone"] or 0),
        pool=cents["pool"] or 0,
        saving=cents["saving"] or 0,
        saving_pct=percent_of(cents["saving"], cents["alone"]),
        purchases_saving=cents["purchases_saving"] or 0,
        freight_saving=cents["freight_saving"] or 0,
        own_effort=cents["own_effort"],
        comparable=bool(frame["comparable"].iloc[place]),
    )


def _odd(ledger: Ledger, member: str) -> tuple[str, ...]:
    pool, place = ledger.result.pool, ledger.result.members["member"].tolist().index(member)
    active = any(member in set(pool.table(name)["member"]) for name in ("purchases", "shipments"))
    row = {name: column[place] for name, column in ledger.members.items()}
    return tuple(own_keys(oddities_of(row, active=active)))


def _proven_alone(result: Result, member: str, alone: int) -> int | None:
    bounds = dict(zip(result.coalitions["members"], result.coalitions["bound"], strict=True))
    bound = bounds.get(member, math.nan)
    return min(to_cents(bound), alone) if math.isfinite(bound) else None


def _purchase(row: Mapping[str, Any], cost: int, items: Mapping[str, Mapping[str, Any]]) -> Purchase:
    item = items.get(row["item"], {})
    return Purchase(
        kind=row["kind"],
        supplier=row["supplier"],
        item=row["item"],
        item_name=item.get("name", ""),
        unit=item.get("unit", ""),
        site=row["site"],
        quantity=row["quantity"],
        unit_price=row["cost"] / row["quantity"] if row["quantity"] else 0.0,
        cost=cost,
    )


def _carriages(
    ledger: Ledger, rows: Iterable[tuple[Mapping[str, Any], int]], items: Mapping[str, str]
) -> Iterable[Carriage]:
    vehicles = dict(zip(ledger.result.plan.trips["trip"], ledger.result.plan.trips["vehicle"], strict=True))
    for row, cost in rows:
        yield Carriage(
            what=row["shipment"] or items[row["order"]],
            by=vehicles[row["trip"]] if row["trip"] else row["tariff"],
            groupage=not row["trip"],
            origin=row["from_site"],
            destination=row["to_site"],
            days=ledger.days.get(row["place"]),
            weight_kg=row["weight_kg"],
            volume_m3=row["volume_m3"],
            pallets=row["pallets"],
            cost=cost,
        )


def _shortfall(row: Mapping[str, Any], items: Mapping[str, Mapping[str, Any]]) -> Shortfall:
    cause = UnmetCause.parse(row["reason"])
    return Shortfall(
        what=row["item"] or row["shipment"],
        unit=items.get(row["item"], {}).get("unit", ""),
        quantity=row["quantity"],
        reason=cause.text if cause.reason in OWN_REASONS else None,
    )
