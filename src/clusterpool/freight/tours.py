"""The generator of known trips: tours of the pool, of each member alone and of coalitions, closed under leaving.

Small cases are listed completely. Else PyVRP searches tours for each group of members; every route that was ever part
of a best solution is kept, timed by the exact clock, repaired where it has to be and cut where the vehicle is empty.
The most promising ones by a linear program are offered to the model, which makes the best of all searches. Effort is
counted in iterations, so the trips are the same on every machine; a deadline is there for emergencies only and is
reported where it strikes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from clusterpool.executors import run_all
from clusterpool.freight.alternative import alternative
from clusterpool.freight.closure import Route, best_vehicle, closure, parts, repair, route
from clusterpool.freight.enumeration import enumerate_trips, is_small
from clusterpool.freight.parcels import parts_of_shipments
from clusterpool.freight.selection import by_reduced_cost
from clusterpool.freight.templates import lanes, lot_lanes, prizes, templates, tourable, worth_it
from clusterpool.freight.tour_model import search, tour_model
from clusterpool.freight.trips import KnownTrips, Trip, ride_order

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.market import Vehicle
    from clusterpool.solver import Deadline

Answer = TypeVar("Answer")
FEW_LOADS = 150
ROUTES_PER_LOAD = 1.0
"""So many routes a load of each group are offered: more of them slow the model down and hardly make plans cheaper."""
LEAST_ROUTES = 20
FEW_FOR_EACH_TYPE = 12
"""Up to so many loads a group is searched without each scarce vehicle type, too: that is a second's work there."""
CLOSED_PER_LOAD = 0.25
"""So many of them a load are offered to what is left of the group without some members, too."""
CHUNK_WORK = 40_000
"""Searches are sent to an executor in chunks of about this much work (loads x iterations), some half a second."""


LESS_IS_BETTER = ("fixed_cost", "cost_per_km", "cost_per_stop", "empty_return_pct")
MORE_IS_BETTER = ("capacity_kg", "capacity_m3", "capacity_pallets", "max_stops", "speed_kmh")
SEARCH_PART = 0.6
"""The part of the time for trips that searches for tours may take; choosing among the routes has the rest."""


@dataclass(frozen=True, slots=True)
class SearchEffort:
    """How often, and how long each time, tours of a group are searched."""

    searches: int
    iterations: int


@dataclass(frozen=True, slots=True)
class Search:
    """One search for tours of some loads, by every vehicle type but those `without`."""

    cargo: tuple[Load, ...]
    without: tuple[str, ...]
    seed: int
    iterations: int

    @property
    def work(self) -> int:
        """About what the search costs: loads x iterations."""
        return len(self.cargo) * self.iterations


@dataclass(frozen=True, slots=True)
class Found:
    """The routes that searches found, and whether the deadline cut one short."""

    routes: frozenset[Route]
    limit_struck: bool


@dataclass
class _Count:
    """Tells how many steps are done."""

    total: int
    tell: Callable[[int, int], None] | None
    done: int = 0

    def each(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        """The answers, each of them counted as it comes."""
        for answer in answers:
            self.done += 1
            if self.tell is not None:
                self.tell(self.done, self.total)
            yield answer


def effort(n_loads: int) -> SearchEffort:
    """The effort that pays for so many loads: several short searches beat a long one, since the model mixes them.

    Examples
    --------
    >>> effort(12), effort(300)
    (SearchEffort(searches=3, iterations=186), SearchEffort(searches=2, iterations=500))
    """
    return SearchEffort(3 if n_loads <= FEW_LOADS else 2, min(500, 150 + 3 * n_loads))


def known_trips(
    case: FreightCase,
    *,
    coalitions: Sequence[frozenset[str]] = (),
    parcels: Mapping[frozenset[str], Sequence[Load]] | None = None,
    seed: int = 0,
    deadline: Deadline,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> KnownTrips:
    """The trips that plans of the pool and of its coalitions may choose among.

    Parameters
    ----------
    coalitions : sequence of frozenset of members
        Planned with the same care as the pool and each member alone, which are always among them.
    parcels : mapping of coalition to sequence of Load
        Pieces that stand for what the coalition may buy ex works.
    seed : int
        The first of the seeds of each group's searches.
    deadline : Deadline
        For emergencies: `limit_struck` says that it cut a search short, and the trips may differ from run to run then.
    executor : concurrent.futures.Executor, optional
        Runs the searches; the result is the same.
    progress : callable, optional
        Is told how many steps are done, of how many.
    """
    if is_small(case):
        return enumerate_trips(case)
    groups = _groups(case, coalitions)
    bought = parcels or {}
    pieces = {group: (*bought.get(group, ()), *parts_of_shipments(case, group)) for group in groups}
    chunks = _chunks(_searches(case, groups, pieces, seed))
    count = _Count(len(chunks) + len(groups), progress)
    within = deadline.part(SEARCH_PART)
    found = _together(count.each(run_all(executor, _run, [(case, chunk, within) for chunk in chunks])))
    jobs = [(case, found.routes, _cargo(case, group, pieces.get(group, ())), groups, deadline) for group in groups]
    chosen = frozenset[Route]().union(*count.each(run_all(executor, _chosen, jobs)))
    worth = prizes(case)
    trips = [trip for trip in templates(case, chosen) if worth_it(case, trip, worth)]
    listed = sorted([*trips, *lot_lanes(case, worth)], key=_order)
    return KnownTrips(tuple(listed), complete=False, limit_struck=found.limit_struck or deadline.struck)


def _order(trip: Trip) -> tuple[int, str, tuple[str, ...], list[tuple[int, int, str, int]]]:
    return (trip.day, trip.vehicle, trip.stops, [ride_order(ride) for ride in trip.rides])


def _chosen(
    case: FreightCase,
    routes: Iterable[Route],
    cargo: Sequence[Load],
    groups: Sequence[frozenset[str]],
    deadline: Deadline,
) -> set[Route]:
    """The most promising routes of a group, as many as it has loads, and what is left of the best without members.

    The best of each of its fleets are among them, so that scarce vehicles never make a plan dearer than one that leaves
    them out. Where time is over, a group has its direct routes, and what is left of the pool's, the first group's.
    """
    if deadline.struck and cargo and {load.member for load in cargo} < set(case.members):
        return set(lanes(case, cargo))
    worth = {load.load: alternative(case, load).cost for load in cargo}
    chosen: set[Route] = set()
    for without in _fleets(case, cargo):
        fleet = _without(case, without)
        inside = tuple(load for load in cargo if tourable(fleet, load))
        ranked = by_reduced_cost(fleet, {*routes, *lanes(fleet, inside)}, inside, worth, deadline=deadline)
        best = closure(ranked[: math.ceil(CLOSED_PER_LOAD * len(inside))], coalitions=groups)
        most = max(LEAST_ROUTES, math.ceil(ROUTES_PER_LOAD * len(inside)))
        chosen |= {*ranked[:most], *(way for way in best if _pays(fleet, way, worth))}
    return chosen


def _fleets(case: FreightCase, cargo: Sequence[Load]) -> list[tuple[str, ...]]:
    """Which scarce vehicle types to leave out: none, all; each by itself where there are few loads.

    What a search finds with a scarce type may be worse than what it finds without. The model chooses among the trips of
    all of them, so that one vehicle more is never paid for by luck.
    """
    able = [vehicle for vehicle in case.vehicles if vehicle.available != 0]
    scarce = _scarce_for(case, cargo)
    if not scarce:
        return [()]
    each = [(name,) for name in scarce] if len(scarce) > 1 and len(cargo) <= FEW_FOR_EACH_TYPE else []
    return [(), *([scarce] if len(scarce) < len(able) else []), *each]


def _scarce_for(case: FreightCase, cargo: Sequence[Load]) -> tuple[str, ...]:
    """The vehicle types of which there are fewer than loads of some cargo for them, and that tempt.

    A type does not where some type without limit is as large, as fast and as cheap in every respect: it then carries
    only what that one may not, and no search gives it anything else.
    """
    scarce = replace(case, loads=tuple(cargo), lots=(), divisible=()).scarce - _useless(case)
    return tuple(sorted(name for name in scarce if not _outdone(case, case.vehicle(name))))


def _outdone(case: FreightCase, scarce: Vehicle) -> bool:
    """Whether a vehicle type without limit is as good as a scarce one, but for what it may carry."""
    return any(
        other.available is None
        and all(getattr(other, name) <= getattr(scarce, name) for name in LESS_IS_BETTER)
        and all(getattr(other, name) >= getattr(scarce, name) for name in MORE_IS_BETTER)
        for other in case.vehicles
    )


def _useless(case: FreightCase) -> frozenset[str]:
    return frozenset(vehicle.vehicle for vehicle in case.vehicles if vehicle.available == 0)


def _without(case: FreightCase, names: Collection[str]) -> FreightCase:
    """The case without some vehicle types."""
    return replace(case, vehicles=tuple(vehicle for vehicle in case.vehicles if vehicle.vehicle not in names))


def _groups(case: FreightCase, coalitions: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    alone = [frozenset({member}) for member in case.members]
    return sorted({frozenset(case.members), *alone, *coalitions}, key=lambda group: (-len(group), sorted(group)))


def _searches(
    case: FreightCase, groups: Sequence[frozenset[str]], parcels: Mapping[frozenset[str], Sequence[Load]], seed: int
) -> list[Search]:
    """The searches of all groups, the longest first."""
    found: set[Search] = set()
    for group in groups:
        cargo = _cargo(case, group, parcels.get(group, ()))
        for without in _fleets(case, cargo):
            inside = tuple(
                load for load in cargo if load.origin != load.destination and tourable(_without(case, without), load)
            )
            care = effort(len(inside))
            if inside:
                found.update(Search(inside, without, seed + n, care.iterations) for n in range(care.searches))
    return sorted(found, key=lambda one: (-one.work, one.cargo, one.without, one.seed))


def _cargo(case: FreightCase, members: frozenset[str], parcels: Sequence[Load]) -> tuple[Load, ...]:
    """The members' loads and the parcels, but those that no vehicle could bring within their window."""
    loads = [*(load for load in case.loads if load.member in members), *parcels]
    return tuple(sorted(load for load in loads if tourable(case, load)))


def _together(some: Iterable[Found]) -> Found:
    found = list(some)
    return Found(frozenset[Route]().union(*(one.routes for one in found)), any(one.limit_struck for one in found))


def _chunks(searches: Sequence[Search]) -> list[list[Search]]:
    chunks: list[list[Search]] = []
    room = 0
    for one in searches:
        if one.work > room:
            chunks.append([])
            room = CHUNK_WORK
        chunks[-1].append(one)
        room -= one.work
    return chunks


def _run(case: FreightCase, searches: Sequence[Search], deadline: Deadline) -> Found:
    routes: set[Route] = set()
    struck = False
    for one in searches:
        if deadline.struck:
            return Found(frozenset(routes), limit_struck=True)
        found, cut_short = _routes(case, one, deadline)
        routes |= found
        struck = struck or cut_short
    return Found(frozenset(routes), struck)


def _routes(case: FreightCase, one: Search, deadline: Deadline) -> tuple[set[Route], bool]:
    """The routes of one search that can be driven and that pay."""
    worth = {load.load: alternative(case, load).cost for load in one.cargo}
    loads = {load.load: load for load in one.cargo}
    case = _without(case, one.without)
    model = tour_model(case, one.cargo, worth)
    found, struck = search(model, seed=one.seed, iterations=one.iterations, deadline=deadline)
    routes: set[Route] = set()
    for tour in found:
        whole = route(tour.events, loads)
        for piece in {whole, *parts(whole)}:
            driven = repair(case, case.vehicle(tour.vehicle), piece, worth)
            if driven and _pays(case, driven, worth):
                routes.add(driven)
    return routes, struck


def _pays(case: FreightCase, way: Route, worth: Mapping[str, float]) -> bool:
    offer = best_vehicle(case, way)
    return offer is not None and offer[0] < sum(worth[haul.load.load] for haul in way.hauls)
