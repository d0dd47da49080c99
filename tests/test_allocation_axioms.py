"""What characterises the rules, of games drawn at random, asked through the door that users go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from clusterpool.allocation import CostGame, Rule, allocate
from clusterpool.allocation.coalitions import alone, subset_sums
from tests.oracles.sharing_oracle import incidence
from tests.test_allocation_rules import _swapped, tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

ADDITIVE = (Rule.EQUAL_CHARGE, Rule.SHAPLEY, Rule.OWEN)
NUCLEOLI = (Rule.NUCLEOLUS, Rule.PER_CAPITA_NUCLEOLUS, Rule.PROPORTIONAL_NUCLEOLUS)
OF_THE_CORE = (*NUCLEOLI, Rule.LEAST_CORE, Rule.EQUAL_PROFIT)


def share(table: Table, rule: Rule, *, idle: tuple[str, ...] = (), weights: dict[str, float] | None = None) -> Table:
    """The shares of players a, b, ...; the Owen value's unions are a, b and the others. Skips undefined cost gaps."""
    n = len(table).bit_length() - 1
    names = [chr(97 + i) for i in range(n)]
    costs = {tuple(p for i, p in enumerate(names) if mask >> i & 1): table[mask] for mask in range(1, 2**n)}
    unions = {"first": [*names[:2], *idle], "rest": names[2:]} if rule is Rule.OWEN else None
    try:
        found = allocate(CostGame.from_table(costs, idle=idle), rule, unions=unions, weights=weights).shares
    except ValueError:
        assume(rule is not Rule.COST_GAP)
        raise
    assert all(found[player] == 0.0 for player in idle)
    return np.array([found[player] for player in names])


@pytest.mark.parametrize("rule", Rule)
@settings(max_examples=25, deadline=None)
@given(table=tables(least=2))
def test_identical_members_pay_the_same(rule: Rule, table: Table) -> None:
    shares = share((table + _swapped(table, 0, 1)) / 2.0, rule)
    assert shares[0] == pytest.approx(shares[1], abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(table=tables(least=2), weight=st.floats(0.1, 9.0))
def test_identical_members_of_one_weight_pay_the_same(table: Table, weight: float) -> None:
    shares = share((table + _swapped(table, 0, 1)) / 2.0, Rule.SHAPLEY, weights={"a": weight, "b": weight})
    assert shares[0] == pytest.approx(shares[1], abs=1e-6)


@pytest.mark.parametrize("rule", Rule)
@settings(max_examples=25, deadline=None)
@given(table=tables())
def test_members_without_needs_pay_nothing_and_change_nothing(rule: Rule, table: Table) -> None:
    assert share(table, rule, idle=("y", "z")) == pytest.approx(share(table, rule), abs=1e-9)


@pytest.mark.parametrize("rule", ADDITIVE)
@settings(max_examples=25, deadline=None)
@given(seeds=st.tuples(st.integers(0, 999), st.integers(0, 999)), n=st.integers(2, 5))
def test_two_games_together_are_shared_as_each_by_itself(rule: Rule, seeds: tuple[int, int], n: int) -> None:
    first, second = (np.append(0.0, np.random.default_rng(seed).uniform(1.0, 50.0, 2**n - 1)) for seed in seeds)
    assert share(first + second, rule) == pytest.approx(share(first, rule) + share(second, rule), abs=1e-8)


@pytest.mark.parametrize("rule", OF_THE_CORE)
@settings(max_examples=40, deadline=None)
@given(table=tables(least=2))
def test_shares_are_in_the_core_where_there_is_one(rule: Rule, table: Table) -> None:
    n = len(table).bit_length() - 1
    rows = incidence(n)
    core = linprog(np.zeros(n), rows[:-1], table[1:-1], rows[-1:], table[-1:], bounds=(None, None))
    assume(core.status == 0)
    assert (rows[:-1] @ share(table, rule) <= table[1:-1] + 1e-6).all()


@pytest.mark.parametrize("rule", NUCLEOLI)
@settings(max_examples=40, deadline=None)
@given(table=tables(least=2))
def test_nobody_pays_more_than_alone_where_that_can_be(rule: Rule, table: Table) -> None:
    assume(alone(table).sum() >= table[-1])
    assert (share(table, rule) <= alone(table) + 1e-7).all()


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule not in {Rule.OWEN, Rule.COST_GAP}])
@settings(max_examples=25, deadline=None)
@given(costs=st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_where_nothing_is_saved_everybody_pays_what_it_costs(rule: Rule, costs: list[int]) -> None:
    own = np.array(costs, dtype=np.float64)
    assert share(subset_sums(own), rule) == pytest.approx(own, abs=1e-6)


@pytest.mark.parametrize("rule", [Rule.SHAPLEY, Rule.ACAM, Rule.NUCLEOLUS, Rule.PER_CAPITA_NUCLEOLUS, Rule.LEAST_CORE])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), n=st.integers(2, 5))
def test_nobody_pays_more_than_alone_or_less_than_it_adds_where_costs_are_concave(
    rule: Rule, seed: int, n: int
) -> None:
    needs = subset_sums(np.random.default_rng(seed).uniform(1.0, 9.0, n))
    table = 10.0 * np.sqrt(needs)
    shares = share(table, rule)
    without = np.array([table[-1] - table[len(table) - 1 - (1 << i)] for i in range(n)])
    assert (shares <= alone(table) + 1e-7).all()
    assert (shares >= without - 1e-7).all()
