"""What coalitions cost, piece by piece: solved on any executor, remembered, and kept on disk by content.

The pooled model falls into pieces that share nothing but membership (`clusterpool.search.pieces_of`); what a coalition
costs in a piece depends on its members with needs there. Each is solved once, whatever coalition asks for it. The key
on disk is the content of the piece's arrays, the options and the versions of what solves it: a price that changes
leaves the figures of all other pieces good.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation import Blocks, CoalitionCost
from clusterpool.cache import digest
from clusterpool.executors import run_all
from clusterpool.game import parcels
from clusterpool.game.parcels import LEAST_CHUNK_S, Pace, Parcel, by_number, solve_parcels
from clusterpool.game.together import Together
from clusterpool.game.twins import alike, twins
from clusterpool.plan import Stage
from clusterpool.search import PieceCost, grand_basis, is_all_searched, pieces_of
from clusterpool.solver import Resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from clusterpool.cache import Cache
    from clusterpool.optimize import Groundwork
    from clusterpool.search import Hint, Served, Task
    from clusterpool.solver import Basis, Deadline, SolveOptions

Coalition = frozenset[str]
Piece = tuple[int, Coalition]
SOLVERS = ("clusterpool", "highspy", "pulp")


@dataclass(frozen=True, eq=False)
class PoolOracle:
    """Solves coalitions of a pool's members over the known trips, each piece of the model by itself.

    Parameters
    ----------
    members_of : mapping of player to frozenset of members
        Each member itself, or a cluster's members.
    pieces : tuple of Task
        What the pooled model falls into.
    hint : Hint or None
        What the pool's own plan says about large coalitions.
    cache : Cache or None
        Figures of earlier runs.
    solved : dict
        What is solved already: by piece, and members that have needs in it.
    """

    ground: Groundwork
    options: SolveOptions
    deadline: Deadline
    members_of: Mapping[str, Coalition]
    pieces: tuple[Task, ...]
    twins: tuple[tuple[str, ...], ...]
    hint: Hint | None = None
    cache: Cache | None = None
    executor: Executor | None = None
    progress: Callable[[Stage], None] | None = None
    solved: dict[Piece, PieceCost] = field(default_factory=dict)
    bases: dict[int, Basis | None] = field(default_factory=dict)
    resolvers: dict[int, Resolver] = field(default_factory=dict)
    packed: dict[int, Parcel] = field(default_factory=dict)

    @cached_property
    def blocks(self) -> Blocks:
        """The game as the sum of its pieces."""
        players = []
        for membership in self._membership:
            inside = {*membership, *(m for some in self.twins for m in some if membership.keys() & set(some))}
            players.append(tuple(sorted(player for player, some in self.members_of.items() if some & inside)))
        classes = tuple(some for some, _ in alike(self.twins, self.members_of))
        return Blocks(tuple(players), self.costs, self._work, classes, self.affordable, self.executor)

    @cached_property
    def _membership(self) -> list[Mapping[str, int]]:
        return [piece.blocks[0].membership for piece in self.pieces]

    @cached_property
    def _needing(self) -> list[Coalition]:
        return [frozenset(membership) for membership in self._membership]

    @cached_property
    def _work(self) -> tuple[float, ...]:
        sizes = np.array([len(piece.blocks[0].arrays.cost) for piece in self.pieces], dtype=np.float64)
        return tuple((sizes / sizes.sum()).tolist())

    @cached_property
    def pace(self) -> Pace:
        """How long solves took so far."""
        return Pace(self._work)

    def affordable(self) -> float:
        """How many whole coalitions the time left allows to solve, as far as the solves so far tell."""
        pace = self.pace.a_whole()
        left = self.deadline.remaining()
        return left / pace if pace > 0.0 else (0.0 if left <= 0.0 else np.inf)

    def costs(self, asked: Sequence[tuple[int, Coalition]], executor: Executor | None) -> list[CoalitionCost]:
        """Cost, bound and parts of coalitions of players within pieces."""
        wanted = [(number, self._standing(number, players)) for number, players in asked]
        self._fill({piece for piece in wanted if piece[1]}, executor)
        return [_cost(self.solved[piece]) if piece[1] else _cost(NOTHING) for piece in wanted]

    def plans_alone(self) -> dict[Piece, PieceCost]:
        """The plan of each member alone in each piece, of every one of members with the same needs, too.

        Raises
        ------
        NoPlanError
            If the time limit struck first; what was found stays.
        """
        wanted = {(k, frozenset({member})) for k, needing in enumerate(self._needing) for member in needing}
        self._fill(wanted, self.executor)
        return {piece: self.solved[piece] for piece in sorted(wanted, key=_largest_first)}

    def _fill(self, wanted: Collection[Piece], executor: Executor | None) -> None:
        """Solve what is not known yet; the plans of parts together count for what an earlier run solved, too.

        A run that was killed may have written a cost before it was compared with the costs of parts.
        """
        unknown = sorted((piece for piece in wanted if piece not in self.solved), key=_largest_first)
        keys = self._recall(unknown)
        missing = [piece for piece in unknown if piece not in self.solved]
        done = 0
        for number, some, found in self._solve(missing, executor):
            pieces = [(number, coalition) for coalition in some]
            self.solved.update(zip(pieces, found, strict=True))
            self._remember(pieces, keys)
            done += len(some)
            if self.progress is not None:
                self.progress(Stage("coalitions", done, len(missing)))
        self._remember(self._together.of_pairs(unknown), keys)

    def cheaper_plans(self) -> dict[int, PieceCost]:
        """Plans of the grand coalition, by piece, that are known plans of a partition and cost less than its own."""
        return self._together.of_partitions(self._needing)

    @property
    def _together(self) -> Together:
        return Together(self.pieces, self.solved, self.options, self.deadline)

    def learn(self, coalition: Coalition, served: Served) -> None:
        """Take the plan of a coalition, such as the whole pool's, as what it costs in every piece."""
        for number, cost in enumerate(served.pieces):
            members = coalition & self._needing[number]
            if members:
                self.solved.setdefault((number, members), cost)

    def shortage(self, player: str) -> float:
        """The part of what a player costs alone that prices unmet needs."""
        pieces = ((k, self._standing(k, frozenset({player}))) for k in range(len(self.pieces)))
        return sum(self.solved[piece].shortage for piece in pieces if piece[1] and piece in self.solved)

    @property
    def limit_struck(self) -> bool:
        """Whether a time limit cut any solve."""
        return any(one.limit_struck for one in self.solved.values())

    def _standing(self, number: int, players: Coalition) -> Coalition:
        """The members with needs in a piece that stand for some players: of twins the first ones."""
        members = frozenset[str]().union(*(self.members_of[player] for player in players))
        for same in self.twins:
            inside = sum(member in members for member in same)
            if inside:
                members = members.difference(same).union(same[:inside])
        return members & self._needing[number]

    def _solve(
        self, missing: Sequence[Piece], executor: Executor | None
    ) -> Iterator[tuple[int, list[Coalition], list[PieceCost]]]:
        """Solve pieces, here or in chunks elsewhere."""
        if executor is None:
            yield from (self._here(number, one) for number, one in missing)
            return
        probes = self._probes(missing)
        begun = time.perf_counter()
        tried = []
        while probes and time.perf_counter() - begun < LEAST_CHUNK_S:
            tried.append(probes.pop(0))
            yield self._here(*tried[-1])
        rest = [piece for piece in missing if piece not in set(tried)]
        chunks = self.pace.chunks(rest)
        jobs = [([(self._parcel(number), some) for number, some in chunk], *self._limits) for chunk in chunks]
        for chunk, found in zip(chunks, run_all(executor, solve_parcels, jobs), strict=True):
            for (number, some), timed in zip(chunk, found, strict=True):
                self.pace.count(number, timed)
                yield number, some, [cost for cost, _ in timed]

    def _probes(self, missing: Sequence[Piece]) -> list[Piece]:
        """A coalition of each piece whose pace is unknown, those with most work first: solved here to learn it."""
        first = {number: (number, some[0]) for number, some in by_number(missing) if number not in self.pace.of_piece}
        return sorted(first.values(), key=lambda piece: (-self._work[piece[0]], piece[0]))

    def _here(self, number: int, coalition: Coalition) -> tuple[int, list[Coalition], list[PieceCost]]:
        piece, basis = self.pieces[number], self._basis(number)
        try:
            found = parcels.solve_coalitions(
                piece, [coalition], *self._limits, self.hint, basis, resolver=self._resolver(number)
            )
        except KeyboardInterrupt:
            self.resolvers.pop(number, None)  # its solver may still be at work
            raise
        self.pace.count(number, found)
        return number, [coalition], [cost for cost, _ in found]

    @property
    def _limits(self) -> tuple[SolveOptions, Deadline]:
        return self.options, self.deadline

    def _parcel(self, number: int) -> Parcel:
        """A piece as it travels, packed once."""
        if number not in self.packed:
            self.packed[number] = Parcel.of(self.pieces[number], self.hint, self._basis(number))
        return self.packed[number]

    def _basis(self, number: int) -> Basis | None:
        """Where the relaxations of a piece start: at the optimal basis of everybody's; None where it is searched."""
        if number not in self.bases:
            piece = self.pieces[number]
            self.bases[number] = None if is_all_searched(piece) else grand_basis(piece)
        return self.bases[number]

    def _resolver(self, number: int) -> Resolver | None:
        """One a piece, kept for this process."""
        basis = self._basis(number)
        if basis is None:
            return None
        if number not in self.resolvers:
            self.resolvers[number] = Resolver.of(self.pieces[number].blocks[0].arrays, basis)
        return self.resolvers[number]

    def _recall(self, missing: Sequence[Piece]) -> dict[Piece, str]:
        """Take over what the cache knows; gives the keys of all."""
        if self.cache is None:
            return {}
        keys = {piece: self._key(piece) for piece in missing}
        found = self.cache.get(list(keys.values()))
        for piece, key in keys.items():
            if key in found:
                self.solved[piece] = PieceCost.of(found[key])
        return keys

    def _remember(self, pieces: Sequence[Piece], keys: Mapping[Piece, str]) -> None:
        """Write what no clock has cut."""
        if self.cache is not None:
            whole = {keys[piece]: self.solved[piece] for piece in pieces if not self.solved[piece].limit_struck}
            self.cache.put({key: one.figures for key, one in whole.items()})

    def _key(self, piece: Piece) -> str:
        number, members = piece
        columns = sorted(self._membership[number][member] for member in members)
        hinted = self._hint_digest if is_all_searched(self.pieces[number]) else ""
        return digest([self._digests[number], hinted, json.dumps(columns)])

    @cached_property
    def _digests(self) -> list[str]:
        options = {name: value for name, value in asdict(self.options).items() if name != "time_limit_s"}
        settings = json.dumps([options, {name: version(name) for name in SOLVERS}], sort_keys=True)
        return [digest([settings, *_content(piece)]) for piece in self.pieces]

    @cached_property
    def _hint_digest(self) -> str:
        hint = self.hint
        return (
            ""
            if hint is None
            else digest([hint.considered, hint.used, hint.riding, repr(hint.freight), hint.buying.value])
        )


def pool_oracle(  # noqa: PLR0913 - all but four are options
    ground: Groundwork,
    options: SolveOptions,
    deadline: Deadline,
    members_of: Mapping[str, Coalition],
    *,
    hint: Hint | None = None,
    cache: Cache | None = None,
    executor: Executor | None = None,
    progress: Callable[[Stage], None] | None = None,
    solved: dict[Piece, PieceCost] | None = None,
) -> PoolOracle:
    """The oracle of a pool's game.

    Parameters
    ----------
    solved : dict, optional
        What another oracle of this game has solved; this one adds to it.
    """
    return PoolOracle(
        ground,
        options,
        deadline,
        members_of,
        pieces_of(ground.task),
        twins(ground.pool),
        hint=hint,
        cache=cache,
        executor=executor,
        progress=progress,
        solved={} if solved is None else solved,
    )


NOTHING = PieceCost(0.0, 0.0, 0.0, 0.0)


def _cost(one: PieceCost) -> CoalitionCost:
    return CoalitionCost(one.purchases + one.freight, one.bound, one.purchases, one.freight)


def _largest_first(piece: Piece) -> tuple[int, int, list[str]]:
    return piece[0], -len(piece[1]), sorted(piece[1])


def _content(piece: Task) -> Iterator[str | np.ndarray]:
    """Everything that what a coalition costs in a piece depends on, but its members."""
    blocks = [piece.blocks[0], *([piece.steering.block] if piece.steering is not None else [])]
    for block in blocks:
        arrays = block.arrays
        yield repr(arrays.offset)
        yield from (arrays.cost, arrays.lower, arrays.upper, arrays.integer, arrays.row_lower, arrays.row_upper)
        yield from (arrays.row_start, arrays.col_index, arrays.value, block.buying, block.shortage, block.goods)
        rides = block.rides
        yield from (rides.trips, rides.columns, rides.trip, rides.cargo)
    membership = piece.blocks[0].membership
    yield json.dumps(sorted((membership[member], cost) for member, cost in piece.least.items() if member in membership))
