"""What a result can be written as: the verbs that every noun which holds a result has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clusterpool.language import Language
from clusterpool.report.files import write_result
from clusterpool.report.page import page_html
from clusterpool.report.published import language_of
from clusterpool.report.statements import write_statements
from clusterpool.report.workbook import workbook_bytes

if TYPE_CHECKING:
    from clusterpool.report.result import Result


@dataclass(frozen=True, eq=False)
class Publications:
    """A result that can be written; wherever a language is asked for it is a `Language` or its code, such as ``"fr"``.

    Parameters
    ----------
    result : Result
        Everything in plain tables; files and reports are made from it.
    """

    result: Result

    def to_csv(self, folder: str | Path, *, language: Language | str | None = None) -> None:
        """Write the result's folder: tables as CSV, the canonical input, ``result.json`` and all that people read."""
        write_result(self.result, folder, language=self._language(language))

    def to_html(self, path: str | Path, *, language: Language | str | None = None) -> None:
        """Write the page of the result, for the pool's assembly: one file that asks no network for anything.

        Parameters
        ----------
        path : path
            Of the file.
        language : Language or str, optional
            By default the pool's own.
        """
        Path(path).write_bytes(page_html(self.result, language=self._language(language)).encode())

    def to_excel(self, path: str | Path, *, language: Language | str | None = None) -> None:
        """Write the workbook, for the office of the pool: a sheet a subject, real numbers, totals as formulas.

        Parameters
        ----------
        path : path
            Of the file.
        language : Language or str, optional
            By default the pool's own.
        """
        Path(path).write_bytes(workbook_bytes(self.result, self._language(language)))

    def statements(self, folder: str | Path, *, language: Language | str | None = None) -> list[Path]:
        """Write each member's confidential statement, HTML and CSV, and return the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        language : Language or str, optional
            By default the pool's own.
        """
        return write_statements(self.result, folder, self._language(language))

    def _language(self, asked: Language | str | None) -> Language:
        return Language(asked) if asked else language_of(self.result.pool)
