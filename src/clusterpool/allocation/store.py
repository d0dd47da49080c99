"""The store of the coalitions that are solved, which a game shares with its parts."""

from __future__ import annotations

import math
from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.blocks import Blocks
from clusterpool.allocation.costs import CoalitionCost, by_size, checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from clusterpool.allocation.core import LeastCore
    from clusterpool.allocation.costs import Coalition, Oracle, Part
    from clusterpool.allocation.row_generation.separation import Weighing

SHARED_AMONG = 32
"""Into how many chunks the coalitions that a plain function solves are cut for an executor."""


class Proven:
    """What was proven of all coalitions of a game at once, and holds whatever is solved later.

    Parameters
    ----------
    least_cores : dict
        By weighing, the narrowest interval of the least core so far.
    """

    def __init__(self) -> None:
        self._bounds: list[tuple[NDArray[np.float64], float]] = []
        self.least_cores: dict[Weighing, LeastCore] = {}

    def add(self, pays: NDArray[np.float64], bound: float) -> None:
        """At these shares no coalition's excess is above a bound."""
        if bound < self.at(pays):
            self._bounds.append((pays, bound))

    def at(self, pays: NDArray[np.float64]) -> float:
        """The least bound known at some shares: x(S) - c(S) <= b + what those of S pay more than where b holds."""
        worth = (bound + float(np.maximum(pays - other, 0.0).sum()) for other, bound in self._bounds)
        return min(worth, default=math.inf)


class Store:
    """The solved coalitions, shared by a game and its parts."""

    def __init__(self, oracle: Oracle | Blocks) -> None:
        self.oracle = oracle
        self.executor: Executor | None = None
        self.known: dict[Coalition, CoalitionCost] = {}
        self.solves = 0
        self.proven = Proven()
        self.full: dict[tuple[tuple[str, ...], Part | None, str], NDArray[np.float64]] = {}

    def solve(self, coalitions: Iterable[Coalition]) -> None:
        """Solve those that are not known yet, in one call."""
        missing = sorted({c for c in coalitions if c and c not in self.known}, key=by_size)
        if not missing:
            return
        values = self._ask(missing)
        if len(values) != len(missing):
            raise ValueError(f"the oracle was asked for {len(missing)} coalitions and gave {len(values)} costs")
        self.solves += len(missing)
        self.known.update({c: checked(c, value) for c, value in zip(missing, values, strict=True)})

    def _ask(self, coalitions: Sequence[Coalition]) -> Sequence[CoalitionCost]:
        if isinstance(self.oracle, Blocks):
            return _summed(self.oracle, coalitions)
        if self.executor is None:
            return self.oracle(coalitions)
        size = -(-len(coalitions) // SHARED_AMONG)
        chunks = [coalitions[start : start + size] for start in range(0, len(coalitions), size)]
        futures = [self.executor.submit(self.oracle, chunk) for chunk in chunks]
        return [value for future in futures for value in future.result()]

    def using(self, executor: Executor) -> Store:
        """The same coalitions, the rest of them solved on an executor."""
        store = copy(self)
        store.executor = executor
        if isinstance(self.oracle, Blocks):
            store.oracle = self.oracle.using(executor)
        return store


def _summed(blocks: Blocks, coalitions: Sequence[Coalition]) -> list[CoalitionCost]:
    """What coalitions cost in all blocks together."""
    pieces = [blocks.pieces(coalition) for coalition in coalitions]
    values = iter(blocks.costs([piece for of_one in pieces for piece in of_one]))
    return [_sum([next(values) for _ in of_one]) for of_one in pieces]


def _sum(values: Sequence[CoalitionCost]) -> CoalitionCost:
    fields = ("cost", "bound", "purchases", "freight")
    return CoalitionCost(*(math.fsum(getattr(value, field) for value in values) for field in fields))
