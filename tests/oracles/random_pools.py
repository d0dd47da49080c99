"""Seeded small pools of every kind, as frames and settings for `Pool.from_frames`."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Draft:
    """A pool before it is read: frames under their tables' names, and settings."""

    frames: dict[str, pd.DataFrame]
    settings: dict[str, Any] = field(default_factory=dict)


def buying_draft(seed: int) -> Draft:
    """2-4 members, 2-4 items, 2-3 suppliers with every kind of break, rebate, minimum, multiple, capacity and rule."""
    rng = np.random.default_rng(seed)
    members = [f"M{k}" for k in range(rng.integers(2, 5))]
    items = [f"I{k}" for k in range(rng.integers(2, 5))]
    suppliers = [f"S{k}" for k in range(rng.integers(2, 4))]
    base = {item: float(rng.integers(20, 200)) for item in items}
    offers = _offers(rng, suppliers, items, base)
    tables = {
        "members": [{"member": m, "cluster": f"C{k % 2}", "site": "Alger"} for k, m in enumerate(members)],
        "items": [{"item": item, "unit": "pc"} for item in items],
        "purchases": _purchases(rng, members, items, base),
        "suppliers": _suppliers(rng, suppliers),
        "offers": offers,
        "rebates": _rebates(rng, suppliers),
        "eligibility": [
            {"member": m, "supplier": s, "allowed": False} for m in members for s in suppliers if rng.random() < 0.08
        ],
        "rules": _rules(rng, items, suppliers),
    }
    factor = float(rng.choice([1.5, 2.0, 3.0]))
    return Draft(_frames(tables), {"shortage_factor": factor})


def _purchases(rng: np.random.Generator, members: Sequence[str], items: Sequence[str], base: dict[str, float]) -> Rows:
    rows: Rows = []
    for member in members:
        chosen = [item for item in items if rng.random() < 0.65] or [items[0]]
        for item in chosen:
            row: dict[str, Any] = {"member": member, "item": item, "quantity": _quantity(rng)}
            row["current_unit_price"] = round(base[item] * rng.uniform(1.0, 1.4), 2)
            if rng.random() < 0.2:
                row["max_unit_price"] = round(base[item] * rng.uniform(0.85, 1.3), 2)
            rows.append(row)
    return rows


def _quantity(rng: np.random.Generator) -> float:
    quantity = rng.integers(2, 60) if rng.random() < 0.7 else rng.uniform(2.0, 60.0)
    return round(float(quantity), 2)


def _suppliers(rng: np.random.Generator, suppliers: Sequence[str]) -> Rows:
    rows: Rows = []
    for supplier in suppliers:
        row: dict[str, Any] = {"supplier": supplier}
        if rng.random() < 0.6:
            row["order_cost"] = float(rng.integers(20, 800))
        if rng.random() < 0.35:
            row["min_order_value"] = float(rng.integers(500, 4000))
        if rng.random() < 0.3:
            row["capacity_value"] = row.get("min_order_value", 0.0) + float(rng.integers(3000, 12000))
        rows.append(row)
    return rows


def _offers(rng: np.random.Generator, suppliers: Sequence[str], items: Sequence[str], base: dict[str, float]) -> Rows:
    rows: Rows = []
    for item in items:
        chosen = [supplier for supplier in suppliers if rng.random() < 0.8] or [suppliers[0]]
        for supplier in chosen:
            rows += _offer(rng, supplier, item, base[item] * rng.uniform(0.85, 1.15))
    return rows


def _offer(rng: np.random.Generator, supplier: str, item: str, price: float) -> Rows:
    head: dict[str, Any] = {
        "supplier": supplier,
        "item": item,
        "discount": str(rng.choice(["all_units", "incremental"])),
    }
    regulated = rng.random() < 0.12
    head["price_kind"] = "regulated" if regulated else "free"
    if rng.random() < 0.3:
        head["capacity"] = float(rng.integers(30, 120))
    if rng.random() < 0.25:
        head["order_multiple"] = float(rng.choice([2.5, 5.0, 6.0, 12.0]))
    floor = float(rng.integers(3, 25)) if rng.random() < 0.35 else 0.0
    rows: Rows = []
    for _ in range(1 if regulated else int(rng.integers(1, 5))):
        rows.append({**head, "min_quantity": floor, "unit_price": round(price, 2)})
        floor += float(rng.integers(8, 50))
        # Prices that rise with quantity only where the cost stays continuous: an all-units jump up has no least cost.
        rising = head["discount"] == "incremental" and rng.random() < 0.1
        price *= rng.uniform(1.02, 1.1) if rising else rng.uniform(0.82, 0.99)
    return rows


def _rebates(rng: np.random.Generator, suppliers: Sequence[str]) -> Rows:
    rows: Rows = []
    for supplier in suppliers:
        if rng.random() < 0.45:
            continue
        discount = str(rng.choice(["all_units", "incremental"]))
        floor, pct = float(rng.choice([0.0, 500.0, 1500.0])), float(rng.integers(1, 5))
        for _ in range(int(rng.integers(1, 4))):
            rows.append({"supplier": supplier, "min_spend": floor, "rebate_pct": pct, "discount": discount})
            floor += float(rng.integers(500, 4000))
            pct += float(rng.integers(1, 5))
    return rows


def _rules(rng: np.random.Generator, items: Sequence[str], suppliers: Sequence[str]) -> Rows:
    item, supplier = f"item:{rng.choice(list(items))}", f"supplier:{rng.choice(list(suppliers))}"
    known = [
        ("max_suppliers", "", 2.0),
        ("max_suppliers", item, 1.0),
        ("min_suppliers", "", 2.0),
        ("min_suppliers", item, 2.0),
        ("max_share_pct", item, 60.0),
        ("min_share_pct", item, 25.0),
        ("max_share_pct", supplier, 55.0),
        ("min_share_pct", supplier, 30.0),
    ]
    chosen = rng.choice(len(known), size=int(rng.choice([0, 0, 1, 1, 2])), replace=False)
    if {1, 3} <= set(chosen) or {1, 4} <= set(chosen):  # one supplier at most, and more than one: refused on reading
        chosen = chosen[:1]
    return [{"rule": known[k][0], "scope": known[k][1], "value": known[k][2]} for k in sorted(chosen.tolist())]


def shipping_draft(seed: int) -> Draft:
    """1-4 shipments of two or three members, with vehicles, tariffs, windows, classes, and roads or coordinates."""
    rng = np.random.default_rng(10_000 + seed)
    sites = [f"P{k}" for k in range(rng.integers(3, 6))]
    members = [f"M{k}" for k in range(rng.integers(2, 4))]
    shipments = [_shipment(rng, k, members, sites) for k in range(rng.integers(1, 5))]
    vehicles = [_vehicle(rng, k) for k in range(rng.integers(1, 4))]
    tariffs = _tariffs(rng) if rng.random() < 0.7 else []
    if not tariffs:  # what nothing can carry in time is refused on reading
        shipments = [shipment | {"due_date": "2026-03-14", "goods_class": ""} for shipment in shipments]
    tables = {
        "members": [{"member": m, "cluster": "C", "site": sites[0]} for m in members],
        "sites": [_site(rng, site) for site in sites],
        "shipments": shipments,
        "vehicles": vehicles,
        "tariffs": tariffs,
        "roads": _roads(rng, sites) if rng.random() < 0.6 else [],
        "compatibility": [{"goods_class": "food", "other_class": "chemical"}] if rng.random() < 0.6 else [],
    }
    settings = {
        "max_trip_days": int(rng.integers(1, 4)) if tariffs else 6,
        "hours_per_stop": float(rng.choice([0.5, 1.0, 2.0])),
        "driving_hours_per_day": float(rng.choice([8.0, 9.0])),
        "circuity": 1.25,
    }
    return Draft(_frames(tables), settings)


def _site(rng: np.random.Generator, site: str) -> dict[str, Any]:
    latitude, longitude = rng.uniform(34.5, 36.8), rng.uniform(0.0, 6.0)
    return {"site": site, "latitude": round(float(latitude), 4), "longitude": round(float(longitude), 4)}


def _shipment(rng: np.random.Generator, k: int, members: Sequence[str], sites: Sequence[str]) -> dict[str, Any]:
    origin, destination = rng.choice(len(sites), size=2, replace=bool(rng.random() < 0.05))
    ready = int(rng.integers(0, 3))
    kg = float(rng.integers(200, 9000)) if rng.random() < 0.85 else float(rng.integers(9000, 30000))
    row: dict[str, Any] = {
        "shipment": f"X{k}",
        "member": str(rng.choice(list(members))),
        "origin": sites[origin],
        "destination": sites[destination],
        "weight_kg": kg,
        "volume_m3": round(kg / float(rng.integers(150, 500)), 2),
        "goods_class": str(rng.choice(["", "", "food", "chemical"])),
        "ready_date": f"2026-03-{2 + ready:02d}",
        "due_date": f"2026-03-{2 + ready + int(rng.integers(0, 4)):02d}",
    }
    if rng.random() < 0.5:
        row["pallets"] = float(rng.integers(1, 12))
    return row


def _vehicle(rng: np.random.Generator, k: int) -> dict[str, Any]:
    tonnes = float(rng.choice([3.5, 8.0, 20.0]))
    row: dict[str, Any] = {
        "vehicle": f"V{k}",
        "capacity_kg": tonnes * 1000.0,
        "fixed_cost": float(rng.integers(2000, 9000)),
        "cost_per_km": round(20.0 + 3.0 * tonnes + float(rng.uniform(0.0, 5.0)), 2),
        "kg_co2e_per_km": round(0.25 + 0.03 * tonnes, 3),
    }
    optional: dict[str, Any] = {
        "capacity_m3": round(tonnes * float(rng.uniform(3.0, 5.0)), 1),
        "capacity_pallets": float(rng.integers(6, 33)),
        "cost_per_stop": float(rng.integers(100, 900)),
        "max_stops": int(rng.integers(2, 5)),
        "speed_kmh": float(rng.choice([50.0, 70.0])),
        "goods_classes": str(rng.choice(["food", "chemical", "chemical|food"])),
        "empty_return_pct": float(rng.choice([30.0, 100.0])),
        "available": int(rng.integers(1, 3)),
    }
    chance = {"goods_classes": 0.2, "available": 0.3}
    return row | {name: value for name, value in optional.items() if rng.random() < chance.get(name, 0.5)}


def _tariffs(rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for k in range(int(rng.integers(1, 3))):
        head: dict[str, Any] = {"tariff": f"G{k}", "minimum_cost": float(rng.choice([0.0, 800.0])), "kg_per_m3": 250.0}
        if rng.random() < 0.4:
            head["min_distance_km"] = 150.0
        if k == 1:
            head["goods_classes"] = "food"
        floor, rate = 0.0, float(rng.uniform(0.02, 0.05))
        for _ in range(int(rng.integers(1, 4))):
            row = {**head, "min_weight_kg": floor, "cost_per_kg_km": round(rate, 4)}
            rows.append(
                row | {"cost_per_kg": round(float(rng.uniform(0, 2)), 2), "fixed_cost": float(rng.integers(0, 400))}
            )
            floor += float(rng.integers(500, 4000))
            rate *= float(rng.uniform(0.6, 0.95))
    return rows


def _roads(rng: np.random.Generator, sites: Sequence[str]) -> Rows:
    """A line through all sites, so that they are connected, and some further roads; some one way, timed or tolled."""
    pairs = [*itertools.pairwise(sites)]
    pairs += [(a, b) for a in sites for b in sites if a < b and (a, b) not in pairs and rng.random() < 0.3]
    rows: Rows = []
    for a, b in pairs:
        row: dict[str, Any] = {"origin": a, "destination": b, "distance_km": float(rng.integers(40, 320))}
        if rng.random() < 0.4:
            row["duration_h"] = round(row["distance_km"] / float(rng.integers(45, 80)), 2)
        if rng.random() < 0.3:
            row["toll"] = float(rng.integers(50, 500))
        rows.append(row)
        if rng.random() < 0.2:
            rows.append({"origin": b, "destination": a, "distance_km": row["distance_km"] + float(rng.integers(0, 40))})
    return rows


def _frames(tables: dict[str, Rows]) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}


def mixed_draft(seed: int) -> Draft:
    """A shipping pool whose members also buy one or two items of ex-works suppliers and of one that delivers."""
    rng = np.random.default_rng(20_000 + seed)
    draft = shipping_draft(seed)
    sites, members = draft.frames["sites"]["site"].tolist(), draft.frames["members"]["member"].tolist()
    items = [f"I{k}" for k in range(rng.integers(1, 3))]
    classes = [str(rng.choice(["", "food"])) for _ in items]
    needs: Rows = []
    for member in members:
        for item in items:
            need = {"member": member, "item": item, "quantity": float(rng.integers(5, 80))}
            needs.append(
                need | {"site": str(rng.choice(sites)), "due_date": f"2026-03-{4 + int(rng.integers(0, 4)):02d}"}
            )
    works = {f"E{k}": str(rng.choice(sites)) for k in range(rng.integers(1, 3))}
    offers: Rows = []
    for supplier in [*works, "D"]:
        for item in items:
            dearer = 30.0 if supplier == "D" else 0.0
            days = {"lead_time_days": int(rng.integers(0, 3))}
            offers += [{**row, **days} for row in _offer(rng, supplier, item, dearer + float(rng.integers(100, 130)))]
    tables: dict[str, Rows] = {
        "items": [
            {"item": item, "unit": "pc", "weight_kg": float(rng.integers(5, 90)), "volume_m3": 0.1, "goods_class": kind}
            for item, kind in zip(items, classes, strict=True)
        ],
        "purchases": needs,
        "suppliers": [
            *(
                {"supplier": code, "site": site, "delivered": False, "order_cost": 200.0}
                for code, site in works.items()
            ),
            {"supplier": "D", "delivered": True},
        ],
        "offers": offers,
    }
    settings = {**draft.settings, "order_date": "2026-03-02"}
    return Draft({**draft.frames, **_frames(tables)}, settings)
