"""Problems of the input as rows, and the suggestions that go with them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from clusterpool.errors import PROBLEM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(NamedTuple):
    """One fault of the input: where it stands, what is wrong and how to repair it.

    Parameters
    ----------
    row : int
        Line in the file, the header being line 1; 0 where the fault is not in a row.
    """

    table: str
    file: str
    row: int
    column: str
    value: str
    problem: str
    repair: str


def problem_frame(problems: Iterable[Problem]) -> pd.DataFrame:
    """The problems as a table with the columns of `PROBLEM_COLUMNS`, in the order given."""
    return pd.DataFrame(list(problems), columns=list(PROBLEM_COLUMNS)).astype({"row": "int64"})


def suggestion(value: str, known: Iterable[str], otherwise: str) -> str:
    """``did you mean 'x'?`` for the nearest of `known`, else `otherwise`."""
    folded = {name.casefold(): name for name in sorted(known, reverse=True)}
    near = difflib.get_close_matches(value.casefold(), sorted(folded), n=1, cutoff=0.6)
    return f"did you mean '{folded[near[0]]}'?" if near else otherwise
