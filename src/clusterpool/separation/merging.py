r"""Equal needs of all members as one in a block whose membership is free.

==========  ==========================================================
symbol      meaning
==========  ==========================================================
g, d_k, D   a group of equal needs, the quantity of each, their sum
f_kw        part of need k that way w serves (an offer, outside, unmet)
F_w         the mean of f_kw over the group, weighted by d_k
==========  ==========================================================

One column F_w takes the place of all f_kw. The covers become one, sum_w F_w = sum_k d_k z_k / D, and the links too,
F_w <= sum_t y_t. The other way round, f_kw = z_k F_w D / sum_k d_k z_k serves a coalition, at the same cost: it is at
most 1, and 0 where nothing is bought. So no whole-number point is lost or won. The relaxation is a little weaker, since
f_kw <= sum_t y_t held for each need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.model import Block


@dataclass(frozen=True, eq=False)
class Merging:
    """How the columns and rows of a block become fewer.

    Parameters
    ----------
    head : array of int
        Of each column the one that takes its place; itself where it stays.
    weight : array of float
        Of each column its part in the mean that its head stands for.
    rows, kept : sparse array, array of int
        The rows left, as sums of the old ones; their limits are those of the rows `kept`.
    """

    head: NDArray[np.int64]
    weight: NDArray[np.float64]
    rows: csr_array
    kept: NDArray[np.int64]


def merging(block: Block, groups: Sequence[NDArray[np.int64]]) -> Merging:
    """Put equal needs of a block together, as `clusterpool.model.equal_needs` groups them."""
    arrays, supplies = block.arrays, block.supplies
    head, weight = np.arange(arrays.n_columns), np.ones(arrays.n_columns)
    factor = np.ones(arrays.n_rows)
    onto = np.arange(arrays.n_rows)
    cover = _covers(block)
    for needs in groups:
        parts = supplies.quantity[needs[:, 0]] / supplies.quantity[needs[:, 0]].sum()
        head[supplies.column[needs]] = supplies.column[needs[0]]
        weight[supplies.column[needs]] = parts[:, np.newaxis]
        covers = cover[needs[:, 0]]
        factor[covers], onto[covers] = parts, covers[0]
    stays = head == np.arange(arrays.n_columns)
    touched = np.zeros((2, arrays.n_rows), dtype=np.bool_)  # by columns that another, or none, takes the place of
    for of_rows, columns in zip(touched, (~stays, stays & (weight < 1.0)), strict=True):
        of_rows[arrays.rows[columns[arrays.col_index]]] = True
    links = touched[0] & ~touched[1]
    kept = np.flatnonzero((onto == np.arange(arrays.n_rows)) & ~links)
    there = np.flatnonzero(np.isin(onto, kept))
    shape = (len(kept), arrays.n_rows)
    rows = csr_array((factor[there], (np.searchsorted(kept, onto[there]), there)), shape=shape)
    return Merging(head, weight, rows, kept)


def _covers(block: Block) -> NDArray[np.int64]:
    """Of each entry of the supplies the row that covers its need: the one in which its member's membership stands."""
    arrays, supplies = block.arrays, block.supplies
    members = np.unique(supplies.membership)
    standing = np.isin(arrays.col_index, members)
    of_member = set(zip(arrays.rows[standing].tolist(), arrays.col_index[standing].tolist(), strict=True))
    by_column = arrays.matrix.tocsc()
    found = np.full(len(supplies.column), -1, dtype=np.int64)
    for entry, (column, member) in enumerate(zip(supplies.column.tolist(), supplies.membership.tolist(), strict=True)):
        rows = by_column.indices[by_column.indptr[column] : by_column.indptr[column + 1]].tolist()
        found[entry] = next(row for row in rows if (row, member) in of_member)
    return found
