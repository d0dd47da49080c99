"""Needs that differ in nothing but member and quantity.

Where two needs may be served by the same offers, from outside and left unmet at the same prices, their parts enter
every row of purchasing but their own as a sum, weighted by their quantities. So any plan of a coalition stays one, at
the same cost, where each of its needs is served in the proportions of all of them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.model.pooled import Block
    from clusterpool.model.supplies import SupplyColumns
    from clusterpool.solver import LinearModel

ROWS_OF_OFFER, ROWS_OF_OTHER = 3, 1
"""In how many rows a part stands: the cover of its need, and for an offer what is sent on it and its link."""
DIGITS = 12
"""To so many significant digits prices of a unit have to agree."""


def equal_needs(block: Block, among: NDArray[np.bool_] | None = None) -> list[NDArray[np.int64]]:
    """Groups of needs that are the same but for member and quantity: a line of entries in `block.supplies` a need.

    The lines of a group name the same offers in the same order. A need that freight rides on is in no group.

    Parameters
    ----------
    among : array of bool, optional
        Of each entry whether its need is asked about; by default all are.
    """
    supplies, arrays = block.supplies, block.arrays
    there = _plain(supplies, arrays) & (supplies.quantity > 0.0)
    if among is not None:
        there &= among
    price = arrays.cost[supplies.column] / np.where(supplies.quantity > 0.0, supplies.quantity, 1.0)
    groups: dict[tuple[tuple[int, str], ...], list[NDArray[np.int64]]] = {}
    for entries in _by_need(supplies):
        if there[entries].all():
            served = zip(supplies.offer[entries].tolist(), price[entries].tolist(), strict=True)
            groups.setdefault(tuple((offer, f"{one:.{DIGITS}g}") for offer, one in served), []).append(entries)
    return [np.array(needs) for needs in groups.values()]


def _plain(supplies: SupplyColumns, arrays: LinearModel) -> NDArray[np.bool_]:
    """The parts that stand in no rows but those of purchasing; freight that rides on a need tells it from others."""
    rows = np.bincount(arrays.col_index, minlength=arrays.n_columns)[supplies.column]
    return np.asarray(rows == np.where(supplies.offer >= 0, ROWS_OF_OFFER, ROWS_OF_OTHER))


def _by_need(supplies: SupplyColumns) -> list[NDArray[np.int64]]:
    """The entries of each need, in the order of what serves it."""
    order = np.lexsort((supplies.offer, supplies.need))
    return np.split(order, np.flatnonzero(np.diff(supplies.need[order])) + 1) if len(order) else []
