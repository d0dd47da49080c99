"""The example row of each table: together a small pool that is right."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from clusterpool.language import Domain, Language, phrases
from clusterpool.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

Cell = str | float | bool | date

_ORDERED, _READY, _DUE = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 6)

_ROWS: Mapping[str, Mapping[str, Cell]] = MappingProxyType(
    {
        "members": {
            "member": "M01",
            "cluster": "example.cluster",
            "site": "D01",
            "name": "example.member",
            "weight": 1,
        },
        "sites": {
            "site": "D01",
            "latitude": 36.75,
            "longitude": 5.06,
            "name": "example.site",
            "kind": "example.kind",
        },
        "items": {"item": "06", "unit": "kg", "name": "example.item", "weight_kg": 1, "goods_class": "dry"},
        "purchases": {"member": "M01", "item": "06", "quantity": 500, "due_date": _DUE, "current_unit_price": 330},
        "suppliers": {
            "supplier": "S01",
            "site": "Alger",
            "order_cost": 1500,
            "delivered": True,
            "name": "example.supplier",
        },
        "offers": {
            "supplier": "S01",
            "item": "06",
            "min_quantity": 1,
            "unit_price": 320,
            "discount": "all_units",
            "lead_time_days": 3,
            "price_kind": "free",
        },
        "rebates": {"supplier": "S01", "min_spend": 100000, "rebate_pct": 2, "discount": "all_units"},
        "eligibility": {"member": "M01", "supplier": "S01", "allowed": True},
        "rules": {"rule": "max_suppliers", "scope": "item:06", "value": 2},
        "shipments": {
            "shipment": "E01",
            "member": "M01",
            "origin": "D01",
            "destination": "Oran",
            "weight_kg": 1200,
            "volume_m3": 4,
            "ready_date": _READY,
            "due_date": _DUE,
            "goods_class": "dry",
        },
        "vehicles": {
            "vehicle": "10 t",
            "capacity_kg": 10000,
            "capacity_m3": 45,
            "fixed_cost": 4000,
            "cost_per_km": 60,
            "max_stops": 6,
            "goods_classes": "dry|chemical",
        },
        "tariffs": {"tariff": "groupage", "min_weight_kg": 0, "cost_per_kg_km": 0.055, "minimum_cost": 1500},
        "roads": {"origin": "D01", "destination": "Oran", "distance_km": 640},
        "compatibility": {"goods_class": "dry", "other_class": "chemical"},
    }
)


def example_row(table: str, language: Language) -> dict[str, Cell]:
    """The cells of a table's example row by column; columns that are not named stay blank."""
    words = phrases(Domain.TEMPLATES, language)
    return {name: words.get(cell, cell) if isinstance(cell, str) else cell for name, cell in _ROWS[table].items()}


def example_settings(language: Language) -> dict[str, Cell]:
    """The settings of the example."""
    name = phrases(Domain.TEMPLATES, language)["example.pool"]
    return {"name": name, "currency": "DZD", "language": language.value, "order_date": _ORDERED}


def template_tables() -> tuple[str, ...]:
    """The tables that a template has: all that this version honours."""
    return tuple(table for table, model in TABLES.items() if not model.pending)
