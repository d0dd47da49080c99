"""Seeded small pools in which surplus is worth buying: far minimums and thresholds, shares, free goods, lots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tests.oracles.random_pools import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

Rows = list[dict[str, Any]]
RULES = (
    ("max_share_pct", "item", (34.0, 50.0, 60.0, 80.0)),
    ("min_share_pct", "item", (10.0, 25.0, 33.0, 50.0)),
    ("max_share_pct", "supplier", (30.0, 50.0, 70.0)),
    ("min_share_pct", "supplier", (20.0, 40.0, 60.0)),
    ("max_share_pct", "", (50.0, 60.0, 75.0)),
    ("min_share_pct", "", (10.0, 30.0)),
    ("max_suppliers", "", (1.0, 2.0)),
    ("min_suppliers", "", (2.0, 3.0)),
    ("max_suppliers", "item", (1.0, 2.0)),
    ("min_suppliers", "item", (2.0,)),
)
"""What rules there are: the measure, the scope's kind, and the values drawn."""


def extreme_draft(seed: int) -> Draft:
    """1-3 members, 1-2 items, 2-3 suppliers; rules, minimums, multiples, rebates, capacities, combined."""
    rng = np.random.default_rng(50_000 + seed)
    members = [f"M{k}" for k in range(rng.integers(1, 4))]
    items = [f"I{k}" for k in range(rng.integers(1, 3))]
    suppliers = [f"S{k}" for k in range(rng.integers(2, 4))]
    tables: dict[str, Rows] = {
        "members": [{"member": m, "cluster": "C", "site": "Alger"} for m in members],
        "purchases": _needs(rng, members, items),
        "suppliers": [_terms(rng, supplier) for supplier in suppliers],
        "offers": [row for item in items for s in _sellers(rng, suppliers) for row in _offer(rng, s, item)],
        "rebates": [row for supplier in suppliers if rng.random() < 0.35 for row in _rebate(rng, supplier)],
        "eligibility": [
            {"member": m, "supplier": s, "allowed": False} for m in members for s in suppliers if rng.random() < 0.1
        ],
        "rules": _rules(rng, items, suppliers),
    }
    offered = {row["supplier"] for row in tables["offers"]}
    tables["rebates"] = [row for row in tables["rebates"] if row["supplier"] in offered]
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}
    return Draft(frames, {"shortage_factor": float(rng.choice([1.0, 3.0, 10.0, 50.0]))})


def _needs(rng: np.random.Generator, members: Sequence[str], items: Sequence[str]) -> Rows:
    rows: Rows = []
    for member in members:
        chosen = [item for item in items if rng.random() < 0.7] or [items[0]]
        for item in chosen:
            row = {"member": member, "item": item, "quantity": float(rng.integers(1, 40))}
            if rng.random() < 0.15:
                row["max_unit_price"] = round(float(rng.uniform(1.0, 30.0)), 2)
            rows.append(row)
    return rows


def _terms(rng: np.random.Generator, supplier: str) -> dict[str, Any]:
    row: dict[str, Any] = {"supplier": supplier}
    if rng.random() < 0.3:
        row["order_cost"] = float(rng.integers(1, 200))
    if rng.random() < 0.4:
        row["min_order_value"] = float(rng.integers(50, 2000))
    if rng.random() < 0.15:
        row["capacity_value"] = row.get("min_order_value", 0.0) + float(rng.integers(100, 9000))
    return row


def _sellers(rng: np.random.Generator, suppliers: Sequence[str]) -> list[str]:
    chosen = [supplier for supplier in suppliers if rng.random() < 0.85]
    return chosen if len(chosen) > 1 else list(suppliers)


def _offer(rng: np.random.Generator, supplier: str, item: str) -> Rows:
    head: dict[str, Any] = {
        "supplier": supplier,
        "item": item,
        "discount": str(rng.choice(["all_units", "incremental"])),
    }
    price = float(rng.choice([0.5, 1.0, 1.1, 1.5, 5.0, 40.0, 200.0]))
    floor = float(rng.choice([0.0, 1.0, 1.0, 20.0, 150.0, 500.0]))
    if rng.random() < 0.12:
        price = 0.0
    if rng.random() < 0.3:
        head["order_multiple"] = float(rng.choice([2.5, 4.0, 7.0, 12.0, 50.0]))
    if rng.random() < 0.15:
        head["capacity"] = max(floor, head.get("order_multiple", 0.0)) + float(rng.integers(50, 800))
    head["price_kind"] = "regulated" if rng.random() < 0.1 else "free"
    rows: Rows = []
    for _ in range(1 if head["price_kind"] == "regulated" else int(rng.integers(1, 4))):
        rows.append({**head, "min_quantity": floor, "unit_price": round(price, 4)})
        floor += float(rng.choice([10.0, 60.0, 300.0]))
        price *= 0.0 if rng.random() < 0.05 else float(rng.uniform(0.4, 0.98))
    return rows


def _rebate(rng: np.random.Generator, supplier: str) -> Rows:
    discount = str(rng.choice(["all_units", "incremental"]))
    floor, pct = float(rng.choice([0.0, 100.0, 1000.0])), float(rng.integers(1, 30))
    rows: Rows = []
    for _ in range(int(rng.integers(1, 4))):
        rows.append({"supplier": supplier, "min_spend": floor, "rebate_pct": pct, "discount": discount})
        floor += float(rng.integers(50, 1500))
        pct = min(95.0, pct + float(rng.integers(1, 20)))
    return rows


def _rules(rng: np.random.Generator, items: Sequence[str], suppliers: Sequence[str]) -> Rows:
    rows: dict[tuple[str, str], float] = {}
    for place in rng.permutation(len(RULES))[: int(rng.choice([0, 1, 1, 2, 2, 3, 4]))]:
        measure, kind, values = RULES[place]
        code = {"item": items, "supplier": suppliers, "": [""]}[kind]
        scope = f"{kind}:{rng.choice(list(code))}" if kind else ""
        if not _contradicts(rows, measure, scope, value := float(rng.choice(values))):
            rows[measure, scope] = value
    return [{"rule": measure, "scope": scope, "value": value} for (measure, scope), value in sorted(rows.items())]


def _contradicts(rows: dict[tuple[str, str], float], measure: str, scope: str, value: float) -> bool:
    """Whether a rule with those of its scope can be obeyed by no purchase: it is refused on reading."""
    found = {name: limit for (name, of), limit in rows.items() if of == scope} | {measure: value}
    most, least = found.get("max_suppliers", 9.0), found.get("min_suppliers", 0.0)
    ceiling, floor = found.get("max_share_pct", 100.0), found.get("min_share_pct", 0.0)
    return least > most or floor > ceiling or most * ceiling < 100.0 or least * floor > 100.0
