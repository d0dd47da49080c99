"""The purchasing problem's facts: which offers can serve which needs, and how much of each is ever worth buying."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from clusterpool import market
from clusterpool.purchasing.caps import ROUNDING, Limits, Shares, caps, fixed_of, most_spent
from clusterpool.schema import Discount, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterpool.demand import Pool
    from clusterpool.market import Need, Offer, RebateScale, Rule, Supplier

STRICTLY_BELOW = 5e-7
"""How far a quantity stays below the next break of an all-units offer, relative to it (quantities are real)."""


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

    @cached_property
    def least_worth(self) -> float:
        """What all needs would cost at the cheapest prices of their items: near what is spent, below it as a rule."""
        cheapest: dict[str, float] = {}
        for key, offer in self.offers.items():
            cheapest[key[1]] = min([cheapest.get(key[1], math.inf), *(price for _, price in offer.breaks)])
        return math.fsum(need.quantity * cheapest.get(need.item, 0.0) for need in self.needs)

    def most_spend(self, supplier: str) -> float:
        """The most that can be spent at a supplier, before rebates."""
        spend = sum(self.most_of_offer(key) for key in self.offers_of[supplier])
        return min(spend, self.suppliers[supplier].capacity_value)

    def rebate_floors(self, supplier: str) -> list[float]:
        """Where each rebate step within reach begins, the first being the one without rebate."""
        most = self.most_spend(supplier) * (1.0 + ROUNDING)
        return [0.0, *(floor for floor, _ in self.rebates[supplier].steps if floor <= most)]

    def rebate_tops(self, supplier: str) -> list[float]:
        """Where each rebate step within reach ends: below the next one, where that gives back less of all."""
        scale, floors = self.rebates[supplier], self.rebate_floors(supplier)
        rates = [0.0, *(rate for _, rate in scale.steps)]
        falls = [scale.discount is Discount.ALL_UNITS and after < rate for rate, after in pairwise(rates)]
        tops = [floor * (1.0 - STRICTLY_BELOW * fall) for floor, fall in zip(floors[1:], falls, strict=False)]
        return [*tops, max(self.most_spend(supplier), floors[-1])]

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
    shortage = tuple(market.shortage_price(offered, need, pool.settings.shortage_factor) for need in wanted)
    shares = Shares.of(rules)
    worth = _worth(wanted, shortage, sources, joined=any(not rule.item for rule in rules))
    limits = {
        key: _limits(offered[key], sent, suppliers, rebates, rules, worth[key[1]], shares)
        for key, sent in sorted(_demand(wanted, sources).items())
    }
    tops = caps(limits, shares)
    segments = {key: parts for key, one in limits.items() if (parts := _segments(one, tops[key]))}
    offers = {key: offered[key] for key in segments}
    return PurchasingCase(
        wanted,
        suppliers,
        offers,
        segments,
        {s: scale for s, scale in rebates.items() if any(key[0] == s for key in offers)},
        rules,
        tuple(tuple(s for s in of_need if (s, wanted[k].item) in offers) for k, of_need in enumerate(sources)),
        shortage,
    )


def _demand(wanted: tuple[Need, ...], sources: tuple[tuple[str, ...], ...]) -> dict[tuple[str, str], float]:
    demand: dict[tuple[str, str], float] = {}
    for need in wanted:
        for supplier in sources[need.number]:
            key = (supplier, need.item)
            demand[key] = demand.get(key, 0.0) + need.quantity
    return demand


def _worth(
    wanted: tuple[Need, ...], shortage: tuple[float | None, ...], sources: tuple[tuple[str, ...], ...], *, joined: bool
) -> dict[str, float]:
    """Z of each item: what it costs to buy nothing of it and of the items that suppliers join it to, or of all."""
    groups: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for need, of_need in zip(wanted, sources, strict=True):
        nodes = [("item", need.item), *(("supplier", s) for s in of_need), *([("all", "")] if joined else [])]
        if len({id(groups.get(node)) for node in nodes}) > 1 or nodes[0] not in groups:
            merged = set().union(*(groups.get(node, {node}) for node in nodes))
            groups |= dict.fromkeys(merged, merged)
    costs: dict[str, list[float]] = {}
    for need, price in zip(wanted, shortage, strict=True):
        unit = min(need.max_unit_price, math.inf if price is None else price)
        costs.setdefault(need.item, []).append(need.quantity * unit)
    totals: dict[int, float] = {}
    for group in groups.values():
        if id(group) not in totals:
            items = sorted(code for kind, code in group if kind == "item")
            totals[id(group)] = math.fsum(cost for item in items for cost in costs[item])
    return {item: totals[id(groups["item", item])] for item in costs}


def _limits(
    offer: Offer,
    sent: float,
    suppliers: dict[str, Supplier],
    rebates: dict[str, RebateScale],
    rules: tuple[Rule, ...],
    worth: float,
    shares: Shares,
) -> Limits:
    terms, scale = suppliers[offer.supplier], rebates.get(offer.supplier)
    steps = scale.steps if scale is not None and not offer.regulated else ()
    counted = any(rule.measure is Measure.MIN_SUPPLIERS and rule.item in ("", offer.item) for rule in rules)
    spend = terms.capacity_value * (1.0 + ROUNDING)
    if shares.bind(offer.item):  # only there, so that the prices of one item move no limits of another
        spend = min(spend, most_spent(offer, scale, worth, shares_of_spend=shares.of_spend))
    threshold = max([terms.min_order_value, *(floor for floor, _ in steps)])
    return Limits(offer, sent, threshold, spend, counted)


def _segments(one: Limits, tops: tuple[float, ...]) -> tuple[Segment, ...]:
    """The breaks of an offer that can hold, each between the least and the most that is worth buying in it."""
    parts: list[Segment] = []
    for t, (floor, price) in enumerate(one.offer.breaks):
        low, high = max(floor, one.least), tops[t]
        if t + 1 < len(one.offer.breaks):
            high = min(high, _top_of_break(one.offer, t))
        if one.multiple > 0.0:
            low = one.multiple * math.ceil(low / one.multiple - ROUNDING)
            high = one.multiple * math.floor(high / one.multiple + ROUNDING)
        if high >= low:
            parts.append(Segment(low, high, price, fixed_of(one.offer, t)))
    return tuple(parts)


def _top_of_break(offer: Offer, t: int) -> float:
    """The most that is bought in a break which is not the last: of all-units offers, less than the next one asks for.

    Quantities are real, so that there is no largest below the next break. What `STRICTLY_BELOW` gives up costs at most
    the price of leaving so much unmet.
    """
    above = offer.breaks[t + 1][0]
    if offer.discount is Discount.INCREMENTAL:
        return above
    if offer.order_multiple > 0.0:
        return offer.order_multiple * (math.ceil(above / offer.order_multiple - ROUNDING) - 1)
    return above - STRICTLY_BELOW * max(1.0, above)
