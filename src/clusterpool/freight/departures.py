"""By what vehicle and on which days a route is offered: the types that could be of use, scarce ones on several days."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.freight.closure import start_days
from clusterpool.freight.trips import timetable

if TYPE_CHECKING:
    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.closure import Route

MOST_DAYS = 5
"""On so many days a trip of a scarce vehicle is offered: each working day of a week's window, else spread over it."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A vehicle type that drives a route from `day` (ordinal) to `last_day`; `scarce` where its number could bind."""

    cost: float
    vehicle: str
    day: int
    last_day: int
    scarce: bool

    @property
    def under_way(self) -> tuple[tuple[str, int], ...]:
        """The (vehicle type, day) pairs on which it takes up a scarce vehicle."""
        return tuple((self.vehicle, day) for day in range(self.day, self.last_day + 1)) if self.scarce else ()


def departures(case: FreightCase, way: Route) -> tuple[Departure, ...]:
    """Every vehicle type that could be of use on a route, the cheapest first.

    The cheapest type without limit starts on its first day. A dearer type never helps: wherever it runs, with all loads
    of the route or fewer, the cheapest unlimited one could run instead, for less and at no vehicle's expense. Scarce
    types that are cheaper all help, since each may be in use elsewhere: they are offered on up to `MOST_DAYS` days. The
    days of routes with wide windows are staggered by the route's own name, so that together they use every day.
    """
    able = sorted(
        (
            (timetable(case, vehicle, 0, way.stops), vehicle.vehicle in case.scarce, vehicle.vehicle, days)
            for vehicle in case.vehicles
            if vehicle.available != 0 and (days := start_days(case, vehicle, way))
        ),
        key=lambda offer: (offer[0].cost, offer[1:3]),
    )
    found: list[Departure] = []
    for times, scarce, name, days in able:
        starts = _spread(way, days) if scarce else days[:1]
        found += [Departure(times.cost, name, day, day + times.last_day, scarce) for day in starts]
        if not scarce:
            break
    return tuple(found)


def _spread(way: Route, days: range) -> range:
    step = math.ceil(len(days) / MOST_DAYS)
    name = "|".join([*way.stops, *(haul.load.load for haul in way.hauls)])
    return days[zlib.crc32(name.encode()) % step :: step]
