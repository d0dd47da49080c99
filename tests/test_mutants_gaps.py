"""How tight the purchasing model is, what a coalition may buy, and how a member's saving is divided."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from clusterpool.allocation import Rule
from clusterpool.demand import Pool
from clusterpool.game import cost_game
from clusterpool.model import buying_model, coalition_bounds
from clusterpool.purchasing import purchasing_case
from clusterpool.savings import Savings, share_savings
from clusterpool.solver import SolveOptions, solve

EXACT = SolveOptions(gap=0.0)


def two_members() -> Pool:
    """Two members that buy film, cheaper from 80 on, and send 400 kg each along one road: one truck takes both.

    A alone: 60 x 10 + 100 (order cost) and a truck at 100 + 400; B alone: 30 x 10 + 100 and a truck, too.
    Together: 90 x 9 + 100 and one truck.
    """
    frames = {
        "members": pd.DataFrame({"member": ["A", "B"], "cluster": ["east", "west|east"], "site": "Alger"}),
        "purchases": pd.DataFrame(
            {"member": ["A", "B"], "item": "film", "quantity": [60, 30], "current_unit_price": [12.5, 12.0]}
        ),
        "suppliers": pd.DataFrame({"supplier": ["S"], "order_cost": [100]}),
        "offers": pd.DataFrame({"supplier": "S", "item": "film", "min_quantity": [0, 80], "unit_price": [10, 9]}),
        "shipments": pd.DataFrame(
            {
                "shipment": ["a", "b"],
                "member": ["A", "B"],
                "origin": "Alger",
                "destination": "Oran",
                "weight_kg": 400,
                "ready_date": "2026-03-02",
                "due_date": "2026-03-03",
                "current_cost": [520.0, None],
            }
        ),
        "vehicles": pd.DataFrame({"vehicle": ["truck"], "capacity_kg": 1000, "fixed_cost": 100, "cost_per_km": 1}),
        "tariffs": pd.DataFrame({"tariff": ["T"], "min_weight_kg": 0, "cost_per_kg": 2}),
        "roads": pd.DataFrame({"origin": ["Alger"], "destination": "Oran", "distance_km": 400}),
    }
    return Pool.from_frames(frames)


def test_the_relaxation_pays_the_whole_order_cost() -> None:
    """Without the strong links a part of a used supplier could send all 30 rolls: up to 80 are worth buying."""
    pool = two_members()
    block = buying_model(purchasing_case(pool), {}).block
    lower, upper = coalition_bounds(block, ["B"])
    relaxed = solve(block.arrays.relaxed(), options=EXACT, lower=lower, upper=upper)
    assert relaxed.objective == pytest.approx(30 * 9 + 100)


def test_a_coalition_takes_no_offer_that_nobody_in_it_wants() -> None:
    """All the film there is comes to 900; with 100 of tape, which only B needs, the rebate would be reached."""
    frames = {
        "members": pd.DataFrame({"member": ["A", "B"], "cluster": "c", "site": "Alger"}),
        "purchases": pd.DataFrame({"member": ["A", "B"], "item": ["film", "tape"], "quantity": [90, 100]}),
        "offers": pd.DataFrame(
            {
                "supplier": "S",
                "item": ["film", "tape"],
                "min_quantity": 0,
                "unit_price": [10, 1],
                "capacity": [90, None],
            }
        ),
        "rebates": pd.DataFrame({"supplier": ["S"], "min_spend": [1000], "rebate_pct": [60]}),
    }
    game = cost_game(Pool.from_frames(frames), options=EXACT)
    costs = {"".join(members): game.cost(members) for members in (("A",), ("B",), ("A", "B"))}
    assert costs == pytest.approx({"A": 900, "B": 100, "AB": 400})


@pytest.fixture(scope="module")
def savings() -> Savings:
    return share_savings(two_members(), rule=Rule.PROPORTIONAL, options=EXACT)


def test_costs_alone_and_shares_by_hand(savings: Savings) -> None:
    members = savings.members.set_index("member")
    assert members["alone"].to_dict() == pytest.approx({"A": 700 + 500, "B": 400 + 500})
    assert savings.cost == pytest.approx(910 + 500)
    assert members["pool"].to_dict() == pytest.approx({"A": 1410 * 1200 / 2100, "B": 1410 * 900 / 2100})


def test_a_saving_is_that_of_its_parts_and_the_rest_goes_to_the_larger_one(savings: Savings) -> None:
    members = savings.members.set_index("member")
    for member, buys, larger in (("A", 700.0, "purchases"), ("B", 400.0, "freight")):
        row = members.loc[member]
        parts = {"purchases": buys - 910 * buys / 1100, "freight": 250.0}
        parts[larger] += float(row["alone"] - row["pool"]) - sum(parts.values())
        assert row["purchases_saving"] == pytest.approx(parts["purchases"])
        assert row["freight_saving"] == pytest.approx(parts["freight"])


def test_today_is_known_only_where_every_line_has_a_price(savings: Savings) -> None:
    members = savings.members.set_index("member")
    assert members.loc["A", "today"] == pytest.approx(60 * 12.5 + 520)
    assert members.loc["A", "own_effort"] == pytest.approx(60 * 12.5 + 520 - 1200)
    assert math.isnan(members.loc["B", "today"])
    assert math.isnan(members.loc["B", "own_effort"])
    assert savings.clusters.set_index("cluster")["members"].to_dict() == {"east": 1, "west": 1}
