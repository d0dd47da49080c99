"""When a trip is where, how far it goes and what it costs."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.cells import number
from clusterpool.check.roads import Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.check.cargo import Cargo, Vehicle
    from clusterpool.check.roads import Geography
    from clusterpool.demand import Pool

_CLOCK_ROUNDING_H = 1e-9


@dataclass(frozen=True, slots=True)
class Clock:
    """How the hours of a trip make days."""

    driving_hours_per_day: float
    hours_per_stop: float
    max_trip_days: float

    @staticmethod
    def of(pool: Pool) -> Clock:
        """The clock that the settings of a pool state."""
        settings = pool.settings
        return Clock(
            number(settings.driving_hours_per_day), number(settings.hours_per_stop), number(settings.max_trip_days)
        )


@dataclass(frozen=True, slots=True)
class Course:
    """A trip worked out: the day of each stop, km without and with the paid part of the empty return, cost."""

    days: tuple[int, ...]
    km: float
    paid_km: float
    cost: float

    @property
    def duration_days(self) -> int:
        """Days from the first stop's to the last stop's, both counted."""
        return self.days[-1] - self.days[0] + 1


def course(geography: Geography, clock: Clock, vehicle: Vehicle, day: int, stops: Sequence[str]) -> Course:
    """Work a trip out; its tolls are those of the driven legs and, where it is paid at all, of the empty return."""
    ways = [geography.way(origin, destination) for origin, destination in itertools.pairwise(stops)]
    hours, days = 0.0, [day]
    for way in ways:
        hours += clock.hours_per_stop + way.hours(vehicle.speed_kmh)
        days.append(day + max(0, math.floor((hours - _CLOCK_ROUNDING_H) / clock.driving_hours_per_day)))
    back = geography.way(stops[-1], stops[0]) if vehicle.empty_return > 0.0 else Way()
    km = math.fsum(way.km for way in ways)
    paid_km = km + vehicle.empty_return * back.km
    tolls = math.fsum(way.toll for way in ways) + back.toll
    cost = vehicle.fixed_cost + vehicle.cost_per_km * paid_km + vehicle.cost_per_stop * len(stops) + tolls
    return Course(tuple(days), km, paid_km, cost)


def may_ride(cargo: Cargo, start: int, end: int, stops: Sequence[str], days: Sequence[int]) -> bool:
    """Whether a cargo may go on at stop `start` and off at stop `end`: its own sites, in this order, within its dates.

    Where it need not move, both are the only stop of its trip.
    """
    moves = start < end if cargo.origin != cargo.destination else len(stops) == 1
    sites = stops[start] == cargo.origin and stops[end] == cargo.destination
    return moves and sites and days[start] >= cargo.ready and days[end] <= cargo.due
