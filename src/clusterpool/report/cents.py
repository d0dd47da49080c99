"""Money in cents: rounded so that what adds up unrounded still adds up in the files.

All amounts here are whole cents (int), so that sums are exact. How the tables fit together:

- ``savings.csv``: the columns `today`, `alone` and `pool` are rounded by largest remainder to their rounded sums; the
  sum of `pool` is the plan's cost rounded to the cent. `saving` = `alone` - `pool`, `own_effort` = `today` -
  `alone` and `merit_of_pooling` = `saving` are taken in cents in every row, so the columns add up both ways.
  `purchases_saving` and `freight_saving` are rounded to the nearest cent; the cent that may then be missing goes to the
  larger of the two.
- ``clusters.csv``: sums of the members' cents.
- ``orders``, ``trips``, ``loads``, ``charges``, ``unmet``: their cost columns, taken together in this order, are
  rounded by largest remainder to the plan's cost rounded to the cent: the five tables together give the sum of `pool`.
- ``settlement.csv``: made from the cents of `pool` and of the rows that each member advances.
- ``coalitions.csv``: each cost and bound is rounded to the nearest cent by itself, as nothing adds up there, but a
  single member costs what ``savings.csv`` has as `alone`; the parts add up to the cost.
- What people read (terminal, page, workbook, statements) is made of these cents: see `report.book`.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CENTS = 100


def to_cents(value: float) -> int:
    """An amount of money in whole cents, as ``round(value, 2)`` rounds it.

    Examples
    --------
    >>> to_cents(2.675), to_cents(-0.126)
    (267, -13)
    """
    return round(Fraction(value) * CENTS)


def round_to_cents(values: Sequence[float], total: int | None = None) -> list[int]:
    """Amounts in whole cents that add up to `total`, by largest remainder; ties go to the first.

    Every amount is rounded down to the cent; the cents that are then missing go one each to the amounts that lost most.

    Parameters
    ----------
    values : sequence of float
        Finite amounts, in the currency.
    total : int, optional
        What they add up to, in cents; without it their sum rounded to the cent.

    Raises
    ------
    ValueError
        `total` cannot be reached by rounding each amount up or down.

    Examples
    --------
    >>> round_to_cents([10 / 3, 10 / 3, 10 / 3])
    [334, 333, 333]
    """
    exact = [Fraction(value) * CENTS for value in values]
    floors = [math.floor(value) for value in exact]
    missing = (round(sum(exact)) if total is None else total) - sum(floors)
    if not 0 <= missing <= len(floors):
        raise ValueError(f"amounts of {float(sum(exact) / CENTS):,} cannot be rounded to {total} cents")
    by_loss = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    raised = set(by_loss[:missing])
    return [floor + (place in raised) for place, floor in enumerate(floors)]


def split_cents(whole: int, first: float, second: float) -> tuple[int, int]:
    """Two parts to the nearest cent that add up to `whole` cents; what is missing goes to the larger part.

    Examples
    --------
    >>> split_cents(10, 0.054, 0.046)
    (5, 5)
    >>> split_cents(11, 0.105, 0.0)
    (11, 0)
    """
    if abs(first) >= abs(second):
        return whole - to_cents(second), to_cents(second)
    return to_cents(first), whole - to_cents(first)


def cents_text(cents: int) -> str:
    """Cents as the files write them: a decimal point and two digits.

    Examples
    --------
    >>> cents_text(-5), cents_text(123456)
    ('-0.05', '1234.56')
    """
    whole, rest = divmod(abs(cents), CENTS)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"
