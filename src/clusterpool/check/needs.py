"""Every purchase need is bought, got from outside at its own price, or left unmet at the price of a shortage."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.cells import day, number, rows_of
from clusterpool.check.rows import OUTSIDE, SUPPLY, SURPLUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.check.findings import Findings
    from clusterpool.check.pricing import OfferKey, PriceList
    from clusterpool.check.rows import Order, PlanRows, Unmet
    from clusterpool.demand import Pool

Place = tuple[str, str, str]
"""(member, item, site)."""


@dataclass(frozen=True, slots=True)
class Need:
    """A line of the purchases; NaN where a price is not given."""

    quantity: float
    due: int
    max_unit_price: float
    current_unit_price: float


def needs_by_place(pool: Pool) -> dict[Place, list[Need]]:
    """The needs of each member for each item at each site."""
    found: dict[Place, list[Need]] = defaultdict(list)
    for row in rows_of(pool, "purchases"):
        need = Need(
            number(row["quantity"]),
            day(row["due_date"]),
            number(row["max_unit_price"], math.nan),
            number(row["current_unit_price"], math.nan),
        )
        found[row["member"], row["item"], row["site"]].append(need)
    return dict(found)


def check_needs(pool: Pool, offers: Mapping[OfferKey, PriceList], rows: PlanRows, findings: Findings) -> None:
    """Note every need that is not met exactly once, or not at its price."""
    needs = needs_by_place(pool)
    wanted = [order for order in rows.orders if order.kind != SURPLUS and _is_needed(order, needs, findings)]
    _check_outside([order for order in wanted if order.kind == OUTSIDE], needs, findings)
    unmet = [row for row in rows.unmet if row.item]
    _check_coverage(wanted, unmet, needs, findings)
    prices = _ShortagePrices(offers, needs, number(pool.settings.shortage_factor))
    for row in unmet:
        _check_shortage(row, prices, findings)


def _is_needed(order: Order, needs: Mapping[Place, list[Need]], findings: Findings) -> bool:
    place = (order.member, order.item, order.site)
    if place not in needs:
        findings.add("orders", order.row, "member", "a need", "|".join(place), "nobody needs this item there")
        return False
    return order.kind in (SUPPLY, OUTSIDE)


def _check_outside(orders: list[Order], needs: Mapping[Place, list[Need]], findings: Findings) -> None:
    """Outside goods cost the need's own price and serve only the needs that have it."""
    bought: dict[tuple[Place, float], float] = defaultdict(float)
    for order in orders:
        place = (order.member, order.item, order.site)
        prices = sorted({need.max_unit_price for need in needs[place] if not math.isnan(need.max_unit_price)})
        if order.supplier:
            findings.add("orders", order.row, "supplier", "", order.supplier, "an outside order has no supplier")
        if not prices:
            findings.add("orders", order.row, "kind", SUPPLY, OUTSIDE, "the need has no max_unit_price")
            continue
        price = min(prices, key=lambda known: abs(known - order.unit_price))
        bought[place, price] += order.quantity
        findings.money("orders", order.row, "unit_price", price, order.unit_price, "not the need's max_unit_price")
        findings.money("orders", order.row, "rebate_pct", 0.0, order.rebate_pct, "outside orders earn no rebate")
        findings.money("orders", order.row, "cost", price * order.quantity, order.cost, "not quantity x max_unit_price")
    for (place, price), quantity in bought.items():
        limit = math.fsum(need.quantity for need in needs[place] if need.max_unit_price == price)
        problem = f"more outside goods than needs of {_named(place)} allow"
        findings.at_most("orders", 0, "quantity", limit, quantity, problem)


def _check_coverage(
    orders: list[Order], unmet: list[Unmet], needs: Mapping[Place, list[Need]], findings: Findings
) -> None:
    """Orders and unmet quantities add up to the needs."""
    wanted: dict[tuple[str, str], float] = defaultdict(float)
    got: dict[tuple[str, str], float] = defaultdict(float)
    here: dict[Place, float] = defaultdict(float)
    for order in orders:
        here[order.member, order.item, order.site] += order.quantity
        got[order.member, order.item] += order.quantity
    for place, of_place in needs.items():
        quantity = math.fsum(need.quantity for need in of_place)
        wanted[place[:2]] += quantity
        findings.at_most("orders", 0, "quantity", quantity, here[place], f"more than the needs of {_named(place)}")
    for row in unmet:
        if (row.member, row.item) not in wanted:
            findings.add("unmet", row.row, "item", "a need", f"{row.member}|{row.item}", "the member has no such need")
        got[row.member, row.item] += row.quantity
    for pair, quantity in wanted.items():
        problem = f"bought, got from outside and unmet do not add up to the needs of {_named(pair)}"
        findings.figure("orders", 0, "quantity", quantity, got[pair], problem)


class _ShortagePrices:
    """What a unit left unmet costs: the shortage factor times the item's dearest price, else the current one."""

    def __init__(self, offers: Mapping[OfferKey, PriceList], needs: Mapping[Place, list[Need]], factor: float) -> None:
        self._dearest: dict[str, float] = {}
        for (_, item), offer in offers.items():
            self._dearest[item] = max(self._dearest.get(item, -math.inf), *offer.prices)
        self._current: dict[tuple[str, str], list[float]] = defaultdict(list)
        for place, of_place in needs.items():
            known = [need.current_unit_price for need in of_place if not math.isnan(need.current_unit_price)]
            self._current[place[:2]].extend(known)
        self._factor = factor

    def of(self, member: str, item: str) -> list[float]:
        """The prices that may apply: one where the item is offered, else one for each current price."""
        known = [self._dearest[item]] if item in self._dearest else self._current[member, item]
        return [self._factor * price for price in known]


def _check_shortage(row: Unmet, prices: _ShortagePrices, findings: Findings) -> None:
    known = prices.of(row.member, row.item)
    if not known:
        findings.add("unmet", row.row, "cost", "no shortage price", row.cost, "no price is known, so it must be bought")
        return
    least, most = row.quantity * min(known), row.quantity * max(known)
    nearest = min(max(row.cost, least), most)
    findings.money("unmet", row.row, "cost", nearest, row.cost, "not quantity x shortage_factor x the dearest price")


def _named(codes: tuple[str, ...]) -> str:
    return ", ".join(repr(code) for code in codes)
