"""The door to the rules: `allocate` divides the cost of a game and says what is proven about the shares."""

from __future__ import annotations

import math
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.allocation.by_rows import BY_ROWS
from clusterpool.allocation.certificate import certificate
from clusterpool.allocation.coalitions import power_set
from clusterpool.allocation.core import CoreReport, CoreStatus
from clusterpool.allocation.explaining import Question, explain
from clusterpool.allocation.intervals import UNKNOWN, intervals_of
from clusterpool.allocation.ledger import Ledger
from clusterpool.allocation.rules import Request, Rule, coalitions_of, solves_of
from clusterpool.allocation.sampling import CONFIDENCE, PRECISION, Sampled, resampled, sampled_shapley
from clusterpool.allocation.terms import Terms, divide, request_of
from clusterpool.notebook import card

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.allocation.costs import Part
    from clusterpool.allocation.explanation import Explanation
    from clusterpool.allocation.game import CostGame

LADDER_SOLVES = 255
"""Coalitions that the default rule may solve: the full table of eight members."""
LISTED = 12
"""Up to so many players all coalitions are listed once those within every block are solved."""
MAX_SOLVES = 2**16 - 1
"""Coalitions that a rule which was asked for may solve without `max_solves`."""

CENT = 0.01


@dataclass(frozen=True, slots=True)
class Draw:
    """How shares are sampled: budget of solves, seed, and the rounds drawn of each block that is not exact."""

    budget: int
    seed: int
    rounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Allocation:
    """The cost of a game divided among its players.

    Parameters
    ----------
    rule : Rule
        The rule that was used.
    shares : Mapping of str to float
        What each player pays, in the pool's currency, unrounded; the sum is c(N) within 1e-6.
    core : CoreReport
        What is proven about coalitions that would be better off alone.
    standard_error : Mapping of str to float
        Of sampled shares; 0 where the rule is computed exactly.
    reason : str
        One sentence: which rule, why, and what is proven.
    solves : int
        The coalitions that had to be solved for it.
    game : CostGame or None
        The game that was shared; what is solved of it answers the questions of `explain`.
    terms : Terms
        What the rule was told besides the game.
    intervals : Mapping of str to tuple of two floats
        What each share lies between, wherever between its bound and its cost each coalition's true cost may lie;
        c(N) is the plan's cost. Infinite ends where nothing is proven; how: `clusterpool.allocation.intervals`.
    draw : Draw or None
        How the shares were sampled; None where they are exact.
    """

    rule: Rule
    shares: Mapping[str, float]
    core: CoreReport
    standard_error: Mapping[str, float]
    reason: str
    solves: int
    game: CostGame | None = field(default=None, compare=False, repr=False)
    terms: Terms = field(default=Terms(), compare=False, repr=False)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    draw: Draw | None = field(default=None, compare=False, repr=False)

    def explain(self, *, solve: bool = False, top: int = 10) -> Explanation:
        """Who loses what if one leaves, which coalitions are worst off, who pays more than alone, and all rules.

        Parameters
        ----------
        solve : bool
            Whether coalitions may be solved for the answers: every player alone, everybody but one, and up to 65,535
            for the rules. By default only what is solved answers, and what is not is NaN.
        top : int
            How many of the worst coalitions are listed.

        Raises
        ------
        ValueError
            The allocation does not know its game.

        Examples
        --------
        >>> from clusterpool.allocation import CostGame, Rule, allocate
        >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
        >>> allocate(game, Rule.SHAPLEY).explain().leaving[["player", "pays", "adds", "others_lose"]]
          player  pays  adds  others_lose
        0      A   4.5   3.0          1.5
        1      B   5.5   4.0          1.5
        """
        if self.game is None:
            raise ValueError("this allocation does not know its game: make it with allocate()")
        return explain(Question(self.game, self.rule, self.shares, self.terms, solve), top=top)

    def summary(self) -> str:
        """One sentence: which rule, why, and what is proven."""
        return self.reason

    def to_frame(self) -> pd.DataFrame:
        """One row a player: `player`, `share`, `standard_error`."""
        columns = {"player": list(self.shares), "share": list(self.shares.values())}
        return pd.DataFrame({**columns, "standard_error": list(self.standard_error.values())})

    def _repr_html_(self) -> str:
        facts = {"rule": self.rule.value, "core": self.core.status.value, "why": self.reason}
        return card("Allocation", facts, {"player": list(self.shares), "share": list(self.shares.values())})

    def of_part(self, part: Part) -> dict[str, float]:
        """What the Shapley value gives each player of one part of the cost, from the same solved coalitions.

        Raises
        ------
        ValueError
            The shares are not a Shapley value, or the allocation does not know its game or the split of its costs.
        """
        if self.game is None or self.rule is not Rule.SHAPLEY:
            raise ValueError("only a Shapley value that knows its game is the sum of its parts")
        request = request_of(self.game.part(part), self.terms)
        if self.draw is None:
            return divide(self.rule, request, self.game.players)
        budget, seed, rounds = self.draw.budget, self.draw.seed, self.draw.rounds
        found = resampled(request.game, request.weights, budget=budget, seed=seed, rounds=rounds)
        return {player: found.get(player, 0.0) for player in self.game.players}

    def __str__(self) -> str:
        return f"{self.reason}\n" + "\n".join(f"{player}: {share:,.2f}" for player, share in self.shares.items())


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
        For the Shapley value: positive bargaining weights; a player that is not named has 1.
    imputations : bool
        The nucleoli only compare shares where nobody pays more than alone, if there are any; False: all shares.
    seed : int
        Of the sampled Shapley value: the same seed gives the same shares, wherever coalitions are solved.
    executor : concurrent.futures.Executor, optional
        Where coalitions are solved; by default where the game solves them.
    max_solves : int, optional
        How many coalitions may be solved: by default 255 where `rule` is None, else 65,535. Where a game falls into
        blocks, a solve within one counts by its part of the work. The Shapley value that was asked for and would take
        more is sampled: to 0.5 % of each share with 95 % confidence, or as far as the budget or the time goes.

    Returns
    -------
    Allocation
        Shares in the order of the players, what is proven about the core, and why this rule.

    Raises
    ------
    ValueError
        The rule is not defined for this game or lacks more coalitions than it may solve; unions or weights that are
        wrong, or that the rule has no use for.
    KeyError
        Unions or weights name someone who is no player.

    Examples
    --------
    >>> from clusterpool.allocation import CostGame, Rule, allocate
    >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
    >>> allocate(game, Rule.SHAPLEY).shares
    {'A': 4.5, 'B': 5.5}
    """
    _check_call(rule, unions, weights, seed, max_solves)
    if executor is not None and not isinstance(executor, Executor):
        raise TypeError(f"executor= takes a concurrent.futures.Executor, not {executor!r}")
    terms = Terms(unions, weights, imputations)
    game = game if executor is None else game.using(executor)
    request = request_of(game, terms)
    chosen, why = (Rule(rule), "as asked for") if rule is not None else _ladder(request, max_solves)
    limit = MAX_SOLVES if max_solves is None else max_solves
    if chosen is Rule.SHAPLEY and solves_of(chosen, request, limit) > limit:
        return _sampled(game, request, terms, Draw(limit, seed))
    if _serves_by_rows(chosen, request, max_solves):
        before = len(game.solved)
        shares, core, how = _by_rows(chosen, request, game)
        solves = len(game.solved) - before
        within = {player: UNKNOWN if player in request.game.players else (0.0, 0.0) for player in game.players}
        why = f"{why}; {how}"
    else:
        solves = _solve(chosen, request, limit)
        shares = divide(chosen, request, game.players)
        within = intervals_of(chosen, request, shares, game.players)
        core = certificate(game, shares)
    reason = f"{chosen.value}, {why}; {_proof(core)}{_uncertain(within)}."
    return Allocation(chosen, shares, core, dict.fromkeys(game.players, 0.0), reason, solves, game, terms, within)


def _serves_by_rows(rule: Rule, request: Request, max_solves: int | None) -> bool:
    """Whether a rule lacks more coalitions than its budget, and can do with those that a separation finds."""
    if request.game.separation is None or not request.game.separation.finds or rule not in BY_ROWS:
        return False
    budget = LADDER_SOLVES if max_solves is None else max_solves
    return solves_of(rule, request, budget) > budget


def _by_rows(rule: Rule, request: Request, game: CostGame) -> tuple[dict[str, float], CoreReport, str]:
    """Shares by row generation, their report, and how they were found."""
    active = request.game
    assert active.separation is not None  # noqa: S101 - `_serves_by_rows` has looked
    ledger = Ledger(active, active.separation)
    found = BY_ROWS[rule](ledger, imputations=request.imputations)
    exact = dict(zip(active.players, (found.shares * ledger.scale).tolist(), strict=True))
    left = (active.cost(active.players) - math.fsum(exact.values())) / len(exact)
    shares = {player: exact[player] + left if player in exact else 0.0 for player in game.players}
    core = certificate(game, shares, ledger, found.beyond * ledger.scale)
    return shares, core, f"from {len(ledger.known)} coalitions that {ledger.questions} searches found, {found.proven}"


def _sampled(game: CostGame, request: Request, terms: Terms, draw: Draw) -> Allocation:
    """The Shapley value by sampling, with what is proven about it."""
    found = sampled_shapley(request.game, request.weights, budget=draw.budget, seed=draw.seed)
    left = (request.game.cost(request.game.players) - math.fsum(found.shares.values())) / len(request.game.players)
    sampled = {player: share + left for player, share in found.shares.items()}
    shares = {player: sampled.get(player, 0.0) for player in game.players}
    errors = {player: found.standard_error.get(player, 0.0) for player in game.players}
    core = certificate(game, shares)
    reason = f"{Rule.SHAPLEY.value}, as asked for, {_how_precise(found, errors, shares, draw)}; {_proof(core)}."
    draw = replace(draw, rounds=found.rounds)
    unknown = {player: UNKNOWN if player in request.game.players else (0.0, 0.0) for player in game.players}
    return Allocation(Rule.SHAPLEY, shares, core, errors, reason, found.solves, game, terms, unknown, draw)


def _how_precise(found: Sampled, errors: Mapping[str, float], shares: Mapping[str, float], draw: Draw) -> str:
    """What stopped the sampling, and the largest standard error."""
    widest = max(shares, key=lambda player: errors[player])
    orders = f"sampled in {found.orders} orders of arrival with seed {draw.seed}"
    spread = f"standard errors up to {errors[widest]:,.2f} ({widest})"
    if found.precise:
        return f"{orders} to {PRECISION:.1%} of each share with {CONFIDENCE:.0%} confidence, {spread}"
    end = "the time limit" if found.out_of_time else f"the budget of {draw.budget} solves"
    return f"{orders}, as far as {end} allowed, {spread}"


def _check_call(
    rule: Rule | None,
    unions: object,
    weights: object,
    seed: int,
    max_solves: int | None,
) -> None:
    if seed < 0 or (max_solves is not None and max_solves < 0):
        raise ValueError("seed and max_solves must not be negative")
    if rule is Rule.OWEN and unions is None:
        raise ValueError("the Owen value needs unions=, for example unions=pool.clusters")
    if unions is not None and rule not in {None, Rule.OWEN}:
        raise ValueError(f"only the Owen value has a use for unions=, not {rule}")
    if weights is not None and rule not in {None, Rule.SHAPLEY}:
        raise ValueError(f"only the Shapley value has a use for weights=, not {rule}")


def _ladder(request: Request, max_solves: int | None) -> tuple[Rule, str]:
    """The first of Shapley, Owen and ACAM that lacks no more coalitions than the budget."""
    budget = LADDER_SOLVES if max_solves is None else max_solves
    every = 2 ** len(request.game.players) - 1
    if solves_of(Rule.SHAPLEY, request, budget) <= budget:
        return Rule.SHAPLEY, f"the default where all coalitions ({every}) are within the budget of {budget} solves"
    if request.weights is not None:
        raise ValueError(
            f"weights= are for the Shapley value, whose {every} coalitions are beyond the budget of {budget} solves:"
            " raise max_solves= or leave the weights out"
        )
    beyond = f"the default where all coalitions ({every}) are beyond the budget of {budget} solves"
    if request.unions and solves_of(Rule.OWEN, request, budget) <= budget:
        return Rule.OWEN, f"{beyond} and those of the unions are not"
    if _serves_by_rows(Rule.LEAST_CORE, request, budget) and solves_of(Rule.ACAM, request, budget) > budget:
        return Rule.LEAST_CORE, f"{beyond}, and those of ACAM too"
    return Rule.ACAM, beyond


def _solve(rule: Rule, request: Request, limit: int) -> int:
    """Solve what the rule lacks (a full table when the rule asks for it) and say how many coalitions that is."""
    game = request.game
    lacking = solves_of(rule, request, limit)
    if lacking > limit:
        raise ValueError(
            f"{rule.value} lacks {lacking} coalitions of {len(game.players)} players and may solve {limit}: choose"
            f" ACAM ({2 * len(game.players) + 1} coalitions), OWEN with unions=, a game between clusters, or raise"
            " max_solves="
        )
    coalitions = coalitions_of(rule, request)
    if coalitions is not None:
        game.solve(coalitions)
    elif game.blocks is not None and len(game.players) <= LISTED:
        game.solve(power_set(game.players))  # sums of what the blocks' tables hold
    return lacking


def _uncertain(intervals: Mapping[str, tuple[float, float]]) -> str:
    """By how much the gaps of the coalitions' costs leave the shares open, where that is a cent or more."""
    widest = max((high - low for low, high in intervals.values()), default=0.0)
    if widest < CENT:
        return ""
    if math.isinf(widest):
        return "; the gaps of the coalitions' costs leave some shares without a proven interval"
    return f"; the gaps of the coalitions' costs leave each share an interval of at most {widest:,.2f}"


def _proof(core: CoreReport) -> str:
    worst = "{" + ", ".join(core.worst_coalition) + "}"
    match core.status:
        case CoreStatus.IN_CORE:
            return "no coalition would be better off alone, proven for all of them"
        case CoreStatus.NOT_IN_CORE:
            return f"{worst} would be better off alone by {core.worst_excess:,.2f}"
        case CoreStatus.CORE_EMPTY:
            return (
                f"no shares can satisfy every coalition (proven), here {worst} pays {core.worst_excess:,.2f} too much"
            )
        case _ if math.isinf(core.excess_bound):
            return "of the coalitions solved none would be better off alone, for the others nothing is proven"
        case _:
            return (
                f"no coalition is known to be better off alone, and none can be by more than {core.excess_bound:,.2f}"
            )
