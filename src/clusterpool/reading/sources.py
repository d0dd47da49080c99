"""The door of this room: a path becomes a `Source`, whatever form the pool has."""

from __future__ import annotations

from pathlib import Path

from clusterpool.reading.folder import read_folder
from clusterpool.reading.json_document import read_json
from clusterpool.reading.sheets import WORKBOOKS
from clusterpool.reading.source import Source
from clusterpool.reading.workbook import read_workbook
from clusterpool.schema import Problem


def read_source(path: str | Path) -> Source:
    """Read a folder of CSV files, a workbook (``.xlsx``, ``.xlsm``, ``.xls``, ``.ods``) or a ``.json`` document."""
    path = Path(path)
    if path.is_dir():
        return read_folder(path)
    if path.is_file() and path.suffix.lower() in WORKBOOKS:
        return read_workbook(path)
    if path.is_file() and path.suffix.lower() == ".json":
        return read_json(path)
    source = Source()
    if path.exists():
        problem = "neither a folder nor a workbook nor a JSON document"
        repair = "give the folder that holds members.csv; a foreign file comes in through `clusterpool import`"
    else:
        problem = "no such folder" if not path.suffix else "no such file"
        repair = "give a folder that holds members.csv, or a workbook with its sheets"
    source.problems.append(Problem("", path.name or str(path), 0, "", "", problem, repair))
    return source
