"""The Shapley value by sampling, where a game has too many coalitions: per block, with standard errors.

Players are seated at random round a circle. Every seat starts one order of arrival, clockwise, and one anticlockwise;
so in one round every player arrives at every place exactly twice: the estimate of each place's mean is stratified. The
coalitions of a round are the n (n - 1) arcs of the circle, which both directions share. The shares of a round add up to
c(N) exactly, and the rounds are independent, so their spread gives the standard error. Blocks whose tables are cheap
are exact; of the others the one with the largest variance for its work gets the next round.

Weighted values have no such symmetry; their orders are drawn one by one, from the end, by weight.

References
----------
Castro, Gómez, Molina, Tejada, "Improving polynomial estimation of the Shapley value by stratified random sampling with
optimum allocation", Computers & Operations Research 82, 2017 (strata by place). Mitchell, Cooper, Frank, Holmes,
"Sampling permutations for Shapley value estimation", Journal of Machine Learning Research 23, 2022 (pairs of orders).
Kalai, Samet, "On weighted Shapley values", International Journal of Game Theory 16, 1987 (weights).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from clusterpool.allocation.block_games import block_games, own, value_of_block
from clusterpool.allocation.coalitions import LARGEST_TABLE, places_of_kinds
from clusterpool.errors import NoPlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation.block_games import BlockGame
    from clusterpool.allocation.game import CostGame

PRECISION = 0.005
"""Sampling ends once each share is known to this part of it ..."""
CONFIDENCE = 0.95
"""... with this confidence."""
LEAST_ROUNDS = 5
"""Fewer rounds say too little about their own spread to stop by it."""
BETWEEN_LOOKS = 1.25
"""By what the rounds grow until their spread is looked at again: who looks after every round stops too often at one
whose spread happens to be small, and the shares held their 95 % in 93 % of cases only."""
TWO = 2
"""Rounds that tell a spread at all."""
ROUNDING = 1e-9
EXACT_PART = 0.5
"""A block is exact if its table takes at most this part of the budget left."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """Sampled shares.

    Parameters
    ----------
    shares, standard_error : dict of player to float
    precise : bool
        Whether each share is known to `PRECISION` with `CONFIDENCE`.
    rounds : tuple of int
        The rounds drawn, of each block that is not exact.
    orders : int
        The orders of arrival in them.
    solves : int
        What was solved at most, in whole coalitions.
    out_of_time : bool
        Whether the time limit ended it, so that another run may end elsewhere.
    """

    shares: dict[str, float]
    standard_error: dict[str, float]
    precise: bool
    rounds: tuple[int, ...]
    orders: int
    solves: int
    out_of_time: bool


@dataclass(eq=False)
class _Draws:
    """The rounds of one block."""

    block: BlockGame
    rng: np.random.Generator
    weights: NDArray[np.float64] | None
    seats: int
    rounds: list[NDArray[np.float64]] = field(default_factory=list)

    @property
    def round_work(self) -> float:
        """The most that one round takes, in whole coalitions."""
        return self.block.work * self.seats * max(1, len(self.block.players) - 1)

    @property
    def orders(self) -> int:
        """The orders of arrival in a round: a full circle is gone round both ways."""
        n = len(self.block.players)
        return 2 * n if self.weights is None and self.seats == n else self.seats

    def draw(self) -> None:
        """One round more."""
        if self.weights is None:
            found = _circle(self.block, self.rng.permutation(len(self.block.players)), self.seats)
        else:
            found = _weighted(self.block, self.rng, self.weights)
        for same in self._alike:
            found[same] = found[same].mean()
        self.rounds.append(found)

    @cached_property
    def _alike(self) -> list[list[int]]:
        """The places of players that are alike, in weight too."""
        weights = [1.0] * len(self.block.players) if self.weights is None else self.weights.tolist()
        return places_of_kinds(self.block.players, self.block.alike, weights)

    @property
    def mean(self) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.mean(self.rounds, axis=0)
        return found

    @property
    def variance(self) -> NDArray[np.float64]:
        """Of the mean; infinite after one round only."""
        if len(self.rounds) < TWO:
            return np.full(len(self.block.players), math.inf)
        found: NDArray[np.float64] = np.var(self.rounds, axis=0, ddof=1) / len(self.rounds)
        return found


def sampled_shapley(game: CostGame, weights: NDArray[np.float64] | None, *, budget: float, seed: int) -> Sampled:
    """The Shapley value of a game without idle players, to the precision above or as far as the budget goes.

    Parameters
    ----------
    weights : array of float or None
        Bargaining weights in the order of the players.
    budget : float
        How many coalitions may be solved, whatever is known already; a block counts by its part of the work.
    seed : int
        The same seed, game and budget give the same shares, wherever coalitions are solved.

    Raises
    ------
    ValueError
        The budget does not allow two orders of arrival.
    NoPlanError
        If the time limit struck before two rounds were drawn.
    """
    exact, draws, left = _begin(game, weights, budget, seed)
    out_of_time = _draw_all(game, draws, exact, left)
    shares, variance = _estimates(game, draws, exact)
    return Sampled(
        shares,
        {player: math.sqrt(value) for player, value in variance.items()},
        _precise(game, draws, exact),
        tuple(len(one.rounds) for one in draws),
        sum(len(one.rounds) * one.orders for one in draws),
        math.ceil(budget - left + math.fsum(len(one.rounds) * one.round_work for one in draws)),
        out_of_time,
    )


def resampled(
    game: CostGame, weights: NDArray[np.float64] | None, *, budget: float, seed: int, rounds: Sequence[int]
) -> dict[str, float]:
    """The shares of so many rounds of each block; for a part of a sampled game nothing is solved anew."""
    exact, draws, _ = _begin(game, weights, budget, seed)
    for one, count in zip(draws, rounds, strict=True):
        for _ in range(count):
            one.draw()
    return _estimates(game, draws, exact)[0]


def _begin(
    game: CostGame, weights: NDArray[np.float64] | None, budget: float, seed: int
) -> tuple[dict[str, float], list[_Draws], float]:
    """The values of the blocks whose tables are cheap, the blocks to be sampled, and what is left of the budget."""
    left = budget
    exact = dict.fromkeys(game.players, 0.0)
    sampled = []
    for block in sorted(block_games(game), key=lambda one: one.table_work):
        if len(block.players) <= LARGEST_TABLE and block.table_work <= EXACT_PART * left:
            left -= block.table_work
            for player, share in value_of_block(block, game.players, weights).items():
                exact[player] += share
        else:
            sampled.append(block)
    left -= math.fsum(block.work for block in sampled)  # everybody
    chances = [None if weights is None else own(weights, block, game.players) for block in sampled]
    seats = [_seats(block, left / len(sampled)) for block in sampled]
    if weights is not None:
        seats = [1] * len(sampled)
    draws = [
        _Draws(block, np.random.default_rng((seed, k)), chance, seat)
        for k, (block, chance, seat) in enumerate(zip(sampled, chances, seats, strict=True))
    ]
    return exact, draws, left


def _seats(block: BlockGame, budget: float) -> int:
    """How many orders make a round: one a seat, fewer where the budget would not allow two rounds."""
    n = len(block.players)
    orders = math.floor(budget / (2 * block.work * max(1, n - 1)) + ROUNDING)
    if orders < 1:
        raise ValueError(
            f"two orders of arrival of {n} players take {2 * (n - 1) * block.work:.0f} coalitions besides everybody,"
            f" and {max(budget, 0.0):.0f} may be solved: raise max_solves=, or choose ACAM, OWEN with unions=, or a"
            " game between clusters"
        )
    return min(n, orders)


def _draw_all(game: CostGame, draws: list[_Draws], exact: dict[str, float], budget: float) -> bool:
    """Draw rounds until the shares are precise or the budget is spent; whether the time was over before that."""
    look = LEAST_ROUNDS * len(draws)
    while draws:
        one = _next(draws)
        begun = len(one.rounds) >= TWO
        drawn = sum(len(d.rounds) for d in draws)
        if drawn >= look and all(len(d.rounds) >= LEAST_ROUNDS for d in draws):
            if _precise(game, draws, exact):
                return False
            look = math.ceil(BETWEEN_LOOKS * drawn)
        if begun and one.round_work > budget + ROUNDING:
            return False
        if begun and game.blocks is not None and one.round_work > game.blocks.affordable():
            return True
        try:
            one.draw()
        except NoPlanError:
            if begun:
                return True
            raise
        budget -= one.round_work
    return False


def _next(draws: list[_Draws]) -> _Draws:
    """The block with fewer than two rounds, else the one whose variance falls most for its work."""
    for one in draws:
        if len(one.rounds) < TWO:
            return one
    return max(draws, key=lambda one: float(one.variance.sum()) / (len(one.rounds) + 1) / one.round_work)


def _estimates(
    game: CostGame, draws: list[_Draws], exact: dict[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Shares and their variances."""
    shares, variance = dict(exact), dict.fromkeys(game.players, 0.0)
    for one in draws:
        for player, mean, var in zip(one.block.players, one.mean.tolist(), one.variance.tolist(), strict=True):
            shares[player] += mean
            variance[player] += var
    return shares, variance


def _precise(game: CostGame, draws: list[_Draws], exact: dict[str, float]) -> bool:
    if not draws:
        return True
    shares, variance = _estimates(game, draws, exact)
    fewest = min(len(one.rounds) for one in draws)
    quantile = float(stdtrit(fewest - 1, (1 + CONFIDENCE) / 2)) if fewest > 1 else math.inf
    return all(quantile * math.sqrt(variance[player]) <= PRECISION * abs(shares[player]) for player in game.players)


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


def _weighted(block: BlockGame, rng: np.random.Generator, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each player adds in one order, drawn from the end: of those not placed yet i is last with chance w_i."""
    order = np.argsort(-rng.exponential(size=len(weights)) / weights, kind="stable")
    names = [block.players[i] for i in order]
    cost = [0.0, *block.costs([frozenset(names[:size]) for size in range(1, len(names) + 1)])]
    added = np.zeros(len(weights))
    added[order] = np.diff(cost)
    return added
