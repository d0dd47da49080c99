"""How far places lie apart, as far as the checks of the input must know it."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_EARTH_RADIUS_KM = 6371.0


@dataclass
class Components:
    """Which places roads connect (union-find); roads run both ways, or both directions are given."""

    parents: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, roads: Iterable[tuple[str, str]]) -> Components:
        """The components of a list of roads (origin, destination)."""
        components = cls()
        for origin, destination in roads:
            components.parents[components.root(origin)] = components.root(destination)
        return components

    def root(self, place: str) -> str:
        """The representative of a place's component."""
        self.parents.setdefault(place, place)
        while self.parents[place] != place:
            self.parents[place] = self.parents[self.parents[place]]
            place = self.parents[place]
        return place


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees, R = 6371.0 km (haversine)."""
    (phi, lam), (psi, mu) = ((math.radians(lat), math.radians(lon)) for lat, lon in (one, other))
    chord = math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin((mu - lam) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def shortest_hours(roads: Sequence[Any], speed_kmh: float, origin: str) -> dict[str, float]:
    """Driving hours from a place to every other along the path of least km (of several, the fastest).

    `roads` are rows with origin, destination, distance_km and duration_h (NaN: by the speed).
    """
    edges: dict[str, list[tuple[str, float, float]]] = {}
    given = {(road.origin, road.destination) for road in roads}
    for road in roads:
        hours = road.distance_km / speed_kmh if math.isnan(road.duration_h) else road.duration_h
        edges.setdefault(road.origin, []).append((road.destination, road.distance_km, hours))
        if (road.destination, road.origin) not in given:
            edges.setdefault(road.destination, []).append((road.origin, road.distance_km, hours))
    settled: dict[str, float] = {}
    queue = [(0.0, 0.0, origin)]
    while queue:
        km, hours, place = heapq.heappop(queue)
        if place not in settled:
            settled[place] = hours
            for end, length, duration in edges.get(place, ()):
                heapq.heappush(queue, (km + length, hours + duration, end))
    return settled
