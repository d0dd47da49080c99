"""A plan costs no more than buying first and shipping after, nor than the plans of its parts together.

In the pools here nothing that members share is short: no capacities, no scarce vehicles, no rules, minimum order values
or rebates that breaks could undo, no prices that rise with quantity. So the parts' plans together are a plan.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

import clusterpool as cp
from clusterpool.model import left_unmet, solve_block
from clusterpool.search import cheapest_partition, serving
from clusterpool.solver import Deadline, Solution, SolveOptions, Status
from tests.oracles.random_pools import Draft, buying_draft, mixed_draft, shipping_draft

if TYPE_CHECKING:
    import pandas as pd

    from clusterpool.model import Block

DRAFTS = {"buying": buying_draft, "shipping": shipping_draft, "mixed": mixed_draft}
SCARCE = {
    "offers": ["capacity"],
    "suppliers": ["capacity_value", "min_order_value"],
    "vehicles": ["available"],
}
ROUNDING = 1e-6


def plentiful(draft: Draft) -> Draft:
    frames = {name: table for name, table in draft.frames.items() if name not in {"rules", "rebates"}}
    for name, columns in SCARCE.items():
        if name in frames:
            frames[name] = frames[name].drop(columns=columns, errors="ignore")
    if "offers" in frames:
        offers = frames["offers"].copy()
        offers["unit_price"] = offers.groupby(["supplier", "item"])["unit_price"].cummin()
        frames["offers"] = offers
    return Draft(frames, draft.settings)


def pool_of(draft: Draft, **changes: pd.DataFrame) -> cp.Pool:
    return cp.Pool.from_frames({**draft.frames, **changes}, settings=draft.settings)


def assert_no_dearer(cost: float, other: float) -> None:
    assert cost <= other + ROUNDING * max(1.0, abs(other))


def assert_apart_is_no_better(kind: str, seed: int, gap: float) -> None:
    pool = pool_of(plentiful(DRAFTS[kind](seed)))
    options = SolveOptions(gap=gap, time_limit_s=None)
    plan = cp.plan_pool(pool, options=options)
    assert cp.check_plan(pool, plan).ok
    assert_no_dearer(plan.cost, sum(cp.plan_pool(pool.restrict([m]), options=options).cost for m in pool.members))
    game = cp.cost_game(pool, options=options)
    known = {
        frozenset(some): game.cost(some)
        for size in range(1, len(pool.members))
        for some in combinations(pool.members, size)
    }
    known[frozenset(pool.members)] = game.cost(tuple(pool.members))
    for coalition, cost in known.items():
        parts = cheapest_partition(coalition, known, options=options, deadline=Deadline(None))
        if parts:
            assert_no_dearer(cost, sum(known[part] for part in parts))


@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize("seed", range(4))
def test_parts_together_are_no_cheaper(kind: str, seed: int) -> None:
    assert_apart_is_no_better(kind, seed, gap=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("gap", [0.2, 0.005])
@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize("seed", range(4, 60))
def test_parts_together_are_no_cheaper_in_many_pools(kind: str, seed: int, gap: float) -> None:
    assert_apart_is_no_better(kind, seed, gap)


def test_a_pool_whose_own_plan_is_cut_by_time_has_the_plans_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = cp.read_pool("examples/three-firms")
    solve = solve_block

    def cut(block: Block, coalition: frozenset[str], **asked: Any) -> Solution:
        if len(coalition) == 1:
            return solve(block, coalition, **asked)
        point = left_unmet(block, coalition)
        return Solution(Status.FEASIBLE, point, block.arrays.objective(point), 0.0, 1.0, limit_struck=True, nodes=0)

    monkeypatch.setattr(serving, "solve_block", cut)
    savings = cp.share_savings(pool, options=SolveOptions(time_limit_s=None))
    assert_no_dearer(savings.plan.cost, float(savings.members["alone"].sum()))
    assert cp.check_plan(pool, savings.plan).ok
