"""Larger games, of every kind that the benchmark measures, against another package."""

from __future__ import annotations

import coopgame
import numpy as np
import pytest
from benchmarks.rules import KINDS

from clusterpool.allocation.coalitions import sizes
from clusterpool.allocation.nucleolus import nucleolus, per_capita_nucleolus
from clusterpool.allocation.values import shapley
from tests.oracles.sharing_oracle import is_nucleolus


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [7, 10, 12])
def test_values_and_nucleoli_of_larger_games(kind: str, n: int) -> None:
    table = KINDS[kind](n)
    game = coopgame.Game((-table[1:]).tolist())
    assert shapley(table) == pytest.approx(-np.array(coopgame.shapley(game)), abs=1e-7)
    for mine, theirs in (
        (nucleolus(table), coopgame.nucleolus(game)),
        (nucleolus(table, imputations=False), coopgame.prenucleolus(game)),
        (per_capita_nucleolus(table), coopgame.per_capita_nucleolus(game)),
    ):
        answer = theirs["allocation"] if isinstance(theirs, dict) else theirs
        assert mine == pytest.approx(-np.array(answer), abs=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_nucleoli_of_nine_players_pass_kohlbergs_criterion(kind: str) -> None:
    table = KINDS[kind](9)
    for rule, weight in ((nucleolus, np.ones(512)), (per_capita_nucleolus, sizes(9).astype(float))):
        assert is_nucleolus(table, rule(table, imputations=False), weight, imputations=False)


def nearly_additive(seed: int) -> np.ndarray:
    """Costs that pooling changes by a ten-millionth."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 8))
    needs = np.array([[mask >> i & 1 for i in range(n)] for mask in range(2**n)]) @ rng.integers(1, 5, n)
    table = needs * 1e6 + rng.integers(0, 2, 2**n)
    table[0] = 0.0
    return table


@pytest.mark.parametrize("seed", range(20))
def test_a_pool_that_saves_next_to_nothing_is_shared_under_every_rule(seed: int) -> None:
    from clusterpool.allocation import CostGame, Rule, allocate

    table = nearly_additive(seed)
    game = CostGame.from_costs([f"P{i}" for i in range(len(table).bit_length() - 1)], table)
    for rule in set(Rule) - {Rule.OWEN, Rule.COST_GAP, Rule.BY_KEY}:
        shares = allocate(game, rule).shares
        alone = [game.cost((player,)) for player in game.players]
        assert list(shares.values()) == pytest.approx(alone, abs=3.0)
