"""Time that runs out is an answer: every rule gives shares of what is solved by then, and says how much that was.

The clock is a count of coalitions: an oracle that finds none in time after k of them.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.allocation import BY_ROWS, Blocks, CoalitionCost, CostGame, Point, Rule, allocate, in_time
from clusterpool.allocation.coalitions import subset_sums
from clusterpool.allocation.rules import Request, coalitions_of
from clusterpool.errors import NoPlanError
from clusterpool.language import Language
from tests.oracles.table_separation import TableSeparation, savings_game

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from clusterpool.allocation import Allocation

NAMES = "ABCD"
NAMES_OF_ALL = tuple(NAMES)
N = len(NAMES)
EVERY = 2**N - 1
TABLE = savings_game(N, 3)
GAP = 0.02
TRUE = np.append(TABLE[:-1] * (1.0 - GAP), TABLE[-1])
"""What a separation finds: no plan costs less."""
UNIONS = {"u": ["A", "B"], "v": ["C", "D"]}
KEYS = {"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0}
EXACT_SUM = 1e-6


class Clock:
    """Solves so many coalitions, one by one as they are asked for, then none any more."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.solved: dict[frozenset[str], CoalitionCost] = {}

    def __call__(self, coalitions: Sequence[frozenset[str]]) -> list[CoalitionCost]:
        return [self.one(coalition) for coalition in coalitions]

    def one(self, coalition: frozenset[str]) -> CoalitionCost:
        if coalition not in self.solved:  # what an oracle solved before the limit struck, it keeps
            if self.left == 0:
                raise NoPlanError("time limit struck before a solution was found")
            self.left -= 1
            cost = float(TABLE[sum(1 << NAMES.index(player) for player in coalition)])
            self.solved[coalition] = CoalitionCost(cost, cost * (1.0 - GAP) if len(coalition) < N else cost)
        return self.solved[coalition]


def game(clock: Clock, kind: str) -> CostGame:
    """The game of a clock: alone, with a separation beside it, or as the only block of a pool with one."""
    separation = TableSeparation(NAMES, TRUE) if kind != "plain" else None
    whole = CoalitionCost(float(TABLE[-1]), float(TABLE[-1]))
    clock.solved[frozenset(NAMES)] = whole  # the pool's plan is what there is before anything is shared
    if kind != "blocks":
        found = CostGame(NAMES, clock, separation=separation)
        found.learn(NAMES_OF_ALL, whole)
        return found

    def solve(pieces: Sequence[tuple[int, frozenset[str]]], _: Executor | None) -> list[CoalitionCost]:
        return clock([coalition for _, coalition in pieces])

    found = CostGame(NAMES, Blocks((tuple(NAMES),), solve, (1.0,)), separation=separation)
    found.learn(NAMES_OF_ALL, whole)
    return found


def shared(rule: Rule | None, of: CostGame) -> Allocation:
    weights = KEYS if rule in {Rule.BY_KEY, Rule.WEIGHTED_SHAPLEY} else None
    return allocate(of, rule, unions=UNIONS if rule is Rule.OWEN else None, weights=weights)


def needed(rule: Rule) -> int:
    """How many coalitions a rule looks at."""
    some = coalitions_of(rule, Request(game(Clock(0), "plain"), tuple(map(tuple, UNIONS.values())), None, True))
    return EVERY if some is None else len({coalition for coalition in some if coalition})


@pytest.mark.parametrize("kind", ["plain", "separation", "blocks"])
@pytest.mark.parametrize("rule", [None, *Rule])
def test_whenever_time_is_over_there_are_shares_of_what_is_solved(rule: Rule | None, kind: str) -> None:
    whole = shared(rule, game(Clock(10**6), kind))
    for k in range(EVERY):
        clock = Clock(k)
        if k < least_for(rule or whole.rule):
            with pytest.raises(NoPlanError, match="time limit"):
                shared(rule, game(clock, kind))
            continue
        found = shared(rule, game(clock, kind))
        assert math.fsum(found.shares.values()) == pytest.approx(TABLE[-1], abs=EXACT_SUM)
        assert all(math.isfinite(share) for share in found.shares.values())
        for player, (low, high) in found.intervals.items():
            assert low <= found.shares[player] <= high
        if in_time(found):
            assert found.rule is whole.rule
            assert found.shares == pytest.approx(whole.shares, abs=EXACT_SUM)
        else:
            says_what_was_solved(found, rule or whole.rule, clock)
        excess = subset_sums(np.array(list(found.shares.values()))) - TRUE
        assert excess[1:-1].max() <= found.core.excess_bound + EXACT_SUM


def least_for(rule: Rule) -> int:
    """From how many coalitions besides everybody on there are shares: each player alone, or all but one."""
    return 0 if rule is Rule.BY_KEY else N


def says_what_was_solved(found: Allocation, asked: Rule, clock: Clock) -> None:
    first = found.why[0]
    if first.point is Point.IN_PLACE_OF:
        assert (first.values["rule"], first.values["asked"]) == (found.rule.value, asked.value)
        told = first.values
    else:
        assert found.rule is asked
        assert asked in BY_ROWS
        told = next(clause.values for clause in found.why if clause.point is Point.TIME_STRUCK)
    assert told["every"] == needed(asked)
    assert isinstance(told["solved"], int)
    assert 0 < told["solved"] <= min(len(clock.solved), needed(asked))
    figures = {int(figure) for figure in re.findall(r"\d+", found.reason_in(Language.ENGLISH))}
    assert {told["solved"], told["every"]} <= figures
    assert len({found.reason_in(language) for language in Language}) == len(Language)


def test_better_rules_come_first() -> None:
    """With all but one of the coalitions ACAM, with the members alone proportional shares, by rows the rule itself."""
    late, early = (allocate(game(Clock(k), "plain"), Rule.SHAPLEY) for k in (EVERY - 2, N + 1))
    assert (late.rule, early.rule) == (Rule.ACAM, Rule.PROPORTIONAL)
    assert late.why[0].values == {"rule": "acam", "asked": "shapley", "solved": EVERY - 1, "every": EVERY}
    assert late.reason.startswith("ACAM in place of Shapley value, since the time limit struck with 14 of the 15")
    rows = allocate(game(Clock(EVERY - 2), "separation"), Rule.NUCLEOLUS)
    assert rows.rule is Rule.NUCLEOLUS
    assert "14 of 15 coalitions were solved" in rows.reason
    assert all(math.isfinite(end) for ends in rows.intervals.values() for end in ends)
    exact = allocate(CostGame.from_costs(NAMES, TRUE), Rule.NUCLEOLUS).shares
    for player, (low, high) in rows.intervals.items():
        assert low - EXACT_SUM <= exact[player] <= high + EXACT_SUM


def test_without_any_coalition_the_error_says_how_many_were_solved() -> None:
    with pytest.raises(NoPlanError, match="2 of the 15 coalitions that shapley looks at were solved, too few"):
        allocate(game(Clock(1), "plain"), Rule.SHAPLEY)
    with pytest.raises(NoPlanError, match="time limit struck"):
        allocate(game(Clock(0), "plain"), Rule.PROPORTIONAL)
