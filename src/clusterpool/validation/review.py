"""The review of an input under way: typed tables that know the lines of their rows, and what was found wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.messages import Finding, MessageId, Severity, Words
from clusterpool.schema import Settings, columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clusterpool.reading import TextTable

LONGEST_QUOTE = 200
"""So much of a cell is quoted in a finding."""
NO_FILE = ""
"""Stands for the table of problems with files that are no table."""


def make_rows(table: str, cells: Mapping[str, Sequence[object]], index: range) -> pd.DataFrame:
    """Rows of a table of which some columns are known; the others are blank, or have their default."""
    frame = {
        column.name: pd.Series(cells.get(column.name, [column.blank] * len(index)), index=index, dtype=column.dtype)
        for column in columns(table)
    }
    return pd.DataFrame(frame, index=index)


@cache
def no_rows(table: str) -> pd.DataFrame:
    """A table without rows; one and the same for all, as no check changes a table in place."""
    return make_rows(table, {}, range(0))


def distinct(cells: pd.Series) -> set[str]:
    """The different texts of a column, blank left out."""
    return set(cells.unique().tolist()) - {""}


def lines_of(cells: pd.Series, texts: set[str]) -> dict[str, list[int]]:
    """The lines where each of some texts stands in a column."""
    lines: dict[str, list[int]] = {text: [] for text in sorted(texts)}
    for line, text in zip(cells.index.tolist(), cells.tolist(), strict=True):
        if text in lines:
            lines[text].append(line)
    return lines


@dataclass
class Review:
    """Typed tables by name (index = line in the file) and the findings so far; the checks fill it in turn.

    Columns of text are categorical where the table was given, so that checks look at numbers in place of texts.

    `given` are the tables as they came in, as text: findings quote them.
    """

    given: Mapping[str, TextTable]
    settings: Settings
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    errors: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    _texts: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """A typed table, without rows where it was not given."""
        return self.tables[name] if name in self.tables else no_rows(name)

    def rows(self, name: str) -> Iterator[Any]:
        """The rows of a typed table as records, `Index` being the line."""
        return iter(self.table(name).itertuples())

    def sound(self, *tables: str) -> bool:
        """No error was found so far in any of these tables: only then does a gap in them tell anything."""
        return not any(found.table in tables for found in self.errors)

    def failed(self, table: str, column: str) -> set[int]:
        """The rows where an error was found in this column so far."""
        return {found.row for found in self.errors if found.table == table and found.column == column}

    def note(
        self,
        message: MessageId,
        table: str,
        rows: int | Iterable[int],
        column: str,
        /,
        *,
        instead: Words | None = None,
        **fields: str | Words | tuple[str, ...],
    ) -> None:
        """Note a finding at a row or several (0: none) and a column (``""``: none).

        Parameters
        ----------
        instead : Words, optional
            A repair that fits better than the message's own.
        fields
            What goes into the message's templates.
        """
        lines = [rows] if isinstance(rows, int) else [int(row) for row in rows]
        if not lines:
            return
        file = self.given[table].file if table in self.given else ""
        texts = self._texts_of(table, column)
        kept = self.errors if message.severity is Severity.ERROR else self.remarks
        kept.extend(
            Finding.at(
                message, table, file, line, column, texts.get(line, "")[:LONGEST_QUOTE], instead=instead, **fields
            )
            for line in lines
        )

    def _texts_of(self, table: str, column: str) -> dict[int, str]:
        """The texts of a column as given, by line; kept, as a column may be quoted many times."""
        if (table, column) not in self._texts:
            frame = self.given[table].frame if table in self.given else pd.DataFrame()
            cells = frame[column].tolist() if column in frame.columns else []
            self._texts[table, column] = dict(zip(frame.index.tolist(), cells, strict=bool(cells)))
        return self._texts[table, column]
