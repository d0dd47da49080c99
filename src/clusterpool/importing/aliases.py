"""Names under which other systems know the contract's columns, and what a name says about units, tax and currency."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from clusterpool.importing.numbers import CURRENCIES
from clusterpool.places import fold
from clusterpool.schema import columns

ANY = "*"
SAME_AS = {"current_supplier": "supplier"}
"""Columns of purchases that go by the names of another."""

UNIT, PER, VAT, CURRENCY = "@unit", "@per", "@vat", "@currency"
DISCOUNT, LIST, PLUS, PACK, FACTOR, AMOUNT = "@discount", "@list", "@plus", "@pack", "@factor", "@amount"
TOP, QUANTITY, IDENTIFIER = "@top", "@quantity", "@identifier"
HELPERS = (UNIT, PER, VAT, CURRENCY, DISCOUNT)
"""What a file may say beside the contract's columns: the unit, the quantity a price is for, the rate of VAT, money,
the discount in percent."""
KINDS = (*HELPERS, LIST, PLUS, PACK, FACTOR, AMOUNT, TOP, QUANTITY, IDENTIFIER)
"""What a column of numbers may be besides: a price before discounts, an amount to add, the units of a pack, a factor,
the line's amount, the upper end of a break, a quantity of whatever, or a number by which things are called."""

_NOTE = re.compile(r"^(?P<core>.*?)\s*[(\[](?P<note>[^)\]]*)[)\]]\s*$", re.DOTALL)
_PREFIX = re.compile(r"^(EKKO|EKPO|EINA|EINE|EKET|MARA|LFA1|KONP)[-.~]")
_SUFFIX = re.compile(r"/(\.?id|name|display_name)$")
_MONEY = re.compile(
    r"(?<![^\W_])(?:DA|DZD|EUR|USD|GBP|CHF|MAD|TND|CNY|RMB|JPY|TRY|CAD|AUD|INR|AED|SAR|EGP|XOF)(?![^\W_])|[€$£¥₹₺]|دج"
)
_GROSS = re.compile(
    r"\b(?:ttc|t\.t\.c|inkl|incl|inc|including|ivato|brutto|inclusa|toutes taxes|taxes? comprises?)\b"
    r"|price_with_tax|متضمن",
    re.IGNORECASE,
)
_NET = re.compile(
    r"\b(?:ht|htva|h\.t|hors taxes?|hors tva|excl|exkl|ex\.?\s?vat|excluding|netto|esclusa|untaxed|net of vat"
    r"|without tax|tax excluded)\b|خارج الرسم",
    re.IGNORECASE,
)
_TAX_WORDS = re.compile(
    r"\b(?:ttc|ht|htva|hors taxes?|toutes taxes comprises|(?:incl|inkl|inc|excl|exkl|ex|including|excluding)\b\.?"
    r"|vat|tva|mwst|tax|iva (?:esclusa|inclusa))(?=\W|$)|\bin\s*$",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"%|\b(?:percent|pct|pourcent|prozent)|_percent|_pct|percentage|في المئة|النسبة", re.IGNORECASE)
_SINGLE = re.compile(
    r"\bp\.?\s?u\b|unit(?:aire|ario|é|y)?\b|_unit|unitpr|\bpi[eè]ce|\beach\b|einzelpreis|stückpreis|الوحدة|الوحدوي|AF_PrixAch",
    re.IGNORECASE,
)
_WEIGHTS = {
    "kg": "kg",
    "kgs": "kg",
    "t": "t",
    "to": "t",
    "tonne": "t",
    "tonnes": "t",
    "g": "g",
    "kilogram": "kg",
    "kilograms": "kg",
    "kilogrammes": "kg",
    "tons": "t",
    "كغ": "kg",
    "كغم": "kg",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name taken apart: what it is called without its note, and what the note says.

    `vat` is ``net``, ``gross`` or ``""``; `unit` a unit of weight or ``""``; `currency` an ISO 4217 code or ``""``;
    `percent` says that it counts in percent, `single` that its price is for one unit.
    """

    text: str
    core: str
    vat: str
    unit: str
    currency: str
    percent: bool
    single: bool


def heading(text: str) -> Heading:
    """Take a column's name apart.

    Examples
    --------
    >>> heading("Prix unitaire TTC (DA)").core, heading("Prix unitaire TTC (DA)").vat, heading("Poids (kg)").unit
    ('Prix unitaire TTC', 'gross', 'kg')
    """
    found = _NOTE.match(text)
    core, note = (found["core"], found["note"]) if found else (text, "")
    vat = "gross" if _GROSS.search(text) else "net" if _NET.search(text) else ""
    codes = {CURRENCIES.get(one.casefold(), "") for one in _MONEY.findall(text)} - {""}
    unit = "t" if fold(text) == "tonnage" else _WEIGHTS.get(fold(note), "")
    currency = codes.pop() if len(codes) == 1 else ""
    return Heading(text, core or text, vat, unit, currency, bool(_PERCENT.search(text)), bool(_SINGLE.search(text)))


def fitting(table: str, text: str) -> tuple[str, ...]:
    """The columns of a table, or the `HELPERS`, that a foreign name may mean."""
    known = _known(table)
    bare = _SUFFIX.sub("", _PREFIX.sub("", text.strip()))
    plain = _TAX_WORDS.sub(" ", _MONEY.sub(" ", heading(bare).core))
    for spelling in (text, bare, heading(bare).core, plain):
        if found := known.get(fold(spelling)):
            return found
    return ()


@cache
def _known(table: str) -> dict[str, tuple[str, ...]]:
    own = [column.name for column in columns(table)]
    found: dict[str, list[str]] = {fold(name): [name] for name in own}
    for row in _rows():
        for column in [*own, *KINDS]:
            if row["column"] in {column, SAME_AS.get(column)} and row["table"] in {ANY, table}:
                for name in row["names"].split("|"):
                    held = found.setdefault(fold(name), [])
                    held += [column] if column not in held else []
    return {name: tuple(held) for name, held in found.items()}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files("clusterpool").joinpath("data", "aliases.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
