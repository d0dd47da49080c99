"""Pick-up and delivery tours as a PyVRP instance; the only room that knows PyVRP.

The instance is a relaxation in three points, so whoever uses a tour times it again by the exact clock: a vehicle may
start at any hour of a day, it may wait on the way (at a price), and `max_stops` does not bind. Everything else is exact
up to rounding:

- A stop costs money and hours once, however much is loaded there: both stand on the way to the next site, the way
  within a site is free, and the first stop is paid on the way out of a depot that lies nowhere.
- The hours are driving hours since the first day's start, so day d is the interval (dH, (d + 1)H] of H hours a day.
- A waiting hour must cost something, else tours wait: of the cost of each leg the part `wait_cost` x its hours is
  charged by duration and only the rest by distance, which leaves tours without waiting at their true cost.
- A class that a vehicle does not take is a dimension of load for which that vehicle has no room. Classes that may not
  share a vehicle make several types of one vehicle, one a largest set of classes that get along.
- A way back that costs money needs the first stop: such vehicles get a depot at each of the busiest origins, from
  where only that origin can be reached, and a depot for all other starts that charges the mean way back.

Source of the method: N. A. Wouda, L. Lan, W. Kool, "PyVRP: a high-performance VRP solver package", INFORMS Journal on
Computing 36(4), 2024.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyvrp
import pyvrp.search
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks, IteratedLocalSearchParams
from pyvrp.stop import MaxIterations, MultipleCriteria

from clusterpool.freight.case import takes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.market import Vehicle
    from clusterpool.routes import LegMatrix
    from clusterpool.solver import Deadline

TICKS_PER_HOUR = 100
MEAN_PRIZE = 20_000
"""Money is scaled so that the mean prize is this many units: fine enough for legs, far from overflow."""
ROOM_UNITS = 100_000
"""The largest capacity in any dimension is this many units of load."""
NEIGHBOURS = 100
"""Many stops share a town; the default of 50 misses good neighbours there."""
MAX_PENALTY = 10_000.0
BUSIEST_ORIGINS = 8

Event = tuple[str, bool]
"""A load's code and whether it is picked up (else put down)."""


@dataclass(frozen=True, slots=True, order=True)
class Tour:
    """What the search found: a vehicle type and its pick-ups and deliveries in order, not yet timed exactly."""

    vehicle: str
    events: tuple[Event, ...]


@dataclass(frozen=True, eq=False)
class TourModel:
    """A PyVRP instance with the meaning of its indices: `cargo` by shipment, `vehicles` by vehicle type."""

    data: pyvrp.ProblemData
    cargo: tuple[Load, ...]
    vehicles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Type:
    """A vehicle, the classes allowed on it (None: all) and the origin of its depot (None: the depot for the rest)."""

    profile: int
    allowed: frozenset[str] | None
    origin: int | None


def tour_model(case: FreightCase, cargo: Sequence[Load], prizes: Mapping[str, float]) -> TourModel:
    """State the tours of `cargo`, each load optional at its prize, what it costs to move it otherwise.

    Parameters
    ----------
    cargo : sequence of Load
        Each must fit some vehicle.
    prizes : mapping of load code to money
    """
    cargo = tuple(sorted(cargo))
    sites = sorted({load.origin for load in cargo} | {load.destination for load in cargo})
    legs = case.network.matrix(sites)
    money = MEAN_PRIZE / max(1e-9, math.fsum(prizes[load.load] for load in cargo) / len(cargo))
    depots = _depots(case, cargo, prizes, legs)
    classes = sorted({load.goods_class for load in cargo if load.goods_class})
    types = _types(case, classes, depots)
    dimensions = _dimensions(case, cargo, types)
    location = {site: number for number, site in enumerate(sites, start=len(depots) + 1)}
    profiles = [_profile(case, vehicle, legs, depots, money) for vehicle in case.vehicles]
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0, name=name) for name in [*("" for _ in range(len(depots) + 1)), *sites]],
        clients=[],
        depots=[pyvrp.Depot(number) for number in range(len(depots) + 1)],
        vehicle_types=[
            _vehicle_type(case, kind, [room[number] for _, room in dimensions], depots, profiles, money, cargo)
            for number, kind in enumerate(types)
        ],
        distance_matrices=[distance for distance, _, _ in profiles],
        duration_matrices=[duration for _, duration, _ in profiles],
        shipments=_shipments(case, cargo, prizes, money, dimensions, location),
    )
    return TourModel(data, cargo, tuple(case.vehicles[kind.profile].vehicle for kind in types))


def _depots(case: FreightCase, cargo: Sequence[Load], prizes: Mapping[str, float], legs: LegMatrix) -> tuple[int, ...]:
    """The sites (as indices) with a depot of their own: the busiest origins, where any vehicle's way back costs."""
    if not any(vehicle.empty_return_pct for vehicle in case.vehicles):
        return ()
    worth = dict.fromkeys(sorted({load.origin for load in cargo}), 0.0)
    for load in cargo:
        worth[load.origin] += prizes[load.load]
    busiest = sorted(worth, key=lambda site: (-worth[site], site))[:BUSIEST_ORIGINS]
    return tuple(legs.sites.index(site) for site in sorted(busiest))


def _types(case: FreightCase, classes: Sequence[str], depots: Sequence[int]) -> tuple[_Type, ...]:
    friends: list[frozenset[str] | None] = list(companions(classes, case.incompatible)) or [None]
    return tuple(
        _Type(profile, allowed, origin)
        for profile, vehicle in enumerate(case.vehicles)
        if vehicle.available != 0
        for allowed in friends
        for origin in ([*depots, None] if vehicle.empty_return_pct else [None])
    )


def companions(classes: Sequence[str], incompatible: frozenset[tuple[str, str]]) -> list[frozenset[str]]:
    """Every largest set of classes that may all share one vehicle; none where all may.

    Examples
    --------
    >>> foes = frozenset({("fuel", "food"), ("food", "fuel")})
    >>> [sorted(group) for group in companions(["dry", "fuel", "food"], foes)]
    [['dry', 'food'], ['dry', 'fuel']]
    """
    if not any(a in classes and b in classes for a, b in incompatible):
        return []
    groups: set[frozenset[str]] = {frozenset()}
    for name in classes:
        foes = {b for a, b in incompatible if a == name}
        groups |= {(group - foes) | {name} for group in groups}
    return sorted((g for g in groups if not any(g < other for other in groups)), key=sorted)


def _dimensions(case: FreightCase, cargo: Sequence[Load], types: Sequence[_Type]) -> list[tuple[list[int], list[int]]]:
    """Of each dimension: the amount of each load and the room of each vehicle type, in units of load."""
    vehicles = [case.vehicles[kind.profile] for kind in types]
    sizes = [
        ([load.weight_kg for load in cargo], [v.capacity_kg for v in vehicles]),
        ([load.volume_m3 for load in cargo], [v.capacity_m3 for v in vehicles]),
        ([load.pallets for load in cargo], [v.capacity_pallets for v in vehicles]),
    ]
    found = [_units(amounts, rooms) for amounts, rooms in sizes if any(amounts) and not all(map(math.isinf, rooms))]
    weights = found[0][0] if found else [1] * len(cargo)
    for name in sorted({load.goods_class for load in cargo if load.goods_class}):
        welcome = [
            takes(vehicle.goods_classes, name) and (kind.allowed is None or name in kind.allowed)
            for vehicle, kind in zip(vehicles, types, strict=True)
        ]
        if not all(welcome):
            amounts = [max(1, w) if load.goods_class == name else 0 for w, load in zip(weights, cargo, strict=True)]
            found.append((amounts, [sum(amounts) if yes else 0 for yes in welcome]))
    return found


def _units(amounts: Sequence[float], rooms: Sequence[float]) -> tuple[list[int], list[int]]:
    scale = ROOM_UNITS / max(room for room in rooms if not math.isinf(room))
    units = [round(amount * scale) for amount in amounts]
    return units, [sum(units) if math.isinf(room) else min(sum(units), round(room * scale)) for room in rooms]


def _profile(
    case: FreightCase, vehicle: Vehicle, legs: LegMatrix, depots: Sequence[int], money: float
) -> tuple[np.ndarray, np.ndarray, int]:
    """Distances (money), durations (ticks) and the cost of a tick for one vehicle, depots first."""
    count, sites = len(depots) + 1, len(legs.sites)
    apart = ~np.eye(sites, dtype=bool)
    stop = round(vehicle.cost_per_stop * money)
    cost = np.where(apart, np.rint((vehicle.cost_per_km * legs.distance_km + legs.toll) * money) + stop, 0)
    hours = np.where(apart, case.hours_per_stop + legs.hours(vehicle.speed_kmh), 0.0)
    ticks = np.ceil(hours * TICKS_PER_HOUR - 1e-6)
    wait_cost = int((cost[apart] / np.maximum(ticks[apart], 1)).min()) if sites > 1 else 0
    back = np.rint(_way_back(vehicle, legs) * money)
    distance = np.zeros((count + sites, count + sites), dtype=np.int64)
    duration = np.zeros_like(distance)
    distance[count:, count:] = cost - wait_cost * ticks
    duration[count:, count:] = ticks
    distance[:count, count:] = stop
    distance[count:, 0] = back.mean(axis=1)
    for number, origin in enumerate(depots, start=1):
        distance[number, count:] = np.where(np.arange(sites) == origin, stop, 100 * MEAN_PRIZE)
        distance[count:, number] = back[:, origin]
    return distance, duration, wait_cost


def _way_back(vehicle: Vehicle, legs: LegMatrix) -> np.ndarray:
    """What the way back from each site (row) to each first stop costs."""
    if vehicle.empty_return_pct <= 0:
        return np.zeros_like(legs.distance_km)
    paid: np.ndarray = vehicle.empty_return_pct / 100.0 * vehicle.cost_per_km * legs.distance_km + legs.toll
    return paid


def _vehicle_type(
    case: FreightCase,
    kind: _Type,
    rooms: list[int],
    depots: Sequence[int],
    profiles: Sequence[tuple[np.ndarray, np.ndarray, int]],
    money: float,
    cargo: Sequence[Load],
) -> pyvrp.VehicleType:
    vehicle = case.vehicles[kind.profile]
    depot = 0 if kind.origin is None else 1 + depots.index(kind.origin)
    days = max(load.due for load in cargo) - min(load.ready for load in cargo) + 1
    return pyvrp.VehicleType(
        num_available=len(cargo) if vehicle.available is None else min(len(cargo), vehicle.available * days),
        capacity=rooms,
        start_depot=depot,
        end_depot=depot,
        fixed_cost=round(vehicle.fixed_cost * money),
        shift_duration=_ticks(case.max_trip_days * case.driving_hours_per_day),
        unit_distance_cost=1,
        unit_duration_cost=profiles[kind.profile][2],
        profile=kind.profile,
        name=vehicle.vehicle,
    )


def _shipments(
    case: FreightCase,
    cargo: Sequence[Load],
    prizes: Mapping[str, float],
    money: float,
    dimensions: Sequence[tuple[list[int], list[int]]],
    location: Mapping[str, int],
) -> list[pyvrp.Shipment]:
    first, hours = min(load.ready for load in cargo), case.driving_hours_per_day
    return [
        pyvrp.Shipment(
            pickup_location=location[load.origin],
            delivery_location=location[load.destination],
            pickup_tw_early=_ticks((load.ready - first) * hours),
            pickup_tw_late=_ticks((load.due - first + 1) * hours),
            delivery_tw_early=_ticks((load.ready - first) * hours),
            delivery_tw_late=_ticks((load.due - first + 1) * hours),
            amount=[amounts[number] for amounts, _ in dimensions],
            prize=round(prizes[load.load] * money),
            required=False,
            name=load.load,
        )
        for number, load in enumerate(cargo)
    ]


def _ticks(hours: float) -> int:
    return math.floor(hours * TICKS_PER_HOUR + 1e-6)


class _Struck:
    """PyVRP's stopping criterion of a deadline; remembers whether it was this one that stopped the search."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self.struck = False

    def __call__(self, _best_cost: float) -> bool:
        self.struck = self.struck or self._deadline.struck
        return self.struck


class _Harvest(IteratedLocalSearchCallbacks):  # type: ignore[misc]
    """Keeps the routes of every solution that was the best for a while."""

    def __init__(self, model: TourModel) -> None:
        self._model = model
        self.tours: set[Tour] = set()

    def on_best(self, best: pyvrp.Solution) -> None:
        if best.is_feasible():
            self.tours.update(_tour(self._model, route) for route in best.routes())


def search(model: TourModel, *, seed: int, iterations: int, deadline: Deadline) -> tuple[tuple[Tour, ...], bool]:
    """Every route that was part of a best solution during the search, and whether the deadline struck."""
    harvest, struck = _Harvest(model), _Struck(deadline)
    params = pyvrp.SolveParams(
        ils=IteratedLocalSearchParams(history_length=max(10, min(300, iterations // 100)), callbacks=harvest),
        penalty=pyvrp.PenaltyParams(max_penalty=MAX_PENALTY),
        neighbourhood=pyvrp.search.NeighbourhoodParams(num_neighbours=NEIGHBOURS),
    )
    stop = MultipleCriteria([MaxIterations(iterations), struck])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(model.data, stop, seed=seed, collect_stats=False, params=params)
    harvest.on_best(result.best)
    return tuple(sorted(harvest.tours)), struck.struck


def _tour(model: TourModel, route: pyvrp.Route) -> Tour:
    events = tuple((model.cargo[a.idx].load, a.is_pickup()) for a in route if a.is_shipment())
    return Tour(model.vehicles[route.vehicle_type()], events)
