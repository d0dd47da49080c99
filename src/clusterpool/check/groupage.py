"""Groupage: each shipment, and what of a consignment is not on trips, is billed once by the cheapest tariff."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.cells import Row, listed, number, rows_of, shared, takes
from clusterpool.errors import RouteError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.check.cargo import Cargo
    from clusterpool.check.findings import Findings
    from clusterpool.check.roads import Geography
    from clusterpool.check.rows import LoadRow, PlanRows
    from clusterpool.demand import Pool


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff: `breaks` are (least kg, cost per kg, cost per kg and km, fixed cost)."""

    name: str
    breaks: tuple[tuple[float, float, float, float], ...]
    minimum_cost: float
    kg_per_m3: float
    min_distance_km: float
    goods_classes: tuple[str, ...]
    kg_co2e_per_tonne_km: float

    def bill(self, kg: float, m3: float, km: float) -> float:
        """What it asks for so much over such a distance."""
        weight = max(kg, self.kg_per_m3 * m3)
        distance = max(km, self.min_distance_km)
        bills = (
            fixed + max(weight, floor) * (per_kg + per_kg_km * distance)
            for floor, per_kg, per_kg_km, fixed in self.breaks
        )
        return max(self.minimum_cost, min(bills))

    def takes(self, goods_class: str) -> bool:
        """Whether it applies to goods of this class."""
        return takes(self.goods_classes, goods_class)


def tariffs(pool: Pool) -> dict[str, Tariff]:
    """Every tariff by its name."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(pool, "tariffs"):
        grouped[row["tariff"]].append(row)
    return {name: _tariff(name, rows) for name, rows in grouped.items()}


def _tariff(name: str, rows: list[Row]) -> Tariff:
    columns = ("min_weight_kg", "cost_per_kg", "cost_per_kg_km", "fixed_cost")
    breaks = [tuple(number(row[column]) for column in columns) for row in rows]
    head = rows[0]
    return Tariff(
        name,
        tuple((a, b, c, d) for a, b, c, d in breaks),
        number(head["minimum_cost"]),
        number(head["kg_per_m3"]),
        number(head["min_distance_km"]),
        listed(head["goods_classes"]),
        number(head["kg_co2e_per_tonne_km"], 0.122),
    )


def check_groupage(
    known: Mapping[str, Tariff], geography: Geography, cargo: Mapping[str, Cargo], rows: PlanRows, findings: Findings
) -> None:
    """Note every bill that is not the one the tables give."""
    bills: dict[tuple[str, ...], list[LoadRow]] = defaultdict(list)
    for load in rows.loads:
        if load.trip or load.cargo not in cargo:
            continue
        if load.tariff not in known:
            findings.add("loads", load.row, "tariff", "a tariff", load.tariff, "there is no such tariff")
            continue
        bills[cargo[load.cargo].consignment or (load.cargo,)].append(load)
    for loads in bills.values():
        try:
            _check_bill(known, geography, cargo, loads, findings)
        except RouteError as error:
            findings.add("loads", loads[0].row, "to_site", "connected sites", loads[0].to_site, str(error))


def _check_bill(
    known: Mapping[str, Tariff],
    geography: Geography,
    cargo: Mapping[str, Cargo],
    loads: list[LoadRow],
    findings: Findings,
) -> None:
    one = cargo[loads[0].cargo]
    km = geography.way(one.origin, one.destination).km
    kg, m3 = math.fsum(load.weight_kg for load in loads), math.fsum(load.volume_m3 for load in loads)
    bills = {name: tariff.bill(kg, m3, km) for name, tariff in known.items() if tariff.takes(one.goods_class)}
    if not bills:
        findings.add("loads", loads[0].row, "tariff", "", loads[0].tariff, "no tariff takes these goods")
        return
    least = min(bills.values())
    parts = shared([load.weight_kg for load in loads], [load.volume_m3 for load in loads])
    for load, part in zip(loads, parts, strict=True):
        findings.money("loads", load.row, "cost", least * part, load.cost, "not its part of the cheapest groupage bill")
        asked = bills.get(load.tariff, math.inf)
        problem = "another tariff is cheaper or takes the goods"
        if not asked <= least + findings.tolerance.of_money(least):
            findings.add("loads", load.row, "tariff", min(bills, key=lambda name: bills[name]), load.tariff, problem)
        emitted = known[load.tariff].kg_co2e_per_tonne_km * load.weight_kg / 1000.0 * km
        findings.figure("loads", load.row, "kg_co2e", emitted, load.kg_co2e, "not tonne-km x kg_co2e_per_tonne_km")
