"""What every form of a table shares: a header that names each column once, and columns of text by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clusterpool.schema import Problem, columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def text_frame(cells: Mapping[str, Sequence[str]], lines: pd.Index | range) -> pd.DataFrame:
    """Categorical columns of text, indexed by line."""
    frame = {name: pd.Categorical(np.array(texts, dtype=object)) for name, texts in cells.items()}
    return pd.DataFrame(frame, index=pd.Index(lines, dtype="int64"))


def named_twice(table: str, file: str, header: list[str]) -> Iterator[Problem]:
    """Columns that have the same name, or none."""
    for name in sorted({name for name in header if header.count(name) > 1}):
        what = f"the column '{name}' stands there twice" if name else "several columns have no name"
        yield Problem(table, file, 1, name, name, what, "keep one of them")


def header_faults(table: str, file: str, header: list[str] | None, line: int = 1) -> Iterator[Problem]:
    """What is wrong with the first row as a header; None: there is no row."""
    known = [column.name for column in columns(table)]
    if header is None:
        yield Problem(table, file, line, "", "", "the file is empty", f"write the header {','.join(sorted(known))}")
    elif not set(known) & {cell.casefold() for cell in header} and len(header) > 1:
        required = ",".join(column.name for column in columns(table) if column.required)
        repair = f"make {required},... the first line, or map a foreign file's columns with `clusterpool import`"
        yield Problem(table, file, line, "", ",".join(header), "the first line is no header", repair)
    else:
        yield from named_twice(table, file, header)
