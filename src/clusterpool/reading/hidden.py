"""Sheets, rows and merged cells of a workbook as its user sees them: what a filter hides is named, not lost."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ROW = re.compile(rb"<(?:\w+:)?row [^>]*>")
_MOST_HIDDEN = 1_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a sheet is hidden: the whole sheet, or lines of it."""

    hidden: bool
    rows: tuple[int, ...]


def hidden_of(path: Path) -> dict[str, Shown]:
    """By sheet, what is hidden in a workbook whose XML was checked (`bombs.check_xml`)."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as packed:
        names = set(packed.namelist())
        if "xl/workbook.xml" in names and "xl/_rels/workbook.xml.rels" in names:
            return dict(_of_excel(packed, names))
        return dict(_of_office(packed)) if "content.xml" in names else {}


def _of_excel(packed: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, Shown]]:
    relations = ET.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - entities were refused
    targets = {one.get("Id"): (one.get("Target") or "").lstrip("/") for one in relations}
    for sheet in ET.fromstring(packed.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):  # noqa: S314 - as above
        target = targets.get(sheet.get(_ID), "")
        place = target if target.startswith("xl/") else f"xl/{target}"
        rows = _hidden_rows(packed.read(place)) if place in names else ()
        yield sheet.get("name") or "", Shown(sheet.get("state", "visible") != "visible", rows)


def _hidden_rows(content: bytes) -> tuple[int, ...]:
    found, line = [], 0
    for tag in _ROW.findall(content):
        said = re.search(rb'\br="(\d+)"', tag)
        line = int(said[1]) if said else line + 1
        if re.search(rb'\bhidden="(1|true)"', tag):
            found.append(line)
    return tuple(found)


def _of_office(packed: zipfile.ZipFile) -> Iterator[tuple[str, Shown]]:
    for table in ET.fromstring(packed.read("content.xml")).iter(f"{_TABLE}table"):  # noqa: S314 - entities were refused
        found: list[int] = []
        line = 0
        for row in table.iter(f"{_TABLE}table-row"):
            many = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
            if row.get(f"{_TABLE}visibility", "visible") != "visible" and many <= _MOST_HIDDEN:
                found += range(line + 1, line + many + 1)
            line += many
        yield table.get(f"{_TABLE}name") or "", Shown(hidden=False, rows=tuple(found))
