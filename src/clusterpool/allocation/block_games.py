"""Games that are sums of games: each block has players of its own, and the others add nothing to its cost.

c(S) = sum over b of c_b(S and P_b). A player outside P_b is a null player of block b, so a value that is additive and
gives null players nothing (Shapley's, weighted too) is the sum of the blocks' values: blocks of 5, 6 and 7 players take
31 + 63 + 127 solves, where 18 players in one game would take 262,143.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.coalitions import power_set
from clusterpool.allocation.values import owen, owen_coalitions, shapley, weighted_shapley

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation.blocks import Blocks
    from clusterpool.allocation.costs import Coalition, CoalitionCost
    from clusterpool.allocation.game import CostGame


@dataclass(frozen=True, eq=False)
class BlockGame:
    """One block of a game, for rules: its players and what coalitions of them cost.

    Parameters
    ----------
    players : tuple of str
        The players with needs in it, sorted.
    values : callable
        Cost and bound of each of some coalitions; they are solved in one call.
    table_work, work : float
        The work of solving all its coalitions and one of them, in whole coalitions of the game.
    alike : tuple of tuple of str
        Its players with the same needs.
    """

    players: tuple[str, ...]
    values: Callable[[Sequence[Coalition]], list[CoalitionCost]]
    table_work: float
    work: float
    alike: tuple[tuple[str, ...], ...]

    def costs(self, coalitions: Sequence[Coalition]) -> list[float]:
        """The cost of each of some coalitions."""
        return [value.cost for value in self.values(coalitions)]

    def table(self) -> NDArray[np.float64]:
        """The costs of all coalitions; coalition k holds player i where bit i of k is set."""
        return np.array([0.0, *self.costs(power_set(self.players)[1:])])

    def bounds(self) -> NDArray[np.float64]:
        """The bounds of all coalitions, in the order of `table`; that of everybody is its cost."""
        values = self.values(power_set(self.players)[1:])
        return np.array([0.0, *(min(value.bound, value.cost) for value in values[:-1]), values[-1].cost])


def block_games(game: CostGame) -> list[BlockGame]:
    """The blocks of a game without idle players; the game itself where it has no blocks."""
    blocks = game.blocks
    if blocks is None:
        return [BlockGame(game.players, game.values, 2.0 ** len(game.players) - 1, 1.0, ())]
    inside = [tuple(p for p in game.players if p in set(players)) for players in blocks.players]
    return [_block(game, blocks, number, players) for number, players in enumerate(inside) if players]


def _block(game: CostGame, blocks: Blocks, number: int, players: tuple[str, ...]) -> BlockGame:
    def values(coalitions: Sequence[Coalition]) -> list[CoalitionCost]:
        return [game.of_its_part(value) for value in blocks.costs([(number, one) for one in coalitions])]

    alike = tuple(some for one in blocks.alike if len(some := tuple(p for p in one if p in set(players))) > 1)
    return BlockGame(players, values, blocks.table_work(number, players), blocks.work[number], alike)


def shapley_of_blocks(game: CostGame, weights: NDArray[np.float64] | None = None) -> dict[str, float]:
    """The Shapley value, weighted where there are weights: the sum of the blocks' values from their full tables.

    Examples
    --------
    >>> from clusterpool.allocation import CostGame
    >>> shapley_of_blocks(CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0}))
    {'A': 4.5, 'B': 5.5}
    """
    shares = dict.fromkeys(game.players, 0.0)
    for block in block_games(game):
        for player, share in value_of_block(block, game.players, weights).items():
            shares[player] += share
    return shares


def value_of_block(
    block: BlockGame, players: Sequence[str], weights: NDArray[np.float64] | None, unions: Sequence[Sequence[str]] = ()
) -> dict[str, float]:
    """The Shapley value of one block from its full table; `weights` are those of all `players` of the game.

    With unions it is the Owen value.
    """
    if unions:
        parts = inside(unions, block)
        needed = sorted({c for c in owen_coalitions(parts) if c}, key=sorted)
        cost = {frozenset[str](): 0.0, **dict(zip(needed, block.costs(needed), strict=True))}
        return owen(parts, cost.__getitem__)
    found = shapley(block.table()) if weights is None else weighted_shapley(block.table(), own(weights, block, players))
    return dict(zip(block.players, found.tolist(), strict=True))


def inside(unions: Sequence[Sequence[str]], block: BlockGame) -> list[list[str]]:
    """Of each union the players of a block, where there are any."""
    own = ([player for player in union if player in set(block.players)] for union in unions)
    return [some for some in own if some]


def own(weights: NDArray[np.float64], block: BlockGame, players: Sequence[str]) -> NDArray[np.float64]:
    """Of the weights of all players those of a block's."""
    place = {player: number for number, player in enumerate(players)}
    return weights[[place[player] for player in block.players]]
