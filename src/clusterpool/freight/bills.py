"""The groupage bills of consignments in the model: constraints 9 to 11 of ``model.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pulp

from clusterpool.freight.groupage import Piece, chargeable_kg, pieces, takers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Cargo, Lot
    from clusterpool.market import Tariff

Consignment: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True)
class Bill:
    """One way to bill a consignment: a tariff's weight break, and the goods that are billed by it.

    Parameters
    ----------
    most_kg, most_m3 : float
        Weight and volume of the whole consignment.
    switch, weight, volume, cost : variable
        g, K, M and B; `volume` is None where volume does not count.
    """

    tariff: Tariff
    piece: Piece
    most_kg: float
    most_m3: float
    switch: pulp.LpVariable
    weight: pulp.LpVariable
    volume: pulp.LpVariable | None
    cost: pulp.LpVariable

    def variables(self) -> list[pulp.LpVariable]:
        """The variables of the bill."""
        volume = [] if self.volume is None else [self.volume]
        return [self.switch, self.weight, *volume, self.cost]


def consignments(lots: Sequence[Lot]) -> dict[Consignment, list[Lot]]:
    """The lots of each consignment, in canonical order."""
    grouped: dict[Consignment, list[Lot]] = {}
    for lot in lots:
        grouped.setdefault(lot.consignment, []).append(lot)
    return dict(sorted(grouped.items()))


def add_bills(
    problem: pulp.LpProblem,
    case: FreightCase,
    lots: Sequence[Lot],
    rest: Mapping[Cargo, pulp.LpVariable],
    membership: Mapping[str, pulp.LpVariable],
) -> dict[Consignment, tuple[Bill, ...]]:
    """State the bills of every consignment whose class some tariff takes."""
    billed: dict[Consignment, tuple[Bill, ...]] = {}
    for place, (consignment, its_lots) in enumerate(consignments(lots).items()):
        if not takers(case, its_lots[0].goods_class):
            continue
        bills = _options(problem, case, its_lots, place)
        _billed(problem, bills, its_lots, rest, place)
        _one_option(problem, bills, its_lots, rest, place, membership[its_lots[0].member])
        for b, bill in enumerate(bills):
            _bill(problem, bill, f"{place}_{b}")
        billed[consignment] = bills
    return billed


def _options(problem: pulp.LpProblem, case: FreightCase, lots: list[Lot], place: int) -> tuple[Bill, ...]:
    """One bill a tariff and weight break, with its variables and (10) nothing on a bill that is not chosen."""
    kg = sum(lot.unit_kg * lot.most_units for lot in lots)
    m3 = sum(lot.unit_m3 * lot.most_units for lot in lots)
    km = case.network.leg(lots[0].origin, lots[0].destination).distance_km
    options = [
        (tariff, piece)
        for tariff in takers(case, lots[0].goods_class)
        for piece in pieces(tariff, km, kg + tariff.kg_per_m3 * m3)
    ]
    bills = []
    for b, (tariff, piece) in enumerate(options):
        volume = None
        switch = problem.add_variable(f"bill_{place}_{b}", 0, 1, "Integer")
        weight = problem.add_variable(f"bill_kg_{place}_{b}", 0, 1)
        problem += weight <= switch, f"option_kg_{place}_{b}"
        if tariff.kg_per_m3 * m3 > 0:
            volume = problem.add_variable(f"bill_m3_{place}_{b}", 0, 1)
            problem += volume <= switch, f"option_m3_{place}_{b}"
        most = piece.cost(chargeable_kg(tariff, kg, m3))
        cost = problem.add_variable(f"bill_cost_{place}_{b}", 0, most)
        bills.append(Bill(tariff, piece, kg, m3, switch, weight, volume, cost))
    return tuple(bills)


def _billed(
    problem: pulp.LpProblem,
    bills: tuple[Bill, ...],
    lots: list[Lot],
    rest: Mapping[Cargo, pulp.LpVariable],
    place: int,
) -> None:
    """(9) All that goes by groupage is on a bill, by weight and by volume (as far as its tariff looks at it)."""
    most_kg, most_m3 = bills[0].most_kg, bills[0].most_m3
    by_weight = [-lot.unit_kg * lot.most_units / most_kg * rest[lot.key] for lot in lots if most_kg > 0]
    by_volume = [-lot.unit_m3 * lot.most_units / most_m3 * rest[lot.key] for lot in lots if most_m3 > 0]
    problem += pulp.lpSum([*(bill.weight for bill in bills), *by_weight]) == 0, f"billed_kg_{place}"
    volumes = [bill.volume for bill in bills if bill.volume is not None]
    if volumes and len(volumes) == len(bills):
        problem += pulp.lpSum([*volumes, *by_volume]) == 0, f"billed_m3_{place}"
    elif volumes:
        unseen = [bill.switch for bill in bills if bill.volume is None]
        problem += pulp.lpSum([*volumes, *unseen, *by_volume]) >= 0, f"billed_m3_{place}"


def _one_option(
    problem: pulp.LpProblem,
    bills: tuple[Bill, ...],
    lots: list[Lot],
    rest: Mapping[Cargo, pulp.LpVariable],
    place: int,
    member: pulp.LpVariable,
) -> None:
    """(10) A consignment has one bill, and has it as soon as anything goes by groupage."""
    chosen = pulp.lpSum(bill.switch for bill in bills)
    problem += chosen <= member, f"option_{place}"
    for number, lot in enumerate(lots):
        problem += rest[lot.key] <= chosen, f"option_lot_{place}_{number}"


def _bill(problem: pulp.LpProblem, bill: Bill, place: str) -> None:
    """(11) A bill costs what its weight break says for the greater of weight and volumetric weight."""
    fixed, rate = bill.piece.fixed * bill.switch, bill.piece.rate
    problem += bill.cost >= bill.piece.floor * bill.switch, f"bill_floor_{place}"
    problem += bill.cost >= fixed + rate * bill.most_kg * bill.weight, f"bill_kg_{place}"
    if bill.volume is not None:
        volumetric_kg = bill.tariff.kg_per_m3 * bill.most_m3
        problem += bill.cost >= fixed + rate * volumetric_kg * bill.volume, f"bill_m3_{place}"
