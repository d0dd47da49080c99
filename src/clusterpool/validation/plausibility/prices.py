"""Prices: slips of the decimal sign, units that differ, and prices of today that do not fit the offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.messages import MessageId
from clusterpool.schema import Discount
from clusterpool.validation.columnwise import looked_up
from clusterpool.validation.plausibility.figures import SLIPS, UNITS, medians_of_others, slip, slipped, spread_groups
from clusterpool.validation.review import distinct

if TYPE_CHECKING:
    from clusterpool.validation.review import Review

FEWEST_OTHERS = 2
"""So many other prices must agree on what is usual."""
DEARER = 1.01
"""A price of today counts as above an offer from here on; below lies rounding."""


def check_prices(review: Review) -> None:
    """All checks of prices against each other; rows keep their lines."""
    if not review.sound("offers", "purchases", "items"):
        return
    known = _known_prices(review)
    mismatched = _check_units(review, known)
    _check_outliers(review, known[~known["item"].isin(mismatched)])
    _check_today(review, mismatched)
    _check_free(review)


def _check_free(review: Review) -> None:
    """Prices of 0, once an offer: beside other prices of the item, or where nothing else is known of it."""
    offers = review.table("offers")
    free = offers[offers["unit_price"] == 0.0]
    priced = distinct(offers["item"][offers["unit_price"] > 0.0])
    firsts: list[Any] = list(free[~free.duplicated(["supplier", "item"])].itertuples())
    for row in firsts:
        message = MessageId.PRICE_ZERO_BESIDE_OTHERS if row.item in priced else MessageId.PRICE_ZERO_EVERYWHERE
        review.note(message, "offers", row.Index, "unit_price", item=row.item, supplier=row.supplier)


def _known_prices(review: Review) -> pd.DataFrame:
    """Every price of an item: `offered`, `row`, `item`, `price`; of offers the first break, of needs today's."""
    offers = review.table("offers").sort_values(["supplier", "item", "min_quantity"], kind="stable")
    first = offers[~offers.duplicated(["supplier", "item"])]
    needs = review.table("purchases")
    needs = needs[needs["current_unit_price"].notna()]
    parts = [
        first[["item"]].assign(offered=True, row=first.index, price=first["unit_price"]),
        needs[["item"]].assign(offered=False, row=needs.index, price=needs["current_unit_price"]),
    ]
    items = pd.CategoricalDtype(sorted(distinct(first["item"]) | distinct(needs["item"])))
    return pd.concat([part.astype({"item": items}) for part in parts], ignore_index=True)


def _check_units(review: Review, known: pd.DataFrame) -> set[str]:
    """Items whose offers are all a dozen, a hundred or a thousand times today's prices, or a fraction; their codes."""
    offered, today = (_medians(known[known["offered"] == kind]) for kind in (True, False))
    found = {item: slip(offered[item], today[item], UNITS) for item in sorted(offered.keys() & today.keys())}
    found = {item: times for item, times in found.items() if times}
    offers = review.table("offers")
    firsts = offers[offers["item"].isin(found) & ~offers.duplicated("item")]
    for row, item in zip(firsts.index.tolist(), firsts["item"].tolist(), strict=True):
        place, usual = ("offers", row, "unit_price"), f"{today[item]:g}"
        review.note(MessageId.OFFER_OTHER_UNIT, *place, item=item, times=found[item], today=usual)
    return set(found)


def _medians(known: pd.DataFrame) -> dict[str, float]:
    return {str(item): float(price) for item, price in known.groupby("item")["price"].median().items()}


def _check_outliers(review: Review, known: pd.DataFrame) -> None:
    """Prices that are 10, 100 or 1000 times the median of the item's other prices, or a fraction of it."""
    known = known[known["price"] > 0]
    prices = known["price"].to_numpy()
    for places in spread_groups(known["item"], prices, FEWEST_OTHERS):
        figures = prices[places]
        medians = medians_of_others(figures)
        seen = slipped(figures, medians)
        odd = zip(known.iloc[places[seen]].itertuples(index=False), medians[seen].tolist(), strict=True)
        for row, usual in odd:
            if times := slip(row.price, usual, SLIPS):
                place = (
                    ("offers", row.row, "unit_price") if row.offered else ("purchases", row.row, "current_unit_price")
                )
                review.note(MessageId.PRICE_OUTLIER, *place, times=times, usual=f"{usual:g}", item=str(row.item))


def _check_today(review: Review, mismatched: set[str]) -> None:
    """Prices of today below every offer, and above what today's supplier asks for the same quantity."""
    offers, needs = review.table("offers"), review.table("purchases")
    needs = needs[needs["current_unit_price"].notna() & ~needs["item"].isin(mismatched)]
    cheapest = looked_up(needs["item"], offers.groupby("item")["unit_price"].min().to_dict())
    below = needs.index[needs["current_unit_price"] < cheapest]
    review.note(MessageId.NEED_CHEAPER_TODAY, "purchases", below, "current_unit_price")
    dearer = _dearer_than_invoiced(offers, needs)
    firsts: list[Any] = list(dearer.drop_duplicates("supplier").itertuples(index=False))
    for row in firsts:
        place, price, lines = ("purchases", row.row, "current_unit_price"), f"{row.unit_price:g}", str(row.lines)
        review.note(MessageId.NEED_DEARER_TODAY, *place, supplier=row.supplier, price=price, lines=lines)


def _dearer_than_invoiced(offers: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """Needs whose price of today is above the break of today's supplier that their own quantity reaches."""
    own = needs[needs["current_supplier"] != ""].assign(row=lambda frame: frame.index)
    own = own[["row", "item", "quantity", "current_supplier", "current_unit_price"]]
    sold = offers[["supplier", "item", "min_quantity", "unit_price", "discount"]]
    pairs = own.merge(sold, left_on=["current_supplier", "item"], right_on=["supplier", "item"])
    reached = pairs[(pairs["min_quantity"] <= pairs["quantity"]) & (pairs["discount"] == Discount.ALL_UNITS)]
    asked = reached.sort_values(["row", "min_quantity"], kind="stable").drop_duplicates("row", keep="last")
    dearer = asked[asked["current_unit_price"] > asked["unit_price"] * DEARER]
    return dearer.assign(lines=dearer.groupby("supplier")["row"].transform("size"))
