"""Members with the same needs in the separation: the same answers as of the full table, and equal shares."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from benchmarks.pools.tight import tight_pool

from clusterpool.allocation import Question, Rule, Weighing, allocate, least_core
from clusterpool.allocation.core import least_core_shares
from clusterpool.allocation.row_generation.least_core import least_core_level
from clusterpool.allocation.row_generation.ledger import Ledger
from clusterpool.demand import Pool
from clusterpool.game import cost_game, players_of, separation_of
from clusterpool.separation import PoolSeparation
from clusterpool.solver import SolveOptions
from tests.oracles.table_separation import TableSeparation
from tests.pool_kit import EXACT, NEVER, freight_frames, ground_of, pool_of

TOTAL = 1e-6


def bought() -> Pool:
    """Seven members of three kinds whose suppliers cannot serve all; one may not buy of the second, like its twin."""
    pool = tight_pool(7, kinds=3, items=5, suppliers=3, seed=1)
    barred = pd.DataFrame({"member": ["M001", "M004", "M007"], "supplier": "S02", "allowed": False})
    limited = pd.DataFrame({"rule": ["max_share_pct"], "scope": ["item:I02"], "value": [80]})
    frames = {name: pool.table(name) for name in ("members", "purchases", "suppliers", "offers")}
    return Pool.from_frames({**frames, "eligibility": barred, "rules": limited}, {})


def shipped() -> Pool:
    """Six members of which two pairs ship the same."""
    frames = freight_frames()
    rows = frames["shipments"]
    twins = [rows[rows["member"] == one].assign(member=other) for one, other in (("A", "B"), ("E", "F"))]
    others = rows[rows["member"].isin(["A", "C", "D", "E"])]
    rows = pd.concat([others, *twins], ignore_index=True)
    frames["shipments"] = rows.assign(shipment=[f"s{number}" for number in range(len(rows))])
    frames["members"] = frames["members"].assign(site="Alger")
    return pool_of(frames)


POOLS = {"bought": bought, "shipped": shipped}


@cache
def pool(kind: str) -> Pool:
    return POOLS[kind]()


@cache
def table(kind: str) -> np.ndarray:
    return cost_game(pool(kind), options=EXACT).table()


def separation(kind: str) -> PoolSeparation:
    found = separation_of(ground_of(pool(kind)), players_of(pool(kind), by_cluster=False), EXACT, NEVER)
    assert isinstance(found, PoolSeparation)
    assert found.joined.alike
    return found


def cost(kind: str, coalition: frozenset[str]) -> float:
    return float(table(kind)[sum(1 << place for place, one in enumerate(pool(kind).members) if one in coalition)])


@pytest.mark.parametrize("weighing", list(Weighing))
@pytest.mark.parametrize("kind", sorted(POOLS))
def test_the_worst_coalition_is_the_one_of_the_full_table_however_unequal_the_shares(
    kind: str, weighing: Weighing
) -> None:
    oracle, total, members = separation(kind), table(kind)[-1], pool(kind).members
    judge = TableSeparation("ABCDEFG"[: len(members)], table(kind))
    for seed in range(3):
        shares = np.random.default_rng(seed).dirichlet(np.full(len(members), 2.0)) * total
        for holding in (None, 1, len(members) - 1):
            question = Question(shares, 0.02, weighing, holding=holding)
            worst = judge.excesses(question).max()
            answer = oracle(question)
            assert answer.bound == pytest.approx(worst, abs=TOTAL * total)
            for coalition, value in answer.found:
                assert value.cost >= cost(kind, coalition) - TOTAL * total
            last, value = answer.found[-1]
            assert value.cost == pytest.approx(cost(kind, last), abs=TOTAL * total)
            assert holding is None or members[holding] in last


@pytest.mark.parametrize("kind", sorted(POOLS))
def test_the_least_core_is_the_one_of_the_full_table(kind: str) -> None:
    game = cost_game(pool(kind), options=EXACT).without_idle()
    level = least_core_level(Ledger(game, separation(kind), accuracy=1e-6))
    value, _ = least_core_shares(table(kind))
    assert level.lower * table(kind)[-1] == pytest.approx(value, abs=2e-6 * table(kind)[-1])
    assert level.lower <= level.upper <= level.lower + 2e-6


@pytest.mark.parametrize("rule", [Rule.LEAST_CORE, Rule.NUCLEOLUS, Rule.EQUAL_PROFIT])
def test_members_that_are_alike_pay_the_same_by_rows(rule: Rule) -> None:
    game = cost_game(pool("bought"), options=EXACT)
    rows = allocate(game, rule, max_solves=10)
    full = allocate(cost_game(pool("bought"), options=EXACT), rule)
    total = table("bought")[-1]
    for same in (("M001", "M004", "M007"), ("M002", "M005"), ("M003", "M006")):
        assert len({round(rows.shares[member], 6) for member in same}) == 1
    assert list(rows.shares.values()) == pytest.approx(list(full.shares.values()), abs=2e-3 * total)


def test_directions_that_tell_alike_players_apart_are_refused() -> None:
    oracle = separation("bought")
    directions = np.zeros((1, 7), dtype=np.int64)
    directions[0, [0, 3]] = [1, -1]
    with pytest.raises(ValueError, match="alike"):
        oracle(Question(np.full(7, 1.0), moving=directions))


@pytest.mark.slow
def test_thirty_members_whose_suppliers_cannot_serve_all_are_certified_to_a_ten_thousandth() -> None:
    pool = tight_pool(30, items=12, suppliers=6)
    game = cost_game(pool, options=SolveOptions(gap=1e-5, time_limit_s=1800.0))
    found = least_core(game)
    total = game.cost(pool.members)
    assert found.lower <= found.upper <= found.lower + 1e-4 * total
    assert sum(found.shares.values()) == pytest.approx(total)
