"""Reasons of unmet needs: both figures, the setting that values them, or that no plan was found in time."""

from __future__ import annotations

import pytest

from clusterpool.check import check_plan
from clusterpool.demand import Pool
from clusterpool.language import Language
from clusterpool.optimize import plan_pool
from clusterpool.plan import UnmetCause, UnmetReason
from clusterpool.purchasing import Basket, purchasing_case, purchasing_rows
from clusterpool.purchasing.prices import by_itself
from clusterpool.report.shortfalls import why_unmet
from clusterpool.solver import SolveOptions
from tests.pool_kit import Frames, pool_of, table

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)


def frames(*offers: tuple[object, ...], need: float = 10, **more: object) -> Frames:
    return {
        "members": table("member cluster site", ("A", "c", "Alger")),
        "purchases": table("member item quantity", ("A", "film", need)),
        "offers": table("supplier item min_quantity unit_price order_multiple capacity", *offers),
        **more,  # type: ignore[dict-item]
    }


def cause(pool: Pool) -> UnmetCause:
    unmet = plan_pool(pool, options=EXACT).unmet
    assert len(unmet) == 1
    found = UnmetCause.parse(unmet["reason"].iloc[0])
    assert found.left == pytest.approx(unmet["cost"].iloc[0], abs=0.01)
    return found


@pytest.mark.parametrize(
    ("offer", "terms", "serving"),
    [
        (("S", "film", 400, 2.0, None, None), (0, 0), 800.0),
        (("S", "film", 0, 2.0, 50, None), (0, 0), 100.0),
        (("S", "film", 0, 2.0, None, None), (90, 0), 110.0),
        (("S", "film", 0, 2.0, None, None), (0, 300), 300.0),
    ],
)
def test_what_serving_would_cost_and_what_leaving_is_valued_at(
    offer: tuple[object, ...], terms: tuple[float, float], serving: float
) -> None:
    pool = pool_of(frames(offer, suppliers=table("supplier order_cost min_order_value", ("S", *terms))))
    assert cause(pool) == UnmetCause(UnmetReason.DEARER_TO_SERVE, serving, 60.0)


def test_what_cannot_be_had_by_itself_has_no_such_figure() -> None:
    pool = pool_of(frames(("S", "film", 0, 2.0, 4, 8), need=100))
    found = cause(pool)
    assert found == UnmetCause(UnmetReason.CAPACITY_USED_UP, None, 92 * 6.0)


def test_what_is_worth_its_price_by_itself_is_left_out_by_rules() -> None:
    rules = table("rule scope value", ("max_share_pct", "item:film", 50))
    pool = pool_of(frames(("S", "film", 0, 2.0, None, None), rules=rules))
    assert cause(pool) == UnmetCause(UnmetReason.LEFT_OUT, 20.0, 60.0)


def test_where_time_ran_out_with_nothing_bought_no_price_is_blamed() -> None:
    pool = pool_of(frames(("S", "film", 400, 2.0, None, None), ("T", "film", 0, 2.0, None, None)))
    case = purchasing_case(pool)
    plan = plan_pool(pool, options=SolveOptions(time_limit_s=1e-9))
    if len(plan.unmet):
        assert {UnmetCause.parse(text).reason for text in plan.unmet["reason"]} == {UnmetReason.NOT_IN_TIME}
    rows = purchasing_rows(case, Basket({}, {}, {0: 10.0}, {}), limit_struck=True)
    assert UnmetCause.parse(rows.unmet["reason"].iloc[0]) == UnmetCause(UnmetReason.NOT_IN_TIME, 20.0, 60.0)


def test_a_shipment_states_its_cheapest_trip_or_groupage() -> None:
    pool = pool_of(
        {
            "members": table("member cluster site", ("A", "c", "Alger")),
            "shipments": table(
                "shipment member origin destination weight_kg ready_date due_date",
                *((code, "A", "Alger", "Oran", 900, "2026-03-02", "2026-03-02") for code in "XY"),
            ),
            "vehicles": table("vehicle capacity_kg fixed_cost cost_per_km available", ("V", 1000, 5000, 10, 1)),
            "roads": table("origin destination distance_km", ("Alger", "Oran", 400)),
        }
    )
    unmet = plan_pool(pool, options=EXACT).unmet
    assert UnmetCause.parse(unmet["reason"].iloc[0]) == UnmetCause(UnmetReason.VEHICLES_IN_USE, 9000.0, 27000.0)


@pytest.mark.parametrize(("fixed", "per_km", "factor"), [(0, 0, 3.0), (5000, 10, 1.0)])
@pytest.mark.parametrize("kg", [400, 900])
def test_shipments_are_carried_where_that_costs_as_much_as_to_leave_them(
    fixed: float, per_km: float, factor: float, kg: float
) -> None:
    pool = Pool.from_frames(
        {
            "members": table("member cluster site", ("A", "c", "Alger"), ("B", "c", "Oran")),
            "shipments": table(
                "shipment member origin destination weight_kg",
                *((code, member, "Alger", "Oran", kg) for code, member in ("XA", "YB")),
            ),
            "vehicles": table("vehicle capacity_kg fixed_cost cost_per_km", ("V", 1000, fixed, per_km)),
            "roads": table("origin destination distance_km", ("Alger", "Oran", 400)),
        },
        {"shortage_factor": factor},
    )
    plan = plan_pool(pool, options=EXACT)
    assert plan.unmet.empty
    assert check_plan(pool, plan).ok
    assert plan.cost == pytest.approx(fixed + (400 if kg == 400 else 1200) * per_km)  # one trip, there and there again


@pytest.mark.parametrize("language", Language)
def test_people_read_both_figures_in_their_language(language: Language) -> None:
    told = why_unmet(UnmetCause(UnmetReason.DEARER_TO_SERVE, 1200.0, 345.5).text, language)
    assert "shortage_factor" in told
    assert "345" in told
    assert "200" in told
    bare = why_unmet(UnmetCause(UnmetReason.NO_SUPPLIER, None, 345.5).text, language)
    assert "345" in bare


def test_another_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="no reason"):
        UnmetCause.parse(f"{UnmetReason.DEARER_TO_SERVE.value}: who knows")


def test_the_cheapest_break_counts_by_itself() -> None:
    pool = pool_of(frames(("S", "film", 0, 9.0, None, None), ("S", "film", 12, 5.0, None, None)))
    case = purchasing_case(pool)
    assert by_itself(case, case.needs[0], 10.0) == pytest.approx(60.0)
