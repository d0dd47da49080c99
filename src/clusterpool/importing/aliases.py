"""Names under which other systems know the contract's columns, and what a name says about units, tax and currency."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from clusterpool.places import fold
from clusterpool.schema import columns

ANY = "*"
SAME_AS = {"current_supplier": "supplier"}
"""Columns of purchases that go by the names of another."""

UNIT, PER, VAT, CURRENCY = "@unit", "@per", "@vat", "@currency"
HELPERS = (UNIT, PER, VAT, CURRENCY)
"""What a file may say beside the contract's columns: the unit, the quantity a price is for, the rate of VAT, money."""

_NOTE = re.compile(r"^(?P<core>.*?)\s*[(\[](?P<note>[^)\]]*)[)\]]\s*$", re.DOTALL)
_PREFIX = re.compile(r"^(EKKO|EKPO|EINA|EINE|EKET|MARA|LFA1|KONP)[-.~]")
_SUFFIX = re.compile(r"/(\.?id|name|display_name)$")
_WEIGHTS = {
    "kg": "kg",
    "kgs": "kg",
    "t": "t",
    "to": "t",
    "tonne": "t",
    "tonnes": "t",
    "g": "g",
    "كغ": "kg",
    "كغم": "kg",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name taken apart: what it is called without its note, and what the note says.

    `vat` is ``net``, ``gross`` or ``""``; `unit` a unit of weight or ``""``.
    """

    text: str
    core: str
    vat: str
    unit: str


def heading(text: str) -> Heading:
    """Take a column's name apart.

    Examples
    --------
    >>> heading("Prix unitaire TTC (DA)").core, heading("Prix unitaire TTC (DA)").vat, heading("Poids (kg)").unit
    ('Prix unitaire TTC', 'gross', 'kg')
    """
    found = _NOTE.match(text)
    core, note = (found["core"], found["note"]) if found else (text, "")
    words = {fold(word) for word in re.split(r"[\s.()/]+", text)}
    vat = "gross" if "ttc" in words else "net" if "ht" in words or "hors taxe" in text.casefold() else ""
    return Heading(text, core or text, vat, "t" if fold(text) == "tonnage" else _WEIGHTS.get(fold(note), ""))


def fitting(table: str, text: str) -> tuple[str, ...]:
    """The columns of a table, or the `HELPERS`, that a foreign name may mean."""
    known = _known(table)
    bare = _SUFFIX.sub("", _PREFIX.sub("", text.strip()))
    for spelling in (text, bare, heading(bare).core):
        if found := known.get(fold(spelling)):
            return found
    return ()


@cache
def _known(table: str) -> dict[str, tuple[str, ...]]:
    own = [column.name for column in columns(table)]
    found: dict[str, list[str]] = {fold(name): [name] for name in own}
    for row in _rows():
        for column in [*own, *HELPERS]:
            if row["column"] in {column, SAME_AS.get(column)} and row["table"] in {ANY, table}:
                for name in row["names"].split("|"):
                    held = found.setdefault(fold(name), [])
                    held += [column] if column not in held else []
    return {name: tuple(held) for name, held in found.items()}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files("clusterpool").joinpath("data", "aliases.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
