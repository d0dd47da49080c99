"""Workbooks that would fill the memory: packed to a fraction of their size, or with a cell at the end of a sheet."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_UNPACKED_BYTES = 400_000_000
"""A workbook that unpacks to more is refused: it is no list of firms, and may be a trap for the memory."""
MOST_CELLS = 30_000_000
"""A sheet is held as a whole rectangle from its first to its last cell; a larger one is refused."""
_DEFLATED_MOST = 1032
"""What deflate can shrink to one byte at most (zlib's technical notes)."""
_CHUNK = 1 << 20
_COLUMN = re.compile(rb'<c [^>]*?r="([A-Z]{1,4})[0-9]')
_FAR_COLUMN = re.compile(rb'<c [^>]*?r="([A-Z]{2,4})[0-9]')
_NEAR = 26
"""Columns with a name of one letter."""
_ROW = re.compile(rb'<row [^>]*?r="([0-9]{1,8})"')
_REPEATED = re.compile(rb'number-(columns|rows)-repeated="([0-9]{1,10})"')


def unpacked_bytes(packed: zipfile.ZipFile, path: Path) -> int:
    """How much a file unpacks to, at least where that is above `MOST_UNPACKED_BYTES`; what it states is not trusted."""
    stated = sum(entry.file_size for entry in packed.infolist())
    most = sum(entry.compress_size for entry in packed.infolist()) * _DEFLATED_MOST
    if stated > MOST_UNPACKED_BYTES or most <= MOST_UNPACKED_BYTES:
        return stated
    found = 0
    for entry in packed.infolist():
        for size in _inflated(path, entry):
            found += size
            if found > MOST_UNPACKED_BYTES:
                return found
    return max(found, stated)


def _inflated(path: Path, entry: zipfile.ZipInfo) -> Iterator[int]:
    """The sizes of the pieces that an entry unpacks to, whatever size it states."""
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        yield entry.compress_size
        return
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    with path.open("rb") as file:
        file.seek(entry.header_offset + 26)
        names = file.read(4)
        file.seek(int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little"), 1)
        left = entry.compress_size
        while left > 0 and not machine.eof and (content := file.read(min(_CHUNK, left))):
            left -= len(content)
            while content:
                yield len(machine.decompress(content, _CHUNK))
                content = machine.unconsumed_tail


def most_cells(packed: zipfile.ZipFile) -> int:
    """The cells of the largest sheet of a workbook, as a whole rectangle."""
    names = packed.namelist()
    excel = [cells_of_sheet(packed.read(name)) for name in names if re.match(r"xl/worksheets/[^/]+\.xml", name)]
    office = [cells_of_table(packed.read(name)) for name in names if name == "content.xml"]
    return max([0, *excel, *office])


def check_xml(packed: zipfile.ZipFile) -> None:
    """See that the parts that lead to cells are whole and well-formed; the reader guesses where they break.

    Raises
    ------
    ValueError
        A part is damaged.
    """
    for name in packed.namelist():
        if re.fullmatch(r"xl/(_rels/)?[^/]+\.(xml|rels)|xl/worksheets/[^/]+\.xml|content\.xml", name):
            parser = expat.ParserCreate()
            parser.EntityDeclHandler = _refuse_entities
            try:
                parser.Parse(packed.read(name), True)  # noqa: FBT003 - positional only
            except expat.ExpatError as error:
                raise ValueError(str(error)) from None


def _refuse_entities(*_: object) -> None:
    raise ValueError("entities are defined")


def cells_of_sheet(content: bytes) -> int:
    """The cells of the rectangle of a sheet of Excel, from A1 to its last row and column; rough, never too few."""
    rows = max([content.count(b"<row"), *(int(row) for row in _ROW.findall(content))])
    letters = _FAR_COLUMN.findall(content) if rows * _NEAR <= MOST_CELLS else _COLUMN.findall(content)
    return rows * max([1, *(_place(column) for column in set(letters))])


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place


def cells_of_table(content: bytes) -> int:
    """The cells of a sheet of LibreOffice whose repeats are written out; empty cells count as nothing."""
    cells, rows = 0, 1
    for tag in re.finditer(rb"<table:table-(row|cell|covered)[^>]*>", content):
        repeats = {name: int(number) for name, number in _REPEATED.findall(tag[0])}
        if tag[1] == b"row":
            rows = repeats.get(b"rows", 1)
        elif not tag[0].endswith(b"/>"):
            cells += rows * repeats.get(b"columns", 1)
    return cells
