"""Results and games that plots are drawn of in tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clusterpool.allocation import CostGame, Rule, allocate
from clusterpool.report.tables import from_records
from tests.report_case import plan, result

Table = dict[tuple[str, ...], float]
ALONE: Table = {("A",): 60.0, ("B",): 65.0, ("C",): 70.0}
PAIRS: Table = {("A", "B"): 105.0, ("A", "C"): 109.0, ("B", "C"): 120.0}
GAME = CostGame.from_table({**ALONE, **PAIRS, ("A", "B", "C"): 145.0})
TRIPS = [
    ("T1", "van", "2026-03-02", "Alger|Oran", 400.0, 100.0, 300.0, 60.0, 80.0),
    ("T2", "semi", "2026-03-03", "Oran|Alger|Oran", 800.0, 100.0, 300.0, 100.0, 80.0),
]
TRIP_COLUMNS = ("trip", "vehicle", "day", "stops", "distance_km", "cost", "load_kg", "fill_pct", "kg_co2e")


def with_trips() -> Any:
    trips = from_records("trips", [dict(zip(TRIP_COLUMNS, row, strict=True)) for row in TRIPS])
    return result(plan=plan(trips=trips))


def with_game() -> Any:
    """The result made by hand with a game that knows all coalitions."""
    case = result()
    alone: Table = {("A",): 700.0, ("B",): 600.0, ("=C",): 33.333}
    pairs: Table = {("A", "B"): 1090.0, ("=C", "A"): 733.333, ("=C", "B"): 633.333}
    table = {**alone, **pairs, ("=C", "A", "B"): 1123.333}
    return replace(case, allocation=allocate(CostGame.from_table(table), Rule.SHAPLEY))


PEOPLE = {"member": ["A", "B", "C"], "cluster": ["c", "d", "d"], "site": ["Oran", "Blida", "Alger"]}
NEEDS = {"member": ["A", "B", "C"], "item": "film", "quantity": [50, 60, 10]}
OFFERS = {"supplier": "S", "item": "film", "min_quantity": [1, 100], "unit_price": [10.0, 8.0]}
LOADS = {
    "shipment": ["1", "2"],
    "member": ["A", "B"],
    "origin": ["Oran", "Blida"],
    "destination": ["Blida", "Oran"],
    "weight_kg": [5000, 4000],
    "ready_date": "2026-03-02",
    "due_date": "2026-03-04",
}
TRUCK = {"vehicle": ["truck"], "capacity_kg": [10000], "fixed_cost": [1000], "cost_per_km": [50.0]}
EDGES: dict[str, dict[str, Any]] = {
    "one member": {
        "members": {name: cells[:1] for name, cells in PEOPLE.items()},
        "purchases": {"member": ["A"], "item": "film", "quantity": 50},
        "offers": OFFERS,
    },
    "no freight": {"members": PEOPLE, "purchases": NEEDS, "offers": OFFERS},
    "no purchases": {"members": PEOPLE, "shipments": LOADS, "vehicles": TRUCK},
    "unmet needs": {"members": PEOPLE, "purchases": NEEDS, "offers": {**OFFERS, "capacity": 70}},
    "nothing gained": {"members": PEOPLE, "purchases": NEEDS, "offers": {**OFFERS, "unit_price": 10.0}},
}
