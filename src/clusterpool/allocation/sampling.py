"""Shapley and Owen values by sampling, where a game has too many coalitions: per block, with standard errors.

Players are seated at random round a circle. Every seat starts one order of arrival, clockwise, and one anticlockwise;
so in one round every player arrives at every place exactly twice: the estimate of each place's mean is stratified. The
coalitions of a round are the n (n - 1) arcs of the circle, which both directions share. The shares of a round add up to
c(N) exactly, and the rounds are independent, so their spread gives the standard error. Blocks whose tables are cheap
are exact; of the others the one with the largest variance for its work gets the next round.

Weighted values have no such symmetry; their orders are drawn one by one, from the end, by weight. So are those of the
Owen value: the unions arrive in random order, and the players of each in a random order of their own. `stopping` says
when it is enough, and how wide errors are.

References
----------
Castro, Gómez, Molina, Tejada, "Improving polynomial estimation of the Shapley value by stratified random sampling with
optimum allocation", Computers & Operations Research 82, 2017 (strata by place). Mitchell, Cooper, Frank, Holmes,
"Sampling permutations for Shapley value estimation", Journal of Machine Learning Research 23, 2022 (pairs of orders).
Kalai, Samet, "On weighted Shapley values", International Journal of Game Theory 16, 1987 (weights).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.block_games import block_games, inside, own, value_of_block
from clusterpool.allocation.coalitions import LARGEST_TABLE
from clusterpool.allocation.draws import TWO, Draws
from clusterpool.allocation.stopping import (
    BETWEEN_LOOKS,
    CONFIDENCE,
    first_look,
    half_widths,
    looks_between,
    widening,
)
from clusterpool.errors import NoPlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation.block_games import BlockGame
    from clusterpool.allocation.game import CostGame

__all__ = ["CONFIDENCE", "PRECISION", "Sampled", "resampled", "sampled_shapley"]

PRECISION = 0.005
"""Sampling ends once all shares are known to this part of each, together with `CONFIDENCE`."""
ROUNDING = 1e-9
EXACT_PART = 0.5
"""A block is exact if its table takes at most this part of the budget left."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """Sampled shares.

    Parameters
    ----------
    shares, standard_error : dict of player to float
        The errors are widened where rounds are few, so that 1.96 of them hold 95 %.
    precise : bool
        Whether all shares are known to `PRECISION` of each, together with `CONFIDENCE`.
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


def sampled_shapley(
    game: CostGame,
    weights: NDArray[np.float64] | None,
    *,
    budget: float,
    seed: int,
    unions: Sequence[Sequence[str]] = (),
) -> Sampled:
    """The Shapley value of a game without idle players, to the precision above or as far as the budget goes.

    Parameters
    ----------
    weights : array of float or None
        Bargaining weights in the order of the players.
    budget : float
        How many coalitions may be solved, whatever is known already; a block counts by its part of the work.
    seed : int
        The same seed, game and budget give the same shares, wherever coalitions are solved.
    unions : sequence of sequence of str
        With unions it is the Owen value.

    Raises
    ------
    ValueError
        The budget does not allow two orders of arrival.
    NoPlanError
        If the time limit struck before two rounds were drawn.
    """
    exact, draws, left = _begin(game, weights, unions, budget, seed)
    looks = 1 + _looks(draws, left)
    out_of_time = _draw_all(game, draws, exact, left, looks)
    shares, variance = _estimates(game, draws, exact)
    wider = widening(min(one.rounds for one in draws)) if draws else 1.0
    return Sampled(
        shares,
        {player: wider * math.sqrt(value) if value else 0.0 for player, value in variance.items()},
        _precise(game, draws, exact, looks),
        tuple(one.rounds for one in draws),
        sum(one.rounds * one.orders for one in draws),
        math.ceil(budget - left + math.fsum(one.rounds * one.round_work for one in draws)),
        out_of_time,
    )


def resampled(
    game: CostGame,
    weights: NDArray[np.float64] | None,
    *,
    budget: float,
    seed: int,
    rounds: Sequence[int],
    unions: Sequence[Sequence[str]] = (),
) -> dict[str, float]:
    """The shares of so many rounds of each block; for a part of a sampled game nothing is solved anew."""
    exact, draws, _ = _begin(game, weights, unions, budget, seed)
    for one, count in zip(draws, rounds, strict=True):
        for _ in range(count):
            one.draw()
    return _estimates(game, draws, exact)[0]


def _begin(
    game: CostGame, weights: NDArray[np.float64] | None, unions: Sequence[Sequence[str]], budget: float, seed: int
) -> tuple[dict[str, float], list[Draws], float]:
    """The values of the blocks whose tables are cheap, the blocks to be sampled, and what is left of the budget."""
    left = budget
    exact = dict.fromkeys(game.players, 0.0)
    sampled = []
    for block in sorted(block_games(game), key=lambda one: one.table_work):
        if len(block.players) <= LARGEST_TABLE and block.table_work <= EXACT_PART * left:
            left -= block.table_work
            for player, share in value_of_block(block, game.players, weights, unions).items():
                exact[player] += share
        else:
            sampled.append(block)
    left -= math.fsum(block.work for block in sampled)  # everybody
    seats = [_seats(block, left / len(sampled)) for block in sampled]
    draws = [
        Draws(
            block,
            np.random.default_rng((seed, k)),
            None if weights is None else own(weights, block, game.players),
            tuple(np.array([block.players.index(p) for p in some]) for some in inside(unions, block)),
            1 if weights is not None or unions else seat,
        )
        for k, (block, seat) in enumerate(zip(sampled, seats, strict=True))
    ]
    return exact, draws, left - _with_ends(draws, left)


def _with_ends(draws: list[Draws], left: float) -> float:
    """Solve what each player adds at the ends of orders, where the budget allows two rounds besides; the work of it."""
    work = math.fsum(one.ends_work for one in draws)
    if work + TWO * math.fsum(one.round_work for one in draws) > left:
        return 0.0
    try:
        for one in draws:
            one.solve_ends()
    except NoPlanError:
        return work  # what was solved before the time was over serves the orders
    return work


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


def _looks(draws: list[Draws], budget: float) -> int:
    """How many times the spread may be looked at before the budget is spent."""
    if not draws:
        return 1
    first = sum(first_look(one.orders) for one in draws)
    return looks_between(first, budget / min(one.round_work for one in draws))


def _draw_all(game: CostGame, draws: list[Draws], exact: dict[str, float], budget: float, looks: int) -> bool:
    """Draw rounds until the shares are precise or the budget is spent; whether the time was over before that."""
    look = sum(first_look(one.orders) for one in draws)
    while draws:
        one = _next(draws)
        begun = one.rounds >= TWO
        drawn = sum(d.rounds for d in draws)
        if drawn >= look and all(d.rounds >= first_look(d.orders) for d in draws):
            if _precise(game, draws, exact, looks):
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


def _next(draws: list[Draws]) -> Draws:
    """The block with fewer than two rounds, else the one whose variance falls most for its work."""
    for one in draws:
        if one.rounds < TWO:
            return one
    if len(draws) == 1:
        return draws[0]
    return max(draws, key=lambda one: float(one.variance.sum()) / (one.rounds + 1) / one.round_work)


def _estimates(
    game: CostGame, draws: list[Draws], exact: dict[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Shares and their variances."""
    shares, variance = dict(exact), dict.fromkeys(game.players, 0.0)
    for one in draws:
        for player, mean, var in zip(one.block.players, one.mean.tolist(), one.variance.tolist(), strict=True):
            shares[player] += mean
            variance[player] += var
    return shares, variance


def _precise(game: CostGame, draws: list[Draws], exact: dict[str, float], looks: int) -> bool:
    """Whether all shares are known to `PRECISION`, at this look and all others together."""
    if not draws:
        return True
    if any(one.rounds < first_look(one.orders) for one in draws):
        return False
    shares, variance = _estimates(game, draws, exact)
    still = {player for one in draws for player, moved in zip(one.block.players, one.moved, strict=True) if not moved}
    players = [player for player in game.players if variance[player] > 0.0 or player in still]
    wide = half_widths(
        np.sqrt([variance[player] for player in players]),
        np.array([player not in still for player in players], dtype=np.bool_),
        min(one.rounds for one in draws),
        looks=looks,
    )
    return bool((wide <= PRECISION * np.abs([shares[player] for player in players])).all())
