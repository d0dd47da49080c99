"""What is bought of each supplier: minimum, multiple, capacity, price break, rebate, order cost."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.cells import Row, number, rows_of
from clusterpool.check.rows import OUTSIDE, SUPPLY, SURPLUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.check.findings import Findings
    from clusterpool.check.pricing import OfferKey, PriceList, RebateScale
    from clusterpool.check.rows import Order, PlanRows
    from clusterpool.demand import Pool

ORDER_COST = "order_cost"


@dataclass(frozen=True, slots=True)
class Bought:
    """All that is bought of one offer, surplus included; `spend` is after breaks and before rebates."""

    supplier: str
    item: str
    quantity: float
    spend: float
    regulated: bool


def check_orders(
    pool: Pool,
    offers: Mapping[OfferKey, PriceList],
    scales: Mapping[str, RebateScale],
    rows: PlanRows,
    findings: Findings,
) -> tuple[Bought, ...]:
    """Note every order that the market does not allow or that costs something else; return what is bought in all."""
    _check_rows(pool, offers, rows.orders, findings)
    by_offer: dict[OfferKey, list[Order]] = defaultdict(list)
    for order in rows.orders:
        if order.kind in (SUPPLY, SURPLUS) and (order.supplier, order.item) in offers:
            by_offer[order.supplier, order.item].append(order)
    bought = tuple(_check_offer(key, offers[key], group, findings) for key, group in sorted(by_offer.items()))
    suppliers = {row["supplier"]: row for row in rows_of(pool, "suppliers")}
    for supplier in sorted({part.supplier for part in bought}):
        parts = [part for part in bought if part.supplier == supplier]
        _check_spend(suppliers[supplier], parts, findings)
        orders = [order for part in parts for order in by_offer[supplier, part.item]]
        _check_rebate(scales.get(supplier), parts, orders, findings)
    _check_charges(suppliers, {part.supplier for part in bought}, rows, findings)
    return bought


def _check_rows(
    pool: Pool, offers: Mapping[OfferKey, PriceList], orders: tuple[Order, ...], findings: Findings
) -> None:
    """Codes are unique, kinds known, quantities positive, trade allowed."""
    barred = {(row["member"], row["supplier"]) for row in rows_of(pool, "eligibility") if not row["allowed"]}
    seen: set[str] = set()
    for order in orders:
        if not order.order or order.order in seen:
            findings.add("orders", order.row, "order", "a code of its own", order.order, "the code is not unique")
        seen.add(order.order)
        if order.quantity <= 0.0:
            findings.add("orders", order.row, "quantity", "more than 0", order.quantity, "an order for nothing")
        if order.kind not in (SUPPLY, OUTSIDE, SURPLUS):
            findings.add("orders", order.row, "kind", "supply|outside|surplus", order.kind, "no such kind of order")
        elif order.kind != OUTSIDE and (order.supplier, order.item) not in offers:
            findings.add("orders", order.row, "supplier", "an offer", order.supplier, "offers no such item")
        if order.kind == SURPLUS and order.member:
            findings.add("orders", order.row, "member", "", order.member, "a surplus belongs to no member")
        if (order.member, order.supplier) in barred:
            findings.add("orders", order.row, "supplier", "allowed", order.supplier, "not allowed to this member")


def _check_offer(key: OfferKey, offer: PriceList, orders: list[Order], findings: Findings) -> Bought:
    quantity = math.fsum(order.quantity for order in orders)
    what = f"of item {key[1]!r} from supplier {key[0]!r}"
    findings.at_least("orders", 0, "quantity", offer.floors[0], quantity, f"below the least quantity {what}")
    findings.at_most("orders", 0, "quantity", offer.capacity, quantity, f"above the capacity {what}")
    if offer.multiple > 0.0:
        whole = offer.multiple * round(quantity / offer.multiple)
        findings.figure("orders", 0, "quantity", whole, quantity, f"no multiple of {offer.multiple:g} {what}")
    if quantity <= 0.0:
        return Bought(*key, 0.0, 0.0, offer.regulated)
    prices = offer.unit_prices(quantity, findings.tolerance)
    price = min(prices, key=lambda known: abs(known - orders[0].unit_price))
    for order in orders:
        problem = f"not the unit price for {quantity:.10g} {what}"
        findings.money("orders", order.row, "unit_price", price, order.unit_price, problem)
    return Bought(*key, quantity, price * quantity, offer.regulated)


def _check_spend(terms: Row, parts: list[Bought], findings: Findings) -> None:
    spend = math.fsum(part.spend for part in parts)
    who = f"of supplier {terms['supplier']!r}"
    least = number(terms["min_order_value"])
    findings.at_least("orders", 0, "cost", least, spend, f"spend below min_order_value {who}")
    capacity = number(terms["capacity_value"], math.inf)
    findings.at_most("orders", 0, "cost", capacity, spend, f"spend above capacity_value {who}")


def _check_rebate(scale: RebateScale | None, parts: list[Bought], orders: list[Order], findings: Findings) -> None:
    """Each row costs its quantity at the unit price less the supplier's effective rebate; regulated goods earn none."""
    spend = math.fsum(part.spend for part in parts if not part.regulated)
    rates = scale.effective_rates(spend, findings.tolerance) if scale else (0.0,)
    by_item = {part.item: part for part in parts}
    free = [order for order in orders if not by_item[order.item].regulated]
    rate = min(rates, key=lambda known: abs(100.0 * known - free[0].rebate_pct)) if free else 0.0
    for order in orders:
        part = by_item[order.item]
        own = 0.0 if part.regulated else rate
        problem = f"not the rebate on a spend of {spend:.10g}"
        if part.regulated:
            problem = "a regulated price earns no rebate"
        findings.money("orders", order.row, "rebate_pct", 100.0 * own, order.rebate_pct, problem)
        price = part.spend / part.quantity if part.quantity else 0.0
        expected = order.quantity * price * (1.0 - own)
        findings.money("orders", order.row, "cost", expected, order.cost, "not quantity x unit price less the rebate")


def _check_charges(suppliers: Mapping[str, Row], used: set[str], rows: PlanRows, findings: Findings) -> None:
    """Order costs are charged once for each supplier that is used, and nothing else is charged."""
    charged: set[str] = set()
    for charge in rows.charges:
        if charge.kind != ORDER_COST:
            findings.add("charges", charge.row, "kind", ORDER_COST, charge.kind, "no such charge is due")
            continue
        if charge.supplier not in used:
            findings.add("charges", charge.row, "supplier", "a used one", charge.supplier, "nothing is bought there")
        elif charge.supplier in charged:
            findings.add("charges", charge.row, "supplier", "charged once", charge.supplier, "charged a second time")
        else:
            due = number(suppliers[charge.supplier]["order_cost"])
            findings.money("charges", charge.row, "cost", due, charge.cost, "not the supplier's order_cost")
        charged.add(charge.supplier)
    for supplier in sorted(used - charged):
        due = number(suppliers[supplier]["order_cost"])
        if due > 0.0:
            findings.add("charges", 0, "supplier", f"{supplier}: {due:g}", "", "the order cost is not charged")
