"""Slow, plain recomputations of the sharing rules from their definitions; they share no code with the package."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray


def players_of(table: NDArray[np.float64]) -> int:
    return len(table).bit_length() - 1


def incidence(n: int) -> NDArray[np.float64]:
    """One row a coalition, 1 ... 2^n - 1."""
    return np.array([[(mask >> i) & 1 for i in range(n)] for mask in range(1, 2**n)], dtype=np.float64)


def _marginals(table: NDArray[np.float64], order: Sequence[int]) -> NDArray[np.float64]:
    shares, mask = np.zeros(len(order)), 0
    for i in order:
        shares[i] = table[mask | 1 << i] - table[mask]
        mask |= 1 << i
    return shares


def shapley_by_orders(table: NDArray[np.float64]) -> NDArray[np.float64]:
    orders = list(itertools.permutations(range(players_of(table))))
    return sum((_marginals(table, order) for order in orders), np.zeros(players_of(table))) / len(orders)


def owen_by_orders(table: NDArray[np.float64], unions: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    orders = list(_union_orders(unions))
    return sum((_marginals(table, order) for order in orders), np.zeros(players_of(table))) / len(orders)


def _union_orders(unions: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    for outer in itertools.permutations(unions):
        for inner in itertools.product(*(itertools.permutations(union) for union in outer)):
            yield [i for union in inner for i in union]


def weighted_shapley_by_dividends(table: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    n = players_of(table)
    dividends, shares = np.zeros(len(table)), np.zeros(n)
    for mask in range(1, len(table)):
        below = [sub for sub in range(1, mask) if sub & mask == sub]
        dividends[mask] = table[mask] - sum(dividends[sub] for sub in below)
        members = [i for i in range(n) if mask >> i & 1]
        shares[members] += dividends[mask] * weights[members] / weights[members].sum()
    return shares


def is_nucleolus(
    table: NDArray[np.float64],
    shares: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    imputations: bool,
    near: float = 1e-6,
) -> bool:
    """Kohlberg's criterion, also for weighted excesses (x(S) - c(S)) / weight(S); the weights of all 2^n coalitions.

    At every level of excess: no change of the shares that leaves the sum as it is and raises nobody at its cost alone
    may lower one of the coalitions at or above that level without raising another.
    """
    n, scale = players_of(table), float(np.abs(table).max()) or 1.0
    rows = incidence(n)[:-1]
    excess = (rows @ shares - table[1:-1]) / weight[1:-1]
    singles = table[[1 << i for i in range(n)]]
    capped = np.eye(n)[np.abs(shares - singles) <= near * scale] if imputations else np.zeros((0, n))
    if imputations and (shares > singles + near * scale).any():
        return False
    levels = np.unique(np.round(excess / (near * scale)).astype(np.int64))[::-1]
    return all(_balanced(rows[excess >= (level - 1) * near * scale], capped) for level in levels)


def _balanced(rows: NDArray[np.float64], capped: NDArray[np.float64]) -> bool:
    below = np.vstack([rows, capped])
    result = linprog(
        rows.sum(axis=0),
        A_ub=below,
        b_ub=np.zeros(len(below)),
        A_eq=np.ones((1, rows.shape[1])),
        b_eq=np.zeros(1),
        bounds=(-1.0, 1.0),
        method="highs",
    )
    return result.status == 0 and abs(result.fun) < 1e-7


def airport_table(costs: Sequence[float]) -> NDArray[np.float64]:
    """c(S) = the cost of the longest runway that somebody in S needs."""
    rows = incidence(len(costs))
    return np.concatenate([[0.0], (rows * np.array(costs)).max(axis=1)])
