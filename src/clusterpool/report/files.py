"""The result's folder: CSV tables, the canonical input, and ``result.json``, which holds everything unrounded.

Texts that a spreadsheet would take for a formula stand behind an apostrophe (`reading.apostrophes`), which reading
takes off again.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusterpool.demand import Pool, read_pool, write_pool
from clusterpool.errors import DataError
from clusterpool.messages import Finding, Findings, MessageId, from_records
from clusterpool.report.document import FORMAT, document_of, result_of, to_text
from clusterpool.report.paper.sheets import csv_text
from clusterpool.report.published import OWN_FOLDERS, PAGE_FILE, WORKBOOK, language_of, published
from clusterpool.report.rounded import direct_rows, file_tables
from clusterpool.schema import TABLES

if TYPE_CHECKING:
    from clusterpool.language import Language
    from clusterpool.report.result import Result

RESULT_FILE = "result.json"
INPUT_FOLDER = "input"
DIRECT_FILE = "settlement_direct.csv"


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


def write_result(
    result: Result,
    folder: str | Path,
    *,
    language: Language | None = None,
    direct: bool = False,
    papers: bool = True,
) -> list[Path]:
    """Write a result; what a former result left there is replaced or, in the folders of papers, deleted.

    Other files stay. The figures are written beside the folder first, so that a failure leaves a former result whole. A
    failure in what people read (the page, the workbook, papers) does not lose the figures: they replace the former
    result, its papers go, and the error is raised.

    Parameters
    ----------
    language : Language, optional
        Of what people read; by default the pool's own. The tables are the same in every language.
    direct : bool
        Whether payments between members, without an account, are written, too: ``settlement_direct.csv``.
    papers : bool
        Whether what people read is written, too.

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
        _write_figures(result, made)
        if direct:
            (made / DIRECT_FILE).write_bytes(csv_text(direct_rows(result)).encode())
        try:
            if papers:
                _write_papers(result, made, language or language_of(result.pool))
        finally:
            files = _moved(made, folder)
    return files


def _moved(made: Path, folder: Path) -> list[Path]:
    """Put the files in their place, and delete those of a former result that are not among them."""
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: path.name != RESULT_FILE):  # the folder is a result's from the first on
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).replace(folder / path)
    for path in _of_a_former_result(folder):
        if path.relative_to(folder) not in files:
            path.unlink(missing_ok=True)
    return files


def _of_a_former_result(folder: Path) -> list[Path]:
    """The input's tables, and the papers: a statement of someone who left must not stay with the new ones."""
    tables = [folder / INPUT_FOLDER / f"{table}.csv" for table in TABLES]
    papers = [path for name in OWN_FOLDERS for path in (folder / name).rglob("*") if path.suffix in {".csv", ".html"}]
    return tables + papers + [folder / name for name in (PAGE_FILE, WORKBOOK, DIRECT_FILE)]


def _write_figures(result: Result, folder: Path) -> None:
    write_pool(result.pool, folder / INPUT_FOLDER)
    (folder / RESULT_FILE).write_bytes(to_text(document_of(result)).encode())
    for name, rows in file_tables(result).items():
        (folder / f"{name}.csv").write_bytes(csv_text(rows).encode())


def _write_papers(result: Result, folder: Path, language: Language) -> None:
    for path, content in published(result, language).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def read_result(folder: str | Path) -> Result:
    """Read a result back exactly as it was written, from ``input/`` and ``result.json``.

    Raises
    ------
    DataError
        The folder holds no result, a damaged one, one of another version, or its input was changed since.
    """
    document, pool = read_saved(folder)
    if pool.input_hash != document["input_hash"]:
        raise _error(folder, MessageId.RESULT_INPUT_CHANGED, "input_hash", pool.input_hash, folder=INPUT_FOLDER)
    return restored(folder, document, pool)


def read_saved(folder: str | Path) -> tuple[dict[str, Any], Pool]:
    """The document and the input of a result, each by itself; DataError as in `read_result`."""
    path = Path(folder) / RESULT_FILE
    if not path.is_file():
        raise _error(folder, MessageId.RESULT_MISSING)
    try:
        document = json.loads(path.read_bytes().decode("utf-8"))
    except ValueError as error:
        raise _error(folder, MessageId.RESULT_DAMAGED, reason=str(error)) from None
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise _error(folder, MessageId.RESULT_OTHER_FORMAT, "format", str(found), format=str(FORMAT))
    if not isinstance(document.get("input_hash"), str):
        value, reason = str(document.get("input_hash")), "no hash of its input"
        raise _error(folder, MessageId.RESULT_DAMAGED, "input_hash", value, reason=reason)
    return document, read_pool(Path(folder) / INPUT_FOLDER)


def restored(folder: str | Path, document: dict[str, Any], pool: Pool) -> Result:
    """The result that a document and its pool hold; DataError where the document is damaged."""
    try:
        return result_of(document, replace(pool, found=from_records(document["findings"])))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise _error(folder, MessageId.RESULT_DAMAGED, reason=f"{type(error).__name__} {error}") from error


def _error(folder: str | Path, message: MessageId, column: str = "", value: str = "", /, **fields: str) -> DataError:
    file = str(Path(folder) / RESULT_FILE)
    return DataError(Findings((Finding(message, "result", file, 0, column, value, tuple(fields.items())),)))
