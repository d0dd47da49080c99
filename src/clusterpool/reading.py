"""Reading: a folder of CSV files, or DataFrames, become tables of text that remember the line of each row."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clusterpool.schema import TABLES, Problem, Settings, columns, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETTINGS_FILE = "pool.toml"
_LIST = "name the files " + ", ".join(f"{table}.csv" for table in TABLES)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as it was given: all cells text, stripped, blank = ``""``; the index is each row's line in the file.

    `floats` are the lines by column where a DataFrame held a floating-point number: as a code, 6.0 is neither 6 nor 06.
    """

    table: str
    file: str
    frame: pd.DataFrame
    floats: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: tables of text by name, the raw settings, and the problems met on the way.

    `settings_lines` are the lines of the settings in their file; empty where they came from no file.
    """

    tables: dict[str, TextTable] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    settings_lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_folder(folder: str | Path) -> Source:
    """Read every table of a folder and its ``pool.toml``; faults are collected in `Source.problems`."""
    folder, source = Path(folder), Source()
    if folder.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}:
        problem = "workbooks are not read by this version"
        source.problems.append(
            Problem("", folder.name, 0, "", "", problem, "save each sheet as a CSV file (UTF-8, commas) in one folder")
        )
    elif not folder.is_dir():
        problem = "no such folder"
        source.problems.append(Problem("", str(folder), 0, "", "", problem, "give a folder that holds members.csv"))
    else:
        for path in sorted(folder.iterdir()):
            _read_file(path, source)
    return source


def _read_file(path: Path, source: Source) -> None:
    table = path.stem if path.suffix == ".csv" else ""
    if table in TABLES and path.is_file():
        problems = list(_read_csv(path, table, source))
    elif path.name == SETTINGS_FILE:
        problems = list(_read_settings(path, source))
    else:
        problems = list(_misnamed(path))
    source.problems.extend(problems)


def _misnamed(path: Path) -> Iterator[Problem]:
    """A file that is no table but looks like one would be left out silently: it is refused instead."""
    name, first = path.name, path.name.split(".")[0].casefold()
    if path.is_dir() or name.startswith((".", "~")):
        return
    known = [*(f"{table}.csv" for table in TABLES), SETTINGS_FILE]
    suffixes = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".toml", ".gz", ".zip"}
    if path.suffix.lower() == ".csv" or (first in {*TABLES, "pool"} and path.suffix.lower() in suffixes):
        yield Problem("", name, 0, "", name, "not a file of the pool", suggestion(name, known, _LIST))


def _read_settings(path: Path, source: Source) -> Iterator[Problem]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        source.settings.update(tomllib.loads(text))
        for number, content in enumerate(text.splitlines(), 1):
            if key := re.match(r"""\s*\[*\s*["']?([\w-]+)""", content):
                source.settings_lines.setdefault(key[1], number)
    except UnicodeDecodeError as error:
        yield _undecodable("settings", path, error)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        yield Problem(
            "settings",
            path.name,
            int(place[1]) if place else 0,
            "",
            "",
            f"not TOML: {error}",
            'write lines key = "value"',
        )


def _undecodable(table: str, path: Path, error: UnicodeDecodeError) -> Problem:
    line = error.object[: error.start].count(b"\n") + 1
    value = f"0x{error.object[error.start]:02X}"
    return Problem(table, path.name, line, "", value, "not UTF-8 text", "save the file as CSV UTF-8")


def _read_csv(path: Path, table: str, source: Source) -> Iterator[Problem]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield _undecodable(table, path, error)
        return
    problems: list[Problem] = []
    lines, rows = _records(text, table, path.name, problems)
    faults = problems or list(_header_faults(table, path.name, rows))
    yield from faults
    if not faults:
        header = rows[0]
        whole = [index for index, row in enumerate(rows) if len(row) == len(header)]
        yield from (
            _ragged(table, path.name, lines[i], row, header) for i, row in enumerate(rows) if len(row) != len(header)
        )
        body = [rows[index] for index in whole[1:]]
        cells = {name: [row[place] for row in body] for place, name in enumerate(header)}
        index = pd.Index([lines[index] for index in whole[1:]], dtype="int64")
        source.tables[table] = TextTable(table, path.name, pd.DataFrame(cells, index=index, dtype=str))


def _records(text: str, table: str, file: str, problems: list[Problem]) -> tuple[list[int], list[list[str]]]:
    """The first line of each record, and its stripped cells; empty lines are no records."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, rows, start = [], [], 1
    try:
        for row in reader:
            if row:
                lines.append(start)
                rows.append([cell.strip() for cell in row])
            start = reader.line_num + 1
    except csv.Error as error:
        problems.append(
            Problem(
                table, file, start, "", "", f"not CSV: {error}", 'close every quote, and write " inside quotes as ""'
            )
        )
    return lines, rows


def _header_faults(table: str, file: str, rows: list[list[str]]) -> Iterator[Problem]:
    known = {column.name for column in columns(table)}
    if not rows:
        yield Problem(table, file, 1, "", "", "the file is empty", f"write the header {','.join(sorted(known))}")
        return
    header = rows[0]
    sign = next((sign for sign in ";\t|" if "," not in header[0] and sign in header[0]), "")
    if sign and known & {cell.strip(' "') for cell in header[0].split(sign)}:
        name = {";": "semicolons", "\t": "tabs", "|": "bars"}[sign]
        repair = "save it with commas and decimal points, or convert it with `clusterpool import`"
        yield Problem(table, file, 1, "", header[0], f"columns are separated by {name}, not commas", repair)
    elif not known & {cell.casefold() for cell in header} and len(header) > 1:
        repair = f"make {','.join(column.name for column in columns(table) if column.required)},... the first line"
        yield Problem(table, file, 1, "", ",".join(header), "the first line is no header", repair)
    else:
        yield from _named_twice(table, file, header)


def _named_twice(table: str, file: str, header: list[str]) -> Iterator[Problem]:
    for name in sorted({name for name in header if header.count(name) > 1}):
        what = f"the column '{name}' stands there twice" if name else "several columns have no name"
        yield Problem(table, file, 1, name, name, what, "keep one of them")


def _ragged(table: str, file: str, line: int, row: list[str], header: list[str]) -> Problem:
    repair = "give one cell a column; put text that holds commas in quotes"
    return Problem(table, file, line, "", ",".join(row)[:80], f"{len(row)} cells, the header has {len(header)}", repair)


def read_frames(frames: Mapping[str, pd.DataFrame], settings: Mapping[str, Any] | Settings | None = None) -> Source:
    """Take DataFrames under the tables' names; numbers, dates, flags, None and NaN become text, blank = ``""``."""
    source = Source()
    if isinstance(settings, Settings):
        settings = settings.model_dump()
    source.settings.update(settings or {})
    for table, frame in frames.items():
        if table not in TABLES:
            repair = suggestion(str(table), TABLES, "use the names " + ", ".join(TABLES))
            source.problems.append(Problem(str(table), "", 0, "", str(table), "not a table of the pool", repair))
        elif not isinstance(frame, pd.DataFrame):
            raise TypeError(f"{table}: expected a pandas.DataFrame, got {type(frame).__name__}")
        else:
            names = [str(name).strip() for name in frame.columns]
            twice = list(_named_twice(table, "", names))
            source.problems.extend(twice)
            if not twice:
                source.tables[table] = _texts(table, frame.set_axis(names, axis=1))
    return source


def _texts(table: str, frame: pd.DataFrame) -> TextTable:
    index = pd.RangeIndex(2, len(frame) + 2)
    cells, floats = {}, {}
    for name in frame.columns:
        values = frame[name].astype(object)
        cells[name] = [_text(value) for value in values]
        filled = zip(index, values, cells[name], strict=True)
        floats[name] = frozenset(row for row, value, text in filled if isinstance(value, float) and text)
    return TextTable(table, "", pd.DataFrame(cells, index=index, dtype=str), floats)


def _text(value: object) -> str:
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
