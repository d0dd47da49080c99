"""Which of many routes to offer: those that a covering of the loads by whole routes would take first.

Minimise  sum_r C_r y_r + sum_i a_i s_i  subject to  sum over the routes r of load i of y_r + s_i >= 1,  0 <= y, s <= 1:
the linear relaxation of set covering, with a_i what load i costs on no trip. A route of reduced cost d makes a covering
at least d dearer, so routes come in the order of their reduced costs. A plan that may choose among a few hundred routes
is found in seconds; among thousands it is not, and the best of those are the same.

Before that the routes are refilled: the tours fix who rides, but another mix on the same stops is often better. The
dual of a load's row is what the plan would pay to have it carried; each route's stops are filled by those prices with
what can ride there, by every vehicle, and fillings of negative reduced cost join the routes, a few rounds long: column
generation restricted to the stop sequences of the tours. A dive then makes one whole plan: it takes the routes that the
relaxation is surest of, refills the rest for what is left, and goes on. The routes of that plan come first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.freight.case import SIZE_TOLERANCE
from clusterpool.freight.closure import Haul, Route, best_vehicle, keep, start_days
from clusterpool.freight.loads import Load
from clusterpool.freight.trips import possible_rides, room_taken
from clusterpool.solver import LinearModel, LpSession

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.market import Vehicle
    from clusterpool.solver import Deadline, LpSolution

ROUNDS = 6
"""Rounds of refilling; later ones find little."""
DIVE_ROUNDS = 2
SURE_SHARE = 0.8
LEAST_SHARE = 1e-6
REFILLED_PER_LOAD = 1.0
"""So many routes a load are refilled, the most promising ones."""
MONEY_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class _Frame:
    """A vehicle on a day at stops in order, and all that could ride there with the room that it takes."""

    vehicle: Vehicle
    stops: tuple[str, ...]
    hauls: tuple[Haul, ...]
    room: tuple[tuple[float, float, float], ...]


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
    inside = {load.load: number for number, load in enumerate(sorted(cargo))}
    price = {
        way: offer[0]
        for way in sorted(set(routes))
        if all(haul.load.load in inside for haul in way.hauls) and (offer := best_vehicle(case, way))
    }
    if not price:
        return []
    promising = _solve(price, inside, worth)[0][: max(1, round(REFILLED_PER_LOAD * len(inside)))]
    frames = _frames(replace(case, loads=tuple(sorted(cargo)), lots=()), promising)
    _generate(case, frames, price, inside, worth, rounds=ROUNDS, deadline=deadline)
    plan = _dive(case, frames, price, {load.load: load for load in sorted(cargo)}, worth, deadline)
    ranked = _solve(price, inside, worth)[0]
    first = set(plan)
    return [*plan, *(way for way in ranked if way not in first)]


def _generate(
    case: FreightCase,
    frames: Sequence[_Frame],
    price: dict[Route, float],
    inside: Mapping[str, int],
    worth: Mapping[str, float],
    *,
    rounds: int,
    deadline: Deadline,
) -> None:
    """Add routes to `price` as long as refilling finds better ones, at most so many rounds."""
    for _ in range(rounds):
        if deadline.struck:
            return
        answer = _solve(price, inside, worth)[1]
        duals = {code: float(answer.duals[number]) for code, number in inside.items()}
        better = _refill(case, frames, duals, price)
        if not better:
            return
        price |= better


def _dive(
    case: FreightCase,
    frames: Sequence[_Frame],
    price: Mapping[Route, float],
    loads: Mapping[str, Load],
    worth: Mapping[str, float],
    deadline: Deadline,
) -> list[Route]:
    """The routes of one plan: again and again the surest ones of the relaxation over what is left."""
    left, current, plan = dict(loads), dict(price), list[Route]()
    while current and not deadline.struck:
        inside = {code: number for number, code in enumerate(left)}
        _generate(case, frames, current, inside, worth, rounds=DIVE_ROUNDS, deadline=deadline)
        ways, answer = _solve(current, inside, worth)
        share = dict(zip(sorted(current), answer.values.tolist(), strict=False))
        taken = _surest(ways, share)
        if not taken:
            break
        plan += taken
        for way in taken:
            for haul in way.hauls:
                left.pop(haul.load.load, None)
        current = _without(case, current, left)
    return plan


def _surest(ways: Sequence[Route], share: Mapping[Route, float]) -> list[Route]:
    """Routes that the relaxation takes nearly whole, no load twice; else the one that it takes most of."""
    taken: list[Route] = []
    aboard: set[str] = set()
    for way in sorted(ways, key=lambda way: (-round(share[way], 6), way)):
        codes = {haul.load.load for haul in way.hauls}
        if share[way] <= LEAST_SHARE or (taken and share[way] < SURE_SHARE):
            break
        if not codes & aboard:
            taken.append(way)
            aboard |= codes
    return taken


def _without(case: FreightCase, price: Mapping[Route, float], left: Mapping[str, Load]) -> dict[Route, float]:
    """The routes for the loads that are left."""
    found: dict[Route, float] = {}
    kept = set(left.values())
    for way, cost in price.items():
        if all(haul.load.load in left for haul in way.hauls):
            found[way] = cost
        else:
            rest = keep(way, kept)
            if rest.hauls and rest not in found and (offer := best_vehicle(case, rest)):
                found[rest] = offer[0]
    return found


def _solve(
    price: Mapping[Route, float], inside: Mapping[str, int], worth: Mapping[str, float]
) -> tuple[list[Route], LpSolution]:
    """The routes by reduced cost, and the relaxation's answer."""
    ways = sorted(price)
    answer = LpSession(_covering([(way, price[way]) for way in ways], inside, worth)).solve()
    order = np.argsort(np.round(answer.reduced_costs[: len(ways)], 6), kind="stable")
    return [ways[number] for number in order], answer


def _covering(
    priced: Sequence[tuple[Route, float]], inside: Mapping[str, int], worth: Mapping[str, float]
) -> LinearModel:
    carriers: list[list[int]] = [[len(priced) + number] for number in range(len(inside))]
    for column, (way, _) in enumerate(priced):
        for haul in way.hauls:
            carriers[inside[haul.load.load]].append(column)
    cost = [*(cost for _, cost in priced), *(worth[code] for code in inside)]
    columns, rows = len(cost), len(carriers)
    index = [column for row in carriers for column in row]
    return LinearModel(
        cost=np.array(cost),
        offset=0.0,
        lower=np.zeros(columns),
        upper=np.ones(columns),
        integer=np.zeros(columns, dtype=bool),
        row_lower=np.ones(rows),
        row_upper=np.full(rows, np.inf),
        row_start=np.cumsum([0, *(len(row) for row in carriers)]),
        col_index=np.array(index),
        value=np.ones(len(index)),
    )


def _frames(case: FreightCase, routes: Iterable[Route]) -> tuple[_Frame, ...]:
    """The stops of the routes by every vehicle that can drive them, on the first and the last day that it can start."""
    keys = {
        (way.stops, vehicle, day)
        for way in routes
        for vehicle in case.vehicles
        if vehicle.available != 0
        for day in _ends(start_days(case, vehicle, keep(way, {way.hauls[0].load})), start_days(case, vehicle, way))
    }
    ordered = sorted(keys, key=lambda key: (key[0], key[1].vehicle, key[2]))
    return tuple(_frame(case, vehicle, day, stops) for stops, vehicle, day in ordered)


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
    return _Frame(vehicle, stops, tuple(hauls), tuple(room_taken(vehicle, haul.load) for haul in hauls))


def _refill(
    case: FreightCase, frames: Iterable[_Frame], duals: Mapping[str, float], price: Mapping[Route, float]
) -> dict[Route, float]:
    """New routes of negative reduced cost, with what they cost."""
    better: dict[Route, float] = {}
    for frame in frames:
        loads = _filling(case, frame, duals)
        if not loads:
            continue
        way = keep(Route(frame.stops, tuple(haul for haul in frame.hauls if haul in loads)), {h.load for h in loads})
        if way not in price and way not in better and (offer := best_vehicle(case, way)):
            gain = sum(duals[haul.load.load] for haul in way.hauls) - offer[0]
            if gain > MONEY_TOLERANCE * offer[0]:
                better[way] = offer[0]
    return better


def _filling(case: FreightCase, frame: _Frame, duals: Mapping[str, float]) -> set[Haul]:
    """What to load, by what a haul brings for the room that it takes over its legs, while there is room."""
    legs = max(1, len(frame.stops) - 1)
    taken = np.zeros((legs, 3))
    chosen: dict[str, Haul] = {}
    ranked = sorted(
        (-duals.get(haul.load.load, 0.0) / (1e-9 + max(room) * max(1, haul.end - haul.start)), number)
        for number, (haul, room) in enumerate(zip(frame.hauls, frame.room, strict=True))
        if duals.get(haul.load.load, 0.0) > MONEY_TOLERANCE
    )
    for _, number in ranked:
        haul = frame.hauls[number]
        stretch = taken[haul.start : haul.end]
        friendly = all(case.may_share(haul.load.goods_class, other.load.goods_class) for other in chosen.values())
        fits_in = stretch.size == 0 or bool((stretch + frame.room[number] <= 1 + SIZE_TOLERANCE).all())
        if haul.load.load not in chosen and friendly and fits_in:
            stretch += np.array(frame.room[number])
            chosen[haul.load.load] = haul
    return set(chosen.values())
