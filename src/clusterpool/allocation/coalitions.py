"""Sets of coalitions as arrays: coalition k holds player i where bit i of k is set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

T = TypeVar("T")
LARGEST_TABLE = 24
"""The most players whose full table a rule is computed from."""


def power_set(items: Iterable[T]) -> list[frozenset[T]]:
    """Every subset of the items; subset k holds item i where bit i of k is set."""
    subsets = [frozenset[T]()]
    for item in items:
        subsets += [subset | {item} for subset in subsets]
    return subsets


def player_count(table: NDArray[np.float64]) -> int:
    """The number of players of a full table of 2^n costs."""
    return len(table).bit_length() - 1


def subset_sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of `values` over the players of each of the 2^n coalitions."""
    half = len(values) // 2
    low, high = (_members(len(some)) @ some for some in (values[:half], values[half:]))
    return np.add.outer(high, low).reshape(-1)


@lru_cache
def _members(n: int) -> NDArray[np.float64]:
    """The incidence rows of all 2^n coalitions."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(np.float64)


def places_of_kinds(
    players: Sequence[str], alike: Iterable[Iterable[str]], kinds: Sequence[Hashable]
) -> list[list[int]]:
    """The places of players of one class and of one kind, two or more.

    Parameters
    ----------
    alike : iterable of classes of players
    kinds : sequence, one a player
        What tells players of one class apart, such as their weights.

    Examples
    --------
    >>> places_of_kinds("ABCD", ["ABD"], [1.0, 2.0, 1.0, 1.0])
    [[0, 3]]
    """
    place = {player: number for number, player in enumerate(players)}
    found: dict[tuple[int, Hashable], list[int]] = {}
    for number, same in enumerate(alike):
        for player in same:
            found.setdefault((number, kinds[place[player]]), []).append(place[player])
    return [places for places in found.values() if len(places) > 1]


def sizes(n: int) -> NDArray[np.int64]:
    """How many players each of the 2^n coalitions holds."""
    return np.bitwise_count(np.arange(2**n, dtype=np.uint64)).astype(np.int64)


def alone(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cost of each player alone."""
    return np.take(table, 1 << np.arange(player_count(table)))


def marginal(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each player adds to the cost of all the others: c(N) - c(N without i)."""
    complements = len(table) - 1 - (1 << np.arange(player_count(table)))
    return float(table[-1]) - np.take(table, complements)


def without(table: NDArray[np.float64], i: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The entries of the coalitions without player i, and of the same coalitions with i, as two views."""
    pairs = table.reshape(-1, 2, 2**i)
    return pairs[:, 0], pairs[:, 1]


class CoalitionSet(Protocol):
    """Coalitions that can be scanned all at once, other than nobody and everybody."""

    @property
    def n(self) -> int:
        """The number of players."""
        ...

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of `values` over the members of each coalition, an array of its own."""
        ...

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """The incidence rows (1 where the player is in) of the coalitions with these numbers."""
        ...


@dataclass(frozen=True, slots=True)
class EveryCoalition:
    """All coalitions of n players but nobody and everybody; number k is bitmask k + 1."""

    n: int

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of `values` over the members of each coalition."""
        return subset_sums(values)[1:-1]

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """The incidence rows of the coalitions with these numbers."""
        return ((numbers[:, None] + 1 >> np.arange(self.n)) & 1).astype(np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class ListedCoalitions:
    """Some coalitions, given by their incidence rows."""

    members: NDArray[np.float64]

    @property
    def n(self) -> int:
        """The number of players."""
        return int(self.members.shape[1])

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of `values` over the members of each coalition."""
        return self.members @ values

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """The incidence rows of the coalitions with these numbers."""
        return self.members[numbers]
