"""The outline of Algeria and its neighbours, for maps that ask no network for anything.

Natural Earth 1:50m, public domain; see ``data/README.md``.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME = "Algeria"
"""The country that the others are neighbours of."""

Ring = tuple[tuple[float, float], ...]
"""A closed line of (longitude, latitude) in decimal degrees (WGS 84)."""


@cache
def outline() -> Mapping[str, tuple[Ring, ...]]:
    """The rings of each country by its English name.

    Examples
    --------
    >>> sorted(outline())[:3]
    ['Algeria', 'Libya', 'Mali']
    >>> min(latitude for ring in outline()[HOME] for _, latitude in ring)
    18.99
    """
    text = files("clusterpool").joinpath("data", "outline.json").read_text(encoding="utf-8")
    countries = json.loads(text)
    return MappingProxyType(
        {name: tuple(tuple((x, y) for x, y in ring) for ring in rings) for name, rings in countries.items()}
    )
