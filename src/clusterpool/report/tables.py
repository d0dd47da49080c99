"""The result's tables: what their columns hold, and tables as lists of plain records and back."""

from __future__ import annotations

import math
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.plan import PART_COLUMNS, PLAN_COLUMNS
from clusterpool.report.result import (
    CLUSTER_COLUMNS,
    COALITION_COLUMNS,
    MEMBER_COLUMNS,
    MONEY_OF_MEMBERS,
    SETTLEMENT_COLUMNS,
    Result,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Kind(StrEnum):
    """What the cells of a column of the result hold."""

    TEXT = "str"
    NUMBER = "float64"
    WHOLE = "int64"
    PLACE = "Int64"
    """A whole number, or blank."""
    FLAG = "bool"
    DAY = "datetime64[s]"


_NUMBERS = frozenset(
    {
        *MONEY_OF_MEMBERS,
        *{"amount", "cost", "bound", "bound_on_known_trips", "purchases", "freight"},
        *{"quantity", "unit_price", "rebate_pct", "weight_kg", "volume_m3", "pallets"},
        *{"distance_km", "load_kg", "fill_pct", "kg_co2e"},
    }
)
_BOUNDS = frozenset({"bound", "bound_on_known_trips"})
_OTHERS = {"rank": Kind.WHOLE, "comparable": Kind.FLAG, "day": Kind.DAY, "from_stop": Kind.PLACE, "to_stop": Kind.PLACE}

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "members": MEMBER_COLUMNS,
        "clusters": CLUSTER_COLUMNS,
        "settlement": SETTLEMENT_COLUMNS,
        "coalitions": COALITION_COLUMNS,
        "parts": PART_COLUMNS,
        **PLAN_COLUMNS,
    }
)
"""The columns of every table of a result, in order."""


def kind_of(table: str, column: str) -> Kind:
    """What a column of a table holds."""
    if (table, column) == ("clusters", "members"):
        return Kind.WHOLE
    return Kind.NUMBER if column in _NUMBERS else _OTHERS.get(column, Kind.TEXT)


def tables_of(result: Result) -> dict[str, pd.DataFrame]:
    """All tables of a result by name."""
    return {
        "members": result.members,
        "clusters": result.clusters,
        "settlement": result.settlement,
        "coalitions": result.coalitions,
        "parts": result.plan.parts,
        **result.plan.tables,
    }


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as dicts by column."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def to_records(table: str, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain values that JSON knows: NaN is None, infinity is text, a day its ISO text.

    Raises
    ------
    ValueError
        The frame lacks a column of the table.
    """
    if missing := [name for name in COLUMNS[table] if name not in frame.columns]:
        raise ValueError(f"the table {table} of the result lacks the columns {', '.join(missing)}")
    cells = [_plain(kind_of(table, name), frame[name]) for name in COLUMNS[table]]
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in zip(*cells, strict=True)]


_PLAIN_TYPES = {Kind.WHOLE: int, Kind.FLAG: bool}


def _plain(kind: Kind, cells: pd.Series) -> list[Any]:
    if kind is Kind.DAY:
        return [day.strftime("%Y-%m-%d") for day in pd.to_datetime(cells)]
    if kind is Kind.NUMBER:
        return [number_to_json(value) for value in cells.astype(float).tolist()]
    if kind is Kind.PLACE:
        return [None if pd.isna(value) else int(value) for value in cells.tolist()]
    return cells.tolist() if kind is Kind.TEXT else [_PLAIN_TYPES[kind](value) for value in cells.tolist()]


def from_records(table: str, records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The inverse of `to_records`.

    Raises
    ------
    ValueError, TypeError, KeyError, OverflowError
        The records are not those of the table.
    """
    if extra := {name for record in records for name in record} - set(COLUMNS[table]):
        raise ValueError(f"{table}: unknown columns {', '.join(sorted(extra))}")
    return pd.DataFrame(
        {
            name: _typed(kind_of(table, name), [record[name] for record in records], infinite=name in _BOUNDS)
            for name in COLUMNS[table]
        }
    )


_JSON_TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.WHOLE: (int,),
    Kind.PLACE: (int, type(None)),
    Kind.FLAG: (bool,),
    Kind.DAY: (str,),
}


def _typed(kind: Kind, values: list[Any], *, infinite: bool) -> pd.Series:
    if kind is Kind.NUMBER:
        numbers = [number_from_json(value) for value in values]
        if not infinite and any(map(math.isinf, numbers)):
            raise ValueError("a figure is infinite")
        return pd.Series(numbers, dtype=kind.value)
    if wrong := [value for value in values if type(value) not in _JSON_TYPES[kind]]:
        raise TypeError(f"{wrong[0]!r} is no {kind}")
    return pd.Series(values, dtype=kind.value)


def number_to_json(value: float) -> float | str | None:
    """A number as JSON can hold it."""
    if math.isnan(value):
        return None
    return float(value) if math.isfinite(value) else str(float(value))


def number_from_json(value: Any) -> float:  # noqa: ANN401 - checked here
    """The inverse of `number_to_json`; TypeError for anything else."""
    if value is None:
        return math.nan
    if value in ("inf", "-inf") or type(value) in (int, float):
        return float(value)
    raise TypeError(f"{value!r} is no number")
