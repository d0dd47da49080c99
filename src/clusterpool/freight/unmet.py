"""Why a shipment is left behind: no vehicle, no time, no free vehicle, or the price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.freight.case import fits
from clusterpool.freight.groupage import cheapest_of_load, takers
from clusterpool.freight.trips import possible_rides, timetable, within_limits
from clusterpool.plan import UnmetCause, UnmetReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.freight.trips import Trip
    from clusterpool.market import Vehicle


def cause_of(
    case: FreightCase, load: Load, cost: float, busy: Sequence[Trip], *, limit_struck: bool
) -> tuple[UnmetCause, str]:
    """Why a load is left unmet, with what its cheapest direct trip or groupage costs and what leaving it is valued at.

    Where that is no more than what leaving it is valued at, no plan that carries it was found, or no known trip does.
    `limit_struck`: whether the search for trips ran out of time.
    """
    reason, blocked_by = why_unmet(case, load, busy)
    fitting = [vehicle for vehicle in case.vehicles if fits(vehicle, load) and _start_days(case, vehicle, load)]
    costs = [timetable(case, vehicle, load.ready, _direct(load)).cost for vehicle in fitting]
    if (bill := cheapest_of_load(case, load)) is not None:
        costs.append(bill[0])
    serving = min(costs, default=None)
    dearer = reason in (UnmetReason.GROUPAGE_DEARER, UnmetReason.TRIPS_DEARER)
    if dearer and serving is not None and serving <= cost:
        reason = UnmetReason.NOT_IN_TIME if limit_struck else UnmetReason.LEFT_OUT
    return UnmetCause(reason, serving, cost), blocked_by


def why_unmet(case: FreightCase, load: Load, busy: Sequence[Trip]) -> tuple[UnmetReason, str]:
    """The reason a load is left unmet, and the vehicle types or tariffs that block it, joined by ``|``.

    `busy` are the trips that run. The direct trip of the load stands for all that could carry it.
    """
    if tariffs := takers(case, load.goods_class):
        return UnmetReason.GROUPAGE_DEARER, "|".join(tariff.tariff for tariff in tariffs)
    fitting = [vehicle for vehicle in case.vehicles if fits(vehicle, load)]
    if not fitting:
        return UnmetReason.NO_CARRIER, ""
    timely = {vehicle.vehicle: days for vehicle in fitting if (days := _start_days(case, vehicle, load))}
    if not timely:
        return UnmetReason.NO_TIME, "|".join(v.vehicle for v in fitting)
    if all(not _is_free(case, case.vehicle(name), load, days, busy) for name, days in timely.items()):
        return UnmetReason.VEHICLES_IN_USE, "|".join(timely)
    return UnmetReason.TRIPS_DEARER, "|".join(timely)


def _direct(load: Load) -> tuple[str, ...]:
    return (load.origin,) if load.origin == load.destination else (load.origin, load.destination)


def _start_days(case: FreightCase, vehicle: Vehicle, load: Load) -> list[int]:
    """The days on which the vehicle could start the load's direct trip."""
    stops = _direct(load)
    if not within_limits(case, vehicle, timetable(case, vehicle, load.ready, stops)):
        return []
    days = range(load.ready, load.due + 1)
    return [day for day in days if any(r.cargo == load.load for r in possible_rides(case, vehicle, day, stops))]


def _is_free(case: FreightCase, vehicle: Vehicle, load: Load, days: list[int], busy: Sequence[Trip]) -> bool:
    """Whether a vehicle of the type is left on all days of a direct trip that starts on one of `days`."""
    if vehicle.available is None:
        return True
    spans = [timetable(case, vehicle, trip.day, trip.stops).days for trip in busy if trip.vehicle == vehicle.vehicle]
    for day in days:
        last = timetable(case, vehicle, day, _direct(load)).last_day
        under_way = (sum(span[0] <= one <= span[-1] for span in spans) for one in range(day, last + 1))
        if all(count < vehicle.available for count in under_way):
            return True
    return False
