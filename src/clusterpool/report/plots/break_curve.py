"""The price breaks of one item, supplier by supplier, and where the plan buys."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter

from clusterpool import market
from clusterpool.report.plots.sheet import CYCLE, FAINT, MARKERS, MUTED, plain, sheet
from clusterpool.report.published import language_of
from clusterpool.schema import Discount

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clusterpool.language import Language
    from clusterpool.report.plots.sheet import Sheet
    from clusterpool.report.result import Result

POINTS = 200
"""Points of a curve of incremental prices."""
BEYOND = 1.15
"""How far past the last break or purchase the curves go on."""
NAMED_OTHERS = 5
"""Up to this many suppliers that nothing is bought of have a colour of their own."""


@dataclass(frozen=True)
class Curve:
    """One supplier's average unit price over the quantity, before rebates, and the quantity that the plan buys."""

    offer: market.Offer
    bought: float
    quantities: np.ndarray
    prices: np.ndarray

    @property
    def next_break(self) -> tuple[float, float] | None:
        """Quantity and unit price of the first break above what is bought; None where there is none in reach."""
        return next((step for step in self.offer.breaks if self.bought < step[0] <= self.offer.capacity), None)


def break_curve(result: Result, item: str, *, ax: Axes | None = None, language: Language | str | None = None) -> Axes:
    """Draw the average unit price of every offer of an item over the quantity, and mark what the plan buys.

    Prices are before rebates. `all_units` offers are stairs, `incremental` ones fall gently after each break.

    Parameters
    ----------
    item : str
        Its code.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a figure of its own.
    language : Language or str, optional
        By default the pool's.

    Raises
    ------
    KeyError
        Nobody offers such an item.
    """
    settings = result.pool.settings
    on = sheet(ax, language or language_of(result.pool), settings.currency)
    curves = curves_of(result, item)
    units = dict(zip(*(result.pool.table("items")[name] for name in ("item", "unit")), strict=True))
    for number, curve in enumerate(curves):
        _draw(on, curve, number)
    on.ax.set_xlim(left=0)
    on.ax.margins(y=0.16)
    on.ax.grid(color=FAINT)
    on.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: on.number(value)))
    unit = plain(units.get(item, ""))
    on.ax.set_xlabel(on.say("with_unit", what=on.say("quantity_axis"), unit=unit) if unit else on.say("quantity_axis"))
    on.scale_money(on.ax.yaxis, float(max(curve.prices.max() for curve in curves)), on.say("unit_price_axis"))
    on.legend_beside()
    return on.finish(on.say("breaks_title", item=plain(item)), _alt(on, item, curves))


def curves_of(result: Result, item: str) -> list[Curve]:
    """The offers of an item as curves, those that the plan buys from first, then the cheapest.

    Raises
    ------
    KeyError
        Nobody offers such an item.
    """
    offers = [offer for offer in market.offers(result.pool).values() if offer.item == item]
    if not offers:
        raise KeyError(f"nobody offers the item {item}")
    orders = result.plan.orders
    rows = orders[orders["item"] == item]
    bought = {str(supplier): math.fsum(quantities) for supplier, quantities in rows.groupby("supplier")["quantity"]}
    last = max([*bought.values(), *(offer.breaks[-1][0] for offer in offers), 1.0]) * BEYOND
    curves = [_curve(offer, bought.get(offer.supplier, 0.0), min(last, offer.capacity)) for offer in offers]
    return sorted(curves, key=lambda curve: (-curve.bought, float(curve.prices.min()), curve.offer.supplier))


def _curve(offer: market.Offer, bought: float, last: float) -> Curve:
    starts = np.array([start for start, _ in offer.breaks if start <= last])
    if offer.discount is Discount.ALL_UNITS:
        quantities = np.repeat(np.append(starts, max(last, starts[0])), 2)[1:-1] if len(starts) else np.zeros(0)
        prices = np.repeat([price for start, price in offer.breaks if start <= last], 2)
        return Curve(offer, bought, quantities, prices)
    least = max(float(starts[0]), last / POINTS)
    quantities = np.union1d(np.linspace(least, max(last, least), POINTS), starts[starts >= least])
    return Curve(offer, bought, quantities, np.array([average_price(offer, quantity) for quantity in quantities]))


def average_price(offer: market.Offer, quantity: float) -> float:
    """The average price of a unit when this much is bought, before rebates.

    Examples
    --------
    >>> from clusterpool.market import Offer
    >>> from clusterpool.schema import Discount
    >>> offer = Offer("S", "film", ((0.0, 10.0), (100.0, 8.0)), Discount.INCREMENTAL, math.inf, 0.0, 0, False)
    >>> average_price(offer, 200.0)
    9.0
    """
    reached = [step for step in offer.breaks if step[0] <= quantity]
    if offer.discount is Discount.ALL_UNITS:
        return reached[-1][1]
    ends = [*(start for start, _ in reached[1:]), quantity]
    begins = [0.0, *(start for start, _ in reached[1:])]
    pays = math.fsum(price * (end - begin) for (_, price), begin, end in zip(reached, begins, ends, strict=True))
    return pays / quantity


def _draw(on: Sheet, curve: Curve, number: int) -> None:
    is_used = curve.bought > 0.0
    colour = CYCLE[number % len(CYCLE)] if is_used or number < NAMED_OTHERS else MUTED
    width, alpha = (2.2, 1.0) if is_used else (1.0, 0.75)
    name = plain(curve.offer.supplier)
    label = on.say("bought_of", supplier=name, quantity=on.quantity(curve.bought)) if is_used else name
    on.ax.plot(curve.quantities, curve.prices, label=label, color=colour, linewidth=width, alpha=alpha)
    if is_used:
        price = average_price(curve.offer, curve.bought)
        marker = MARKERS[number % len(MARKERS)]
        on.ax.plot(
            [curve.bought], [price], marker=marker, markersize=9, color=colour, markeredgecolor="white", zorder=5
        )


def _alt(on: Sheet, item: str, curves: list[Curve]) -> str:
    sentences = [on.say("breaks_alt", item=item, count=on.number(len(curves)))]
    for curve in curves:
        if curve.bought <= 0.0:
            continue
        fields = {
            "supplier": curve.offer.supplier,
            "quantity": on.quantity(curve.bought),
            "price": on.number(average_price(curve.offer, curve.bought), 2),
        }
        sentences.append(on.say("breaks_alt_bought", **fields))
        if following := curve.next_break:
            missing, price = on.quantity(following[0] - curve.bought), on.number(following[1], 2)
            sentences.append(on.say("breaks_alt_next", missing=missing, price=price))
    return " ".join(sentences)
