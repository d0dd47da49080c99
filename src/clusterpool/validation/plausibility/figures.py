"""Figures that stand out: how many times the usual one, where that is a slip of the decimal sign or of the unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

SLIPS = (10.0, 100.0, 1000.0)
"""A decimal sign that slipped by one, two or three places."""
UNITS = (12.0, 100.0, 1000.0)
"""A dozen, a hundred, a thousand: units in which prices are quoted."""
NEARNESS = 1.25
"""A figure is near another from 1/1.25 to 1.25 times of it."""


def slip(figure: float, usual: float, factors: Iterable[float] = SLIPS) -> str:
    """By how much a figure stands out, as ``1000`` or ``1/100``; ``""`` where it is no known slip.

    Examples
    --------
    >>> slip(4600, 46.5), slip(0.047, 46.5), slip(60, 46.5)
    ('100', '1/1000', '')
    """
    if not (figure > 0 and usual > 0):
        return ""
    ratio = figure / usual
    for factor in factors:
        if is_near(ratio, factor):
            return f"{factor:g}"
        if is_near(ratio * factor, 1.0):
            return f"1/{factor:g}"
    return ""


def spread_groups(keys: pd.Series, figures: np.ndarray, fewest: int) -> list[np.ndarray]:
    """The places of each key's figures, where there are more than `fewest` and they lie far enough apart for a slip."""
    codes, names = pd.factorize(keys)
    order = np.argsort(codes.astype(np.min_scalar_type(len(names))), kind="stable")  # small numbers sort faster
    counts = np.bincount(codes, minlength=len(names))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(names) else np.zeros(0, dtype=int)
    ranked = figures[order]
    low, high = (pick.reduceat(ranked, starts) for pick in (np.minimum, np.maximum)) if len(names) else ([], [])
    wide = np.flatnonzero((np.asarray(high) > min(SLIPS) / 2 * np.asarray(low)) & (counts > fewest))
    return [order[starts[group] : starts[group] + counts[group]] for group in wide.tolist()]


def slipped(figures: np.ndarray, usual: np.ndarray, factors: Iterable[float] = SLIPS) -> np.ndarray:
    """Which figures may be a slip: all of those for which `slip` tells one, found in one pass.

    Examples
    --------
    >>> slipped(np.array([4600.0, 60.0, 0.0]), np.array([46.5, 46.5, 46.5])).tolist()
    [True, False, False]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.abs(np.log(figures / usual))
    limit = math.log(NEARNESS) * (1 + 1e-9)
    return np.asarray(np.logical_or.reduce([np.abs(times - math.log(factor)) <= limit for factor in factors]))


def is_near(figure: float, other: float) -> bool:
    """Whether two positive figures differ by no more than `NEARNESS`."""
    return figure > 0 and other > 0 and abs(math.log(figure / other)) <= math.log(NEARNESS)


def medians_of_others(figures: np.ndarray) -> np.ndarray:
    """For each figure the median of all the others, in one pass; NaN where there is no other.

    Examples
    --------
    >>> medians_of_others(np.array([1.0, 2.0, 90.0])).tolist()
    [46.0, 45.5, 1.5]
    """
    number = len(figures)
    if number < 2:  # noqa: PLR2004 - a figure and another
        return np.full(number, math.nan)
    order = np.argsort(figures, kind="stable")
    rank = np.empty(number, dtype=int)
    rank[order] = np.arange(number)
    ranked = figures[order]
    low, high = (number - 2) // 2, (number - 1) // 2
    lower = ranked[np.where(rank <= low, low + 1, low)]
    upper = ranked[np.where(rank <= high, high + 1, high)]
    return np.asarray((lower + upper) / 2)
