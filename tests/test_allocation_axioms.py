"""What characterises the rules, of games drawn at random, asked through the door that users go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from clusterpool.allocation import CostGame, Rule, Weighing, allocate, least_core
from clusterpool.allocation.coalitions import alone, subset_sums
from tests.oracles.sharing_oracle import incidence
from tests.test_allocation_rules import _swapped, tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

ADDITIVE = (Rule.EQUAL_CHARGE, Rule.SHAPLEY, Rule.OWEN)
NUCLEOLI = (Rule.NUCLEOLUS, Rule.PER_CAPITA_NUCLEOLUS, Rule.PROPORTIONAL_NUCLEOLUS)
OF_THE_CORE = (*NUCLEOLI, Rule.LEAST_CORE, Rule.EQUAL_PROFIT)


def game_of(table: Table, idle: tuple[str, ...] = ()) -> CostGame:
    """The game of players a, b, ... of a table, and players without needs."""
    names = [chr(97 + i) for i in range(len(table).bit_length() - 1)]
    costs = {tuple(p for i, p in enumerate(names) if mask >> i & 1): table[mask] for mask in range(1, len(table))}
    return CostGame.from_table(costs, idle=idle)


def share(table: Table, rule: Rule, *, idle: tuple[str, ...] = (), weights: dict[str, float] | None = None) -> Table:
    """The shares of players a, b, ...; the Owen value's unions are a, b and the others. Skips undefined cost gaps."""
    names = [chr(97 + i) for i in range(len(table).bit_length() - 1)]
    unions = {"first": [*names[:2], *idle], "rest": names[2:]} if rule is Rule.OWEN else None
    weights = dict.fromkeys(names, 1.0) if rule is Rule.BY_KEY else weights
    try:
        found = allocate(game_of(table, idle), rule, unions=unions, weights=weights).shares
    except ValueError:
        assume(rule is not Rule.COST_GAP)
        raise
    assert all(found[player] == 0.0 for player in idle)
    return np.array([found[player] for player in names])


def least_core_of(table: Table, weighing: Weighing) -> float:
    return least_core(game_of(table), weighing=weighing).value


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


@pytest.mark.parametrize("rule", Rule)
@settings(max_examples=25, deadline=None)
@given(table=tables(), factor=st.sampled_from([0.007, 133.7, 1e6]))
def test_the_currency_does_not_matter(rule: Rule, table: Table, factor: float) -> None:
    assert share(factor * table, rule) / factor == pytest.approx(share(table, rule), abs=1e-5)


@pytest.mark.parametrize("rule", [Rule.OWEN, Rule.COST_GAP])
@settings(max_examples=25, deadline=None)
@given(table=tables(), seed=st.integers(0, 99))
def test_what_a_member_costs_by_itself_it_pays_by_itself(rule: Rule, table: Table, seed: int) -> None:
    own = np.random.default_rng(seed).uniform(0.0, 20.0, len(table).bit_length() - 1)
    assert share(table + subset_sums(own), rule) == pytest.approx(share(table, rule) + own, abs=1e-7)


@pytest.mark.parametrize("rule", [Rule.SHAPLEY, Rule.OWEN, Rule.COST_GAP, Rule.NUCLEOLUS])
@settings(max_examples=25, deadline=None)
@given(table=tables(), own=st.integers(1, 30))
def test_who_adds_as_much_to_every_cost_pays_that(rule: Rule, table: Table, own: int) -> None:
    assert share(np.concatenate([table, table + own]), rule)[-1] == pytest.approx(own, abs=1e-7)


@pytest.mark.parametrize("weighing", Weighing)
@settings(max_examples=25, deadline=None)
@given(table=tables(least=2), factor=st.sampled_from([0.007, 133.7, 1e6]), seed=st.integers(0, 99))
def test_the_least_core_moves_with_the_currency_and_not_with_own_costs(
    weighing: Weighing, table: Table, factor: float, seed: int
) -> None:
    own = np.random.default_rng(seed).uniform(0.0, 20.0, len(table).bit_length() - 1)
    found, dearer = (least_core_of(one, weighing) for one in (table, factor * table))
    assert dearer == pytest.approx(found * (1.0 if weighing is Weighing.PROPORTIONAL else factor), rel=1e-6, abs=1e-6)
    if weighing is not Weighing.PROPORTIONAL:
        assert least_core_of(table + subset_sums(own), weighing) == pytest.approx(found, abs=1e-7)


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


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule not in {Rule.OWEN, Rule.COST_GAP, Rule.BY_KEY}])
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
