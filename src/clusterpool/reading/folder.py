"""A folder: one CSV file a table, ``pool.toml``, and what was assumed when its files were made."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from clusterpool.messages import Finding, MessageId, did_you_mean
from clusterpool.reading.csv_tables import read_csv
from clusterpool.reading.settings import SETTINGS_FILE, read_settings, undecodable
from clusterpool.reading.source import ASSUMPTION_COLUMNS, Assumption, Source
from clusterpool.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASSUMPTIONS_FILE = "assumptions.csv"
MOST_BYTES = 1_000_000_000
"""A larger file is refused: it would not fit into the memory."""


def read_folder(folder: Path) -> Source:
    """Read every table of a folder and its ``pool.toml``; faults are collected in `Source.problems`."""
    source = Source(settings_file=SETTINGS_FILE)
    for path in sorted(folder.iterdir()):
        table = path.stem if path.suffix == ".csv" else ""
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            limit = f"{MOST_BYTES / 1e6:.0f}"
            problems = [Finding.at(MessageId.FILE_TOO_LARGE, table, path.name, limit=limit)]
        elif table in TABLES and path.is_file():
            problems = list(read_csv(path, table, source))
        elif path.name == SETTINGS_FILE:
            problems = list(read_settings(path, source))
        elif path.name == ASSUMPTIONS_FILE:
            problems = list(_read_assumptions(path, source))
        else:
            problems = list(_misnamed(path))
        source.problems.extend(problems)
    return source


def _misnamed(path: Path) -> Iterator[Finding]:
    """A file that is no table but looks like one would be left out silently: it is refused instead."""
    name, first = path.name, path.name.split(".")[0].casefold()
    if path.is_dir() or name.startswith((".", "~")):
        return
    known = [*(f"{table}.csv" for table in TABLES), SETTINGS_FILE]
    suffixes = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".toml", ".gz", ".zip"}
    if path.suffix.lower() == ".csv" or (first in {*TABLES, "pool"} and path.suffix.lower() in suffixes):
        near, files = did_you_mean(name, known), ", ".join(f"{table}.csv" for table in TABLES)
        yield Finding.at(MessageId.FILE_UNKNOWN, "", name, 0, "", name, instead=near, files=files)


def _read_assumptions(path: Path, source: Source) -> Iterator[Finding]:
    """What an import wrote beside the tables: columns file, subject, value, evidence."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        yield undecodable("", path, error)
        return
    except csv.Error:
        rows = []
    if not rows or rows[0] != list(ASSUMPTION_COLUMNS) or any(len(row) != len(rows[0]) for row in rows):
        header = ",".join(ASSUMPTION_COLUMNS)
        yield Finding.at(MessageId.FILE_NOT_ASSUMPTIONS, "", path.name, 1, columns=header)
        return
    source.assumptions.extend(Assumption(*row) for row in rows[1:])
