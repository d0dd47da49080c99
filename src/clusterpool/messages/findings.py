"""Findings: what a check found, where, and how to repair it; in any language, as records or as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from clusterpool.language import Language
from clusterpool.messages.identity import MessageId, Severity
from clusterpool.messages.wording import Words, text

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBLEM_COLUMNS = ("table", "file", "row", "column", "value", "problem", "repair")
"""Columns of ``DataError.problems``; ``row`` is the line in the file, the header being line 1."""

FINDING_COLUMNS = ("id", "severity", *PROBLEM_COLUMNS)
"""Columns of ``DataError.findings`` and ``Pool.findings``."""


class Finding(NamedTuple):
    """What is odd or wrong at one place of the input.

    Parameters
    ----------
    row : int
        Line in the file, the header being line 1; 0 where it is not in a row.
    column : str
        ``""`` where it is not in a column.
    value : str
        The cell as it was given.
    fields : tuple[tuple[str, str | Words | tuple[str, ...]], ...]
        What goes into the message's templates.
    repair : Words, optional
        A repair that fits better than the message's own.
    """

    id: MessageId
    table: str
    file: str
    row: int
    column: str
    value: str
    fields: tuple[tuple[str, str | Words | tuple[str, ...]], ...] = ()
    repair: Words | None = None

    @classmethod
    def at(
        cls,
        message: MessageId,
        table: str,
        file: str,
        row: int = 0,
        column: str = "",
        value: str = "",
        /,
        *,
        instead: Words | None = None,
        **fields: str | Words | tuple[str, ...],
    ) -> Finding:
        """A finding at a place, with the fields of its message by name."""
        return cls(message, table, file, row, column, value, tuple(fields.items()), instead)

    @property
    def severity(self) -> Severity:
        """Whether it is wrong, odd, or only worth a look."""
        return self.id.severity

    def problem_in(self, language: Language) -> str:
        """What is wrong."""
        return text(Words(self.id.problem, self.fields), language)

    def repair_in(self, language: Language) -> str:
        """How to repair it."""
        return text(self.repair or Words(self.id.repair, self.fields), language)


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings in the order of the input.

    Examples
    --------
    >>> from clusterpool.language import Language
    >>> found = Findings((Finding(MessageId.FILE_EMPTY, "items", "items.csv", 1, "", "", (("header", "item,unit"),)),))
    >>> found.frame(Language.FRENCH)["repair"].tolist()
    ["écrivez l'en-tête item,unit"]
    """

    each: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        return len(self.each)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.each)

    @property
    def errors(self) -> Findings:
        """The errors alone."""
        return self.of(Severity.ERROR)

    def of(self, severity: Severity) -> Findings:
        """Those of one severity."""
        return Findings(tuple(found for found in self.each if found.severity is severity))

    def without_lines(self) -> Findings:
        """Each once and without file and line, sorted: the same whatever the order of the input's rows."""
        return Findings(tuple(sorted({found._replace(file="", row=0) for found in self.each}, key=repr)))

    def frame(self, language: Language = Language.ENGLISH) -> pd.DataFrame:
        """As a table with the columns of `FINDING_COLUMNS`, in a language."""
        rows = [
            (
                found.id.value,
                found.severity.value,
                *found[1:6],
                found.problem_in(language),
                found.repair_in(language),
            )
            for found in self.each
        ]
        kinds = {name: "int64" if name == "row" else "str" for name in FINDING_COLUMNS}
        return pd.DataFrame(rows, columns=list(FINDING_COLUMNS)).astype(kinds)

    def problems(self, language: Language = Language.ENGLISH) -> pd.DataFrame:
        """As a table with the columns of `PROBLEM_COLUMNS`, in a language."""
        return self.frame(language)[list(PROBLEM_COLUMNS)]
