"""Where suppliers stand in a block of the pooled model: whether they are used, their offers, their rebate steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.purchasing import PurchasingPart
    from clusterpool.solver import CompiledModel


@dataclass(frozen=True, eq=False)
class SupplierColumns:
    """The columns of suppliers, which have numbers.

    Parameters
    ----------
    used : array of int
        Of each supplier the column of whether it is used; -1 where the block has none.
    owner : array of int
        Of each column the supplier to whose offers it belongs; -1 of all others.
    supplier : array of int
        Of each rebate step its supplier.
    spent, switch : array of int
        Of each rebate step the column of what is spent there, and of whether it is the one that holds.
    least : array of float
        Of each rebate step from what spend on it can hold, in the unit of `spent`.
    """

    used: NDArray[np.int64]
    owner: NDArray[np.int64]
    supplier: NDArray[np.int64]
    spent: NDArray[np.int64]
    switch: NDArray[np.int64]
    least: NDArray[np.float64]

    @classmethod
    def of(cls, compiled: CompiledModel, bought: PurchasingPart | None) -> SupplierColumns:
        """Those of a purchasing part; none of a block without one."""
        none = np.zeros(0, dtype=np.int64)
        owner = np.full(compiled.model.n_columns, -1, dtype=np.int64)
        if bought is None:
            return cls(none, owner, none, none, none, np.zeros(0))
        number = {supplier: place for place, supplier in enumerate(bought.used)}
        named = [
            *((supplier, variable) for (supplier, _), variable in bought.supply.items()),
            *((key[0], variable) for (key, _), variable in (*bought.quantity.items(), *bought.chosen.items())),
            *((key[0], variable) for key, variable in bought.batches.items()),
        ]
        owner[compiled.columns(variable for _, variable in named)] = [number[supplier] for supplier, _ in named]
        keys = list(bought.step)
        return cls(
            compiled.columns(bought.used.values()),
            owner,
            np.array([number[supplier] for supplier, _ in keys], dtype=np.int64),
            compiled.columns(bought.stepped[key] for key in keys),
            compiled.columns(bought.step.values()),
            np.array([bought.least_spend(*key) for key in keys], dtype=np.float64),
        )

    def at(self, place: NDArray[np.int64]) -> SupplierColumns:
        """Those whose columns are kept, at their new places; -1 where a column is not kept."""
        kept = (place[self.spent] >= 0) & (place[self.switch] >= 0)
        owner = np.full(int(place.max(initial=-1)) + 1, -1, dtype=np.int64)
        owner[place[place >= 0]] = self.owner[place >= 0]
        return SupplierColumns(
            np.where(self.used >= 0, place[self.used], -1),
            owner,
            self.supplier[kept],
            place[self.spent[kept]],
            place[self.switch[kept]],
            self.least[kept],
        )

    def holding(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which step of each supplier holds at what a point spends there."""
        spend = np.bincount(self.supplier, values[self.spent], minlength=len(self.used))
        reached = np.where(self.least <= spend[self.supplier] * (1 + 1e-9), self.least, -1.0)
        highest = np.full(len(self.used), -1.0)
        np.maximum.at(highest, self.supplier, reached)
        return np.asarray(self.least == highest[self.supplier])
