"""When a sample is precise enough to stop, and how wide its errors are where it has few rounds.

Each share is a mean over independent rounds. With confidence 1 - a it is off by no more than its standard error times
Student's t of m - 1 degrees of freedom, for m rounds. Three things make a sample claim too much; each has its answer:

- A spread of 0 is no precision: after few orders nothing may have happened yet that does. Such a share never counts as
  precise. Single orders (weights, unions) are joined by two more, in which the player comes first and last,
  as Agresti & Coull add successes and failures.
- Who looks again and again stops where the spread happens to be small. The looks are fixed beforehand, by the rounds
  drawn, and the allowed error is divided equally among all that the budget leaves room for (Bonferroni).
- All shares are to be precise at once, so it is divided among the players, too.

References
----------
Agresti, Coull, "Approximate is better than exact for interval estimation of binomial proportions", The American
Statistician 52(2), 1998. Chow, Robbins, "On the asymptotic theory of fixed-width sequential confidence intervals for
the mean", Annals of Mathematical Statistics 36(2), 1965 (stopping by an estimated spread falls short with few rounds).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONFIDENCE = 0.95
"""Of all shares together."""
LEAST_ROUNDS = 10
"""Nobody looks before each block has so many rounds ..."""
LEAST_ORDERS = 100
"""... and so many orders of arrival."""
BETWEEN_LOOKS = 1.4
"""By what the rounds grow until their spread is looked at again."""
NO_SPREAD = 1e-9
"""Rounds that differ by no more than this part of what they are do not differ."""


def first_look(orders: int) -> int:
    """The rounds of a block before the first look, each with so many orders of arrival."""
    return max(LEAST_ROUNDS, -(-LEAST_ORDERS // max(1, orders)))


def looks_between(first: int, last: float) -> int:
    """How many looks there can be from a number of rounds to another."""
    return 1 if last <= first else 1 + math.floor(math.log(last / first, BETWEEN_LOOKS))


def half_widths(
    error: NDArray[np.float64], moved: NDArray[np.bool_], rounds: int, *, looks: int = 1
) -> NDArray[np.float64]:
    """By how much shares may be off, all of them together at all looks with `CONFIDENCE`.

    Parameters
    ----------
    error : array of float
        Their standard errors.
    moved : array of bool
        Whose rounds differ; of the others nothing is known.
    rounds : int
        The fewest of any block.
    """
    if rounds <= 1:
        return np.full(len(error), math.inf)
    allowed = (1.0 - CONFIDENCE) / (2.0 * looks * max(1, len(error)))
    quantile = -float(stdtrit(rounds - 1, allowed))
    return np.where(moved, quantile * error, math.inf)


def widening(rounds: int) -> float:
    """By what standard errors of few rounds are widened, so that 1.96 of them hold 95 % as those of many rounds do.

    Examples
    --------
    >>> [round(widening(rounds), 2) for rounds in (2, 5, 20, 1000)]
    [6.48, 1.42, 1.07, 1.0]
    """
    if rounds <= 1:
        return math.inf
    tail = (1.0 - CONFIDENCE) / 2.0
    return float(stdtrit(rounds - 1, tail) / ndtri(tail))
