"""The purchasing problem's facts: which offers can serve which needs, and how much of each is ever worth buying."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from clusterpool import market
from clusterpool.schema import Discount, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterpool.demand import Pool
    from clusterpool.market import Need, Offer, RebateScale, Rule, Supplier

STRICTLY_BELOW = 5e-7
"""How far a quantity stays below the next break of an all-units offer, relative to it (quantities are real)."""
LEAST_COUNTED = 1e-3
"""The least quantity that makes a supplier count as used under a `min_suppliers` rule."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One break of an offer: between `low` and `high` units the goods cost `fixed` + `unit_price` x quantity."""

    low: float
    high: float
    unit_price: float
    fixed: float


@dataclass(frozen=True)
class PurchasingCase:
    """Needs and market of a pool, limited to the offers that some need can use.

    Parameters
    ----------
    offers : dict of (supplier, item) to Offer
        Offers of items that somebody needs and may buy there.
    segments : dict of (supplier, item) to tuple of Segment
        The breaks within the capacity, each with the most that is ever worth buying in it.
    sources : tuple of tuple of str
        For each need, by number, the suppliers that may serve it.
    shortage : tuple of float or None
        For each need the price of leaving one unit unmet.
    """

    needs: tuple[Need, ...]
    suppliers: dict[str, Supplier]
    offers: dict[tuple[str, str], Offer]
    segments: dict[tuple[str, str], tuple[Segment, ...]]
    rebates: dict[str, RebateScale]
    rules: tuple[Rule, ...]
    sources: tuple[tuple[str, ...], ...]
    shortage: tuple[float | None, ...]

    @cached_property
    def needs_of(self) -> dict[tuple[str, str], tuple[Need, ...]]:
        """The needs that each offer may serve."""
        found: dict[tuple[str, str], list[Need]] = {key: [] for key in self.offers}
        for need in self.needs:
            for supplier in self.sources[need.number]:
                found[supplier, need.item].append(need)
        return {key: tuple(of_offer) for key, of_offer in found.items()}

    @cached_property
    def demand(self) -> dict[tuple[str, str], float]:
        """All that could be sent on each offer, in units: what its quantities are measured in within the model."""
        return {key: math.fsum(need.quantity for need in needs) for key, needs in self.needs_of.items()}

    @cached_property
    def offers_of(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The offers of each supplier that has any."""
        found: dict[str, list[tuple[str, str]]] = {}
        for key in self.offers:
            found.setdefault(key[0], []).append(key)
        return {supplier: tuple(keys) for supplier, keys in found.items()}

    def supplies(self) -> Iterator[tuple[str, Need]]:
        """Every pair (supplier, need) that may trade."""
        for need in self.needs:
            for supplier in self.sources[need.number]:
                yield supplier, need

    def most_spend(self, supplier: str) -> float:
        """The most that can be spent at a supplier, before rebates."""
        spend = sum(self.most_of_offer(key) for key in self.offers_of[supplier])
        return min(spend, self.suppliers[supplier].capacity_value)

    def rebate_floors(self, supplier: str) -> list[float]:
        """Where each rebate step within reach begins, the first being the one without rebate."""
        most = self.most_spend(supplier)
        return [0.0, *(floor for floor, _ in self.rebates[supplier].steps if floor <= most)]

    def rebate_scale(self, supplier: str) -> float:
        """The highest rebate step within reach: what spends are measured in within the model."""
        return self.rebate_floors(supplier)[-1] or max(self.most_spend(supplier), 1.0)

    def most_of_offer(self, key: tuple[str, str]) -> float:
        """The most that can be spent on an offer, before rebates."""
        return max(part.fixed + part.unit_price * part.high for part in self.segments[key])


def purchasing_case(pool: Pool) -> PurchasingCase:
    """Read the purchasing problem of a pool out of its checked tables.

    Parameters
    ----------
    pool : Pool
        The pool; quantities in the items' units, money in the pool's currency.
    """
    wanted = market.needs(pool)
    offered = market.offers(pool)
    barred = market.forbidden(pool)
    rules = market.rules(pool)
    suppliers = market.suppliers(pool)
    rebates = market.rebates(pool)
    sellers: dict[str, list[str]] = {}
    for supplier, item in offered:
        sellers.setdefault(item, []).append(supplier)
    sources = tuple(tuple(s for s in sellers.get(need.item, ()) if (need.member, s) not in barred) for need in wanted)
    used = sorted({(s, need.item) for need in wanted for s in sources[need.number]})
    demand = _demand(wanted, sources)
    stretch = _stretch(rules)
    segments = {}
    diluting = stretch * _worth(wanted, offered) if _shares_spend(rules) else 0.0
    for key in used:
        threshold = diluting + _threshold(key[0], suppliers, rebates)
        most = _most_units(offered[key], demand[key] * stretch, threshold)
        if parts := _segments(offered[key], most):
            segments[key] = _counted(key, parts, rules)
    offers = {key: offered[key] for key in segments}
    return PurchasingCase(
        wanted,
        suppliers,
        offers,
        segments,
        {s: scale for s, scale in rebates.items() if any(key[0] == s for key in offers)},
        rules,
        tuple(tuple(s for s in of_need if (s, wanted[k].item) in offers) for k, of_need in enumerate(sources)),
        tuple(market.shortage_price(offered, need, pool.settings.shortage_factor) for need in wanted),
    )


def _demand(wanted: tuple[Need, ...], sources: tuple[tuple[str, ...], ...]) -> dict[tuple[str, str], float]:
    demand: dict[tuple[str, str], float] = {}
    for need in wanted:
        for supplier in sources[need.number]:
            key = (supplier, need.item)
            demand[key] = demand.get(key, 0.0) + need.quantity
    return demand


def _stretch(rules: tuple[Rule, ...]) -> float:
    """By how much shares can make surplus worth buying: one held to a part `a` asks for 1 / a of its quantity."""
    parts = [rule.value / 100.0 for rule in rules if rule.measure is Measure.MAX_SHARE_PCT]
    parts += [1.0 - rule.value / 100.0 for rule in rules if rule.measure is Measure.MIN_SHARE_PCT]
    return 1.0 / max(min([part for part in parts if part > 0.0], default=1.0), 0.01)


def _shares_spend(rules: tuple[Rule, ...]) -> bool:
    """Whether a supplier's part of the spend is bound: spending more elsewhere can then be worth it."""
    shares = (Measure.MAX_SHARE_PCT, Measure.MIN_SHARE_PCT)
    return any(rule.measure in shares and not rule.item for rule in rules)


def _worth(wanted: tuple[Need, ...], offered: dict[tuple[str, str], Offer]) -> float:
    """What all needs cost at the dearest prices."""
    dearest: dict[str, float] = {}
    for (_, item), offer in offered.items():
        dearest[item] = max([dearest.get(item, 0.0), *(price for _, price in offer.breaks)])
    return math.fsum(need.quantity * dearest.get(need.item, 0.0) for need in wanted)


def _threshold(supplier: str, suppliers: dict[str, Supplier], rebates: dict[str, RebateScale]) -> float:
    """The highest spend that opens anything at a supplier."""
    steps = rebates[supplier].steps if supplier in rebates else ()
    return max([suppliers[supplier].min_order_value, *(spend for spend, _ in steps)])


def _most_units(offer: Offer, demand: float, threshold: float) -> float:
    """No optimal plan buys more than this of an offer: demand, last break or a spend threshold, whichever is most."""
    lots = offer.order_multiple
    last = max(low for low, _ in offer.breaks)
    cheapest = min(price for _, price in offer.breaks)
    most = max(demand, last) + (threshold / cheapest if cheapest > 0.0 else 0.0)
    if lots > 0.0:
        most = lots * math.ceil(most / lots - 1e-9)
    return min(most, offer.capacity)


def _segments(offer: Offer, most: float) -> tuple[Segment, ...]:
    parts: list[Segment] = []
    fixed = 0.0
    for t, (low, price) in enumerate(offer.breaks):
        if t and offer.discount is Discount.INCREMENTAL:
            fixed += low * (offer.breaks[t - 1][1] - price)
        if low > most:
            break
        high = most
        if t + 1 < len(offer.breaks):
            above = offer.breaks[t + 1][0]
            shy = STRICTLY_BELOW * max(1.0, above) if offer.discount is Discount.ALL_UNITS else 0.0
            high = min(most, above - shy)
        if high >= low:
            parts.append(Segment(low, high, price, fixed))
    return tuple(parts)


def _counted(key: tuple[str, str], parts: tuple[Segment, ...], rules: tuple[Rule, ...]) -> tuple[Segment, ...]:
    """Under a `min_suppliers` rule an offer counts only from a least quantity on."""
    counting = any(
        rule.measure is Measure.MIN_SUPPLIERS and rule.item in ("", key[1]) and not rule.supplier for rule in rules
    )
    head = parts[0]
    if not counting or head.low >= LEAST_COUNTED or head.high < LEAST_COUNTED:
        return parts
    return (Segment(LEAST_COUNTED, head.high, head.unit_price, head.fixed), *parts[1:])
