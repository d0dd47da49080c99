"""A plan of freight at once: trips by what their cargo saves for the money, each in turn while it pays.

It is the plan at hand where time does not suffice for a linear relaxation (the greedy rule of weighted set cover:
Chvátal, A greedy heuristic for the set-covering problem, Mathematics of Operations Research 4(3), 1979).
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.model import Block

SLACK = 1e-9
"""Rows may be broken by so much: rounding."""


def greedy_trips(block: Block, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """A plan of a block of freight alone that is no dearer than `start`, the one in which nothing is on a trip."""
    rides, arrays = block.rides, block.arrays
    riders: list[list[int]] = [[] for _ in rides.trips]
    for ride in np.flatnonzero(arrays.integer[rides.columns] & (arrays.upper[rides.columns] > 0.0)).tolist():
        riders[rides.trip[ride]].append(ride)
    plan = _Plan(block, start)
    heap = [(-plan.worth(trip, some), trip) for trip, some in enumerate(riders) if some]
    heapq.heapify(heap)
    while heap:
        before, trip = heapq.heappop(heap)
        now = plan.worth(trip, riders[trip])
        if now <= 1.0:
            continue
        if now < -before:  # cargo has gone on other trips meanwhile
            heapq.heappush(heap, (-now, trip))
        else:
            plan.run(trip, riders[trip])
    return plan.values


class _Plan:
    """A plan that grows: its columns, and the rows that they fill."""

    def __init__(self, block: Block, start: NDArray[np.float64]) -> None:
        self.values = start.copy()
        self._block = block
        self._matrix = csc_array(block.arrays.matrix)
        self._filled = self._matrix @ start
        self._gone: set[int] = set()

    def _left(self, riders: Sequence[int]) -> list[int]:
        rides, inside = self._block.rides, self._block.membership
        chosen: dict[int, int] = {}
        for ride in riders:
            cargo = int(rides.cargo[ride])
            if cargo not in self._gone and self.values[inside[rides.member[ride]]] > 0.0:
                chosen.setdefault(cargo, ride)
        return list(chosen.values())

    def worth(self, trip: int, riders: Sequence[int]) -> float:
        """What the cargo that is left would save by riding, for each unit of money that the trip costs."""
        rides, cost = self._block.rides, self._block.arrays.cost
        saved = -float(cost[rides.columns[self._left(riders)]].sum())
        paid = float(cost[rides.trips[trip]])
        return saved / paid if paid > 0.0 else np.inf if saved > 0.0 else 0.0

    def run(self, trip: int, riders: Sequence[int]) -> None:
        """Let a trip run with the cargo that is left, where every row allows it."""
        rides, arrays = self._block.rides, self._block.arrays
        aboard = self._left(riders)
        columns = np.append(rides.columns[aboard], rides.trips[trip])
        if not aboard or arrays.upper[rides.trips[trip]] < 1.0:
            return
        added = self._matrix[:, columns].sum(axis=1)
        touched = np.flatnonzero(added)
        filled = self._filled[touched] + added[touched]
        if (filled > arrays.row_upper[touched] + SLACK).any() or (filled < arrays.row_lower[touched] - SLACK).any():
            return
        self.values[columns] = 1.0
        self._filled[touched] = filled
        self._gone.update(rides.cargo[aboard].tolist())
