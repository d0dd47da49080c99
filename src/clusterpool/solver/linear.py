"""A linear model as plain arrays: quick to hand to solvers and to other processes."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


FEASIBILITY = 1e-6
"""A row holds if it is broken by at most this much of the greatest of 1, its limit and its terms."""

_DTYPES: dict[str, type[np.generic]] = {"integer": np.bool_, "row_start": np.int32, "col_index": np.int32}


@dataclass(frozen=True, eq=False)
class LinearModel:
    """Minimise ``cost @ x + offset`` with ``row_lower <= A x <= row_upper`` and ``lower <= x <= upper``.

    The arrays are copied and locked; "without limit" is infinity.

    Parameters
    ----------
    cost, lower, upper : array of float, one entry a column
    offset : float
    integer : array of bool, one entry a column
    row_lower, row_upper : array of float, one entry a row
    row_start, col_index, value : arrays
        A by rows (CSR): row r has the entries ``row_start[r]:row_start[r + 1]``.
    row_names, column_names : tuple of str
        For messages only.

    Raises
    ------
    ValueError
        If the arrays do not fit together or hold NaN.

    Examples
    --------
    >>> model = LinearModel([1.0], 0.0, [0.0], [np.inf], [False], [2.0], [np.inf], [0, 1], [0], [1.0], ("demand",))
    >>> model.n_columns, model.n_rows
    (1, 1)
    """

    cost: NDArray[np.float64]
    offset: float
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integer: NDArray[np.bool_]
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    row_start: NDArray[np.int32]
    col_index: NDArray[np.int32]
    value: NDArray[np.float64]
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name not in ("offset", "row_names", "column_names"):
                array = _locked(getattr(self, field.name), _DTYPES.get(field.name, np.float64))
                object.__setattr__(self, field.name, array)
        object.__setattr__(self, "offset", float(self.offset))
        self._check_shapes()
        self._check_numbers()

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, content in state.items():
            if isinstance(content, np.ndarray):
                content.flags.writeable = False
            object.__setattr__(self, name, content)

    def _check_shapes(self) -> None:
        columns, rows, entries = len(self.cost), len(self.row_lower), len(self.col_index)
        if not len(self.lower) == len(self.upper) == len(self.integer) == columns:
            raise ValueError("cost, lower, upper and integer must have one entry a column")
        if len(self.row_upper) != rows or len(self.row_start) != rows + 1:
            raise ValueError("row_upper must have one entry a row, row_start one more")
        if len(self.value) != entries or self.row_start[0] != 0 or self.row_start[-1] != entries:
            raise ValueError("row_start, col_index and value do not fit together")
        if (np.diff(self.row_start) < 0).any():
            raise ValueError("row_start must not fall")
        if entries and not 0 <= self.col_index.min() <= self.col_index.max() < columns:
            raise ValueError("col_index names a column that does not exist")
        if len(self.row_names) not in (0, rows) or len(self.column_names) not in (0, columns):
            raise ValueError("there must be one name a row and a column, or none")

    def _check_numbers(self) -> None:
        if not (np.isfinite(self.cost).all() and np.isfinite(self.value).all() and math.isfinite(self.offset)):
            raise ValueError("cost, offset and value must be finite")
        if any(np.isnan(limits).any() for limits in (self.lower, self.upper, self.row_lower, self.row_upper)):
            raise ValueError("a bound is not a number")

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.cost)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    @property
    def matrix(self) -> csr_array:
        """A as a sparse matrix of its own."""
        return csr_array((self.value, self.col_index, self.row_start), shape=(self.n_rows, self.n_columns))

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row of each entry of A."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.row_start))

    def with_matrix(self, matrix: csr_array, **changes: NDArray[np.generic]) -> LinearModel:
        """Return the model with another A, entries of one place added up, and other arrays that go with it."""
        matrix.sum_duplicates()
        entries = {"row_start": matrix.indptr, "col_index": matrix.indices, "value": matrix.data}
        unnamed: dict[str, tuple[str, ...]] = {"row_names": (), "column_names": ()}
        return replace(self, **unnamed, **entries, **changes)  # type: ignore[arg-type]

    def relaxed(self) -> LinearModel:
        """Return the model without its integrality."""
        return replace(self, integer=np.zeros_like(self.integer))

    def row_name(self, row: int) -> str:
        """Return the name of a row for messages."""
        return self.row_names[row] if self.row_names else f"row {row}"

    def column_name(self, column: int) -> str:
        """Return the name of a column for messages."""
        return self.column_names[column] if self.column_names else f"column {column}"

    def objective(self, values: NDArray[np.float64]) -> float:
        """Return the objective at a point."""
        return float(self.cost @ values) + self.offset

    def _sum_rows(self, terms: NDArray[np.float64]) -> NDArray[np.float64]:
        sums: NDArray[np.float64] = np.bincount(self.rows, weights=terms, minlength=self.n_rows).astype(np.float64)
        return sums

    def broken_by(self, values: NDArray[np.float64]) -> str:
        """Return the name of what a point breaks most, by more than `FEASIBILITY`; blank: it is feasible."""
        for name_of, excess in (
            (self.column_name, _excess(values, self.lower, self.upper, np.abs(values))),
            (self.row_name, self._row_excess(values)),
        ):
            if len(excess) and excess.max() > FEASIBILITY:
                return name_of(int(excess.argmax()))
        return ""

    def _row_excess(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        terms = self.value * values[self.col_index]
        greatest = np.zeros(self.n_rows)
        filled = np.flatnonzero(np.diff(self.row_start))
        if len(filled):
            greatest[filled] = np.maximum.reduceat(np.abs(terms), self.row_start[filled])
        return _excess(self._sum_rows(terms), self.row_lower, self.row_upper, greatest)


def _locked(content: ArrayLike, dtype: type[np.generic]) -> NDArray[np.generic]:
    """Return a copy as an array that nobody can write to."""
    array: NDArray[np.generic] = np.array(content, dtype=dtype)
    array.flags.writeable = False
    return array


def _excess(
    values: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    terms: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return by how much limits are broken, relative to the size of the numbers at hand; NaN counts as broken."""
    limits = np.maximum(np.where(np.isfinite(lower), np.abs(lower), 0), np.where(np.isfinite(upper), np.abs(upper), 0))
    scale = np.maximum(1.0, np.maximum(terms, np.where(np.isfinite(limits), limits, 0)))
    return np.nan_to_num(np.maximum(lower - values, values - upper) / scale, nan=np.inf)
