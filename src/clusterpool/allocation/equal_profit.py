"""The equal profit method: relative savings as equal as the core allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.charges import proportional
from clusterpool.allocation.coalitions import alone, player_count
from clusterpool.allocation.core import least_core_program, optimal_face, scale_of, starting_rows
from clusterpool.allocation.programs import SLACK, CoalitionRows, Program, Rows, minimise, nearest, plane_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def equal_profit(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the core (where it is empty, the least core) the shares whose x_i / s_i, s_i = c({i}), differ least.

    min hi - lo with lo <= x_i / s_i <= hi and x(S) <= c(S) + max(0, e*), e* the least core's value. Of several optimal
    points the one nearest (least squares) to the proportional shares. Frisk, Göthe-Lundgren, Jörnsten & Rönnqvist,
    Cost allocation in collaborative forest transportation, European Journal of Operational Research 205(2), 2010.

    Raises
    ------
    ValueError
        Some c({i}) is not positive.

    Examples
    --------
    >>> equal_profit(np.array([0.0, 6.0, 9.0, 10.0])).round(6)
    array([4., 6.])
    """
    ask_paying(alone(table))
    n = player_count(table)
    if n == 1:
        return table[1:]
    scale = scale_of(table)
    table = table / scale
    total, costs = float(table[-1]), alone(table)
    rows, least = least_core_program(table)
    if least.value > SLACK:
        fixed, limits = optimal_face(rows, least, total)
    else:
        fixed = Rows(np.ones((1, n)), np.array([total]))
        limits = CoalitionRows(rows.coalitions, rows.limit + SLACK, np.zeros_like(rows.slope), rows.active)
    best = minimise(spread_program(fixed, costs), limits, starting_rows(n))
    shares = nearest(proportional(costs, total), fixed, spread_rows(costs, best.value + SLACK), limits)
    return shares * scale


def ask_paying(alone: NDArray[np.float64]) -> None:
    """Raise ValueError unless everybody alone has a cost that a share can be compared with."""
    if alone.min() <= 0.0:
        raise ValueError("equal profit compares with each player's cost alone and needs c({i}) > 0 for every player")


def spread_program(fixed: Rows, costs: NDArray[np.float64]) -> Program:
    """Variables: the shares, lo and hi; hi stands last and has no part in the coalitions' rows."""
    n = len(costs)
    zero, cost = np.zeros((n, 1)), costs[:, None]
    above_lo = np.hstack([-np.eye(n), cost, zero])
    below_hi = np.hstack([np.eye(n), zero, -cost])
    return Program(
        np.array([0.0] * n + [-1.0, 1.0]),
        plane_of(fixed).beside(2),
        Rows(np.vstack([above_lo, below_hi]), np.zeros(2 * n)),
    )


def spread_rows(costs: NDArray[np.float64], spread: float) -> Rows:
    """x_i / s_i - x_j / s_j <= spread for every pair."""
    per_cost = np.diag(1.0 / costs)
    pairs = (per_cost[:, None, :] - per_cost[None, :, :])[~np.eye(len(costs), dtype=np.bool_)]
    return Rows(pairs, np.full(len(pairs), spread))
