"""The built-in gazetteer: Algerian wilayas and ports under their French and Arabic names and usual spellings.

Coordinates: GeoNames (https://www.geonames.org/, CC BY 4.0), dz-locations (MIT) and searoute (Apache-2.0); see
``data/README.md``.
"""

from __future__ import annotations

import csv
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
    """
    return _gazetteer().get(fold(name), ())


@cache
def place_names() -> tuple[str, ...]:
    """The canonical names of all places, sorted."""
    return tuple(sorted({place.name for places in _gazetteer().values() for place in places}))


@cache
def _gazetteer() -> dict[str, tuple[Place, ...]]:
    found: dict[str, set[Place]] = {}
    text = files("clusterpool").joinpath("data", "places.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        place = Place(row["name"], row["kind"], float(row["latitude"]), float(row["longitude"]))
        for spelling in (row["name"], row["name_ar"], *row["aliases"].split("|")):
            if spelling:
                found.setdefault(fold(spelling), set()).add(place)
    return {spelling: tuple(sorted(places)) for spelling, places in found.items()}
