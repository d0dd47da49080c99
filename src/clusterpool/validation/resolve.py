"""Resolving: what a blank means and what follows from other tables is written out, and rows are put in order.

A pool of some of the members then needs nothing but its own rows to mean the same.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.schema import TABLES, Settings, columns
from clusterpool.validation.review import empty_table

if TYPE_CHECKING:
    from clusterpool.validation.review import Review

_NO_DATE = date(2000, 1, 1)


def resolve(review: Review) -> tuple[dict[str, pd.DataFrame], Settings]:
    """The canonical tables and settings."""
    for table in TABLES:
        review.tables.setdefault(table, empty_table(table))
    _derive_codes(review)
    first, last = _horizon(review)
    settings = review.settings
    if settings.order_date is None:
        settings = settings.model_copy(update={"order_date": first})
    _fill_dates(review, first, last)
    _fill_sites(review)
    _add_up_purchases(review)
    return {table: canonical_order(table, review.table(table)) for table in TABLES}, settings


def canonical_order(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows sorted by the table's key, by all columns where it has none, with a fresh index."""
    names = [column.name for column in columns(table)]
    return frame[names].sort_values(list(TABLES[table].key) or names, kind="stable", ignore_index=True)


def _derive_codes(review: Review) -> None:
    """Items and suppliers whose tables were not given, from `purchases` and `offers`."""
    purchases, offers = review.table("purchases"), review.table("offers")
    sources = {
        "items": ("item", [purchases["item"], offers["item"]]),
        "suppliers": ("supplier", [purchases["current_supplier"], offers["supplier"]]),
    }
    for table, (column, cells) in sources.items():
        if table not in review.given:
            codes = sorted(set(pd.concat(cells)) - {""})
            frame = pd.DataFrame({column: codes}).reindex(columns=list(empty_table(table).columns))
            blanks: dict[str, object] = {
                entry.name: entry.default if entry.default is not None else ""
                for entry in columns(table)
                if entry.name != column and (entry.default is not None or entry.kind == "text")
            }
            review.tables[table] = frame.assign(**blanks).astype(empty_table(table).dtypes.to_dict())


def _horizon(review: Review) -> tuple[date, date]:
    """First and last day: of the shipments' dates, else of order and due dates, else `max_trip_days` days."""
    shipments = review.table("shipments")
    days = pd.concat([shipments["ready_date"], shipments["due_date"]]).dropna()
    ordered = review.settings.order_date
    if days.empty:
        days = review.table("purchases")["due_date"].dropna()
        if ordered is not None:
            days = pd.concat([days, pd.Series([pd.Timestamp(ordered)], dtype="datetime64[s]")])
        if review.table("purchases")["due_date"].isna().all():
            first = ordered or _NO_DATE
            return first, first + timedelta(days=review.settings.max_trip_days - 1)
    return days.min().date(), days.max().date()


def _fill_dates(review: Review, first: date, last: date) -> None:
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    shipments, purchases = review.table("shipments"), review.table("purchases")
    review.tables["shipments"] = shipments.assign(
        ready_date=shipments["ready_date"].fillna(begin), due_date=shipments["due_date"].fillna(end)
    )
    review.tables["purchases"] = purchases.assign(due_date=purchases["due_date"].fillna(end))


def _fill_sites(review: Review) -> None:
    members, purchases = review.table("members"), review.table("purchases")
    homes = dict(zip(members["member"], members["site"], strict=True))
    own = purchases["member"].map(homes).fillna("").astype(purchases["site"].dtype)
    review.tables["purchases"] = purchases.assign(site=purchases["site"].where(purchases["site"] != "", own))


def _add_up_purchases(review: Review) -> None:
    """Lines that are equal but for the quantity become one; the sum does not depend on their order."""
    purchases = review.table("purchases")
    names = [column.name for column in columns("purchases") if column.name != "quantity"]
    repeated = purchases.duplicated(names)
    if not repeated.any():
        return
    problem = "the line equals an earlier one but for the quantity"
    for row in purchases.index[repeated]:
        review.warn("purchases", row, "quantity", problem, "the quantities were added up; make it one line")
    sums = purchases.groupby(names, sort=False, dropna=False)["quantity"].agg(math.fsum)
    first = purchases[~repeated]
    review.tables["purchases"] = first.assign(quantity=sums.to_numpy())
