"""Row generation against full tables: the same least core, with honest lower and upper values."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.allocation import Answer, CoreStatus, Question, Rule, Weighing, allocate, core_report
from clusterpool.allocation.core import least_core_shares
from clusterpool.allocation.nucleolus import nucleolus, per_capita_nucleolus, proportional_nucleolus
from clusterpool.allocation.row_generation.least_core import least_core_level
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.allocation.row_generation.nucleolus import directions, nucleolus_levels
from clusterpool.allocation.row_generation.sharing import BY_ROWS
from tests.oracles.table_separation import TableSeparation, game_with, savings_game

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

NAMES = "ABCDEFGHIJKL"
NUCLEOLI = (Rule.NUCLEOLUS, Rule.PER_CAPITA_NUCLEOLUS, Rule.PROPORTIONAL_NUCLEOLUS)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("n", [3, 6, 9])
def test_the_least_core_by_rows_is_the_one_of_the_full_table(n: int, seed: int) -> None:
    table = savings_game(n, seed)
    separation = TableSeparation(NAMES[:n], table)
    level = least_core_level(Ledger(game_with(separation), separation, accuracy=1e-8))
    value, shares = least_core_shares(table)
    assert level.lower * table[-1] == pytest.approx(value, abs=1e-6)
    assert level.upper * table[-1] == pytest.approx(value, abs=1e-5)
    assert level.shares * table[-1] == pytest.approx(shares, abs=1e-4 * table[-1])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("weighing", "rule"),
    [
        (Weighing.PLAIN, nucleolus),
        (Weighing.PER_CAPITA, per_capita_nucleolus),
        (Weighing.PROPORTIONAL, proportional_nucleolus),
    ],
)
@pytest.mark.parametrize("imputations", [True, False])
def test_the_nucleoli_by_rows_are_those_of_the_full_table(
    weighing: Weighing, rule: Callable[..., NDArray[np.float64]], imputations: bool, seed: int
) -> None:
    n = 3 + seed % 5
    table = savings_game(n, seed)
    separation = TableSeparation(NAMES[:n], table)
    ledger = Ledger(game_with(separation), separation)
    levels = nucleolus_levels(ledger, weighing, imputations=imputations, accuracy=1e-7)
    assert levels.complete
    assert levels.shares * table[-1] == pytest.approx(rule(table, imputations=imputations), abs=1e-5)


@pytest.mark.parametrize("weighing", list(Weighing))
def test_an_answer_that_leaves_a_gap_leaves_an_interval(weighing: Weighing) -> None:
    table = savings_game(7, 3)
    exact = TableSeparation(NAMES[:7], table)
    sharp = least_core_level(Ledger(game_with(exact), exact, accuracy=1e-8), weighing)
    loose = TableSeparation(NAMES[:7], table, slack=0.01 * table[-1])
    level = least_core_level(Ledger(game_with(loose), loose), weighing)
    assert level.lower <= sharp.lower + 1e-8
    assert level.upper >= sharp.lower - 1e-8
    assert level.upper - level.lower > 1e-3


def test_questions_that_run_out_leave_an_honest_interval() -> None:
    table = savings_game(9, 1)
    value = least_core_shares(table)[0] / table[-1]
    widths = []
    for left in (1, 3, 6, 40):
        separation = TableSeparation(NAMES[:9], table, more=0)
        separation.questions_left = left
        level = least_core_level(Ledger(game_with(separation), separation, accuracy=1e-6))
        assert level.lower <= value + 1e-9
        assert level.upper >= value - 1e-9
        widths.append(level.upper - level.lower)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] <= 1e-6 < widths[0]


@pytest.mark.parametrize("rule", sorted(BY_ROWS))
@pytest.mark.parametrize("seed", range(4))
def test_rules_by_rows_divide_as_from_the_full_table(rule: Rule, seed: int) -> None:
    table = savings_game(6, seed)
    separation = TableSeparation(NAMES[:6], table)
    try:
        full = allocate(game_with(TableSeparation(NAMES[:6], table)), rule, max_solves=64)
    except ValueError:
        with pytest.raises(ValueError, match="not defined"):
            allocate(game_with(separation), rule, max_solves=13)
        return
    rows = allocate(game_with(separation), rule, max_solves=13)
    assert "searches found" in rows.reason
    assert "searches found" not in full.reason
    assert list(rows.shares.values()) == pytest.approx(list(full.shares.values()), abs=3e-3 * table[-1])
    assert sum(rows.shares.values()) == pytest.approx(table[-1], abs=1e-6)
    excess = separation.excesses(Question(np.array(list(rows.shares.values()))))
    assert rows.core.worst_excess - 1e-6 <= excess.max() <= rows.core.excess_bound + 1e-6


@pytest.mark.parametrize("rule", sorted(BY_ROWS))
def test_rules_by_rows_solve_no_more_than_they_may(rule: Rule) -> None:
    separation = TableSeparation(NAMES[:6], savings_game(6, 0))
    least = 13 if rule is Rule.COST_GAP else 7
    refused, served = game_with(separation), game_with(separation)
    with pytest.raises(ValueError, match=f"lacks {least} coalitions of 6 players and may solve {least - 1}"):
        allocate(refused, rule, max_solves=least - 1)
    assert not refused.solved
    assert allocate(served, rule, max_solves=least).solves == least


class Hasty(TableSeparation):
    """Proves nothing where it finds a coalition that is worth looking for."""

    def __call__(self, question: Question) -> Answer:
        answer = super().__call__(question)
        worst = float(self.excesses(question).max())
        return replace(answer, bound=math.inf) if worst > question.enough else answer


@pytest.mark.parametrize("rule", [*NUCLEOLI, Rule.LEAST_CORE, Rule.EQUAL_PROFIT])
@pytest.mark.parametrize("questions", range(3, 24, 4))
def test_however_little_time_there_is_something_is_proven_of_all_coalitions(rule: Rule, questions: int) -> None:
    table = savings_game(8, 2)
    separation = Hasty(NAMES[:8], table, more=0)
    separation.questions_left = questions
    found = allocate(game_with(separation), rule, max_solves=17)
    assert separation.questions <= questions
    excess = separation.excesses(Question(np.array(list(found.shares.values()))))
    assert excess.max() <= found.core.excess_bound + 1e-6
    assert math.isfinite(found.core.excess_bound)
    assert all(map(math.isfinite, (end for ends in found.intervals.values() for end in ends)))
    full = allocate(game_with(TableSeparation(NAMES[:8], table)), rule, max_solves=256)
    for player, (low, high) in found.intervals.items():
        assert low <= full.shares[player] <= high


@pytest.mark.parametrize("rule", [*NUCLEOLI, Rule.LEAST_CORE, Rule.EQUAL_PROFIT])
@pytest.mark.parametrize("questions", range(1, 25, 2))
def test_what_is_known_of_other_shares_holds_for_these_with_what_they_moved(rule: Rule, questions: int) -> None:
    separation = TableSeparation(NAMES[:8], savings_game(8, 2))
    separation.questions_left = questions
    ledger = Ledger(game_with(separation), separation)
    found = BY_ROWS[rule](ledger, imputations=True)
    excess = separation.excesses(Question(found.shares * ledger.scale)).max()
    assert excess <= found.beyond * ledger.scale + 1e-6


@pytest.mark.parametrize("rule", [*NUCLEOLI, Rule.LEAST_CORE, Rule.EQUAL_PROFIT])
def test_without_any_time_there_are_shares_of_which_nothing_is_claimed(rule: Rule) -> None:
    separation = TableSeparation(NAMES[:6], savings_game(6, 2))
    separation.questions_left = 0
    found = allocate(game_with(separation), rule, max_solves=7)
    assert separation.questions == 0
    assert found.core.status is CoreStatus.UNDECIDED
    assert found.core.excess_bound == math.inf
    assert sum(found.shares.values()) == pytest.approx(separation.table[-1])
    full = allocate(game_with(TableSeparation(NAMES[:6], separation.table)), rule, max_solves=64)
    for player, (low, high) in found.intervals.items():
        assert low <= full.shares[player] <= high


@pytest.mark.parametrize("seed", range(10))
def test_the_certificate_says_what_the_full_table_says(seed: int) -> None:
    table = savings_game(6, seed)
    separation = TableSeparation(NAMES[:6], table)
    rows = allocate(game_with(separation), Rule.ACAM).core
    full = allocate(game_with(TableSeparation(NAMES[:6], table)), Rule.SHAPLEY)  # solves all
    assert full.game is not None
    judge = core_report(full.game, allocate(full.game, Rule.ACAM).shares)
    assert rows.status is judge.status
    assert rows.worst_excess == pytest.approx(judge.worst_excess, abs=1e-6)
    assert rows.worst_coalition == judge.worst_coalition


def test_the_directions_are_those_that_the_settled_rows_leave_free() -> None:
    rng = np.random.default_rng(0)
    for n in range(2, 9):
        settled = np.vstack([np.ones(n), rng.integers(0, 2, (n // 2, n))]).astype(float)
        basis = directions(settled)
        assert not (settled @ basis.T).any()
        assert len(basis) == n - np.linalg.matrix_rank(settled)
        assert np.linalg.matrix_rank(basis) == len(basis)


def test_where_even_acam_is_beyond_the_budget_the_least_core_is_the_default() -> None:
    separation = TableSeparation(NAMES[:6], savings_game(6, 0))
    assert allocate(game_with(separation), max_solves=12).rule is Rule.LEAST_CORE
    assert allocate(game_with(separation), max_solves=13).rule is Rule.ACAM
