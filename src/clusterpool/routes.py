"""Distances, hours and tolls between sites: the shortest path over given roads, else the great circle.

This is the only room that knows networkx.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from clusterpool.errors import RouteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterpool.demand import Pool

EARTH_RADIUS_KM = 6371.0
TIE_SPEED_KMH = 60.0
"""Among paths of equal length the quicker wins; roads without a duration count at this speed there."""

_SCALE = 1_000_000_000
_FIELD_BITS = 80


@dataclass(frozen=True, slots=True)
class Road:
    """A row of the roads table; `duration_h` is None where it is not known."""

    origin: str
    destination: str
    distance_km: float
    duration_h: float | None = None
    toll: float = 0.0


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one site to another.

    Parameters
    ----------
    distance_km : float
    known_h : float
        Hours on the roads that state a duration.
    unknown_km : float
        Length of the roads that state none.
    toll : float
        In the pool's currency.
    """

    distance_km: float
    known_h: float
    unknown_km: float
    toll: float

    def hours(self, speed_kmh: float) -> float:
        """Driving hours at `speed_kmh` wherever no duration is known.

        Examples
        --------
        >>> Leg(distance_km=150.0, known_h=1.5, unknown_km=60.0, toll=0.0).hours(60.0)
        2.5
        """
        return self.known_h + self.unknown_km / speed_kmh


NO_LEG = Leg(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class LegMatrix:
    """Every leg among `sites`, row to column, as square arrays."""

    sites: tuple[str, ...]
    distance_km: np.ndarray
    known_h: np.ndarray
    unknown_km: np.ndarray
    toll: np.ndarray

    def hours(self, speed_kmh: float) -> np.ndarray:
        """Driving hours at `speed_kmh` wherever no duration is known."""
        hours: np.ndarray = self.known_h + self.unknown_km / speed_kmh
        return hours


class RoadNetwork:
    """Legs between sites, each worked out once.

    Parameters
    ----------
    coordinates : mapping of site to (latitude, longitude)
        In degrees; asked for only where no roads are given.
    roads : iterable of Road
        Two-way unless both directions are given. Empty: great circle (haversine, R = 6371.0 km) times `circuity`.
    circuity : float
        Road kilometres a kilometre of great circle.

    Examples
    --------
    >>> network = RoadNetwork({}, [Road("Oran", "Blida", 400.0), Road("Blida", "Setif", 280.0, 3.5, 50.0)])
    >>> network.leg("Setif", "Oran")
    Leg(distance_km=680.0, known_h=3.5, unknown_km=400.0, toll=50.0)
    """

    def __init__(
        self, coordinates: Mapping[str, tuple[float, float]], roads: Iterable[Road] = (), circuity: float = 1.24
    ) -> None:
        self._coordinates = dict(sorted(coordinates.items()))
        self._circuity = circuity
        self._graph = _graph(roads)
        self._paths: dict[str, dict[str, list[str]]] = {}
        self._legs: dict[tuple[str, str], Leg] = {}

    def fastest_kmh(self, speed_kmh: float) -> float:
        """The greatest speed anywhere for a vehicle that makes `speed_kmh` where no duration is stated."""
        roads = [data["road"] for _, _, data in self._graph.edges(data=True)]
        stated = [
            road.distance_km / road.duration_h if road.duration_h else math.inf
            for road in roads
            if road.duration_h is not None
        ]
        return max([speed_kmh, *stated])

    def leg(self, origin: str, destination: str) -> Leg:
        """The shortest way by km; ties go to the fewer hours, then to the lower toll.

        Raises
        ------
        RouteError
            Where no road leads there, or a site has no coordinates.
        """
        if origin == destination:
            return NO_LEG
        found = self._legs.get((origin, destination))
        if found is None:
            found = self._by_road(origin, destination) if self._graph else self._by_air(origin, destination)
            self._legs[origin, destination] = found
        return found

    def matrix(self, sites: Sequence[str]) -> LegMatrix:
        """Every leg among `sites`."""
        legs = [[self.leg(origin, destination) for destination in sites] for origin in sites]
        shape = (len(sites), len(sites))
        distance, known, unknown, toll = (
            np.array([[getattr(leg, name) for leg in row] for row in legs], dtype=float).reshape(shape)
            for name in ("distance_km", "known_h", "unknown_km", "toll")
        )
        return LegMatrix(tuple(sites), distance, known, unknown, toll)

    def _by_road(self, origin: str, destination: str) -> Leg:
        if origin not in self._graph or destination not in self._graph:
            missing = origin if origin not in self._graph else destination
            raise RouteError(f"no way from {origin!r} to {destination!r}: no row of the roads table names {missing!r}")
        if origin not in self._paths:
            self._paths[origin] = nx.single_source_dijkstra_path(self._graph, origin, weight="rank")
        path = self._paths[origin].get(destination)
        if path is None:
            raise RouteError(f"no way from {origin!r} to {destination!r}: the roads table does not connect them")
        roads = [self._graph.edges[pair]["road"] for pair in pairwise(path)]
        return Leg(
            math.fsum(road.distance_km for road in roads),
            math.fsum(road.duration_h for road in roads if road.duration_h is not None),
            math.fsum(road.distance_km for road in roads if road.duration_h is None),
            math.fsum(road.toll for road in roads),
        )

    def _by_air(self, origin: str, destination: str) -> Leg:
        for site in (origin, destination):
            if site not in self._coordinates:
                raise RouteError(f"no way from {origin!r} to {destination!r}: {site!r} has no coordinates")
        km = self._circuity * great_circle_km(self._coordinates[origin], self._coordinates[destination])
        return Leg(km, 0.0, km, 0.0)


def great_circle_km(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Kilometres between two points (latitude, longitude in degrees) by the haversine formula.

    Examples
    --------
    >>> round(great_circle_km((36.75, 3.06), (35.70, -0.63)), 1)
    351.0
    """
    (lat1, lon1), (lat2, lon2) = ((math.radians(a), math.radians(b)) for a, b in (start, end))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def road_network(pool: Pool) -> RoadNetwork:
    """The network of a pool: its roads table where it has one, else its sites' coordinates."""
    sites = pool.table("sites")
    columns = (sites[name].tolist() for name in ("site", "latitude", "longitude"))
    coordinates = {
        site: (latitude, longitude)
        for site, latitude, longitude in zip(*columns, strict=True)
        if not (math.isnan(latitude) or math.isnan(longitude))
    }
    roads = [_road(row) for row in pool.table("roads").itertuples(index=False)]
    return RoadNetwork(coordinates, roads, pool.settings.circuity)


def _road(row: Any) -> Road:  # noqa: ANN401
    return Road(
        row.origin,
        row.destination,
        float(row.distance_km),
        None if pd.isna(row.duration_h) else float(row.duration_h),
        0.0 if pd.isna(row.toll) else float(row.toll),
    )


def _graph(roads: Iterable[Road]) -> nx.DiGraph[str]:
    given: dict[tuple[str, str], Road] = {}
    for road in roads:
        key = (road.origin, road.destination)
        if key not in given or _rank(road) < _rank(given[key]):
            given[key] = road
    both = given | {(b, a): road for (a, b), road in given.items() if (b, a) not in given}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for (origin, destination), road in sorted(both.items()):
        graph.add_edge(origin, destination, road=road, rank=_rank(road))
    return graph


def _rank(road: Road) -> int:
    """Km, hours, toll and stated hours of a road as one integer whose sums compare in that order.

    Integers add up exactly, so paths of equal length tie in truth and not by rounding.
    """
    hours = road.distance_km / TIE_SPEED_KMH if road.duration_h is None else road.duration_h
    rank = 0
    for figure in (road.distance_km, hours, road.toll, road.duration_h or 0.0):
        rank = (rank << _FIELD_BITS) + round(figure * _SCALE)
    return rank
