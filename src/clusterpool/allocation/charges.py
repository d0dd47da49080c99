"""Rules that need few coalitions: each player alone, all but one, and all; and the cost gap method.

Written s_i = c({i}), M_i = c(N) - c(N without i) (the marginal cost), g(S) = c(S) - M(S) (the cost gap).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.coalitions import marginal, player_count, subset_sums, without

if TYPE_CHECKING:
    from numpy.typing import NDArray

ZERO = 1e-12


def in_proportion(amount: float, key: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """`amount` in proportion to `key`; in equal parts where the key sums to 0."""
    total = float(key.sum())
    if abs(total) <= ZERO * scale:
        return np.full(len(key), amount / len(key))
    return amount * key / total


def _scale(*values: NDArray[np.float64]) -> float:
    return max(float(np.abs(value).max()) for value in values)


def proportional(alone: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Shares in proportion to the costs alone: x_i = c(N) s_i / sum of s; equal parts where s sums to 0.

    Examples
    --------
    >>> proportional(np.array([6.0, 9.0]), 10.0)
    array([4., 6.])
    """
    return in_proportion(total, alone, _scale(alone))


def equal_charge(marginal: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Each pays its marginal cost and an equal part of the rest: x_i = M_i + g(N) / n (egalitarian non-separable cost).

    Examples
    --------
    >>> equal_charge(np.array([3.0, 4.0]), 10.0)
    array([4.5, 5.5])
    """
    return marginal + (total - float(marginal.sum())) / len(marginal)


def acam(alone: NDArray[np.float64], marginal: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Alternative cost avoided (= separable costs, remaining benefits): x_i = M_i + g(N) (s_i - M_i) / sum of (s - M).

    Equal parts of the rest where s - M sums to 0. Ransmeier, The Tennessee Valley Authority, 1942; Straffin & Heaney,
    Game theory and the Tennessee Valley Authority, International Journal of Game Theory 10, 1981.

    Examples
    --------
    >>> acam(np.array([6.0, 7.0]), np.array([3.0, 4.0]), 10.0)
    array([4.5, 5.5])
    """
    rest = total - float(marginal.sum())
    return marginal + in_proportion(rest, alone - marginal, _scale(alone, marginal))


def cost_gap(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cost gap method, the tau value of the savings.

    x_i = M_i + g(N) w_i / (sum of w), w_i the least g(S) over all S that hold i.
    Tijs & Driessen, Game theory and cost allocation problems, Management Science 32(8), 1986.

    Raises
    ------
    ValueError
        Some g(S) is negative, or the w_i sum to less than g(N): there the method is not defined.

    Examples
    --------
    >>> cost_gap(np.array([0.0, 6.0, 7.0, 10.0]))
    array([4.5, 5.5])
    """
    n, scale = player_count(table), _scale(table)
    charges = marginal(table)
    gaps = table - subset_sums(charges)
    least = np.array([without(gaps, i)[1].min() for i in range(n)])
    rest, slack = float(gaps[-1]), 1e3 * ZERO * scale
    if gaps.min() < -slack or least.sum() < rest - slack:
        raise ValueError(
            "the cost gap method is not defined for this game: a cost gap is negative, or the gaps do not cover the"
            " rest; choose SHAPLEY or NUCLEOLUS"
        )
    return charges + in_proportion(rest, least, scale)
