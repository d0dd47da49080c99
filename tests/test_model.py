"""One model for every coalition: with membership fixed to S it costs what a model of S alone costs."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.model import coalition_bounds, nothing_on_trips, solve_block
from clusterpool.optimize import plan_pool
from clusterpool.search import serve
from clusterpool.solver import Effort
from tests.oracles.purchasing_oracle import least_purchasing_cost
from tests.oracles.random_pools import buying_draft, mixed_draft
from tests.pool_kit import (
    EXACT,
    MEMBERS,
    NEVER,
    coalitions,
    ground_of,
    mixed_frames,
    mixed_settings,
    plan_in,
    pool_of,
    trips_of,
)
from tests.pool_kit import ground_of_six as six

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from clusterpool.optimize import Groundwork

EFFORT = Effort(0.0, NEVER)


def cost_of(ground: Groundwork, coalition: Collection[str]) -> float:
    """c(S) by the model of the whole pool."""
    served = serve(ground.task, coalition, options=EXACT, deadline=NEVER)
    return served.purchases + served.freight


# Purchasing


def test_every_coalition_buys_at_the_cost_of_a_plan_of_its_own() -> None:
    ground = six("buying")
    found = {}
    for coalition in coalitions(MEMBERS):
        found[coalition] = cost_of(ground, coalition)
        assert found[coalition] == pytest.approx(
            plan_pool(ground.pool.restrict(coalition), options=EXACT).cost, rel=1e-6
        )
    alone = sum(found[frozenset({member})] for member in MEMBERS)
    assert found[frozenset(MEMBERS)] < 0.95 * alone
    assert len({round(cost, 2) for cost in found.values()}) == len(found)


def test_coalitions_buy_at_the_cost_of_an_independent_formulation() -> None:
    ground = six("buying")
    for coalition in coalitions(MEMBERS)[::3]:
        expected = least_purchasing_cost(ground.pool.restrict(coalition))
        assert cost_of(ground, coalition) == pytest.approx(expected, rel=1e-6), sorted(coalition)


@pytest.mark.parametrize("seed", range(400, 408))
def test_coalitions_of_random_pools_buy_at_the_cost_of_plans_of_their_own(seed: int) -> None:
    draft = buying_draft(seed)
    pool = pool_of(draft.frames, **draft.settings)
    ground = ground_of(pool)
    for coalition in coalitions(pool.members):
        own = plan_pool(pool.restrict(coalition), options=EXACT).cost
        assert cost_of(ground, coalition) == pytest.approx(own, rel=1e-6), sorted(coalition)


# With freight


def assert_same_over_the_same_trips(ground: Groundwork, some: Iterable[frozenset[str]]) -> dict[frozenset[str], float]:
    """Each coalition costs what a plan of its own over the known trips costs."""
    found = {}
    for coalition in some:
        known = trips_of(ground.pool, ground.known, coalition)
        own = plan_pool(ground.pool.restrict(coalition), options=EXACT, known=known)
        found[coalition] = cost_of(ground, coalition)
        assert found[coalition] == pytest.approx(own.cost, rel=1e-6), sorted(coalition)
    return found


@pytest.mark.parametrize("kind", ["freight", pytest.param("mixed", marks=pytest.mark.slow)])
def test_every_coalition_ships_at_the_cost_of_a_plan_of_its_own_over_the_same_trips(kind: str) -> None:
    found = assert_same_over_the_same_trips(six(kind), coalitions(MEMBERS))
    assert found[frozenset(MEMBERS)] < 0.95 * sum(found[frozenset({member})] for member in MEMBERS)


def test_some_coalitions_that_fetch_goods_cost_what_plans_of_their_own_cost() -> None:
    some = [frozenset(names) for names in ("A", "BE", "CF", "ADF", "BCEF")]
    assert_same_over_the_same_trips(six("mixed"), some)


@pytest.mark.parametrize("seed", range(400, 405))
def test_coalitions_of_random_pools_cost_what_plans_of_their_own_cost(seed: int) -> None:
    draft = mixed_draft(seed)
    pool = pool_of(draft.frames, **draft.settings)
    ground = ground_of(pool)
    assert ground.known.trips
    assert_same_over_the_same_trips(ground, coalitions(pool.members))


def cheaper_over_own_tours(ground: Groundwork, some: Iterable[frozenset[str]]) -> dict[frozenset[str], float]:
    """By how many percent a plan over tours of a coalition's own is cheaper; no bound of either is above either."""
    cheaper = {}
    for coalition in some:
        by_model = plan_in(ground, coalition)
        fresh = plan_pool(ground.pool.restrict(coalition), options=EXACT)
        assert max(by_model.bound, fresh.bound) <= min(by_model.cost, fresh.cost) * (1 + 1e-9), sorted(coalition)
        cheaper[coalition] = 100 * (by_model.cost - fresh.cost) / by_model.cost
    return cheaper


@pytest.mark.parametrize("kind", ["freight", "mixed"])
def test_members_alone_are_planned_over_tours_of_their_own(kind: str) -> None:
    alone = [frozenset({member}) for member in MEMBERS]
    assert max(cheaper_over_own_tours(six(kind), alone).values()) <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["freight", "mixed"])
def test_print_by_how_much_tours_of_its_own_help_a_coalition(kind: str) -> None:
    found = cheaper_over_own_tours(six(kind), coalitions(MEMBERS))
    cheaper = np.array(list(found.values()))
    print(
        f"{kind}: plans of {len(cheaper)} coalitions over tours of their own are cheaper by {cheaper.mean():.2f} % "
        f"on average, by {cheaper.max():.2f} % at most ({''.join(sorted(max(found, key=found.__getitem__)))}), "
        f"dearer by {-cheaper.min():.2f} % at most; equal: {np.count_nonzero(np.abs(cheaper) < 1e-4)}"
    )
    assert found[frozenset(MEMBERS)] == pytest.approx(0.0, abs=1e-6)


# Blocks


def test_goods_ex_works_make_one_block_of_purchasing_and_freight() -> None:
    delivered = mixed_frames()
    delivered["suppliers"]["delivered"] = True
    apart, joint = ground_of(pool_of(delivered, **mixed_settings())).model, six("mixed").model
    assert [sorted(block.membership) for block in joint.blocks] == [list(MEMBERS)]
    assert [sorted(block.membership) for block in apart.blocks] == [list(MEMBERS), list(MEMBERS)]
    assert [bool(block.buying.any()) for block in apart.blocks] == [True, False]
    assert (joint.joint, apart.joint) == (True, False)


def test_only_members_with_needs_in_a_block_have_membership_there() -> None:
    frames = mixed_frames()
    frames["suppliers"]["delivered"] = True
    frames["purchases"] = frames["purchases"][frames["purchases"]["member"] != "D"]
    frames["shipments"] = frames["shipments"][frames["shipments"]["member"] != "A"]
    blocks = ground_of(pool_of(frames, **mixed_settings())).model.blocks
    assert ["".join(sorted(block.membership)) for block in blocks] == ["ABCEF", "BCDEF"]


def test_nobody_costs_nothing() -> None:
    for kind in ("buying", "freight", "mixed"):
        assert cost_of(six(kind), ()) == pytest.approx(0.0, abs=1e-9)


def test_membership_is_a_matter_of_bounds() -> None:
    block = six("buying").model.blocks[0]
    lower, upper = coalition_bounds(block, ["A", "C"])
    columns = list(block.membership.values())
    assert dict(zip(block.membership, lower[columns], strict=True)) == {m: float(m in "AC") for m in MEMBERS}
    assert (lower[columns] == upper[columns]).all()
    rest = np.ones(len(lower), dtype=bool)
    rest[columns] = False
    assert (lower[rest] == block.arrays.lower[rest]).all()
    assert (upper[rest] == block.arrays.upper[rest]).all()


@pytest.mark.parametrize("coalition", [(), ("A",), ("B", "E"), MEMBERS])
def test_leaving_all_loads_to_their_alternatives_is_a_solution(coalition: tuple[str, ...]) -> None:
    block = six("freight").model.blocks[1]
    point = nothing_on_trips(block, coalition)
    assert block.arrays.broken_by(point) == ""
    best = solve_block(block, coalition, options=EXACT, effort=EFFORT).objective
    assert block.arrays.objective(point) >= best - 1e-6


def test_a_block_travels_to_other_processes_and_costs_the_same_there() -> None:
    block = six("mixed").model.blocks[0]
    copy = pickle.loads(pickle.dumps(block))
    here, there = (solve_block(one, "ACE", options=EXACT, effort=EFFORT) for one in (block, copy))
    assert here.values.tolist() == there.values.tolist()
    assert (copy.purchases(there.values), copy.freight(there.values)) == (
        block.purchases(here.values),
        block.freight(here.values),
    )


def test_purchases_freight_and_shortage_are_parts_of_the_cost() -> None:
    ground = six("mixed")
    block = ground.model.blocks[0]
    for coalition in ("ABC", MEMBERS):
        one = solve_block(block, coalition, options=EXACT, effort=EFFORT)
        plan = plan_in(ground, coalition)
        assert block.purchases(one.values) + block.freight(one.values) == pytest.approx(one.objective, rel=1e-9)
        assert float(block.shortage @ one.values) == pytest.approx(plan.unmet["cost"].sum(), rel=1e-6)
        assert set(plan.orders["member"]) | set(plan.loads["member"]) <= {*coalition, ""}
    assert plan.unmet["cost"].sum() > 0
