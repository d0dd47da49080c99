"""Codes that may be one: they differ in case, signs, leading zeros or letters like digits, or have one name.

They are listed for a decision and never merged: ``06`` and ``6`` may be two things.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clusterpool.messages import MessageId
from clusterpool.places import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterpool.validation.review import Review

_LIKE_DIGITS = str.maketrans("oilszb", "011528")
_USED_IN = {
    "items": (("purchases", "item"), ("offers", "item")),
    "suppliers": (("offers", "supplier"), ("purchases", "current_supplier")),
}


def check_likeness(review: Review) -> None:
    """Items and suppliers whose codes look alike, or that share a name; rows keep their lines."""
    for table, users in _USED_IN.items():
        if not review.sound(table, *(user for user, _ in users)):
            continue
        places = _places(review, table)
        for key in (without_zeros, with_digits):
            _note_alike(review, places, key)
        if table in review.given:
            _note_same_names(review, table, places)


def without_zeros(code: str) -> str:
    """A code without case, accents, signs, and zeros that lead a number.

    Examples
    --------
    >>> without_zeros("PREF-028"), without_zeros("pref 28"), without_zeros("06")
    ('pref28', 'pref28', '6')
    """
    return re.sub(r"(?<!\d)0+(?=\d)", "", fold(code))


def with_digits(code: str) -> str:
    """A code without case and signs, letters that look like digits being digits.

    Examples
    --------
    >>> with_digits("CARTON-O6") == with_digits("CARTON-06")
    True
    """
    return fold(code).translate(_LIKE_DIGITS)


def _places(review: Review, table: str) -> dict[str, tuple[str, int, str]]:
    """Where each code stands first: in its own table if that was given, else where it is used."""
    own = ((table, table.removesuffix("s")),) if table in review.given else _USED_IN[table]
    found: dict[str, tuple[str, int, str]] = {}
    for name, column in own:
        cells = review.table(name)[column].drop_duplicates()
        for line, code in zip(cells.index.tolist(), cells.tolist(), strict=True):
            if code:
                found.setdefault(code, (name, line, column))
    return found


def _note_alike(review: Review, places: dict[str, tuple[str, int, str]], key: Callable[[str], str]) -> None:
    seen: dict[str, str] = {}
    told = {(found.value, dict(found.fields).get("other")) for found in review.remarks}
    for code, place in places.items():
        other = seen.setdefault(key(code) or code, code)
        if other != code and (code, other) not in told:
            review.note(MessageId.CODE_ALIKE, *place, other=other, row=str(places[other][1]))


def _note_same_names(review: Review, table: str, places: dict[str, tuple[str, int, str]]) -> None:
    rows, key = review.table(table), table.removesuffix("s")
    seen: dict[str, str] = {}
    for code, name in zip(rows[key].tolist(), rows["name"].tolist(), strict=True):
        other = seen.setdefault(fold(name), code) if fold(name) else code
        if other != code:
            review.note(MessageId.CODE_SAME_NAME, *places[code], other=other, row=str(places[other][1]), name=name)
