"""The result's folder: CSV tables, the canonical input, and ``result.json``, which holds everything unrounded.

Codes and names are written as they are, also those that begin with ``=``, ``+``, ``-`` or ``@``: another programme must
find the codes that it gave. Whoever opens a table in a spreadsheet imports such columns as text.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusterpool.demand import Pool, read_pool, write_pool
from clusterpool.errors import DataError
from clusterpool.report.document import FORMAT, document_of, result_of, to_text
from clusterpool.report.rounded import file_tables
from clusterpool.schema import TABLES, Problem, problem_frame

if TYPE_CHECKING:
    from clusterpool.report.result import Result

RESULT_FILE = "result.json"
INPUT_FOLDER = "input"
SOLVE_AGAIN = "run `clusterpool solve` again"


def check_target(folder: str | Path) -> Path:
    """The folder, if a result may be written there: it is new, empty, or holds a former result.

    Raises
    ------
    FileExistsError
        It holds something else, or is a file.
    """
    folder = Path(folder)
    if folder.is_dir():
        if any(folder.iterdir()) and not (folder / RESULT_FILE).is_file():
            raise FileExistsError(f"{folder} holds files but no {RESULT_FILE}: name a new folder for the result")
    elif folder.exists():
        raise FileExistsError(f"{folder} is a file: name a new folder for the result")
    return folder


def write_result(result: Result, folder: str | Path) -> list[Path]:
    """Write a result; what a former result left there is replaced file by file, other files stay.

    Everything is written beside the folder first, so that a failure on the way leaves a former result whole.

    Returns
    -------
    list of pathlib.Path
        The files written, relative to `folder`, sorted.

    Raises
    ------
    FileExistsError
        The folder holds files, but no former result; nothing is written.
    """
    folder = check_target(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
        made = Path(name)
        _write_files(result, made)
        files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
        (folder / INPUT_FOLDER).mkdir(exist_ok=True)
        for path in files:
            (made / path).replace(folder / path)
    for table in TABLES:
        stale = Path(INPUT_FOLDER, f"{table}.csv")
        if stale not in files:
            (folder / stale).unlink(missing_ok=True)
    return files


def _write_files(result: Result, folder: Path) -> None:
    write_pool(result.pool, folder / INPUT_FOLDER)
    (folder / RESULT_FILE).write_bytes(to_text(document_of(result)).encode())
    for name, rows in file_tables(result).items():
        (folder / f"{name}.csv").write_bytes(csv_text(rows).encode())


def csv_text(rows: list[list[str]]) -> str:
    """Rows of text as CSV: commas, quotes only where needed, LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def read_result(folder: str | Path) -> Result:
    """Read a result back exactly as it was written, from ``input/`` and ``result.json``.

    Raises
    ------
    DataError
        The folder holds no result, a damaged one, one of another version, or its input was changed since.
    """
    document, pool = read_saved(folder)
    if pool.input_hash != document["input_hash"]:
        problem = f"the tables in {INPUT_FOLDER}/ are not those that the result was made from"
        raise _error(folder, "input_hash", pool.input_hash, problem)
    return restored(folder, document, pool)


def read_saved(folder: str | Path) -> tuple[dict[str, Any], Pool]:
    """The document and the input of a result, each by itself; DataError as in `read_result`."""
    path = Path(folder) / RESULT_FILE
    if not path.is_file():
        raise _error(folder, "", "", "there is no such file", "name the folder that `clusterpool solve` wrote")
    try:
        document = json.loads(path.read_bytes().decode("utf-8"))
    except ValueError as error:
        raise _error(folder, "", "", f"the file is damaged: {error}") from None
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        problem = f"not a result in format {FORMAT}, which is the one that this version of clusterpool reads"
        raise _error(folder, "format", str(found), problem)
    if not isinstance(document.get("input_hash"), str):
        raise _error(folder, "input_hash", str(document.get("input_hash")), "the file is damaged: no hash of its input")
    return document, read_pool(Path(folder) / INPUT_FOLDER)


def restored(folder: str | Path, document: dict[str, Any], pool: Pool) -> Result:
    """The result that a document and its pool hold; DataError where the document is damaged."""
    try:
        warnings = problem_frame(Problem(**warning) for warning in document["warnings"])
        return result_of(document, replace(pool, warnings=warnings))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        problem = f"the file is damaged: {type(error).__name__} {error}"
        raise _error(folder, "", "", problem) from error


def _error(folder: str | Path, column: str, value: str, problem: str, repair: str = SOLVE_AGAIN) -> DataError:
    return DataError(
        problem_frame([Problem("result", str(Path(folder) / RESULT_FILE), 0, column, value, problem, repair)])
    )
