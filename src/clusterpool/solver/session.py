"""A linear program that is solved again and again, each time a little changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from highspy import HighsBasis, HighsBasisStatus, HighsModelStatus, HighsStatus, kHighsIInf, kHighsInf

from clusterpool.errors import SolveError
from clusterpool.solver.highs import new_engine, run_in_place, set_option, solve_plainly

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from clusterpool.solver.linear import LinearModel
    from clusterpool.solver.options import Deadline

SMALL = 20_000
"""Up to so many entries a program is solved at once, in milliseconds: Ctrl-C waits for its end."""
_STATUSES = {int(status): status for status in HighsBasisStatus.__members__.values()}


@dataclass(frozen=True, eq=False)
class LpSolution:
    """The optimum of a linear program.

    Parameters
    ----------
    values, reduced_costs : array of float
        One entry a column; a reduced cost is what the objective gains a unit of the column's bound.
    duals : array of float
        One entry a row: what the objective gains a unit of the row's binding limit; >= 0 at a lower limit.
    objective : float
        Recomputed from `values`.
    """

    values: NDArray[np.float64]
    duals: NDArray[np.float64]
    reduced_costs: NDArray[np.float64]
    objective: float


@dataclass(frozen=True, eq=False)
class Basis:
    """A basis of a linear program as numbers that travel to other processes.

    Parameters
    ----------
    columns, rows : array of int
        HiGHS's status of each column and row.
    """

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Mark:
    """Where a solve of one session ended."""

    basis: HighsBasis


class LpSession:
    """Keeps one HiGHS with the relaxation of a model and solves it anew from its last basis.

    Parameters
    ----------
    model : LinearModel
        Whole-number columns are taken as continuous.

    Examples
    --------
    >>> from clusterpool.solver import LinearModel
    >>> session = LpSession(LinearModel([1.0], 0.0, [0.0], [9.0], [True], [2.5], [np.inf], [0, 1], [0], [1.0]))
    >>> session.solve().objective
    2.5
    >>> session.set_bounds([0], [4.0], [9.0])
    >>> session.solve().objective
    4.0
    """

    def __init__(self, model: LinearModel) -> None:
        self._cost = model.cost.copy()
        self._offset = model.offset
        self._is_small = len(model.value) <= SMALL
        self._engine = new_engine(model.relaxed(), {"threads": 1, "solver": "simplex"})

    def set_bounds(self, columns: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """Give columns new bounds."""
        index = self._index(columns)
        low, high = (np.broadcast_to(np.asarray(limits, dtype=np.float64), index.shape) for limits in (lower, upper))
        self._require(self._engine.changeColsBounds(len(index), index, low.copy(), high.copy()), "bounds")

    def set_cost(self, columns: ArrayLike, cost: ArrayLike) -> None:
        """Give columns new costs."""
        index = self._index(columns)
        values = np.broadcast_to(np.asarray(cost, dtype=np.float64), index.shape).copy()
        self._require(self._engine.changeColsCost(len(index), index, values), "costs")
        self._cost[index] = values

    def add_rows(
        self,
        row_lower: ArrayLike,
        row_upper: ArrayLike,
        row_start: ArrayLike,
        col_index: ArrayLike,
        value: ArrayLike,
    ) -> None:
        """Add rows at the end, given by rows (CSR, `row_start` with one entry more than there are rows)."""
        low, high, values = (np.array(numbers, dtype=np.float64) for numbers in (row_lower, row_upper, value))
        starts = np.array(row_start, dtype=np.int32)
        index = self._index(col_index)
        if not len(low) == len(high) == len(starts) - 1 or not starts[-1] == len(index) == len(values):
            raise ValueError("row_lower, row_upper, row_start, col_index and value do not fit together")
        if len(low):
            outcome = self._engine.addRows(len(low), low, high, len(values), starts[:-1].copy(), index, values)
            self._require(outcome, "rows")

    def basis(self) -> Basis:
        """Where the last solve ended."""
        basis = self._engine.getBasis()
        columns, rows = (
            np.array([int(status) for status in statuses], dtype=np.int8)
            for statuses in (basis.col_status, basis.row_status)
        )
        return Basis(columns, rows)

    def restart(self, basis: Basis) -> None:
        """Forget all that earlier solves left behind; the next one starts from a basis.

        Raises
        ------
        SolveError
            If the basis is not one of this program.
        """
        self._require(self._engine.clearSolver(), "restart")
        start = HighsBasis()
        start.col_status = [_STATUSES[code] for code in basis.columns.tolist()]
        start.row_status = [_STATUSES[code] for code in basis.rows.tolist()]
        self._require(self._engine.setBasis(start), "basis")

    def mark(self) -> Mark:
        """Where the last solve ended, for `return_to` in this session: quicker than a `Basis`, and it cannot travel."""
        return Mark(self._engine.getBasis())

    def return_to(self, mark: Mark) -> None:
        """Start the next solve where an earlier one ended.

        Raises
        ------
        SolveError
            If rows were added since.
        """
        self._require(self._engine.setBasis(mark.basis), "basis")

    def solve(self) -> LpSolution:
        """Return the optimum.

        Raises
        ------
        SolveError
            If there is none; the message holds the solver's word.
        KeyboardInterrupt
            If Ctrl-C stops it; the session is of no use then.
        """
        status = run_in_place(self._engine) if self._is_small else solve_plainly(self._engine).status
        if status not in (HighsModelStatus.kOptimal, HighsModelStatus.kModelEmpty):
            raise SolveError(f"the linear program has no optimum: {self._engine.modelStatusToString(status)}")
        solution = self._engine.getSolution()
        values, duals, reduced = (
            np.array(numbers, dtype=np.float64)
            for numbers in (solution.col_value, solution.row_dual, solution.col_dual)
        )
        return LpSolution(values, duals, reduced, float(self._cost @ values) + self._offset)

    def solve_below(self, cutoff: float, deadline: Deadline, *, iterations: int | None = None) -> LpSolution | None:
        """Return the optimum if it lies below a cutoff; None too if there is none, or a limit strikes before.

        The dual simplex method stops as soon as its bound reaches the cutoff, often after a few iterations.

        Parameters
        ----------
        iterations : int, optional
            The most iterations that it may take.
        """
        until = self._engine.getRunTime() + deadline.remaining()
        set_option(self._engine, "objective_bound", min(cutoff, kHighsInf))
        set_option(self._engine, "time_limit", min(until, kHighsInf))
        set_option(self._engine, "simplex_iteration_limit", kHighsIInf if iterations is None else iterations)
        try:
            found = self.solve()
        except SolveError:
            return None
        finally:
            set_option(self._engine, "objective_bound", kHighsInf)
            set_option(self._engine, "time_limit", kHighsInf)
            set_option(self._engine, "simplex_iteration_limit", kHighsIInf)
        return found if found.objective < cutoff else None

    def _index(self, columns: ArrayLike) -> NDArray[np.int32]:
        index = np.array(columns, dtype=np.int32).reshape(-1)
        if len(index) and not 0 <= index.min() <= index.max() < len(self._cost):
            raise ValueError("a column does not exist")
        return index

    def _require(self, outcome: HighsStatus, what: str) -> None:
        if outcome == HighsStatus.kError:
            raise SolveError(f"HiGHS refuses the {what}")


def relax(model: LinearModel) -> float:
    """Return the optimum of the relaxation: no solution of the model costs less.

    Raises
    ------
    SolveError
        If the relaxation has no optimum.
    """
    return LpSession(model).solve().objective


def middle(model: LinearModel) -> LpSolution:
    """Return an optimum of the relaxation from the middle of all optima, primal and dual, where these are many.

    An interior-point method without crossover ends there; where it fails, a vertex takes its place.

    Raises
    ------
    SolveError
        If the relaxation has no optimum.
    """
    unit = float(np.abs(model.cost).max(initial=0.0)) or 1.0
    scaled = replace(model.relaxed(), cost=model.cost / unit)
    engine = new_engine(scaled, {"threads": 1, "solver": "ipm", "run_crossover": "off"})
    if solve_plainly(engine).status != HighsModelStatus.kOptimal:
        return LpSession(model).solve()
    solution = engine.getSolution()
    values, duals, reduced = (
        np.array(numbers, dtype=np.float64) for numbers in (solution.col_value, solution.row_dual, solution.col_dual)
    )
    return LpSolution(values, duals * unit, reduced * unit, model.objective(values))
