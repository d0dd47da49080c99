"""The errors of clusterpool.

ClusterpoolError
├── DataError      the input tables are wrong; ``problems`` lists every fault at once
├── RouteError     no way between two places
└── SolveError     a solver failed, or the model has no solution
    └── NoPlanError    the effort limit struck before any plan was found
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clusterpool.language import Domain, Language, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from clusterpool.messages import Findings


class ClusterpoolError(Exception):
    """Base of every error that clusterpool raises on its own account."""


class DataError(ClusterpoolError):
    """The input is wrong; every fault that was found is listed.

    Parameters
    ----------
    found : Findings
        The errors, and what else was found on the way.
    """

    def __init__(self, found: Findings) -> None:
        self.found = found
        super().__init__(found)

    @cached_property
    def problems(self) -> pd.DataFrame:
        """One row an error: table, file, row, column, value, problem, repair; in English."""
        return self.found.errors.problems()

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row an error, warning or hint: id, severity and the columns of `problems`; in English."""
        return self.found.frame()

    def in_language(self, language: Language) -> pd.DataFrame:
        """As `findings`, in a language."""
        return self.found.frame(language)

    def __str__(self) -> str:
        rows: Iterator[Any] = self.problems.itertuples(index=False)
        lines = [
            f"{row.file or row.table}, row {row.row or '-'}, column {row.column or '-'}, value {row.value!r}: "
            f"{row.problem} -> {row.repair}"
            for row in rows
        ]
        head = counted(Domain.CHECKS, Language.ENGLISH, "count.problem", len(lines)).format(n=len(lines))
        return "\n".join([head, *lines])


class RouteError(ClusterpoolError):
    """No way leads from one place to another."""


class SolveError(ClusterpoolError):
    """A solver failed, or the model it was given has no solution."""


class NoPlanError(SolveError):
    """The effort limit struck before any plan was found; no plan costs less than `bound`."""

    bound: float = -math.inf
