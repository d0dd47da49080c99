"""The review of an input under way: typed tables that know the lines of their rows, and what was found wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.schema import TABLES, Kind, Problem, Settings, columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterpool.reading import TextTable

_EMPTY = {Kind.NUMBER: "float64", Kind.WHOLE: "float64", Kind.FLAG: "bool", Kind.DATE: "datetime64[s]"}


def empty_table(table: str) -> pd.DataFrame:
    """A table without rows, with all columns of the contract."""
    return pd.DataFrame({column.name: pd.Series(dtype=_EMPTY.get(column.kind, str)) for column in columns(table)})


@dataclass
class Review:
    """Typed tables by name (index = line in the file) and the findings so far; the checks fill it in turn.

    `given` are the tables as they came in, as text: findings quote them.
    """

    given: Mapping[str, TextTable]
    settings: Settings
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def table(self, name: str) -> pd.DataFrame:
        """A typed table, empty where it was not given."""
        return self.tables[name] if name in self.tables else empty_table(name)

    def sound(self, *tables: str) -> bool:
        """No error was found so far in any of these tables: only then is it telling that something is missing."""
        return not any(problem.table in tables for problem in self.errors)

    def error(self, table: str, row: int, column: str, problem: str, repair: str) -> None:
        """Note an error at a row (0: none) and column (``""``: none)."""
        self.errors.append(self._problem(table, row, column, problem, repair))

    def warn(self, table: str, row: int, column: str, problem: str, repair: str) -> None:
        """Note a warning at a row (0: none) and column (``""``: none)."""
        self.warnings.append(self._problem(table, row, column, problem, repair))

    def error_rows(self, table: str, rows: Iterable[int], column: str, problem: str, repair: str) -> None:
        """Note the same error at several rows."""
        for row in rows:
            self.error(table, int(row), column, problem, repair)

    def _problem(self, table: str, row: int, column: str, problem: str, repair: str) -> Problem:
        given = self.given.get(table)
        value = ""
        if given is not None and row and column in given.frame.columns:
            value = str(given.frame.at[row, column])
        return Problem(table, given.file if given is not None else "", int(row), column, value, problem, repair)

    def duplicated(self, table: str, key: Iterable[str]) -> pd.Series:
        """Rows whose key stands in an earlier row already; rows with a blank in a text column of the key do not count."""
        frame, names = self.table(table), list(key)
        texts = [column.name for column in columns(table) if column.name in names and column.kind is Kind.TEXT]
        required = [column.name for column in columns(table) if column.name in texts and column.required]
        filled = (frame[required] != "").all(axis=1)
        return frame.duplicated(names) & filled


def all_tables() -> tuple[str, ...]:
    """The names of all tables in the registry's order."""
    return tuple(TABLES)
