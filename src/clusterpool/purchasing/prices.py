"""What a quantity of an offer costs, and what a supplier gives back on a spend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.schema import Discount

if TYPE_CHECKING:
    from clusterpool.market import Offer, RebateScale

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
