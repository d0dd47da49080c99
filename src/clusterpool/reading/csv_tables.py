"""The contract's own CSV: UTF-8, commas, one line a row.

A file without quotes whose lines all hold the same number of commas is read column by column, texts factorised on the
way; any other file, and any file with a fault, is read record by record, which is slower and knows every line.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clusterpool.messages import Finding, MessageId, Words
from clusterpool.reading.grid import header_faults, text_frame, without_apostrophes
from clusterpool.reading.settings import undecodable
from clusterpool.reading.source import TextTable
from clusterpool.schema import Kind, columns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusterpool.reading.source import Source

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SAMPLE = 1_000
_SIGNS = {";": "separators.semicolon", "\t": "separators.tab", "|": "separators.bar"}


def read_csv(path: Path, table: str, source: Source) -> Iterator[Finding]:
    """Read one table into `source`."""
    content = path.read_bytes().removeprefix(_BYTE_ORDER_MARK)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield undecodable(table, path, error)
        return
    frame = _regular(content, text, {column.name for column in columns(table) if column.kind is Kind.NUMBER})
    if frame is not None and not list(header_faults(table, path.name, list(frame.columns))):
        source.tables[table] = TextTable(table, path.name, without_apostrophes(table, frame))
    else:
        yield from _read_records(text, path.name, table, source)


def _regular(content: bytes, text: str, numbers: set[str]) -> pd.DataFrame | None:
    """The columns of a file whose every line is one row; None where that is not so plain.

    Columns of numbers are left as they are: their texts may all differ, and categories are sorted.
    """
    if b'"' in content or b"\0" in content:
        return None
    lines = (content.replace(b"\r\n", b"\n") if b"\r" in content else content).removesuffix(b"\n")
    header = [name.strip() for name in text[: text.find("\n")].split(",")]
    rows, gaps = lines.count(b"\n"), len(header) - 1
    if b"\r" in lines or gaps == 0 or rows == 0 or len(set(header)) != len(header):
        return None
    if lines.count(b",") != gaps * (rows + 1):
        return None
    try:
        frame = pd.read_csv(
            io.BytesIO(lines),
            header=None,
            names=header,
            index_col=False,
            dtype={name: "object" if name in numbers else "category" for name in header},
            na_filter=False,
            quoting=csv.QUOTE_NONE,
            low_memory=False,
        )
    except pd.errors.ParserError:
        return None
    cells = {name: _texts(name, frame[name]) for name in header}
    if len(frame) != rows + 1 or any(texts is None for texts in cells.values()):
        return None
    return pd.DataFrame(cells, index=pd.RangeIndex(2, rows + 2).astype("int64"))


def _texts(name: str, column: pd.Series) -> pd.Categorical | np.ndarray | None:
    """A column below its header, blanks round its texts taken off; None where pandas took the texts for numbers.

    The header stands among the cells so that it does not: a column is guessed to hold numbers only if all its cells do.
    """
    if column.dtype == "object":
        return _number_texts(name, column.to_numpy())
    texts = column.cat.categories.tolist()
    bare = [text.strip() if isinstance(text, str) else None for text in texts]
    head, codes = column.cat.codes.iloc[0], column.cat.codes.to_numpy()[1:]
    if None in bare or bare[head] != name:
        return None
    if bare == texts and not (codes == head).any():
        return _categorical(codes - (codes > head), texts[:head] + texts[head + 1 :])
    places, different = pd.factorize(np.array(bare, dtype=object))
    return _categorical(places[codes], list(different))


def _number_texts(name: str, cells: np.ndarray) -> pd.Categorical | np.ndarray | None:
    """The same for a column of numbers; it stays as it is where a sample of its texts is mostly different."""
    if cells[0].strip() != name:
        return None
    sample = cells[1 : _SAMPLE + 1]
    if len(set(sample)) * 2 > len(sample):
        return np.array([text.strip() for text in cells[1:].tolist()], dtype=object)
    codes, texts = pd.factorize(cells[1:])
    places, different = pd.factorize(np.array([text.strip() for text in texts], dtype=object))
    return _categorical(places[codes], list(different))


def _categorical(codes: np.ndarray, texts: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, pd.Index(texts, dtype=object))


def _read_records(text: str, file: str, table: str, source: Source) -> Iterator[Finding]:
    problems: list[Finding] = []
    lines, rows = _records(text, table, file, problems)
    faults = problems or list(_header_faults(table, file, rows))
    yield from faults
    if not faults:
        header = rows[0]
        whole = [index for index, row in enumerate(rows) if len(row) == len(header)]
        yield from (
            _ragged(table, file, lines[i], row, header) for i, row in enumerate(rows) if len(row) != len(header)
        )
        body = [rows[index] for index in whole[1:]]
        cells = {name: [row[place] for row in body] for place, name in enumerate(header)}
        frame = text_frame(cells, pd.Index([lines[i] for i in whole[1:]]))
        source.tables[table] = TextTable(table, file, without_apostrophes(table, frame))


def _records(text: str, table: str, file: str, problems: list[Finding]) -> tuple[list[int], list[list[str]]]:
    """The first line of each record, and its stripped cells; empty lines are no records."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, rows, start = [], [], 1
    try:
        for row in reader:
            if row:
                lines.append(start)
                rows.append([cell.strip() for cell in row])
            start = reader.line_num + 1
    except csv.Error:
        problems.append(Finding.at(MessageId.FILE_NOT_CSV, table, file, start))
    return lines, rows


def _header_faults(table: str, file: str, rows: list[list[str]]) -> Iterator[Finding]:
    known = {column.name for column in columns(table)}
    first = rows[0][0] if rows else ""
    sign = next((sign for sign in ";\t|" if "," not in first and sign in first), "")
    if sign and known & {cell.strip(' "') for cell in first.split(sign)}:
        yield Finding.at(MessageId.FILE_SEPARATOR, table, file, 1, "", first, sign=Words(_SIGNS[sign]))
    else:
        yield from header_faults(table, file, rows[0] if rows else None)


def _ragged(table: str, file: str, line: int, row: list[str], header: list[str]) -> Finding:
    place, cells, places = (table, file, line, "", ",".join(row)[:80]), str(len(row)), str(len(header))
    return Finding.at(MessageId.FILE_RAGGED_ROW, *place, cells=cells, columns=places)
