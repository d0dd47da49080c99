"""Games whose costs are all given: read from a mapping or an array, and kept as one array."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from clusterpool.allocation.coalitions import LARGEST_TABLE
from clusterpool.allocation.costs import NOTHING, Coalition, CoalitionCost, checked, coalition_of, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

Table = Mapping[tuple[str, ...], float | CoalitionCost]


@dataclass(frozen=True, eq=False, slots=True)
class GivenCosts:
    """The costs of all coalitions of some players, bounds as well.

    Parameters
    ----------
    names : tuple of str
        The players, sorted.
    costs : ndarray
        Read-only; entry k is the cost of the players i whose bit i of k is set.
    """

    names: tuple[str, ...]
    costs: NDArray[np.float64]

    def value(self, coalition: Coalition) -> CoalitionCost:
        """The cost of a coalition of these players."""
        cost = float(self.costs[sum(1 << self.names.index(name) for name in coalition)])
        return CoalitionCost(cost, cost)

    def among(self, players: Sequence[str], idle: Coalition) -> NDArray[np.float64]:
        """The costs of the coalitions of some of the players, of whom the idle ones change nothing."""
        if self.names == tuple(players) and not idle:
            return self.costs
        places = np.zeros(2 ** len(players), dtype=np.int64)
        for i, player in enumerate(players):
            bit = 0 if player in idle else 1 << self.names.index(player)
            places[2**i : 2 ** (i + 1)] = places[: 2**i] + bit
        return self.costs[places]


def costs_of_array(players: Sequence[str], names: tuple[str, ...], costs: ArrayLike) -> GivenCosts:
    """The costs of an array in the order of the players' bits, put into the order of their names.

    Raises
    ------
    TypeError
        No numbers.
    ValueError
        Not 2^n finite costs, or a cost of nobody other than 0.
    """
    n = len(names)
    if isinstance(costs, Mapping):
        raise TypeError("from_costs() takes an array of 2^n costs; for a mapping of coalitions: CostGame.from_table()")
    try:
        table = np.array(costs, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"from_costs() takes an array of 2^n numbers, not {costs!r:.60}") from error
    if table.shape != (2**n,) or not np.isfinite(table).all() or table[0] != 0.0:
        raise ValueError(f"{n} players have {2**n} finite costs, of which the first, that of nobody, is 0")
    order = list(players)
    axes = [n - 1 - order.index(name) for name in reversed(names)]  # the last player's bit is the first axis
    return _frozen(names, table.reshape((2,) * n).transpose(axes).reshape(-1))


def _frozen(names: tuple[str, ...], costs: NDArray[np.float64]) -> GivenCosts:
    costs.flags.writeable = False
    return GivenCosts(names, costs)


def costs_of_table(table: Table, idle: Iterable[str]) -> GivenCosts | dict[Coalition, CoalitionCost]:
    """The costs that a mapping gives: as an array where these are those of all coalitions, else one by one.

    Raises
    ------
    TypeError
        No mapping, a coalition written as one text, or a cost that is no number.
    ValueError
        A coalition twice (in two orders), a player twice in one, a cost that is not finite, one of nobody other than 0.
    """
    if not isinstance(table, Mapping):
        raise TypeError(f"from_table() takes a mapping of coalitions to costs, not {type(table).__name__}")
    if not idle and (found := _as_array(table)) is not None:
        return found
    known: dict[Coalition, CoalitionCost] = {}
    for names, cost in table.items():
        coalition = _each_once(names)
        if coalition in known:
            raise ValueError(f"the coalition {name_of(coalition)} is in the table twice")
        known[coalition] = checked(coalition, _value(coalition, cost))
    if known.pop(frozenset(), NOTHING).cost != 0.0:
        raise ValueError("the cost of the empty coalition must be 0")
    return known


def _each_once(names: Any) -> Coalition:  # noqa: ANN401 - whatever the caller wrote
    if not isinstance(names, Collection):
        raise TypeError(f"a coalition is a tuple of members, such as ('A', 'B'), not {names!r}")
    coalition = coalition_of(names)
    if len(coalition) < len(names):
        raise ValueError(f"a coalition names each member once: {tuple(names)!r} has one twice")
    members: Collection[object] = coalition
    if wrong := [name for name in members if not isinstance(name, str)]:
        raise TypeError(f"members are texts: {wrong[0]!r} in {tuple(names)!r} is none")
    return coalition


def _value(coalition: Coalition, cost: Any) -> CoalitionCost:  # noqa: ANN401 - whatever the caller wrote
    if isinstance(cost, CoalitionCost):
        return cost
    if isinstance(cost, str):
        raise TypeError(f"the cost of {name_of(coalition)} is the text {cost!r}: it must be a number")
    try:
        return CoalitionCost(float(cost), float(cost))
    except (TypeError, ValueError) as error:
        raise TypeError(f"the cost of {name_of(coalition)} is {cost!r}: it must be a number") from error


def _as_array(table: Table) -> GivenCosts | None:
    """The table as an array; None where a coalition is missing or anything else asks for a closer look."""
    if set(map(type, table)) != {tuple} or not set(map(type, table.values())) <= {float, int}:
        return None
    flat = list(chain.from_iterable(table))
    if not all(type(name) is str for name in set(flat)):
        return None
    names = tuple(sorted(set(flat)))
    if not 0 < len(names) <= LARGEST_TABLE:
        return None
    bits = {name: 1 << i for i, name in enumerate(names)}
    sizes = np.fromiter(map(len, table), np.int64, len(table))
    of_name = np.fromiter(map(bits.__getitem__, flat), np.int64, len(flat))
    sums = np.concatenate([[0], np.cumsum(of_name)])
    ends = np.cumsum(sizes)
    masks = sums[ends] - sums[ends - sizes]
    costs = np.fromiter(table.values(), np.float64, len(table))
    if not _is_whole(names, masks, sizes) or not np.isfinite(costs).all():
        return None
    every = np.zeros(2 ** len(names))
    every[masks] = costs
    return _frozen(names, every) if every[0] == 0.0 else None


def _is_whole(names: tuple[str, ...], masks: NDArray[np.int64], sizes: NDArray[np.int64]) -> bool:
    """Whether every coalition is there once; a sum of bits with one twice has fewer of them than the names added."""
    count = 2 ** len(names)
    if len(masks) not in {count - 1, count} or masks.max() >= count or (np.bitwise_count(masks) != sizes).any():
        return False
    seen = np.bincount(masks, minlength=count)
    return bool(seen.max() == 1 and seen[1:].min() == 1)
