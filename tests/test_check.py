"""The independent checker accepts right plans, worked out by hand."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import clusterpool.check as check_room
from clusterpool.check import CHECK_COLUMNS, check_plan
from clusterpool.check.roads import Geography
from clusterpool.demand import Pool
from clusterpool.errors import RouteError
from tests.oracles.right_plans import RightPlan, buying, carrying, ex_works, plan_of, two_suppliers

if TYPE_CHECKING:
    from collections.abc import Callable

RIGHT = pytest.mark.parametrize("make", [buying, two_suppliers, carrying, ex_works], ids=lambda make: make.__name__)


@RIGHT
def test_a_right_plan_passes(make: Callable[[], RightPlan]) -> None:
    right = make()
    result = check_plan(right.pool, right.plan)
    assert result.ok, str(result)
    assert result.problems.columns.tolist() == list(CHECK_COLUMNS)
    assert "no difference" in str(result)


def test_costs_of_the_right_plans_are_those_of_their_hand_calculation() -> None:
    costs = [right.plan.cost for right in (buying(), two_suppliers(), carrying(), ex_works())]
    assert costs == pytest.approx([4554.8, 8954.8, 155_500.0, 5500.0 + 2050.0 + 3000.0], abs=1e-9)


@RIGHT
def test_a_plan_read_back_from_files_passes(make: Callable[[], RightPlan], tmp_path: Path) -> None:
    right = make()
    tables = {}
    for name, frame in right.tables.items():
        money = {column: frame[column].round(2) for column in ("cost", "unit_price", "rebate_pct") if column in frame}
        frame.assign(**money).to_csv(tmp_path / f"{name}.csv", index=False, date_format="%Y-%m-%d")
        tables[name] = pd.read_csv(tmp_path / f"{name}.csv")
    plan = plan_of({**tables, "unmet": tables["unmet"].assign(item=tables["unmet"]["item"].astype(object).fillna(""))})
    assert check_plan(right.pool, plan, cents=True).ok


def test_rounded_money_needs_to_be_declared() -> None:
    right = buying()
    orders = right.tables["orders"]
    plan = plan_of({**right.tables, "orders": orders.assign(cost=orders["cost"].round(2))})
    assert not check_plan(right.pool, plan).ok
    assert check_plan(right.pool, plan, cents=True).ok
    wrong = plan_of({**right.tables, "orders": orders.assign(cost=orders["cost"] + 0.02)})
    assert not check_plan(right.pool, wrong, cents=True).ok


def test_tables_that_are_no_plan_are_named() -> None:
    right = buying()
    plan = plan_of({**right.tables, "trips": pd.DataFrame({"trip": [], "cost": []})})
    problems = check_plan(right.pool, plan).problems
    assert problems["table"].tolist() == ["trips"]
    assert "columns" in problems["problem"][0]


def test_problems_name_row_and_figures() -> None:
    right = buying()
    orders = right.tables["orders"].copy()
    orders.loc[2, "cost"] = 3000.0
    problems = check_plan(right.pool, plan_of({**right.tables, "orders": orders})).problems
    row = problems[problems["column"] == "cost"].iloc[0]
    assert (row["table"], row["row"], row["expected"], row["found"]) == ("orders", 4, "3100", "3000")


def test_roads_are_two_way_unless_both_ways_are_given_and_ties_go_to_the_quicker() -> None:
    roads = pd.DataFrame(
        [
            ("P", "Q", 100.0, 2.0, None),
            ("Q", "P", 130.0, 3.0, None),
            ("Q", "S", 100.0, None, None),
            ("P", "R", 100.0, 1.0, 7.0),
            ("R", "S", 100.0, 1.5, None),
        ],
        columns=["origin", "destination", "distance_km", "duration_h", "toll"],
    )
    base = carrying().market.frames
    sites = pd.DataFrame({"site": list("PQRSZ"), "latitude": 36.0, "longitude": [3.0, 3.1, 3.2, 3.3, 3.4]})
    shipments = base["shipments"].iloc[[1]]
    geography = Geography(Pool.from_frames({**base, "sites": sites, "roads": roads, "shipments": shipments}))
    assert (geography.way("P", "Q").km, geography.way("Q", "P").km, geography.way("R", "P").km) == (100.0, 130.0, 100.0)
    # P-Q-S takes 2 h + 100 km untimed (at 60 km/h 1.67 h), P-R-S 2.5 h: of 200 km both.
    assert geography.way("P", "S").toll == 7.0
    assert geography.way("P", "S").hours(50.0) == 2.5
    with pytest.raises(RouteError, match="no road"):
        geography.way("P", "Z")


def test_without_roads_the_great_circle_counts() -> None:
    base = {name: frame for name, frame in carrying().market.frames.items() if name != "roads"}
    sites = pd.DataFrame({"site": ["P", "Q", "R"], "latitude": [0.0, 0.0, 90.0], "longitude": [0.0, 90.0, 0.0]})
    geography = Geography(Pool.from_frames({**base, "sites": sites}, {"circuity": 1.5, "max_trip_days": 60}))
    quarter = 6371.0 * 3.141592653589793 / 2 * 1.5  # a quarter of the circle
    assert geography.way("P", "Q").km == pytest.approx(quarter, rel=1e-12)
    assert geography.way("R", "P").km == pytest.approx(quarter, rel=1e-12)


def test_the_checker_shares_no_code_with_the_model() -> None:
    allowed = {"clusterpool.check", "clusterpool.errors", "clusterpool.demand", "clusterpool.plan"}
    for path in Path(str(check_room.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                own = name.split(".")[0] == "clusterpool"
                assert not own or ".".join(name.split(".")[:2]) in allowed, f"{path.name} imports {name}"
                assert name.split(".")[0] not in {"pulp", "highspy", "networkx", "scipy", "pyvrp"}, path.name
