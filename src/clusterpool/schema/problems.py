"""Problems of files as rows, and the suggestions that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clusterpool.messages import nearest

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


def suggestion(value: str, known: Iterable[str], otherwise: str) -> str:
    """``did you mean 'x'?`` for the nearest of `known`, else `otherwise`."""
    near = nearest(value, known)
    return f"did you mean '{near}'?" if near else otherwise
