"""From a PuLP problem to arrays, by the identity of its variables, in PuLP 3.3 and in PuLP 4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pulp

from clusterpool.solver.linear import LinearModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

PULP_OWNS_VARIABLES = not pulp.__version__.startswith("3.")
"""From PuLP 4 on a problem knows its variables; variable objects are passing handles with a number."""


@dataclass(frozen=True, eq=False)
class CompiledModel:
    """A linear model together with where each PuLP variable went.

    Parameters
    ----------
    model : LinearModel
        The arrays; the only part that needs to travel to other processes.
    problem : pulp.LpProblem
        Kept, since variables of PuLP 4 live no longer than their problem.
    """

    model: LinearModel
    problem: pulp.LpProblem
    _column_of: Mapping[int, int]
    _variables: tuple[pulp.LpVariable, ...]

    def columns(self, variables: Iterable[pulp.LpVariable]) -> NDArray[np.int64]:
        """Return the column of each variable, in the order given.

        Raises
        ------
        KeyError
            If a variable is not in the problem (PuLP 3: in none of its rows, nor in its objective, nor kept).
        """
        wanted = list(variables)
        columns = [self._column_of.get(key, -1) for key in _keys(wanted)]
        for variable, column in zip(wanted, columns, strict=True):
            if column < 0 or (PULP_OWNS_VARIABLES and variable.name != self.model.column_names[column]):
                raise KeyError(f"variable {variable.name!r} is not in the problem; compile_model(keep=...) keeps it")
        return np.array(columns, dtype=np.int64)


def compile_model(problem: pulp.LpProblem, *, keep: Iterable[pulp.LpVariable] = ()) -> CompiledModel:
    """Extract the arrays of a PuLP problem.

    Columns stand in the order in which objective and rows name them, then those that nothing names; the columns of a
    row rise. So both PuLP versions give the same arrays.

    Parameters
    ----------
    problem : pulp.LpProblem
        Minimisation without special ordered sets.
    keep : iterable of pulp.LpVariable
        Variables that get a column even if neither the objective nor a row names them. PuLP 4 knows its variables by
        itself; a PuLP 3 problem does not.

    Raises
    ------
    ValueError
        If the problem maximises, or has special ordered sets.

    Examples
    --------
    >>> problem = pulp.LpProblem("diet")
    >>> x = problem.add_variable("x", lowBound=0)
    >>> problem.setObjective(2 * x)
    >>> _ = problem.addConstraint(x >= 3, "enough")
    >>> compile_model(problem).model.row_lower
    array([3.])
    """
    _refuse_unsupported(problem)
    objective = problem.objective
    terms = [] if objective is None else list(objective.items())
    cost_keys = _keys([variable for variable, _ in terms])
    sizes, keys, values = _read_rows(problem.constraints())
    variables = [*problem.variables(), *keep]
    known = _keys(variables)
    column_of = {key: column for column, key in enumerate(dict.fromkeys([*cost_keys, *keys, *known]))}
    by_key = dict(zip(known, variables, strict=True))
    ordered = tuple(by_key[key] for key in column_of)
    cost = np.zeros(len(ordered))
    np.add.at(cost, _look_up(column_of, cost_keys), np.array([weight for _, weight in terms], dtype=np.float64))
    row_start, col_index, value = _sorted_rows(sizes, _look_up(column_of, keys), np.array(values, dtype=np.float64))
    lower, upper, integer = _columns(ordered)
    row_lower, row_upper = _limits(problem)
    row_names, column_names = _names(problem, ordered)
    model = LinearModel(
        cost=cost,
        offset=0.0 if objective is None else float(objective.constant),
        lower=lower,
        upper=upper,
        integer=integer,
        row_lower=row_lower,
        row_upper=row_upper,
        row_start=row_start,
        col_index=col_index,
        value=value,
        row_names=row_names,
        column_names=column_names,
    )
    return CompiledModel(model, problem, column_of, ordered)


def _refuse_unsupported(problem: pulp.LpProblem) -> None:
    if problem.sense != pulp.LpMinimize:
        raise ValueError("the problem maximises; state it as a minimisation")
    special = problem.has_sos() if PULP_OWNS_VARIABLES else problem.sos1 or problem.sos2
    if special:
        raise ValueError("the problem has special ordered sets, which are not supported")


def _keys(variables: Iterable[pulp.LpVariable]) -> list[int]:
    return [variable.id for variable in variables] if PULP_OWNS_VARIABLES else list(map(id, variables))


def _columns(
    variables: tuple[pulp.LpVariable, ...],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return lower and upper bounds and which columns are whole numbers."""
    return (
        np.array([-np.inf if v.lowBound is None else v.lowBound for v in variables], dtype=np.float64),
        np.array([np.inf if v.upBound is None else v.upBound for v in variables], dtype=np.float64),
        np.array([v.cat == pulp.LpInteger for v in variables], dtype=np.bool_),
    )


def _limits(problem: pulp.LpProblem) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lower and upper limits of the rows."""
    rows = [(-row.constant, row.sense) for row in problem.constraints()]
    rhs = np.array([limit for limit, _ in rows], dtype=np.float64)
    sense = np.array([sense for _, sense in rows], dtype=np.int64)
    return np.where(sense == pulp.LpConstraintLE, -np.inf, rhs), np.where(sense == pulp.LpConstraintGE, np.inf, rhs)


def _names(problem: pulp.LpProblem, variables: tuple[pulp.LpVariable, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of rows and columns."""
    rows = tuple(str(row.name or f"row {number}") for number, row in enumerate(problem.constraints()))
    return rows, tuple(str(v.name) for v in variables)


def _read_rows(rows: Iterable[pulp.LpConstraint]) -> tuple[list[int], list[int], list[float]]:
    sizes: list[int] = []
    keys: list[int] = []
    values: list[float] = []
    for row in rows:
        terms = row.items()
        sizes.append(len(terms))
        keys.extend(_keys([variable for variable, _ in terms]))
        values.extend([weight for _, weight in terms])
    return sizes, keys, values


def _look_up(column_of: Mapping[int, int], keys: list[int]) -> NDArray[np.int64]:
    return np.fromiter(map(column_of.__getitem__, keys), dtype=np.int64, count=len(keys))


def _sorted_rows(
    sizes: list[int], columns: NDArray[np.int64], values: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return CSR arrays without zeros, the columns of each row rising."""
    rows = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((columns, rows))
    order = order[values[order] != 0]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows[order], minlength=len(sizes)))])
    return starts.astype(np.int32), columns[order].astype(np.int32), values[order]
