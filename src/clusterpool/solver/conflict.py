"""Why a model has no solution, in the names of its rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from highspy import HighsModelStatus

from clusterpool.solver.highs import new_engine, solve_plainly
from clusterpool.solver.linear import LinearModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MOST_TRIALS = 100
MOST_NODES = 500
MOST_NAMES = 12
MOST_ENTRIES = 20_000
"""Larger models of whole numbers are not searched for a conflict."""
_PRICED = 1e-9
_BROKEN = 1e-7
_CONFLICT = "these rows and the bounds of their columns contradict each other"


def has_solution(model: LinearModel) -> bool:
    """Return whether any point meets the rows, as far as a search of limited size can refute it."""
    engine = new_engine(replace(model, cost=np.zeros(model.n_columns)), {"threads": 1, "mip_max_nodes": MOST_NODES})
    return bool(solve_plainly(engine).status != HighsModelStatus.kInfeasible)


def explain_infeasible(model: LinearModel) -> str:
    """Return a sentence that names a small set of rows that contradict each other and the bounds."""
    rows = _linear_conflict(model)
    if len(rows):
        rows = _shrink(rows, lambda kept: not has_solution(_only(model.relaxed(), kept)))
        return f"no solution: {_CONFLICT}: {_names(model, rows)}"
    if len(model.value) > MOST_ENTRIES:
        return "no solution in whole numbers, though there is one in fractions"
    rows = np.arange(model.n_rows)
    if not has_solution(_only(model, rows)):
        rows = _shrink(rows, lambda kept: not has_solution(_only(model, kept)))
    if not len(rows):
        return "no solution: the bounds of a whole-number column hold no whole number"
    return f"no solution in whole numbers: {_CONFLICT}: {_names(model, rows)}"


def explain_unbounded(model: LinearModel) -> str:
    """Return a sentence that names a column along which the cost falls without limit."""
    direction = replace(
        model.relaxed(),
        offset=0.0,
        lower=np.where(np.isfinite(model.lower), 0.0, -1.0),
        upper=np.where(np.isfinite(model.upper), 0.0, 1.0),
        row_lower=np.where(np.isfinite(model.row_lower), 0.0, -np.inf),
        row_upper=np.where(np.isfinite(model.row_upper), 0.0, np.inf),
    )
    engine = new_engine(direction, {"threads": 1})
    ended = solve_plainly(engine)
    if ended.values is None:
        return "the cost has no lower limit"
    gain = model.cost * ended.values
    return f"the cost has no lower limit: it falls with column {model.column_name(int(gain.argmin()))}"


def _linear_conflict(model: LinearModel) -> NDArray[np.int64]:
    """Return the rows of a proof that the relaxation is infeasible: those with a price when breaking rows costs."""
    engine = new_engine(_elastic(model), {"threads": 1})
    if solve_plainly(engine).status != HighsModelStatus.kOptimal or engine.getObjectiveValue() <= _BROKEN:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.abs(np.array(engine.getSolution().row_dual)) > _PRICED)


def _elastic(model: LinearModel) -> LinearModel:
    """Return the relaxation whose rows may be broken at a cost of 1 a unit."""
    short, over = (np.flatnonzero(np.isfinite(limits)) for limits in (model.row_lower, model.row_upper))
    extra = len(short) + len(over)
    rows = np.concatenate([model.rows, short, over])
    columns = np.concatenate([model.col_index, model.n_columns + np.arange(extra)])
    values = np.concatenate([model.value, np.ones(len(short)), -np.ones(len(over))])
    order = np.lexsort((columns, rows))
    return LinearModel(
        cost=np.concatenate([np.zeros(model.n_columns), np.ones(extra)]),
        offset=0.0,
        lower=np.concatenate([model.lower, np.zeros(extra)]),
        upper=np.concatenate([model.upper, np.full(extra, np.inf)]),
        integer=np.zeros(model.n_columns + extra, dtype=np.bool_),
        row_lower=model.row_lower,
        row_upper=model.row_upper,
        row_start=np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=model.n_rows))]),
        col_index=columns[order],
        value=values[order],
    )


def _only(model: LinearModel, rows: NDArray[np.int64]) -> LinearModel:
    """Return the model with some of its rows."""
    sizes = np.diff(model.row_start)[rows]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    entries = np.repeat(model.row_start[rows] - starts[:-1], sizes) + np.arange(starts[-1])
    return replace(
        model,
        row_lower=model.row_lower[rows],
        row_upper=model.row_upper[rows],
        row_start=starts,
        col_index=model.col_index[entries],
        value=model.value[entries],
        row_names=(),
    )


def _shrink(rows: NDArray[np.int64], contradicts: Callable[[NDArray[np.int64]], bool]) -> NDArray[np.int64]:
    """Leave out blocks of rows, halving the blocks, as long as the rest contradicts itself (deletion filter)."""
    size, trials = max(1, len(rows) // 2), 0
    while True:
        at = 0
        while at < len(rows) and trials < MOST_TRIALS:
            rest = np.delete(rows, slice(at, at + size))
            trials += 1
            if contradicts(rest):
                rows = rest
            else:
                at += size
        if size == 1 or trials >= MOST_TRIALS:
            return rows
        size //= 2


def _names(model: LinearModel, rows: NDArray[np.int64]) -> str:
    names = [model.row_name(row) for row in rows[:MOST_NAMES].tolist()]
    more = len(rows) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")
