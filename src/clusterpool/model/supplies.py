"""Where the needs stand in a block of the pooled model: what may serve each, and how large it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from clusterpool.purchasing import PurchasingPart
    from clusterpool.solver import CompiledModel

OUTSIDE, UNMET = -1, -2
"""What serves a need that no offer serves."""


@dataclass(frozen=True, eq=False)
class SupplyColumns:
    """The columns of the parts in which needs are served, one entry a pair of a need and what may serve it.

    Parameters
    ----------
    column : array of int
        Where the part stands.
    need, offer : array of int
        Numbers of the need and of the offer; `OUTSIDE` and `UNMET` instead of an offer.
    membership : array of int
        The column of the membership of the need's member.
    quantity : array of float
        All of the need, in units.
    """

    column: NDArray[np.int64]
    need: NDArray[np.int64]
    offer: NDArray[np.int64]
    membership: NDArray[np.int64]
    quantity: NDArray[np.float64]

    @classmethod
    def of(cls, compiled: CompiledModel, membership: Mapping[str, int], bought: PurchasingPart | None) -> SupplyColumns:
        """Those of a purchasing part; none of a block without one."""
        if bought is None:
            none = np.zeros(0, dtype=np.int64)
            return cls(none, none, none, none, np.zeros(0))
        needs, number = bought.case.needs, {key: j for j, key in enumerate(bought.case.offers)}
        found = [
            *((k, number[s, needs[k].item], variable) for (s, k), variable in bought.supply.items()),
            *((k, OUTSIDE, variable) for k, variable in bought.outside.items()),
            *((k, UNMET, variable) for k, variable in bought.unmet.items()),
        ]
        return cls(
            compiled.columns(variable for _, _, variable in found),
            np.array([k for k, _, _ in found], dtype=np.int64),
            np.array([offer for _, offer, _ in found], dtype=np.int64),
            np.array([membership[needs[k].member] for k, _, _ in found], dtype=np.int64),
            np.array([needs[k].quantity for k, _, _ in found], dtype=np.float64),
        )

    def at(self, place: NDArray[np.int64]) -> SupplyColumns:
        """Those whose columns are kept, at their new places."""
        kept = place[self.column] >= 0
        return SupplyColumns(
            place[self.column[kept]],
            self.need[kept],
            self.offer[kept],
            place[self.membership[kept]],
            self.quantity[kept],
        )
