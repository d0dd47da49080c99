"""Three pools with a complete right plan each, worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.demand import Pool
from clusterpool.plan import PART_COLUMNS, PLAN_COLUMNS, Plan
from clusterpool.solver import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Market:
    """A pool as frames and settings."""

    frames: Frames
    settings: dict[str, Any]

    @cached_property
    def pool(self) -> Pool:
        return Pool.from_frames(self.frames, self.settings)


@dataclass(frozen=True, eq=False)
class RightPlan:
    """A pool, and the rows of a plan for it."""

    market: Market
    tables: Frames

    @property
    def pool(self) -> Pool:
        return self.market.pool

    @property
    def plan(self) -> Plan:
        return plan_of(self.tables)

    def with_frames(self, **frames: pd.DataFrame) -> RightPlan:
        """The same plan in another market."""
        return replace(self, market=replace(self.market, frames={**self.market.frames, **frames}))

    def with_settings(self, **settings: object) -> RightPlan:
        """The same plan under other settings."""
        return replace(self, market=replace(self.market, settings={**self.market.settings, **settings}))

    def with_tables(self, **tables: pd.DataFrame) -> RightPlan:
        """Other rows in the same market."""
        return replace(self, tables={**self.tables, **tables})


def plan_of(tables: Mapping[str, pd.DataFrame], **changes: Any) -> Plan:
    """A plan of the given rows, its parts added up and its bound its cost, unless `changes` say otherwise."""
    of_items = tables["unmet"]["item"].astype(bool)
    buying = tables["orders"]["cost"].sum() + tables["charges"]["cost"].sum() + tables["unmet"]["cost"][of_items].sum()
    carrying = tables["trips"]["cost"].sum() + tables["loads"]["cost"].sum() + tables["unmet"]["cost"][~of_items].sum()
    parts = [("purchases", buying, buying, buying), ("freight", carrying, carrying, carrying)]
    given = {
        "status": Status.OPTIMAL,
        "bound": buying + carrying,
        "parts": pd.DataFrame(parts, columns=[*PART_COLUMNS]),
    }
    return Plan(**{**given, **tables, **changes})


def _rows(table: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*PLAN_COLUMNS[table]])


def _plan_tables(**tables: pd.DataFrame) -> Frames:
    return {name: tables.get(name, _rows(name)) for name in PLAN_COLUMNS}


def buying() -> RightPlan:
    """Breaks, a multiple with surplus, an incremental rebate, a regulated item, an outside source, an unmet need.

    Film: 40 + 25 needed, in tens, so 70 at the break price 9.00: spend 630, of which 4 % of the part above 500, 5.20,
    come back: 0.82540 %. Fuel is regulated: 100 x 31, no rebate. Tape comes from outside: 10 x 3. Glue is sold from 100
    on at 50; the need for 4 is left unmet at 3 x 50 a unit. Order cost 200. In all
    630 - 5.20 + 3100 + 30 + 600 + 200 = 4554.80.
    """
    frames = {
        "members": pd.DataFrame({"member": ["A", "B"], "cluster": "C", "site": "Alger"}),
        "items": pd.DataFrame({"item": ["film", "fuel", "glue", "tape"], "unit": "pc"}),
        "purchases": pd.DataFrame(
            {
                "member": ["A", "A", "A", "B", "B"],
                "item": ["film", "fuel", "glue", "film", "tape"],
                "quantity": [40.0, 100.0, 4.0, 25.0, 10.0],
                "max_unit_price": [None, None, None, None, 3.0],
            }
        ),
        "suppliers": pd.DataFrame(
            {"supplier": ["S1", "S2"], "order_cost": [200.0, None], "min_order_value": [1000.0, None]}
        ),
        "offers": pd.DataFrame(
            {
                "supplier": ["S1", "S1", "S1", "S2"],
                "item": ["film", "film", "fuel", "glue"],
                "min_quantity": [0.0, 60.0, 0.0, 100.0],
                "unit_price": [10.0, 9.0, 31.0, 50.0],
                "order_multiple": [10.0, 10.0, None, None],
                "capacity": [90.0, 90.0, None, None],
                "price_kind": ["free", "free", "regulated", "free"],
            }
        ),
        "rebates": pd.DataFrame(
            {
                "supplier": ["S1", "S1"],
                "min_spend": [500.0, 5000.0],
                "rebate_pct": [4.0, 9.0],
                "discount": "incremental",
            }
        ),
    }
    kept = 1.0 - 5.2 / 630.0
    pct = 100.0 * 5.2 / 630.0
    orders = _rows(
        "orders",
        ("O1", "surplus", "S1", "film", "", "", 5.0, 9.0, pct, 45.0 * kept),
        ("O2", "supply", "S1", "film", "A", "Alger", 40.0, 9.0, pct, 360.0 * kept),
        ("O3", "supply", "S1", "fuel", "A", "Alger", 100.0, 31.0, 0.0, 3100.0),
        ("O4", "supply", "S1", "film", "B", "Alger", 25.0, 9.0, pct, 225.0 * kept),
        ("O5", "outside", "", "tape", "B", "Alger", 10.0, 3.0, 0.0, 30.0),
    )
    charges = _rows("charges", ("order_cost", "S1", "", 200.0))
    unmet = _rows("unmet", ("purchase", "A", "glue", "", 4.0, "dearer than unmet", "S2", 600.0))
    return RightPlan(Market(frames, {}), _plan_tables(orders=orders, charges=charges, unmet=unmet))


def two_suppliers() -> RightPlan:
    """As `buying`, but the 4 glue are bought, and 96 more for the least quantity of 100: 5000 instead of 600."""
    right = buying()
    glue = _rows(
        "orders",
        ("O6", "surplus", "S2", "glue", "", "", 96.0, 50.0, 0.0, 4800.0),
        ("O7", "supply", "S2", "glue", "A", "Alger", 4.0, 50.0, 0.0, 200.0),
    )
    orders = pd.concat([right.tables["orders"], glue], ignore_index=True)
    return right.with_tables(orders=orders, unmet=_rows("unmet"))


def carrying() -> RightPlan:
    """A trip with two loads, groupage, and a shipment larger than the truck, a third of which stays behind.

    P to Q: 100 km, 2 h, toll 50; Q to R: 240 km, 4 h at 60 km/h. The truck P-Q-R is in Q after 1 + 2 = 3 h and in R
    after 3 + 1 + 4 = 8 h, on the stroke of the first day of 8 h. It pays 340 km + half of the 340 km back = 510 km:
    5000 + 30 x 510 + 3 x 200 + tolls 2 x 50 = 21000, and emits 0.8 x 510 = 408 kg, shared as 6 t x 340 km to
    4 t x 100 km. X3: 2 m3 count as 500 kg, 0.05 x 500 x 340 = 8500. X4: 24 t in three parts of 8 t (the truck
    takes 10 t), each 0.03 x 8000 x 200 (least distance) = 48000; a part left behind
    3 x (5000 + 30 x 150 + 400 + 100) = 30000.
    """
    frames = {
        "members": pd.DataFrame({"member": ["A", "B"], "cluster": "C", "site": ["P", "Q"]}),
        "sites": pd.DataFrame({"site": ["P", "Q", "R"], "latitude": [36.0, 36.2, 35.0], "longitude": [3.0, 4.0, 6.0]}),
        "roads": pd.DataFrame(
            {
                "origin": ["P", "R"],
                "destination": ["Q", "Q"],
                "distance_km": [100.0, 240.0],
                "duration_h": [2.0, None],
                "toll": [50.0, None],
            }
        ),
        "shipments": pd.DataFrame(
            {
                "shipment": ["X1", "X2", "X3", "X4"],
                "member": ["A", "B", "A", "B"],
                "origin": ["P", "P", "R", "Q"],
                "destination": ["R", "Q", "P", "P"],
                "weight_kg": [6000.0, 4000.0, 300.0, 24000.0],
                "volume_m3": [20.0, 10.0, 2.0, None],
                "goods_class": ["food", "", "", "dry"],
                "ready_date": "2026-03-02",
                "due_date": ["2026-03-02", "2026-03-04", "2026-03-04", "2026-03-04"],
            }
        ),
        "vehicles": pd.DataFrame(
            {
                "vehicle": ["truck"],
                "capacity_kg": 10000.0,
                "capacity_m3": 40.0,
                "fixed_cost": 5000.0,
                "cost_per_km": 30.0,
                "cost_per_stop": 200.0,
                "max_stops": 3,
                "speed_kmh": 60.0,
                "empty_return_pct": 50.0,
                "kg_co2e_per_km": 0.8,
                "available": 1,
                "goods_classes": "dry|food",
            }
        ),
        "tariffs": pd.DataFrame(
            {
                "tariff": "G",
                "min_weight_kg": [0.0, 1000.0],
                "cost_per_kg_km": [0.05, 0.03],
                "minimum_cost": 1500.0,
                "kg_per_m3": 250.0,
                "min_distance_km": 200.0,
                "kg_co2e_per_tonne_km": 0.1,
            }
        ),
    }
    day = pd.Timestamp("2026-03-02")
    trips = _rows("trips", ("T1", "truck", day, "P|Q|R", 340.0, 21000.0, 10000.0, 100.0, 408.0))
    loads = _rows(
        "loads",
        ("T1", "", 1, 3, "P", "R", "X1", "", "A", 6000.0, 20.0, 0.0, 0.0, 408.0 * 2040.0 / 2440.0),
        ("T1", "", 1, 2, "P", "Q", "X2", "", "B", 4000.0, 10.0, 0.0, 0.0, 408.0 * 400.0 / 2440.0),
        ("", "G", None, None, "R", "P", "X3", "", "A", 300.0, 2.0, 0.0, 8500.0, 10.2),
        ("", "G", None, None, "Q", "P", "X4", "", "B", 16000.0, 0.0, 0.0, 96000.0, 160.0),
    )
    unmet = _rows("unmet", ("shipment", "B", "", "X4", 1.0 / 3.0, "dearer than unmet", "", 30000.0))
    settings = {"driving_hours_per_day": 8.0, "hours_per_stop": 1.0, "max_trip_days": 1}
    return RightPlan(Market(frames, settings), _plan_tables(trips=trips, loads=loads, unmet=unmet))


def ex_works() -> RightPlan:
    """Goods of a supplier that does not deliver: a part on a van, the rest as one groupage consignment.

    A needs 500 boxes (2 kg, 0.01 m3 each, at 10) and 100 jars (1 kg, 0.002 m3, at 5) in Q; both are in P one day after
    the order. The van takes 400 boxes = 800 kg on 3 March: 1000 + 10 x 100 km + toll 50 = 2050. What is left weighs
    200 + 100 kg and measures 1.0 + 0.2 m3 = 300 kg at 250 kg a m3: 0.05 x 300 x 200 km = 3000, split 2 to 1 by weight.
    """
    base = carrying().market.frames
    frames = {
        "members": base["members"].assign(site=["Q", "P"]),
        "sites": base["sites"],
        "roads": base["roads"],
        "tariffs": base["tariffs"],
        "items": pd.DataFrame(
            {"item": ["box", "jar"], "unit": "pc", "weight_kg": [2.0, 1.0], "volume_m3": [0.01, 0.002]}
        ),
        "purchases": pd.DataFrame(
            {"member": "A", "item": ["box", "jar"], "quantity": [500.0, 100.0], "due_date": "2026-03-04"}
        ),
        "suppliers": pd.DataFrame({"supplier": ["E"], "site": "P", "delivered": False}),
        "offers": pd.DataFrame(
            {
                "supplier": "E",
                "item": ["box", "jar"],
                "min_quantity": 0.0,
                "unit_price": [10.0, 5.0],
                "lead_time_days": 1,
            }
        ),
        "vehicles": pd.DataFrame({"vehicle": ["van"], "capacity_kg": 800.0, "fixed_cost": 1000.0, "cost_per_km": 10.0}),
    }
    orders = _rows(
        "orders",
        ("O1", "supply", "E", "box", "A", "Q", 500.0, 10.0, 0.0, 5000.0),
        ("O2", "supply", "E", "jar", "A", "Q", 100.0, 5.0, 0.0, 500.0),
    )
    trips = _rows("trips", ("T1", "van", pd.Timestamp("2026-03-03"), "P|Q", 100.0, 2050.0, 800.0, 100.0, 0.0))
    loads = _rows(
        "loads",
        ("T1", "", 1, 2, "P", "Q", "", "O1", "A", 800.0, 4.0, 0.0, 0.0, 0.0),
        ("", "G", None, None, "P", "Q", "", "O1", "A", 200.0, 1.0, 0.0, 2000.0, 2.0),
        ("", "G", None, None, "P", "Q", "", "O2", "A", 100.0, 0.2, 0.0, 1000.0, 1.0),
    )
    return RightPlan(
        Market(frames, {"order_date": "2026-03-02"}), _plan_tables(orders=orders, trips=trips, loads=loads)
    )
