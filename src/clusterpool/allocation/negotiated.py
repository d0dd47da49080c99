"""Shares that people have agreed on, or mean to: whether they are shares of the game, and what is proven of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

from clusterpool.allocation.certificate import certificate
from clusterpool.allocation.coalitions import LARGEST_TABLE, power_set
from clusterpool.allocation.costs import names_of
from clusterpool.allocation.terms import ask_game

if TYPE_CHECKING:
    from clusterpool.allocation.core import CoreReport
    from clusterpool.allocation.game import CostGame

CENT = 0.01
"""Figures that people write are rounded: together they may be a cent off c(N) ..."""
OF_SMALL = 1e-3
"""... or this part of it, where c(N) is not even ten ..."""
OF_LARGE = 1e-6
"""... and always this part of it."""


def core_report(game: CostGame, shares: Mapping[str, float], *, solve: bool = False) -> CoreReport:
    """What is proven of shares of c(N), whoever found them: whether some coalition would be better off alone.

    Parameters
    ----------
    game : CostGame
        What each coalition would pay.
    shares : mapping of str to float
        What each player pays, in the game's currency; players without needs may be left out. They sum to c(N), to a
        cent or a millionth of it.
    solve : bool
        Whether all coalitions may be solved for the answer. By default those that are solved answer, and the separation
        of a game that has one.

    Raises
    ------
    TypeError
        No game, or no mapping of players to numbers.
    KeyError
        The shares name someone who is no player.
    ValueError
        A player without a share, one without needs that has one, a share that is not finite, a sum that is not c(N),
        more players than a full table is made for.

    Examples
    --------
    >>> from clusterpool.allocation import CostGame, core_report
    >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
    >>> report = core_report(game, {"A": 6.5, "B": 3.5})
    >>> report.status.value, report.worst_coalition, report.worst_excess
    ('not-in-core', ('A',), 0.5)
    """
    ask_game(game)
    given = _shares_of(game, shares)
    if solve:
        if len(game.without_idle().players) > LARGEST_TABLE:
            raise ValueError(f"solve=True lists all coalitions: that is for at most {LARGEST_TABLE} players")
        game.solve(power_set(game.players))
    return certificate(game, given)


def _shares_of(game: CostGame, shares: Any) -> dict[str, float]:  # noqa: ANN401 - whatever the caller wrote
    if not isinstance(shares, Mapping):
        raise TypeError(f"shares are a mapping of players to what they pay, not {type(shares).__name__}")
    players = set(game.players)
    if unknown := sorted(map(str, shares.keys() - players)):
        raise KeyError(f"no player of this game: {', '.join(unknown)}; its players are {', '.join(game.players)}")
    if missing := sorted(players - game.idle - shares.keys()):
        raise ValueError(f"no share for {names_of([frozenset(missing)])}: every player with needs has one")
    for player, share in shares.items():
        if not isinstance(share, Real):
            raise TypeError(f"the share of {player} is {share!r}: it must be a number")
        if not math.isfinite(share):
            raise ValueError(f"the share of {player} is {share}: it must be a finite number")
    given = {player: float(shares.get(player, 0.0)) for player in game.players}
    if wrong := sorted(player for player in game.idle if given[player]):
        raise ValueError(f"{', '.join(wrong)} has no needs and adds no cost: its share is 0")
    _ask_sum(math.fsum(given.values()), game.cost(game.players))
    return given


def _ask_sum(paid: float, total: float) -> None:
    allowed = max(min(CENT, OF_SMALL * abs(total)), OF_LARGE * abs(total))
    if abs(paid - total) > allowed:
        off = f"{abs(paid - total):,.2f} {'less' if paid < total else 'more'}"
        raise ValueError(f"the shares sum to {paid:,.2f}, {off} than the {total:,.2f} that all pay together")
