"""Where freight is too large for one MILP: what is proposed is solved, what is proven holds, judged by enumeration."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import clusterpool as cp
from clusterpool.allocation import CoreStatus, CostGame, Question, Rule, allocate, core, least_core
from clusterpool.allocation.core import least_core_shares
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.game import players_of, pool_game, pool_oracle, separation_of
from clusterpool.optimize import groundwork
from clusterpool.search import tasks
from clusterpool.separation import EstimatedSeparation
from clusterpool.solver import SolveOptions
from tests.pool_kit import EXACT, NEVER
from tests.pool_kit import ground_of_six as ground
from tests.pool_kit import six as pool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.optimize import Groundwork

KINDS = ("freight", "mixed")
ROUNDING = 1e-6
BUDGET = 15


@cache
def table(kind: str) -> NDArray[np.float64]:
    """All costs, each coalition solved exactly over the same trips."""
    return game_of(ground(kind)).table()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every model with a ride counts as large, and no table is made unasked."""
    for kind in KINDS:
        table(kind)
    monkeypatch.setattr(tasks, "LARGE", 1)
    monkeypatch.setattr(core, "TABLE_SOLVES", 0)


def game_of(model: Groundwork) -> CostGame:
    """The game over trips that are known already."""
    players = players_of(model.pool, by_cluster=False)
    oracle = pool_oracle(model, EXACT, NEVER, players)
    return CostGame(players, oracle.blocks, separation=separation_of(model, players, EXACT, NEVER))


def game(kind: str) -> CostGame:
    found = game_of(groundwork(pool(kind), options=EXACT, deadline=NEVER, known=ground(kind).known))
    assert isinstance(found.separation, EstimatedSeparation)
    return found


def members_of(kind: str) -> NDArray[np.int64]:
    n = len(pool(kind).members)
    return (np.arange(2**n)[:, None] >> np.arange(n)) & 1


def sharing(kind: str, total: float) -> NDArray[np.float64]:
    """The exact costs, but everybody's is what there is to share."""
    return np.append(table(kind)[:-1], total)


def excesses(kind: str, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return (members_of(kind) @ shares - table(kind))[1:-1]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", KINDS)
def test_the_least_core_lies_in_its_interval(kind: str) -> None:
    found, costs = least_core(one := game(kind)), sharing(kind, one.cost(one.players))
    value = least_core_shares(costs)[0]
    print(f"{kind}: {found.lower:.2f} <= {value:.2f} <= {found.upper:.2f} of {costs[-1]:.2f}")
    assert found.lower <= value + ROUNDING * costs[-1]
    assert value <= found.upper + ROUNDING * costs[-1]
    assert found.upper < costs[-1]
    assert sum(found.shares.values()) == pytest.approx(costs[-1])
    assert excesses(kind, np.array(list(found.shares.values()))).max() <= found.upper + ROUNDING * costs[-1]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule", [Rule.LEAST_CORE, Rule.NUCLEOLUS, Rule.PER_CAPITA_NUCLEOLUS, Rule.EQUAL_PROFIT])
def test_what_rules_say_about_the_core_is_true(kind: str, rule: Rule) -> None:
    one = game(kind)
    found = allocate(one, rule, max_solves=BUDGET)
    assert found.solves <= BUDGET
    shares = np.array([found.shares[player] for player in one.players])
    slack = ROUNDING * found.game.cost(one.players)
    worst = float(excesses(kind, shares).max())
    assert shares.sum() == pytest.approx(one.cost(one.players))
    assert worst <= found.core.excess_bound + slack
    value = least_core_shares(sharing(kind, one.cost(one.players)))[0]
    print(f"{kind} {rule}: {found.core.status}, {worst:.2f} <= {found.core.excess_bound:.2f}, least core {value:.2f}")
    match found.core.status:
        case CoreStatus.IN_CORE:
            assert worst <= slack
        case CoreStatus.NOT_IN_CORE:
            assert worst > 0.0
        case CoreStatus.CORE_EMPTY:
            assert value > 0.0
        case _:
            assert found.core.excess_bound > 0.0
    for player, (least, most) in found.intervals.items():
        assert least <= found.shares[player] <= most


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_found_has_a_plan_and_a_bound(kind: str) -> None:
    one = game(kind)
    ledger = Ledger(one, one.separation)
    ledger.sow()
    rng = np.random.default_rng(3)
    for _ in range(6):
        ledger.look(Question(rng.dirichlet(np.full(ledger.n, 4.0)) * ledger.total))
    place = {player: k for k, player in enumerate(one.players)}
    assert len(one.solved) > 2 * len(one.players) + 1
    for coalition, value in one.solved.items():
        exact = table(kind)[sum(1 << place[player] for player in coalition)]
        assert value.bound <= exact * (1 + ROUNDING), sorted(coalition)
        assert value.cost >= exact * (1 - ROUNDING), sorted(coalition)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_game_gives_the_same_shares(kind: str) -> None:
    first, again = (allocate(game(kind), Rule.LEAST_CORE, max_solves=BUDGET) for _ in range(2))
    assert first.shares == again.shares
    assert first.intervals == again.intervals


@pytest.mark.usefixtures("large")
def test_nothing_is_proposed_before_everybody_but_one_is_known() -> None:
    separation = separation_of(ground("mixed"), players_of(pool("mixed"), by_cluster=False), EXACT, NEVER)
    assert isinstance(separation, EstimatedSeparation)
    shares = np.full(len(pool("mixed").members), 1000.0)
    assert separation.propose(Question(shares), {}) == []
    assert not separation.finds
    assert list(separation.seeds()) == []


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("columns", [0, 30_000], ids=["bounding", "relaxed"])
def test_whichever_model_answers_bounds_every_coalition(
    kind: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_game, "RELAXED", columns)
    separation = game(kind).separation
    assert isinstance(separation, EstimatedSeparation)
    assert (separation.relaxed is None) == (columns == 0)
    rng, total = np.random.default_rng(5), table(kind)[-1]
    for _ in range(3):
        shares = rng.dirichlet(np.full(len(pool(kind).members), 4.0)) * total
        answer = separation(Question(shares))
        assert excesses(kind, shares).max() <= answer.bound + ROUNDING * total
        assert not answer.found


@pytest.mark.slow
def test_the_example_has_a_least_core_with_an_interval() -> None:
    example = cp.read_pool(Path(__file__).parents[1] / "examples" / "six-clusters")
    savings = cp.share_savings(example, rule=Rule.LEAST_CORE, options=SolveOptions(time_limit_s=600))
    found, total = savings.allocation, savings.cost
    assert cp.check_plan(example, savings.plan).ok
    assert sum(found.shares.values()) == pytest.approx(total)
    assert found.core.status is CoreStatus.UNDECIDED
    assert -0.01 * total < found.core.worst_excess <= 0.0
    assert 0.0 < found.core.excess_bound < 0.01 * total
    for player, (least, most) in found.intervals.items():
        assert least <= found.shares[player] <= most < 0.2 * total
