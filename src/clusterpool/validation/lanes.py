"""Lanes: the pairs of places between which goods must be carried; each needs a way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from clusterpool.messages import MessageId
from clusterpool.validation.network import Components

if TYPE_CHECKING:
    from clusterpool.validation.review import Review


class Lane(NamedTuple):
    """Two different places, and the first row that needs the way between them, with the columns of both ends."""

    origin: str
    destination: str
    table: str
    row: int
    origin_column: str
    destination_column: str


def ex_works_needs(review: Review) -> pd.DataFrame:
    """The needs that an ex-works supplier may serve: `supplier`, `origin`, `row_offer`, and the purchase's columns."""
    suppliers, offers = review.table("suppliers"), review.table("offers")
    sellers = suppliers[~suppliers["delivered"]][["supplier", "site"]].rename(columns={"site": "origin"})
    if sellers.empty:
        return pd.DataFrame(columns=["supplier", "item", "origin", "row_supplier", "member", "site"])
    sellers = sellers.drop_duplicates("supplier").assign(row_supplier=lambda frame: frame.index)
    sold = offers[["supplier", "item"]].drop_duplicates().merge(sellers, on="supplier", validate="many_to_one")
    needs = review.table("purchases")[["member", "item", "site"]]
    needs = (needs[needs["item"].isin(sold["item"])] if len(sold) else needs.iloc[:0]).drop_duplicates()
    pairs = sold.merge(needs, on="item", validate="many_to_many")
    eligibility = review.table("eligibility")
    barred = eligibility[~eligibility["allowed"]][["member", "supplier"]].drop_duplicates()
    marked = pairs.merge(barred, on=["member", "supplier"], how="left", indicator=True, validate="many_to_one")
    return marked[marked["_merge"] == "left_only"].drop(columns="_merge")


def check_lanes(review: Review, ex_works: pd.DataFrame) -> None:
    """Every lane has coordinates at both ends, or a way over the roads where these are given."""
    lanes = _lanes(review, ex_works)
    if len(review.table("roads")):
        _check_roads(review, lanes)
    elif review.sound("roads", "sites"):
        _check_coordinates(review, lanes)


def _lanes(review: Review, ex_works: pd.DataFrame) -> list[Lane]:
    shipments = review.table("shipments").drop_duplicates(["origin", "destination"])
    rows = zip(shipments["origin"], shipments["destination"], shipments.index, strict=True)
    lanes = [Lane(start, end, "shipments", int(row), "origin", "destination") for start, end, row in rows]
    fetched = ex_works.drop_duplicates(["origin", "site"])
    rows = zip(fetched["origin"], fetched["site"], fetched["row_supplier"], strict=True)
    lanes += [Lane(start, end, "suppliers", int(row), "site", "site") for start, end, row in rows]
    return [lane for lane in lanes if lane.origin and lane.destination and lane.origin != lane.destination]


def _check_coordinates(review: Review, lanes: list[Lane]) -> None:
    sites = review.table("sites")
    bare = sites[sites["latitude"].isna()]
    used = {place for lane in lanes for place in (lane.origin, lane.destination)}
    rows = bare.index[bare["site"].isin(used)]
    review.note(MessageId.SITE_WITHOUT_COORDINATES, "sites", rows, "latitude")


def _check_roads(review: Review, lanes: list[Lane]) -> None:
    roads = review.table("roads")
    whole = roads[(roads["origin"] != "") & (roads["destination"] != "")]
    components = Components.of(zip(whole["origin"], whole["destination"], strict=True))
    known = set(components.parents)
    told: set[str] = set()
    for lane in lanes:
        ends = ((lane.origin, lane.origin_column), (lane.destination, lane.destination_column))
        absent = [(place, column) for place, column in ends if place not in known]
        for place, column in absent:
            if place not in told:
                told.add(place)
                review.note(MessageId.SITE_OFF_THE_ROADS, lane.table, lane.row, column, site=place)
        if not absent and components.root(lane.origin) != components.root(lane.destination):
            where = (lane.table, lane.row, lane.destination_column)
            review.note(MessageId.SITE_NOT_CONNECTED, *where, origin=lane.origin, destination=lane.destination)
