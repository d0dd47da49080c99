"""The blocks whose costs add up to a game's: each has players of its own, and the others add nothing to its cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clusterpool.allocation.costs import Coalition, CoalitionCost

if TYPE_CHECKING:
    from concurrent.futures import Executor

Piece = tuple[int, Coalition]
"""A block's number and some of its players."""
PieceOracle = Callable[[Sequence[Piece], "Executor | None"], Sequence[CoalitionCost]]


@dataclass(frozen=True, eq=False)
class Blocks:
    """The blocks of a game, solved when asked and remembered.

    Parameters
    ----------
    players : tuple of tuple of str
        Of each block the players with needs in it.
    solve : callable
        Gets a sequence of (block number, coalition of its players) and an executor or None; returns a `CoalitionCost`
        each.
    work : tuple of float
        The part of the work of solving a whole coalition that each block takes; they sum to 1.
    alike : tuple of tuple of str
        Classes of players with the same needs: c_b depends only on how many of each class are in a coalition.
    affordable : callable
        How many whole coalitions the time left allows to solve; infinity without a time limit.
    executor : Executor or None
        Where coalitions are solved.
    """

    players: tuple[tuple[str, ...], ...]
    solve: PieceOracle
    work: tuple[float, ...]
    alike: tuple[tuple[str, ...], ...] = ()
    affordable: Callable[[], float] = lambda: math.inf
    executor: Executor | None = None
    known: dict[Piece, CoalitionCost] = field(default_factory=dict)

    def using(self, executor: Executor | None) -> Blocks:
        """The same blocks, what is known of them shared, solved on another executor."""
        return replace(self, executor=executor)

    def pieces(self, coalition: Coalition) -> list[Piece]:
        """What a coalition is in each block where it has needs."""
        found = ((block, coalition.intersection(players)) for block, players in enumerate(self.players))
        return [(block, inside) for block, inside in found if inside]

    def costs(self, pieces: Sequence[Piece]) -> list[CoalitionCost]:
        """Cost, bound and parts of each coalition within its block."""
        wanted = [self.standing(piece) for piece in pieces]
        missing = sorted({p for p in wanted if p not in self.known}, key=lambda p: (p[0], -len(p[1]), sorted(p[1])))
        if missing:
            self.known.update(zip(missing, self.solve(missing, self.executor), strict=True))
        return [self.known[piece] for piece in wanted]

    def standing(self, piece: Piece) -> Piece:
        """The piece that stands for it: of players that are alike the first ones."""
        block, coalition = piece
        for some in self.alike:
            inside = sum(player in coalition for player in some)
            if inside:
                coalition = coalition.difference(some).union(some[:inside])
        return block, coalition

    def tables_work(self, players: Sequence[str]) -> float:
        """The work of solving every coalition of some players within every block, in whole coalitions."""
        return math.fsum(self.table_work(block, players) for block in range(len(self.players)))

    def table_work(self, block: int, players: Sequence[str]) -> float:
        """The same within one block."""
        return self.work[block] * self._coalitions(block, set(players))

    def _coalitions(self, block: int, players: set[str]) -> float:
        """How many coalitions of some players differ within a block."""
        inside = players.intersection(self.players[block])
        classes = [len(inside.intersection(some)) for some in self.alike]
        return 2.0 ** (len(inside) - sum(classes)) * math.prod(size + 1 for size in classes) - 1
