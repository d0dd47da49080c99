"""Needs against the market: something to plan, someone who sells it, somebody allowed to buy it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.messages import MessageId
from clusterpool.schema import TABLES
from clusterpool.validation.review import NO_FILE, distinct

if TYPE_CHECKING:
    from clusterpool.validation.review import Review


_INFORMATION = (("items", "pack_size"),)
"""Columns of numbers that are for people alone, though one might think that a command computes with them."""


def check_needs(review: Review) -> None:
    """All checks of what is needed; rows keep their lines."""
    _check_pending(review)
    if review.sound(NO_FILE):
        _check_tables(review)
    if review.sound(NO_FILE, "members", "purchases", "shipments"):
        _check_idle_members(review)
    _check_due_dates(review)
    _check_members_of_rules(review)
    if review.sound(NO_FILE, "offers", "items") and len(review.table("offers")):
        _check_offered(review)
        _check_eligible(review)


def _check_members_of_rules(review: Review) -> None:
    """The keys that the rule needs, and columns that no command uses."""
    members, rule = review.table("members"), review.settings.rule
    if rule == "by-key" and review.sound(NO_FILE, "members"):
        for member in members["member"][members["key"].isna()].items():
            review.note(MessageId.MEMBER_WITHOUT_KEY, "members", int(str(member[0])), "key", members=str(member[1]))
    for table, column in _INFORMATION:
        if table in review.given and column in review.given[table].frame:
            cells = review.given[table].frame[column].astype(str)
            review.note(MessageId.COLUMN_NOT_USED, table, cells.index[cells.str.strip() != ""][:1], column)


def _check_pending(review: Review) -> None:
    for table, model in TABLES.items():
        rows = review.table(table).index
        if model.pending and len(rows):
            review.note(MessageId.TABLE_NOT_HONOURED, table, int(rows[0]), "", table=table)


def _check_tables(review: Review) -> None:
    given = review.given
    if "members" not in given:
        if review.sound("members"):
            review.note(MessageId.TABLE_MEMBERS_MISSING, "members", 0, "")
    elif review.table("members").empty:
        review.note(MessageId.TABLE_NO_MEMBERS, "members", 1, "")
    if not {"purchases", "shipments"} & set(given):
        if review.sound("purchases", "shipments"):
            review.note(MessageId.TABLE_NOTHING_TO_PLAN, "purchases", 0, "")
        return
    if len(review.table("purchases")) and review.table("offers").empty and review.sound("offers"):
        review.note(MessageId.TABLE_NO_OFFERS, "offers", 0, "")
    carriers = len(review.table("vehicles")) + len(review.table("tariffs"))
    if len(review.table("shipments")) and not carriers and review.sound("vehicles", "tariffs"):
        review.note(MessageId.TABLE_NO_CARRIERS, "vehicles", 0, "")


def _check_idle_members(review: Review) -> None:
    members = review.table("members")
    needy = distinct(review.table("purchases")["member"]) | distinct(review.table("shipments")["member"])
    rows = members.index[~members["member"].isin(needy)]
    review.note(MessageId.NEED_IDLE_MEMBER, "members", rows, "member")


def _check_due_dates(review: Review) -> None:
    ordered = str(review.settings.order_date)
    purchases = review.table("purchases")
    rows = purchases.index[purchases["due_date"] < pd.Timestamp(ordered)]
    review.note(MessageId.NEED_DUE_BEFORE_ORDER, "purchases", rows, "due_date", date=ordered)


def _check_offered(review: Review) -> None:
    """An item that nobody offers has no price, unless each of its needs brings one."""
    purchases = review.table("purchases")
    if distinct(purchases["item"]) <= distinct(review.table("offers")["item"]):
        return
    purchases = purchases[(purchases["item"] != "") & ~purchases.index.isin(review.failed("purchases", "item"))]
    orphans = purchases[~purchases["item"].isin(review.table("offers")["item"].unique())]
    priced = orphans["max_unit_price"].notna() | orphans["current_unit_price"].notna()
    review.note(MessageId.NEED_NOT_OFFERED, "purchases", orphans.index[~priced], "item")
    review.note(MessageId.NEED_ONLY_OUTSIDE, "purchases", orphans.index[priced], "item")


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
            who = {"member": row.member, "item": row.item}
            review.note(MessageId.NEED_NOT_ELIGIBLE, "purchases", row.Index, "item", **who)
