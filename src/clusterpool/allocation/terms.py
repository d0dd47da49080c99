"""What a rule is told besides the game, as the caller says it, and made ready for the members that have needs."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.coalitions import places_of_kinds
from clusterpool.allocation.game import CostGame
from clusterpool.allocation.rules import RULES, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation.rules import Rule


@dataclass(frozen=True, eq=False, slots=True)
class Terms:
    """What a rule is told besides the game.

    Parameters
    ----------
    unions : mapping of str to sequence of str, optional
        For the Owen value: every player in exactly one union.
    weights : mapping of str to float, optional
        For the Shapley value: positive bargaining weights; a player that is not named has 1. For shares by key: the
        keys.
    imputations : bool
        The nucleoli only compare shares where nobody pays more than alone, if there are any.
    """

    unions: Mapping[str, Sequence[str]] | None = None
    weights: Mapping[str, float] | None = None
    imputations: bool = True

    def without(self, player: str) -> Terms:
        """The same terms for the other players."""
        unions, weights = self.unions, self.weights
        if unions is not None:
            unions = {name: [p for p in union if p != player] for name, union in unions.items()}
        if weights is not None:
            weights = {name: weight for name, weight in weights.items() if name != player}
        return Terms(unions, weights, self.imputations)


def ask_game(game: object) -> None:
    """Raise TypeError unless it is a cost game, and say how to come by one."""
    if isinstance(game, CostGame):
        return
    kind = type(game).__name__
    if isinstance(game, Mapping):
        how = "for a mapping of coalitions to costs: CostGame.from_table(costs)"
    elif kind == "Pool":
        how = "for a pool: cost_game(pool)"
    else:
        how = "make one with CostGame.from_table(), CostGame.from_costs() or cost_game(pool)"
    raise TypeError(f"a CostGame is shared, not {kind}; {how}")


def request_of(game: CostGame, terms: Terms) -> Request:
    """What a rule is asked to divide: the game of the members that have needs, with their unions and weights.

    Raises
    ------
    ValueError
        A player in two unions or in none, a weight that is not positive.
    KeyError
        Unions or weights name someone who is no player.
    TypeError
        Unions or weights that are no mapping, a union that is a text, a weight that is no number.
    """
    active = game.without_idle()
    unions, weights = _unions(game, active, terms.unions), _weights(game, active, terms.weights)
    return Request(active, unions, weights, terms.imputations)


def divide(rule: Rule, request: Request, players: Sequence[str]) -> dict[str, float]:
    """The shares of all players under a rule; those who are not in the request pay 0.

    What rounding leaves of c(N) is divided equally, and players with the same needs pay the same to the last digit.
    """
    active = request.game.players
    if not active:
        return dict.fromkeys(players, 0.0)
    by_rule = RULES[rule](request)
    shares = tied(np.array([by_rule[player] for player in active]), request).tolist()
    left = (request.game.cost(active) - math.fsum(shares)) / len(active)
    exact = {player: share + left for player, share in zip(active, shares, strict=True)}
    return {player: exact.get(player, 0.0) for player in players}


def tied(shares: NDArray[np.float64], request: Request) -> NDArray[np.float64]:
    """The shares of the request's players, those of players that are alike made equal: the mean of theirs.

    No coalition's largest excess rises by that: it is a mean of excesses of coalitions that cost the same.
    """
    means = shares.copy()
    for same in places_alike(request):
        means[same] = shares[same].mean()
    return means


def tied_ends(
    low: NDArray[np.float64], high: NDArray[np.float64], request: Request
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of intervals in which all ends of players that are alike hold for each of them, since they pay the same."""
    low, high = low.copy(), high.copy()
    for same in places_alike(request):
        low[same], high[same] = low[same].max(), high[same].min()
    return low, high


def places_alike(request: Request) -> list[list[int]]:
    """The places of players with the same needs, in one union and of one weight where there are such; two or more."""
    union = {player: number for number, players in enumerate(request.unions) for player in players}
    unions = [union.get(player) for player in request.game.players]
    weights = [1.0] * len(unions) if request.weights is None else request.weights.tolist()
    return places_of_kinds(request.game.players, request.game.alike, list(zip(unions, weights, strict=True)))


def _unions(
    game: CostGame, active: CostGame, unions: Mapping[str, Sequence[str]] | None
) -> tuple[tuple[str, ...], ...]:
    if unions is None:
        return ()
    if not _maps_to(unions, Collection) or any(isinstance(union, str) for union in unions.values()):
        raise TypeError("unions= takes a mapping of names to sequences of players, such as {'east': ['A', 'B']}")
    named = [player for _, union in sorted(unions.items()) for player in union]
    if unknown := sorted(set(named) - set(game.players)):
        raise KeyError(f"no player of this game: {unknown} in unions")
    if twice := sorted({player for player in named if named.count(player) > 1}):
        raise ValueError(f"every player belongs to one union; in several: {twice}")
    if homeless := sorted(set(active.players) - set(named)):
        raise ValueError(f"every player belongs to one union; in none: {homeless}")
    inside = (tuple(p for p in active.players if p in set(union)) for _, union in sorted(unions.items()))
    return tuple(union for union in inside if union)


def _weights(game: CostGame, active: CostGame, weights: Mapping[str, float] | None) -> NDArray[np.float64] | None:
    if weights is None:
        return None
    if not _maps_to(weights, Real):
        raise TypeError("weights= takes a mapping of players to numbers, such as {'A': 2.0}")
    if unknown := sorted(set(weights) - set(game.players)):
        raise KeyError(f"no player of this game: {unknown} in weights")
    if wrong := sorted(player for player, w in weights.items() if not (math.isfinite(w) and w >= 0.0)):
        raise ValueError(f"weights must be positive numbers; wrong for {wrong}")
    return np.array([float(weights.get(player, 1.0)) for player in active.players])


def _maps_to(given: object, kind: type) -> bool:
    return isinstance(given, Mapping) and all(isinstance(value, kind) for value in given.values())
