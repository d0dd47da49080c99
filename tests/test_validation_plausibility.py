"""Each check of plausibility on the smallest pool that shows it, and a nearby one that does not."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterpool.check import check_plan
from clusterpool.demand import Pool, read_pool, write_pool
from clusterpool.errors import DataError
from clusterpool.optimize import plan_pool
from clusterpool.validation.plausibility import figures
from clusterpool.validation.plausibility.figures import medians_of_others

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Rows = list[dict[str, object]]
SETTINGS = {"order_date": "2026-03-01"}


def pool(needs: Rows, offers: Rows, *, items: Rows | None = None, settings: Mapping[str, object] = SETTINGS) -> Pool:
    """Members A, B, ... of the needs, one item `film` and suppliers of the offers; what a row leaves out is plain."""
    rows = [{"member": chr(ord("A") + place), "item": "film", "quantity": 10} | row for place, row in enumerate(needs)]
    sold = [{"supplier": f"S{place}", "item": "film", "min_quantity": 0} | row for place, row in enumerate(offers)]
    members = sorted({str(row["member"]) for row in rows})
    frames = {
        "members": pd.DataFrame({"member": members, "cluster": "c", "site": "Alger"}),
        "purchases": pd.DataFrame(rows, dtype=object).fillna(""),
        "offers": pd.DataFrame(sold, dtype=object).fillna(""),
    }
    if items:
        frames["items"] = pd.DataFrame(items)
    return Pool.from_frames(frames, settings=settings)


def found(
    needs: Rows, offers: Rows, *, items: Rows | None = None, settings: Mapping[str, object] = SETTINGS
) -> list[tuple[str, str, int]]:
    frame = pool(needs, offers, items=items, settings=settings).findings
    return list(zip(frame["id"], frame["column"], frame["row"], strict=True))


PLAIN: Rows = [{}, {}]


def prices(*figures: float) -> Rows:
    return [{"unit_price": figure} for figure in figures]


def test_a_plain_pool_has_no_findings() -> None:
    assert found(PLAIN, prices(330, 320)) == []


@pytest.mark.parametrize("wrong", [3300.0, 33_000.0, 330_000.0, 33.0, 3.3, 0.33])
def test_a_price_whose_decimal_point_slipped(wrong: float) -> None:
    assert found(PLAIN, prices(330, 325, wrong, 340)) == [("price.outlier", "unit_price", 4)]


def test_a_price_is_judged_by_two_others_at_least() -> None:
    assert found(PLAIN, prices(330, 3300)) == []
    assert found(PLAIN, prices(330, 990, 340)) == []


def test_a_price_of_today_whose_decimal_point_slipped() -> None:
    needs = [{"current_unit_price": 330}, {"current_unit_price": 3350}, {"current_unit_price": 340}]
    assert found(needs, prices(325, 330)) == [("price.outlier", "current_unit_price", 3)]


@pytest.mark.parametrize("times", [12.0, 100.0, 1000.0])
def test_offers_in_another_unit_than_todays_prices(times: float) -> None:
    needs = [{"current_unit_price": 5.5}, {"current_unit_price": 5.6}]
    assert found(needs, prices(5.5 * times, 5.4 * times)) == [("offer.other-unit", "unit_price", 2)]


def test_a_quantity_whose_decimal_point_slipped() -> None:
    needs: Rows = [{"quantity": quantity} for quantity in (100, 110, 1050, 95, 120)]
    assert found(needs, prices(5)) == [("need.quantity-outlier", "quantity", 4)]
    assert found([{"quantity": quantity} for quantity in (10, 110, 1050, 95, 120)], prices(5)) == []


def test_a_price_of_today_below_every_offer() -> None:
    assert found([{"current_unit_price": 300}, {}], prices(330, 320)) == [
        ("need.cheaper-today", "current_unit_price", 2)
    ]
    assert found([{"current_unit_price": 320}, {}], prices(330, 320)) == []


def test_a_price_of_today_above_what_the_supplier_asks() -> None:
    needs: Rows = [{"current_unit_price": 350, "current_supplier": "S0"}, {}]
    assert found(needs, prices(330, 320)) == [("need.dearer-today", "current_unit_price", 2)]
    breaks: Rows = [
        {"supplier": "S0", "unit_price": 350},
        {"supplier": "S0", "min_quantity": 20, "unit_price": 330},  # beyond its own quantity
    ]
    assert found(needs, breaks) == []


def test_an_item_of_one_buyer() -> None:
    needs: Rows = [{}, {}, {"member": "A", "item": "rope"}]
    offers: Rows = [{"unit_price": 5}, {"unit_price": 7, "item": "rope"}]
    assert found(needs, offers) == [("need.single-buyer", "item", 4)]
    assert found([{}], prices(5)) == []  # a pool of one has nothing to pool anyway


def test_a_need_before_the_lead_time() -> None:
    needs: Rows = [{"due_date": "2026-03-05"}, {"due_date": "2026-03-20"}]
    slow: dict[str, object]
    quick: dict[str, object]
    slow, quick = {"unit_price": 5, "lead_time_days": 7}, {"unit_price": 6, "lead_time_days": 2}
    assert found(needs, [slow]) == [("need.before-lead-time", "due_date", 2)]
    assert found(needs, [slow, quick]) == []


def test_capacities_below_the_need() -> None:
    short: Rows = [{"unit_price": 5, "capacity": 12}, {"unit_price": 6, "capacity": 7}]
    assert found(PLAIN, short) == [("offer.capacity-below-need", "capacity", 2)]
    assert found(PLAIN, [*short, {"unit_price": 9}]) == []
    assert found([{"max_unit_price": 20}, {"max_unit_price": 20}], short) == []


@pytest.mark.parametrize(("unit", "weight", "odd"), [("kg", 1000, True), ("Kg.", 1.1, False), ("tonne", 1, True)])
def test_a_weight_that_does_not_fit_the_unit(unit: str, weight: float, *, odd: bool) -> None:
    items: Rows = [{"item": "film", "unit": unit, "weight_kg": weight}]
    assert found(PLAIN, prices(5), items=items) == [("item.weight-of-unit", "weight_kg", 2)] * odd


@pytest.mark.parametrize(("volume", "odd"), [(0.00001, True), (0.001, False), (2.0, True), (0.0, False)])
def test_a_density_that_nothing_has(volume: float, *, odd: bool) -> None:
    items: Rows = [{"item": "film", "unit": "roll", "weight_kg": 1, "volume_m3": volume}]
    assert found(PLAIN, prices(5), items=items) == [("goods.density", "weight_kg", 2)] * odd


def test_offers_outside_their_days_are_out_of_the_market(tmp_path: Path) -> None:
    offers: Rows = [
        {"unit_price": 5, "valid_until": "2026-02-28"},
        {"unit_price": 6, "valid_from": "2026-03-02"},
        {"unit_price": 9, "valid_from": "2026-03-01", "valid_until": "2026-03-01"},
    ]
    kept = pool(PLAIN, offers)
    assert kept.findings["id"].tolist() == ["offer.expired", "offer.not-yet-valid"]
    assert kept.table("offers")["supplier"].tolist() == ["S2"]
    plan = plan_pool(kept)
    assert plan.cost == pytest.approx(20 * 9)
    assert check_plan(kept, plan).ok
    write_pool(kept, tmp_path)
    assert read_pool(tmp_path).input_hash == kept.input_hash


def test_the_same_break_at_two_prices_in_two_seasons() -> None:
    offers: Rows = [
        {"supplier": "S", "unit_price": 5, "valid_until": "2026-02-28"},
        {"supplier": "S", "unit_price": 6, "valid_from": "2026-03-01"},
    ]
    assert pool(PLAIN, offers).table("offers")["unit_price"].tolist() == [6.0]


def test_an_item_whose_offers_all_expired_is_an_error() -> None:
    with pytest.raises(DataError) as caught:
        pool(PLAIN, [{"unit_price": 5, "valid_until": "2026-02-28"}])
    assert "offer.expired" in set(caught.value.findings["id"])


@pytest.mark.parametrize(
    ("offer", "settings", "message"),
    [
        ({"valid_until": "2026-03-01"}, {}, "offer.no-order-date"),
        ({"valid_from": "2026-04-01", "valid_until": "2026-03-01"}, SETTINGS, "offer.never-valid"),
    ],
)
def test_validity_that_cannot_be_judged(offer: dict[str, object], settings: Mapping[str, object], message: str) -> None:
    with pytest.raises(DataError) as caught:
        pool(PLAIN, [{"unit_price": 5, **offer}, {"unit_price": 6}], settings=settings)
    assert caught.value.found.errors.frame()["id"].tolist() == [message]


@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=12))
def test_medians_of_others_by_leaving_each_out(figures: list[float]) -> None:
    array = np.array(figures)
    plain = [float(np.median(np.delete(array, place))) for place in range(len(array))]
    assert medians_of_others(array).tolist() == pytest.approx(plain)


def test_examples() -> None:
    assert doctest.testmod(figures, extraglobs={"np": np}).failed == 0


def test_a_shipment_whose_origin_is_its_destination_is_warned_of_once() -> None:
    frames = {
        "members": pd.DataFrame({"member": ["A"], "cluster": "c", "site": "Alger"}),
        "shipments": pd.DataFrame(
            {
                "shipment": ["s1", "s2"],
                "member": "A",
                "origin": "Alger",
                "destination": ["Alger", "Oran"],
                "weight_kg": 9.0,
            }
        ),
        "tariffs": pd.DataFrame({"tariff": ["T"], "min_weight_kg": 0.0, "cost_per_kg": 1.0}),
    }
    frame = Pool.from_frames(frames, {}).findings
    told = frame[frame["id"] == "shipment.at-one-site"]
    assert list(zip(told["severity"], told["column"], told["row"], strict=True)) == [("warning", "destination", 2)]
