"""The coalition that shares treat worst, by another solver (CBC) on another formulation of the pool.

Purchasing is the formulation of `purchasing_oracle` with a membership column a member; freight chooses among the trips
that the package knows, each priced anew from the tables by the contract's formulas. Nothing of the package's models,
pricing or solving is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pulp
import pytest

from tests.oracles.purchasing_oracle import Program, Terms, add_purchasing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.demand import Pool
    from clusterpool.freight.trips import KnownTrips, Trip

Row = dict[str, Any]


@dataclass(frozen=True)
class Judge:
    """A pool as a program with a membership column for each member, to be solved by CBC."""

    program: Program
    membership: Mapping[str, int]

    @classmethod
    def of(cls, pool: Pool, trips: KnownTrips | None = None) -> Judge:
        program = Program()
        judge = cls(program, {member: program.switch() for member in pool.members})
        if len(pool.table("purchases")):
            add_purchasing(program, pool, judge.membership)
        if trips is not None:
            _add_freight(judge, pool, trips)
        return judge

    def cost(self, coalition: Iterable[str]) -> float:
        """c(S)."""
        inside = set(coalition)
        fixed = [({column: 1.0}, float(m in inside), float(m in inside)) for m, column in self.membership.items()]
        return self._least(self.program.cost, fixed)[0]

    def worst(
        self, shares: NDArray[np.float64], level: float = 0.0, head: float = 0.0, part: float = 0.0
    ) -> tuple[float, frozenset[str]]:
        """The largest x(S) - (1 + part) c(S) - level - head |S| of all S but nobody and everybody, and that S."""
        columns = list(self.membership.values())
        price = [(1.0 + part) * cost for cost in self.program.cost]
        for column, share in zip(columns, shares.tolist(), strict=True):
            price[column] -= share - head
        size = (dict.fromkeys(columns, 1.0), 1.0, len(columns) - 1.0)
        least, point = self._least(price, [size])
        return -least - level, frozenset(m for m, column in self.membership.items() if point[column] > 0.5)

    def _least(self, price: Sequence[float], more: Sequence[tuple[Terms, float, float]]) -> tuple[float, list[float]]:
        program = self.program
        problem = pulp.LpProblem("judge", pulp.LpMinimize)
        columns = [
            pulp.LpVariable(f"v{k}", low, None if math.isinf(high) else high, pulp.LpInteger if whole else "Continuous")
            for k, (low, high, whole) in enumerate(zip(program.lower, program.upper, program.whole, strict=True))
        ]
        problem += pulp.lpSum(p * column for p, column in zip(price, columns, strict=True) if p)
        for terms, low, high in (*program.rows, *more):
            line = pulp.lpSum(value * columns[place] for place, value in terms.items())
            if math.isfinite(low):
                problem += line >= low
            if math.isfinite(high):
                problem += line <= high
        solver = cbc()
        problem.solve(solver)
        assert problem.sol_status == pulp.LpSolutionOptimal, pulp.LpStatus[problem.status]
        point = [float(column.value() or 0.0) for column in columns]
        return math.fsum(p * value for p, value in zip(price, point, strict=True)), point


def cbc() -> Any:
    """CBC at no gap; skips the test where there is none."""
    names = pulp.listSolvers(onlyAvailable=True)
    name = next((name for name in ("COIN_CMD", "PULP_CBC_CMD") if name in names), None)
    if name is None:
        pytest.skip("no CBC here")
    return pulp.getSolver(name, msg=False, gapRel=0.0, gapAbs=0.0)


def balanced(
    members: NDArray[np.float64], costs: NDArray[np.float64], slopes: NDArray[np.float64], total: float
) -> tuple[float, NDArray[np.float64], float]:
    """The dual of the least core over some coalitions, by CBC: its value, a weight a coalition, and what all get.

    max mu c(N) - sum of w_S c(S) over w >= 0, the w_S of all S that hold i summing to mu for each i, and
    w_S slope(S) to 1.
    """
    problem = pulp.LpProblem("balanced", pulp.LpMaximize)
    weights = [pulp.LpVariable(f"w{k}", 0.0) for k in range(len(costs))]
    every = pulp.LpVariable("mu")
    problem += total * every - pulp.lpSum(float(c) * w for c, w in zip(costs, weights, strict=True))
    problem += pulp.lpSum(float(s) * w for s, w in zip(slopes, weights, strict=True)) == 1.0
    for inside in members.T.tolist():
        problem += pulp.lpSum(w for w, belongs in zip(weights, inside, strict=True) if belongs) == every
    problem.solve(cbc())
    assert problem.sol_status == pulp.LpSolutionOptimal
    return float(problem.objective.value()), np.array([w.value() for w in weights]), float(every.value())


# Freight


def _add_freight(judge: Judge, pool: Pool, trips: KnownTrips) -> None:
    program, ways = judge.program, _ways(pool)
    loads = {row["shipment"]: row for row in pool.table("shipments").to_dict("records")}
    served: dict[str, Terms] = {code: {} for code in loads}
    vehicles = {row["vehicle"]: row for row in pool.table("vehicles").to_dict("records")}
    driven = [
        (trip, *_add_trip(program, pool, trip, vehicles[trip.vehicle], loads, served, ways)) for trip in trips.trips
    ]
    for name, vehicle in vehicles.items():
        if not math.isnan(_number(vehicle["available"], math.nan)):
            for day in sorted({trip.day for trip, _, _ in driven}):  # most are under way when one begins
                busy = {column: 1.0 for t, column, last in driven if t.vehicle == name and t.day <= day <= last}
                program.row(busy, high=float(vehicle["available"]))
    for code, row in loads.items():
        groupage = program.column(1.0, _groupage(pool, row, ways[row["origin"], row["destination"]][0]))
        program.row({**served[code], groupage: 1.0, judge.membership[row["member"]]: -1.0}, 0.0, 0.0)


def _add_trip(
    program: Program,
    pool: Pool,
    trip: Trip,
    vehicle: Row,
    loads: Mapping[str, Row],
    served: Mapping[str, Terms],
    ways: Mapping[tuple[str, str], tuple[float, float, float, float]],
) -> tuple[int, int]:
    """The trip's switch and its last day."""
    legs = [ways[pair] for pair in zip(trip.stops, trip.stops[1:], strict=False)]
    back = ways[trip.stops[-1], trip.stops[0]]
    empty = _number(vehicle["empty_return_pct"], 0.0) / 100.0
    km = sum(leg[0] for leg in legs) + empty * back[0]
    tolls = sum(leg[3] for leg in legs) + (back[3] if empty else 0.0)
    stops = _number(vehicle["cost_per_stop"], 0.0) * len(trip.stops)
    switch = program.switch(vehicle["fixed_cost"] + vehicle["cost_per_km"] * km + stops + tolls)
    hours = sum(leg[1] + leg[2] / vehicle["speed_kmh"] + pool.settings.hours_per_stop for leg in legs)
    aboard: list[tuple[int, int, int, Row]] = []
    for ride in trip.rides:
        assert isinstance(ride.cargo, str)
        column = program.switch()
        program.row({column: 1.0, switch: -1.0}, high=0.0)
        served[ride.cargo][column] = 1.0
        aboard.append((column, ride.start, ride.end, loads[ride.cargo]))
    for leg in range(len(legs)):
        for size, room in (("weight_kg", "capacity_kg"), ("volume_m3", "capacity_m3"), ("pallets", "capacity_pallets")):
            most = _number(vehicle[room], math.inf)
            if math.isfinite(most):
                on = {c: _number(row[size], 0.0) for c, start, end, row in aboard if start <= leg < end}
                program.row({**on, switch: -most}, high=0.0)
    shunned = {frozenset((r["goods_class"], r["other_class"])) for r in pool.table("compatibility").to_dict("records")}
    for k, (one, _, _, row) in enumerate(aboard):
        for other, _, _, beside in aboard[k + 1 :]:
            if frozenset((row["goods_class"], beside["goods_class"])) in shunned:
                program.row({one: 1.0, other: 1.0}, high=1.0)
    return switch, trip.day + max(0, math.floor((hours - 1e-9) / pool.settings.driving_hours_per_day))


def _groupage(pool: Pool, row: Row, km: float) -> float:
    """The cheapest tariff that takes the shipment."""
    tariffs: dict[str, list[Row]] = {}
    for one in pool.table("tariffs").sort_values("min_weight_kg").to_dict("records"):
        tariffs.setdefault(one["tariff"], []).append(one)
    found = [
        _bill(breaks, row, km)
        for breaks in tariffs.values()
        if not row["goods_class"] or not (classes := _text(breaks[0]["goods_classes"])) or row["goods_class"] in classes
    ]
    return min(found)


def _bill(breaks: Sequence[Row], row: Row, km: float) -> float:
    """max(minimum, min over breaks of fixed + max(w, min_b) x (per kg + per kg km x max(km, least km)))."""
    head = breaks[0]
    weight = max(row["weight_kg"], _number(head["kg_per_m3"], 0.0) * _number(row["volume_m3"], 0.0))
    far = max(km, _number(head["min_distance_km"], 0.0))
    bills = [
        _number(b["fixed_cost"], 0.0)
        + max(weight, b["min_weight_kg"]) * (_number(b["cost_per_kg"], 0.0) + _number(b["cost_per_kg_km"], 0.0) * far)
        for b in breaks
    ]
    return float(max(_number(head["minimum_cost"], 0.0), min(bills)))


def _ways(pool: Pool) -> dict[tuple[str, str], tuple[float, float, float, float]]:
    """The shortest path by km between sites: km, stated hours, km without stated hours, toll (Floyd & Warshall)."""
    found: dict[tuple[str, str], tuple[float, float, float, float]] = {}
    for row in pool.table("roads").to_dict("records"):
        hours, toll = _number(row["duration_h"], math.nan), _number(row["toll"], 0.0)
        km = float(row["distance_km"])
        way = (km, 0.0, km, toll) if math.isnan(hours) else (km, hours, 0.0, toll)
        found[row["origin"], row["destination"]] = found[row["destination"], row["origin"]] = way
    sites = sorted({site for pair in found for site in pair})
    found |= {(site, site): (0.0, 0.0, 0.0, 0.0) for site in sites}
    for middle in sites:
        for origin in sites:
            for destination in sites:
                first, second = found.get((origin, middle)), found.get((middle, destination))
                if first and second:
                    through = tuple(a + b for a, b in zip(first, second, strict=True))
                    if (origin, destination) not in found or through[0] < found[origin, destination][0]:
                        found[origin, destination] = through  # type: ignore[assignment]
    return found


def _number(value: Any, blank: float) -> float:
    return blank if value is None or (isinstance(value, float) and math.isnan(value)) else float(value)


def _text(value: Any) -> list[str]:
    return [] if not isinstance(value, str) or not value else value.split("|")
