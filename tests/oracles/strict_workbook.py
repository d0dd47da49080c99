"""A strict reader of workbooks of Excel, from their XML alone; only what the tests write: text, numbers, flags."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.oracles.strict_reader import NotStrictError

if TYPE_CHECKING:
    from pathlib import Path

_MAIN = "{*}"
"""Whatever the namespace: Excel itself writes two."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def sheets(path: Path) -> dict[str, list[list[str]]]:
    """The texts of each sheet, rectangular; NotStrictError where the file is not well-formed or holds an error."""
    try:
        with zipfile.ZipFile(path) as packed:
            used = [
                name for name in packed.namelist() if re.match(r"xl/(_rels|workbook|worksheets|sharedStrings)", name)
            ]
            trees = {name: ET.fromstring(packed.read(name)) for name in used if name.endswith((".xml", ".rels"))}  # noqa: S314
    except (zipfile.BadZipFile, ET.ParseError, OSError, ValueError) as error:
        raise NotStrictError(str(error)) from error
    strings = trees.get("xl/sharedStrings.xml")
    shared = [] if strings is None else [_texts_of(one) for one in strings.iterfind(f".//{_MAIN}si")]
    targets = {one.get("Id"): one.get("Target", "") for one in trees["xl/_rels/workbook.xml.rels"]}
    found = {}
    for sheet in trees["xl/workbook.xml"].iterfind(f".//{_MAIN}sheet"):
        part = targets[sheet.get(_RELATION)].lstrip("/").removeprefix("xl/")
        found[sheet.get("name", "")] = _rows(trees[f"xl/{part}"], shared)
    return found


def _texts_of(element: ET.Element) -> str:
    return "".join(one.text or "" for one in element.iterfind(f".//{_MAIN}t"))


def _rows(tree: ET.Element, shared: list[str]) -> list[list[str]]:
    cells: dict[tuple[int, int], str] = {}
    line = 0
    for row in tree.iterfind(f".//{_MAIN}row"):
        line, column = int(row.get("r", line + 1)), 0
        for cell in row.iterfind(f"{_MAIN}c"):
            line, column = _place(cell.get("r"), line, column + 1)
            cells[line, column] = _text(cell, shared)
    rows, columns = (max((key[side] for key in cells), default=0) for side in (0, 1))
    return [[cells.get((row, column), "") for column in range(1, columns + 1)] for row in range(1, rows + 1)]


def _place(reference: str | None, line: int, column: int) -> tuple[int, int]:
    """Line and column of a cell; one without a reference follows the cell before."""
    if reference is None:
        return line, column
    place = re.fullmatch("([A-Z]+)([0-9]+)", reference)
    if not place:
        raise NotStrictError("a reference that is none")
    column = 0
    for letter in place[1]:
        column = column * 26 + ord(letter) - 64
    return int(place[2]), column


def _text(cell: ET.Element, shared: list[str]) -> str:
    """What a reader sees in a cell; without a value the texts of its innermost elements, whatever they are called.

    Text beside the elements of a cell or of its string is none: both hold elements only (ECMA-376 part 1, 18.3.1.4 and
    18.3.1.53).
    """
    kind, value = cell.get("t", "n"), (cell.findtext(f"{_MAIN}v") or "").strip()
    if kind == "e" or (cell.find(f"{_MAIN}f") is not None and not value):
        raise NotStrictError("an error or a formula without a value")
    if not value:
        return "".join(one.text or "" for one in cell.iter() if one is not cell and len(one) == 0).strip()
    if kind == "s":
        return shared[int(value)].strip()
    if kind == "b":
        return {"1": "true", "0": "false"}[value]
    if kind != "n":
        return value
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
