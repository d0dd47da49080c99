"""Resolving: what a blank means and what follows from other tables is written out, and rows are put in order.

A pool of some of the members then needs nothing but its own rows to mean the same.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.messages import MessageId
from clusterpool.schema import TABLES, columns
from clusterpool.validation.columnwise import in_order, mapped
from clusterpool.validation.review import distinct, make_rows, no_rows
from clusterpool.validation.validity import drop_invalid_offers

if TYPE_CHECKING:
    from clusterpool.validation.review import Review

_NO_DATE = date(2000, 1, 1)


UNNAMED_UNIT = "unit"
"""The unit of items whose table was not given."""


def resolve(review: Review) -> None:
    """Fill in tables that were not given, sites and dates; rows keep their lines."""
    for table in TABLES:
        review.tables.setdefault(table, no_rows(table))
    _derive_codes(review)
    _fill_sites(review)
    ordered = review.settings.order_date is not None
    _fill_dates(review)
    drop_invalid_offers(review, dated=ordered or review.settings.order_date != _NO_DATE)


def canonical(review: Review) -> dict[str, pd.DataFrame]:
    """The tables in canonical order, equal lines of the purchases added up."""
    review.tables["purchases"] = _add_up(review, review.table("purchases"))
    return {table: _in_order(table, review.table(table)) for table in TABLES}


def _in_order(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows sorted by the table's key, by all columns where it has none, with a fresh index."""
    names = [column.name for column in columns(table)]
    ordered = in_order(frame[names], list(TABLES[table].key) or names)
    texts = {str(name): "str" for name, dtype in ordered.dtypes.items() if dtype == "category"}
    return ordered.astype(texts) if texts else ordered


def _derive_codes(review: Review) -> None:
    """Items and suppliers whose tables were not given, from `purchases` and `offers`."""
    purchases, offers = review.table("purchases"), review.table("offers")
    sources = {
        "items": ("item", [purchases["item"], offers["item"]]),
        "suppliers": ("supplier", [purchases["current_supplier"], offers["supplier"]]),
    }
    for table, (column, named) in sources.items():
        if table not in review.given:
            codes = sorted(set().union(*map(distinct, named)))
            cells = {column: codes} | ({"unit": [UNNAMED_UNIT] * len(codes)} if table == "items" else {})
            review.tables[table] = make_rows(table, cells, range(-1, -1 - len(codes), -1))


def _fill_sites(review: Review) -> None:
    members, purchases = review.table("members"), review.table("purchases")
    sites, blank = purchases["site"], purchases["site"] == ""
    if not blank.any():
        return
    homes = dict(zip(members["member"], members["site"], strict=True))
    own = mapped(purchases["member"], lambda member: homes.get(member, ""))
    filled = sites.astype("str").where(~blank, own.astype("str")).astype("category")
    review.tables["purchases"] = purchases.assign(site=filled)


def _fill_dates(review: Review) -> None:
    first, last = _horizon(review)
    if review.settings.order_date is None:
        review.settings = review.settings.model_copy(update={"order_date": first})
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    shipments, purchases = review.table("shipments"), review.table("purchases")
    review.tables["shipments"] = shipments.assign(
        ready_date=shipments["ready_date"].fillna(begin), due_date=shipments["due_date"].fillna(end)
    )
    review.tables["purchases"] = purchases.assign(due_date=purchases["due_date"].fillna(end))


def _horizon(review: Review) -> tuple[date, date]:
    """First and last day: of the shipments' dates; else of order and due dates; else `max_trip_days` from ordering."""
    shipments, ordered = review.table("shipments"), review.settings.order_date
    days = pd.concat([shipments["ready_date"], shipments["due_date"]]).dropna()
    if days.empty:
        days = review.table("purchases")["due_date"].dropna()
        if days.empty:
            first = ordered or _NO_DATE
            return first, first + timedelta(days=review.settings.max_trip_days - 1)
        days = pd.concat([days, pd.Series([pd.Timestamp(ordered)] if ordered else [], dtype=days.dtype)])
    return days.min().date(), days.max().date()


def _add_up(review: Review, purchases: pd.DataFrame) -> pd.DataFrame:
    """Lines that are equal but for the quantity become one; the sum does not depend on their order."""
    names = [column.name for column in columns("purchases") if column.name != "quantity"]
    repeated = purchases.duplicated(names)
    if not repeated.any():
        return purchases
    review.note(MessageId.NEED_ADDED_UP, "purchases", purchases.index[repeated], "quantity")
    sums = purchases.groupby(names, sort=False, dropna=False)["quantity"].agg(math.fsum)
    return purchases[~repeated].assign(quantity=sums.to_numpy())
