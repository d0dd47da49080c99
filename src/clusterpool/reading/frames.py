"""Tables whose cells have types (DataFrames, records of JSON, sheets) become tables of text."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clusterpool.messages import Finding, MessageId, did_you_mean
from clusterpool.reading.grid import named_twice, text_frame
from clusterpool.reading.source import Source, TextTable
from clusterpool.schema import TABLES, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_frames(frames: Mapping[str, pd.DataFrame], settings: Mapping[str, Any] | Settings | None = None) -> Source:
    """Take DataFrames under the tables' names; numbers, dates, flags, None and NaN become text, blank = ``""``."""
    source = Source()
    if isinstance(settings, Settings):
        settings = settings.model_dump()
    source.settings.update(settings or {})
    for table, frame in frames.items():
        if table not in TABLES:
            source.problems.append(unknown_table(str(table), ""))
        elif not isinstance(frame, pd.DataFrame):
            raise TypeError(f"{table}: expected a pandas.DataFrame, got {type(frame).__name__}")
        else:
            take_frame(table, "", frame, source)
    return source


def unknown_table(name: str, file: str) -> Finding:
    """A name that is no table of the contract."""
    near, tables = did_you_mean(name, TABLES), ", ".join(TABLES)
    return Finding.at(MessageId.TABLE_UNKNOWN, name, file, 0, "", name, instead=near, tables=tables)


def take_frame(table: str, file: str, frame: pd.DataFrame, source: Source) -> None:
    """Turn a frame's cells into text; its rows count from 2, as if a header stood above them."""
    names = [str(name).strip() for name in frame.columns]
    twice = list(named_twice(table, file, names))
    source.problems.extend(twice)
    if not twice:
        source.tables[table] = _texts(table, file, frame.set_axis(names, axis=1))


def _texts(table: str, file: str, frame: pd.DataFrame) -> TextTable:
    index = pd.RangeIndex(2, len(frame) + 2)
    cells, floats = {}, {}
    for name in frame.columns:
        values = frame[name].astype(object)
        cells[name] = [cell_text(value) for value in values]
        filled = zip(index, values, cells[name], strict=True)
        floats[name] = frozenset(row for row, value, text in filled if isinstance(value, float) and text)
    return TextTable(table, file, text_frame(cells, index), floats)


def cell_text(value: object) -> str:
    """The text of a cell that may have a type; blank where it is None, NaN or NaT."""
    if isinstance(value, str):
        return value.strip()
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.time() == time.min and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat()
    return repr(float(value)) if isinstance(value, float) else str(value)
