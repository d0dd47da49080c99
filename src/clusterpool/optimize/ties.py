"""Ties go to serving: shipments that a plan leaves behind ride on known trips where that costs no more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clusterpool.freight.loads import Load

if TYPE_CHECKING:
    from clusterpool.model import PoolModel
    from clusterpool.solver import Solution

CHOSEN = 0.5
TIE = 1e-9
"""Costs that differ by less than this part of them are the same."""


def carried_at_no_cost(model: PoolModel, solution: Solution) -> Solution:
    """The solution of the block with freight, with rides of loads that it leaves unmet though a ride costs no more.

    Each ride is tried by itself, with its trip if that does not run yet.
    """
    block, part = model.blocks[-1], model.carrying
    rides = list(part.rides())
    left = {code for code, other in part.alternatives.items() if other.tariff is None}
    cost, values = block.arrays.cost, solution.values
    left -= {str(ride.cargo) for (_, _, ride), x in zip(rides, block.rides.columns, strict=True) if values[x] > CHOSEN}
    for (number, _, ride), column in zip(rides, block.rides.columns, strict=True):
        if ride.cargo not in left or not isinstance(load := part.case.cargo(ride.cargo), Load):
            continue
        if values[block.membership[load.member]] <= CHOSEN:
            continue
        trip = block.rides.trips[number]
        dearer = cost[column] + cost[trip] * (1.0 - values[trip])
        trial = values.copy()
        trial[column] = trial[trip] = 1.0
        if dearer <= TIE * abs(cost[column]) and not block.arrays.broken_by(trial):
            values = trial
            left.discard(str(ride.cargo))
    return solution if values is solution.values else replace(solution, values=values)
