"""The cost game: what each coalition of members would pay by itself, solved when asked and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.blocks import Blocks
from clusterpool.allocation.coalitions import power_set
from clusterpool.allocation.costs import (
    NAMED_AT_MOST,
    NOTHING,
    CoalitionCost,
    Part,
    by_size,
    checked,
    coalition_of,
    name_of,
    refuse,
)
from clusterpool.allocation.given import GivenCosts, costs_of_array, costs_of_table
from clusterpool.allocation.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from concurrent.futures import Executor

    from numpy.typing import ArrayLike, NDArray

    from clusterpool.allocation.costs import Coalition, Oracle
    from clusterpool.allocation.proven import Proven
    from clusterpool.allocation.row_generation.separation import Separation


class CostGame:
    """A cost game: c(S) for every coalition S of the players, solved when asked and remembered; c of nobody is 0.

    Parameters
    ----------
    players : iterable of str
        The members; kept sorted.
    oracle : callable or Blocks
        Gets a sequence of coalitions (frozensets, in a fixed order, none known yet) and returns a `CoalitionCost` each;
        or the blocks whose costs add up to the game's.
    idle : iterable of str
        Members without needs: c(S with i) = c(S) for every S. They are never handed to the oracle and pay 0 under
        every rule.
    separation : Separation, optional
        Finds the coalitions that shares treat worst, for rules and proofs that cannot list all coalitions.

    Raises
    ------
    ValueError
        No player or a player twice; later, when an oracle gives a cost that is not finite or a bound above the cost.
    KeyError
        A name in `idle`, or in a coalition asked for, that is no player.

    Examples
    --------
    >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
    >>> game.players, game.cost(("A", "B"))
    (('A', 'B'), 10.0)
    """

    def __init__(
        self,
        players: Iterable[str],
        oracle: Oracle | Blocks,
        *,
        idle: Iterable[str] = (),
        separation: Separation | None = None,
    ) -> None:
        self._players = _sorted_players(players)
        self._store = Store(oracle)
        self._part: Part | None = None
        self._idle = self._known_players(coalition_of(idle))
        self._separation = separation
        self._given: GivenCosts | None = None

    @classmethod
    def from_table(
        cls, table: Mapping[tuple[str, ...], float | CoalitionCost], *, idle: Iterable[str] = ()
    ) -> CostGame:
        """The game whose costs are given; members that change no coalition's cost are players, too, as in text-books.

        Parameters
        ----------
        table : mapping of tuple of str to float or CoalitionCost
            The cost of each coalition, any finite numbers. Not all need be there: asking for a missing one is an error.
        idle : iterable of str
            Members without needs that are in none of these coalitions: they pay 0 under every rule.

        Raises
        ------
        ValueError
            A coalition twice (in two orders), a player twice in one, a cost that is not finite, a cost of nobody other
            than 0, or no player.
        TypeError
            No mapping, a coalition written as one text instead of a tuple, or a cost that is no number.
        """
        idle = coalition_of(idle)
        given = costs_of_table(table, idle)
        if isinstance(given, GivenCosts):
            game = cls(given.names, refuse)
            game._given = given
        else:
            game = cls(idle.union(*given), refuse, idle=idle)
            game._store.known.update(given)
        return game

    @classmethod
    def from_costs(cls, players: Iterable[str], costs: ArrayLike) -> CostGame:
        """The game of an array of all 2^n costs, for games too large for a mapping; as `from_table` else.

        Parameters
        ----------
        players : iterable of str
            In the order of their bits.
        costs : array or sequence of numbers
            Entry k is the cost of the players i whose bit i of k is set; entry 0 is 0.

        Raises
        ------
        ValueError
            Not 2^n finite costs, a cost of nobody other than 0, no player or one twice.
        TypeError
            The costs are no numbers.

        Examples
        --------
        >>> game = CostGame.from_costs(["A", "B"], np.array([0.0, 6.0, 7.0, 10.0]))
        >>> game.cost(("B",)), game.players
        (7.0, ('A', 'B'))
        """
        if isinstance(players, str) or not isinstance(players, Sequence):
            players = tuple(players)
        names = _sorted_players(players)
        game = cls(names, refuse)
        game._given = costs_of_array(players, names, costs)
        return game

    @property
    def players(self) -> tuple[str, ...]:
        """The players, sorted."""
        return self._players

    @property
    def idle(self) -> Coalition:
        """The members without needs."""
        return self._idle

    @property
    def separation(self) -> Separation | None:
        """Who finds the worst coalitions of all members that have needs; None in the game of a part or of some."""
        return self._separation

    @property
    def solved(self) -> dict[Coalition, CoalitionCost]:
        """The coalitions known so far with their values, by size and then by name."""
        known = self._store.known if self._given is None else power_set(sorted(set(self._players) - self._idle))[1:]
        return {c: self._value(c) for c in sorted(known, key=by_size) if c.issubset(self._players)}

    @property
    def solves(self) -> int:
        """How many coalitions were solved so far; what is learned from elsewhere does not count."""
        return self._store.solves

    @property
    def proven(self) -> Proven:
        """What was proven of all coalitions of the members that have needs; nothing in a game without separation."""
        return self._store.proven

    @property
    def unsolved(self) -> int:
        """How many coalitions of members with needs are not known yet."""
        if self._given is not None:
            return 0
        active = set(self._players) - self._idle
        return int(2 ** len(active)) - 1 - sum(c <= active for c in self._store.known)

    @property
    def blocks(self) -> Blocks | None:
        """The blocks that the game is the sum of; None where it is not known to be one."""
        oracle = self._store.oracle
        return oracle if isinstance(oracle, Blocks) else None

    @property
    def alike(self) -> tuple[tuple[str, ...], ...]:
        """The classes of two players or more that are known to have the same needs."""
        some = () if self.blocks is None else self.blocks.alike
        inside = (tuple(player for player in same if player in self._players) for same in some)
        return tuple(same for same in inside if len(same) > 1)

    def using(self, executor: Executor) -> CostGame:
        """The same game, its solved coalitions shared, that solves further ones on an executor.

        An oracle that is a plain function gets them in chunks and must travel to the executor's workers.
        """
        game = copy(self)
        vars(game).update(_store=self._store.using(executor))
        return game

    def value(self, coalition: Iterable[str]) -> CoalitionCost:
        """Cost, bound and parts of a coalition; solved if it is not known yet."""
        key = self._key(coalition)
        if self._given is None:
            self._store.solve((key,))
        return self._value(key)

    def _value(self, key: Coalition) -> CoalitionCost:
        known = self._store.known.get(key, NOTHING)  # only nobody is not there
        value = known if self._given is None else self._given.value(key)
        return value if self._part is None else checked(key, self.of_its_part(value))

    def of_its_part(self, value: CoalitionCost) -> CoalitionCost:
        """A coalition's cost as this game sees it: of its part, if it is the game of one."""
        return value if self._part is None else value.of_part(self._part)

    def values(self, coalitions: Sequence[Coalition]) -> list[CoalitionCost]:
        """The value of each of some coalitions, those lacking solved in one call of the oracle."""
        self.solve(coalitions)
        return [self.value(coalition) for coalition in coalitions]

    def cost(self, coalition: Iterable[str]) -> float:
        """The cost of the best plan known of a coalition."""
        return self.value(coalition).cost

    def bound(self, coalition: Iterable[str]) -> float:
        """What no plan of a coalition goes below."""
        return self.value(coalition).bound

    def solve(self, coalitions: Iterable[Iterable[str]]) -> None:
        """Solve those of the coalitions that are not known yet, in one call of the oracle."""
        keys = [self._key(coalition) for coalition in coalitions]
        if self._given is None:
            self._store.solve(keys)

    def learn(self, coalition: Iterable[str], value: CoalitionCost) -> None:
        """Take the cost of a plan found elsewhere for a coalition that is not solved yet."""
        key = self._key(coalition)
        if self._part is None and key and self._given is None:
            self._store.known.setdefault(key, checked(key, value))

    def lacking(self, coalitions: Iterable[Iterable[str]]) -> int:
        """How many of the coalitions would have to be solved."""
        if self._given is not None:
            return 0
        return len({key for c in coalitions if (key := self._key(c)) and key not in self._store.known})

    def part(self, part: Part) -> CostGame:
        """The game of one part of the cost over the same solved coalitions; ValueError where the split is unknown."""
        return self._variant(self._players, self._idle, Part(part))

    def without_idle(self) -> CostGame:
        """The game of the members that have needs, over the same solved coalitions."""
        active = tuple(player for player in self._players if player not in self._idle)
        return self._variant(active, frozenset(), self._part)

    def among(self, players: Iterable[str]) -> CostGame:
        """The game of some of the players, over the same solved coalitions; ValueError where there is none.

        Examples
        --------
        >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
        >>> game.among(["B"]).cost(("B",))
        7.0
        """
        some = _sorted_players(self._known_players(coalition_of(players)))
        return self._variant(some, self._idle & set(some), self._part)

    def _variant(self, players: tuple[str, ...], idle: Coalition, part: Part | None) -> CostGame:
        game = copy(self)
        everybody = part is None and set(players) >= set(self._players) - self._idle
        vars(game).update(_players=players, _idle=idle, _part=part, _separation=self._separation if everybody else None)
        return game

    def table(self, max_players: int = 16) -> NDArray[np.float64]:
        """The costs of all coalitions, read-only; coalition k holds player i where bit i of k is set.

        Raises
        ------
        ValueError
            More than `max_players` players.
        """
        return self._full("cost", max_players)

    def bounds(self, max_players: int = 16) -> NDArray[np.float64]:
        """The bounds of all coalitions, in the order of `table`."""
        return self._full("bound", max_players)

    def _full(self, field: str, max_players: int) -> NDArray[np.float64]:
        n = len(self._players)
        if n > max_players:
            raise ValueError(
                f"{n} players have 2^{n} coalitions; a full table is made for at most {max_players} players"
            )
        if self._given is not None and self._part is None:
            return self._given.among(self._players, self._idle)
        key = (self._players, self._part, field)
        if key not in self._store.full:
            coalitions = power_set(self._players)
            self.solve(coalitions)
            values = [getattr(self._value(coalition - self._idle), field) for coalition in coalitions]
            self._store.full[key] = np.array(values, dtype=np.float64)
            self._store.full[key].flags.writeable = False
        return self._store.full[key]

    def _known_players(self, coalition: Coalition) -> Coalition:
        if unknown := coalition - set(self._players):
            raise KeyError(f"no player of this game: {name_of(unknown)}; its players are {name_of(self._players)}")
        return coalition

    def _key(self, coalition: Iterable[str]) -> Coalition:
        return self._known_players(coalition_of(coalition)) - self._idle

    def __repr__(self) -> str:
        names = ", ".join(self._players[:NAMED_AT_MOST]) + (", ..." if len(self._players) > NAMED_AT_MOST else "")
        every = 2 ** len(set(self._players) - self._idle) - 1
        solved = every - self.unsolved
        whole = frozenset(self._players)
        total = "" if self.lacking([whole]) else f", c(N) = {self.cost(whole):,.10g}"
        of = "all" if solved == every else f"{solved} of {every}"
        return f"<CostGame of {len(self._players)} players ({names}): {of} coalitions solved{total}>"


def _sorted_players(players: Iterable[str]) -> tuple[str, ...]:
    names = sorted(players)
    if not names:
        raise ValueError("a game needs at least one player")
    if len(set(names)) < len(names):
        raise ValueError(f"a player is named twice in {names}")
    return tuple(names)
