"""What reading gives: tables of text by name, raw settings, what was assumed, and the problems met on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterpool.messages import Finding

ASSUMPTION_COLUMNS = ("file", "subject", "value", "evidence")


class Assumption(NamedTuple):
    """What was taken for granted about a file, and what speaks for it.

    Parameters
    ----------
    file : str
        Name of the file.
    subject : str
        What was in question: the encoding, the delimiter, the decimal sign of a column, ...
    value : str
        How it was read.
    evidence : str
        Why.
    """

    file: str
    subject: str
    value: str
    evidence: str


def assumption_frame(assumptions: Iterable[Assumption]) -> pd.DataFrame:
    """The assumptions as a table with the columns of `ASSUMPTION_COLUMNS`, in the order given."""
    return pd.DataFrame(list(assumptions), columns=list(ASSUMPTION_COLUMNS), dtype=str)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as it was given: all cells text, stripped, blank = ``""``; the index is each row's line in the file.

    Columns of text are categorical, so that each different text is looked at once. `floats` are the lines by column
    where a DataFrame held a floating-point number: as a code, 6.0 is neither 6 nor 06.
    """

    table: str
    file: str
    frame: pd.DataFrame
    floats: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: tables of text by name, the raw settings, assumptions, and the problems met on the way.

    `settings_lines` are the lines of the settings in their file; empty where they came from no file.
    """

    tables: dict[str, TextTable] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    settings_lines: dict[str, int] = field(default_factory=dict)
    settings_file: str = ""
    assumptions: list[Assumption] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
