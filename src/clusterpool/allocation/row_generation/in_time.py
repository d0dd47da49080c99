"""Levels by row generation with something proven of them in any case: the time is divided among search and proof."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from clusterpool.allocation.row_generation.least_core import (
    FAR,
    certified,
    known_level,
    least_level,
    nearest_below,
    open_rows,
    probe,
    worth_of,
)
from clusterpool.allocation.row_generation.separation import Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clusterpool.allocation.row_generation.least_core import Ground, Level
    from clusterpool.allocation.row_generation.ledger import Ledger
    from clusterpool.allocation.row_generation.separation import Weighing

SEARCH_PART = 0.6
"""The part of the time left in which coalitions are looked for before anything has to be proven."""


def level_in_time(
    ledger: Ledger, ground: Ground, weighing: Weighing, start: NDArray[np.float64], *, accuracy: float | None = None
) -> Level:
    """`least_level` to the ledger's accuracy, then to a finer one; its upper value is finite where one question can be.

    A search that is after coalitions may come to the end of its time without having proven anything.
    """
    search = ledger.separation
    with search.within(SEARCH_PART):
        if search.finds:
            probe(ledger, ground, weighing)
        level = least_level(ledger, ground, weighing, start)
    level = _assured(ledger, ground, weighing, level)
    for close in (ledger.accuracy, accuracy or ledger.accuracy):
        if search.finds and level.upper - level.lower > close and not search.struck:
            level = _better(level, least_level(ledger, ground, weighing, level.shares, accuracy=close))
    return level


def _better(before: Level, after: Level) -> Level:
    """What two searches know, the second with all rows of the first."""
    if after.upper <= before.upper:
        return after
    return replace(after, lower=min(after.lower, before.upper), upper=before.upper, shares=before.shares)


def _assured(ledger: Ledger, ground: Ground, weighing: Weighing, level: Level) -> Level:
    """The level with an upper value: where it has none, all coalitions are asked about once."""
    if math.isfinite(level.upper) or ledger.separation.struck:
        return level
    rows, best = open_rows(ledger, ground, weighing), known_level(ledger, ground, weighing)
    aim = best.value + FAR * ledger.accuracy
    shares = nearest_below(ledger, ground, rows, aim, level.shares)
    close = worth_of(ledger.accuracy, aim, weighing, shares)
    asked = Question(shares, aim, weighing, close, moving=ground.moving, so_far=(best.value, math.inf))
    upper = certified(aim, ledger.ask(asked)[0], weighing, shares)
    rows, best = open_rows(ledger, ground, weighing), known_level(ledger, ground, weighing)
    return replace(level, lower=min(best.value, upper), upper=upper, shares=shares, rows=rows, optimum=best)
