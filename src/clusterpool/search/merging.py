"""Needs that differ in nothing but member and quantity, as one: a smaller model of a coalition with the same optimum.

Where two needs may be served by the same offers, from outside and left unmet at the same prices, their parts enter
every other row as a sum. So any solution stays one, at the same cost, when each is served in the proportions of both
together, and one column can stand for the parts of all. That holds once membership is fixed. Offers that only members
outside the coalition need are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from clusterpool.solver import shrink

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.model import Block, BreakColumns, SupplierColumns, SupplyColumns
    from clusterpool.solver import LinearModel

ROWS_OF_OFFER, ROWS_OF_OTHER = 3, 1
"""In how many rows a part stands: the cover of its need, and for an offer what is sent on it and its link."""
DIGITS = 12
"""To so many significant digits prices of a unit have to agree."""


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
    for needs in _alike(block, arrays):
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


def _alike(block: Block, arrays: LinearModel) -> list[NDArray[np.int64]]:
    """Groups of equal needs of the coalition: of each need a line of its entries in the supplies, in one order."""
    supplies = block.supplies
    there = _plain(supplies, arrays) & (supplies.quantity > 0.0) & (arrays.lower[supplies.membership] == 1.0)
    price = arrays.cost[supplies.column] / np.where(supplies.quantity > 0.0, supplies.quantity, 1.0)
    groups: dict[tuple[tuple[int, str], ...], list[NDArray[np.int64]]] = {}
    for entries in _by_need(supplies):
        if there[entries].all():
            served = zip(supplies.offer[entries].tolist(), price[entries].tolist(), strict=True)
            groups.setdefault(tuple((offer, f"{one:.{DIGITS}g}") for offer, one in served), []).append(entries)
    return [np.array(needs) for needs in groups.values()]


def _zeros(arrays: LinearModel) -> NDArray[np.bool_]:
    """Columns that their bounds and rows leave no room but 0: the offers that only others need."""
    zero: NDArray[np.bool_] = (arrays.lower == 0.0) & (arrays.upper == 0.0)
    left = shrink(arrays, arrays.lower, arrays.upper)
    if left is not None:
        zero |= left.settled == 0.0
        zero[left.columns] = False
    return zero


def _plain(supplies: SupplyColumns, arrays: LinearModel) -> NDArray[np.bool_]:
    """The parts that stand in no rows but those of purchasing; freight that rides on a need tells it from others."""
    rows = np.bincount(arrays.col_index, minlength=arrays.n_columns)[supplies.column]
    return np.asarray(rows == np.where(supplies.offer >= 0, ROWS_OF_OFFER, ROWS_OF_OTHER))


def _by_need(supplies: SupplyColumns) -> list[NDArray[np.int64]]:
    """The entries of each need, in the order of what serves it."""
    order = np.lexsort((supplies.offer, supplies.need))
    return np.split(order, np.flatnonzero(np.diff(supplies.need[order])) + 1) if len(order) else []


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
