"""What costs no more to serve is served, and prices of 0 are asked about."""

from __future__ import annotations

import numpy as np
import pytest

from clusterpool.check import check_plan
from clusterpool.demand import Pool
from clusterpool.language import Language
from clusterpool.messages import MessageId
from clusterpool.optimize import plan_pool
from clusterpool.solver import SolveOptions
from tests.oracles.extreme_pools import extreme_draft
from tests.oracles.purchasing_oracle import least_purchasing_cost
from tests.pool_kit import Frames, pool_of, table

EXACT = SolveOptions(gap=0.0, time_limit_s=60.0)
OFFER = "supplier item min_quantity unit_price order_multiple capacity"
Cells = tuple[object, ...]


def frames(*offers: Cells, needs: tuple[Cells, ...] = (("A", "film", 10), ("B", "film", 20)), **more: object) -> Frames:
    return {
        "members": table("member cluster site", ("A", "c", "Alger"), ("B", "c", "Oran")),
        "purchases": table("member item quantity max_unit_price", *((*need, None)[:4] for need in needs)),
        "offers": table(OFFER, *((*offer, None, None)[:6] for offer in offers)),
        **more,  # type: ignore[dict-item]
    }


def served(pool: Pool) -> float:
    """The cost of a plan that leaves nothing unmet and that the checker accepts."""
    plan = plan_pool(pool, options=EXACT)
    assert (found := check_plan(pool, plan)).ok, str(found)
    assert plan.unmet.empty, plan.unmet
    return plan.cost


@pytest.mark.parametrize(
    "offers",
    [
        (("S", "film", 0, 0.0),),
        (("S", "film", 1, 0.0), ("S", "wax", 1, 1.55)),
        (("S", "film", 7, 0.0, 7),),
        (("S", "film", 0, 0.0, None, 15), ("T", "film", 0, 0.0, None, 15)),
        (("S", "film", 500, 0.0), ("T", "film", 900, 0.0)),
    ],
)
def test_goods_given_away_are_bought(offers: tuple[Cells, ...]) -> None:
    assert served(pool_of(frames(*offers))) == 0.0


def test_a_donated_item_beside_a_paid_one() -> None:
    needs = (("A", "film", 1200), ("A", "wax", 100), ("B", "wax", 300))
    assert served(pool_of(frames(("S", "film", 1, 0.0), ("S", "wax", 1, 1.55), needs=needs))) == pytest.approx(620.0)


def test_an_order_cost_is_not_paid_for_goods_that_cost_nothing_to_lack() -> None:
    pool = pool_of(frames(("S", "film", 0, 0.0), suppliers=table("supplier order_cost", ("S", 5))))
    assert plan_pool(pool, options=EXACT).cost == 0.0


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_the_price_of_lacking_it_is_paid_for_having_it(factor: float) -> None:
    """A minimum of as much as lacking both needs costs, at a price of 1."""
    pool = Pool.from_frames(frames(("S", "film", 30 * factor, 1.0)), {"shortage_factor": factor})
    assert served(pool) == pytest.approx(30 * factor)


def test_two_items_share_an_order_cost_that_neither_is_worth() -> None:
    needs = (("A", "film", 10), ("B", "wax", 20))
    suppliers = table("supplier order_cost", ("S", 60))
    pool = pool_of(frames(("S", "film", 0, 1.0), ("S", "wax", 0, 1.0), needs=needs, suppliers=suppliers))
    assert served(pool) == pytest.approx(90.0)  # 3 x 30 left unmet


def test_an_outside_source_at_the_price_of_lacking_it_is_used() -> None:
    pool = pool_of(frames(("S", "film", 1000, 1.0), needs=(("A", "film", 10, 3.0), ("B", "film", 20, 3.0))))
    assert served(pool) == pytest.approx(90.0)


@pytest.mark.parametrize("seed", range(12))
def test_plans_of_pools_with_free_goods_cost_what_another_formulation_says(seed: int) -> None:
    """Half of all prices are 0."""
    draft = extreme_draft(2_000 + seed)
    offers = draft.frames["offers"]
    free = np.random.default_rng(seed).random(len(offers)) < 0.5
    offers.loc[free, "unit_price"] = 0.0
    pool = Pool.from_frames(draft.frames, draft.settings)
    plan = plan_pool(pool, options=EXACT)
    assert (found := check_plan(pool, plan)).ok, str(found)
    assert plan.cost == pytest.approx(least_purchasing_cost(pool), rel=2e-6, abs=1e-5)


def test_prices_of_nothing_are_asked_about_once_an_offer() -> None:
    offers = (("S", "film", 0, 0.0), ("S", "film", 100, 0.0), ("T", "film", 0, 2.0), ("T", "wax", 0, 0.0))
    pool = pool_of(frames(*offers, needs=(("A", "film", 10), ("B", "wax", 20))))
    found = pool.findings
    told = found[found["id"].str.startswith("price.zero")]
    assert told["id"].tolist() == [MessageId.PRICE_ZERO_BESIDE_OTHERS.value, MessageId.PRICE_ZERO_EVERYWHERE.value]
    assert told["row"].tolist() == [2, 5]
    assert set(told["severity"]) == {"warning"}
    assert all(told["repair"] != "")
    assert len(list(Language)) == 3
