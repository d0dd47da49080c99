"""Limits of what is worth buying cut no plan off: plans cost what a formulation without such limits says."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from clusterpool.check import check_plan
from clusterpool.demand import Pool
from clusterpool.game import cost_game
from clusterpool.market import Offer
from clusterpool.optimize import plan_pool
from clusterpool.purchasing.caps import Limits, Shares, caps, common_multiple
from clusterpool.schema import Discount
from clusterpool.solver import SolveOptions
from tests.oracles.extreme_pools import extreme_draft
from tests.oracles.purchasing_oracle import least_purchasing_cost
from tests.pool_kit import pool_of, table

if TYPE_CHECKING:
    from tests.pool_kit import Frames

EXACT = SolveOptions(gap=0.0, time_limit_s=120.0)
ACCURACY = 2e-6
LATER = 300


def hold(seed: int) -> None:
    """A drawn pool and each of its coalitions cost what the other formulation says, and the checker agrees."""
    draft = extreme_draft(seed)
    pool = Pool.from_frames(draft.frames, draft.settings)
    plan = plan_pool(pool, options=EXACT)
    least = least_purchasing_cost(pool)
    assert plan.cost == pytest.approx(least, rel=ACCURACY, abs=1e-5)
    assert plan.bound <= least * (1.0 + ACCURACY) + 1e-5
    assert (found := check_plan(pool, plan)).ok, str(found)
    buyers = sorted(set(pool.table("purchases")["member"]))
    game = cost_game(pool, options=EXACT)
    for size in range(1, len(buyers)):
        for coalition in combinations(buyers, size):
            alone = plan_pool(pool.restrict(coalition), options=EXACT)
            assert game.cost(coalition) == pytest.approx(alone.cost, rel=1e-5, abs=1e-5), coalition


@pytest.mark.parametrize("seed", [*range(6), 47, 73, 80, 99])
def test_no_plan_is_cut_off(seed: int) -> None:
    hold(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, LATER))
def test_no_plan_of_many_pools_is_cut_off(seed: int) -> None:
    hold(seed)


def shared(*offers: tuple[object, ...], need: float, rules: tuple[tuple[object, ...], ...]) -> Frames:
    return {
        "members": table("member cluster site", ("M1", "east", "Alger")),
        "purchases": table("member item quantity", ("M1", "a", need)),
        "offers": table("supplier item min_quantity unit_price order_multiple", *offers),
        "rules": table("rule scope value", *rules),
    }


HALF = (("max_share_pct", "item:a", 50),)


def test_a_minimum_above_the_need_is_worth_its_price_where_shares_ask_for_a_second_supplier() -> None:
    pool = pool_of(
        shared(("A", "a", 500, 1.0, None), ("B", "a", 1, 1.1, None), ("C", "a", 1, 40, None), need=100, rules=HALF)
    )
    plan = plan_pool(pool, options=EXACT)
    assert plan.cost == pytest.approx(1050.0)
    assert plan.bound == pytest.approx(1050.0)
    assert check_plan(pool, plan).ok
    assert least_purchasing_cost(pool) == pytest.approx(1050.0)


def test_multiples_that_have_to_be_equal_meet_at_a_common_one() -> None:
    """Both may have half at most: 7 x 5 = 5 x 7 = 35 units of each, far above the need."""
    pool = pool_of(shared(("A", "a", 0, 1.0, 7), ("B", "a", 0, 1.5, 5), need=10, rules=HALF))
    plan = plan_pool(pool, options=SolveOptions(gap=0.0))
    assert plan.unmet["quantity"].sum() == 10  # 87.5 is more than 3 x 1.5 x 10
    dearer = pool_of(
        shared(("A", "a", 0, 1.0, 7), ("B", "a", 0, 1.5, 5), ("C", "a", 1000, 9.0, None), need=10, rules=HALF)
    )
    assert plan_pool(dearer, options=EXACT).cost == pytest.approx(35 * 1.0 + 35 * 1.5)


def test_free_goods_that_dilute_shares_meet_at_a_common_multiple() -> None:
    pool = pool_of(shared(("A", "a", 0, 0.0, 7), ("B", "a", 0, 0.0, 5), ("C", "a", 200, 9, None), need=10, rules=HALF))
    plan = plan_pool(pool, options=EXACT)
    assert plan.cost == 0.0
    assert plan.unmet.empty
    assert check_plan(pool, plan).ok


def test_goods_of_which_a_supplier_must_sell_a_least_part_stretch_the_others() -> None:
    """B must have 40 % once it is used, and A 500 units: B's dear units come in with them."""
    rules = (("min_share_pct", "item:a", 40), ("min_suppliers", "item:a", 2))
    pool = pool_of(shared(("A", "a", 600, 1.0, None), ("B", "a", 0, 2.0, None), need=300, rules=rules))
    plan = plan_pool(pool, options=EXACT)
    assert plan.cost == pytest.approx(600 * 1.0 + 400 * 2.0)
    assert plan.cost == pytest.approx(least_purchasing_cost(pool))


def test_the_limits_are_as_tight_as_before_where_no_share_is_bound() -> None:
    offer = Offer("s", "a", ((10.0, 3.0), (200.0, 2.0)), Discount.ALL_UNITS, 500.0, 0.0, 0, regulated=False)
    one = Limits(offer, sent=40.0, threshold=90.0, spend=1e6, counted=False)
    (tops,) = caps({("s", "a"): one}, Shares({}, of_spend=False)).values()
    assert tops == pytest.approx((40.0, 200.0))
    (bound,) = caps({("s", "a"): one}, Shares({}, of_spend=True)).values()
    assert bound == pytest.approx((500.0, 500.0))


@pytest.mark.parametrize(("multiples", "common"), [([2.5, 6.0], 30.0), ([0.3, 0.2], 0.6), ([7.0], 7.0), ([], 0.0)])
def test_common_multiples_are_exact(multiples: list[float], common: float) -> None:
    assert common_multiple(multiples) == common
