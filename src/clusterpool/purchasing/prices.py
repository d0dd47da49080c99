"""What a quantity of an offer costs, and what a supplier gives back on a spend."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clusterpool.schema import Discount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.market import Need, Offer, RebateScale
    from clusterpool.purchasing.case import PurchasingCase

OfferKey = tuple[str, str]

AT_THRESHOLD = 2e-7
"""A quantity or a spend this close below a threshold, relative to it, is taken to reach it."""


def spend_of(offer: Offer, quantity: float) -> float:
    """What a quantity of an offer costs after breaks and before rebates, by the meaning of the offer's discount."""
    reached = [t for t, (low, _) in enumerate(offer.breaks) if quantity * (1.0 + AT_THRESHOLD) >= low]
    if offer.discount is Discount.ALL_UNITS:
        return quantity * offer.breaks[max(reached, default=0)][1]
    spend = quantity * offer.breaks[0][1]
    for (_, before), (low, price) in zip(offer.breaks, offer.breaks[1:], strict=False):
        spend += max(0.0, quantity - low) * (price - before)
    return spend


def rebate_of(scale: RebateScale | None, spend: float) -> float:
    """What a supplier gives back on a spend on goods without regulated prices."""
    if scale is None:
        return 0.0
    reached = [(floor, rate) for floor, rate in scale.steps if spend * (1.0 + AT_THRESHOLD) >= floor]
    if scale.discount is Discount.ALL_UNITS:
        return spend * reached[-1][1] if reached else 0.0
    rates = [0.0, *(rate for _, rate in reached)]
    return sum((spend - floor) * (rate - rates[t]) for t, (floor, rate) in enumerate(reached))


def bill(case: PurchasingCase, bought: Mapping[OfferKey, float], supplier: str) -> float:
    """What a supplier is paid for what is bought of it: goods after breaks and rebates, and the order cost."""
    spends = {key: spend_of(case.offers[key], q) for key, q in bought.items() if key[0] == supplier and q > 0.0}
    if not spends:
        return 0.0
    free = math.fsum(spend for key, spend in spends.items() if not case.offers[key].regulated)
    rebate = rebate_of(case.rebates.get(supplier), free)
    return math.fsum(spends.values()) - rebate + case.suppliers[supplier].order_cost


def by_itself(case: PurchasingCase, need: Need, quantity: float) -> float | None:
    """What a quantity of a need costs at the least if nothing else were bought; None where it cannot be had so.

    Minimums, multiples, breaks, capacities, the supplier's least and most spend, its order cost and its rebates count;
    rules of the pool and carriage do not.
    """
    known = [quantity * need.max_unit_price] if math.isfinite(need.max_unit_price) else []
    for supplier in case.sources[need.number]:
        key = (supplier, need.item)
        known += [bill(case, {key: one}, supplier) for one in _quantities(case, key, quantity)]
    return min(known, default=None)


def _quantities(case: PurchasingCase, key: tuple[str, str], quantity: float) -> list[float]:
    """The quantities of an offer, one a break, that a need of it by itself would be bought in."""
    offer, terms, found = case.offers[key], case.suppliers[key[0]], []
    for segment in case.segments[key]:
        least = max(quantity, segment.low)
        if segment.unit_price > 0.0:
            least = max(least, (terms.min_order_value - segment.fixed) / segment.unit_price)
        if offer.order_multiple > 0.0:
            least = offer.order_multiple * math.ceil(least / offer.order_multiple - 1e-9)
        spend = spend_of(offer, least)
        if least <= offer.capacity and terms.min_order_value * (1.0 - AT_THRESHOLD) <= spend <= terms.capacity_value:
            found.append(least)
    return found
