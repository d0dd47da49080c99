"""Plans of random small pools: as cheap as an independent formulation says, and right by the independent checker."""

from __future__ import annotations

import pytest

from clusterpool.check import check_plan
from clusterpool.demand import Pool
from clusterpool.optimize import plan_pool
from clusterpool.solver import SolveOptions, Status
from tests.oracles.purchasing_oracle import least_purchasing_cost
from tests.oracles.random_pools import buying_draft, mixed_draft, shipping_draft

EXACT = SolveOptions(gap=0.0, time_limit_s=120.0)


@pytest.mark.parametrize("seed", range(200))
def test_purchasing_costs_what_an_independent_formulation_says(seed: int) -> None:
    draft = buying_draft(seed)
    pool = Pool.from_frames(draft.frames, draft.settings)
    plan = plan_pool(pool, options=EXACT)
    assert plan.cost == pytest.approx(least_purchasing_cost(pool), rel=1e-6)
    assert plan.status is Status.OPTIMAL
    assert plan.bound == pytest.approx(plan.cost, rel=1e-6)
    assert (result := check_plan(pool, plan)).ok, str(result)


@pytest.mark.parametrize("seed", range(60))
def test_plans_of_shipments_are_right(seed: int) -> None:
    draft = shipping_draft(seed)
    pool = Pool.from_frames(draft.frames, draft.settings)
    assert (result := check_plan(pool, plan_pool(pool, options=EXACT))).ok, str(result)


@pytest.mark.parametrize("seed", range(40))
def test_plans_of_goods_ex_works_are_right(seed: int) -> None:
    draft = mixed_draft(seed)
    pool = Pool.from_frames(draft.frames, draft.settings)
    plan = plan_pool(pool, options=EXACT)
    assert (result := check_plan(pool, plan)).ok, str(result)
    assert plan.bound <= plan.cost * (1.0 + 1e-9)


def test_the_random_pools_hold_every_kind_of_term() -> None:
    drafts = [buying_draft(seed) for seed in range(200)]
    seen = {(table, column) for draft in drafts for table, frame in draft.frames.items() for column in frame}
    for column in ("capacity", "order_multiple", "price_kind"):
        assert ("offers", column) in seen
    assert {("suppliers", "order_cost"), ("suppliers", "min_order_value"), ("suppliers", "capacity_value")} <= seen
    assert {("eligibility", "allowed"), ("purchases", "max_unit_price")} <= seen
    kinds = {value for draft in drafts for value in draft.frames["offers"]["discount"]}
    kinds |= {
        f"rebate {value}"
        for draft in drafts
        if "rebates" in draft.frames
        for value in draft.frames["rebates"]["discount"]
    }
    assert kinds == {"all_units", "incremental", "rebate all_units", "rebate incremental"}
    rules = {
        (rule, scope.partition(":")[0])
        for draft in drafts
        if "rules" in draft.frames
        for rule, scope in zip(draft.frames["rules"]["rule"], draft.frames["rules"]["scope"], strict=True)
    }
    assert len(rules) == 8
