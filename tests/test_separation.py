"""The membership MILP against all coalitions solved one by one: the same worst coalition, and a bound that holds."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.allocation import CoreStatus, Question, Rule, Weighing, allocate, core_report
from clusterpool.allocation.core import least_core_shares
from clusterpool.allocation.row_generation.least_core import least_core_level
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.game import cost_game, players_of, separation_of
from clusterpool.savings import share_savings
from clusterpool.separation import PoolSeparation
from clusterpool.solver import Deadline
from tests.oracles.table_separation import TableSeparation
from tests.pool_kit import (
    EXACT,
    MEMBERS,
    NEVER,
)
from tests.pool_kit import ground_of_six as ground
from tests.pool_kit import six as pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.allocation import Allocation, CostGame
    from clusterpool.plan import Stage

SLOW_MIXED = pytest.param("mixed", marks=pytest.mark.slow)


@cache
def table(kind: str, by_cluster: bool = False) -> NDArray[np.float64]:
    """All costs, over the same trips as the separation knows."""
    return game(kind, by_cluster).table()


@cache
def game(kind: str, by_cluster: bool = False) -> CostGame:
    return cost_game(pool(kind), options=EXACT, by_cluster=by_cluster)


def separation(kind: str, by_cluster: bool = False, deadline: Deadline = NEVER) -> PoolSeparation:
    found = separation_of(ground(kind), players_of(pool(kind), by_cluster=by_cluster), EXACT, deadline)
    assert isinstance(found, PoolSeparation)
    return found


def shares_near(costs: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Shares of c(N), some of them far from fair."""
    part = np.random.default_rng(seed).dirichlet(np.full(len(costs).bit_length() - 1, 2.0))
    return np.asarray(part * costs[-1])


def agree(kind: str, question: Question, by_cluster: bool = False) -> None:
    oracle = separation(kind, by_cluster)
    judge = TableSeparation("".join(p[0] for p in oracle.joined.players), table(kind, by_cluster))
    excess = judge.excesses(question)
    answer = oracle(question)
    total = table(kind, by_cluster)[-1]
    assert answer.bound == pytest.approx(excess.max(), abs=1e-6 * total)
    for coalition, value in answer.found:
        assert value.cost >= game(kind, by_cluster).cost(coalition) - 1e-6 * total
        assert value.purchases + value.freight == pytest.approx(value.cost)
    last, cost = answer.found[-1]
    assert cost.cost == pytest.approx(game(kind, by_cluster).cost(last), abs=1e-6 * total)


@pytest.mark.parametrize("weighing", list(Weighing))
@pytest.mark.parametrize("kind", ["buying", "freight", SLOW_MIXED])
def test_the_worst_coalition_is_the_one_of_the_full_table(kind: str, weighing: Weighing) -> None:
    for seed in range(3):
        shares = shares_near(table(kind), seed)
        agree(kind, Question(shares, 0.02 if weighing is Weighing.PROPORTIONAL else 3.0, weighing))


def test_everybody_but_one_is_planned_once_with_the_choices_of_everybody_or_its_suppliers() -> None:
    oracle, costs = separation("buying"), table("buying")
    plan, calls = oracle.plan, list[int]()

    def counted() -> NDArray[np.float64]:
        calls.append(1)
        return plan()

    oracle.plan = counted
    found = dict(oracle.seeds())
    assert dict(oracle.seeds()) == found
    assert len(calls) == 1
    for place, member in enumerate(MEMBERS):
        without = frozenset(MEMBERS) - {member}
        exact = costs[63 - (1 << place)]
        assert exact - 1e-6 * costs[-1] <= found[without].cost <= costs[-1]


def test_where_one_coalition_is_enough_nothing_has_to_be_proven() -> None:
    oracle = separation("buying")
    costs = table("buying")
    oracle.seeds()
    shares = shares_near(costs, 1)
    judge = TableSeparation("".join(MEMBERS), costs)
    worst = judge.excesses(Question(shares)).max()
    eager = oracle(Question(shares, enough=-np.inf))
    best = max(sum(shares[list(oracle.joined.players).index(p)] for p in c) - v.cost for c, v in eager.found)
    assert eager.bound == np.inf
    assert best <= worst + 1e-6 * costs[-1]
    strict = oracle(Question(shares, enough=float(worst) + 1.0))
    assert strict.bound == pytest.approx(worst, abs=1e-6 * costs[-1])


@pytest.mark.parametrize("kind", ["buying", "freight", SLOW_MIXED])
def test_coalitions_can_be_held_to_a_player_and_to_directions(kind: str) -> None:
    shares = shares_near(table(kind), 7)
    for player in (0, len(shares) - 1):
        agree(kind, Question(shares, holding=player))
    directions = np.zeros((2, len(shares)), dtype=np.int64)
    directions[0, :2] = [1, -1]
    directions[1, 1:4] = [2, -1, -1]
    agree(kind, Question(shares, moving=directions))


def test_clusters_can_be_the_players() -> None:
    agree("mixed", Question(shares_near(table("mixed", True), 0)), by_cluster=True)


@pytest.mark.parametrize("kind", [pytest.param("buying", marks=pytest.mark.slow), "freight", SLOW_MIXED])
def test_the_least_core_of_a_pool_by_rows_is_the_one_of_its_full_table(kind: str) -> None:
    oracle = separation(kind)
    level = least_core_level(Ledger(cost_game(pool(kind), options=EXACT).without_idle(), oracle, accuracy=1e-6))
    value, _ = least_core_shares(table(kind))
    total = table(kind)[-1]
    assert level.lower * total == pytest.approx(value, abs=2e-6 * total)
    assert level.lower <= level.upper <= level.lower + 2e-6
    assert level.shares.sum() == pytest.approx(1.0)


def test_without_time_nothing_is_proven_and_nothing_is_claimed() -> None:
    oracle = separation("freight", deadline=Deadline.after(0))
    assert oracle.struck
    question = Question(shares_near(table("freight"), 0))
    worst = TableSeparation("".join(MEMBERS), table("freight")).excesses(question).max()
    assert oracle(question).bound >= worst - 1e-6


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("freight", Rule.NUCLEOLUS),
        pytest.param("buying", Rule.EQUAL_PROFIT, marks=pytest.mark.slow),
        pytest.param("buying", Rule.NUCLEOLUS, marks=pytest.mark.slow),
        pytest.param("buying", Rule.PER_CAPITA_NUCLEOLUS, marks=pytest.mark.slow),
        pytest.param("freight", Rule.EQUAL_PROFIT, marks=pytest.mark.slow),
    ],
)
def test_rules_of_a_pool_by_rows_are_those_of_its_full_table(kind: str, rule: Rule) -> None:
    rows = allocate(cost_game(pool(kind), options=EXACT), rule, max_solves=20)
    full = allocate(game(kind), rule)
    total = table(kind)[-1]
    assert rows.solves < 20
    assert list(rows.shares.values()) == pytest.approx(list(full.shares.values()), abs=2e-3 * total)
    assert rows.core.worst_excess == pytest.approx(full.core.worst_excess, abs=2e-4 * total)
    assert rows.core.excess_bound >= full.core.worst_excess - 1e-6 * total


@pytest.mark.parametrize("kind", ["buying", "freight", SLOW_MIXED])
def test_the_certificate_of_a_pool_agrees_with_its_full_table(kind: str) -> None:
    few = allocate(cost_game(pool(kind), options=EXACT), Rule.ACAM)
    total = game(kind).table()[-1]
    judge = core_report(game(kind), few.shares)
    assert few.core.worst_excess == pytest.approx(judge.worst_excess, abs=1e-6 * total)
    assert few.core.excess_bound >= judge.worst_excess - 1e-6 * total
    assert few.core.status in (
        judge.status,
        CoreStatus.UNDECIDED if judge.status is CoreStatus.IN_CORE else judge.status,
    )


def watched(kind: str, rule: Rule) -> tuple[list[Stage], Allocation]:
    """The stages of the questions that a rule asks about a pool, and what it makes of them."""
    stages: list[Stage] = []
    shared = share_savings(pool(kind), rule=rule, options=EXACT, max_solves=20, progress=stages.append)
    return [stage for stage in stages if stage.name == "questions"], shared.allocation


@pytest.mark.parametrize("kind", [pytest.param("buying", marks=pytest.mark.slow), "freight"])
def test_who_watches_sees_the_least_core_closing_in(kind: str) -> None:
    asked, _ = watched(kind, Rule.LEAST_CORE)
    numbers = [stage.done for stage in asked]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, numbers[-1] + 1))
    value, _ = least_core_shares(table(kind))
    accuracy = 2e-6 * table(kind)[-1]
    widths = []
    for stage in asked:
        assert stage.between is not None
        lower, upper = stage.between
        assert lower <= value + accuracy
        assert upper >= value - accuracy
        widths.append(upper - lower)
    assert widths[0] == math.inf
    assert widths[-1] < 1e-2 * table(kind)[-1]


def test_who_watches_sees_what_one_question_proves() -> None:
    asked, allocation = watched("freight", Rule.ACAM)
    assert next(stage.done for stage in asked) == 1
    game("freight").table()  # solves all
    worst = core_report(game("freight"), allocation.shares).worst_excess
    found, bound = asked[-1].between or (math.nan, math.nan)
    assert found == pytest.approx(worst, abs=1e-3 * worst)
    assert bound >= worst - 1e-6
    assert bound == pytest.approx(allocation.core.excess_bound)
