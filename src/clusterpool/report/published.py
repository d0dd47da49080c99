"""What of a result is published beside its tables: everything for people, in one language, as bytes by file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clusterpool.language import Language
from clusterpool.report.aggregate import aggregate_files
from clusterpool.report.documents import load_plan_files, order_files
from clusterpool.report.journeys import journeys
from clusterpool.report.page import page_html
from clusterpool.report.statements import statement_files
from clusterpool.report.workbook import workbook_bytes

if TYPE_CHECKING:
    from clusterpool.demand import Pool
    from clusterpool.report.result import Result

PAGE_FILE = "report.html"
STATEMENTS_FOLDER = "statements"
WORKBOOK = "results.xlsx"
DOCUMENTS_FOLDER = "documents"
OWN_FOLDERS = (STATEMENTS_FOLDER, DOCUMENTS_FOLDER)
"""Folders whose files are all made from the result: what a former one left there is deleted."""


def language_of(pool: Pool) -> Language:
    """The language that a pool asks for, English where it is none that people are spoken to in."""
    code = pool.settings.language
    return Language(code) if code in [*Language] else Language.ENGLISH


def published(result: Result, language: Language) -> dict[Path, bytes]:
    """Every published file by its path within the result's folder; equal results give equal bytes."""
    files = {Path(STATEMENTS_FOLDER, name): text for name, text in statement_files(result, language).items()}
    for kind, papers in documents_of(result, language).items():
        files |= {Path(DOCUMENTS_FOLDER, kind, name): text for name, text in papers.items()}
    files |= {Path(name): text for name, text in aggregate_files(result, language).items()}
    files[Path(PAGE_FILE)] = page_html(result, language=language)
    return {path: text.encode() for path, text in files.items()} | {Path(WORKBOOK): workbook_bytes(result, language)}


def documents_of(result: Result, language: Language) -> dict[str, dict[str, str]]:
    """The text of purchase orders and load plans by folder and file name."""
    trips = journeys(result)
    return {"orders": order_files(result, trips, language), "trips": load_plan_files(result, trips, language)}
