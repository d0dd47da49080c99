"""The groupage bills of consignments in the model: constraints 9 to 11 of ``model.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pulp

from clusterpool.freight.groupage import Piece, chargeable_kg, pieces, takers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Lot
    from clusterpool.market import Tariff

Consignment: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True)
class Bill:
    """One way to bill a consignment: a tariff's weight break, and the goods that are billed by it.

    Parameters
    ----------
    switch, weight_kg, volume_m3, cost : variable
        g, K, M and B; `volume_m3` is None where volume does not count.
    """

    tariff: Tariff
    piece: Piece
    switch: pulp.LpVariable
    weight_kg: pulp.LpVariable
    volume_m3: pulp.LpVariable | None
    cost: pulp.LpVariable

    def variables(self) -> list[pulp.LpVariable]:
        """The variables of the bill."""
        volume = [] if self.volume_m3 is None else [self.volume_m3]
        return [self.switch, self.weight_kg, *volume, self.cost]


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
    rest: Mapping[tuple[str, int], pulp.LpVariable],
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
        weight = problem.add_variable(f"bill_kg_{place}_{b}", 0, kg)
        problem += weight <= kg * switch, f"option_kg_{place}_{b}"
        if tariff.kg_per_m3 * m3 > 0:
            volume = problem.add_variable(f"bill_m3_{place}_{b}", 0, m3)
            problem += volume <= m3 * switch, f"option_m3_{place}_{b}"
        most = piece.cost(chargeable_kg(tariff, kg, m3))
        cost = problem.add_variable(f"bill_cost_{place}_{b}", 0, most)
        bills.append(Bill(tariff, piece, switch, weight, volume, cost))
    return tuple(bills)


def _billed(
    problem: pulp.LpProblem,
    bills: tuple[Bill, ...],
    lots: list[Lot],
    rest: Mapping[tuple[str, int], pulp.LpVariable],
    place: int,
) -> None:
    """(9) All that goes by groupage is on a bill, by weight and by volume (as far as its tariff looks at it)."""
    by_weight = [lot.unit_kg * rest[lot.supplier, lot.need] for lot in lots if lot.unit_kg > 0]
    by_volume = [lot.unit_m3 * rest[lot.supplier, lot.need] for lot in lots if lot.unit_m3 > 0]
    problem += pulp.lpSum([*(bill.weight_kg for bill in bills), *(-kg for kg in by_weight)]) == 0, f"billed_kg_{place}"
    volumes = [bill.volume_m3 for bill in bills if bill.volume_m3 is not None]
    if volumes and len(volumes) == len(bills):
        problem += pulp.lpSum([*volumes, *(-m3 for m3 in by_volume)]) == 0, f"billed_m3_{place}"
    elif volumes:
        blind = sum(lot.unit_m3 * lot.most_units for lot in lots)
        unseen = [blind * bill.switch for bill in bills if bill.volume_m3 is None]
        problem += pulp.lpSum([*volumes, *unseen, *(-m3 for m3 in by_volume)]) >= 0, f"billed_m3_{place}"


def _one_option(
    problem: pulp.LpProblem,
    bills: tuple[Bill, ...],
    lots: list[Lot],
    rest: Mapping[tuple[str, int], pulp.LpVariable],
    place: int,
    member: pulp.LpVariable,
) -> None:
    """(10) A consignment has one bill, and has it as soon as anything goes by groupage."""
    chosen = pulp.lpSum(bill.switch for bill in bills)
    problem += chosen <= member, f"option_{place}"
    for number, lot in enumerate(lots):
        problem += rest[lot.supplier, lot.need] <= lot.most_units * chosen, f"option_lot_{place}_{number}"


def _bill(problem: pulp.LpProblem, bill: Bill, place: str) -> None:
    """(11) A bill costs what its weight break says for the greater of weight and volumetric weight."""
    fixed, rate = bill.piece.fixed * bill.switch, bill.piece.rate
    problem += bill.cost >= bill.piece.floor * bill.switch, f"bill_floor_{place}"
    problem += bill.cost >= fixed + rate * bill.weight_kg, f"bill_kg_{place}"
    if bill.volume_m3 is not None:
        problem += bill.cost >= fixed + rate * bill.tariff.kg_per_m3 * bill.volume_m3, f"bill_m3_{place}"
