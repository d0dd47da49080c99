r"""The offers of each supplier, stated once for every rebate step it may reach: larger, with a far better bound.

=================  ======================================================================
symbol             meaning
=================  ======================================================================
x_s, w_s           the columns of the offers of supplier s; s is used
v_sr, b_sr         spent in rebate step r; chosen, with sum_r b_sr = w_s
x_sr               what x_s is if step r holds, else 0
=================  ======================================================================

    A_s x_s <= a_s w_s, spend(x_s) = sum_r v_sr    become, for each r,    A_s x_sr <= a_s b_sr, spend(x_sr) = v_sr

and everywhere else x_s = sum_r x_sr: the disjunction over r in its extended form (Balas, Disjunctive programming,
Annals of Discrete Mathematics 5, 1979). In the model as it stands a part of step r gives its rebate on any spend that
lies below; here it does so only on offers taken to that part. Solutions are the same, one for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.model import SupplierColumns
    from clusterpool.solver import LinearModel


@dataclass(frozen=True, eq=False)
class Split:
    """A model with the offers stated by rebate step.

    Parameters
    ----------
    model : LinearModel
    origin : array of int
        Of each column the one of the model as it stood.
    switch : array of int
        Of each column the switch, there, of the step that it is stated for; -1 where it is stated once.
    """

    model: LinearModel
    origin: NDArray[np.int64]
    switch: NDArray[np.int64]

    def fold(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """A point as one of the model as it stood."""
        return np.bincount(self.origin, values).astype(np.float64)

    def unfold(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """A solution of the model as it stood as one of this."""
        holds = (self.switch < 0) | (values[self.switch] > 0.5)  # noqa: PLR2004
        return np.where(holds, values[self.origin], 0.0)


@dataclass(frozen=True, eq=False)
class _Steps:
    """The steps of each supplier by number: `switch[s, r]`, `spent[s, r]`, -1 beyond its last; `count[s]` of them."""

    switch: NDArray[np.int64]
    spent: NDArray[np.int64]
    count: NDArray[np.int64]


def split_by_steps(model: LinearModel, suppliers: SupplierColumns) -> Split:
    """State the offers of each supplier with several rebate steps once a step.

    Parameters
    ----------
    model : LinearModel
        With membership fixed.
    """
    steps = _steps(model, suppliers)
    copies = np.where(suppliers.owner >= 0, steps.count[suppliers.owner], 1)
    first = np.cumsum(copies) - copies
    origin = np.repeat(np.arange(model.n_columns), copies)
    step = np.arange(len(origin)) - first[origin]
    divided = copies[origin] > 1
    switch = np.where(divided, steps.switch[suppliers.owner[origin], step], -1)
    owner = _supplier_of_rows(model, suppliers, steps)
    matrix, row_of = _rows(model, suppliers, steps, first, owner, len(origin))
    of_columns = {name: getattr(model, name)[origin] for name in ("cost", "lower", "upper", "integer")}
    limits = {name: getattr(model, name)[row_of] for name in ("row_lower", "row_upper")}
    return Split(model.with_matrix(matrix, **of_columns, **limits), origin, switch)


def _steps(model: LinearModel, suppliers: SupplierColumns) -> _Steps:
    """The steps of suppliers; one without any, or with a column that must be above 0, is stated once."""
    number = len(suppliers.used)
    position = np.zeros(len(suppliers.supplier), dtype=np.int64)
    reached = np.zeros(number, dtype=np.int64)
    for entry, supplier in enumerate(suppliers.supplier.tolist()):
        position[entry] = reached[supplier]
        reached[supplier] += 1
    bound = suppliers.owner[(model.lower > 0.0) & (suppliers.owner >= 0)]
    count = np.maximum(reached, 1)
    count[bound] = 1
    switch = np.full((number, int(reached.max(initial=1))), -1, dtype=np.int64)
    spent = switch.copy()
    switch[suppliers.supplier, position] = suppliers.switch
    spent[suppliers.supplier, position] = suppliers.spent
    return _Steps(switch, spent, count)


def _supplier_of_rows(model: LinearModel, suppliers: SupplierColumns, steps: _Steps) -> NDArray[np.int64]:
    """Of each row the supplier for each of whose steps it holds by itself; -1 where it does not.

    It speaks of one supplier's offers, its use and its spend alone, and holds where all of these are 0.
    """
    row = model.rows
    kin = suppliers.owner.copy()
    kin[suppliers.used[suppliers.used >= 0]] = np.flatnonzero(suppliers.used >= 0)
    kin[suppliers.spent] = suppliers.supplier
    least, most = np.full(model.n_rows, len(steps.count)), np.full(model.n_rows, -1)
    np.minimum.at(least, row, kin[model.col_index])
    np.maximum.at(most, row, kin[model.col_index])
    offers = np.zeros(model.n_rows, dtype=np.bool_)
    offers[row[suppliers.owner[model.col_index] >= 0]] = True
    alone = offers & (least == most) & (model.row_lower <= 0.0) & (model.row_upper >= 0.0)
    owner = np.where(alone, most, -1)
    return np.where((owner >= 0) & (steps.count[owner] > 1), owner, -1)


def _rows(
    model: LinearModel,
    suppliers: SupplierColumns,
    steps: _Steps,
    first: NDArray[np.int64],
    owner: NDArray[np.int64],
    width: int,
) -> tuple[csr_array, NDArray[np.int64]]:
    """The coefficients by row, and of each row the one that it comes from."""
    times = np.where(owner >= 0, steps.count[owner], 1)
    begin = np.cumsum(times) - times
    row = model.rows
    column = model.col_index.astype(np.int64)
    copied = (suppliers.owner[column] >= 0) & (steps.count[suppliers.owner[column]] > 1)
    own = owner[row]
    uses = (own >= 0) & (column == suppliers.used[own])
    found = []
    for r in range(steps.switch.shape[1]):
        inside = np.where(copied, steps.count[suppliers.owner[column]] > r, r == 0)
        about = copied | uses | (column == steps.spent[own, r])
        there = np.where(own >= 0, (steps.count[own] > r) & about, inside)
        to = np.where(copied, first[column] + r, np.where(uses, first[steps.switch[own, r]], first[column]))
        found.append((begin[row] + np.where(own >= 0, r, 0), to, there))
    rows, columns = (np.concatenate([one[k][one[2]] for one in found]) for k in (0, 1))
    values = np.concatenate([model.value[one[2]] for one in found])
    matrix = csr_array((values, (rows, columns)), shape=(int(times.sum()), width))
    return matrix, np.repeat(np.arange(model.n_rows), times)
