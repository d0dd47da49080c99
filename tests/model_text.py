"""A pooled model as text that people can check by hand: named columns in the units of the tables, rows by kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pulp

    from clusterpool.freight.loads import Cargo, Lot
    from clusterpool.freight.model import FreightPart
    from clusterpool.model import PoolModel
    from clusterpool.purchasing import PurchasingPart

Named = tuple["pulp.LpVariable", str, float]
"""A variable, its name, and how many units of the tables 1 of it stands for."""


def model_text(model: PoolModel) -> dict[str, str]:
    """The objective, the bounds, and each kind of row of the first block of a pooled model, as text.

    A row is divided by its least coefficient and turned so that its first one is positive.
    """
    compiled, block = model.compiled[0], model.blocks[0]
    arrays = block.arrays
    names, unit = [""] * arrays.n_columns, np.ones(arrays.n_columns)
    for member, column in block.membership.items():
        names[column] = f"z[{member}]"
    for variable, name, size in (*_purchasing(model.buying), *(_freight(model.carrying) if model.joint else ())):
        (column,) = compiled.columns([variable])
        names[column], unit[column] = name, size
    assert all(names), (
        f"columns without a name: {[n for n, known in zip(arrays.column_names, names, strict=False) if not known]}"
    )
    assert len(set(names)) == len(names)
    sections = {"objective": [_sum(arrays.cost / unit, names)], "bounds": _bounds(model, names, unit)}
    for row in range(arrays.n_rows):
        entries = slice(arrays.row_start[row], arrays.row_start[row + 1])
        columns = arrays.col_index[entries]
        coefficients = np.zeros(arrays.n_columns)
        coefficients[columns] = arrays.value[entries] / unit[columns]
        kind = re.sub(r"_\d.*$", "", arrays.row_name(row))
        sections.setdefault(kind, []).append(_row(coefficients, names, arrays.row_lower[row], arrays.row_upper[row]))
    return {kind: "\n".join(sorted(lines)) for kind, lines in sections.items()}


def _row(coefficients: np.ndarray, names: list[str], low: float, high: float) -> str:
    filled = sorted(np.flatnonzero(coefficients), key=lambda column: names[column])
    least = np.abs(coefficients[filled]).min()
    factor = np.sign(coefficients[filled[0]]) / least
    low, high = sorted((low * factor, high * factor))
    sense, limit = ("=", low) if low == high else ("<=", high) if np.isfinite(high) else (">=", low)
    return f"{_sum(coefficients * factor, names)} {sense} {_number(limit)}"


def _sum(coefficients: np.ndarray, names: list[str]) -> str:
    filled = sorted(np.flatnonzero(np.round(coefficients, 12)), key=lambda column: names[column])
    return " ".join(f"{_number(coefficients[column], '+')} {names[column]}" for column in filled)


def _number(value: float, sign: str = "") -> str:
    return f"{round(value, 9) + 0.0:{sign}.7g}"


def _bounds(model: PoolModel, names: list[str], unit: np.ndarray) -> list[str]:
    arrays = model.blocks[0].arrays
    kinds = np.where(arrays.integer, "whole", "real")
    limits = zip(arrays.lower * unit, arrays.upper * unit, strict=True)
    return [
        f"{name}: {_number(low)} to {_number(high)}, {kind}"
        for name, (low, high), kind in zip(names, limits, kinds, strict=True)
    ]


def _purchasing(part: PurchasingPart) -> Iterator[Named]:
    needs = {need.number: f"{need.member} {need.item}" for need in part.case.needs}
    size = {need.number: need.quantity for need in part.case.needs}
    for (supplier, number), variable in part.supply.items():
        yield variable, f"f[{supplier} {needs[number]}]", size[number]
    for number, variable in part.outside.items():
        yield variable, f"o[{needs[number]}]", size[number]
    for number, variable in part.unmet.items():
        yield variable, f"u[{needs[number]}]", size[number]
    for (key, t), variable in part.quantity.items():
        yield variable, f"q[{' '.join(key)} {t}]", part.case.demand[key]
    for (key, t), variable in part.chosen.items():
        yield variable, f"y[{' '.join(key)} {t}]", 1.0
    for key, variable in part.batches.items():
        yield variable, f"n[{' '.join(key)}]", 1.0
    for supplier, variable in part.used.items():
        yield variable, f"w[{supplier}]", 1.0
    for (supplier, r), variable in part.stepped.items():
        yield variable, f"v[{supplier} {r}]", part.case.rebate_scale(supplier)
    for (supplier, r), variable in part.step.items():
        yield variable, f"b[{supplier} {r}]", 1.0


def _freight(part: FreightPart) -> Iterator[Named]:
    lots: dict[Cargo, Lot] = {(lot.supplier, lot.need): lot for lot in part.case.lots}
    label = {key: f"{lot.supplier} {lot.member} {lot.item}" for key, lot in lots.items()}
    for number, variable in part.used.items():
        trip = part.known.trips[number]
        yield variable, f"trip[{number} {trip.vehicle} {'-'.join(trip.stops)}]", 1.0
    for (number, k), variable in part.riding.items():
        cargo = part.known.trips[number].rides[k].cargo
        if isinstance(cargo, str):
            yield variable, f"x[{number} {cargo}]", 1.0
        else:
            yield variable, f"x[{number} {label[cargo]}]", lots[cargo].most_units
    for (number, place), variable in part.grouped.items():
        yield variable, f"h[{number} {place}]", 1.0
    for key, variable in part.rest.items():
        yield variable, f"e[{label[key]}]", lots[key].most_units
    for (supplier, member, _, _), bills in part.bills.items():
        for b, bill in enumerate(bills):
            where = f"{supplier} {member} {bill.tariff.tariff} {b}"
            yield bill.switch, f"bill[{where}]", 1.0
            yield bill.cost, f"bill_cost[{where}]", 1.0
            yield bill.weight, f"bill_kg[{where}]", bill.most_kg
            if bill.volume is not None:
                yield bill.volume, f"bill_m3[{where}]", bill.most_m3
