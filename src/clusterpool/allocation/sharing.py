"""The door to the rules: `allocate` divides the cost of a game and says what is proven about the shares."""

from __future__ import annotations

import math
from concurrent.futures import Executor
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING

from clusterpool.allocation.allocation import Allocation, Draw
from clusterpool.allocation.certificate import certificate
from clusterpool.allocation.intervals import UNKNOWN, Intervals, intervals_of
from clusterpool.allocation.out_of_time import from_what_is_solved, solve_table
from clusterpool.allocation.reasons import Clause, Point, openness_of, proof_of
from clusterpool.allocation.row_generation.dividing import (
    LADDER_SOLVES,
    divide_by_rows,
    lacking_at_first,
    serves_by_rows,
)
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.allocation.rules import BY_WEIGHTS, SHAPLEY_VALUES, Request, Rule, coalitions_of, solves_of
from clusterpool.allocation.sampling import CONFIDENCE, PRECISION, Sampled, sampled_shapley
from clusterpool.allocation.terms import Terms, ask_game, divide, request_of
from clusterpool.errors import NoPlanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.allocation.core import CoreReport
    from clusterpool.allocation.game import CostGame

LISTED = 12
"""Up to so many players all coalitions are listed once those within every block are solved."""
NUCLEOLI = frozenset({Rule.NUCLEOLUS, Rule.PER_CAPITA_NUCLEOLUS, Rule.PROPORTIONAL_NUCLEOLUS})
SAMPLED = SHAPLEY_VALUES | {Rule.OWEN}
"""Rules that are sampled where they lack more coalitions than may be solved."""
MAX_SOLVES = 2**16 - 1
"""Coalitions that a rule which was asked for may solve without `max_solves`."""


def allocate(
    game: CostGame,
    rule: Rule | None = None,
    *,
    unions: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    imputations: bool = True,
    seed: int = 0,
    executor: Executor | None = None,
    max_solves: int | None = None,
) -> Allocation:
    """Divide the cost of a game among its players.

    Members without needs (`CostGame.idle`) are taken out before any rule and pay 0.

    Parameters
    ----------
    game : CostGame
        What each coalition would pay; coalitions that the rule lacks are solved.
    rule : Rule, optional
        None: the Shapley value where all coalitions are within the budget of solves; else, where `unions` are given and
        it is within the budget, the Owen value; else ACAM, or where even its coalitions are beyond the budget and the
        game has a separation, the least core.
    unions : mapping of str to sequence of str, optional
        For the Owen value: every player in exactly one union.
    weights : mapping of str to float, optional
        For the Shapley value: positive bargaining weights; a player that is not named has 1. For shares by key: the
        key of every player that has needs, at least 0.
    imputations : bool
        The nucleoli only compare shares where nobody pays more than alone, if there are any; False: all shares.
    seed : int
        Of sampled values: the same seed gives the same shares, wherever coalitions are solved.
    executor : concurrent.futures.Executor, optional
        Where coalitions are solved; by default where the game solves them.
    max_solves : int, optional
        How many coalitions may be solved: by default 255 where `rule` is None, else 65,535. Where a game falls into
        blocks, a solve within one counts by its part of the work. A Shapley or Owen value that was asked for and would
        take more is sampled: to 0.5 % of each share, all of them together with 95 % confidence, or as far as the budget
        or the time goes. A rule by row generation needs the grand coalition N and every player alone (the cost gap, and
        pools with much freight, every N without i, too); what a search finds with its plan is no solve.

    Returns
    -------
    Allocation
        Shares in the order of the players, what is proven about the core, and why this rule.

    Raises
    ------
    ValueError
        There is no such rule; it is not defined for this game or lacks more coalitions than it may solve; unions or
        weights that are wrong; unions, weights or imputations that the rule has no use for.
    KeyError
        Unions or weights name someone who is no player.
    TypeError
        Arguments of another kind: a mapping or a pool in place of a game.
    NoPlanError
        A time limit of the game struck before any shares could be had. Where it strikes later, the shares are those of
        what is solved: by rows under the rule, or under one that does with fewer coalitions; the reason says so, and
        how many were solved.

    Examples
    --------
    >>> from clusterpool.allocation import CostGame, Rule, allocate
    >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
    >>> allocate(game, Rule.SHAPLEY).shares
    {'A': 4.5, 'B': 5.5}
    """
    ask_game(game)
    rule = None if rule is None else Rule(rule)
    _check_call(rule, unions, weights, seed, max_solves)
    _check_imputations(rule, imputations=imputations)
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(f"executor= takes a concurrent.futures.Executor, not {executor!r}")
    terms = Terms(unions, weights, imputations)
    game = game if executor is None else game.using(executor)
    request = request_of(game, terms)
    _check_weights(rule, request.game.players, weights)
    chosen, why = _asked_for(rule) if rule is not None else _ladder(request, max_solves)
    limit = MAX_SOLVES if max_solves is None else max_solves
    try:
        if chosen in SAMPLED and solves_of(chosen, request, limit) > limit:
            return _sampled(chosen, game, request, terms, Draw(limit, seed))
        return _in_time(chosen, why, request, game, terms, max_solves)
    except NoPlanError as error:
        return from_what_is_solved(chosen, request, game, terms, error)


def _in_time(
    rule: Rule, why: tuple[Clause, ...], request: Request, game: CostGame, terms: Terms, max_solves: int | None
) -> Allocation:
    """The shares of a rule with all that it looks at, or by rows where that is too much."""
    limit = MAX_SOLVES if max_solves is None else max_solves
    if serves_by_rows(rule, request, max_solves):
        before = game.solves
        shares, core, found, within = _by_rows(rule, request, game, limit)
        solves = game.solves - before
        why = (*why, *found)
    else:
        solves = _solve(rule, request, limit)
        shares = divide(rule, request, game.players)
        if request.game.unsolved == 0 and game.separation is None:
            return Allocation.of_table(rule, shares, why, solves=solves, game=game, terms=terms)
        within = intervals_of(rule, request, shares)
        core = certificate(game, shares)
    why = (*why, *proof_of(core), *openness_of(within))
    return Allocation(rule, shares, core, dict.fromkeys(game.players, 0.0), why, solves, game, terms, within)


def _by_rows(
    rule: Rule, request: Request, game: CostGame, limit: int
) -> tuple[dict[str, float], CoreReport, tuple[Clause, ...], Intervals]:
    """Shares by row generation, their report, how they were found, and between what they lie."""
    active = request.game
    assert active.separation is not None  # noqa: S101 - `serves_by_rows` has looked
    if (lacking := lacking_at_first(rule, request)) > limit:
        raise ValueError(_too_many(rule, request, lacking, limit))
    ledger = Ledger(active, active.separation, most=active.solves + limit)
    found = divide_by_rows(rule, request, game.players, ledger)
    core = certificate(game, found.shares, ledger, found.beyond, closer=found.closer)
    return found.shares, core, found.why, found.intervals


def _sampled(rule: Rule, game: CostGame, request: Request, terms: Terms, draw: Draw) -> Allocation:
    """The Shapley or Owen value by sampling, with what is proven about it."""
    unions = request.unions if rule is Rule.OWEN else ()
    found = sampled_shapley(request.game, request.weights, budget=draw.budget, seed=draw.seed, unions=unions)
    left = (request.game.cost(request.game.players) - math.fsum(found.shares.values())) / len(request.game.players)
    sampled = {player: share + left for player, share in found.shares.items()}
    shares = {player: sampled.get(player, 0.0) for player in game.players}
    errors = {player: found.standard_error.get(player, 0.0) for player in game.players}
    core = certificate(game, shares)
    why = (*_asked_for(rule)[1], *_how_precise(found, draw), *proof_of(core))
    draw = replace(draw, rounds=found.rounds, out_of_time=found.out_of_time)
    unknown = {player: UNKNOWN if player in request.game.players else (0.0, 0.0) for player in game.players}
    return Allocation(rule, shares, core, errors, why, found.solves, game, terms, unknown, draw)


def _how_precise(found: Sampled, draw: Draw) -> tuple[Clause, ...]:
    """What stopped the sampling, its rounds, and the largest standard error."""
    drawn: dict[str, int] = {"orders": found.orders, "seed": draw.seed}
    if found.precise:
        how = Clause.of(Point.SAMPLED_PRECISELY, **drawn, precision=PRECISION, confidence=CONFIDENCE)
    elif found.out_of_time:
        how = Clause.of(Point.SAMPLED_IN_TIME, **drawn)
    else:
        how = Clause.of(Point.SAMPLED_IN_SOLVES, **drawn, solves=draw.budget)
    widest = max(found.shares, key=lambda player: found.standard_error.get(player, 0.0))
    error = float(found.standard_error.get(widest, 0.0))
    rounds = Clause.of(Point.SAMPLED_ROUNDS, rounds=min(found.rounds, default=0))
    return how, rounds, Clause.of(Point.STANDARD_ERRORS, amount=error, player=widest)


def _check_call(
    rule: Rule | None,
    unions: object,
    weights: object,
    seed: int,
    max_solves: int | None,
) -> None:
    """Refuse what no rule, or not this one, has a use for."""
    _check_whole("seed", seed)
    _check_whole("max_solves", max_solves)
    if seed < 0 or (max_solves is not None and max_solves < 0):
        raise ValueError("seed and max_solves must not be negative")
    if rule is Rule.OWEN and unions is None:
        raise ValueError("the Owen value needs unions=, for example unions=pool.clusters")
    if unions is not None and rule not in {None, Rule.OWEN}:
        raise ValueError(f"only the Owen value has a use for unions=, not {rule}")
    if weights is not None and rule not in {None, Rule.SHAPLEY, *BY_WEIGHTS}:
        raise ValueError(f"only the Shapley value and shares by key have a use for weights=, not {rule}")
    if weights is None and rule is Rule.BY_KEY:
        raise ValueError("shares by key need weights=, a mapping of players to numbers, such as {'A': 2.0}")


def _check_weights(rule: Rule | None, players: Sequence[str], weights: Mapping[str, float] | None) -> None:
    """Bargaining weights are positive; keys may be 0, and nobody who has needs is without one."""
    if weights is None:
        return
    if rule is Rule.BY_KEY:
        if lacking := [player for player in players if player not in weights]:
            raise ValueError(f"shares by key need the key of every player; lacking for {lacking}")
    elif wrong := sorted(player for player, weight in weights.items() if not weight > 0.0):
        raise ValueError(f"weights must be positive numbers; wrong for {wrong}")


def _check_imputations(rule: Rule | None, *, imputations: object) -> None:
    if not isinstance(imputations, bool):
        raise TypeError(f"imputations= takes True or False, not {imputations!r}")
    if not imputations and rule not in NUCLEOLI:
        raise ValueError(f"only the nucleoli have a use for imputations=, not {rule or 'the default rule'}")


def _check_whole(name: str, value: object) -> None:
    if value is not None and not isinstance(value, Integral):
        raise TypeError(f"{name}= takes a whole number, not {value!r}")


def _asked_for(rule: Rule) -> tuple[Rule, tuple[Clause, ...]]:
    return rule, (Clause.of(Point.ASKED_FOR, rule=rule.value),)


def _ladder(request: Request, max_solves: int | None) -> tuple[Rule, tuple[Clause, ...]]:
    """The first of Shapley, Owen and ACAM that lacks no more coalitions than the budget, and why."""
    budget = LADDER_SOLVES if max_solves is None else max_solves
    every = 2 ** len(request.game.players) - 1
    rule, point = Rule.ACAM, Point.DEFAULT_BEYOND
    if solves_of(Rule.SHAPLEY, request, budget) <= budget:
        rule, point = Rule.SHAPLEY, _within_budget(request.game, every, budget)
    elif request.weights is not None:
        raise ValueError(
            f"weights= are for the Shapley value, whose {every} coalitions are beyond the budget of {budget} solves:"
            " raise max_solves= or leave the weights out"
        )
    elif request.unions and solves_of(Rule.OWEN, request, budget) <= budget:
        rule, point = Rule.OWEN, Point.DEFAULT_UNIONS
    elif serves_by_rows(Rule.LEAST_CORE, request, budget) and solves_of(Rule.ACAM, request, budget) > budget:
        rule, point = Rule.LEAST_CORE, Point.DEFAULT_LEAST_CORE
    return rule, (Clause.of(point, rule=rule.value, every=every, solves=budget),)


def _within_budget(game: CostGame, every: int, budget: int) -> Point:
    """Why all coalitions are within a budget of solves, which may be smaller than their number."""
    if every <= budget:
        return Point.DEFAULT_ALL
    return Point.DEFAULT_PARTS if game.blocks is not None and game.unsolved > budget else Point.DEFAULT_KNOWN


def _solve(rule: Rule, request: Request, limit: int) -> int:
    """Solve what the rule lacks (a full table when the rule asks for it) and say how many coalitions that is."""
    game = request.game
    lacking = solves_of(rule, request, limit)
    if lacking > limit:
        raise ValueError(_too_many(rule, request, lacking, limit))
    coalitions = coalitions_of(rule, request)
    if coalitions is not None:
        game.solve(coalitions)
    elif lacking and (rule not in SHAPLEY_VALUES or game.blocks is None or len(game.players) <= LISTED):
        solve_table(game)  # where there are blocks, sums of what their tables hold
    return lacking


def _too_many(rule: Rule, request: Request, lacking: int, limit: int) -> str:
    count = len(request.game.players)
    return (
        f"{rule.value} lacks {lacking} coalitions of {count} players and may solve {limit}: choose ACAM"
        f" ({2 * count + 1} coalitions), OWEN with unions=, a game between clusters, or raise max_solves="
    )
