"""Where the rebate steps of suppliers stand in a block of the pooled model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.purchasing import PurchasingPart
    from clusterpool.solver import CompiledModel


@dataclass(frozen=True, eq=False)
class RebateSteps:
    """Where the rebate steps of suppliers stand among the columns of a block.

    Parameters
    ----------
    supplier : array of int
        Of each step: a number of its supplier.
    spent, switch : array of int
        The column of what is spent at this step, and of whether it is the one that holds.
    least : array of float
        From what spend on it can hold, in the unit of `spent`.
    """

    supplier: NDArray[np.int64]
    spent: NDArray[np.int64]
    switch: NDArray[np.int64]
    least: NDArray[np.float64]

    @classmethod
    def of(cls, compiled: CompiledModel, bought: PurchasingPart | None) -> RebateSteps:
        """Those of a purchasing part; none of a block without one."""
        none = np.zeros(0, dtype=np.int64)
        if bought is None:
            return cls(none, none, none, np.zeros(0))
        keys = list(bought.step)
        numbers = {supplier: number for number, supplier in enumerate(dict.fromkeys(supplier for supplier, _ in keys))}
        return cls(
            np.array([numbers[supplier] for supplier, _ in keys], dtype=np.int64),
            compiled.columns(bought.stepped[key] for key in keys),
            compiled.columns(bought.step.values()),
            np.array([bought.least_spend(*key) for key in keys], dtype=np.float64),
        )

    def at(self, place: NDArray[np.int64]) -> RebateSteps:
        """Those whose columns are kept, at their new places; -1 where a column is not kept."""
        kept = (place[self.spent] >= 0) & (place[self.switch] >= 0)
        return RebateSteps(self.supplier[kept], place[self.spent[kept]], place[self.switch[kept]], self.least[kept])

    def others(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """The switches of all steps but the one of each supplier that holds at what a point spends there."""
        spend = np.bincount(self.supplier, values[self.spent], minlength=1)
        reached = np.where(self.least <= spend[self.supplier] * (1 + 1e-9), self.least, -1.0)
        highest = np.full(len(spend), -1.0)
        np.maximum.at(highest, self.supplier, reached)
        return np.asarray(self.switch[self.least != highest[self.supplier]])
