"""Pieces that travel: cut by time, opened once a worker."""

import pickle

import pytest

from clusterpool.game import parcels as parcels_room
from clusterpool.game.parcels import Pace, Parcel, solve_parcels
from clusterpool.search import PieceCost
from clusterpool.solver import Deadline, SolveOptions

A, B = frozenset({"A"}), frozenset({"B"})
FREE = PieceCost(0.0, 0.0, 0.0, 0.0)


def test_chunks_last_about_the_least_time_and_keep_the_order() -> None:
    pace = Pace((0.75, 0.25))
    pace.count(0, [(FREE, 0.18)])
    pieces = [(0, A), (0, B), (0, A | B), (1, A), (1, B)]
    assert pace.expected(1) == pytest.approx(0.06)
    assert pace.chunks(pieces) == [[(0, [A, B])], [(0, [A | B]), (1, [A])], [(1, [B])]]


def test_more_work_makes_longer_chunks_not_more_of_them() -> None:
    pace = Pace((1.0,))
    pace.count(0, [(FREE, 1.0)])
    pieces = [(0, frozenset({f"M{n}"})) for n in range(1000)]
    chunks = pace.chunks(pieces)
    assert [(0, one) for chunk in chunks for _, some in chunk for one in some] == pieces
    assert len(chunks) == parcels_room.CHUNKS


def test_a_parcel_is_opened_once_until_others_take_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, load = list[bytes](), pickle.loads

    def watched(content: bytes) -> object:
        opened.append(content)
        return load(content)

    monkeypatch.setattr(pickle, "loads", watched)
    monkeypatch.setattr(parcels_room, "solve_coalitions", lambda *_, **__: [(FREE, 0.0)])
    one, other = (Parcel.of(name, None, None) for name in ("one", "other"))  # type: ignore[arg-type]
    for parcel in (one, other, one):
        assert solve_parcels([(parcel, [A])], SolveOptions(), Deadline.after(None)) == [[(FREE, 0.0)]]
    assert opened == [one.content, other.content]
    monkeypatch.setattr(parcels_room, "KEPT_BYTES", 1)
    for parcel in (other, one):
        solve_parcels([(parcel, [A])], SolveOptions(), Deadline.after(None))
    assert opened[2:] == [one.content]
