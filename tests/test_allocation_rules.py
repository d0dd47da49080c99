"""The rules against their definitions, against another package, and against the axioms that characterise them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import coopgame
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from clusterpool.allocation import CostGame, Weighing, least_core
from clusterpool.allocation.charges import acam, cost_gap, equal_charge, proportional
from clusterpool.allocation.coalitions import EveryCoalition, alone, marginal, sizes, subset_sums
from clusterpool.allocation.core import least_core_shares, weights_of
from clusterpool.allocation.equal_profit import equal_profit
from clusterpool.allocation.nucleolus import nucleolus, per_capita_nucleolus, proportional_nucleolus
from clusterpool.allocation.values import owen, owen_coalitions, shapley, weighted_shapley
from tests.oracles.sharing_oracle import (
    is_nucleolus,
    owen_by_orders,
    shapley_by_orders,
    weighted_shapley_by_dividends,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Rule = Callable[[Table], NDArray[np.float64]]


def random_table(seed: int, n: int | None = None) -> Table:
    """Random costs: wild, near equal, concave in size, capped; all positive."""
    rng = np.random.default_rng(seed)
    n = n or int(rng.integers(2, 7))
    needs = subset_sums(rng.integers(1, 6, n).astype(np.float64))
    tables = (
        rng.integers(1, 100, 2**n).astype(np.float64),
        rng.integers(30, 50, 2**n).astype(np.float64),
        10.0 * np.sqrt(needs),
        np.minimum(needs, float(rng.integers(3, 9))),
    )
    table = tables[seed % len(tables)]
    table[0] = 0.0
    return table


def _acam(table: Table) -> NDArray[np.float64]:
    return acam(alone(table), marginal(table), float(table[-1]))


def _equal_charge(table: Table) -> NDArray[np.float64]:
    return equal_charge(marginal(table), float(table[-1]))


def _proportional(table: Table) -> NDArray[np.float64]:
    return proportional(alone(table), float(table[-1]))


def _least_core(table: Table) -> NDArray[np.float64]:
    return least_core_shares(table)[1]


RULES: dict[str, Rule] = {
    "proportional": _proportional,
    "equal charge": _equal_charge,
    "acam": _acam,
    "shapley": shapley,
    "nucleolus": nucleolus,
    "per capita": per_capita_nucleolus,
    "proportional nucleolus": proportional_nucleolus,
    "least core": _least_core,
    "equal profit": equal_profit,
}
NUCLEOLI = (nucleolus, per_capita_nucleolus, proportional_nucleolus)
COVARIANT = ("equal charge", "acam", "shapley", "nucleolus", "per capita")
NULL_PLAYERS_PAY_NOTHING = ("acam", "shapley", "nucleolus")


@pytest.mark.parametrize("seed", range(40))
def test_shapley_is_the_mean_over_all_orders(seed: int) -> None:
    table = random_table(seed, n=2 + seed % 4)
    assert shapley(table) == pytest.approx(shapley_by_orders(table), abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_weighted_shapley_divides_every_dividend_by_weight(seed: int) -> None:
    table = random_table(seed, n=2 + seed % 4)
    weights = np.random.default_rng(seed).uniform(0.2, 5.0, 2 + seed % 4)
    assert weighted_shapley(table, weights) == pytest.approx(weighted_shapley_by_dividends(table, weights), abs=1e-8)
    assert weighted_shapley(table, np.full(len(weights), 3.0)) == pytest.approx(shapley(table), abs=1e-9)


def owen_of(table: Table, unions: list[list[int]]) -> list[float]:
    def cost(coalition: frozenset[str]) -> float:
        return float(table[sum(1 << int(player) for player in coalition)])

    shares = owen([[str(i) for i in union] for union in unions], cost)
    return [shares[str(i)] for i in range(len(shares))]


@pytest.mark.parametrize(
    "unions", [[[0, 1], [2, 3, 4]], [[0, 3], [1], [2, 4]], [[4], [2, 0, 1, 3]], [[0], [1], [2], [3], [4]]]
)
@pytest.mark.parametrize("seed", range(5))
def test_owen_is_the_mean_over_orders_that_keep_unions_together(seed: int, unions: list[list[int]]) -> None:
    table = random_table(seed, n=5)
    assert owen_of(table, unions) == pytest.approx(owen_by_orders(table, unions), abs=1e-9)


def test_owen_with_one_union_or_singletons_is_shapley() -> None:
    table = random_table(3, n=5)
    for unions in ([[0, 1, 2, 3, 4]], [[0], [1], [2], [3], [4]]):
        assert owen_of(table, unions) == pytest.approx(shapley(table), abs=1e-9)


def test_owen_looks_at_few_coalitions() -> None:
    unions = [[f"{k}{i}" for i in range(4)] for k in range(4)]
    assert len(set(owen_coalitions(unions))) <= 4 * 2**3 * 2**4 < 2**16


@pytest.mark.parametrize("imputations", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_nucleoli_pass_kohlbergs_criterion(seed: int, imputations: bool) -> None:
    table = random_table(seed)
    n = len(table).bit_length() - 1
    capped = imputations and bool(alone(table).sum() >= table[-1])
    weights = {nucleolus: np.ones(2**n), per_capita_nucleolus: sizes(n).astype(float), proportional_nucleolus: table}
    for rule, weight in weights.items():
        shares = rule(table, imputations=imputations)
        assert shares.sum() == pytest.approx(table[-1], abs=1e-9)
        assert is_nucleolus(table, shares, weight, imputations=capped)


def test_the_criterion_tells_a_nucleolus_from_its_neighbours() -> None:
    table = random_table(2, n=4)
    shares = nucleolus(table)
    for i in range(4):
        moved = shares + 0.01 * (4.0 * np.eye(4)[i] - 1.0)
        assert not is_nucleolus(table, moved, np.ones(16), imputations=True)


def _of(answer: Any) -> NDArray[np.float64]:
    return -np.array(answer["allocation"] if isinstance(answer, dict) else answer)


@pytest.mark.parametrize("seed", range(60))
def test_another_package_gives_the_same_answers(seed: int) -> None:
    table = random_table(seed) - (30.0 if seed % 3 == 0 else 0.0)
    table[0] = 0.0
    gain = coopgame.Game((-table[1:]).tolist())
    assert shapley(table) == pytest.approx(_of(coopgame.shapley(gain)), abs=1e-7)
    assert nucleolus(table, imputations=False) == pytest.approx(_of(coopgame.prenucleolus(gain)), abs=1e-7)
    least = -coopgame.least_core(gain, domain="preimputation")["epsilon"]
    assert least_core_shares(table)[0] == pytest.approx(-least, abs=1e-7)
    if alone(table).sum() >= table[-1]:
        assert nucleolus(table) == pytest.approx(_of(coopgame.nucleolus(gain)), abs=1e-7)
        assert per_capita_nucleolus(table) == pytest.approx(_of(coopgame.per_capita_nucleolus(gain)), abs=1e-7)


@pytest.mark.parametrize("seed", range(60))
def test_the_cost_gap_method_is_the_tau_value_and_defined_where_that_is(seed: int) -> None:
    table = random_table(seed)
    try:
        expected = _of(coopgame.tau_value(coopgame.Game((-table[1:]).tolist())))
    except ValueError:
        with pytest.raises(ValueError, match="not defined"):
            cost_gap(table)
    else:
        assert cost_gap(table) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_least_core_and_equal_profit_are_optimal_and_nearest_to_proportional(seed: int) -> None:
    table = random_table(seed)
    n, costs, target = len(table).bit_length() - 1, alone(table), _proportional(table)
    rows = EveryCoalition(n).rows(np.arange(2**n - 2))
    least = _minimum(np.append(np.zeros(n), 1.0), np.hstack([rows, -np.ones((len(rows), 1))]), table[1:-1], table[-1])
    value, shares = least_core_shares(table)
    assert value == pytest.approx(least, abs=1e-8)
    assert (rows @ shares - table[1:-1]).max() == pytest.approx(least, abs=1e-6)
    _assert_nearest(target, shares, rows, table[1:-1] + least, float(table[-1]))
    limits = table[1:-1] + max(0.0, least)
    spread = np.array([np.eye(n)[i] / costs[i] - np.eye(n)[j] / costs[j] for i in range(n) for j in range(n) if i != j])
    pairs = np.vstack([np.hstack([rows, np.zeros((len(rows), 1))]), np.hstack([spread, -np.ones((len(spread), 1))])])
    right = np.concatenate([limits + 1e-9, np.zeros(len(spread))])
    best = _minimum(np.append(np.zeros(n), 1.0), pairs, right, table[-1])
    shares = equal_profit(table)
    assert np.ptp(shares / costs) == pytest.approx(best, abs=1e-6)
    assert (rows @ shares - limits).max() <= 1e-6
    both = np.concatenate([limits, np.full(len(spread), best)])
    _assert_nearest(target, shares, np.vstack([rows, spread]), both, float(table[-1]))


@pytest.mark.parametrize("weighing", Weighing)
@pytest.mark.parametrize("seed", range(20))
def test_weighed_least_cores_are_optimal_and_nearest_to_proportional(seed: int, weighing: Weighing) -> None:
    table = random_table(seed)
    n, target = len(table).bit_length() - 1, _proportional(table)
    rows = EveryCoalition(n).rows(np.arange(2**n - 2))
    slopes = {"plain": np.ones(len(rows)), "per-capita": rows.sum(axis=1), "proportional": table[1:-1]}[weighing]
    objective = np.append(np.zeros(n), 1.0)
    least = _minimum(objective, np.hstack([rows, -slopes[:, None]]), table[1:-1], table[-1])
    value, shares = least_core_shares(table, weighing)
    assert value == pytest.approx(least, abs=1e-8)
    assert ((rows @ shares - table[1:-1]) / slopes).max() == pytest.approx(least, abs=1e-6)
    _assert_nearest(target, shares, rows, table[1:-1] + least * slopes, float(table[-1]))
    names = {mask: tuple(str(i) for i in range(n) if mask >> i & 1) for mask in range(1, 2**n)}
    found = least_core(CostGame.from_table({names[mask]: table[mask] for mask in names}), weighing=weighing)
    if n > 1 and len(CostGame.from_table({names[mask]: table[mask] for mask in names}).without_idle().players) == n:
        assert (found.value, found.lower, found.upper) == pytest.approx((least,) * 3, abs=1e-8)


def test_the_first_level_of_each_nucleolus_is_its_least_core() -> None:
    for seed in range(12):
        table = random_table(seed, n=4)
        rows = EveryCoalition(4).rows(np.arange(14))
        for rule, weighing in zip(NUCLEOLI, Weighing, strict=True):
            slopes = weights_of(table, weighing)[1:-1]
            worst = ((rows @ rule(table, imputations=False) - table[1:-1]) / slopes).max()
            assert worst == pytest.approx(least_core_shares(table, weighing)[0], abs=1e-7)


def _minimum(objective: NDArray[np.float64], rows: Table, right: Table, total: float) -> float:
    everybody = np.append(np.ones(len(objective) - 1), 0.0)[None, :]
    result = linprog(objective, A_ub=rows, b_ub=right, A_eq=everybody, b_eq=[total], bounds=(None, None))
    assert result.status == 0
    return float(result.fun)


def _assert_nearest(target: Table, shares: Table, rows: Table, right: Table, total: float) -> None:
    """No point of the polyhedron lies further in the direction of the target: the projection's own condition."""
    towards = target - shares
    everybody = np.ones((1, len(shares)))
    bound = linprog(-towards, A_ub=rows, b_ub=right + 1e-9, A_eq=everybody, b_eq=[total], bounds=(None, None))
    assert bound.status == 0
    assert -bound.fun - towards @ shares < 1e-5


integers = st.integers(1, 40).map(float)


@st.composite
def tables(draw: st.DrawFn, least: int = 1, most: int = 4) -> Table:
    n = draw(st.integers(least, most))
    return np.array([0.0, *draw(st.lists(integers, min_size=2**n - 1, max_size=2**n - 1))])


def _swapped(table: Table, i: int, j: int) -> Table:
    masks = np.arange(len(table))
    bit_i, bit_j = masks >> i & 1, masks >> j & 1
    return table[masks & ~(1 << i | 1 << j) | bit_i << j | bit_j << i]


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=20, deadline=None)
@given(table=tables())
def test_everything_is_paid(name: str, table: Table) -> None:
    assert RULES[name](table).sum() == pytest.approx(table[-1], abs=1e-6)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=20, deadline=None)
@given(table=tables(least=2))
def test_identical_members_pay_the_same(name: str, table: Table) -> None:
    twin = (table + _swapped(table, 0, 1)) / 2.0
    shares = RULES[name](twin)
    assert shares[0] == pytest.approx(shares[1], abs=1e-6)


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=20, deadline=None)
@given(table=tables(least=2))
def test_names_do_not_matter(name: str, table: Table) -> None:
    shares, other = RULES[name](table), RULES[name](_swapped(table, 0, 1))
    assert other[[1, 0, *range(2, len(other))]] == pytest.approx(shares, abs=1e-5)


@pytest.mark.parametrize("name", NULL_PLAYERS_PAY_NOTHING)
@settings(max_examples=20, deadline=None)
@given(table=tables())
def test_who_adds_nothing_pays_nothing(name: str, table: Table) -> None:
    with_null = np.concatenate([table, table])
    assume(name != "acam" or abs(alone(table).sum() - marginal(table).sum()) > 1e-6)  # else the rest is split equally
    assert RULES[name](with_null)[-1] == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("name", COVARIANT)
@settings(max_examples=20, deadline=None)
@given(table=tables(), factor=st.sampled_from([0.01, 3.0, 1e6]), seed=st.integers(0, 9))
def test_scaling_and_own_costs_carry_over(name: str, table: Table, factor: float, seed: int) -> None:
    own = np.random.default_rng(seed).uniform(0.0, 20.0, len(table).bit_length() - 1)
    moved = factor * (table + subset_sums(own))
    assert RULES[name](moved) / factor == pytest.approx(RULES[name](table) + own, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(table=tables(), extra=st.integers(1, 30))
def test_shapley_is_monotone_and_per_capita_follows_the_total(table: Table, extra: int) -> None:
    dearer = table.copy()
    dearer[1::2] += extra * np.arange(1, len(dearer[1::2]) + 1)  # whatever player 0 joins costs more, growing with S
    assume((np.diff(dearer.reshape(-1, 2), axis=1) >= np.diff(table.reshape(-1, 2), axis=1)).all())
    assert shapley(dearer)[0] >= shapley(table)[0] - 1e-9
    total_up = table.copy()
    total_up[-1] += extra
    difference = per_capita_nucleolus(total_up, imputations=False) - per_capita_nucleolus(table, imputations=False)
    assert difference == pytest.approx(extra / len(difference), abs=1e-6)  # Young 1985: monotone in the aggregate


@settings(max_examples=20, deadline=None)
@given(table=tables(least=2), weight=st.floats(1.1, 10.0))
def test_more_weight_never_pays_more_where_costs_are_concave(table: Table, weight: float) -> None:
    concave = np.sqrt(subset_sums(alone(table)))
    weights = np.ones(len(alone(table)))
    before = weighted_shapley(concave, weights)[0]
    weights[0] = weight
    assert weighted_shapley(concave, weights)[0] <= before + 1e-9


def test_equal_parts_where_nothing_tells_members_apart() -> None:
    flat = np.array([0.0, 3.0, 5.0, 8.0])  # s = M
    assert _acam(flat) == pytest.approx([3.0, 5.0])
    assert acam(np.array([3.0, 5.0]), np.array([3.0, 5.0]), 10.0) == pytest.approx([4.0, 6.0])
    assert proportional(np.zeros(4), 8.0) == pytest.approx([2.0] * 4)


@pytest.mark.parametrize("name", RULES)
def test_one_member_pays_its_cost(name: str) -> None:
    assert RULES[name](np.array([0.0, 7.0])) == pytest.approx([7.0])
    assert cost_gap(np.array([0.0, 7.0])) == pytest.approx([7.0])


@pytest.mark.parametrize("name", ["acam", "equal charge", "shapley", "nucleolus", "per capita", "least core"])
def test_all_zero_costs_are_shared_as_zeros(name: str) -> None:
    assert RULES[name](np.zeros(8)) == pytest.approx([0.0] * 3)


@pytest.mark.parametrize(("rule", "needs"), [(equal_profit, r"c\({i}\) > 0"), (proportional_nucleolus, r"c\(S\) > 0")])
def test_rules_that_compare_with_costs_need_positive_costs(rule: Rule, needs: str) -> None:
    with pytest.raises(ValueError, match=needs):
        rule(np.array([0.0, 3.0, 0.0, 4.0]))


def test_equal_profit_of_a_game_with_empty_core_stays_in_the_least_core() -> None:
    table = np.array([0.0, 6.0, 6.0, 7.0, 6.0, 7.0, 7.0, 12.0])  # three pairs at 7 would pay 10.5 for 12
    assert equal_profit(table) == pytest.approx([4.0, 4.0, 4.0], abs=1e-6)
    assert least_core_shares(table)[0] == pytest.approx(1.0, abs=1e-9)
