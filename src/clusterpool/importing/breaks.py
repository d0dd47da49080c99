"""Price breaks that stand side by side: columns such as ``à partir de 500``, or cells such as ``500 : 5,20``."""

from __future__ import annotations

import re

from clusterpool.importing.numbers import read_number
from clusterpool.places import fold

_NUMBER = r"(?P<low>\d[\d\s.,\u00a0\u202f\u2009]*)"
_TAX = r"(?:\s*(?:ht|ttc))?"
_PRICE_WORD = rf"(?:p\.?\s*u\.?{_TAX}|prix(?:\s*unitaire)?{_TAX}|tarif|price|unit price|السعر)?\s*"
_UNIT = r"\s*(?:pi[eè]ces?|pcs?|u|unit[eé]s?|units?|kg|cartons?)?\s*(?:ht|ttc)?\s*(?:\((?:da|dzd)\))?\s*"
_FROM_WORD = (
    r"(?:(?:à|a) partir de|d[eè]s|>=|≥|=>|from|min\.?|qt[eé] (?:min\.?|mini\.?|≥|>=)|plus de ou égal à|ابتداء من|من)"
)
_FROM = re.compile(rf"^{_PRICE_WORD}{_FROM_WORD}\s*{_NUMBER}{_UNIT}$", re.IGNORECASE)
_RANGE = re.compile(
    rf"^{_PRICE_WORD}(?:qt[eé]\s*)?(?:de\s*)?{_NUMBER}\s*(?:-|\u2013|à|a|to|\.\.|إلى)\s*(?P<high>\d[\d\s.,]*){_UNIT}$",
    re.IGNORECASE,
)
_AND_MORE = re.compile(
    rf"^{_PRICE_WORD}(?:qt[eé]\s*)?{_NUMBER}\s*(?:\+|et plus|et \+|and more|فأكثر){_UNIT}$", re.IGNORECASE
)
_QUANTITY = re.compile(
    r"^(?:qt[eé]|quantit[eé]|qty|quantity|seuil|palier)\.?\s*(?:min\.?|mini\.?)?\s*(?P<rank>\d{1,2})$", re.IGNORECASE
)
_PRICE = re.compile(
    rf"^(?:p\.?u\.?|prix|price|tarif)\.?\s*(?:unitaire)?{_TAX}\s*(?P<rank>\d{{1,2}}){_TAX}$", re.IGNORECASE
)
_IN_CELL = re.compile(
    rf"(?:(?:à|a) partir de|d[eè]s|>=|≥|from|ابتداء من)?\s*{_NUMBER}\s*(?:pi[eè]ces?|pcs?|u|unit[eé]s?|kg)?\s*[:=]\s*"
    r"(?P<price>\d[\d\s.,\u00a0\u202f\u2009]*(?:\s*(?:DA|DZD))?)",
    re.IGNORECASE,
)
_LISTS = frozenset(map(fold, ("Barème", "Paliers", "Tarifs dégressifs", "Prix dégressifs", "Price breaks")))


def quantity_of(text: str) -> str:
    """The quantity from which a column's prices hold, as its name writes it; ``""`` where it names none.

    Examples
    --------
    >>> quantity_of("à partir de 1 000"), quantity_of("P.U. >= 500"), quantity_of("500 à 999"), quantity_of("P.U. HT")
    ('1 000', '500', '500', '')
    """
    bare = re.sub(r"\s+", " ", text.strip())
    for pattern in (_FROM, _RANGE, _AND_MORE):
        if found := pattern.match(bare):
            return found["low"].strip()
    return ""


def pairs_of(header: list[str]) -> list[tuple[str, str]]:
    """Columns that go together as quantity and price: ``Qté min 1`` with ``Prix 1``, and so on."""
    quantities = {found["rank"]: name for name in header if (found := _QUANTITY.match(name.strip()))}
    prices = {found["rank"]: name for name in header if (found := _PRICE.match(name.strip()))}
    return [(name, prices[rank]) for rank, name in quantities.items() if rank in prices]


def breaks_in(cell: str) -> list[tuple[str, str]] | None:
    """The breaks that one cell lists, as (quantity, price) texts; None where it is no such list.

    Examples
    --------
    >>> breaks_in("à partir de 500 : 5,20 ; 1 000 : 4,90")
    [('500', '5,20'), ('1 000', '4,90')]
    >>> breaks_in("5,20")
    """
    found: list[tuple[str, str]] = []
    parts = [part.strip() for part in re.split(r"[;\n|/]", cell) if part.strip()]
    for part in parts:
        one = _IN_CELL.fullmatch(part)
        if one is None or read_number(one["low"]) is None or read_number(one["price"]) is None:
            return None
        found.append((one["low"].strip(), one["price"].strip()))
    return found or None


def looks_like_breaks(name: str) -> bool:
    """Whether a column's name says that its cells list breaks."""
    return fold(name) in _LISTS
