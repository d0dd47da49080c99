"""Where the time is over before a rule has all its coalitions: shares from those solved, and how many these are.

The rule itself where row generation serves it; else ACAM where N, every N without i and each player alone are
solved, else shares in proportion to the costs alone, else equal charge. What is lacking is not estimated: the rule used
is exact on what is known, with its intervals, and the reason names the rule that was asked for.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import zip_longest
from typing import TYPE_CHECKING

from clusterpool.allocation.allocation import Allocation
from clusterpool.allocation.certificate import certificate
from clusterpool.allocation.coalitions import power_set
from clusterpool.allocation.intervals import intervals_of
from clusterpool.allocation.reasons import Clause, Point, openness_of, proof_of
from clusterpool.allocation.row_generation.dividing import divide_by_rows, serves_by_rows
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.allocation.rules import Request, Rule, coalitions_of
from clusterpool.allocation.terms import divide
from clusterpool.errors import NoPlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.allocation.game import CostGame
    from clusterpool.allocation.terms import Terms

INSTEAD = (Rule.ACAM, Rule.PROPORTIONAL, Rule.EQUAL_CHARGE)
"""Rules that do with few coalitions, the better ones first."""
AT_ONCE = 64
"""So many coalitions of a full table are solved in one call, so that those before a time limit stay known."""


def solve_table(game: CostGame) -> None:
    """Solve all coalitions, those first with which other rules can do: what is solved when time strikes serves them."""
    grand = frozenset(game.players)
    alone = [frozenset({player}) for player in game.players]
    rest = sorted((c for c in power_set(game.players) if 1 < len(c) < len(grand) - 1), key=len)
    half = len(rest) // 2
    ends = [c for pair in zip_longest(rest[:half], reversed(rest[half:])) for c in pair if c is not None]
    batches = [ends[k : k + AT_ONCE] for k in range(0, len(ends), AT_ONCE)]
    for some in ([grand], alone, [grand - one for one in alone], *batches):
        _solve_or_keep(game, some)


def _solve_or_keep(game: CostGame, coalitions: Sequence[frozenset[str]]) -> None:
    """Solve coalitions in one call; where time strikes, the game learns those that were solved before."""
    try:
        game.solve(coalitions)
    except NoPlanError:
        for coalition in coalitions:
            with suppress(NoPlanError):
                game.solve([coalition])
        raise


def from_what_is_solved(rule: Rule, request: Request, game: CostGame, terms: Terms, error: NoPlanError) -> Allocation:
    """Shares after a time limit struck.

    Parameters
    ----------
    rule, request
        What was asked for.
    error : NoPlanError
        How the limit struck.

    Raises
    ------
    NoPlanError
        What all pay together is not known, or nothing besides it.
    """
    instead = [other for other in INSTEAD if other is not rule and _at_hand(other, request)]
    if serves_by_rows(rule, request, 0):
        with suppress(NoPlanError):  # where not even each player alone has a plan
            return _by_rows(rule, request, game, terms)
    solved, every = _counted(rule, request)
    for other in instead:
        told: dict[str, str | int] = {"rule": other.value, "asked": rule.value, "solved": solved, "every": every}
        with suppress(ValueError):  # not defined for costs alone below 0
            return _shared(other, request, game, terms, (Clause.of(Point.IN_PLACE_OF, **told),))
    raise NoPlanError(
        f"{error}: {solved} of the {every} coalitions that {rule.value} looks at were solved, too few for any shares"
    ) from error


def _counted(rule: Rule, request: Request) -> tuple[int, int]:
    """How many of the coalitions that a rule looks at are solved, and how many these are."""
    game = request.game
    coalitions = coalitions_of(rule, request)
    if coalitions is not None:
        some = {coalition for coalition in coalitions if coalition}
        return len(some) - game.lacking(some), len(some)
    every = 2 ** len(game.players) - 1
    return every - game.unsolved, every


def _at_hand(rule: Rule, request: Request) -> bool:
    """Whether all that a rule looks at is solved: costs of blocks that are solved are added up."""
    try:
        _solve_or_keep(request.game, coalitions_of(rule, request) or ())
    except NoPlanError:
        return False
    return True


def _by_rows(rule: Rule, request: Request, game: CostGame, terms: Terms) -> Allocation:
    active = request.game
    assert active.separation is not None  # noqa: S101 - `serves_by_rows` has looked
    solved, every = _counted(rule, request)
    before = game.solves
    ledger = Ledger(active, active.separation, most=active.solves)
    found = divide_by_rows(rule, request, game.players, ledger)
    core = certificate(game, found.shares, ledger, found.beyond, closer=found.closer)
    chosen = (
        Clause.of(Point.ASKED_FOR, rule=rule.value),
        Clause.of(Point.TIME_STRUCK, solved=solved, every=every),
        *found.why,
    )
    why = (*chosen, *proof_of(core), *openness_of(found.intervals))
    errors = dict.fromkeys(game.players, 0.0)
    solves = game.solves - before
    return Allocation(rule, found.shares, core, errors, why, solves, game, terms, found.intervals)


def _shared(rule: Rule, request: Request, game: CostGame, terms: Terms, chosen: tuple[Clause, ...]) -> Allocation:
    shares = divide(rule, request, game.players)
    within = intervals_of(rule, request, shares)
    core = certificate(game, shares)
    why = (*chosen, *proof_of(core), *openness_of(within))
    return Allocation(rule, shares, core, dict.fromkeys(game.players, 0.0), why, 0, game, terms, within)


def in_time(allocation: Allocation) -> bool:
    """Whether no time limit kept the rule from what it looks at."""
    return not any(clause.point in {Point.IN_PLACE_OF, Point.TIME_STRUCK} for clause in allocation.why)
