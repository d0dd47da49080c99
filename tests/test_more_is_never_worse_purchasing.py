"""One more supplier, a further cheaper break, a further rebate step, more capacity: never a dearer plan.

Prices of needs that stay unmet follow the dearest price, so that what is added is never dearer than what is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from clusterpool.demand import Pool
from clusterpool.optimize import plan_pool
from clusterpool.solver import SolveOptions
from tests.oracles.extreme_pools import extreme_draft
from tests.oracles.random_pools import Draft, buying_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    Frames = dict[str, pd.DataFrame]
    Change = Callable[[Draft, np.random.Generator], Frames | None]

EXACT = SolveOptions(gap=0.0, time_limit_s=120.0)
COUNTS = ("max_suppliers", "max_share_pct")
"""Rules that one more supplier cannot break."""


def cost(draft: Draft, frames: Frames) -> float:
    return plan_pool(Pool.from_frames(frames, draft.settings), options=EXACT).cost


def one_more_supplier(draft: Draft, rng: np.random.Generator) -> Frames | None:
    """A supplier that sells an item at a price between its cheapest and its dearest one."""
    frames = dict(draft.frames)
    offers = frames["offers"]
    item = str(rng.choice(sorted(set(offers["item"]))))
    prices = offers["unit_price"][offers["item"] == item]
    row = {"supplier": "NEW", "item": item, "min_quantity": float(rng.choice([0, 5, 80]))}
    row |= {"unit_price": float(rng.uniform(prices.min(), prices.max()))}
    row |= {"discount": "all_units", "price_kind": "free"}
    frames["offers"] = pd.concat([offers, pd.DataFrame([row])], ignore_index=True)
    terms = pd.DataFrame([{"supplier": "NEW", "order_cost": float(rng.integers(0, 50))}])
    frames["suppliers"] = pd.concat([frames["suppliers"], terms], ignore_index=True)
    rules = frames.get("rules")
    if rules is not None and not rules["rule"].isin(COUNTS).all():
        return None
    return frames


def a_cheaper_break(draft: Draft, rng: np.random.Generator) -> Frames | None:
    """A break beyond the last one of an offer, at a lower price."""
    frames = dict(draft.frames)
    offers = frames["offers"]
    free = offers[offers["price_kind"] != "regulated"]
    if free.empty:
        return None
    pick = free.iloc[int(rng.integers(len(free)))]
    own = free[(free["supplier"] == pick["supplier"]) & (free["item"] == pick["item"])]
    last = dict(own.sort_values("min_quantity").iloc[-1])
    last["min_quantity"] += float(rng.choice([1, 20, 100]))
    last["unit_price"] = round(last["unit_price"] * float(rng.uniform(0.3, 1.0)), 4)
    if "capacity" in last and last["capacity"] < last["min_quantity"]:
        return None
    frames["offers"] = pd.concat([offers, pd.DataFrame([last])], ignore_index=True)
    return frames


def a_rebate_step(draft: Draft, rng: np.random.Generator) -> Frames | None:
    """A rebate step beyond the last one of a supplier, giving back more."""
    frames = dict(draft.frames)
    supplier = str(rng.choice(sorted(set(frames["offers"]["supplier"]))))
    rebates = frames.get("rebates", pd.DataFrame(columns=["supplier", "min_spend", "rebate_pct", "discount"]))
    own = rebates[rebates["supplier"] == supplier].sort_values("min_spend")
    row = {"supplier": supplier, "min_spend": 100.0, "rebate_pct": 1.0, "discount": "all_units"}
    if len(own):
        row = dict(own.iloc[-1])
    row["min_spend"] += float(rng.choice([1, 300, 2000]))
    row["rebate_pct"] = min(100.0, row["rebate_pct"] + float(rng.integers(1, 20)))
    frames["rebates"] = pd.DataFrame([*rebates.to_dict("records"), row])
    return frames


def more_capacity(draft: Draft, _: np.random.Generator) -> Frames | None:
    """No capacity at all."""
    frames = dict(draft.frames)
    frames["offers"] = frames["offers"].drop(columns="capacity", errors="ignore")
    frames["suppliers"] = frames["suppliers"].drop(columns="capacity_value", errors="ignore")
    return frames


def fewer_rules(draft: Draft, rng: np.random.Generator) -> Frames | None:
    """One rule less."""
    rules = draft.frames.get("rules")
    if rules is None:
        return None
    left = rules.drop(index=rules.index[int(rng.integers(len(rules)))])
    return {name: frame for name, frame in {**draft.frames, "rules": left}.items() if len(frame)}


def without_least_spend(draft: Draft) -> Draft:
    """The pool without what asks for a spend or a part of it: cheaper goods may not reach that."""
    frames = {name: frame for name, frame in draft.frames.items() if name != "rebates"}
    frames["suppliers"] = frames["suppliers"].drop(columns="min_order_value", errors="ignore")
    if "rules" in frames:
        rules = frames["rules"]
        shares = rules["rule"].isin(["max_share_pct", "min_share_pct"])
        frames["rules"] = rules[~shares | rules["scope"].str.startswith("item:")]
    return Draft({name: frame for name, frame in frames.items() if len(frame)}, draft.settings)


def drawn(change: Change, seed: int) -> tuple[Draft, Frames | None]:
    """A pool, and the same with something more."""
    draft = DRAFTS[seed % 2](3_000 + seed)
    if change is a_cheaper_break:
        draft = without_least_spend(draft)
    return draft, change(draft, np.random.default_rng(seed))


CHANGES = (one_more_supplier, a_cheaper_break, a_rebate_step, more_capacity, fewer_rules)
DRAFTS = (extreme_draft, buying_draft)


def hold(change: Change, seed: int) -> None:
    draft, frames = drawn(change, seed)
    if frames is None:
        return
    before, after = cost(draft, draft.frames), cost(draft, frames)
    assert after <= before * (1.0 + 2e-6) + 1e-5


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("change", CHANGES)
def test_more_is_never_dearer(change: Change, seed: int) -> None:
    hold(change, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 104))
@pytest.mark.parametrize("change", CHANGES)
def test_more_is_never_dearer_in_many_pools(change: Change, seed: int) -> None:
    hold(change, seed)


@pytest.mark.parametrize("change", CHANGES)
def test_most_drawn_pools_are_changed(change: Change) -> None:
    """So that the property is looked at: of forty pools at least eight are."""
    assert sum(drawn(change, seed)[1] is not None for seed in range(40)) >= 8
