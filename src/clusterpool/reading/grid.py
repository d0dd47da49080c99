"""What every form of a table shares: a header that names each column once, and columns of text by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clusterpool.messages import Finding, MessageId
from clusterpool.reading.apostrophes import unguarded
from clusterpool.schema import Kind, columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_COLUMNS = 256
"""No table of the contract has more than a dozen columns or two."""


def text_frame(cells: Mapping[str, Sequence[str]], lines: pd.Index | range) -> pd.DataFrame:
    """Categorical columns of text, indexed by line."""
    frame = {name: pd.Categorical(np.array(texts, dtype=object)) for name, texts in cells.items()}
    return pd.DataFrame(frame, index=pd.Index(lines, dtype="int64"))


def without_apostrophes(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the apostrophes taken off that keep text from being a formula; other columns are left."""
    texts = [column.name for column in columns(table) if column.kind is Kind.TEXT and column.name in frame]
    marked = [name for name in texts if any(str(text).startswith("'") for text in frame[name].cat.categories)]
    return frame.assign(**{name: pd.Categorical(frame[name].map(unguarded)) for name in marked})


def named_twice(table: str, file: str, header: list[str]) -> Iterator[Finding]:
    """Columns that have the same name, or none."""
    for name in sorted({name for name in header if header.count(name) > 1}):
        message = MessageId.FILE_COLUMN_TWICE if name else MessageId.FILE_COLUMNS_WITHOUT_NAME
        yield Finding.at(message, table, file, 1, name, name, name=name)


def header_faults(table: str, file: str, header: list[str] | None, line: int = 1) -> Iterator[Finding]:
    """What is wrong with the first row as a header; None: there is no row."""
    known = [column.name for column in columns(table)]
    if header is None:
        yield Finding.at(MessageId.FILE_EMPTY, table, file, line, header=",".join(sorted(known)))
    elif len(header) > MOST_COLUMNS:
        yield Finding.at(MessageId.FILE_TOO_MANY_COLUMNS, table, file, line, columns=str(len(header)))
    elif not set(known) & {cell.casefold() for cell in header} and len(header) > 1:
        required = ",".join(column.name for column in columns(table) if column.required)
        yield Finding.at(MessageId.FILE_NO_HEADER, table, file, line, "", ",".join(header), columns=required)
    else:
        yield from named_twice(table, file, header)
