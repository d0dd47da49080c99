"""Ways between sites: the shortest path by km over the roads table, else the great circle."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.cells import number, rows_of, text
from clusterpool.errors import RouteError

if TYPE_CHECKING:
    from clusterpool.demand import Pool

_EARTH_RADIUS_KM = 6371.0
_USUAL_SPEED_KMH = 60.0
_UNITS = 10**9


@dataclass(frozen=True, slots=True)
class Way:
    """Length, stated hours, length without stated hours and tolls of a road or of a path."""

    km: float = 0.0
    stated_h: float = 0.0
    untimed_km: float = 0.0
    toll: float = 0.0

    def then(self, road: Way) -> Way:
        """The way that goes on along `road`."""
        return Way(
            self.km + road.km,
            self.stated_h + road.stated_h,
            self.untimed_km + road.untimed_km,
            self.toll + road.toll,
        )

    def hours(self, speed_kmh: float) -> float:
        """Driving hours of a vehicle of that speed."""
        return self.stated_h + self.untimed_km / speed_kmh

    @property
    def rank(self) -> tuple[int, int, int]:
        """Km, hours and toll in whole billionths, whose sums tie exactly."""
        hours = self.hours(_USUAL_SPEED_KMH)
        return (round(self.km * _UNITS), round(hours * _UNITS), round(self.toll * _UNITS))


class Geography:
    """The ways between the sites of a pool, each origin worked out once."""

    def __init__(self, pool: Pool) -> None:
        self._circuity = number(pool.settings.circuity)
        self._position = {
            row["site"]: (math.radians(number(row["latitude"])), math.radians(number(row["longitude"])))
            for row in rows_of(pool, "sites")
            if not math.isnan(number(row["latitude"], math.nan) + number(row["longitude"], math.nan))
        }
        self._roads = _roads(pool)
        self._from: dict[str, dict[str, Way]] = {}

    def way(self, origin: str, destination: str) -> Way:
        """The shortest way; ties go to the fewer hours, then to the lower toll.

        Raises
        ------
        RouteError
            Where the two sites are not connected.
        """
        if origin == destination:
            return Way()
        if not self._roads:
            return self._through_the_air(origin, destination)
        if origin not in self._from:
            self._from[origin] = _shortest(self._roads, origin)
        if destination not in self._from[origin]:
            raise RouteError(f"no road from {origin!r} to {destination!r}")
        return self._from[origin][destination]

    def _through_the_air(self, origin: str, destination: str) -> Way:
        if origin not in self._position or destination not in self._position:
            raise RouteError(f"no coordinates for {origin!r} or {destination!r}")
        (south, west), (north, east) = self._position[origin], self._position[destination]
        parallels = math.cos(south) * math.cos(north)
        chord = math.sin((north - south) / 2) ** 2 + parallels * math.sin((east - west) / 2) ** 2
        angle = 2.0 * math.atan2(math.sqrt(chord), math.sqrt(max(0.0, 1.0 - chord)))
        km = _EARTH_RADIUS_KM * angle * self._circuity
        return Way(km, 0.0, km, 0.0)


def _roads(pool: Pool) -> dict[str, dict[str, Way]]:
    """Roads by origin and destination, two-way unless both directions are given."""
    given: dict[tuple[str, str], Way] = {}
    for row in rows_of(pool, "roads"):
        km, hours = number(row["distance_km"]), number(row["duration_h"], math.nan)
        untimed = math.isnan(hours)
        road = Way(km, 0.0 if untimed else hours, km if untimed else 0.0, number(row["toll"]))
        ends = (text(row["origin"]), text(row["destination"]))
        if ends not in given or road.rank < given[ends].rank:
            given[ends] = road
    roads: dict[str, dict[str, Way]] = defaultdict(dict)
    for (origin, destination), road in given.items():
        roads[origin][destination] = road
        if (destination, origin) not in given:
            roads[destination][origin] = road
    return dict(roads)


def _shortest(roads: dict[str, dict[str, Way]], origin: str) -> dict[str, Way]:
    settled: dict[str, Way] = {}
    queue: list[tuple[tuple[int, int, int], str, int]] = [((0, 0, 0), origin, 0)]
    ways = [Way()]
    while queue:
        rank, site, number_of_way = heapq.heappop(queue)
        if site in settled:
            continue
        settled[site] = ways[number_of_way]
        for following, road in roads.get(site, {}).items():
            if following not in settled:
                ways.append(settled[site].then(road))
                total = (rank[0] + road.rank[0], rank[1] + road.rank[1], rank[2] + road.rank[2])
                heapq.heappush(queue, (total, following, len(ways) - 1))
    return settled
