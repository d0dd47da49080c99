"""The store of the coalitions that are solved, which a game shares with its parts."""

from __future__ import annotations

import math
from copy import copy
from typing import TYPE_CHECKING

from clusterpool.allocation.blocks import Blocks
from clusterpool.allocation.costs import CoalitionCost, by_size, checked
from clusterpool.allocation.proven import Proven

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import NDArray

    from clusterpool.allocation.costs import Coalition, Oracle, Part

SHARED_AMONG = 32
"""Into how many chunks the coalitions that a plain function solves are cut for an executor."""


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
