"""Needs against the market: something to plan, someone who sells it, somebody allowed to buy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.schema import TABLES
from clusterpool.validation.review import NO_FILE, distinct

if TYPE_CHECKING:
    from clusterpool.validation.review import Review


def check_needs(review: Review) -> None:
    """All checks of what is needed; rows keep their lines."""
    _check_pending(review)
    if review.sound(NO_FILE):
        _check_tables(review)
    if review.sound(NO_FILE, "members", "purchases", "shipments"):
        _check_idle_members(review)
    _check_due_dates(review)
    if review.sound(NO_FILE, "offers", "items") and len(review.table("offers")):
        _check_offered(review)
        _check_eligible(review)


def _check_pending(review: Review) -> None:
    for table, model in TABLES.items():
        rows = review.table(table).index
        if model.pending and len(rows):
            problem = f"the table {table} is not honoured by this version"
            review.error(table, int(rows[0]), "", problem, f"take {table} out of the input")


def _check_tables(review: Review) -> None:
    given = review.given
    if "members" not in given:
        if review.sound("members"):
            review.error("members", 0, "", "the table members is missing", "add members with member, cluster and site")
    elif review.table("members").empty:
        review.error("members", 1, "", "there are no members", "add a row for each member")
    if not {"purchases", "shipments"} & set(given):
        if review.sound("purchases", "shipments"):
            repair = "add purchases (with offers), or shipments (with vehicles or tariffs)"
            review.error("purchases", 0, "", "neither purchases nor shipments are given: nothing to plan", repair)
        return
    if len(review.table("purchases")) and review.table("offers").empty and review.sound("offers"):
        review.error("offers", 0, "", "purchases without offers", "add offers with supplier, item and prices")
    carriers = len(review.table("vehicles")) + len(review.table("tariffs"))
    if len(review.table("shipments")) and not carriers and review.sound("vehicles", "tariffs"):
        review.error("vehicles", 0, "", "shipments without vehicles and without tariffs", "add vehicles or tariffs")


def _check_idle_members(review: Review) -> None:
    members = review.table("members")
    needy = distinct(review.table("purchases")["member"]) | distinct(review.table("shipments")["member"])
    rows = members.index[~members["member"].isin(needy)]
    problem = "the member has neither purchases nor shipments"
    review.warn("members", rows, "member", problem, "it pays nothing and gains nothing; add its needs, or leave it out")


def _check_due_dates(review: Review) -> None:
    ordered = str(review.settings.order_date)
    purchases = review.table("purchases")
    rows = purchases.index[purchases["due_date"] < pd.Timestamp(ordered)]
    problem = f"due before the order date {ordered}"
    review.error("purchases", rows, "due_date", problem, "correct due_date, or order_date in pool.toml")


def _check_offered(review: Review) -> None:
    """An item that nobody offers has no price, unless each of its needs brings one."""
    purchases = review.table("purchases")
    purchases = purchases[(purchases["item"] != "") & ~purchases.index.isin(review.failed("purchases", "item"))]
    orphans = purchases[~purchases["item"].isin(review.table("offers")["item"].unique())]
    priced = orphans["max_unit_price"].notna() | orphans["current_unit_price"].notna()
    problem = "nobody offers the item"
    repair = "add an offer of the item, or a max_unit_price or current_unit_price to the line"
    review.error("purchases", orphans.index[~priced], "item", problem, repair)
    repair = "it is bought outside at max_unit_price or left unmet; add an offer if there is one"
    review.warn("purchases", orphans.index[priced], "item", problem, repair)


def _check_eligible(review: Review) -> None:
    """A need whose item is offered, but by none of the suppliers that its member may buy of."""
    barred: dict[str, set[str]] = {}
    for row in review.rows("eligibility"):
        if not row.allowed:
            barred.setdefault(row.member, set()).add(row.supplier)
    if not barred:
        return
    sellers: dict[str, set[str]] = {}
    offers = review.table("offers")
    for item, supplier in zip(offers["item"].tolist(), offers["supplier"].tolist(), strict=True):
        sellers.setdefault(item, set()).add(supplier)
    for row in review.rows("purchases"):
        if row.member in barred and row.item in sellers and sellers[row.item] <= barred[row.member]:
            problem = f"'{row.member}' may buy of none of the suppliers that offer '{row.item}'"
            repair = "it is bought outside or left unmet; allow a supplier in eligibility if that is not meant"
            review.warn("purchases", row.Index, "item", problem, repair)
