"""The rounds of orders of arrival that are drawn of one block, and what they say of its players' shares.

A circle of players is one round: see `sampling`. Single orders are rounds of their own where players have weights or
unions, and where the budget does not allow whole circles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.coalitions import places_of_kinds
from clusterpool.allocation.stopping import NO_SPREAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation.block_games import BlockGame

    Array = NDArray[np.float64]

TWO = 2
"""Rounds that tell a spread at all."""


@dataclass(eq=False)
class Draws:
    """The rounds of one block: their number, mean and spread, as they come.

    Parameters
    ----------
    weights : array of float or None
        Bargaining weights of the block's players.
    unions : tuple of arrays of int
        The places of the players of each union; none: players arrive one by one.
    seats : int
        The orders of a round that start at seats of a circle; 1 for weights and unions.
    """

    block: BlockGame
    rng: np.random.Generator
    weights: Array | None
    unions: tuple[NDArray[np.int64], ...]
    seats: int
    rounds: int = 0
    mean: Array = field(init=False)
    _squares: Array = field(init=False)
    _least: Array = field(init=False)
    _most: Array = field(init=False)
    _ends: tuple[Array, Array] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        n = len(self.block.players)
        self.mean, self._squares = np.zeros(n), np.zeros(n)
        self._least, self._most = np.full(n, math.inf), np.full(n, -math.inf)

    @property
    def round_work(self) -> float:
        """The most that one round takes, in whole coalitions."""
        return self.block.work * self.seats * max(1, len(self.block.players) - 1)

    @property
    def whole_circle(self) -> bool:
        """Whether every player arrives at every place in each round: twice, since a circle is gone round both ways."""
        return self.weights is None and not self.unions and self.seats == len(self.block.players)

    @property
    def orders(self) -> int:
        """The orders of arrival in a round."""
        return 2 * self.seats if self.whole_circle else self.seats

    @property
    def ends_work(self) -> float:
        """The work of `solve_ends` at most, in whole coalitions, besides that of the first round."""
        return 0.0 if self.whole_circle else 2.0 * len(self.block.players) * self.block.work

    def solve_ends(self) -> None:
        """Solve each player alone and all but one: what each adds where it comes first, and where it comes last."""
        players, n = self.block.players, len(self.block.players)
        every = frozenset(players)
        found = self.block.costs([*(frozenset({p}) for p in players), *(every - {p} for p in players if n > 1), every])
        costs = np.array(found)
        self._ends = (costs[:n], costs[-1] - costs[n:-1] if n > 1 else costs[:n])

    def draw(self) -> None:
        """One round more."""
        if self.weights is not None:
            found = _in_order(self.block, _by_weight(self.rng, self.weights))
        elif self.unions:
            found = _in_order(self.block, _by_union(self.rng, self.unions))
        else:
            found = _circle(self.block, self.rng.permutation(len(self.block.players)), self.seats)
        for same in self._alike:
            found[same] = found[same].mean()
        self.rounds += 1
        off = found - self.mean
        self.mean = self.mean + off / self.rounds
        self._squares = self._squares + off * (found - self.mean)
        self._least, self._most = np.minimum(self._least, found), np.maximum(self._most, found)

    @cached_property
    def _alike(self) -> list[list[int]]:
        """The places of players that are alike, in weight and union, too."""
        n = len(self.block.players)
        weights = [1.0] * n if self.weights is None else self.weights.tolist()
        union = {int(place): number for number, places in enumerate(self.unions) for place in places}
        kinds = [(weights[place], union.get(place)) for place in range(n)]
        return places_of_kinds(self.block.players, self.block.alike, kinds)

    @property
    def variance(self) -> Array:
        """Of the mean; infinite after one round only.

        Single orders are joined by two more, each player's ends. Circles hold both ends in each round and need none of
        that, but where rounds did not differ at all.
        """
        if self.rounds < TWO:
            return np.full(len(self.mean), math.inf)
        spread = self._squares / (self.rounds - 1) / self.rounds
        first, last = self._ends or (self._most.max(), self._least.min())
        orders = self.rounds * self.orders
        joined = ((first - self.mean) ** 2 + (last - self.mean) ** 2) / (orders * (orders + 1.0))
        found: Array = spread + np.where(self.moved & self.whole_circle, 0.0, joined)
        return found

    @property
    def moved(self) -> NDArray[np.bool_]:
        """Whose rounds differ: of the others it is not known how far they may."""
        size = np.maximum(np.abs(self._most), np.abs(self._least))
        moved: NDArray[np.bool_] = self._most - self._least > NO_SPREAD * size
        return moved


def _circle(block: BlockGame, seating: NDArray[np.int64], seats: int) -> NDArray[np.float64]:
    """The mean of what each player adds in the orders that start at `seats` seats of a circle, evenly apart.

    From every seat both directions are taken; from some of them only the clockwise one, whose arcs cannot be shared.
    """
    n = len(block.players)
    starts = [k * n // seats for k in range(seats)]
    cost = _arcs(block, seating, starts)
    total = np.zeros(n)
    for k, start in enumerate(starts):
        total[seating[(start + np.arange(n)) % n]] += np.diff(cost[k])
    if seats == n:
        for end in range(n):  # anticlockwise from `end`: the arc of length k that ends there starts k - 1 seats before
            back = (end - np.arange(n)) % n
            total[seating[back]] += np.diff([0.0, *(cost[back[k], k + 1] for k in range(n))])
        return total / (2 * n)
    return total / seats


def _arcs(block: BlockGame, seating: NDArray[np.int64], starts: list[int]) -> NDArray[np.float64]:
    """Row k, column j: the cost of the arc of j players that begins at the k-th start."""
    n = len(seating)
    names = np.array(block.players, dtype=object)[seating]
    round_twice = [*names, *names]
    arcs = [frozenset(round_twice[start : start + size]) for start in starts for size in range(1, n + 1)]
    cost = np.zeros((len(starts), n + 1))
    cost[:, 1:] = np.array(block.costs(arcs)).reshape(len(starts), n)
    return cost


def _in_order(block: BlockGame, order: NDArray[np.int64]) -> NDArray[np.float64]:
    """What each player adds in one order of arrival."""
    names = [block.players[i] for i in order]
    cost = [0.0, *block.costs([frozenset(names[:size]) for size in range(1, len(names) + 1)])]
    added = np.zeros(len(order))
    added[order] = np.diff(cost)
    return added


def _by_weight(rng: np.random.Generator, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """An order drawn from the end: of those not placed yet i is last with chance w_i / (their sum)."""
    return np.argsort(-rng.exponential(size=len(weights)) / weights, kind="stable")


def _by_union(rng: np.random.Generator, unions: tuple[NDArray[np.int64], ...]) -> NDArray[np.int64]:
    """The unions in random order, and the players of each in a random order of their own."""
    return np.concatenate([rng.permutation(unions[k]) for k in rng.permutation(len(unions))])
