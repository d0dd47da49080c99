"""Units of files: how many of an item's own units one of a file's is.

Pieces, thousands, dozens, kilograms, tonnes and packs that say their number (``carton de 24``) are known; a pack that
does not say it is the item's own unit where the file uses no other for that item, else it is asked for.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from clusterpool.importing.numbers import KEPT, read_number
from clusterpool.places import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES = (
    ("1", "piece", "piece|pieces|pce|pces|pc|pcs|u|un|unite|unites|unit|units|ea|each|st|stk|nos|قطعة|وحدة"),
    ("1000", "piece", "mille|millier|milliers|mil|thousand|th|tsd|ألف"),
    ("100", "piece", "cent|centaine|centaines|hundred"),
    ("12", "piece", "douzaine|douzaines|dz|dzn|dozen|دزينة"),
    ("1", "kg", "kg|kgs|kilo|kilos|kilogramme|kilogrammes|كغ|كلغ"),
    ("1000", "kg", "t|to|ton|tonne|tonnes|طن"),
    ("100", "kg", "quintal|quintaux|ql|qx|قنطار"),
    ("0.001", "kg", "g|gr|gramme|grammes|غ"),
    ("1", "l", "l|litre|litres|ltr|لتر"),
    ("100", "l", "hl|hectolitre|hectolitres"),
    ("1", "m", "metre|metres|ml|متر"),
    ("1", "m2", "m2|m²"),
    ("1", "m3", "m3|m³"),
)
_KNOWN = {fold(name): (Decimal(factor), base) for factor, base, names in _NAMES for name in names.split("|")}
_PACK = re.compile(
    r"(?P<pack>[^\W\d]+)\.?\s*(?:de|of|x|par|à|/|من|\*)?\s*(?P<count>\d+)\s*(?P<inner>[^\W\d]*)\.?", re.IGNORECASE
)
_BESIDE = re.compile(
    r"(?P<number>[^\W_][\d\s.,'\u2019\u066b\u066c\u00a0\u202f]*)\s*(?P<unit>[^\W\d_]+\.?(?:[\s/][^\W\d_]+\.?)*[²³]?)"
)
_LONG_UNIT = 3
"""So many letters are a unit that is not known yet; fewer may be a part of a code."""
KILOGRAMS = {"kg": Decimal(1), "t": Decimal(1000), "g": Decimal("0.001")}


@lru_cache(maxsize=KEPT)
def measured(text: str) -> tuple[str, str] | None:
    """The number of a cell and the unit beside it (``""``: none, or money); None where it is no such thing.

    Examples
    --------
    >>> measured("6 000 kg"), measured("12 cartons"), measured("5,5 DA"), measured("A4")
    (('6 000', 'kg'), ('12', 'cartons'), ('5,5 DA', ''), None)
    """
    if read_number(text):
        return text, ""
    found = _BESIDE.fullmatch(text.strip())
    if not found or not read_number(found["number"]):
        return None
    unit = found["unit"]
    return (found["number"].strip(), unit) if len(unit) >= _LONG_UNIT or fold(unit) in _KNOWN else None


def factor_of(unit: str, told: Mapping[str, Decimal]) -> tuple[Decimal, str] | None:
    """How many of the item's units one of these is, and what those are (``""``: not said); None where it is not known.

    `told` are the profile's own units.

    Examples
    --------
    >>> factor_of("Mille", {}), factor_of("carton de 24", {}), factor_of("carton", {})
    ((Decimal('1000'), 'piece'), (Decimal('24'), 'piece'), None)
    >>> factor_of("carton", {"carton": Decimal(6)})
    (Decimal('6'), '')
    """
    for name, factor in told.items():
        if fold(name) == fold(unit):
            return factor, ""
    if known := _KNOWN.get(fold(unit)):
        return known
    pack = _PACK.fullmatch(unit.strip())
    if pack is None or fold(pack["pack"]) in _KNOWN:
        return None
    inner = factor_of(pack["inner"], told) if pack["inner"] else (Decimal(1), "piece")
    return None if inner is None else (Decimal(pack["count"]) * inner[0], inner[1])
