"""Savings where coalitions find no plan in time any more: shares of what is solved, whatever was asked for."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import pytest

from clusterpool.allocation import BY_ROWS, Point, Rule, in_time
from clusterpool.errors import NoPlanError
from clusterpool.game import PoolOracle
from clusterpool.savings import share_savings
from clusterpool.solver import SolveOptions
from tests.pool_kit import pool_of, table

if TYPE_CHECKING:
    from clusterpool.demand import Pool
    from clusterpool.savings import Savings

LATE = SolveOptions(gap=0.0, time_limit_s=600.0)
"""The limit never strikes by the clock; the test counts solves."""
SLOW = pytest.mark.slow
LONG = set(BY_ROWS) - {Rule.COST_GAP}
RULES = [rule for rule in Rule if rule is not Rule.BY_KEY]


@cache
def pool() -> Pool:
    """Four members that buy together; every coalition differs."""
    members = [("A", "east", "Alger"), ("B", "east", "Alger"), ("C", "west", "Oran"), ("D", "west", "Oran")]
    needs = [
        ("A", "film", 60),
        ("A", "box", 20),
        ("B", "film", 45),
        ("B", "box", 10),
        ("C", "film", 30),
        ("D", "box", 50),
    ]
    offers = [("S", "film", 1, 10.0), ("S", "film", 100, 8.5), ("S", "box", 1, 20.0), ("S", "box", 60, 17.0)]
    return pool_of(
        {
            "members": table("member cluster site", *members),
            "items": table("item unit weight_kg", ("film", "roll", 1.0), ("box", "pallet", 5.0)),
            "purchases": table("member item quantity", *needs),
            "suppliers": table("supplier order_cost capacity_value", ("S", 80.0, 4000.0)),
            "offers": table("supplier item min_quantity unit_price", *offers),
        }
    )


def struck_after(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let oracles with a time limit find no more than k coalitions in time."""
    here, done = PoolOracle._here, list[frozenset[str]]()

    def late(oracle: PoolOracle, number: int, coalition: frozenset[str]) -> object:
        if oracle.deadline.at is not None:
            if len(done) >= k:
                raise NoPlanError("time limit struck before a solution was found")
            done.append(coalition)
        return here(oracle, number, coalition)

    monkeypatch.setattr(PoolOracle, "_here", late)


@pytest.mark.parametrize("rule", [None, *(pytest.param(rule, marks=SLOW if rule in LONG else ()) for rule in RULES)])
@pytest.mark.parametrize(
    "k", [pytest.param(0, marks=SLOW), pytest.param(3, marks=SLOW), 6, pytest.param(9, marks=SLOW)]
)
def test_time_that_ends_after_some_coalitions_is_an_answer(
    rule: Rule | None, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = share_savings(pool(), rule=rule, options=SolveOptions(gap=0.0, time_limit_s=None))
    struck_after(k, monkeypatch)
    found = share_savings(pool(), rule=rule, options=LATE)
    adds_up(found)
    allocation = found.allocation
    if allocation.rule is not whole.allocation.rule or not in_time(allocation):
        assert not found.result.reproducible
        points = {clause.point for clause in allocation.why}
        assert points & {Point.IN_PLACE_OF, Point.TIME_STRUCK, Point.OUT_OF_TIME}
    if rule in BY_ROWS and rule is not Rule.COST_GAP:
        assert allocation.rule is rule
    for player, (low, high) in allocation.intervals.items():
        assert low <= allocation.shares[player] <= high
        if allocation.rule is whole.allocation.rule:
            assert low - 1e-6 <= whole.allocation.shares[player] <= high + 1e-6


def adds_up(found: Savings) -> None:
    assert math.fsum(found.members["pool"]) == pytest.approx(found.plan.cost)
    parts = found.members["purchases_saving"] + found.members["freight_saving"]
    assert parts.tolist() == pytest.approx(found.members["saving"].tolist())
    assert found.members["alone"].notna().all()
