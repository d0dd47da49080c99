"""Certificates of row generation, checked by another solver on another formulation, and by the arithmetic of duality.

Upper values: CBC looks for a coalition beyond them and finds none. Lower values: weights on few coalitions that balance
(CBC's own dual), each coalition's cost being solved by CBC again, prove that no shares do better.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.allocation import CoreStatus, Question, Rule, Weighing, allocate
from clusterpool.allocation.row_generation.least_core import least_core_level
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.game import cost_game, players_of, separation_of
from clusterpool.separation import PoolSeparation
from tests.oracles.random_pools import buying_draft
from tests.oracles.worst_coalition import Judge, balanced
from tests.pool_kit import EXACT, NEVER, buying_frames, freight_frames, ground_of, pool_of

if TYPE_CHECKING:
    from clusterpool.demand import Pool
    from clusterpool.optimize import Groundwork

NEAR = 1e-6
"""What two solvers may differ by, as a part of c(N)."""
RANDOM = tuple(seed for seed in range(60) if len(buying_draft(seed).frames["members"]) == 4)[:6]
NAMES = ["freight", *(f"random-{seed}" for seed in RANDOM[:1])]
LONG = [pytest.param(f"random-{seed}", marks=pytest.mark.slow) for seed in RANDOM[1:]]
POOLS = pytest.mark.parametrize("name", ["buying", *NAMES, *LONG])


@cache
def pool(name: str) -> Pool:
    if name.startswith("random"):
        draft = buying_draft(int(name.removeprefix("random-")))
        return pool_of(draft.frames, **draft.settings)
    return pool_of({"buying": buying_frames, "freight": freight_frames}[name]())


@cache
def ground(name: str) -> Groundwork:
    return ground_of(pool(name))


@cache
def judge(name: str) -> Judge:
    return Judge.of(pool(name), ground(name).known if name == "freight" else None)


@cache
def total(name: str) -> float:
    return judge(name).cost(pool(name).members)


def separation(name: str) -> PoolSeparation:
    found = separation_of(ground(name), players_of(pool(name), by_cluster=False), EXACT, NEVER)
    assert isinstance(found, PoolSeparation)
    return found


def units(weighing: Weighing, level: float) -> dict[str, float]:
    """A level of a weighing as the judge takes it."""
    return {{Weighing.PLAIN: "level", Weighing.PER_CAPITA: "head", Weighing.PROPORTIONAL: "part"}[weighing]: level}


@POOLS
@pytest.mark.parametrize("weighing", Weighing)
def test_another_solver_finds_no_worse_coalition(name: str, weighing: Weighing) -> None:
    cost = total(name)
    for seed in range(2):
        shares = np.random.default_rng(seed).dirichlet(np.full(len(pool(name).members), 2.0)) * cost
        level = 0.02 if weighing is Weighing.PROPORTIONAL else 0.001 * cost
        answer = separation(name)(Question(shares, level, weighing))
        worst, coalition = judge(name).worst(shares, **units(weighing, level))
        assert answer.bound == pytest.approx(worst, abs=NEAR * cost), coalition
        found, value = answer.found[-1]
        assert value.cost == pytest.approx(judge(name).cost(found), abs=NEAR * cost)


@pytest.mark.parametrize("name", [pytest.param("buying", marks=pytest.mark.slow), *NAMES, *LONG])
@pytest.mark.parametrize("weighing", Weighing)
def test_both_ends_of_a_least_core_are_proven_by_another_solver(name: str, weighing: Weighing) -> None:
    cost, game = total(name), cost_game(pool(name), options=EXACT).without_idle()
    ledger = Ledger(game, separation(name), accuracy=1e-6)
    level = least_core_level(ledger, weighing)
    unit = 1.0 if weighing is Weighing.PROPORTIONAL else ledger.scale
    assert level.shares.sum() * ledger.scale == pytest.approx(cost, abs=NEAR * cost)
    worst, coalition = judge(name).worst(level.shares * cost, **units(weighing, level.upper * unit))
    assert worst <= NEAR * cost, coalition

    members, known = ledger.members(), list(ledger.known)
    costs = np.array([value.cost for value in ledger.known.values()])
    value, weights, everybody = balanced(members, costs, weighing.slopes(members, costs), cost)
    assert value == pytest.approx(level.lower * unit, abs=NEAR * unit)
    used = np.flatnonzero(weights > 1e-7)
    assert len(used) <= len(pool(name).members) + 1
    assert weights @ members == pytest.approx(np.full(members.shape[1], everybody), abs=1e-7)
    true = np.array([judge(name).cost(known[k]) for k in used])
    slopes = weighing.slopes(members[used], true)
    least = (everybody * cost - weights[used] @ true) / (weights[used] @ slopes)
    assert least >= level.lower * unit - NEAR * unit
    assert level.lower <= level.upper <= level.lower + 2e-6


@POOLS
@pytest.mark.parametrize("rule", [Rule.ACAM, Rule.PROPORTIONAL])
def test_what_is_said_of_the_core_is_so_by_another_solver(name: str, rule: Rule) -> None:
    allocation = allocate(cost_game(pool(name), options=EXACT), rule)
    shares = np.array([allocation.shares[member] for member in pool(name).members])
    worst, _ = judge(name).worst(shares)
    core, near = allocation.core, NEAR * total(name)
    assert core.worst_excess - near <= worst <= core.excess_bound + near
    assert judge(name).cost(core.worst_coalition) <= (
        sum(allocation.shares[member] for member in core.worst_coalition) - core.worst_excess + near
    )
    if core.status is CoreStatus.IN_CORE:
        assert worst <= near
    if core.status in {CoreStatus.NOT_IN_CORE, CoreStatus.CORE_EMPTY}:
        assert worst > 0.0


def test_the_judge_tells_a_wrong_certificate() -> None:
    shares = np.random.default_rng(0).dirichlet(np.full(6, 2.0)) * total("buying")
    worst, coalition = judge("buying").worst(shares)
    inside = [member in coalition for member in pool("buying").members]
    assert worst == pytest.approx(shares[inside].sum() - judge("buying").cost(coalition), abs=1e-6 * total("buying"))
    assert judge("buying").worst(shares, level=worst - 1.0)[0] > 0.5
    smaller = [member in {"A", "B"} for member in pool("buying").members]
    assert shares[smaller].sum() - judge("buying").cost("AB") <= worst + 1e-6 * total("buying")
