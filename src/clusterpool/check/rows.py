"""The rows of a plan as records, after the shape of its tables was checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.check.cells import day, listed, text
from clusterpool.plan import PLAN_COLUMNS

if TYPE_CHECKING:
    from clusterpool.check.findings import Findings
    from clusterpool.plan import Plan

SUPPLY, OUTSIDE, SURPLUS = "supply", "outside", "surplus"
_PLACES = ("from_stop", "to_stop")
_NUMBERS = {
    "orders": ("quantity", "unit_price", "rebate_pct", "cost"),
    "trips": ("distance_km", "cost", "load_kg", "fill_pct", "kg_co2e"),
    "loads": ("weight_kg", "volume_m3", "pallets", "cost", "kg_co2e"),
    "charges": ("cost",),
    "unmet": ("quantity", "cost"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """A row of `orders`; `row` is its line with the header as line 1."""

    row: int
    order: str
    kind: str
    supplier: str
    item: str
    member: str
    site: str
    quantity: float
    unit_price: float
    rebate_pct: float
    cost: float


@dataclass(frozen=True, slots=True)
class TripRow:
    """A row of `trips`; `day` as an ordinal."""

    row: int
    trip: str
    vehicle: str
    day: int
    stops: tuple[str, ...]
    distance_km: float
    cost: float
    load_kg: float
    fill_pct: float
    kg_co2e: float


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A row of `loads`; `from_stop` and `to_stop` count from 1, and are 0 where they are blank."""

    row: int
    trip: str
    tariff: str
    from_stop: int
    to_stop: int
    from_site: str
    to_site: str
    shipment: str
    order: str
    member: str
    weight_kg: float
    volume_m3: float
    pallets: float
    cost: float
    kg_co2e: float

    @property
    def cargo(self) -> str:
        """The code of the shipment or the order."""
        return self.shipment or self.order


@dataclass(frozen=True, slots=True)
class Charge:
    """A row of `charges`."""

    row: int
    kind: str
    supplier: str
    site: str
    cost: float


@dataclass(frozen=True, slots=True)
class Unmet:
    """A row of `unmet`."""

    row: int
    kind: str
    member: str
    item: str
    shipment: str
    quantity: float
    reason: str
    blocked_by: str
    cost: float


@dataclass(frozen=True, slots=True)
class PlanRows:
    """Every row of a plan."""

    orders: tuple[Order, ...]
    trips: tuple[TripRow, ...]
    loads: tuple[LoadRow, ...]
    charges: tuple[Charge, ...]
    unmet: tuple[Unmet, ...]


def read_rows(plan: Plan, findings: Findings) -> PlanRows | None:
    """Return the rows of a plan; None, with what is wrong in `findings`, where its tables cannot be read."""
    before = len(findings.rows)
    for table, columns in PLAN_COLUMNS.items():
        found = tuple(map(str, plan.tables[table].columns))
        if found != tuple(columns):
            findings.add(table, 0, "", "|".join(columns), "|".join(found), "the columns are not those of a plan")
    if len(findings.rows) > before:
        return None
    cells = {table: _cells(plan.tables[table], table, findings) for table in PLAN_COLUMNS}
    if len(findings.rows) > before:
        return None
    return PlanRows(
        tuple(Order(*row) for row in cells["orders"]),
        tuple(TripRow(*row) for row in cells["trips"]),
        tuple(LoadRow(*row) for row in cells["loads"]),
        tuple(Charge(*row) for row in cells["charges"]),
        tuple(Unmet(*row) for row in cells["unmet"]),
    )


def _cells(frame: pd.DataFrame, table: str, findings: Findings) -> list[list[Any]]:
    columns = [_column(frame[name], table, name, findings) for name in PLAN_COLUMNS[table]]
    return [[row, *values] for row, values in enumerate(zip(*columns, strict=True), start=2)]


def _column(series: pd.Series, table: str, name: str, findings: Findings) -> list[object]:
    if name in _NUMBERS[table]:
        return _numbers(series, table, name, findings)
    if name == "stops":
        return [listed(value) for value in series]
    if name in _PLACES:
        return _places(series, table, name, findings)
    if name == "day":
        return _days(series, table, name, findings)
    return [text(value) for value in series]


def _numbers(series: pd.Series, table: str, name: str, findings: Findings) -> list[object]:
    values = [float(value) for value in pd.to_numeric(series, errors="coerce")]
    for row, (value, cell) in enumerate(zip(values, series, strict=True), start=2):
        if not math.isfinite(value) or value < 0.0:
            findings.add(table, row, name, "a number that is not negative", cell, "no such number")
    return list(values)


def _places(series: pd.Series, table: str, name: str, findings: Findings) -> list[object]:
    """Whole numbers from 1 on; 0 where the cell is blank."""
    places: list[object] = []
    for row, cell in enumerate(series, start=2):
        value = 0.0 if pd.isna(cell) or cell == "" else float(pd.to_numeric(cell, errors="coerce"))
        if not (value == 0.0 and (pd.isna(cell) or cell == "")) and not (value >= 1.0 and value.is_integer()):
            findings.add(table, row, name, "the number of a stop", cell, "no such number")
            value = 0.0
        places.append(int(value))
    return places


def _days(series: pd.Series, table: str, name: str, findings: Findings) -> list[object]:
    days: list[object] = []
    for row, cell in enumerate(series, start=2):
        try:
            days.append(day(cell))
        except ValueError:
            findings.add(table, row, name, "a date", cell, "no such day")
    return days
