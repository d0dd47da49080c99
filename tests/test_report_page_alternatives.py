"""Why a supplier is chosen for an item and another is not: each reason on the smallest market that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clusterpool.optimize import plan_pool
from clusterpool.report.page.alternatives import ItemStory, Reason, item_stories
from tests.pool_kit import pool_of, table

if TYPE_CHECKING:
    import pandas as pd


def market_of(offers: pd.DataFrame, quantity: float = 100.0, **tables: pd.DataFrame) -> ItemStory:
    frames = {
        "members": table("member cluster site", ("A", "x", "Alger"), ("B", "x", "Alger")),
        "purchases": table("member item quantity", ("A", "film", quantity / 2), ("B", "film", quantity / 2)),
        "offers": offers,
        **tables,
    }
    pool = pool_of(frames)
    (story,) = item_stories(pool, plan_pool(pool))
    return story


def offers_of(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return table("supplier item min_quantity unit_price capacity", *rows)


BASE = (("S", "film", 0, 10.0, None), ("S", "film", 80, 9.0, None), ("S", "film", 120, 8.5, None))


def test_the_distance_to_the_next_break_and_what_it_costs() -> None:
    story = market_of(offers_of(*BASE))
    (one,) = story.purchases
    assert (one.reached, one.next_quantity, one.next_price) == (80, 120, 8.5)
    assert one.more_to_pay == pytest.approx(120 * 8.5 - 100 * 9.0)


def test_what_is_split_says_whose_stock_ran_out_and_who_buys_where() -> None:
    barred = table("member supplier allowed", ("A", "T", False))
    story = market_of(offers_of(("S", "film", 0, 9.0, 70), ("T", "film", 0, 10.0, None)), eligibility=barred)
    most, rest = story.purchases
    assert (most.supplier, most.quantity, most.sold_out) == ("S", 70.0, True)
    assert (rest.supplier, rest.quantity, rest.sold_out, rest.buyers) == ("T", 30.0, False, ("B",))
    story = market_of(
        offers_of(("S", "film", 0, 9.0, None), ("T", "film", 0, 10.0, None)),
        eligibility=table("member supplier allowed", ("B", "S", False)),
        purchases=table("member item quantity", ("A", "film", 60), ("B", "film", 40)),
    )
    assert [(one.supplier, one.buyers, one.barred_elsewhere) for one in story.purchases] == [
        *(("S", ("A",), ()), ("T", ("B",), ("B",))),
    ]


@pytest.mark.parametrize(
    ("other", "reason", "limit"),
    [
        (("T", "film", 0, 9.5, None), Reason.DEARER, 50.0),
        (("T", "film", 0, 9.0, 40), Reason.TOO_LITTLE, 40.0),
        (("T", "film", 300, 9.0, None), Reason.MINIMUM, 300.0),
    ],
)
def test_why_a_supplier_is_not_chosen(other: tuple[Any, ...], reason: Reason, limit: float) -> None:
    (found,) = market_of(offers_of(*BASE, other)).alternatives
    assert (found.supplier, found.reason) == ("T", reason)
    assert found.limit == pytest.approx(limit)


def test_an_order_cost_a_rebate_lost_and_a_minimum_order_count_against_a_supplier() -> None:
    offers = offers_of(*BASE, ("T", "film", 0, 8.9, None))
    terms = table("supplier order_cost min_order_value", ("S", None, None), ("T", 30.0, None))
    (found,) = market_of(offers, suppliers=terms).alternatives
    assert found.reason == Reason.DEARER
    assert found.change == pytest.approx(890 + 30 - 900)
    rebate = table("supplier min_spend rebate_pct", ("S", 800, 5.0))
    (found,) = market_of(offers, suppliers=terms, rebates=rebate).alternatives
    assert found.change == pytest.approx(890 + 30 - 0.95 * 900)
    terms = table("supplier order_cost min_order_value", ("S", None, None), ("T", None, 5000.0))
    (found,) = market_of(offers, suppliers=terms).alternatives
    assert (found.reason, found.limit) == (Reason.MINIMUM_ORDER, 5000.0)


def test_who_may_not_buy_there_is_said() -> None:
    offers = offers_of(*BASE, ("T", "film", 0, 8.0, None))
    barred = table("member supplier allowed", ("A", "T", False), ("B", "T", False))
    (found,) = market_of(offers, eligibility=barred).alternatives
    assert (found.reason, found.limit) == (Reason.NOT_ALLOWED, 2.0)
