"""Where freight stands in a block of the pooled model: trips, what may ride on them, and what loads cost without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulp
    from numpy.typing import NDArray

    from clusterpool.freight.loads import Cargo
    from clusterpool.freight.model import FreightPart
    from clusterpool.solver import CompiledModel


@dataclass(frozen=True, eq=False)
class Rides:
    """Where trips and what may ride on them stand among the columns of a block.

    Parameters
    ----------
    trips : array of int
        The column of each known trip.
    columns, trip, cargo : array of int
        Of each ride: its column, its trip's place in `trips`, and a number of its cargo.
    member : array of str
        Of each ride: whose cargo it is.
    """

    trips: NDArray[np.int64]
    columns: NDArray[np.int64]
    trip: NDArray[np.int64]
    cargo: NDArray[np.int64]
    member: NDArray[np.str_]

    @classmethod
    def of(cls, compiled: CompiledModel, carried: FreightPart | None) -> Rides:
        """Those of a freight part; none of a block without one."""
        if carried is None:
            none = np.zeros(0, dtype=np.int64)
            return cls(none, none, none, none, np.zeros(0, dtype=np.str_))
        found = list(carried.rides())
        numbers: dict[Cargo, int] = {}
        return cls(
            compiled.columns(carried.used.values()),
            compiled.columns(carried.riding[trip, k] for trip, k, _ in found),
            np.array([trip for trip, _, _ in found], dtype=np.int64),
            np.array([numbers.setdefault(ride.cargo, len(numbers)) for _, _, ride in found], dtype=np.int64),
            np.array([carried.case.cargo(ride.cargo).member for _, _, ride in found], dtype=np.str_),
        )


@dataclass(frozen=True, eq=False)
class Alternatives:
    """What loads cost that ride on no trip: it stands in the cost of their members' membership.

    Parameters
    ----------
    membership : array of int
        Of each load the column of its member's membership.
    anchor : array of int
        The column of its first ride, or of its part by groupage; -1 where nothing takes it.
    cost, shortage : array of float
        What its alternative costs, and the part of that which is the price of leaving it unmet.
    """

    membership: NDArray[np.int64]
    anchor: NDArray[np.int64]
    cost: NDArray[np.float64]
    shortage: NDArray[np.float64]

    @classmethod
    def of(cls, compiled: CompiledModel, membership: Mapping[str, int], carried: FreightPart | None) -> Alternatives:
        """Those of a freight part; none of a block without one."""
        if carried is None:
            none = np.zeros(0, dtype=np.int64)
            return cls(none, none, np.zeros(0), np.zeros(0))
        codes = list(carried.alternatives)
        others = list(carried.alternatives.values())
        first: dict[Cargo, pulp.LpVariable] = dict(carried.rest)
        for trip, k, ride in carried.rides():
            first.setdefault(ride.cargo, carried.riding[trip, k])
        column = dict(zip(first, compiled.columns(first.values()).tolist(), strict=True))
        return cls(
            np.array([membership[carried.case.cargo(code).member] for code in codes], dtype=np.int64),
            np.array([column.get(code, -1) for code in codes], dtype=np.int64),
            np.array([other.cost for other in others], dtype=np.float64),
            np.array([other.cost if other.tariff is None else 0.0 for other in others], dtype=np.float64),
        )
