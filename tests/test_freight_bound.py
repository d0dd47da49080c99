"""The bound of freight never exceeds what the best plan costs, for any coalition, and is tight where it should be."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterpool.freight.bound import freight_bound
from clusterpool.freight.bound_prices import dual_feasible
from clusterpool.freight.trips import Trip, known
from clusterpool.market import WeightBreak
from clusterpool.routes import Road
from tests.freight_kit import GROUPAGE, TRUCK, freight, load, plan
from tests.test_freight_bruteforce import random_case
from tests.test_freight_lots import lot

DEAR = replace(GROUPAGE, breaks=(WeightBreak(0.0, 100.0, 0.0, 0.0),))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(min_value=10_000, max_value=10_000_000), st.sampled_from([(), ("M",), ("N",), ("M", "N")]))
def test_no_plan_of_a_coalition_costs_less_than_the_bound(seed: int, members: tuple[str, ...]) -> None:
    case, _ = random_case(seed)
    cost = plan(case, coalition=members).objective
    everybodys, own = freight_bound(case), freight_bound(case, members)
    assert set(own.loads) == {one.load for one in case.loads if one.member in members}
    assert math.fsum(own.loads.values()) <= cost * (1 + 1e-7)
    assert math.fsum(everybodys.loads[code] for code in own.loads) <= cost * (1 + 1e-7)


def test_the_bound_is_worth_something() -> None:
    parts = []
    for seed in range(150):
        case, _ = random_case(seed)
        parts.append(math.fsum(freight_bound(case).loads.values()) / plan(case).objective)
    assert np.mean(parts) > 0.75


@pytest.mark.parametrize("empty_return_pct", [0.0, 100.0])
def test_full_trucks_on_one_lane_are_bounded_but_for_their_sharing_of_the_fixed_cost(empty_return_pct: float) -> None:
    truck = replace(TRUCK, fixed_cost=0.0, empty_return_pct=empty_return_pct)
    case = freight(*(load(f"s{k}", weight_kg=1000.0) for k in range(4)), vehicles=(truck,), tariffs=(DEAR,))
    cost = plan(case, known(case, [Trip("truck", 1, ("A", "B"), ())] * 4)).objective
    assert math.fsum(freight_bound(case).loads.values()) == pytest.approx(cost)


def test_loads_of_more_than_half_a_truck_pay_for_a_whole_one() -> None:
    truck = replace(TRUCK, fixed_cost=0.0)
    case = freight(*(load(f"s{k}", weight_kg=510.0) for k in range(2)), tariffs=(DEAR,), vehicles=(truck,))
    assert math.fsum(freight_bound(case).loads.values()) == pytest.approx(240.0)


def test_a_load_alone_is_bounded_by_its_own_trip() -> None:
    case = freight(load("a", weight_kg=10.0), tariffs=(DEAR,))
    assert freight_bound(case).loads == pytest.approx({"a": 220.0})


@pytest.mark.parametrize("bought", [5.0, 40.0, 95.0, 100.0])
@pytest.mark.parametrize("with_load", [False, True])
def test_the_bound_of_a_unit_of_a_lot_holds_at_any_quantity(bought: float, with_load: bool) -> None:
    tariff = replace(GROUPAGE, breaks=(WeightBreak(0.0, 0.6, 0.0, 0.0), WeightBreak(500.0, 0.3, 0.0, 0.0)))
    case = freight(*([load("a", "A", "C")] if with_load else []), lots=(lot(unit_m3=0.2),), tariffs=(tariff,))
    trips = [Trip("truck", 1, stops, ()) for stops in (("A", "B"), ("A", "C"), ("A", "B", "C"))]
    cost = plan(case, known(case, trips * 2), bought={("S", 0): bought}).objective
    found = freight_bound(case)
    assert found.lots["S", 0] > 0
    assert math.fsum(found.loads.values()) + bought * found.lots["S", 0] <= cost * (1 + 1e-7)


def test_a_lot_that_nothing_carries_is_worth_nothing() -> None:
    tariff = replace(GROUPAGE, goods_classes=frozenset({"y"}))
    case = freight(lots=(lot(goods_class="x"),), vehicles=(), tariffs=(tariff,))
    assert freight_bound(case).lots == {("S", 0): 0.0}


def test_without_vehicles_a_unit_of_a_lot_is_worth_the_average_price_of_its_consignment() -> None:
    breaks = (WeightBreak(0.0, 0.6, 0.0, 0.0), WeightBreak(500.0, 0.3, 0.0, 0.0))
    case = freight(lots=(lot(),), vehicles=(), tariffs=(replace(GROUPAGE, breaks=breaks),))
    assert freight_bound(case).lots == pytest.approx({("S", 0): 1000 * 0.3 / 100})


def test_loads_that_are_never_aboard_together_may_still_share_the_fixed_cost_of_a_trip() -> None:
    roads = (Road("A", "B", 60.0), Road("B", "C", 600.0), Road("C", "D", 60.0))
    loads = (load("a", "A", "B", due=1), load("b", "C", "D", ready=2, due=3))
    truck = replace(TRUCK, fixed_cost=10_000.0)
    case = freight(*loads, vehicles=(truck,), tariffs=(DEAR,), roads=roads)
    planned = plan(case)
    assert planned.trips["stops"].tolist() == ["A|B|C|D"]
    assert math.fsum(freight_bound(case).loads.values()) <= planned.cost


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=8), st.integers(min_value=1, max_value=4))
def test_dual_feasible_functions_keep_what_fits_within_one(sixtieths: list[int], k: int) -> None:
    shares = np.array(sixtieths) / max(60, sum(sixtieths))
    assert dual_feasible(shares, k).sum() <= 1 + 1e-9
