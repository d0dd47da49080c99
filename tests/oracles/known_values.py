"""Ten games whose values are known, for tests of sampling; each coalition's cost is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation import CoalitionCost, CostGame
from clusterpool.allocation.coalitions import power_set, subset_sums
from clusterpool.allocation.values import owen, shapley, weighted_shapley

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

NAMES = ("A", "B", "C", "D", "E", "F")
N = len(NAMES)
WEIGHTS = np.array([1.0, 1.0, 2.0, 3.0, 5.0, 20.0])
UNIONS = (("A", "B"), ("C", "D", "E"), ("F",))
NEED = np.array([10.0, 13.0, 17.0, 24.0, 26.0, 34.0])
BOUGHT = subset_sums(np.random.default_rng(7).uniform(1.0, 9.0, N))


class Kind(StrEnum):
    """Which value is sampled."""

    SHAPLEY = "shapley"
    WEIGHTED = "weighted"
    OWEN = "owen"


class LookedUp(CostGame):
    """A game of a full table that answers many coalitions quickly."""

    def __init__(self, table: Table) -> None:
        super().__init__(NAMES, lambda some: self.values(list(some)))
        self._of = {c: CoalitionCost(cost, cost) for c, cost in zip(power_set(NAMES), table.tolist(), strict=True)}

    def values(self, coalitions: Sequence[frozenset[str]]) -> list[CoalitionCost]:
        return [self._of[coalition] for coalition in coalitions]


@dataclass(frozen=True, eq=False)
class Known:
    """A game, the value of a kind, and what sampling is told of it."""

    game: CostGame
    truth: NDArray[np.float64]
    weights: NDArray[np.float64] | None
    unions: tuple[tuple[str, ...], ...]


def _table(cost: Callable[[list[int]], float]) -> Table:
    inside = [[i for i in range(N) if mask >> i & 1] for mask in range(2**N)]
    return np.array([0.0, *(cost(some) for some in inside[1:])])


def _price() -> Table:
    price = np.select([BOUGHT < 10.0, BOUGHT < 20.0, BOUGHT < 30.0], [10.0, 9.2, 8.5], 8.0)
    return np.where(BOUGHT > 0.0, 50.0 + BOUGHT * price, 0.0)


def _voting() -> Table:
    votes = np.array([5.0, 4.0, 3.0, 2.0, 2.0, 1.0])
    return _table(lambda some: 1.0 + float(votes[some].sum() >= 9.0) + 0.05 * len(some))


def _tree() -> Table:
    ends, cost = np.random.default_rng(4).integers(0, N, (12, 2)), np.random.default_rng(5).uniform(1.0, 9.0, 12)
    return _table(lambda some: 5.0 * len(some) ** 0.5 + float(cost[np.isin(ends, some).any(axis=1)].sum()))


def _whole() -> Table:
    table = np.random.default_rng(3).integers(30, 50, 2**N).astype(np.float64)
    table[0] = 0.0
    return table


def _gloves() -> Table:
    return _table(lambda some: 10.0 * len(some) - 6.0 * min(sum(i < 3 for i in some), sum(i >= 3 for i in some)))


GAMES: dict[str, Callable[[], Table]] = {
    "airport": lambda: _table(lambda some: float(NEED[some].max())),
    "fixed and own": lambda: _table(lambda some: 100.0 + float(NEED[some].sum())),
    "fixed": lambda: np.append(0.0, np.ones(2**N - 1)),
    "breaks": _price,
    "root": lambda: 10.0 * np.sqrt(BOUGHT),
    "trucks": lambda: np.ceil(BOUGHT / 12.0) * 30.0,
    "voting": _voting,
    "tree": _tree,
    "whole numbers": _whole,
    "gloves": _gloves,
}


@cache
def known(name: str, kind: Kind) -> Known:
    """A game with the value of a kind from its full table."""
    table = GAMES[name]()
    if kind is Kind.WEIGHTED:
        return Known(LookedUp(table), weighted_shapley(table, WEIGHTS), WEIGHTS, ())
    if kind is Kind.SHAPLEY:
        return Known(LookedUp(table), shapley(table), None, ())
    cost = dict(zip(power_set(NAMES), table.tolist(), strict=True))
    shares = owen(UNIONS, cost.__getitem__)
    return Known(LookedUp(table), np.array([shares[name] for name in NAMES]), None, UNIONS)
