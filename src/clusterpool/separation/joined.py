r"""All blocks of the pooled model as one, with one membership variable a player that is free.

=============  =======================================================
symbol         meaning
=============  =======================================================
z_p            1 where player p belongs to the coalition; all members that stand behind p have it as theirs
x_p            what player p pays at the shares asked about
c_b, v_b       costs and further columns of block b
t, w(S)        level, and its unit: 1, the number of players, or c(S)
A              a class of players that are alike: c(S) depends only on how many of them are in S
d_k            directions; s+_k, s-_k: the coalition moves along d_k, or against it
=============  =======================================================

Minimise  sum_b c_b v_b - sum_p x_p z_p + t w  subject to every block's own rows and

1.  ``size``    1 <= sum_p z_p <= n - 1
2.  ``along``   d_k z >= 1 - (1 - low_k) (1 - s+_k),  ``against``  d_k z <= -1 + (1 + high_k) (1 - s-_k)
    ``moving``  sum_k s+_k + s-_k >= 1, with low_k <= d_k z <= high_k for every z
3.  ``order``   z_p >= z_q for players p, q of a class A that follow each other

so that the optimum, with its sign turned, is the largest x(S) - c(S) - t w(S), and the solver's bound holds for all S.
Shares and costs are divided by one number that makes the shares sum to `SCALE`.

Players that are alike stand behind the columns of their class in the order of what they pay, so that (3) leaves one
coalition of all that differ by who of a class is in, and none that is worse off. Equal needs are merged
(`clusterpool.separation.merging`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack

from clusterpool.model import equal_needs
from clusterpool.separation.links import links_of
from clusterpool.separation.merging import merging
from clusterpool.solver import LinearModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.model import Block
    from clusterpool.separation.links import Link
    from clusterpool.separation.merging import Merging

SCALE = 1000.0


@dataclass(frozen=True, eq=False)
class Joined:
    """One model of all blocks; its first columns are the players' membership, in their order.

    Parameters
    ----------
    arrays : LinearModel
        Minimise the cost of serving the coalition.
    players : tuple of str
    blocks : tuple of Block
    places : tuple of array of int
        For each block the place of each of its columns in the joined model; merged ones have one place.
    weights : tuple of array of float
        For each block the part of each of its columns in the mean that stands at its place.
    alike : tuple of array of int
        The columns of the membership of each class of players that are alike.
    links : tuple of Link
        What offers may send to merged needs.
    """

    arrays: LinearModel
    players: tuple[str, ...]
    blocks: tuple[Block, ...]
    places: tuple[NDArray[np.int64], ...]
    weights: tuple[NDArray[np.float64], ...]
    alike: tuple[NDArray[np.int64], ...] = ()
    links: tuple[Link, ...] = ()

    def inside(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Of each membership whether it is 1."""
        return np.asarray(values[: len(self.players)] > 0.5)  # noqa: PLR2004

    def parts(self, values: NDArray[np.float64]) -> tuple[float, float]:
        """What a point costs in purchases and in freight."""
        pairs = list(zip(self.blocks, self.places, strict=True))
        purchases = sum(block.purchases(values[place]) for block, place in pairs)
        return purchases, sum(block.freight(values[place]) for block, place in pairs)

    def point(self, solutions: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """The blocks' points as one; membership is read from them."""
        places, weights = np.concatenate(self.places), np.concatenate(self.weights)
        width = self.arrays.n_columns
        total = np.bincount(places, weights * np.concatenate(solutions), minlength=width)
        weight = np.bincount(places, weights, minlength=width)
        return np.asarray(total / np.where(weight > 0.0, weight, 1.0))


def join(
    blocks: Sequence[Block],
    players: Mapping[str, frozenset[str]],
    more: Mapping[str, float] | None = None,
    *,
    alike: Sequence[Sequence[str]] = (),
) -> Joined:
    """Put blocks that share nothing but membership into one model.

    Parameters
    ----------
    players : mapping of player to frozenset of members
        The members that stand behind each player; every member with needs belongs to one.
    more : mapping of member to float, optional
        What a member costs besides the blocks.
    alike : sequence of sequences of players, optional
        Classes of players, a member each, of which c(S) depends only on how many are in S.
    """
    names = tuple(sorted(players))
    player_of = {member: place for place, name in enumerate(names) for member in players[name]}
    classes = tuple(np.array(sorted(names.index(player) for player in some), dtype=np.int64) for some in alike)
    needs = [equal_needs(block) for block in blocks]
    mergings = tuple(merging(*pair) for pair in zip(blocks, needs, strict=True))
    places, width = [], len(names)
    for block, merged in zip(blocks, mergings, strict=True):
        first = merged.head.copy()
        first[list(block.membership.values())] = -1
        kept, own = np.unique(first, return_inverse=True)
        place = own - int((kept < 0).sum()) + width
        place[list(block.membership.values())] = [player_of[member] for member in block.membership]
        places.append(place)
        width += int((kept >= 0).sum())
    besides = np.zeros(len(names))
    for member, cost in (more or {}).items():
        if member in player_of:
            besides[player_of[member]] += cost
    arrays = _ordered(_arrays(blocks, mergings, places, besides, width), classes)
    weights = tuple(merged.weight for merged in mergings)
    links = tuple(link for one in zip(blocks, needs, places, strict=True) for link in links_of(*one))
    return Joined(arrays, names, tuple(blocks), tuple(places), weights, classes, links)


def _arrays(
    blocks: Sequence[Block],
    mergings: Sequence[Merging],
    places: Sequence[NDArray[np.int64]],
    besides: NDArray[np.float64],
    width: int,
) -> LinearModel:
    players = len(besides)
    cost, lower, upper = np.zeros(width), np.zeros(width), np.ones(width)
    cost[:players] = besides
    integer = np.arange(width) < players
    for block, place in zip(blocks, places, strict=True):
        np.add.at(cost, place, block.arrays.cost)
        own = place >= players
        lower[place[own]], upper[place[own]] = block.arrays.lower[own], block.arrays.upper[own]
        integer[place[own]] = block.arrays.integer[own]
    size = csr_array((np.ones(players), (np.zeros(players, dtype=int), np.arange(players))), shape=(1, width))
    placed = [
        one.rows @ _placed(block, place, width) for block, one, place in zip(blocks, mergings, places, strict=True)
    ]
    limits = [
        (block.arrays.row_lower[one.kept], block.arrays.row_upper[one.kept])
        for block, one in zip(blocks, mergings, strict=True)
    ]
    matrix = csr_array(vstack([size, *placed]))
    matrix.sum_duplicates()
    return LinearModel(
        cost=cost,
        offset=sum(block.arrays.offset for block in blocks),
        lower=lower,
        upper=upper,
        integer=integer,
        row_lower=np.concatenate([[1.0], *(low for low, _ in limits)]),
        row_upper=np.concatenate([[players - 1.0], *(high for _, high in limits)]),
        row_start=matrix.indptr,
        col_index=matrix.indices,
        value=matrix.data,
    )


def _placed(block: Block, place: NDArray[np.int64], width: int) -> csr_array:
    arrays = block.arrays
    entries = (arrays.value, place[arrays.col_index], arrays.row_start)
    return csr_array(entries, shape=(arrays.n_rows, width))


def _ordered(model: LinearModel, classes: Sequence[NDArray[np.int64]]) -> LinearModel:
    """The model with the rows of order (3) at its end."""
    pairs = [pair for columns in classes for pair in pairwise(columns.tolist())]
    if not pairs:
        return model
    count = len(pairs)
    entries = np.tile([1.0, -1.0], count), np.array(pairs).reshape(-1), np.arange(0, 2 * count + 1, 2)
    return model.with_matrix(
        csr_array(vstack([model.matrix, csr_array(entries, shape=(count, model.n_columns))])),
        row_lower=np.concatenate([model.row_lower, np.zeros(count)]),
        row_upper=np.concatenate([model.row_upper, np.full(count, np.inf)]),
    )


def moving_along(model: LinearModel, directions: NDArray[np.int64]) -> LinearModel:
    """The model in which membership moves along one of some directions at least (2); adds two switches for each."""
    count, players = directions.shape
    low, high = np.minimum(directions, 0).sum(axis=1), np.maximum(directions, 0).sum(axis=1)
    width = model.n_columns + 2 * count
    old = csr_array((model.value, model.col_index, model.row_start), shape=(model.n_rows, width))
    lines = np.hstack([directions, np.zeros((count, model.n_columns - players))])
    along = csr_array(np.hstack([lines, -np.diag(1.0 - low), np.zeros((count, count))]))
    against = csr_array(np.hstack([lines, np.zeros((count, count)), np.diag(1.0 + high)]))
    some = csr_array(
        (np.ones(2 * count), (np.zeros(2 * count, dtype=int), np.arange(model.n_columns, width))), (1, width)
    )
    free = np.full(count, np.inf)
    more = np.zeros(2 * count)
    return model.with_matrix(
        csr_array(vstack([old, along, against, some])),
        cost=np.concatenate([model.cost, more]),
        lower=np.concatenate([model.lower, more]),
        upper=np.concatenate([model.upper, more + 1.0]),
        integer=np.concatenate([model.integer, more == 0.0]),
        row_lower=np.concatenate([model.row_lower, low, -free, [1.0]]),
        row_upper=np.concatenate([model.row_upper, free, high, [np.inf]]),
    )
