"""The price lists behind the bound of freight (``bound.py``): shares of room, potentials, splits of the fixed cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from clusterpool.errors import SolveError
from clusterpool.freight.trips import may_ride, room_taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load, Lot
    from clusterpool.market import Vehicle

    Array = NDArray[np.float64]

PARTS = (1, 2, 3)
"""The dual feasible functions in use; the k-th looks at loads of more than 1 / (k + 1) of a vehicle."""
WHOLE_TOLERANCE = 1e-6
CLOCK_SLACK_H = 1e-6


@dataclass(frozen=True, eq=False)
class Goods:
    """All cargo of a case as arrays, loads first; a lot stands at its most.

    Parameters
    ----------
    distance_km : array
        The direct way.
    apart : array of bool
        Row for column: the two classes may not share a vehicle.
    group : array of int
        The row of `apart` that belongs to each cargo.
    """

    cargo: tuple[Load | Lot, ...]
    whole: NDArray[np.bool_]
    distance_km: Array
    ready: Array
    due: Array
    group: NDArray[np.int64]
    apart: NDArray[np.bool_]


def goods(case: FreightCase) -> Goods:
    """The cargo of a case as arrays."""
    cargo: tuple[Load | Lot, ...] = (*case.loads, *case.parted)
    classes = sorted({one.goods_class for one in cargo})
    return Goods(
        cargo,
        np.array([True] * len(case.loads) + [False] * len(case.parted), dtype=np.bool_),
        np.array([case.network.leg(one.origin, one.destination).distance_km for one in cargo], dtype=np.float64),
        np.array([one.ready for one in cargo], dtype=np.float64),
        np.array([one.due for one in cargo], dtype=np.float64),
        np.array([classes.index(one.goods_class) for one in cargo], dtype=np.int64),
        np.array([[not case.may_share(a, b) for b in classes] for a in classes], dtype=np.bool_),
    )


def prices(case: FreightCase, cargo: Goods, vehicle: Vehicle) -> tuple[NDArray[np.int64], Array]:
    """Which cargo a vehicle type could carry, and the price lists for it: one row a list, one column a cargo."""
    fastest = case.network.fastest_kmh(vehicle.speed_kmh)
    riders = _riders(case, cargo, vehicle, fastest)
    if not len(riders):
        return riders, np.empty((0, 0))
    together = _company(cargo, riders, days=0)
    on_one_trip = _company(cargo, riders, days=case.max_trip_days - 1)
    km = cargo.distance_km[riders]
    rises = _rises(case, cargo, vehicle, riders)
    lists = []
    for part in _shares(cargo, vehicle, riders):
        reach = together.total(part)
        share = part / np.minimum(1.0, np.where(reach > 0, reach, 1.0))
        for split in _splits(case, cargo, vehicle, riders, share, km / fastest, on_one_trip):
            fixed = (vehicle.fixed_cost + vehicle.cost_per_stop) * split + vehicle.cost_per_stop * share
            lists += [fixed + vehicle.cost_per_km * share * np.maximum(0.0, km + rise) for rise in rises]
    return riders, np.array(lists)


def _riders(case: FreightCase, cargo: Goods, vehicle: Vehicle, fastest: float) -> NDArray[np.int64]:
    """The cargo that the vehicle type could carry between its dates, by the fastest way."""
    hours = cargo.distance_km / fastest + case.hours_per_stop
    moved = np.array([one.origin != one.destination for one in cargo.cargo], dtype=np.bool_)
    days = np.where(moved, np.floor(np.maximum(0.0, hours - CLOCK_SLACK_H) / case.driving_hours_per_day), 0.0)
    timely = (cargo.ready + days <= cargo.due) & (days < case.max_trip_days)
    able = np.array([may_ride(vehicle, one) for one in cargo.cargo], dtype=np.bool_)
    if vehicle.max_stops < 2:  # noqa: PLR2004 - a cargo that moves needs two stops
        able &= ~moved
    if vehicle.available == 0:
        able[:] = False
    return np.flatnonzero(timely & able)


def _moves(cargo: Goods, riders: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.array([cargo.cargo[i].origin != cargo.cargo[i].destination for i in riders], dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Company:
    """Who could ride with whom: cargo with the same dates and class are one kind.

    Parameters
    ----------
    kind : array of int
        The kind of each cargo.
    sharing : array of float
        1 where two kinds (row, column) could ride together.
    alone : array of bool
        Whether two cargoes of a kind may not; each still rides with itself.
    """

    kind: NDArray[np.int64]
    sharing: Array
    alone: NDArray[np.bool_]

    def total(self, figure: Array) -> Array:
        """For each cargo the sum of a figure over everything that could ride with it, itself included."""
        kinds: Array = self.sharing @ np.bincount(self.kind, figure, len(self.sharing))
        return kinds[self.kind] + np.where(self.alone[self.kind], figure, 0.0)


def _company(cargo: Goods, riders: NDArray[np.int64], *, days: int) -> Company:
    """Who could ride together: the later ready day is at most `days` after the earlier due day.

    With 0 that is to be aboard at one time, with `max_trip_days` - 1 to be on one trip.
    """
    figures = np.stack([cargo.ready[riders], cargo.due[riders], cargo.group[riders]], axis=1)
    kinds, kind = np.unique(figures, axis=0, return_inverse=True)
    ready, due, group = kinds[:, 0], kinds[:, 1], kinds[:, 2].astype(np.int64)
    sharing = np.maximum.outer(ready, ready) <= np.minimum.outer(due, due) + days
    sharing &= ~cargo.apart[np.ix_(group, group)]
    return Company(kind.ravel(), sharing.astype(np.float64), ~sharing.diagonal())


def _shares(cargo: Goods, vehicle: Vehicle, riders: NDArray[np.int64]) -> list[Array]:
    """Shares of room that add up to at most 1 aboard: kg, m3, pallets, and the dual feasible functions of each."""
    taken = np.array([room_taken(vehicle, cargo.cargo[i]) for i in riders], dtype=np.float64)
    taken = np.where(_moves(cargo, riders)[:, np.newaxis], taken, 0.0)
    shares = []
    for share in taken.T:
        counted = [np.where(cargo.whole[riders], dual_feasible(share, k), 0.0) for k in PARTS]
        shares += [one for one in (share, *counted) if one.any()]
    return shares or [np.zeros(len(riders))]


def dual_feasible(share: Array, k: int) -> Array:
    """u_k of Fekete and Schepers: x where (k + 1) x is whole, else floor((k + 1) x) / k.

    Shares of at most 1 in sum keep a sum of at most 1. A share just above a whole multiple counts as the multiple.

    Examples
    --------
    >>> dual_feasible(np.array([0.3, 0.5, 0.6]), 1)
    array([0. , 0.5, 1. ])
    """
    scaled = (k + 1) * share
    floor = np.floor(scaled)
    counted: Array = np.where(scaled - floor <= WHOLE_TOLERANCE, floor / (k + 1), floor / k)
    return counted


def _splits(
    case: FreightCase,
    cargo: Goods,
    vehicle: Vehicle,
    riders: NDArray[np.int64],
    share: Array,
    hours: Array,
    on_one_trip: Company,
) -> list[Array]:
    """Parts of the fixed cost that add up to at most 1 on a trip: by hours, by legs, by count."""
    budgets = [
        (share * (hours + case.hours_per_stop), case.max_trip_days * case.driving_hours_per_day + CLOCK_SLACK_H),
        (share, float(vehicle.max_stops - 1)),
        (cargo.whole[riders].astype(float), math.inf),
    ]
    splits = []
    for effort, budget in budgets:
        reach = np.minimum(budget, on_one_trip.total(effort))
        splits.append(np.divide(effort, reach, out=np.zeros_like(effort), where=reach > 0))
    return splits


def _rises(case: FreightCase, cargo: Goods, vehicle: Vehicle, riders: NDArray[np.int64]) -> list[Array]:
    """What the empty return adds to each cargo's km: nothing, or by the potential that is worth most for its weight."""
    paid = min(1.0, vehicle.empty_return_pct / 100.0)
    none = np.zeros(len(riders))
    if paid <= 0:
        return [none]
    ends = [(cargo.cargo[i].origin, cargo.cargo[i].destination) for i in riders]
    sites = sorted({site for pair in ends for site in pair})
    place = {site: number for number, site in enumerate(sites)}
    origin, destination = (np.array([place[pair[side]] for pair in ends], dtype=np.int64) for side in (0, 1))
    weight = np.array([max(room_taken(vehicle, cargo.cargo[i])) for i in riders])
    pull = np.zeros(len(sites))
    np.add.at(pull, destination, weight)
    np.subtract.at(pull, origin, weight)
    potential = _potential(case.network.matrix(sites).distance_km, pull)
    return [none, paid * (potential[destination] - potential[origin])]


def _potential(distance_km: Array, pull: Array) -> Array:
    """Heights q of the sites with q_a - q_b <= km(a, b) that make pull x q largest (the dual of lane covering)."""
    size = len(pull)
    a, b = (side.ravel() for side in np.indices((size, size)))
    pairs = np.flatnonzero(a != b)
    if not len(pairs):
        return np.zeros(size)
    line = np.arange(len(pairs))
    rows = csr_array(
        (np.repeat([1.0, -1.0], len(pairs)), (np.tile(line, 2), np.concatenate([a[pairs], b[pairs]]))),
        shape=(len(pairs), size),
    )
    most = float(distance_km.max())
    height = best_point(pull, rows, distance_km.ravel()[pairs], [most] * size)
    return _lowered(height, distance_km)


def _lowered(height: Array, distance_km: Array) -> Array:
    """The heights made to keep to the distances exactly: each at most any other plus the way to it."""
    lowered: Array = (height[np.newaxis, :] + distance_km).min(axis=1)
    return lowered


def best_point(
    worth: Array,
    rows: csr_array,
    limits: Array,
    most: Sequence[float | None],
    equal: tuple[Array, Array] | None = None,
) -> Array:
    """The point from 0 to `most` with rows x <= limits (and equal) that is worth most.

    Whether it is the best decides only how tight a bound is, not whether it holds.
    """
    left, right = equal or (None, None)
    bounds = [(0.0, top) for top in most]
    found = linprog(-worth, rows, limits, left, right, bounds=bounds, method="highs")  # type: ignore[call-overload]
    if not found.success:
        raise SolveError(f"the linear program behind the bound of freight failed: {found.message}")
    return np.asarray(found.x, dtype=np.float64)
