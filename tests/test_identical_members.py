"""Members with the same needs pay the same, and those without needs nothing, whatever way a rule is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clusterpool.allocation import Rule, allocate
from clusterpool.allocation.row_generation.sharing import BY_ROWS
from clusterpool.game import cost_game
from tests.pool_kit import EXACT, pool_of, table

if TYPE_CHECKING:
    from clusterpool.allocation import Allocation
    from clusterpool.demand import Pool

MILLION = 1e6
"""The unit of the prices: costs are billions, and ties are to hold to a millionth of the currency."""
CLUSTERS = {"east": ["A", "C", "D"], "west": ["B", "E", "X"]}


def pool() -> Pool:
    """A, B and D need the same, in two clusters; C is in both, E needs something else beside it, X nothing."""
    frames = {
        "members": table(
            "member cluster site weight",
            *(("A", "east", "Alger", 2), ("B", "west", "Alger", 2), ("C", "east|west", "Oran", 3)),
            *(("D", "east", "Alger", 2), ("E", "west", "Alger", 1), ("X", "west", "Alger", 1)),
        ),
        "purchases": table(
            "member item quantity",
            *((member, item, quantity) for member in "ABD" for item, quantity in (("film", 60.7), ("box", 31.3))),
            *(("C", "film", 90.1), ("E", "box", 43.9), ("E", "glue", 7.7)),
        ),
        "suppliers": table("supplier order_cost", ("S1", 100 * MILLION), ("S2", 70 * MILLION)),
        "offers": table(
            "supplier item min_quantity unit_price",
            *(("S1", "film", low, price * MILLION) for low, price in ((0, 10.0), (100, 9.0), (200, 8.3))),
            *(("S1", "box", low, price * MILLION) for low, price in ((0, 20.0), (50, 17.0))),
            *(("S2", "box", 0, 19.1 * MILLION), ("S2", "glue", 0, 33.3 * MILLION)),
        ),
    }
    return pool_of(frames)


def shared(rule: Rule, *, solves: int | None = None, weights: dict[str, float] | None = None) -> Allocation:
    unions = CLUSTERS if rule is Rule.OWEN else None
    return allocate(cost_game(pool(), options=EXACT), rule, unions=unions, weights=weights, max_solves=solves)


def check(found: Allocation) -> None:
    shares = found.shares
    alike = "AD" if found.rule is Rule.OWEN else "ABD"  # B stands in another union
    assert max(shares[m] for m in alike) - min(shares[m] for m in alike) <= 1e-6
    assert len({found.intervals[m] for m in alike}) == 1
    assert shares["X"] == 0.0
    assert found.intervals["X"] == (0.0, 0.0)
    assert found.game is not None
    assert sum(shares.values()) == pytest.approx(found.game.cost(tuple("ABCDEX")), abs=1e-5)


@pytest.mark.parametrize("rule", Rule)
def test_from_all_the_coalitions_that_a_rule_needs(rule: Rule) -> None:
    found = shared(rule, weights=dict.fromkeys("ABCDE", 1.0) if rule is Rule.BY_KEY else None)
    assert set(found.standard_error.values()) == {0.0}
    check(found)


@pytest.mark.parametrize("rule", sorted(BY_ROWS))
def test_by_row_generation(rule: Rule) -> None:
    found = shared(rule, solves=11)
    assert found.game is not None
    assert found.game.unsolved > 0
    check(found)


@pytest.mark.parametrize("seed", range(3))
def test_sampled(seed: int) -> None:
    found = allocate(cost_game(pool(), options=EXACT), Rule.SHAPLEY, max_solves=14, seed=seed)
    assert found.standard_error["C"] > 0.0
    check(found)


@pytest.mark.parametrize("solves", [None, 14])
def test_weighted_where_they_weigh_the_same(solves: int | None) -> None:
    found = shared(Rule.SHAPLEY, solves=solves, weights={"A": 2.0, "B": 2.0, "C": 3.0, "D": 2.0})
    assert (found.standard_error["C"] > 0.0) == (solves == 14)
    check(found)


@pytest.mark.parametrize("solves", [None, 14])
def test_who_weighs_more_of_those_alike_keeps_more(solves: int | None) -> None:
    shares = shared(Rule.SHAPLEY, solves=solves, weights={"A": 2.0, "B": 2.0, "D": 4.0}).shares
    assert shares["A"] == shares["B"]
    assert shares["D"] != pytest.approx(shares["A"], abs=1.0)
