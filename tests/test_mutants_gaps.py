"""How tight the purchasing model is, what a coalition may buy, and how a member's saving is divided.

And whether each listed fault still has its text in the package and its tests.
"""

from __future__ import annotations

import pandas as pd
import pytest

from clusterpool.allocation import Rule
from clusterpool.demand import Pool
from clusterpool.game import cost_game
from clusterpool.model import buying_model, coalition_bounds
from clusterpool.purchasing import purchasing_case
from clusterpool.savings import share_savings
from clusterpool.solver import SolveOptions, solve
from tests.mutants.run import PROJECT, read_faults

EXACT = SolveOptions(gap=0.0)


def two_members() -> Pool:
    """Two members that buy film, cheaper from 80 on, and send 400 kg each along one road: one truck takes both.

    A alone: 60 x 10 + 100 (order cost) and a truck at 100 + 400, 1200; B alone: 30 x 10 + 100 and a truck, too, 900.
    Together: 90 x 9 + 100 and one truck, 1410.
    """
    frames = {
        "members": pd.DataFrame({"member": ["A", "B"], "cluster": "c", "site": "Alger"}),
        "purchases": pd.DataFrame({"member": ["A", "B"], "item": "film", "quantity": [60, 30]}),
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


def test_what_the_parts_of_a_saving_leave_goes_to_the_part_that_costs_more_alone() -> None:
    """In proportion to the costs alone A saves 394.29, of it 120.91 and 250 in the parts; B 295.71, 69.09 and 250."""
    members = share_savings(two_members(), rule=Rule.PROPORTIONAL, options=EXACT).members
    saved = 2100 - 1410
    purchases = {"A": saved * 1200 / 2100 - 250, "B": 400 - 910 * 400 / 1100}
    assert dict(zip(members["member"], members["purchases_saving"], strict=True)) == pytest.approx(purchases)
    freight = {"A": 250, "B": saved * 900 / 2100 - purchases["B"]}
    assert dict(zip(members["member"], members["freight_saving"], strict=True)) == pytest.approx(freight)


def test_every_fault_has_its_text_once_in_the_package_and_tests_that_exist() -> None:
    named = {test.split("[")[0] for fault in read_faults() for test in fault.tests}
    lost = []
    for test in sorted(named):
        file, _, function = test.partition("::")
        path = PROJECT / file
        if not path.is_file() or (function and f"def {function.split('::')[-1]}(" not in path.read_text("utf-8")):
            lost.append(test)
    assert named
    assert not lost
