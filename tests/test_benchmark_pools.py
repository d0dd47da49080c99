"""The pools that are drawn for measuring: the same from the same seed, with capacities that bind."""

from __future__ import annotations

import pytest
from benchmarks.pools.tight import tight_pool

import clusterpool as cp
from clusterpool.game.twins import twins


@pytest.mark.parametrize("kinds", [0, 3])
def test_the_same_seed_draws_the_same_pool_and_another_one_another(kinds: int) -> None:
    first, again, other = (tight_pool(8, kinds=kinds, seed=seed) for seed in (4, 4, 5))
    for name in ("members", "purchases", "suppliers", "offers"):
        assert first.table(name).equals(again.table(name))
    assert not first.table("purchases").equals(other.table("purchases"))


def test_members_of_one_kind_need_the_same() -> None:
    assert twins(tight_pool(8, kinds=3)) == (("M001", "M004", "M007"), ("M002", "M005", "M008"), ("M003", "M006"))
    assert twins(tight_pool(8)) == ()


@pytest.mark.parametrize("seed", range(3))
def test_the_cheapest_suppliers_sell_all_that_they_can(seed: int) -> None:
    pool = tight_pool(30, items=12, suppliers=6, seed=seed)
    plan = cp.plan_pool(pool, options=cp.SolveOptions(gap=1e-3))
    suppliers = pool.table("suppliers").set_index("supplier")["capacity_value"]
    spent = plan.orders.groupby("supplier")["cost"].sum().reindex(suppliers.index).fillna(0.0)
    assert (spent >= 0.999 * suppliers).sum() >= 2
    loose = pool.table("suppliers").assign(capacity_value=1e9)
    tables = {name: pool.table(name) for name in ("members", "purchases", "offers")}
    freed = cp.plan_pool(cp.Pool.from_frames({**tables, "suppliers": loose}, {}), options=cp.SolveOptions(gap=1e-3))
    assert freed.cost < 0.999 * plan.bound  # the limits alone cost something: their dual prices are above 0
    assert plan.unmet.empty
