"""Cells of tables as plain values: blanks resolved, dates as ordinals, lists taken apart."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from clusterpool.demand import Pool

Row = dict[str, Any]


def rows_of(pool: Pool, table: str) -> list[Row]:
    """Return the rows of an input table."""
    return [{str(key): value for key, value in row.items()} for row in pool.table(table).to_dict("records")]


def number(value: object, blank: float = 0.0) -> float:
    """Return a cell as a number; `blank` where it is empty."""
    result = float(value) if isinstance(value, (int, float)) else float(str(value or "nan"))
    return blank if math.isnan(result) else result


def text(value: object) -> str:
    """Return a cell as text; empty where it is missing."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)


def day(value: object) -> int:
    """Return a date, a time stamp or an ISO text as an ordinal."""
    if isinstance(value, dt.date):
        return value.toordinal()
    return pd.Timestamp(str(value)).toordinal()


def iso(ordinal: int) -> str:
    """Return the date of an ordinal in ISO form."""
    return dt.date.fromordinal(ordinal).isoformat()


def listed(value: object) -> tuple[str, ...]:
    """Return the parts of a list cell."""
    return tuple(part.strip() for part in text(value).split("|") if part.strip())


def takes(allowed: tuple[str, ...], goods_class: str) -> bool:
    """Whether a list of goods classes takes a class: a blank on either side fits everything."""
    return not allowed or not goods_class or goods_class in allowed


def shared(*keys: list[float]) -> list[float]:
    """Return parts by the first of the keys that is not nought throughout, else equal parts."""
    for key in keys:
        if (total := math.fsum(key)) > 0.0:
            return [one / total for one in key]
    return [1.0 / len(key) for key in keys[:1] for _ in key]
