"""What is bought of each item and why there: the price break reached, the next one, and what each other supplier asks.

A supplier that is not chosen is judged by what moving all that is bought of the item to it would change: its price
after breaks, its rebate on the spend that it would then have, its order cost where it is not used, less the price, the
rebate and the order cost that go at the suppliers chosen. Transport of goods that the pool collects is not in that
figure, and the pool's rules are not: the plan weighs these too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clusterpool import market
from clusterpool.purchasing.prices import rebate_of, spend_of
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from clusterpool.demand import Pool
    from clusterpool.market import Offer
    from clusterpool.plan import Plan

Basket = dict[tuple[str, str], float]
"""What is bought, in units, by (supplier, item)."""
REACHED = 1e-6
"""Quantities and amounts this close to a limit, relative to it, are at it."""


class Reason(StrEnum):
    """Why a supplier is not chosen for an item."""

    NOT_ALLOWED = "not_allowed"
    SOME_NOT_ALLOWED = "some_not_allowed"
    TOO_LITTLE = "too_little"
    MINIMUM = "minimum"
    MINIMUM_ORDER = "minimum_order"
    FULL = "full"
    DEARER = "dearer"
    NO_DIFFERENCE = "no_difference"
    NOT_WORTH_IT = "not_worth_it"
    CHEAPER_BUT = "cheaper_but"


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought of one offer.

    Parameters
    ----------
    buyers : tuple of str
        The members that it is bought for.
    barred_elsewhere : tuple of str
        Those of them that may not buy at the supplier from which most of the item comes.
    quantity, surplus : float
        Units bought, and those of them that nobody needs.
    unit_price : float
        After breaks, before the rebate.
    cost : float
        After the rebate.
    sold_out : bool
        Whether that is all that the supplier can deliver of the item.
    reached : float
        The least quantity of the break in force.
    next_quantity, next_price : float or None
        The next break that the supplier can serve, and the unit price there.
    more_to_pay : float
        What buying up to the next break would add to the bill, before rebates; negative: it would be cheaper.
    """

    supplier: str
    buyers: tuple[str, ...]
    barred_elsewhere: tuple[str, ...]
    quantity: float
    surplus: float
    unit_price: float
    rebate_pct: float
    cost: float
    sold_out: bool
    reached: float
    next_quantity: float | None
    next_price: float | None
    more_to_pay: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """A supplier that is not chosen: its unit price for all that is bought, and what moving there would change.

    Parameters
    ----------
    limit : float
        What the reason is about: members that may not buy there, units or money.
    change : float
        How much dearer the bill would be, without transport; NaN where it cannot deliver.
    """

    supplier: str
    unit_price: float
    change: float
    delivered: bool
    reason: Reason
    limit: float


@dataclass(frozen=True, slots=True)
class ItemStory:
    """An item: what is bought of it, from whom, who needs how much, and the suppliers that were not chosen."""

    item: str
    quantity: float
    cost: float
    outside: float
    needs: Mapping[str, float]
    purchases: tuple[Purchase, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, eq=False)
class Market:
    """The offers of a pool, and what its plan buys of them."""

    offers: Mapping[tuple[str, str], Offer]
    suppliers: Mapping[str, market.Supplier]
    rebates: Mapping[str, market.RebateScale]
    forbidden: frozenset[tuple[str, str]]
    bought: Basket

    @staticmethod
    def of(pool: Pool, plan: Plan) -> Market:
        """The market of a pool and the plan's purchases."""
        bought: Basket = defaultdict(float)
        for row in rows_of(plan.orders):
            if row["supplier"]:
                bought[row["supplier"], row["item"]] += row["quantity"]
        return Market(
            market.offers(pool), market.suppliers(pool), market.rebates(pool), market.forbidden(pool), dict(bought)
        )

    def spend(self, supplier: str, bought: Basket) -> float:
        """The supplier's spend, before rebates."""
        return math.fsum(spend_of(self.offers[key], units) for key, units in bought.items() if key[0] == supplier)

    def bill(self, suppliers: Iterable[str], bought: Basket) -> float:
        """What these suppliers bill: spend less rebate, and order costs."""
        total = 0.0
        for supplier in suppliers:
            free = {key: units for key, units in bought.items() if not self.offers[key].regulated}
            if any(key[0] == supplier for key in bought):
                rebate = rebate_of(self.rebates.get(supplier), self.spend(supplier, free))
                total += self.spend(supplier, bought) - rebate + self.suppliers[supplier].order_cost
        return total


def item_stories(pool: Pool, plan: Plan) -> tuple[ItemStory, ...]:
    """Every item that anybody needs, the dearest first."""
    place = Market.of(pool, plan)
    needs: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for need in market.needs(pool):
        needs[need.item][need.member] += need.quantity
    stories = [_story(place, plan, item, dict(needs[item])) for item in sorted(needs)]
    return tuple(sorted(stories, key=lambda story: (-story.cost, story.item)))


def _story(place: Market, plan: Plan, item: str, needs: Mapping[str, float]) -> ItemStory:
    rows = plan.orders[plan.orders["item"] == item]
    chosen = sorted({supplier for supplier, code in place.bought if code == item})
    most = max(chosen, key=lambda supplier: (place.bought[supplier, item], supplier), default="")
    purchases = [_purchase(place, supplier, item, rows[rows["supplier"] == supplier], most) for supplier in chosen]
    others = sorted(supplier for supplier, code in place.offers if code == item and supplier not in chosen)
    quantity = math.fsum(one.quantity for one in purchases)
    alternatives = [_alternative(place, item, supplier, chosen, quantity, needs) for supplier in others]
    return ItemStory(
        item=item,
        quantity=math.fsum(rows["quantity"]),
        cost=math.fsum(rows["cost"]),
        outside=math.fsum(rows.loc[rows["kind"] == "outside", "quantity"]),
        needs=needs,
        purchases=tuple(sorted(purchases, key=lambda one: (-one.cost, one.supplier))),
        alternatives=tuple(sorted(alternatives, key=lambda one: (math.isnan(one.change), one.change, one.supplier))),
    )


def _purchase(place: Market, supplier: str, item: str, frame: pd.DataFrame, most: str) -> Purchase:
    """What the orders of one offer come to."""
    offer = place.offers[supplier, item]
    quantity = place.bought[supplier, item]
    reached = max((low for low, _ in offer.breaks if quantity * (1 + REACHED) >= low), default=offer.breaks[0][0])
    above = [(low, price) for low, price in offer.breaks if low > reached and low <= offer.capacity]
    following = min(above, default=None)
    buyers = tuple(sorted(set(frame["member"]) - {""}))
    return Purchase(
        supplier=supplier,
        buyers=buyers,
        barred_elsewhere=tuple(member for member in buyers if (member, most) in place.forbidden),
        quantity=quantity,
        surplus=math.fsum(frame.loc[frame["kind"] == "surplus", "quantity"]),
        unit_price=spend_of(offer, quantity) / quantity,
        rebate_pct=float(frame["rebate_pct"].iloc[0]),
        cost=math.fsum(frame["cost"]),
        sold_out=quantity >= offer.capacity * (1 - REACHED),
        reached=reached,
        next_quantity=following[0] if following else None,
        next_price=following[1] if following else None,
        more_to_pay=spend_of(offer, following[0]) - spend_of(offer, quantity) if following else math.nan,
    )


def _alternative(
    place: Market, item: str, supplier: str, chosen: list[str], quantity: float, needs: Mapping[str, float]
) -> Alternative:
    offer, terms = place.offers[supplier, item], place.suppliers[supplier]
    wanted = quantity or math.fsum(needs.values())
    price = spend_of(offer, wanted) / wanted
    moved = {key: units for key, units in place.bought.items() if key[1] != item} | {(supplier, item): wanted}
    change = math.nan
    if quantity:
        touched = [*chosen, supplier]
        change = place.bill(touched, moved) - place.bill(touched, place.bought)
    reason, limit = _reason(place, supplier, item, wanted, moved, change, needs)
    return Alternative(supplier, price, change, terms.delivered, reason, limit)


def _reason(
    place: Market, supplier: str, item: str, wanted: float, moved: Basket, change: float, needs: Mapping[str, float]
) -> tuple[Reason, float]:
    """The first thing that stands against a supplier."""
    offer, terms = place.offers[supplier, item], place.suppliers[supplier]
    barred = sum((member, supplier) in place.forbidden for member in needs)
    spend = place.spend(supplier, moved)
    tests = (
        (barred == len(needs), Reason.NOT_ALLOWED, barred),
        (offer.capacity < wanted * (1 - REACHED), Reason.TOO_LITTLE, offer.capacity),
        (offer.breaks[0][0] > wanted * (1 + REACHED), Reason.MINIMUM, offer.breaks[0][0]),
        (terms.capacity_value < spend * (1 - REACHED), Reason.FULL, terms.capacity_value),
        (terms.min_order_value > spend * (1 + REACHED), Reason.MINIMUM_ORDER, terms.min_order_value),
        (math.isnan(change), Reason.NOT_WORTH_IT, 0.0),
        (change > 0 and barred == 0, Reason.DEARER, change),
        (barred > 0, Reason.SOME_NOT_ALLOWED, barred),
        (not abs(change) > REACHED, Reason.NO_DIFFERENCE, 0.0),
    )
    return next(((reason, float(limit)) for holds, reason, limit in tests if holds), (Reason.CHEAPER_BUT, -change))
