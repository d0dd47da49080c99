"""The door of this room: a path becomes a `Source`, whatever form the pool has."""

from __future__ import annotations

from pathlib import Path

from clusterpool.messages import Finding, MessageId
from clusterpool.reading.folder import read_folder
from clusterpool.reading.json_document import read_json
from clusterpool.reading.sheets import WORKBOOKS
from clusterpool.reading.source import Source
from clusterpool.reading.workbook import read_workbook


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
        message = MessageId.FILE_NO_POOL
    else:
        message = MessageId.FILE_NO_FILE if path.suffix else MessageId.FILE_NO_FOLDER
    source.problems.append(Finding.at(message, "", path.name or str(path)))
    return source
