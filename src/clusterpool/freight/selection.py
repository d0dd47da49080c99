"""Which of many routes to offer: those that a covering of the loads by whole routes would take first.

A route of reduced cost d in the covering program (``covering.py``) makes a covering at least d dearer, so routes come
in the order of their reduced costs. A plan that may choose among a few hundred routes is found in seconds; among
thousands it is not, and the best of those are the same. Scarce vehicles are worth their rent there: what one vehicle
more would save on that day.

Before that the routes are refilled: the tours fix who rides, but another mix on the same stops is often better. The
dual of a load's row is what the plan would pay to have it carried; each route's stops are filled by those prices with
what can ride there, by every vehicle, and fillings of negative reduced cost join the routes, a few rounds long: column
generation restricted to the stop sequences of the tours. A dive then makes one whole plan: it takes the routes that the
relaxation is surest of, with their vehicles, refills the rest for what is left, and goes on. The routes of that plan
come first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from clusterpool.freight.case import SIZE_TOLERANCE
from clusterpool.freight.closure import Haul, Route, keep, start_days
from clusterpool.freight.covering import Covering, Fleet, Offers, cover
from clusterpool.freight.departures import departures
from clusterpool.freight.loads import Load
from clusterpool.freight.trips import possible_rides, room_taken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.departures import Departure
    from clusterpool.market import Vehicle
    from clusterpool.solver import Deadline

Depart: TypeAlias = Callable[[Route], "tuple[Departure, ...]"]
"""Gives the departures of a route."""
ROUNDS = 6
"""Rounds of refilling; later ones find little."""
DIVE_ROUNDS = 2
SURE_SHARE = 0.8
LEAST_SHARE = 1e-6
REFILLED_PER_LOAD = 1.0
"""So many routes a load are refilled, the most promising ones."""
MONEY_TOLERANCE = 1e-6
LEAST_ROOM = 1e-9
"""So that what takes no room is worth its price for a little of it."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Stops in order, and all that could ride there on a vehicle and a day.

    Parameters
    ----------
    room : tuple of (kg, m3, pallets)
        Of each haul, as parts of what the vehicle holds.
    work : tuple of float
        Of each haul the largest of these, times its legs.
    """

    stops: tuple[str, ...]
    hauls: tuple[Haul, ...]
    room: tuple[tuple[float, float, float], ...]
    work: tuple[float, ...]

    def only(self, codes: Collection[str]) -> _Frame:
        """What is left of it for some loads."""
        kept = [number for number, haul in enumerate(self.hauls) if haul.load.load in codes]
        return _Frame(
            self.stops,
            tuple(self.hauls[k] for k in kept),
            tuple(self.room[k] for k in kept),
            tuple(self.work[k] for k in kept),
        )


@dataclass(frozen=True, eq=False)
class _Filler:
    """Fills the stops of frames by prices of loads."""

    case: FreightCase
    frames: Sequence[_Frame]
    depart: Depart

    def only(self, codes: Collection[str]) -> _Filler:
        """For some loads only."""
        frames = [frame.only(codes) for frame in self.frames]
        return replace(self, frames=[frame for frame in frames if frame.hauls])

    def refill(self, covering: Covering, offers: Offers) -> Offers:
        """New routes of negative reduced cost, with their departures."""
        better: Offers = {}
        for frame in self.frames:
            loads = _filling(self.case, frame, covering.price)
            if not loads:
                continue
            hauls = tuple(haul for haul in frame.hauls if haul in loads)
            way = keep(Route(frame.stops, hauls), {haul.load for haul in loads})
            if way not in offers and way not in better and (found := self.depart(way)):
                cost = min(covering.cost(departure) for departure in found)
                gain = sum(covering.price[haul.load.load] for haul in way.hauls) - cost
                if gain > MONEY_TOLERANCE * cost:
                    better[way] = found
        return better


@dataclass(frozen=True, eq=False)
class _Stock:
    """What routes are for: the loads that are left, what they cost on no route, and the vehicles that are left."""

    loads: Mapping[str, Load]
    worth: Mapping[str, float]
    fleet: Fleet

    def cover(self, offers: Offers) -> Covering:
        """The cheapest covering of what is left."""
        return cover(offers, list(self.loads), self.worth, self.fleet)

    def has(self, departure: Departure) -> bool:
        """Whether a vehicle is left for a departure."""
        return all(self.fleet[key] >= 1.0 for key in departure.under_way)

    def less(self, taken: Iterable[tuple[Route, Departure]]) -> _Stock:
        """What is left once these routes run."""
        loads, fleet = dict(self.loads), dict(self.fleet)
        for way, departure in taken:
            for haul in way.hauls:
                loads.pop(haul.load.load, None)
            for key in departure.under_way:
                fleet[key] -= 1.0
        return replace(self, loads=loads, fleet=fleet)


def by_reduced_cost(
    case: FreightCase,
    routes: Iterable[Route],
    cargo: Sequence[Load],
    worth: Mapping[str, float],
    *,
    deadline: Deadline,
) -> list[Route]:
    """The routes for loads of `cargo`, refilled, the most promising first; ties go by stops and loads.

    Once the deadline has struck nothing more is refilled.
    """
    stock = _Stock({load.load: load for load in sorted(cargo)}, worth, _fleet(case, cargo))
    depart = cache(partial(departures, case))  # the same fillings come up again round after round
    offers = {
        way: found
        for way in sorted(set(routes))
        if all(haul.load.load in stock.loads for haul in way.hauls) and (found := depart(way))
    }
    if not offers:
        return []
    ranked = stock.cover(offers).ranked
    if deadline.struck:
        return list(ranked)
    promising = ranked[: max(1, round(REFILLED_PER_LOAD * len(stock.loads)))]
    frames = _frames(replace(case, loads=tuple(sorted(cargo)), lots=(), divisible=()), promising)
    filler = _Filler(case, frames, depart)
    _generate(filler, offers, stock, rounds=ROUNDS, deadline=deadline)
    plan = _dive(filler, offers, stock, deadline)
    ranked = stock.cover(offers).ranked
    first = set(plan)
    return [*plan, *(way for way in ranked if way not in first)]


def _fleet(case: FreightCase, cargo: Sequence[Load]) -> Fleet:
    """The vehicles of scarce types on every day on which something could ride."""
    days = range(min(load.ready for load in cargo), max(load.due for load in cargo) + 1) if cargo else range(0)
    return {
        (vehicle.vehicle, day): float(vehicle.available)
        for vehicle in case.vehicles
        if vehicle.vehicle in case.scarce and vehicle.available is not None
        for day in days
    }


def _generate(filler: _Filler, offers: Offers, stock: _Stock, *, rounds: int, deadline: Deadline) -> None:
    """Add routes to `offers` as long as refilling finds better ones, at most so many rounds."""
    for _ in range(rounds):
        if deadline.struck:
            return
        better = filler.refill(stock.cover(offers), offers)
        if not better:
            return
        offers |= better


def _dive(filler: _Filler, offers: Offers, stock: _Stock, deadline: Deadline) -> list[Route]:
    """The routes of one plan: again and again the surest ones of the relaxation over what is left."""
    current, plan = dict(offers), list[Route]()
    while current and not deadline.struck:
        _generate(filler, current, stock, rounds=DIVE_ROUNDS, deadline=deadline)
        taken = _surest(stock.cover(current), stock.fleet)
        if not taken:
            break
        plan += [way for way, _ in taken]
        stock = stock.less(taken)
        filler = filler.only(stock.loads)
        current = _without(filler.depart, current, stock)
    return plan


def _surest(covering: Covering, fleet: Fleet) -> list[tuple[Route, Departure]]:
    """Routes that the relaxation takes nearly whole, no load and no vehicle twice; else the one it takes most of."""
    taken: list[tuple[Route, Departure]] = []
    aboard: set[str] = set()
    left = dict(fleet)
    for way in sorted(covering.ranked, key=lambda way: (-round(covering.part[way], 6), way)):
        codes, departure = {haul.load.load for haul in way.hauls}, covering.likely[way]
        if covering.part[way] <= LEAST_SHARE or (taken and covering.part[way] < SURE_SHARE):
            break
        if not codes & aboard and all(left[key] >= 1.0 for key in departure.under_way):
            taken.append((way, departure))
            aboard |= codes
            for key in departure.under_way:
                left[key] -= 1.0
    return taken


def _without(depart: Depart, offers: Offers, stock: _Stock) -> Offers:
    """The routes for the loads that are left, by the vehicles that are left."""
    found: Offers = {}
    kept = set(stock.loads.values())
    for way, by in offers.items():
        if all(haul.load.load in stock.loads for haul in way.hauls):
            found[way] = by
        else:
            rest = keep(way, kept)
            if rest.hauls and rest not in found:
                found[rest] = depart(rest)
    free = {
        way: tuple(d for d in by if all(stock.fleet[key] >= 1.0 for key in d.under_way)) for way, by in found.items()
    }
    return {way: by for way, by in free.items() if by}


def _frames(case: FreightCase, routes: Iterable[Route]) -> tuple[_Frame, ...]:
    """The stops of the routes by every vehicle that can drive them, on the first and the last day that it can start.

    Vehicles that are filled alike (an own and a hired one of a size) make one frame.
    """
    keys = {
        (way.stops, vehicle, day)
        for way in routes
        for vehicle in case.vehicles
        if vehicle.available != 0
        for day in _ends(start_days(case, vehicle, keep(way, {way.hauls[0].load})), start_days(case, vehicle, way))
    }
    ordered = sorted(keys, key=lambda key: (key[0], key[1].vehicle, key[2]))
    frames = (_frame(case, vehicle, day, stops) for stops, vehicle, day in ordered)
    return tuple({(frame.stops, frame.hauls, frame.room): frame for frame in frames}.values())


def _ends(some: range, every: range) -> set[int]:
    days = every or some
    return {days[0], days[-1]} if days else set()


def _frame(case: FreightCase, vehicle: Vehicle, day: int, stops: tuple[str, ...]) -> _Frame:
    hauls: list[Haul] = []
    for ride in possible_rides(case, vehicle, day, stops):
        load = case.cargo(ride.cargo)
        if isinstance(load, Load):
            hauls.append(Haul(load, ride.start, ride.end))
    hauls.sort()
    room = tuple(room_taken(vehicle, haul.load) for haul in hauls)
    work = (LEAST_ROOM + max(taken) * max(1, haul.end - haul.start) for haul, taken in zip(hauls, room, strict=True))
    return _Frame(stops, tuple(hauls), room, tuple(work))


def _filling(case: FreightCase, frame: _Frame, duals: Mapping[str, float]) -> set[Haul]:
    """What to load, by what a haul brings for the room that it takes over its legs, while there is room."""
    free = np.full((max(1, len(frame.stops) - 1), 3), 1 + SIZE_TOLERANCE)
    chosen: dict[str, Haul] = {}
    classes: set[str] = set()
    ranked = sorted(
        (-price / work, number)
        for number, (haul, work) in enumerate(zip(frame.hauls, frame.work, strict=True))
        if (price := duals.get(haul.load.load, 0.0)) > MONEY_TOLERANCE
    )
    for _, number in ranked:
        haul, room = frame.hauls[number], frame.room[number]
        if haul.load.load in chosen or not all(case.may_share(haul.load.goods_class, other) for other in classes):
            continue
        stretch = free[haul.start : haul.end]
        if (stretch >= room).all():
            stretch -= room
            chosen[haul.load.load] = haul
            classes.add(haul.load.goods_class)
    return set(chosen.values())
