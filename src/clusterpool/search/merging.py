"""Equal needs of a coalition as one: a smaller model with the same optimum.

Each need of a group takes the proportions of all of them together (`clusterpool.model.equal_needs`), so one column can
stand for the parts of all. Offers that only members outside the coalition need are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from clusterpool.model import equal_needs
from clusterpool.solver import shrink

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.model import Block, BreakColumns, SupplierColumns, SupplyColumns
    from clusterpool.solver import LinearModel


@dataclass(frozen=True, eq=False)
class Merged:
    """A model of one coalition in which equal needs are one.

    Parameters
    ----------
    model : LinearModel
        With the bounds of the coalition.
    suppliers : SupplierColumns
    breaks : BreakColumns
    supplies : SupplyColumns
        Where suppliers, the breaks of their offers and what serves needs stand in it.
    place : array of int
        Of each column of the whole block its column here; -1 where it is 0 in every plan of the coalition.
    """

    model: LinearModel
    suppliers: SupplierColumns
    breaks: BreakColumns
    supplies: SupplyColumns
    place: NDArray[np.int64]

    def expand(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """A point of this model as one of the block."""
        return np.where(self.place >= 0, values[self.place], 0.0)


def merge_needs(block: Block, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Merged:
    """The model of a coalition with equal needs merged, without what only others need.

    Parameters
    ----------
    lower, upper : array of float
        Bounds of the columns, membership fixed.
    """
    arrays = replace(block.arrays, lower=lower, upper=upper)
    column = block.supplies.column
    itself = np.arange(arrays.n_columns)
    leader = itself.copy()
    for needs in equal_needs(block, arrays.lower[block.supplies.membership] == 1.0):
        for entries in needs.T:
            leader[column[entries]] = column[entries[0]]
    leader[_zeros(arrays)] = -1
    heads = np.flatnonzero(leader == itself)
    place = np.full(len(itself), -1, dtype=np.int64)
    place[heads] = np.arange(len(heads))
    own = place.copy()
    place = np.where(leader >= 0, place[leader], -1)
    return Merged(
        _merged(arrays, place, heads, column),
        block.suppliers.at(own),
        block.breaks.at(own),
        block.supplies.at(own),
        place,
    )


def _zeros(arrays: LinearModel) -> NDArray[np.bool_]:
    """Columns that their bounds and rows leave no room but 0: the offers that only others need."""
    zero: NDArray[np.bool_] = (arrays.lower == 0.0) & (arrays.upper == 0.0)
    left = shrink(arrays, arrays.lower, arrays.upper)
    if left is not None:
        zero |= left.settled == 0.0
        zero[left.columns] = False
    return zero


def _merged(
    arrays: LinearModel, place: NDArray[np.int64], heads: NDArray[np.int64], column: NDArray[np.int64]
) -> LinearModel:
    """The columns put together, without the covers and links of needs that another stands for."""
    row = arrays.rows
    part, standing = np.zeros((2, arrays.n_columns), dtype=np.bool_)
    part[column], standing[heads] = True, True
    kept = np.ones(arrays.n_rows, dtype=np.bool_)
    kept[row[(part & ~standing)[arrays.col_index]]] = False
    kept[row[(part & standing)[arrays.col_index]]] = True
    known = np.flatnonzero(place >= 0)
    filled = np.zeros(arrays.n_rows, dtype=np.bool_)
    filled[row[place[arrays.col_index] >= 0]] = True
    kept &= filled
    onto = csr_array((np.ones(len(known)), (known, place[known])), shape=(arrays.n_columns, len(heads)))
    of_columns = {name: getattr(arrays, name)[heads] for name in ("lower", "upper", "integer")}
    limits = {name: getattr(arrays, name)[kept] for name in ("row_lower", "row_upper")}
    cost = np.bincount(place[known], arrays.cost[known], minlength=len(heads))
    matrix = csr_array(arrays.matrix[np.flatnonzero(kept), :] @ onto)
    return arrays.with_matrix(matrix, cost=cost, **of_columns, **limits)
