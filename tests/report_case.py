"""A small result made by hand, with its figures worked out in the comments."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from clusterpool.allocation import Allocation, Clause, CoalitionCost, CoreReport, CoreStatus, CostGame, Point, Rule
from clusterpool.demand import Pool
from clusterpool.freight.trips import KnownTrips, Ride, Trip
from clusterpool.plan import PART_COLUMNS, PLAN_COLUMNS, Plan
from clusterpool.report import (
    CLUSTER_COLUMNS,
    COALITION_COLUMNS,
    MEMBER_COLUMNS,
    SETTLEMENT_COLUMNS,
    Result,
)
from clusterpool.report.tables import from_records
from clusterpool.solver import SolveOptions, Status

FRAMES = {
    "members": pd.DataFrame(
        {
            "member": ["A", "B", "=C"],
            "cluster": ["east|west", "east", "west"],
            "site": ["Alger", "Alger", "Oran"],
            "name": ["Atelier des Amandiers", "Briqueterie", "Conserves, Cie"],
        }
    ),
    "items": pd.DataFrame({"item": ["film"], "unit": ["roll"]}),
    "purchases": pd.DataFrame(
        {"member": ["A", "B"], "item": "film", "quantity": [60, 50], "current_unit_price": [12.5, math.nan]}
    ),
    "suppliers": pd.DataFrame({"supplier": ["S"], "site": ["Alger"], "order_cost": [100]}),
    "offers": pd.DataFrame({"supplier": "S", "item": "film", "min_quantity": [0, 100], "unit_price": [10, 9]}),
    "shipments": pd.DataFrame(
        {
            "shipment": ["s1"],
            "member": ["=C"],
            "origin": ["Alger"],
            "destination": ["Oran"],
            "weight_kg": [100],
            "ready_date": ["2026-03-02"],
            "due_date": ["2026-03-04"],
        }
    ),
    "tariffs": pd.DataFrame({"tariff": ["T"], "min_weight_kg": [0], "cost_per_kg": [0.33333]}),
    "roads": pd.DataFrame({"origin": ["Alger"], "destination": ["Oran"], "distance_km": [400]}),
}

THIRD = 33.333  # 100 kg x 0.33333
COST = 990.0 + 100.0 + THIRD  # 110 rolls at 9, one order cost, one groupage consignment

_COALITIONS = [
    ("=C", THIRD, THIRD, 0.0, THIRD),
    ("A", 700.0, 700.0, 700.0, 0.0),
    ("B", 600.0, -math.inf, 600.0, 0.0),
    ("=C|A|B", COST, 1085.0, 1090.0, THIRD),
]


def pool() -> Pool:
    return Pool.from_frames(FRAMES, {"name": "test", "language": "en"})


def _frame(columns: tuple[str, ...], rows: list[tuple[Any, ...]], table: str) -> pd.DataFrame:
    return from_records(table, [dict(zip(columns, row, strict=True)) for row in rows])


def plan(**changes: Any) -> Plan:
    rows: dict[str, list[tuple[Any, ...]]] = {
        "orders": [
            ("O00001", "supply", "S", "film", "A", "Alger", 60.0, 9.0, 0.0, 540.0),
            ("O00002", "supply", "S", "film", "B", "Alger", 50.0, 9.0, 0.0, 450.0),
        ],
        "trips": [],
        # kg CO2e: 0.1 t x 400 km x 0.122
        "loads": [("", "T", None, None, "Alger", "Oran", "s1", "", "=C", 100.0, 0.0, 0.0, THIRD, 4.88)],
        "charges": [("order_cost", "S", "", 100.0)],
        "unmet": [],
    }
    parts = [("purchases", 1090.0, 1085.0, 1085.0), ("freight", THIRD, 0.0, THIRD)]
    tables: dict[str, Any] = {name: _frame(PLAN_COLUMNS[name], rows[name], name) for name in PLAN_COLUMNS}
    fields = {"status": Status.FEASIBLE, "bound": 1085.0, "parts": _frame(PART_COLUMNS, parts, "parts"), **tables}
    return Plan(**{**fields, **changes})


def result(**changes: Any) -> Result:
    """A and B save 210 together (700 + 600 alone, 1090 in the pool), Shapley: 105 each; =C saves nothing."""
    members = [
        ("=C", "west", None, THIRD, THIRD, 0.0, 0.0, 0.0, 0.0, None, 0.0, True, 3),
        ("A", "east", 750.0, 700.0, 595.0, 105.0, 15.0, 105.0, 0.0, 50.0, 105.0, True, 1),
        ("B", "east", None, 600.0, 495.0, 105.0, 17.5, 105.0, 0.0, None, 105.0, True, 2),
    ]
    clusters = [
        ("east", 2, None, 1300.0, 1090.0, 210.0, 100 * 210 / 1300, 210.0, 0.0, None, 210.0, True, 1),
        ("west", 1, None, THIRD, THIRD, 0.0, 0.0, 0.0, 0.0, None, 0.0, True, 2),
    ]
    # A advanced 540 of 595, B 450 of 495, =C all of its share
    settlement = [("A", "POOL", 55.0), ("B", "POOL", 45.0)]
    fields: dict[str, Any] = {
        "pool": pool(),
        "plan": plan(),
        "members": _frame(MEMBER_COLUMNS, members, "members"),
        "clusters": _frame(CLUSTER_COLUMNS, clusters, "clusters"),
        "settlement": _frame(SETTLEMENT_COLUMNS, settlement, "settlement"),
        "coalitions": pd.DataFrame(_COALITIONS, columns=list(COALITION_COLUMNS)),
        "allocation": allocation(),
        "known_trips": KnownTrips(
            (Trip("van", 739_312, ("Alger", "Oran"), (Ride("s1", 0, 1), Ride(("S", 0), 0, 1))),), complete=False
        ),
        "options": SolveOptions(gap=0.01, time_limit_s=None, seed=7),
        "reproducible": True,
    }
    return Result(**{**fields, **changes})


def allocation(status: CoreStatus = CoreStatus.UNDECIDED, excess_bound: float = math.inf) -> Allocation:
    worst: tuple[str, ...] = ("=C",)
    return Allocation(
        rule=Rule.SHAPLEY,
        shares={"=C": THIRD, "A": 595.0, "B": 495.0},
        core=CoreReport(status, worst, 0.0, excess_bound),
        standard_error={"=C": 0.0, "A": 0.0, "B": 0.0},
        why=(Clause.of(Point.ASKED_FOR, rule="shapley"),),
        solves=4,
        game=CostGame.from_table({tuple(name.split("|")): CoalitionCost(*costs) for name, *costs in _COALITIONS}),
    )
