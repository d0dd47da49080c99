"""The errors of clusterpool.

ClusterpoolError
├── DataError      the input tables are wrong; ``problems`` lists every fault at once
├── RouteError     no way between two places
└── SolveError     a solver failed, or the model has no solution
    └── NoPlanError    the effort limit struck before any plan was found
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

PROBLEM_COLUMNS = ("table", "file", "row", "column", "value", "problem", "repair")
"""Columns of ``DataError.problems``; ``row`` is the line in the file, the header being line 1."""


class ClusterpoolError(Exception):
    """Base of every error that clusterpool raises on its own account."""


class DataError(ClusterpoolError):
    """The input is wrong; every fault that was found is listed.

    Parameters
    ----------
    problems : pandas.DataFrame
        One row a fault, with the columns of `PROBLEM_COLUMNS`.
    """

    def __init__(self, problems: pd.DataFrame) -> None:
        self.problems = problems
        super().__init__(problems)

    def __str__(self) -> str:
        rows: Iterator[Any] = self.problems.itertuples(index=False)
        lines = [
            f"{row.file or row.table}, row {row.row or '-'}, column {row.column or '-'}, value {row.value!r}: "
            f"{row.problem} -> {row.repair}"
            for row in rows
        ]
        return f"{len(lines)} problem(s) in the input\n" + "\n".join(lines)


class RouteError(ClusterpoolError):
    """No way leads from one place to another."""


class SolveError(ClusterpoolError):
    """A solver failed, or the model it was given has no solution."""


class NoPlanError(SolveError):
    """The effort limit struck before any plan was found; no plan costs less than `bound`."""

    bound: float = -math.inf
