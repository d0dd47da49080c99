"""What coalitions cost, and the store of those that are solved, which a game shares with its parts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clusterpool.allocation.blocks import Blocks

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import NDArray

NAMED_AT_MOST = 5
SHARED_AMONG = 32
"""Into how many chunks the coalitions that a plain function solves are cut for an executor."""
BOUND_TOLERANCE = 1e-9


class Part(StrEnum):
    """A part of the cost of a coalition that is a game of its own."""

    PURCHASES = "purchases"
    FREIGHT = "freight"


@dataclass(frozen=True, slots=True)
class CoalitionCost:
    """What one coalition would pay by itself.

    Parameters
    ----------
    cost : float
        The cost of the best plan known, in the pool's currency.
    bound : float
        No plan of the coalition costs less; ``-inf`` where nothing is proven.
    purchases, freight : float
        The parts of `cost`; NaN where the split is not known.
    """

    cost: float
    bound: float
    purchases: float = math.nan
    freight: float = math.nan

    def of_part(self, part: Part) -> CoalitionCost:
        """The part's own cost rows as a cost; they are what the plan holds, so the bound is the cost itself."""
        cost = self.purchases if part is Part.PURCHASES else self.freight
        return CoalitionCost(cost, cost)


NOTHING = CoalitionCost(0.0, 0.0, 0.0, 0.0)
Coalition = frozenset[str]
Oracle = Callable[[Sequence[Coalition]], Sequence[CoalitionCost]]


def name_of(coalition: Iterable[str]) -> str:
    """A coalition for messages."""
    return "{" + ", ".join(sorted(coalition)) + "}"


def names_of(coalitions: Sequence[Coalition]) -> str:
    """The first of some coalitions for messages."""
    more = len(coalitions) - NAMED_AT_MOST
    return ", ".join(name_of(c) for c in coalitions[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def by_size(coalition: Coalition) -> tuple[int, list[str]]:
    """Smaller coalitions first, then by name."""
    return len(coalition), sorted(coalition)


def checked(coalition: Coalition, value: CoalitionCost) -> CoalitionCost:
    """The value, if it can be one; ValueError."""
    if not math.isfinite(value.cost):
        raise ValueError(f"the cost of {name_of(coalition)} is {value.cost}: it must be a finite number")
    if math.isnan(value.bound) or value.bound > value.cost + BOUND_TOLERANCE * max(1.0, abs(value.cost)):
        raise ValueError(
            f"the bound {value.bound} of {name_of(coalition)} must be a number not above its cost {value.cost}"
        )
    return value


def coalition_of(names: Iterable[str]) -> Coalition:
    """The coalition of some players; TypeError for one text."""
    if isinstance(names, str):
        raise TypeError(f"a coalition is a tuple of members: write ({names!r},), not {names!r}")
    return frozenset(names)


def refuse(coalitions: Sequence[Coalition]) -> Sequence[CoalitionCost]:
    """The oracle of a table: what it lacks cannot be solved."""
    raise ValueError(f"the table lacks the cost of {names_of(coalitions)}: add it")


class Store:
    """The solved coalitions, shared by a game and its parts."""

    def __init__(self, oracle: Oracle | Blocks) -> None:
        self.oracle = oracle
        self.executor: Executor | None = None
        self.known: dict[Coalition, CoalitionCost] = {}
        self.full: dict[tuple[tuple[str, ...], Part | None, str], NDArray[np.float64]] = {}

    def solve(self, coalitions: Iterable[Coalition]) -> None:
        """Solve those that are not known yet, in one call."""
        missing = sorted({c for c in coalitions if c and c not in self.known}, key=by_size)
        if not missing:
            return
        values = self._ask(missing)
        if len(values) != len(missing):
            raise ValueError(f"the oracle was asked for {len(missing)} coalitions and gave {len(values)} costs")
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
