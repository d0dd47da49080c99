"""The price-break curve of an item: what a unit costs at each quantity, where each member stands, where the pool is."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from clusterpool.purchasing.prices import spend_of
from clusterpool.report.page.svg import drawing, linear_ticks, log_ticks, points, tag
from clusterpool.schema import Discount

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from markupsafe import Markup

    from clusterpool.market import Offer
    from clusterpool.report.page.alternatives import ItemStory, Market
    from clusterpool.report.page.speech import Speech

WIDTH, HEIGHT = 560.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 66.0, 16.0, 14.0, 40.0
_ROOM = 1.35
"""The axis of quantities goes this far beyond what it has to show."""
_SAMPLES = 24
_PRICE_TICKS = 4
_LINE = 13.0
"""Height of a label."""
_ABOVE = 10.0
"""A label stands this far above its line."""


class _Scale:
    """Quantities on a logarithmic axis, unit prices on a plain one, in the drawing's coordinates."""

    def __init__(self, quantities: list[float], prices: list[float]) -> None:
        self.low, self.high = min(quantities) / _ROOM, max(quantities) * _ROOM
        spread = (max(prices) - min(prices)) or max(prices) * 0.1 or 1.0
        self.floor, self.ceiling = max(0.0, min(prices) - 0.15 * spread), max(prices) + 0.15 * spread

    def x(self, quantity: float) -> float:
        span = math.log(self.high / self.low)
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * math.log(quantity / self.low) / span

    def y(self, price: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (price - self.floor) / (self.ceiling - self.floor)


def price_curve(speech: Speech, place: Market, story: ItemStory, unit: str, *, key: str) -> Markup:
    """The drawing of an item that is bought from at least one supplier."""
    chosen = {one.supplier: one for one in story.purchases}
    offers = {supplier: offer for (supplier, item), offer in place.offers.items() if item == story.item}
    scale = _scale(story, offers)
    lines = [
        tag("path", tag("title", supplier), d=_path(scale, offers[supplier]), class_=_class(supplier in chosen))
        for supplier in sorted(offers, key=lambda supplier: (supplier in chosen, supplier))
    ]
    marks = [mark for supplier in sorted(chosen) for mark in _marks(speech, scale, story, offers[supplier])]
    return drawing(
        WIDTH,
        HEIGHT,
        speech.say("curve_title", item=story.item),
        _description(speech, story),
        *_axes(speech, scale, unit),
        *lines,
        *_labels(scale, offers, chosen),
        *marks,
        key=key,
    )


def _class(chosen: bool) -> str:  # noqa: FBT001 - one word from one fact
    return "line chosen" if chosen else "line other"


def _scale(story: ItemStory, offers: dict[str, Offer]) -> _Scale:
    quantities = [units for units in story.needs.values() if units > 0]
    for one in story.purchases:
        quantities += [one.quantity, one.next_quantity or one.quantity]
    low, high = min(quantities), max(quantities)
    prices = [price for offer in offers.values() for price in _seen(offer, low, high)]
    return _Scale(quantities, prices)


def _seen(offer: Offer, low: float, high: float) -> list[float]:
    inside = [low, high, *(lo for lo, _ in offer.breaks if low < lo < high)]
    return [spend_of(offer, quantity) / quantity for quantity in inside]


def _path(scale: _Scale, offer: Offer) -> str:
    """Unit prices from the offer's minimum to its capacity: steps where a break holds for all units."""
    low = max(scale.low, offer.breaks[0][0])
    high = min(scale.high, offer.capacity)
    if low >= high:
        return points([(scale.x(min(max(low, scale.low), scale.high)), scale.y(offer.breaks[0][1]))])
    starts = [low, *(lo for lo, _ in offer.breaks if low < lo < high), high]
    if offer.discount is Discount.ALL_UNITS:
        pairs = []
        for start, end in pairwise(starts):
            price = scale.y(spend_of(offer, start) / start)
            pairs += [(scale.x(start), price), (scale.x(end), price)]
        return points(pairs)
    return points(
        (scale.x(quantity), scale.y(spend_of(offer, quantity) / quantity))
        for start, end in pairwise(starts)
        for quantity in (start * (end / start) ** (k / _SAMPLES) for k in range(_SAMPLES + 1))
    )


def _labels(scale: _Scale, offers: Mapping[str, Offer], chosen: Container[str]) -> Iterator[Markup]:
    """Each supplier's code above the end of its line, moved up where it would cover another."""
    lowest = math.inf
    ends = {supplier: min(scale.high, max(offer.capacity, scale.low)) for supplier, offer in offers.items()}
    heights = {supplier: _height(scale, offer, ends[supplier]) for supplier, offer in offers.items()}
    for supplier in sorted(offers, key=lambda supplier: (-heights[supplier], supplier)):
        y = min(heights[supplier] - _ABOVE, lowest - _LINE)
        lowest = y
        kind = "chosen-name" if supplier in chosen else "other-name"
        yield tag("text", supplier, x=scale.x(ends[supplier]), y=y, text_anchor="end", class_=kind)


def _marks(speech: Speech, scale: _Scale, story: ItemStory, offer: Offer) -> Iterator[Markup]:
    """Each member's need on the curve, the next break, and what the pool buys."""
    for member, units in sorted(story.needs.items()):
        if units > 0:
            said = speech.say("curve_member", member=member, n=speech.plain(units))
            yield tag(
                "circle", tag("title", said), cx=scale.x(units), cy=_height(scale, offer, units), r=3.5, class_="need"
            )
    (one,) = (purchase for purchase in story.purchases if purchase.supplier == offer.supplier)
    if one.next_quantity is not None:
        x = scale.x(one.next_quantity)
        yield tag("path", d=points([(x, _TOP), (x, HEIGHT - _BOTTOM)]), class_="next")
    x, y = scale.x(one.quantity), _height(scale, offer, one.quantity)
    yield tag("path", d=points([(x, y), (x, HEIGHT - _BOTTOM)]), class_="drop")
    yield tag("circle", cx=x, cy=y, r=6.5, class_="pool")


def _height(scale: _Scale, offer: Offer, quantity: float) -> float:
    return scale.y(spend_of(offer, quantity) / quantity)


def _axes(speech: Speech, scale: _Scale, unit: str) -> Iterator[Markup]:
    for price in linear_ticks(scale.floor, scale.ceiling, _PRICE_TICKS):
        y = scale.y(price)
        yield tag("path", d=points([(_LEFT, y), (WIDTH - _RIGHT, y)]), class_="grid")
        yield tag("text", speech.plain(price), x=_LEFT - 8, y=y + 4, text_anchor="end")
    base = HEIGHT - _BOTTOM
    yield tag("path", d=points([(_LEFT, base), (WIDTH - _RIGHT, base)]), class_="axis")
    for quantity in log_ticks(scale.low, scale.high):
        x = scale.x(quantity)
        yield tag("path", d=points([(x, base), (x, base + 4)]), class_="axis")
        yield tag("text", speech.plain(quantity), x=x, y=base + 17, text_anchor="middle")
    yield tag("text", unit, x=WIDTH - _RIGHT, y=HEIGHT - 4, text_anchor="end", class_="unit")


def _description(speech: Speech, story: ItemStory) -> Markup:
    one = story.purchases[0]
    return speech.say(
        "curve_words", supplier=one.supplier, n=speech.plain(one.quantity), price=speech.plain(one.unit_price, 2)
    )
