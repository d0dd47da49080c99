"""What is carried: goods classes that someone takes, weights, and dates that can be met."""

from __future__ import annotations

import math
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from clusterpool.messages import MessageId, did_you_mean
from clusterpool.validation.lanes import check_lanes, ex_works_needs
from clusterpool.validation.network import great_circle_km, shortest_hours
from clusterpool.validation.review import distinct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from clusterpool.validation.review import Review

_TOLERANCE_H = 1e-9


def check_freight(review: Review) -> None:
    """All checks of shipments, goods of ex-works suppliers, vehicles, tariffs and roads; rows keep their lines."""
    ex_works = ex_works_needs(review)
    _check_prices(review)
    _check_roads(review)
    _check_compatibility(review)
    if review.sound("vehicles", "tariffs"):
        _check_shipment_classes(review)
        _check_ex_works_classes(review, ex_works)
    _check_ex_works_weights(review, ex_works)
    check_lanes(review, ex_works)
    _check_order_of_dates(review)
    _check_one_site(review)
    if review.sound("shipments", "vehicles", "tariffs", "roads", "sites", "settings"):
        _check_dates_within_reach(review)


def takes(carriers: pd.DataFrame, goods_class: str) -> pd.Series:
    """Which vehicles or tariffs take a goods class; a blank class fits everything, blank classes take all."""
    if not goods_class:
        return carriers["goods_classes"].notna()
    return carriers["goods_classes"].map(lambda classes: not classes or goods_class in classes.split("|")).astype(bool)


def _taken(review: Review, goods_class: str) -> bool:
    return any(bool(takes(review.table(table), goods_class).any()) for table in ("vehicles", "tariffs"))


def _classes(review: Review) -> set[str]:
    lists = [*review.table("vehicles")["goods_classes"], *review.table("tariffs")["goods_classes"]]
    return {part for text in lists for part in text.split("|")} - {""}


def _check_prices(review: Review) -> None:
    tariffs = review.table("tariffs")
    prices = ["cost_per_kg", "cost_per_kg_km", "fixed_cost", "minimum_cost"]
    rows = tariffs.index[tariffs[prices].isna().all(axis=1)]
    if review.sound("tariffs"):
        review.note(MessageId.TARIFF_WITHOUT_COST, "tariffs", rows, "cost_per_kg")


def _check_roads(review: Review) -> None:
    roads = review.table("roads")
    rows = roads.index[_same(roads, "origin", "destination")]
    review.note(MessageId.ROAD_LOOP, "roads", rows, "destination")


def _same(frame: pd.DataFrame, one: str, other: str) -> pd.Series:
    """Where two columns hold the same text, which is not blank."""
    return (frame[one].astype("str") == frame[other].astype("str")) & (frame[one] != "")


def _check_compatibility(review: Review) -> None:
    pairs = review.table("compatibility")
    rows = pairs.index[_same(pairs, "goods_class", "other_class")]
    review.note(MessageId.CLASS_AGAINST_ITSELF, "compatibility", rows, "other_class")
    goods = distinct(review.table("items")["goods_class"]) | distinct(review.table("shipments")["goods_class"])
    for column in ("goods_class", "other_class"):
        for name in sorted(distinct(pairs[column]) - goods - _classes(review)):
            rows, near = pairs.index[pairs[column] == name], did_you_mean(name, goods)
            review.note(MessageId.CLASS_WITHOUT_GOODS, "compatibility", rows, column, instead=near, name=name)


def _check_shipment_classes(review: Review) -> None:
    shipments = review.table("shipments")
    if not len(review.table("vehicles")) + len(review.table("tariffs")):
        return
    for name in sorted(shipments["goods_class"].unique().tolist()):
        if not _taken(review, name):
            rows, near = shipments.index[shipments["goods_class"] == name], did_you_mean(name, _classes(review))
            review.note(MessageId.SHIPMENT_CLASS_NOT_CARRIED, "shipments", rows, "goods_class", instead=near, name=name)


def _check_ex_works_classes(review: Review, ex_works: pd.DataFrame) -> None:
    items = review.table("items")
    fetched = items[items["item"].isin(ex_works["item"].unique())]
    for name in sorted(fetched["goods_class"].unique().tolist()):
        if not _taken(review, name):
            rows = [max(row, 0) for row in fetched.index[fetched["goods_class"] == name].tolist()]
            message = MessageId.ITEM_CLASS_NOT_CARRIED if name else MessageId.ITEM_NOT_CARRIED
            near = did_you_mean(name, _classes(review))
            review.note(message, "items", rows, "goods_class", instead=near, name=name)


def _check_ex_works_weights(review: Review, ex_works: pd.DataFrame) -> None:
    if "items" in review.given and not review.sound("items"):
        return
    items = review.table("items")
    bare = items[items["item"].isin(ex_works["item"].unique()) & items["weight_kg"].isna()]
    sellers = ex_works.drop_duplicates("item").set_index("item")["supplier"]
    for row, item in zip(bare.index.tolist(), bare["item"].tolist(), strict=True):
        seller = str(sellers[item])
        review.note(MessageId.ITEM_WITHOUT_WEIGHT, "items", max(row, 0), "weight_kg", item=item, supplier=seller)


def _check_order_of_dates(review: Review) -> None:
    shipments = review.table("shipments")
    rows = shipments.index[shipments["due_date"] < shipments["ready_date"]]
    review.note(MessageId.SHIPMENT_DUE_BEFORE_READY, "shipments", rows, "due_date")


def _check_one_site(review: Review) -> None:
    shipments = review.table("shipments")
    rows = shipments.index[_same(shipments, "origin", "destination")]
    review.note(MessageId.SHIPMENT_AT_ONE_SITE, "shipments", rows, "destination")


def _check_dates_within_reach(review: Review) -> None:
    """Shipments that no tariff takes and no vehicle can bring on a direct trip, of so many days, by their due date."""
    tariffs, vehicles = review.table("tariffs"), review.table("vehicles")
    classes = sorted(review.table("shipments")["goods_class"].unique().tolist())
    bound = [name for name in classes if not takes(tariffs, name).any()]
    usable = vehicles[vehicles["available"] != 0]
    fleets: dict[str, list[Any]] = {name: list(usable[takes(usable, name)].itertuples()) for name in bound}
    hours_of = _hours_between(review)
    for row in review.rows("shipments"):
        if row.goods_class not in fleets or row.origin == row.destination:
            continue
        needed = min((_days(review, row, vehicle, hours_of) for vehicle in fleets[row.goods_class]), default=math.inf)
        _tell_of_reach(review, row, needed)


def _tell_of_reach(review: Review, shipment: Any, needed: float) -> None:  # noqa: ANN401
    """Say why no trip of so many days (1: the day it begins) brings a shipment in time, and what would help."""
    most = review.settings.max_trip_days
    if math.isinf(needed):
        review.note(MessageId.SHIPMENT_NO_VEHICLE, "shipments", shipment.Index, "goods_class")
    elif needed > most:
        told, place = f"{needed:.0f}", ("shipments", shipment.Index, "destination")
        review.note(MessageId.SHIPMENT_TOO_FAR, *place, days=str(most), needed=told)
    elif needed - 1 > (shipment.due_date - shipment.ready_date).days:
        day = (shipment.ready_date + timedelta(days=needed - 1)).date().isoformat()
        review.note(MessageId.SHIPMENT_OUT_OF_REACH, "shipments", shipment.Index, "due_date", day=day)


def _days(
    review: Review,
    shipment: Any,  # noqa: ANN401
    vehicle: Any,  # noqa: ANN401
    hours_of: Callable[[float, str, str], float],
) -> float:
    """The days of a direct trip of the vehicle, the first included; infinite where it makes none."""
    if vehicle.max_stops < 2:  # noqa: PLR2004 - a trip between two sites
        return math.inf
    settings = review.settings
    arrival = settings.hours_per_stop + hours_of(vehicle.speed_kmh, shipment.origin, shipment.destination)
    if math.isinf(arrival):
        return math.inf
    return 1 + max(0, math.floor((arrival - _TOLERANCE_H) / settings.driving_hours_per_day))


def _hours_between(review: Review) -> Callable[[float, str, str], float]:
    """Driving hours between two places at a speed: over the roads, else by the great circle."""
    roads, sites = list(review.rows("roads")), review.table("sites")
    if roads:
        from_place = cache(lambda speed, origin: shortest_hours(roads, speed, origin))
        return lambda speed, origin, destination: from_place(speed, origin).get(destination, math.inf)
    places: Iterable[tuple[str, float, float]] = zip(sites["site"], sites["latitude"], sites["longitude"], strict=True)
    where = {site: (latitude, longitude) for site, latitude, longitude in places}
    factor = review.settings.circuity
    return lambda speed, origin, destination: great_circle_km(where[origin], where[destination]) * factor / speed
