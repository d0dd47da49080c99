"""Which trips matter to a coalition: what the pool's own plan used or nearly used, and what could replace it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from clusterpool.model import Block, Rides
    from clusterpool.search.records import Hint


def rides_of(block: Block, coalition: Collection[str]) -> int:
    """How many rides a coalition may choose among."""
    return int(np.isin(block.rides.member, sorted(coalition)).sum())


def _losing(rides: Rides, hint: Hint, members: Collection[str]) -> NDArray[np.bool_]:
    """The trips of the pool's plan that carry something of a member that is not there."""
    losing = np.zeros(len(rides.trips), dtype=np.bool_)
    losing[rides.trip[hint.riding & ~np.isin(rides.member, sorted(members))]] = True
    return losing


def kept_trips(rides: Rides, hint: Hint, members: Collection[str]) -> NDArray[np.bool_]:
    """The trips of the pool's plan that lose nothing: they run as they did."""
    return hint.used & ~_losing(rides, hint, members)


def neighbourhood(rides: Rides, hint: Hint, members: Collection[str]) -> NDArray[np.bool_]:
    """Trips that a plan of the pool considered, and those that share cargo with a trip of it that loses a member."""
    inside = np.isin(rides.member, sorted(members))
    stranded = np.unique(rides.cargo[hint.riding & inside & _losing(rides, hint, members)[rides.trip]])
    sharing = np.zeros(len(rides.trips), dtype=np.bool_)
    sharing[rides.trip[np.isin(rides.cargo, stranded)]] = True
    foreign = np.zeros(len(rides.trips), dtype=np.bool_)
    foreign[rides.trip[~inside]] = True
    return hint.considered | (sharing & ~foreign)
