"""The rules by name: which coalitions each needs, and its shares of a game."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.block_games import block_games, shapley_of_blocks
from clusterpool.allocation.charges import acam, cost_gap, equal_charge, in_proportion, proportional
from clusterpool.allocation.coalitions import LARGEST_TABLE
from clusterpool.allocation.core import least_core_shares
from clusterpool.allocation.equal_profit import equal_profit
from clusterpool.allocation.nucleolus import nucleolus, per_capita_nucleolus, proportional_nucleolus
from clusterpool.allocation.values import owen, owen_coalitions, shapley, weighted_shapley

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation.game import CostGame
ROUNDING = 1e-9


class Rule(StrEnum):
    """How the cost of the pool is divided."""

    PROPORTIONAL = "proportional"
    EQUAL_CHARGE = "equal-charge"
    ACAM = "acam"
    COST_GAP = "cost-gap"
    SHAPLEY = "shapley"
    OWEN = "owen"
    NUCLEOLUS = "nucleolus"
    PER_CAPITA_NUCLEOLUS = "per-capita-nucleolus"
    PROPORTIONAL_NUCLEOLUS = "proportional-nucleolus"
    LEAST_CORE = "least-core"
    EQUAL_PROFIT = "equal-profit"
    WEIGHTED_SHAPLEY = "weighted-shapley"
    BY_KEY = "by-key"

    @classmethod
    def _missing_(cls, value: object) -> Rule | None:
        """Refuse what is no rule, with the rule that may be meant."""
        names = [rule.value for rule in cls]
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is no rule: it takes one of Rule or of the texts {', '.join(names)}")
        said = value.strip().casefold().replace("_", "-").replace(" ", "-")
        near = ALSO_KNOWN_AS.get(said) or next(iter(get_close_matches(said, names, n=1)), None)
        meant = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"there is no rule {value!r}{meant or '.'} The rules are {', '.join(names)}")


ALSO_KNOWN_AS: Mapping[str, str] = {
    "tau": "cost-gap",
    "tau-value": "cost-gap",
    "scrb": "acam",
    "separable-costs-remaining-benefits": "acam",
    "epm": "equal-profit",
    "ensc": "equal-charge",
    "enscr": "equal-charge",
    "prenucleolus": "nucleolus",
    "core": "least-core",
}
"""Names of the literature, and the rule that each is here."""


SHAPLEY_VALUES = frozenset({Rule.SHAPLEY, Rule.WEIGHTED_SHAPLEY})
"""The rules that are a sum over orders of arrival, with weights where there are some."""
BY_WEIGHTS = frozenset({Rule.WEIGHTED_SHAPLEY, Rule.BY_KEY})
"""The rules that are nothing without weights."""


@dataclass(frozen=True, eq=False, slots=True)
class Request:
    """What a rule is asked to divide: a game without idle members, and their unions and weights where there are any."""

    game: CostGame
    unions: tuple[tuple[str, ...], ...]
    weights: NDArray[np.float64] | None
    imputations: bool


Shares = Mapping[str, float]


def _named(request: Request, shares: NDArray[np.float64]) -> Shares:
    return dict(zip(request.game.players, shares.tolist(), strict=True))


def _total(game: CostGame) -> float:
    return game.cost(game.players)


def _alone(game: CostGame) -> NDArray[np.float64]:
    return np.array([game.cost((player,)) for player in game.players])


def _marginal(game: CostGame) -> NDArray[np.float64]:
    everybody = frozenset(game.players)
    return _total(game) - np.array([game.cost(everybody - {player}) for player in game.players])


def _proportional(request: Request) -> Shares:
    costs = _alone(request.game)
    if costs.min() < 0.0:
        raise ValueError("proportional shares need costs alone that are not negative; choose SHAPLEY or ACAM")
    return _named(request, proportional(costs, _total(request.game)))


def _equal_charge(request: Request) -> Shares:
    return _named(request, equal_charge(_marginal(request.game), _total(request.game)))


def _acam(request: Request) -> Shares:
    game = request.game
    return _named(request, acam(_alone(game), _marginal(game), _total(game)))


def _shapley(request: Request) -> Shares:
    game, weights = request.game, request.weights
    if game.blocks is not None and game.unsolved:
        return shapley_of_blocks(game, weights)
    table = game.table(LARGEST_TABLE)
    return _named(request, shapley(table) if weights is None else weighted_shapley(table, weights))


def _by_key(request: Request) -> Shares:
    """In proportion to a key that statutes name, such as kg, turnover or heads."""
    keys = request.weights
    assert keys is not None  # noqa: S101 - `allocate` has looked
    if not keys.sum() > 0.0:
        raise ValueError("the keys of the members that have needs are all 0")
    return _named(request, in_proportion(_total(request.game), keys, 0.0))


def _owen(request: Request) -> Shares:
    return owen(request.unions, request.game.cost)


def _from_table(rule: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Callable[[Request], Shares]:
    return lambda request: _named(request, rule(request.game.table(LARGEST_TABLE)))


def _nucleolus(rule: Callable[..., NDArray[np.float64]]) -> Callable[[Request], Shares]:
    return lambda request: _named(request, rule(request.game.table(LARGEST_TABLE), imputations=request.imputations))


RULES: Mapping[Rule, Callable[[Request], Shares]] = {
    Rule.PROPORTIONAL: _proportional,
    Rule.EQUAL_CHARGE: _equal_charge,
    Rule.ACAM: _acam,
    Rule.COST_GAP: _from_table(cost_gap),
    Rule.SHAPLEY: _shapley,
    Rule.OWEN: _owen,
    Rule.NUCLEOLUS: _nucleolus(nucleolus),
    Rule.PER_CAPITA_NUCLEOLUS: _nucleolus(per_capita_nucleolus),
    Rule.PROPORTIONAL_NUCLEOLUS: _nucleolus(proportional_nucleolus),
    Rule.LEAST_CORE: _from_table(lambda table: least_core_shares(table)[1]),
    Rule.EQUAL_PROFIT: _from_table(equal_profit),
    Rule.WEIGHTED_SHAPLEY: _shapley,
    Rule.BY_KEY: _by_key,
}
"""Every rule as a function of a request."""


def coalitions_of(rule: Rule, request: Request) -> list[frozenset[str]] | None:
    """The coalitions that a rule looks at; None where these are all of them."""
    everybody = frozenset(request.game.players)
    singles = [everybody, *(frozenset({player}) for player in request.game.players)]
    complements = [everybody - {player} for player in request.game.players]
    match rule:
        case Rule.PROPORTIONAL:
            return singles
        case Rule.BY_KEY:
            return [everybody]
        case Rule.EQUAL_CHARGE:
            return [everybody, *complements]
        case Rule.ACAM:
            return singles + complements
        case Rule.OWEN:
            return list(owen_coalitions(request.unions))
        case _:
            return None


def solves_of(rule: Rule, request: Request, limit: int) -> int:
    """How many coalitions a rule lacks; where they are surely more than `limit`, a number above it."""
    if rule is Rule.OWEN:
        m = len(request.unions)
        at_least = sum(1 << (m - 1 + len(union)) for union in request.unions) // max(m, 1)
        if at_least - len(request.game.solved) > limit:
            return at_least
    coalitions = coalitions_of(rule, request)
    if coalitions is not None:
        return request.game.lacking(coalitions)
    game = request.game
    if rule in SHAPLEY_VALUES and game.blocks is not None:
        return min(game.unsolved, _work_of_tables(game, limit))
    too_many = limit + 1 if len(game.players) > LARGEST_TABLE else 0
    return max(game.unsolved, too_many)


def _work_of_tables(game: CostGame, limit: int) -> int:
    """How many whole coalitions the tables of all blocks are worth, whatever is known of them already."""
    if max((len(block.players) for block in block_games(game)), default=0) > LARGEST_TABLE or game.blocks is None:
        return limit + 1
    return math.ceil(game.blocks.tables_work(game.players) - ROUNDING)
