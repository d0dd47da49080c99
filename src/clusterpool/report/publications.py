"""What a result can be written as: the verbs that every noun which holds a result has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clusterpool.language import Language, LanguageCode
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

    def to_csv(self, folder: str | Path, *, language: Language | LanguageCode | None = None) -> None:
        """Write the result's folder: tables as CSV, the canonical input, ``result.json`` and all that people read."""
        write_result(self.result, folder, language=self._language(language))

    def to_html(self, path: str | Path, *, language: Language | LanguageCode | None = None) -> None:
        """Write the page of the result, for the pool's assembly: one file that asks no network for anything.

        Parameters
        ----------
        path : path
            Of the file.
        language : Language or its code, optional
            By default the pool's own.
        """
        Path(path).write_bytes(page_html(self.result, language=self._language(language)).encode())

    def to_excel(self, path: str | Path, *, language: Language | LanguageCode | None = None) -> None:
        """Write the workbook, for the office of the pool: a sheet a subject, real numbers, totals as formulas.

        Parameters
        ----------
        path : path
            Of the file.
        language : Language or its code, optional
            By default the pool's own.
        """
        Path(path).write_bytes(workbook_bytes(self.result, self._language(language)))

    def statements(self, folder: str | Path, *, language: Language | LanguageCode | None = None) -> list[Path]:
        """Write each member's confidential statement, HTML and CSV, and return the files.

        Parameters
        ----------
        folder : path
            Made where it is missing.
        language : Language or its code, optional
            By default the pool's own.

        Raises
        ------
        ValueError
            It is the code of a member or a cluster and no folder: everybody's statements are written.
        """
        self._ask_folder(folder)
        return write_statements(self.result, folder, self._language(language))

    def _ask_folder(self, folder: str | Path) -> None:
        pool = self.result.pool
        kind = "member" if folder in pool.members else "cluster" if folder in pool.clusters else ""
        if kind and not Path(folder).is_dir():
            one = f"; those of {folder} are the files that its code begins" if kind == "member" else ""
            raise ValueError(
                f"statements() takes a folder, and {folder!r} is a {kind}: savings.statements('statements') writes "
                f"everybody's{one}; for a folder of that name write './{folder}'"
            )

    def _language(self, asked: Language | LanguageCode | None) -> Language:
        return Language(asked) if asked else language_of(self.result.pool)
