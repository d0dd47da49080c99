"""A model without what its bounds settle: a coalition of few members needs few columns of a large pool's model.

A row that its columns' bounds allow to meet its limit in one way only holds them there (a forcing row; Andersen &
Andersen, Presolving in linear programming, Mathematical Programming 71, 1995); rows that any point within the bounds
meets are left out. What is cheap in arrays is dear inside a solver that reads the whole model first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.solver.linear import LinearModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.solver.solution import Solution

Limits = tuple["NDArray[np.float64]", "NDArray[np.float64]"]
ROUNDS = 8
"""A row may hold columns that make another row hold some more, at most so often in turn."""
EXACT = 1e-12
"""A row is met in one way only where its limit is as close as this."""


@dataclass(frozen=True, eq=False)
class Shrunk:
    """What is left of a model, and where it stands in it.

    Parameters
    ----------
    model : LinearModel
        The columns that are open and the rows that may bind; what the others cost stands in its offset.
    columns : array of int
        Where its columns stand in the whole model.
    settled : array of float
        The values of the others; those of its own columns have no meaning.
    """

    model: LinearModel
    columns: NDArray[np.int64]
    settled: NDArray[np.float64]

    def whole(self, solution: Solution) -> Solution:
        """A solution of what is left as one of the whole model."""
        values = self.settled.copy()
        values[self.columns] = solution.values
        values.flags.writeable = False
        return replace(solution, values=values, passed=())


def shrink(model: LinearModel, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Shrunk | None:
    """Leave out what bounds settle; None where a row cannot be met within them.

    Examples
    --------
    >>> model = LinearModel([1, 5], 0, [0, 0], [9, 9], [True, True], [-np.inf], [0], [0, 2], [0, 1], [1, 1])
    >>> shrink(model, model.lower, model.upper).model.n_columns
    0
    """
    row = model.rows
    low, high = lower.astype(np.float64), upper.astype(np.float64)
    least, most = _activity(model, row, low, high)
    for _ in range(ROUNDS):
        if (least > model.row_upper + EXACT).any() or (most < model.row_lower - EXACT).any():
            return None
        if not _hold(model, row, (least, most), (low, high)):
            break
        least, most = _activity(model, row, low, high)
    binding = ~((least >= model.row_lower) & (most <= model.row_upper))
    return _without(model, row, (low, high), binding)


def _activity(
    model: LinearModel, row: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> Limits:
    """The least and the most that each row can come to."""
    ends = model.value * low[model.col_index], model.value * high[model.col_index]
    rising = model.value > 0.0
    least: NDArray[np.float64] = np.bincount(row, np.where(rising, *ends), model.n_rows).astype(np.float64)
    most: NDArray[np.float64] = np.bincount(row, np.where(rising, *ends[::-1]), model.n_rows).astype(np.float64)
    return least, most


def _hold(model: LinearModel, row: NDArray[np.int64], activity: Limits, bounds: Limits) -> bool:
    """Hold the columns of forcing rows where these are met; whether any is new."""
    low, high = bounds
    open_ = low[model.col_index] < high[model.col_index]
    at_least = (activity[0] >= model.row_upper - EXACT)[row] & open_
    at_most = (activity[1] <= model.row_lower + EXACT)[row] & open_ & ~at_least
    rising = model.value > 0.0
    down = model.col_index[(at_least & rising) | (at_most & ~rising)]
    up = model.col_index[(at_least & ~rising) | (at_most & rising)]
    high[down] = low[down]
    low[up] = high[up]
    return bool(len(down) or len(up))


def _without(model: LinearModel, row: NDArray[np.int64], bounds: Limits, binding: NDArray[np.bool_]) -> Shrunk:
    low, high = bounds
    kept = low < high
    columns = np.flatnonzero(kept)
    number = np.cumsum(kept) - 1
    settled = np.where(kept, 0.0, low)
    given = np.bincount(row, model.value * settled[model.col_index], model.n_rows)[binding]
    entries = kept[model.col_index] & binding[row]
    counts = np.bincount(row[entries], minlength=model.n_rows)[binding]
    left = LinearModel(
        cost=model.cost[columns],
        offset=model.offset + float(model.cost @ settled),
        lower=low[columns],
        upper=high[columns],
        integer=model.integer[columns],
        row_lower=model.row_lower[binding] - given,
        row_upper=model.row_upper[binding] - given,
        row_start=np.concatenate([[0], np.cumsum(counts)]),
        col_index=number[model.col_index[entries]],
        value=model.value[entries],
    )
    return Shrunk(left, columns, settled)
