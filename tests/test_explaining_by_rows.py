"""Explanations of games too large to list, judged by full tables: bounds hold, what is unknown says why."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from clusterpool.allocation import Cause, CoreStatus, Question, Rule, allocate
from clusterpool.allocation.row_generation.sharing import BY_ROWS
from clusterpool.errors import NoPlanError
from clusterpool.language import Language
from clusterpool.savings import share_savings
from tests.oracles.sharing_oracle import incidence
from tests.oracles.table_separation import TableSeparation, game_with, savings_game
from tests.pool_kit import EXACT, Frames, buying_frames, pool_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation import Allocation, CoalitionCost, Explanation

N = 9
NAMES = "ABCDEFGHI"
NEAR = 1e-6
CHEAP = {Rule.PROPORTIONAL.value, Rule.EQUAL_CHARGE.value, Rule.ACAM.value}


def separation(seed: int) -> TableSeparation:
    return TableSeparation(NAMES, savings_game(N, seed))


def of_table(seed: int, rule: Rule) -> Allocation:
    return allocate(game_with(separation(seed)), rule, max_solves=2**N)


def shares_of(answers: Explanation, rule: str) -> pd.DataFrame:
    return answers.rules[answers.rules["rule"] == rule].set_index("player")


@pytest.mark.parametrize("rule", [Rule.ACAM, Rule.PROPORTIONAL, Rule.NUCLEOLUS])
@pytest.mark.parametrize("seed", range(3))
def test_the_worst_coalition_is_found_by_questions_and_bounded(rule: Rule, seed: int) -> None:
    asked = separation(seed)
    allocation = allocate(game_with(asked), rule)
    answers = allocation.explain(solve=True, max_solves=2 * N)
    excess = asked.excesses(Question(np.array(list(allocation.shares.values()))))
    assert answers.worst["excess"].iloc[0] == pytest.approx(excess.max(), abs=NEAR)
    assert answers.worst["excess"].is_monotonic_decreasing
    assert excess.max() - NEAR <= answers.core.excess_bound <= excess.max() + 1e-4 * asked.table[-1]
    assert (answers.core.status is CoreStatus.NOT_IN_CORE) == (excess.max() > NEAR)
    pays = math.fsum(allocation.shares[player] for player in answers.core.worst_coalition)
    cost = asked.table[sum(1 << NAMES.index(player) for player in answers.core.worst_coalition)]
    assert pays - cost == pytest.approx(excess.max(), abs=NEAR)
    assert answers.sentences()[1].startswith("No coalition whatever")


@pytest.mark.parametrize("seed", range(3))
def test_rules_by_rows_stand_beside_the_others(seed: int) -> None:
    asked = separation(seed)
    allocation = allocate(game_with(asked), Rule.PROPORTIONAL)
    answers = allocation.explain(solve=True, max_solves=2 * N)
    assert allocation.game is not None
    assert allocation.game.solves <= 2 * N + 1 + N
    notes = answers.rule_notes.set_index("rule")
    assert set(answers.rules["rule"]) | set(notes.index) == {rule.value for rule in Rule} - {
        Rule.WEIGHTED_SHAPLEY,
        Rule.BY_KEY,
    }
    assert notes.loc["shapley", "cause"] == Cause.NOT_SOLVED
    for rule in BY_ROWS:
        try:
            judge = of_table(seed, rule)
        except ValueError:
            assert notes.loc[rule.value, "cause"] == Cause.NOT_DEFINED
            continue
        assert notes.loc[rule.value, "cause"] == Cause.BY_ROWS
        assert "searches found" in notes.loc[rule.value, "reason"]
        found = shares_of(answers, rule.value)
        assert found["share"].sum() == pytest.approx(asked.table[-1])
        for player, share in judge.shares.items():
            assert found.loc[player, "at_least"] - NEAR <= share <= found.loc[player, "at_most"] + NEAR
            assert found.loc[player, "share"] == pytest.approx(share, abs=5e-3 * asked.table[-1])
    assert set(answers.rules["rule"]) >= CHEAP


@pytest.mark.parametrize("seed", range(3))
def test_what_a_leaver_adds_is_bounded_by_what_is_proven_of_all_coalitions(seed: int) -> None:
    """Nobody but everybody and the members alone may be solved: everybody but one is bounded by a question."""
    asked = separation(seed)
    allocation = allocate(game_with(asked), Rule.PROPORTIONAL)
    solves = allocation.game.solves if allocation.game else 0
    asked_for_more = allocation.explain(solve=True, max_solves=0).leaving.set_index("player")
    assert allocation.game is not None
    assert allocation.game.solves == solves
    bare = game_with(asked)
    bare.solve([tuple(NAMES), *((player,) for player in NAMES)])
    told = replace(allocation, game=bare).explain().leaving.set_index("player")
    assert told["adds"].isna().all()
    full, table = (1 << N) - 1, asked.table
    for leaving in (told, asked_for_more):
        for place, player in enumerate(NAMES):
            adds = table[full] - table[full ^ (1 << place)]
            assert adds <= leaving.loc[player, "adds_at_most"] + NEAR
            assert not adds < leaving.loc[player, "adds_at_least"] - NEAR
            assert math.isfinite(leaving.loc[player, "adds_at_most"])


def test_with_time_over_nothing_is_claimed_and_the_reason_said() -> None:
    asked = separation(0)
    allocation = allocate(game_with(asked), Rule.ACAM)
    assert allocation.game is not None
    unproven, anew = replace(allocation.core, excess_bound=math.inf), game_with(asked)
    anew.solve(allocation.game.solved)
    bare = replace(allocation, core=unproven, game=anew)  # a game remembers what was proven of it
    asked.questions_left = asked.questions
    answers = bare.explain(solve=True, max_solves=2 * N)
    assert answers.core.status is not CoreStatus.IN_CORE
    assert answers.core.excess_bound == math.inf
    notes = answers.rule_notes.set_index("rule")
    assert {notes.loc[rule.value, "cause"] for rule in BY_ROWS} == {Cause.OUT_OF_TIME}
    assert not set(answers.rules["rule"]) & set(BY_ROWS)
    assert answers.loss_notes["cause"].eq(Cause.NOT_SOLVED).all()
    assert 0 < len(answers.loss_notes) <= N
    assert "Of coalitions that are not computed nothing is proven." in answers.sentences()
    for language in Language:
        assert len(answers.sentences(language)) == len(answers.sentences())


def test_coalitions_without_a_plan_in_time_are_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = separation(1)
    game = game_with(asked)
    allocation = allocate(game, Rule.PROPORTIONAL)
    ask = game._store.oracle

    def late(coalitions: Sequence[frozenset[str]]) -> list[CoalitionCost]:
        if any(len(one) == N - 1 for one in coalitions):
            raise NoPlanError("time limit struck before a solution was found")
        return list(ask(coalitions))  # type: ignore[operator]

    monkeypatch.setattr(game._store, "oracle", late)
    answers = allocation.explain(solve=True)
    assert answers.leaving["alone"].notna().all()
    assert math.isfinite(answers.core.excess_bound)
    assert answers.leaving["adds_at_most"].notna().all()
    notes = answers.rule_notes.set_index("rule")
    assert notes.loc["acam", "cause"] == Cause.OUT_OF_TIME
    assert notes.loc["nucleolus", "cause"] == Cause.BY_ROWS
    assert {"proportional", "nucleolus", "least-core"} <= set(answers.rules["rule"])


def excesses(table: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    n = len(shares)
    return np.asarray(incidence(n)[:-1] @ shares - table[1:-1])


def few_needs() -> Frames:
    """Five of the six members, with two items."""
    rows = buying_frames()
    needs = rows["purchases"]
    return rows | {"purchases": needs[needs["item"].isin(["film", "box"]) & (needs["member"] != "F")]}


def test_the_savings_of_a_pool_are_explained_without_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = pool_of(few_needs())
    savings = share_savings(pool, rule=Rule.PROPORTIONAL, options=EXACT)
    full = savings.explain(solve=True)
    judge = share_savings(pool, rule=Rule.SHAPLEY, options=EXACT).allocation.game
    assert judge is not None
    judge = judge.without_idle()
    table = judge.table()
    monkeypatch.setattr("clusterpool.allocation.row_generation.dividing.LADDER_SOLVES", 3)
    few = savings.explain(solve=True, max_solves=13)
    worst = excesses(table, np.array([savings.allocation.shares[player] for player in judge.players])).max()
    tolerance = 1e-6 * table[-1]
    assert few.worst["excess"].iloc[0] == pytest.approx(worst, abs=tolerance)
    assert worst - tolerance <= few.core.excess_bound <= worst + 1e-4 * table[-1]
    pd.testing.assert_frame_equal(few.leaving, full.leaving, rtol=1e-9, atol=tolerance)
    notes = few.rule_notes.set_index("rule")
    assert notes.loc["shapley", "cause"] == Cause.NOT_SOLVED
    for rule in (Rule.NUCLEOLUS, Rule.LEAST_CORE, Rule.EQUAL_PROFIT):
        assert notes.loc[rule.value, "cause"] == Cause.BY_ROWS
        exact, found = shares_of(full, rule.value), shares_of(few, rule.value)
        assert (found["at_least"] - tolerance <= exact["share"]).all()
        assert (exact["share"] <= found["at_most"] + tolerance).all()
