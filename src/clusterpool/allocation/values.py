"""Values: the Shapley value, weighted too, and the Owen value of players in unions."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.coalitions import player_count, power_set, sizes, subset_sums, without

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray


BLOCK = 14
"""Coalitions that differ in the first so many players are summed at once: what fits a processor's cache."""


def shapley(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of what a player adds to the cost over all orders of arrival.

    x_i = sum over S without i of |S|! (n-|S|-1)! / n! (c(S with i) - c(S)). Shapley, A value for n-person games, 1953.

    Examples
    --------
    >>> shapley(np.array([0.0, 6.0, 7.0, 10.0]))
    array([4.5, 5.5])
    """
    n = player_count(table)
    low = min(n, BLOCK)
    join = _chances(n)
    stay_out = np.append(join[1:], 0.0)
    weights = [((join + stay_out)[k : k + low + 1], stay_out[k : k + low + 1]) for k in range(n - low + 1)]
    size, inside, outside, rest = sizes(low), np.zeros(2**low), np.zeros(2 ** (n - low)), 0.0
    by_high = [(both[size], out[size]) for both, out in weights]
    for high, block in enumerate(table.reshape(-1, 2**low)):
        both, out = by_high[high.bit_count()]
        part = both * block
        inside += part
        outside[high] = part.sum()
        rest += float((out * block).sum())
    return np.concatenate([_sums_by_player(inside), _sums_by_player(outside)]) - rest


def _sums_by_player(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each player the sum of `values` over the coalitions that hold it, by folding the last player away."""
    sums = np.empty(player_count(values))
    for i in reversed(range(len(sums))):
        out, within = without(values, i)
        sums[i] = within.sum()
        values = (out + within).ravel()
    return sums


def weighted_shapley(table: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Shapley value where every dividend of a coalition is divided in proportion to its members' weights.

    A heavier player keeps more of what it saves together with others. It is the mean of what a player adds to the cost
    over random orders that are drawn from the end: of those not placed yet, i comes last with chance w_i / (their sum).
    Kalai & Samet, On weighted Shapley values, International Journal of Game Theory 16, 1987.

    Examples
    --------
    >>> weighted_shapley(np.array([0.0, 6.0, 7.0, 10.0]), np.array([2.0, 1.0]))
    array([4., 6.])
    """
    chances = weighted_arrivals(weights)
    added = ((without(table, i), without(chance, i)[1]) for i, chance in enumerate(chances))
    return np.array([float((share * (within - out)).sum()) for (out, within), share in added])


def arrivals(n: int) -> NDArray[np.float64]:
    """For each coalition the chance that its other members, and nobody else, arrive before a given member of it."""
    return _chances(n)[sizes(n)]


def _chances(n: int) -> NDArray[np.float64]:
    """The same by the size of the coalition."""
    return np.array([0.0] + [1.0 / (size * comb(n, size)) for size in range(1, n + 1)])


def weighted_arrivals(weights: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """For each player, by coalition, the chance that the coalition's others arrive before it; as `weighted_shapley`."""
    weight = subset_sums(weights)
    chance = np.zeros(len(weight))  # that the players of S come first; divided by the weight of S
    chance[-1] = 1.0 / weight[-1]
    size = sizes(len(weights))
    for members in range(len(weights) - 1, 0, -1):
        level = np.flatnonzero(size == members)
        for i, w in enumerate(weights):
            before = level[(level >> i) & 1 == 0]
            chance[before] += w * chance[before | 1 << i]
        chance[level] /= weight[level]
    return (w * chance for w in weights)


def _others(unions: Sequence[Sequence[str]], k: int) -> list[frozenset[frozenset[str]]]:
    return power_set([frozenset(union) for j, union in enumerate(unions) if j != k])


def owen_coalitions(unions: Sequence[Sequence[str]]) -> Iterator[frozenset[str]]:
    """The coalitions that the Owen value looks at: some players of one union with some whole other unions."""
    for k, union in enumerate(unions):
        for others in _others(unions, k):
            for inside in power_set(union):
                yield inside.union(*others)


def owen(unions: Sequence[Sequence[str]], cost: Callable[[frozenset[str]], float]) -> dict[str, float]:
    """The Shapley value over the orders in which the players of every union arrive together.

    Each union pays the Shapley value of the game between unions, and divides it by what its parts could do with the
    other unions. Owen, Values of games with a priori unions, in: Mathematical Economics and Game Theory, 1977.

    Examples
    --------
    >>> cost = {"": 0.0, "A": 6.0, "B": 6.0, "C": 6.0, "AB": 8.0, "AC": 12.0, "BC": 12.0, "ABC": 14.0}
    >>> owen([["A", "B"], ["C"]], lambda coalition: cost["".join(sorted(coalition))])
    {'A': 4.0, 'B': 4.0, 'C': 6.0}
    """
    shares: dict[str, float] = {}
    for union, mean in union_games(unions, cost):
        shares.update(zip(union, shapley(mean).tolist(), strict=True))
    return shares


def union_games(
    unions: Sequence[Sequence[str]], cost: Callable[[frozenset[str]], float]
) -> Iterator[tuple[Sequence[str], NDArray[np.float64]]]:
    """Each union with the game inside it: what its parts cost in the mean over the orders of the other unions."""
    m = len(unions)
    for k, union in enumerate(unions):
        mean = np.zeros(2 ** len(union))
        for others in _others(unions, k):
            chance = 1.0 / (m * comb(m - 1, len(others)))
            mean += chance * np.array([cost(inside.union(*others)) for inside in power_set(union)])
        yield union, mean
