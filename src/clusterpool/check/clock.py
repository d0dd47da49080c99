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


def stretches(cargo: Cargo, stops: Sequence[str], days: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of stops between which a cargo may ride within its dates; one stop twice where it need not move."""
    starts = [k for k, site in enumerate(stops) if site == cargo.origin and days[k] >= cargo.ready]
    ends = [k for k, site in enumerate(stops) if site == cargo.destination and days[k] <= cargo.due]
    if cargo.origin == cargo.destination:
        return [(k, k) for k in starts if k in ends]
    return [(start, end) for start in starts for end in ends if start < end]


def shortest(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs that hold no other pair."""
    return [(a, b) for a, b in pairs if not any((c, d) != (a, b) and a <= c and d <= b for c, d in pairs)]
