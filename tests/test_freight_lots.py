"""Goods bought ex works: divided among trips, the rest billed as one consignment; and the case of a pool."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pandas as pd
import pytest

from clusterpool.demand import Pool
from clusterpool.freight.case import FreightCase, freight_case
from clusterpool.freight.groupage import cheapest
from clusterpool.freight.loads import Lot
from clusterpool.freight.trips import KnownTrips, Trip, known
from clusterpool.market import WeightBreak
from tests.freight_kit import GROUPAGE, TRUCK, freight, load, plan


def lot(number: int = 0, most_units: float = 100.0, **more: object) -> Lot:
    """A lot of member M from A to B, 10 kg a unit."""
    plain = Lot("S", number, "M", "item", "A", "B", 10.0, 0.0, 0.0, most_units, 1, 5, "")
    return replace(plain, **more)  # type: ignore[arg-type]


def lane(case: FreightCase, *stops: str, copies: int = 1) -> KnownTrips:
    return known(case, [Trip("truck", 1, stops or ("A", "B"), ())] * copies)


def test_a_full_truck_and_the_rest_by_groupage() -> None:
    case = freight(lots=(lot(),), vehicles=(replace(TRUCK, capacity_kg=900.0),))
    planned = plan(case, lane(case), bought={("S", 0): 95.0})
    assert planned.cost == pytest.approx(220 + 2 * 50)
    columns = ["trip", "tariff", "shipment", "order", "weight_kg", "cost"]
    assert planned.loads[columns].to_numpy().tolist() == [
        ["T0001", "", "", "O00001", pytest.approx(900.0), 0.0],
        ["", "groupage", "", "O00001", pytest.approx(50.0), pytest.approx(100.0)],
    ]


def test_lots_share_a_truck_with_loads() -> None:
    case = freight(load("a", weight_kg=600.0), lots=(lot(),))
    planned = plan(case, lane(case), bought={("S", 0): 40.0})
    assert planned.cost == pytest.approx(220)
    assert planned.trips["fill_pct"].tolist() == [pytest.approx(100.0)]


def test_a_lot_may_be_divided_among_trips() -> None:
    case = freight(lots=(lot(most_units=300.0),))
    planned = plan(case, lane(case, copies=3), bought={("S", 0): 250.0})
    assert planned.cost == pytest.approx(3 * 220)
    assert planned.trips["load_kg"].max() <= 1000.0 * (1 + 1e-6)
    assert planned.loads["weight_kg"].sum() == pytest.approx(2500.0)


def test_what_is_not_bought_is_not_carried() -> None:
    case = freight(lots=(lot(),))
    planned = plan(case, lane(case), bought={("S", 0): 0.0})
    assert planned.cost == 0
    assert not len(planned.loads)


def test_a_consignment_is_billed_once_and_its_bill_is_split_by_weight() -> None:
    dear = replace(GROUPAGE, minimum_cost=150.0)
    case = freight(lots=(lot(0), lot(1), lot(2, goods_class="cold")), tariffs=(dear,))
    planned = plan(case, KnownTrips((), complete=False), bought={("S", 0): 1.0, ("S", 1): 4.0, ("S", 2): 2.0})
    assert planned.cost == pytest.approx(150 + 150)  # two classes: two consignments
    assert dict(zip(planned.loads["order"], planned.loads["cost"], strict=True)) == pytest.approx(
        {"O00001": 30.0, "O00002": 120.0, "O00003": 150.0}
    )


def test_the_bill_of_weightless_goods_is_split_by_volume() -> None:
    airy = replace(GROUPAGE, kg_per_m3=100.0)
    lots = (lot(0, unit_kg=0.0, unit_m3=0.1), lot(1, unit_kg=0.0, unit_m3=0.3))
    planned = plan(
        freight(lots=lots, tariffs=(airy,)), KnownTrips((), complete=False), bought={("S", 0): 1.0, ("S", 1): 1.0}
    )
    assert planned.loads["cost"].tolist() == pytest.approx([20.0, 60.0])


def test_a_consignment_is_not_split_between_tariffs() -> None:
    """Dense goods alone would cost 100 by the one tariff, airy goods 3 by the other: together 300 or 303."""
    by_volume = replace(GROUPAGE, tariff="by-volume", breaks=(WeightBreak(0.0, 1.0, 0.0, 0.0),), kg_per_m3=300.0)
    by_weight = replace(GROUPAGE, tariff="by-weight", breaks=(WeightBreak(0.0, 3.0, 0.0, 0.0),))
    case = freight(lots=(lot(0), lot(1, unit_kg=0.1, unit_m3=0.1)), tariffs=(by_volume, by_weight))
    planned = plan(case, KnownTrips((), complete=False), bought={("S", 0): 10.0, ("S", 1): 10.0})
    assert planned.cost == pytest.approx(300.0)
    assert planned.loads["tariff"].tolist() == ["by-volume", "by-volume"]


def test_goods_without_weight_and_volume_still_pay_the_minimum() -> None:
    case = freight(lots=(lot(unit_kg=0.0),), tariffs=(replace(GROUPAGE, minimum_cost=150.0),))
    assert plan(case, KnownTrips((), complete=False), bought={("S", 0): 1.0}).cost == pytest.approx(150.0)


@pytest.mark.parametrize(("due", "on_trip"), [(1, True), (0, False)])
def test_lots_keep_to_their_dates(due: int, on_trip: bool) -> None:
    case = freight(load("a", weight_kg=10.0), lots=(lot(due=due),), tariffs=(replace(GROUPAGE, minimum_cost=300.0),))
    planned = plan(case, lane(case), bought={("S", 0): 50.0})
    assert bool((planned.loads["order"].ne("") & planned.loads["trip"].ne("")).any()) is on_trip


def test_lots_of_barred_classes_do_not_share_a_truck() -> None:
    barred = frozenset({("food", "fuel"), ("fuel", "food")})
    lots = (lot(0, goods_class="food"), lot(1, goods_class="fuel"))
    case = freight(lots=lots, incompatible=barred, tariffs=(replace(GROUPAGE, minimum_cost=1000.0),))
    planned = plan(case, lane(case, copies=2), bought={("S", 0): 40.0, ("S", 1): 40.0})
    assert planned.cost == pytest.approx(2 * 220)
    assert planned.loads.groupby("trip").size().tolist() == [1, 1]


@pytest.mark.parametrize("seed", range(30))
def test_groupage_bills_in_the_model_are_the_cheapest_tariffs(seed: int) -> None:
    draw = random.Random(seed)
    tariffs = tuple(
        replace(
            GROUPAGE,
            tariff=name,
            breaks=tuple(
                WeightBreak(low, draw.uniform(0.1, 2.0) / (1 + low / 300), 0.0, draw.choice([0.0, 40.0]))
                for low in (0.0, 100.0, 400.0)
            ),
            minimum_cost=draw.choice([0.0, 60.0]),
            kg_per_m3=draw.choice([0.0, 250.0]),
        )
        for name in ("t1", "t2")
    )
    lots = tuple(lot(k, unit_kg=draw.choice([1.0, 3.0]), unit_m3=draw.choice([0.0, 0.02])) for k in range(2))
    bought = {("S", k): round(draw.uniform(0.0, 100.0), 3) for k in range(2)}
    case = freight(lots=lots, tariffs=tariffs)
    kg = sum(one.unit_kg * bought["S", one.need] for one in lots)
    m3 = sum(one.unit_m3 * bought["S", one.need] for one in lots)
    expected = cheapest(case, "A", "B", "", kg, m3)
    assert expected is not None
    assert plan(case, KnownTrips((), complete=False), bought=bought).objective == pytest.approx(expected[0], rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_what_rides_and_what_goes_by_groupage_is_divided_at_least_cost(seed: int) -> None:
    """Against a grid over what a single truck carries of two lots; the bill is piecewise straight, so corners do."""
    draw = random.Random(seed)
    breaks = (WeightBreak(0.0, 1.0, 0.0, 0.0), WeightBreak(300.0, 0.5, 0.0, 20.0))
    tariff = replace(GROUPAGE, breaks=breaks, minimum_cost=50.0)
    truck = replace(TRUCK, capacity_kg=draw.choice([300.0, 500.0]), fixed_cost=draw.choice([0.0, 60.0, 150.0]))
    case = freight(lots=(lot(0), lot(1, unit_kg=4.0)), vehicles=(truck,), tariffs=(tariff,))
    bought = {("S", 0): float(draw.randint(0, 60)), ("S", 1): float(draw.randint(0, 60))}
    total = 10.0 * bought["S", 0] + 4.0 * bought["S", 1]
    ways = []
    for kg in itertools.chain([0.0], range(1, int(min(total, truck.capacity_kg)) + 1)):
        rest = cheapest(case, "A", "B", "", total - kg, 0.0)
        assert rest is not None
        ways.append((rest[0] if total - kg > 0 else 0.0) + (truck.fixed_cost + 120.0 if kg else 0.0))
    assert plan(case, lane(case), bought=bought).objective == pytest.approx(min(ways), rel=1e-6, abs=1e-6)


def pool_frames() -> dict[str, pd.DataFrame]:
    days = {"ready_date": "2026-01-05", "due_date": "2026-01-09"}
    shipment = {"member": "M", "origin": "A", "destination": "B", **days}
    return {
        "members": pd.DataFrame([{"member": m, "cluster": "c", "site": "B"} for m in ("M", "N")]),
        "sites": pd.DataFrame([{"site": name, "latitude": 36.0, "longitude": lon} for lon, name in enumerate("AB")]),
        "items": pd.DataFrame([{"item": "x", "unit": "u", "weight_kg": 2.0, "volume_m3": 0.1, "goods_class": "dry"}]),
        "purchases": pd.DataFrame(
            [{"member": m, "item": "x", "quantity": 50.0, "due_date": "2026-01-08"} for m in ("M", "N")]
        ),
        "suppliers": pd.DataFrame(
            [{"supplier": "S", "site": "A", "delivered": False}, {"supplier": "T", "site": "A", "delivered": True}]
        ),
        "offers": pd.DataFrame(
            [
                {"supplier": s, "item": "x", "min_quantity": 0.0, "unit_price": 1, "capacity": 40, "lead_time_days": 2}
                for s in ("S", "T")
            ]
        ),
        "eligibility": pd.DataFrame([{"member": "N", "supplier": "S", "allowed": False}]),
        "shipments": pd.DataFrame(
            [{"shipment": s, "weight_kg": kg, **shipment} for s, kg in (("small", 900.0), ("large", 1500.0))]
        ),
        "vehicles": pd.DataFrame([{"vehicle": "truck", "capacity_kg": 1000.0, "fixed_cost": 1.0, "cost_per_km": 1.0}]),
    }


def test_the_case_of_a_pool_holds_loads_divisible_ones_and_lots_of_eligible_ex_works_offers() -> None:
    case = freight_case(Pool.from_frames(pool_frames(), {"order_date": "2026-01-05"}))
    monday = pd.Timestamp("2026-01-05").toordinal()
    assert [(one.load, one.weight_kg, one.ready, one.due) for one in case.loads] == [
        ("small", 900.0, monday, monday + 4),
    ]
    assert [(one.key, one.unit_kg, one.most_units, one.ready, one.due) for one in case.divisible] == [
        ("large", 1500.0, 1.0, monday, monday + 4),
    ]
    assert case.lots == (
        Lot("S", case.lots[0].need, "M", "x", "A", "B", 2.0, 0.1, 0.0, 40.0, monday + 2, monday + 3, "dry"),
    )
    assert case.vehicle("truck").capacity_kg == 1000.0


def test_incompatible_classes_are_so_both_ways_round() -> None:
    pairs = pd.DataFrame({"goods_class": ["dry"], "other_class": ["wet"]})
    case = freight_case(Pool.from_frames({**pool_frames(), "compatibility": pairs}, {"order_date": "2026-01-05"}))
    assert [case.may_share(*two) for two in (("dry", "wet"), ("wet", "dry"), ("dry", "dry"), ("", "wet"))] == [
        False,
        False,
        True,
        True,
    ]


def test_a_restricted_pool_keeps_the_shape_of_its_members_loads() -> None:
    pool = Pool.from_frames(pool_frames(), {"order_date": "2026-01-05"})
    assert freight_case(pool.restrict(["M"])).loads == freight_case(pool).loads
    assert freight_case(pool.restrict(["N"])).loads == ()
