"""Hand-made freight for tests: short ways to state a case, and to plan it over given trips."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulp

from clusterpool.freight.case import FreightCase
from clusterpool.freight.enumeration import enumerate_trips
from clusterpool.freight.loads import Load
from clusterpool.freight.model import add_freight
from clusterpool.freight.rows import FreightRows, freight_rows
from clusterpool.market import Tariff, Vehicle, WeightBreak
from clusterpool.routes import Road, RoadNetwork
from clusterpool.solver import SolveOptions, Status, compile_model, solve

if TYPE_CHECKING:
    import pandas as pd

    from clusterpool.freight.trips import KnownTrips

TRUCK = Vehicle(
    vehicle="truck",
    capacity_kg=1000.0,
    capacity_m3=math.inf,
    capacity_pallets=math.inf,
    fixed_cost=100.0,
    cost_per_km=1.0,
    cost_per_stop=0.0,
    max_stops=1_000_000,
    speed_kmh=60.0,
    goods_classes=frozenset(),
    empty_return_pct=0.0,
    kg_co2e_per_km=0.5,
    available=None,
)
GROUPAGE = Tariff(
    tariff="groupage",
    breaks=(WeightBreak(0.0, 2.0, 0.0, 0.0),),
    minimum_cost=0.0,
    kg_per_m3=0.0,
    min_distance_km=0.0,
    goods_classes=frozenset(),
    kg_co2e_per_tonne_km=0.1,
)
ROADS = (Road("A", "B", 120.0), Road("B", "C", 60.0), Road("C", "D", 180.0))
"""A line: A - 120 km - B - 60 km - C - 180 km - D."""


def load(code: str, origin: str = "A", destination: str = "B", weight_kg: float = 400.0, **more: object) -> Load:
    """A load of member M, ready on day 1 and due on day 5."""
    plain = Load(code, "M", origin, destination, weight_kg, 0.0, 0.0, 1, 5, "")
    return replace(plain, **more)  # type: ignore[arg-type]


def freight(
    *loads: Load,
    vehicles: tuple[Vehicle, ...] = (TRUCK,),
    tariffs: tuple[Tariff, ...] = (GROUPAGE,),
    roads: tuple[Road, ...] = ROADS,
    **more: object,
) -> FreightCase:
    """A case of these loads: 9 driving hours a day, an hour a stop, 3 days a trip, shortage factor 3."""
    plain = FreightCase(
        network=RoadNetwork({}, roads),
        vehicles=vehicles,
        tariffs=tariffs,
        incompatible=frozenset(),
        driving_hours_per_day=9.0,
        hours_per_stop=1.0,
        max_trip_days=3,
        shortage_factor=3.0,
        members=tuple(sorted({one.member for one in loads} | {"M"})),
        loads=tuple(sorted(loads)),
        lots=(),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Planned:
    """A plan of a case: the solver's objective and the rows."""

    objective: float
    bound: float
    rows: FreightRows

    @property
    def cost(self) -> float:
        """The sum of the rows."""
        tables = (self.rows.trips, self.rows.loads, self.rows.unmet)
        return math.fsum(value for table in tables for value in table["cost"])

    @property
    def trips(self) -> pd.DataFrame:
        return self.rows.trips

    @property
    def loads(self) -> pd.DataFrame:
        return self.rows.loads

    @property
    def unmet(self) -> pd.DataFrame:
        return self.rows.unmet


def plan(
    case: FreightCase,
    known: KnownTrips | None = None,
    *,
    coalition: tuple[str, ...] | None = None,
    bought: dict[tuple[str, int], float] | None = None,
) -> Planned:
    """The best plan of a coalition (else of all) over the known trips (else all of them), at gap 0."""
    problem = pulp.LpProblem("freight", pulp.LpMinimize)
    inside = set(case.members if coalition is None else coalition)
    membership = {
        member: problem.add_variable(f"z_{place}", int(member in inside), int(member in inside))
        for place, member in enumerate(case.members)
    }
    quantities = bought or {}
    most = {(lot.supplier, lot.need): lot.most_units for lot in case.lots}
    flows = {
        key: problem.add_variable(f"flow_{place}", units / most[key], units / most[key])
        for place, (key, units) in enumerate(sorted(quantities.items()))
    }
    part = add_freight(problem, case, known or enumerate_trips(case), membership, flows)
    problem.setObjective(part.objective())
    variables = [*membership.values(), *flows.values(), *part.variables()]
    compiled = compile_model(problem, keep=variables)
    solution = solve(compiled.model, options=SolveOptions(gap=0.0))
    assert solution.status is Status.OPTIMAL
    found = solution.values[compiled.columns(variables)].tolist()
    values = {id(variable): value for variable, value in zip(variables, found, strict=True)}
    order_of = {key: f"O{place:05d}" for place, key in enumerate(sorted(quantities), start=1)}
    rows = freight_rows(part, lambda variable: values[id(variable)], order_of=order_of, quantities=quantities)
    planned = Planned(solution.objective, solution.bound, rows)
    assert math.isclose(planned.cost, planned.objective, rel_tol=1e-6, abs_tol=1e-6)
    return planned
