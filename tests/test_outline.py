"""The outline encloses the places it is drawn behind, and its rings are closed."""

from __future__ import annotations

import doctest
import importlib
from itertools import pairwise

from clusterpool.outline import HOME, Ring, outline
from clusterpool.places import find_places


def inside(ring: Ring, x: float, y: float) -> bool:
    """Whether a point is inside a ring: a ray to the east crosses it an odd number of times."""
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y):
            crossings += x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    return crossings % 2 == 1


def test_inland_towns_are_in_algeria_and_in_no_neighbour() -> None:
    for name in ("Blida", "Biskra", "Tamanrasset", "Ouargla", "Tindouf", "Souk Ahras", "Djanet"):
        place = find_places(name)[0]
        found = {
            country
            for country, rings in outline().items()
            for ring in rings
            if inside(ring, place.longitude, place.latitude)
        }
        assert found == {HOME}, name


def test_rings_are_closed() -> None:
    assert all(len(ring) >= 4 and ring[0] == ring[-1] for rings in outline().values() for ring in rings)


def test_examples() -> None:
    room = importlib.import_module("clusterpool.outline")
    assert doctest.testmod(room).failed == 0
