"""Needs: quantities that stand out, items of one buyer, capacities and lead times that cannot serve them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clusterpool.messages import MessageId
from clusterpool.validation.columnwise import looked_up
from clusterpool.validation.plausibility.figures import SLIPS, medians_of_others, slip, slipped, spread_groups
from clusterpool.validation.review import distinct

if TYPE_CHECKING:
    from clusterpool.validation.review import Review

FEWEST_OTHERS = 3
SPREAD = 3.0
"""Quantities vary; one stands out only where the others lie within so many times of each other."""


def check_plausible_needs(review: Review) -> None:
    """All checks of needs against each other and against what the market can deliver; rows keep their lines."""
    if not review.sound("purchases", "offers", "items", "members"):
        return
    _check_quantities(review)
    _check_single_buyers(review)
    if review.sound("settings"):
        _check_lead_times(review)
    _check_capacities(review)


def _check_quantities(review: Review) -> None:
    """A quantity that is 10, 100 or 1000 times the item's others, which are alike; small ones are common."""
    needs = review.table("purchases")
    quantities, lines = needs["quantity"].to_numpy(), needs.index.to_numpy()
    for places in spread_groups(needs["item"], quantities, FEWEST_OTHERS):
        figures = quantities[places]
        ranked = np.sort(figures)
        if ranked[-2] > SPREAD * ranked[0]:
            continue  # whichever stands out, the others are not alike
        medians = medians_of_others(figures)
        seen = np.flatnonzero(slipped(figures, medians) & (figures > medians))
        if len(seen) != 1:
            continue
        odd, others = int(seen[0]), np.delete(figures, seen)
        times, usual = slip(float(figures[odd]), float(medians[odd]), SLIPS), f"{medians[odd]:g}"
        if times and others.max() <= SPREAD * others.min():
            place = ("purchases", int(lines[places[odd]]), "quantity")
            review.note(MessageId.NEED_QUANTITY_OUTLIER, *place, times=times, usual=usual)


def _check_single_buyers(review: Review) -> None:
    """Items that one member buys: there is nothing to pool but the supplier's rebates and the freight."""
    needs = review.table("purchases")
    if len(distinct(needs["member"])) <= 1:
        return
    buyers = needs.drop_duplicates(["member", "item"])
    single = buyers[~buyers.duplicated("item", keep=False)]
    review.note(MessageId.NEED_SINGLE_BUYER, "purchases", single.index, "item")


def _check_lead_times(review: Review) -> None:
    """Needs that are due before any supplier's lead time is over."""
    offers, needs, ordered = review.table("offers"), review.table("purchases"), str(review.settings.order_date)
    soonest = offers["lead_time_days"].fillna(0.0).groupby(offers["item"]).min().to_dict()
    ready = pd.Timestamp(ordered) + pd.to_timedelta(looked_up(needs["item"], soonest), unit="D")
    late = needs.index[(needs["due_date"] < ready) & needs["max_unit_price"].isna()]
    review.note(MessageId.NEED_BEFORE_LEAD_TIME, "purchases", late, "due_date", date=ordered)


def _check_capacities(review: Review) -> None:
    """Items of which less is offered than is needed, and that have no outside source."""
    offers, needs = review.table("offers"), review.table("purchases")
    firsts = offers[~offers.duplicated(["supplier", "item"])]
    offered = firsts["capacity"].fillna(math.inf).groupby(firsts["item"]).sum().to_dict()
    inside = needs[needs["max_unit_price"].isna()]
    needed = inside.groupby("item")["quantity"].sum().to_dict()
    short = {item for item, quantity in needed.items() if quantity > offered.get(item, math.inf)}
    rows = firsts[firsts["item"].isin(short) & ~firsts.duplicated("item")]
    for row, item in zip(rows.index.tolist(), rows["item"].tolist(), strict=True):
        most, least = f"{offered[item]:g}", f"{needed[item]:g}"
        place = ("offers", row, "capacity")
        review.note(MessageId.OFFER_CAPACITY_BELOW_NEED, *place, item=item, capacity=most, needed=least)
