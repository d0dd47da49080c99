"""The built-in gazetteer: Algerian wilayas and ports under their French and Arabic names and usual spellings.

Coordinates: GeoNames (https://www.geonames.org/, CC BY 4.0), dz-locations (MIT) and searoute (Apache-2.0); see
``data/README.md``.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ALIKE = str.maketrans(
    {
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
    }
)


_WRITTEN = re.compile(
    r"(?:(?P<code>\d{1,2})\s*[-:./\u2013\s]\s*)?"
    r"(?:(?:wilaya|w\.?|ville|daira|commune|ولاية|مدينة)\s*(?:de\s+la\s+|de\s+|du\s+|d['\u2019]\s*|:\s*)?)?"
    r"(?P<name>[^\d(]+?)\s*(?:\(?(?P<after>\d{1,2})\)?)?",
    re.IGNORECASE,
)
"""A place as forms have it: its wilaya's code before or after it, and the word wilaya."""


_LONGEST_NAME = 40
_LETTERS_A_SLIP = 4


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place of the gazetteer: canonical French name and coordinates in decimal degrees (WGS 84)."""

    name: str
    kind: str
    latitude: float
    longitude: float


def fold(name: str) -> str:
    """A name without case, accents, hyphens, apostrophes and spaces.

    Examples
    --------
    >>> fold("Bordj-Bou Arréridj")
    'bordjbouarreridj'
    """
    letters = unicodedata.normalize("NFKD", name.translate(_ALIKE))
    return "".join(character for character in letters if character.isalnum()).casefold()


def find_places(name: str) -> tuple[Place, ...]:
    """The places that a name may mean: none, one, or several where a short form is ambiguous.

    Examples
    --------
    >>> [place.name for place in find_places("BOUGIE")]
    ['Béjaïa']
    >>> [place.name for place in find_places("Bordj")]
    ['Bordj Badji Mokhtar', 'Bordj Bou Arréridj']
    >>> [place.name for place in find_places("06 - Béjaïa")], [place.name for place in find_places("Wilaya d'Oran")]
    (['Béjaïa'], ['Oran'])

    A number that is the code of another wilaya contradicts the name, and both places come out:

    >>> [place.name for place in find_places("05 - Béjaïa")]
    ['Batna', 'Béjaïa']
    """
    if found := _gazetteer().get(fold(name), ()):
        return found
    parts = _WRITTEN.fullmatch(name.strip())
    if parts is None:
        return ()
    found = _gazetteer().get(fold(parts["name"]), ())
    other = _codes().get(int(parts["code"] or parts["after"] or 0))
    return tuple(sorted({*found, other})) if found and other else found


@cache
def place_names() -> tuple[str, ...]:
    """The canonical names of all places, sorted."""
    return tuple(sorted({place.name for places in _gazetteer().values() for place in places}))


def near_places(name: str) -> tuple[Place, ...]:
    """The places whose names a slip of typing makes of a name: one letter in four wrong, missing, more or swapped.

    A likeness of letters is not enough: Rouiba, near Alger, is no slip for Bouira, 70 km from there.

    Examples
    --------
    >>> [place.name for place in near_places("Bejia")], [place.name for place in near_places("Orna")]
    (['Béjaïa'], ['Oran'])
    >>> near_places("Rouiba")
    ()
    """
    given = fold(name)
    if not given or len(given) > _LONGEST_NAME:
        return ()
    found = {
        place: slips
        for spelling, places in _gazetteer().items()
        if (slips := _slips(given, spelling, max(1, len(given) // _LETTERS_A_SLIP))) is not None
        for place in places
    }
    least = min(found.values(), default=0)
    return tuple(sorted(place for place, slips in found.items() if slips == least))


def _slips(one: str, other: str, most: int) -> int | None:
    """How many letters are wrong, missing, more or swapped (the optimal string alignment); None: more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != right))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == right
            row.append(min(best, before[j - 2] + 1) if swapped else best)
        before, last = last, row
    return last[-1] if last[-1] <= most else None


@cache
def _codes() -> dict[int, Place]:
    """The wilayas by their code, as far as all published tables agree on it (1 to 48)."""
    return {int(row["code"]): _place(row) for row in _rows() if row["code"]}


@cache
def _gazetteer() -> dict[str, tuple[Place, ...]]:
    found: dict[str, set[Place]] = {}
    for row in _rows():
        place = _place(row)
        for spelling in (row["name"], row["name_ar"], *row["aliases"].split("|")):
            if spelling:
                found.setdefault(fold(spelling), set()).add(place)
    return {spelling: tuple(sorted(places)) for spelling, places in found.items()}


def _place(row: dict[str, str]) -> Place:
    return Place(row["name"], row["kind"], float(row["latitude"]), float(row["longitude"]))


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files("clusterpool").joinpath("data", "places.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
