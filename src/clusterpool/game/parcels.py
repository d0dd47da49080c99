"""Pieces of the pooled model that travel: pickled once, unpickled once a worker, and kept there with their solver.

Work is cut into chunks by the time that solves of each piece took so far, so that a chunk is worth its way and all
workers end at about the same time.
"""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.cache import digest
from clusterpool.search import Hint, Task, Timed, solve_coalitions
from clusterpool.solver import Basis, Deadline, Resolver, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["LEAST_CHUNK_S", "Pace", "Parcel", "by_number", "solve_coalitions", "solve_parcels"]

Coalition = frozenset[str]
Piece = tuple[int, Coalition]
CHUNKS = 32
"""Into about how many chunks the coalitions of one question are cut at most."""
LEAST_CHUNK_S = 0.2
"""A chunk that travels takes at least so long, so that the way is worth it."""
KEPT_BYTES = 200_000_000
"""A worker keeps the pieces that it used last, up to so much of them as they travel."""


@dataclass(frozen=True)
class Parcel:
    """A piece as it travels.

    Parameters
    ----------
    key : str
        By its content.
    content : bytes
        The piece, what the pool's own plan says about it, and where its relaxations start.
    """

    key: str
    content: bytes

    @classmethod
    def of(cls, piece: Task, hint: Hint | None, basis: Basis | None) -> Parcel:
        """Pack a piece."""
        content = pickle.dumps((piece, hint, basis), protocol=pickle.HIGHEST_PROTOCOL)
        return cls(digest([np.frombuffer(content, dtype=np.uint8)]), content)


@dataclass(frozen=True, eq=False)
class _Opened:
    piece: Task
    hint: Hint | None
    basis: Basis | None
    resolver: Resolver | None
    size: int


class _Kept(threading.local):
    """What this thread has opened, the last used at the end; a solver serves one thread."""

    def __init__(self) -> None:
        self.opened: OrderedDict[str, _Opened] = OrderedDict()

    def open(self, parcel: Parcel) -> _Opened:
        """Unpack a parcel, or find it unpacked."""
        if parcel.key not in self.opened:
            piece, hint, basis = pickle.loads(parcel.content)  # noqa: S301 - packed by this program
            resolver = None if basis is None else Resolver.of(piece.blocks[0].arrays, basis)
            self.opened[parcel.key] = _Opened(piece, hint, basis, resolver, len(parcel.content))
        self.opened.move_to_end(parcel.key)
        while len(self.opened) > 1 and sum(one.size for one in self.opened.values()) > KEPT_BYTES:
            self.opened.popitem(last=False)
        return self.opened[parcel.key]


_KEPT = _Kept()


def solve_parcels(
    jobs: Sequence[tuple[Parcel, Sequence[Coalition]]], options: SolveOptions, deadline: Deadline
) -> list[list[Timed]]:
    """Solve coalitions within some pieces, in a process where they may be open already."""
    found = []
    for parcel, some in jobs:
        one = _KEPT.open(parcel)
        found.append(solve_coalitions(one.piece, some, options, deadline, one.hint, one.basis, resolver=one.resolver))
    return found


@dataclass
class Pace:
    """How long solves took so far.

    Parameters
    ----------
    share : sequence of float
        The part of the work of solving a whole coalition that each piece is thought to take.
    """

    share: Sequence[float]
    seconds: float = 0.0
    work: float = 0.0
    of_piece: dict[int, tuple[float, int]] = field(default_factory=dict)

    def count(self, number: int, found: Sequence[Timed]) -> None:
        """Learn from solves of a piece."""
        spent = sum(seconds for _, seconds in found)
        before, times = self.of_piece.get(number, (0.0, 0))
        self.of_piece[number] = (before + spent, times + len(found))
        self.seconds += spent
        self.work += self.share[number] * len(found)

    def a_whole(self) -> float:
        """The seconds of a whole coalition; 0 where nothing is known."""
        return self.seconds / self.work if self.work else 0.0

    def expected(self, number: int) -> float:
        """The seconds of a coalition within a piece."""
        spent, times = self.of_piece.get(number, (0.0, 0))
        return spent / times if times else self.a_whole() * self.share[number]

    def chunks(self, pieces: Sequence[Piece]) -> list[list[tuple[int, list[Coalition]]]]:
        """Pieces in chunks that are worth a way, in their order; each chunk by piece."""
        least = max(LEAST_CHUNK_S, sum(self.expected(number) for number, _ in pieces) / CHUNKS)
        cut: list[list[Piece]] = [[]]
        gathered = 0.0
        for piece in pieces:
            if gathered >= least:
                cut.append([])
                gathered = 0.0
            cut[-1].append(piece)
            gathered += self.expected(piece[0])
        return [by_number(chunk) for chunk in cut if chunk]


def by_number(pieces: Iterable[Piece]) -> list[tuple[int, list[Coalition]]]:
    """The coalitions of each piece, in their order."""
    found: dict[int, list[Coalition]] = {}
    for number, coalition in pieces:
        found.setdefault(number, []).append(coalition)
    return list(found.items())
