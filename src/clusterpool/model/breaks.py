"""Where the breaks of offers stand in a block of the pooled model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.purchasing import PurchasingPart
    from clusterpool.solver import CompiledModel


@dataclass(frozen=True, eq=False)
class BreakColumns:
    """The columns of breaks, those of an offer one after the other.

    Parameters
    ----------
    offer : array of int
        Of each break a number of its offer.
    quantity, chosen : array of int
        The column of what is bought in it, and of whether it is the one that holds.
    least : array of float
        From what quantity on it holds, in the unit of `quantity`.
    """

    offer: NDArray[np.int64]
    quantity: NDArray[np.int64]
    chosen: NDArray[np.int64]
    least: NDArray[np.float64]

    @classmethod
    def of(cls, compiled: CompiledModel, bought: PurchasingPart | None) -> BreakColumns:
        """Those of a purchasing part; none of a block without one."""
        if bought is None:
            none = np.zeros(0, dtype=np.int64)
            return cls(none, none, none, np.zeros(0))
        case = bought.case
        number = {key: place for place, key in enumerate(case.offers)}
        return cls(
            np.array([number[key] for key, _ in bought.quantity], dtype=np.int64),
            compiled.columns(bought.quantity.values()),
            compiled.columns(bought.chosen[place] for place in bought.quantity),
            np.array([case.segments[key][t].low / case.demand[key] for key, t in bought.quantity], dtype=np.float64),
        )

    def at(self, place: NDArray[np.int64]) -> BreakColumns:
        """Those whose columns are kept, at their new places."""
        kept = (place[self.quantity] >= 0) & (place[self.chosen] >= 0)
        return BreakColumns(self.offer[kept], place[self.quantity[kept]], place[self.chosen[kept]], self.least[kept])
