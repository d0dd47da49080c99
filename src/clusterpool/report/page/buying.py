"""What to buy where: suppliers, items, and each item's story with its price-break curve."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.report.cents import to_cents
from clusterpool.report.page.alternatives import Market, item_stories
from clusterpool.report.page.curve import price_curve
from clusterpool.report.page.tables import Column, Kind, Said, Table, total_of
from clusterpool.report.tables import rows_of
from clusterpool.schema import Discount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from clusterpool.report.page.alternatives import ItemStory
    from clusterpool.report.page.names import Names
    from clusterpool.report.page.speech import Speech
    from clusterpool.report.result import Result

MOST_CURVES = 120
"""The dearest items have a drawing each; of the others the page gives the figures."""


@dataclass(frozen=True, slots=True)
class Step:
    """A supplier's next rebate: how much more spend it takes, in cents, and the rebate there, in percent."""

    supplier: str
    missing: int
    rebate_pct: float
    all_units: bool


@dataclass(frozen=True, slots=True)
class Item:
    """An item, what its order lines cost in cents, and its drawing: None where there is none or enough of them."""

    story: ItemStory
    unit: str
    curve: Markup | None
    cost: int


@dataclass(frozen=True, slots=True)
class Buying:
    """The purchases of a plan."""

    suppliers: Table
    steps: tuple[Step, ...]
    items: tuple[Item, ...]
    overview: Table
    orders: Table
    drawn: int


def buying_of(result: Result, cents: dict[str, list[int]], names: Names, speech: Speech) -> Buying | None:
    """The purchases of a plan, its costs in `cents`; None where nothing is to be bought."""
    plan = result.plan
    if result.pool.table("purchases").empty:
        return None
    place = Market.of(result.pool, plan)
    stories = item_stories(result.pool, plan)
    paid: dict[str, int] = defaultdict(int)
    for item, cost in zip(plan.orders["item"], cents["orders"], strict=True):
        paid[item] += cost
    drawn = [story.item for story in stories if story.purchases][:MOST_CURVES]
    items = []
    for number, story in enumerate(stories):
        unit = names.units.get(story.item, "")
        curve = price_curve(speech, place, story, unit, key=f"curve-{number}") if story.item in drawn else None
        items.append(Item(story, unit, curve, paid[story.item]))
    return Buying(
        suppliers=_suppliers(result, place, cents, names),
        steps=_steps(place),
        items=tuple(items),
        overview=_overview(stories, paid, names),
        orders=_orders(result, cents["orders"], names),
        drawn=len(drawn),
    )


def _suppliers(result: Result, place: Market, cents: dict[str, list[int]], names: Names) -> Table:
    columns = (
        Column("supplier", Kind.NAMED),
        Column("items", Kind.WHOLE),
        Column("buyers", Kind.WHOLE),
        Column("spend", Kind.MONEY),
        Column("rebate_pct", Kind.PERCENT),
        Column("order_cost", Kind.MONEY),
        Column("to_pay", Kind.MONEY, bar=True),
    )
    orders, charges = result.plan.orders, result.plan.charges
    lines: dict[str, int] = defaultdict(int)
    for supplier, cost in zip(orders["supplier"], cents["orders"], strict=True):
        lines[supplier] += cost
    fixed: dict[str, int] = defaultdict(int)
    for supplier, cost in zip(charges["supplier"], cents["charges"], strict=True):
        fixed[supplier] += cost
    rows = []
    for supplier in sorted({supplier for supplier, _ in place.bought}):
        own = orders[orders["supplier"] == supplier]
        buyers = own.loc[own["member"] != "", "member"].nunique()
        spend = place.spend(supplier, place.bought)
        pct = 100.0 * (1.0 - lines[supplier] / to_cents(spend)) if spend else 0.0
        head = (names.supplier(supplier), own["item"].nunique(), buyers)
        whole = math.isclose(spend, math.fsum(own["cost"]), rel_tol=1e-9)  # then it is what the lines say
        rows.append(
            (
                *head,
                lines[supplier] if whole else to_cents(spend),
                max(0.0, pct),
                fixed[supplier],
                lines[supplier] + fixed[supplier],
            )
        )
    sums = [total_of(rows, column) for column in (5, 6)]
    return Table("suppliers", columns, tuple(rows), ("total", None, None, None, None, *sums))


def _steps(place: Market) -> tuple[Step, ...]:
    """The next rebate of each supplier used, where there is one."""
    found = []
    for supplier in sorted({supplier for supplier, _ in place.bought}):
        scale = place.rebates.get(supplier)
        spend = place.spend(supplier, {key: n for key, n in place.bought.items() if not place.offers[key].regulated})
        above = [(floor, rate) for floor, rate in scale.steps if floor > spend * (1 + 1e-6)] if scale else []
        if scale and above:
            floor, rate = above[0]
            found.append(Step(supplier, to_cents(floor - spend), 100 * rate, scale.discount is Discount.ALL_UNITS))
    return tuple(found)


def _overview(stories: Sequence[ItemStory], paid: Mapping[str, int], names: Names) -> Table:
    columns = (
        Column("item", Kind.NAMED),
        Column("quantity", Kind.NUMBER),
        Column("buyers", Kind.WHOLE),
        Column("suppliers", Kind.LIST),
        Column("net_price", Kind.PRICE),
        Column("cost", Kind.MONEY, bar=True),
        Column("to_next_break", Kind.NUMBER),
    )
    rows = tuple(
        (
            names.item(story.item),
            story.quantity,
            sum(units > 0 for units in story.needs.values()),
            tuple(one.supplier for one in story.purchases),
            story.cost / story.quantity if story.quantity else math.nan,
            paid[story.item],
            _to_next_break(story),
        )
        for story in stories
    )
    return Table("items", columns, rows)


def _to_next_break(story: ItemStory) -> float | Said:
    missing = [one.next_quantity - one.quantity for one in story.purchases if one.next_quantity is not None]
    return min(missing) if missing else Said.of("no_break")


def _orders(result: Result, cents: Sequence[int], names: Names) -> Table:
    columns = (
        Column("order", Kind.CODE),
        Column("member", Kind.NAMED),
        Column("item", Kind.NAMED),
        Column("supplier", Kind.NAMED),
        Column("site", Kind.TEXT),
        Column("quantity", Kind.NUMBER),
        Column("unit_price", Kind.PRICE),
        Column("rebate_pct", Kind.PERCENT),
        Column("cost", Kind.MONEY),
    )
    rows = tuple(
        (
            row["order"],
            names.member(row["member"]) if row["member"] else None,
            names.item(row["item"]),
            names.supplier(row["supplier"]) if row["supplier"] else None,
            row["site"],
            float(row["quantity"]),
            row["unit_price"],
            row["rebate_pct"],
            cost,
        )
        for row, cost in zip(rows_of(result.plan.orders), cents, strict=True)
    )
    return Table("orders", columns, rows, ("total", *[None] * 7, sum(cents)))
