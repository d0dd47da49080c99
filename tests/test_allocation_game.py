"""The cost game, the door to the rules, and what is proven about the core."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from clusterpool.allocation import (
    Clause,
    CoalitionCost,
    CoreStatus,
    CostGame,
    Part,
    Point,
    Rule,
    allocate,
    core_report,
    least_core,
)
from clusterpool.allocation.core import least_core_shares

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    Oracle = Callable[[Sequence[frozenset[str]]], list[CoalitionCost]]

TABLE = {
    ("A",): 6.0,
    ("B",): 7.0,
    ("C",): 8.0,
    ("A", "B"): 10.0,
    ("A", "C"): 11.0,
    ("B", "C"): 12.0,
    ("A", "B", "C"): 14.0,
}
RELATIVE = {Rule.PROPORTIONAL, Rule.PROPORTIONAL_NUCLEOLUS, Rule.EQUAL_PROFIT}
UNIONS = {"east": ["A", "B"], "west": ["C"]}


class CountingOracle:
    """c(S) = 10 x the square root of the sum of the needs; remembers every call."""

    def __init__(self, needs: Mapping[str, float], gap: float = 0.0) -> None:
        self.needs = needs
        self.gap = gap
        self.calls: list[list[frozenset[str]]] = []

    def __call__(self, coalitions: Sequence[frozenset[str]]) -> list[CoalitionCost]:
        self.calls.append(list(coalitions))
        return [self.cost(coalition) for coalition in coalitions]

    def cost(self, coalition: frozenset[str]) -> CoalitionCost:
        cost = 10.0 * math.sqrt(sum(self.needs[player] for player in coalition))
        return CoalitionCost(cost, cost * (1.0 - self.gap), 0.75 * cost, 0.25 * cost)

    @property
    def asked(self) -> list[frozenset[str]]:
        return [coalition for call in self.calls for coalition in call]


def members(n: int) -> dict[str, float]:
    return {f"M{i:02}": float(1 + i % 4) for i in range(n)}


def test_a_table_is_a_game() -> None:
    game = CostGame.from_table(dict(reversed(TABLE.items())))
    assert game.players == ("A", "B", "C")
    assert game.cost(("C", "A")) == game.cost(["A", "C"]) == game.bound({"A", "C"}) == 11.0
    assert game.cost(()) == 0.0
    assert game.table().tolist() == [0.0, 6.0, 7.0, 10.0, 8.0, 11.0, 12.0, 14.0]
    assert list(game.solved) == [frozenset(names) for names in TABLE]
    assert game.unsolved == 0


@pytest.mark.parametrize("order", list(itertools.permutations("ABC")))
def test_an_array_of_costs_is_the_same_game_as_the_table(order: tuple[str, ...]) -> None:
    named = {frozenset(names): cost for names, cost in TABLE.items()}
    costs = np.array([named.get(frozenset(p for i, p in enumerate(order) if k >> i & 1), 0.0) for k in range(8)])
    game, same = CostGame.from_costs(order, costs), CostGame.from_table(TABLE)
    assert game.players == same.players
    assert game.table().tolist() == game.bounds().tolist() == same.table().tolist()
    assert (game.unsolved, game.lacking([("A",)])) == (0, 0)
    assert game.among(["C", "A"]).table().tolist() == [0.0, 6.0, 8.0, 11.0]
    assert game.solved == same.solved
    for rule in set(Rule) - {Rule.BY_KEY}:
        unions = UNIONS if rule is Rule.OWEN else None
        found, expected = allocate(game, rule, unions=unions), allocate(same, rule, unions=unions)
        assert found.shares == expected.shares
        assert found.intervals == expected.intervals
        assert found.core == expected.core
        assert found.explain().losses.equals(expected.explain().losses)


def test_an_array_is_kept_as_it_was_given() -> None:
    costs = np.array([0.0, 5.0, 0.0, 5.0])
    game = CostGame.from_costs(["A", "Z"], costs)
    assert game.idle == frozenset()
    assert game.table().tolist() == costs.tolist()
    costs[1] = 7.0  # the game keeps its own
    assert game.cost(("A",)) == 5.0
    assert CostGame.from_costs(("B", "A"), [0, 6, 7, 10]).cost(("B",)) == 6.0


@pytest.mark.parametrize(
    "costs", [[0.0, 1.0], [1.0, 1.0, 1.0, 1.0], [0.0, 1.0, math.nan, 1.0], [[0.0, 1.0], [1.0, 1.0]]]
)
def test_wrong_arrays_are_refused(costs: list[float]) -> None:
    with pytest.raises(ValueError, match="2 players have 4 finite costs"):
        CostGame.from_costs(["A", "B"], np.array(costs))


def test_integer_costs_and_costs_with_bounds_may_be_mixed() -> None:
    table: dict[tuple[str, ...], float | CoalitionCost] = {("A",): 3, ("B",): CoalitionCost(4.0, 3.5), ("A", "B"): 5}
    game = CostGame.from_table(table)
    assert (game.cost(["A"]), game.bound(["B"])) == (3.0, 3.5)


def test_what_a_table_lacks_is_named_when_asked_for() -> None:
    partial = {names: cost for names, cost in TABLE.items() if names not in {("A", "C"), ("B", "C")}}
    game = CostGame.from_table(partial)
    assert game.cost(("A", "B")) == 10.0
    assert game.unsolved == 2
    with pytest.raises(ValueError, match=r"lacks the cost of \{A, C\}, \{B, C\}: add it"):
        game.table()


def test_many_lacking_coalitions_are_counted() -> None:
    game = CostGame.from_table({tuple("ABCDE"): 1.0})
    with pytest.raises(ValueError, match=r"\{A\}, \{B\}, \{C\}, \{D\}, \{E\} and 25 more"):
        game.table()


@pytest.mark.parametrize(
    ("table", "error", "words"),
    [
        ({("A",): math.nan}, ValueError, "finite"),
        ({("A",): math.inf}, ValueError, "finite"),
        ({("A",): CoalitionCost(1.0, 2.0)}, ValueError, "bound"),
        ({("A",): CoalitionCost(1.0, math.nan)}, ValueError, "bound"),
        ({("A", "B"): 1.0, ("B", "A"): 1.0}, ValueError, "twice"),
        ({(): 1.0, ("A",): 1.0}, ValueError, "empty coalition"),
        ({"AB": 1.0}, TypeError, "tuple of members"),
        ({}, ValueError, "at least one player"),
    ],
)
def test_wrong_tables_are_refused(table: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        CostGame.from_table(table)


def test_unknown_members_are_key_errors() -> None:
    game = CostGame.from_table(TABLE)
    with pytest.raises(KeyError, match=r"\{X\}"):
        game.cost(("A", "X"))
    with pytest.raises(KeyError):
        CostGame(["A"], CountingOracle({"A": 1.0}), idle=["B"])
    with pytest.raises(TypeError, match="tuple of members"):
        game.cost("AB")
    with pytest.raises(ValueError, match="twice"):
        CostGame(["A", "A"], CountingOracle({"A": 1.0}))


def test_coalitions_are_solved_once_in_a_fixed_order() -> None:
    oracle = CountingOracle(members(3))
    game = CostGame(reversed(list(members(3))), oracle)
    game.solve([("M02", "M00"), ("M01",), ("M00", "M02"), ()])
    assert oracle.calls == [[frozenset({"M01"}), frozenset({"M00", "M02"})]]
    assert game.lacking([("M01",), ("M02",), ()]) == 1
    game.table()
    game.table()
    assert len(oracle.asked) == len(set(oracle.asked)) == 7
    assert len(oracle.calls) == 2


def test_an_oracle_that_answers_wrongly_is_refused() -> None:
    game = CostGame(["A", "B"], lambda coalitions: [CoalitionCost(1.0, 1.0)] * (len(coalitions) - 1))
    with pytest.raises(ValueError, match="asked for 1 coalitions and gave 0"):
        game.cost(["A"])
    infinite = CostGame(["A"], lambda coalitions: [CoalitionCost(math.inf, 0.0) for _ in coalitions])
    with pytest.raises(ValueError, match="finite"):
        infinite.cost(["A"])
    assert infinite.solved == {}


def test_a_full_table_is_refused_for_too_many_players() -> None:
    oracle = CountingOracle(members(17))
    with pytest.raises(ValueError, match="17 players"):
        CostGame(members(17), oracle).table()
    assert oracle.calls == []


def test_the_parts_of_the_cost_are_games_over_the_same_solved_coalitions() -> None:
    oracle = CountingOracle(members(3), gap=0.01)
    game = CostGame(members(3), oracle)
    parts = [game.part(part) for part in Part]
    assert sum(part.cost(["M00", "M01"]) for part in parts) == pytest.approx(game.cost(["M00", "M01"]))
    assert parts[0].cost(["M00"]) == parts[0].bound(["M00"]) == pytest.approx(7.5)
    shares = allocate(game, Rule.SHAPLEY).shares
    halves = [allocate(part, Rule.SHAPLEY).shares for part in parts]
    assert {p: halves[0][p] + halves[1][p] for p in shares} == pytest.approx(shares)
    assert len(oracle.asked) == 7
    with pytest.raises(ValueError, match="finite"):
        CostGame.from_table(TABLE).part(Part.FREIGHT).cost(["A"])


def test_members_without_needs_are_never_asked_about_and_pay_nothing() -> None:
    oracle = CountingOracle(members(3))
    game = CostGame([*members(3), "Z"], oracle, idle=["Z"])
    assert game.cost(["Z"]) == 0.0
    assert game.cost(["M00", "Z"]) == game.cost(["M00"])
    assert game.table()[8:].tolist() == game.table()[:8].tolist() == game.without_idle().table().tolist()
    for rule in set(Rule) - {Rule.BY_KEY}:
        unions = {"a": ["M00", "Z"], "b": ["M01", "M02"]} if rule is Rule.OWEN else None
        allocation = allocate(game, rule, unions=unions)
        assert allocation.shares["Z"] == 0.0
        assert list(allocation.shares) == list(game.players)
        assert "Z" not in allocation.core.worst_coalition
    assert all("Z" not in coalition for coalition in oracle.asked)


NEEDS_POSITIVE = {Rule.EQUAL_PROFIT, Rule.PROPORTIONAL_NUCLEOLUS}


def test_a_null_player_of_a_table_is_a_player_as_in_text_books() -> None:
    table = TABLE | {(*names, "Z"): cost for names, cost in TABLE.items()} | {("Z",): 0.0}
    game = CostGame.from_table(table)
    assert game.idle == frozenset()
    costs = game.table()
    assert least_core(game).value == pytest.approx(least_core_shares(costs)[0]) == pytest.approx(0.0)
    assert least_core(CostGame.from_table(TABLE)).value < -1.0  # without it coalitions keep more
    pays_nothing = {Rule.PROPORTIONAL, Rule.ACAM, Rule.COST_GAP, Rule.SHAPLEY, Rule.OWEN, Rule.NUCLEOLUS}
    for rule in set(Rule) - {Rule.BY_KEY}:
        unions = UNIONS | {"z": ["Z"]} if rule is Rule.OWEN else None
        if rule in NEEDS_POSITIVE:
            with pytest.raises(ValueError, match="needs c"):
                allocate(game, rule)
            continue
        shares = allocate(game, rule, unions=unions).shares
        assert (abs(shares["Z"]) < 1e-9) >= (rule in pays_nothing)
    marginal = costs[-1] - np.array([game.cost(set(game.players) - {player}) for player in game.players])
    equal = allocate(game, Rule.EQUAL_CHARGE).shares["Z"]
    assert equal == pytest.approx((costs[-1] - marginal.sum()) / 4.0)


def test_who_is_named_idle_pays_nothing_under_any_rule() -> None:
    game = CostGame.from_table(TABLE, idle=["Z"])
    for rule in set(Rule) - {Rule.BY_KEY}:
        unions = UNIONS | {"idle": ["Z"]} if rule is Rule.OWEN else None
        without = allocate(CostGame.from_table(TABLE), rule, unions=UNIONS if rule is Rule.OWEN else None).shares
        shares = allocate(game, rule, unions=unions).shares
        assert shares["Z"] == 0.0
        assert {p: shares[p] for p in "ABC"} == pytest.approx(without, abs=1e-9)


def test_nobody_has_needs() -> None:
    game = CostGame.from_table({}, idle=["A", "B"])
    for rule in set(Rule) - {Rule.BY_KEY}:
        allocation = allocate(game, rule, unions={"u": ["A", "B"]} if rule is Rule.OWEN else None)
        assert allocation.shares == {"A": 0.0, "B": 0.0}
        assert allocation.core.status is CoreStatus.IN_CORE
    assert least_core(game).shares == {"A": 0.0, "B": 0.0}


def test_all_that_costs_nothing_is_shared_as_nothing() -> None:
    game = CostGame.from_table({("A",): 0.0, ("B",): 0.0, ("A", "B"): 0.0})
    for rule in set(Rule) - NEEDS_POSITIVE - {Rule.BY_KEY}:
        allocation = allocate(game, rule, unions={"u": ["A", "B"]} if rule is Rule.OWEN else None)
        assert allocation.shares == {"A": 0.0, "B": 0.0}
        assert allocation.core.status is CoreStatus.IN_CORE


@pytest.mark.parametrize("rule", sorted(set(Rule) - {Rule.BY_KEY}))
def test_one_member_pays_its_own_cost(rule: Rule) -> None:
    allocation = allocate(CostGame.from_table({("A",): 7.0}), rule, unions={"u": ["A"]} if rule is Rule.OWEN else None)
    assert allocation.shares == {"A": 7.0}
    assert allocation.core.status is CoreStatus.IN_CORE
    assert least_core(CostGame.from_table({("A",): 7.0})).value == 0.0


@pytest.mark.parametrize("rule", [rule for rule in Rule if rule not in {*RELATIVE, Rule.BY_KEY}])
def test_two_members_share_the_saving_equally(rule: Rule) -> None:
    game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
    unions = {"u": ["A", "B"]} if rule is Rule.OWEN else None
    assert allocate(game, rule, unions=unions).shares == pytest.approx({"A": 4.5, "B": 5.5}, abs=1e-6)


@pytest.mark.parametrize("rule", sorted(set(Rule) - {Rule.BY_KEY}))
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e9])
def test_shares_sum_to_the_cost_of_all(rule: Rule, scale: float) -> None:
    game = CostGame.from_table({names: scale * cost for names, cost in TABLE.items()})
    allocation = allocate(game, rule, unions=UNIONS if rule is Rule.OWEN else None)
    assert abs(math.fsum(allocation.shares.values()) - game.cost(game.players)) <= 1e-6
    assert allocation.standard_error == {"A": 0.0, "B": 0.0, "C": 0.0}
    assert allocation.rule is rule
    assert allocation.why[0] == Clause.of(Point.ASKED_FOR, rule=rule.value)
    assert allocation.reason in str(allocation)


def test_the_order_of_the_table_changes_nothing() -> None:
    for rule in (Rule.NUCLEOLUS, Rule.LEAST_CORE, Rule.EQUAL_PROFIT):
        one, other = (
            allocate(CostGame.from_table(dict(items)), rule) for items in (TABLE.items(), reversed(TABLE.items()))
        )
        assert one == other


def test_cheap_rules_solve_few_coalitions() -> None:
    for rule, solves in ((Rule.PROPORTIONAL, 13), (Rule.EQUAL_CHARGE, 13), (Rule.ACAM, 25)):
        oracle = CountingOracle(members(12))
        allocation = allocate(CostGame(members(12), oracle), rule)
        assert len(oracle.asked) == allocation.solves == solves
        assert len(oracle.calls) == 1


def test_the_default_is_shapley_within_the_budget_then_owen_then_acam() -> None:
    small = CostGame(members(8), CountingOracle(members(8)))
    assert allocate(small).rule is Rule.SHAPLEY
    assert "255" in allocate(small).reason
    names = list(members(9))
    unions = {"a": names[:3], "b": names[3:6], "c": names[6:]}
    oracle = CountingOracle(members(9))
    assert allocate(CostGame(members(9), oracle), unions=unions).rule is Rule.OWEN
    assert len(oracle.asked) <= 3 * 2**2 * 2**3
    oracle = CountingOracle(members(9))
    assert allocate(CostGame(members(9), oracle)).rule is Rule.ACAM
    assert len(oracle.asked) == 19
    assert allocate(CostGame(members(9), CountingOracle(members(9))), max_solves=511).rule is Rule.SHAPLEY
    assert allocate(CostGame(members(9), CountingOracle(members(9))), unions=unions, max_solves=60).rule is Rule.ACAM


def test_a_table_that_is_there_needs_no_budget() -> None:
    full = {
        names: 10.0 * math.sqrt(len(names))
        for size in range(1, 10)
        for names in itertools.combinations(members(9), size)
    }
    allocation = allocate(CostGame.from_table(full))
    assert (allocation.rule, allocation.solves) == (Rule.SHAPLEY, 0)


def test_rules_out_of_reach_say_what_to_do() -> None:
    oracle = CountingOracle(members(30))
    game = CostGame(members(30), oracle)
    for rule in (Rule.NUCLEOLUS, Rule.COST_GAP, Rule.LEAST_CORE, Rule.EQUAL_PROFIT):
        with pytest.raises(ValueError, match=r"choose ACAM \(61 coalitions\)"):
            allocate(game, rule)
    with pytest.raises(ValueError, match=r"58 coalitions besides everybody, and 56 may be solved: .*choose ACAM"):
        allocate(game, Rule.OWEN, unions={"all": list(members(30))}, max_solves=57)
    with pytest.raises(ValueError, match=r"58 coalitions besides everybody, and 56 may be solved: .*choose ACAM"):
        allocate(game, Rule.SHAPLEY, max_solves=57)
    with pytest.raises(ValueError, match="may solve 10"):
        allocate(game, Rule.ACAM, max_solves=10)
    with pytest.raises(ValueError, match="weights="):
        allocate(game, weights={"M00": 2.0})
    with pytest.raises(ValueError, match="30 players"):
        least_core(game)
    assert oracle.asked == []


def test_owen_reaches_games_whose_table_is_out_of_reach() -> None:
    needs = members(30)
    names = list(needs)
    unions = {f"c{k}": names[5 * k : 5 * k + 5] for k in range(6)}
    oracle = CountingOracle(needs)
    allocation = allocate(CostGame(needs, oracle), Rule.OWEN, unions=unions)
    assert len(oracle.asked) <= 6 * 2**5 * 2**5
    assert allocation.core.status is CoreStatus.UNDECIDED
    assert allocation.core.excess_bound == math.inf
    by_union = {k: sum(allocation.shares[p] for p in union) for k, union in unions.items()}
    quotient = {
        tuple(ks): oracle.cost(frozenset(p for k in ks for p in unions[k])).cost
        for size in range(1, 7)
        for ks in itertools.combinations(unions, size)
    }
    assert by_union == pytest.approx(allocate(CostGame.from_table(quotient), Rule.SHAPLEY).shares)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"rule": Rule.OWEN}, ValueError, "needs unions"),
        ({"rule": Rule.OWEN, "unions": {"u": ["A", "B"]}}, ValueError, "in none: .*C"),
        ({"rule": Rule.OWEN, "unions": {"u": ["A", "B"], "w": ["B", "C"]}}, ValueError, "in several: .*B"),
        ({"rule": Rule.OWEN, "unions": UNIONS | {"x": ["X"]}}, KeyError, "X"),
        ({"rule": Rule.SHAPLEY, "unions": UNIONS}, ValueError, "no use|has a use"),
        ({"rule": Rule.ACAM, "weights": {"A": 2.0}}, ValueError, "Shapley"),
        ({"rule": Rule.SHAPLEY, "weights": {"A": 0.0}}, ValueError, "positive"),
        ({"rule": Rule.SHAPLEY, "weights": {"A": math.inf}}, ValueError, "positive"),
        ({"rule": Rule.SHAPLEY, "weights": {"X": 1.0}}, KeyError, "X"),
        ({"rule": Rule.OWEN, "unions": [["A", "B"], ["C"]]}, TypeError, "unions= takes a mapping"),
        ({"rule": Rule.OWEN, "unions": {"u": "AB", "w": ["C"]}}, TypeError, "unions= takes a mapping"),
        ({"rule": Rule.SHAPLEY, "weights": {"A": "2"}}, TypeError, "weights= takes a mapping"),
        ({"rule": Rule.SHAPLEY, "weights": [1.0, 2.0]}, TypeError, "weights= takes a mapping"),
        ({"max_solves": 1.5}, TypeError, "max_solves= takes a whole number"),
        ({"seed": "0"}, TypeError, "seed= takes a whole number"),
        ({"max_solves": -1}, ValueError, "negative"),
        ({"seed": -1}, ValueError, "negative"),
        ({"executor": cast("Executor", object())}, TypeError, "Executor"),
        ({"rule": "majority"}, ValueError, "majority"),
    ],
)
def test_wrong_calls_are_refused(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        allocate(CostGame.from_table(TABLE), **options)


def test_proportional_shares_need_costs_that_are_not_negative() -> None:
    game = CostGame.from_table({("A",): -1.0, ("B",): 7.0, ("A", "B"): 5.0})
    with pytest.raises(ValueError, match="not negative"):
        allocate(game, Rule.PROPORTIONAL)
    assert allocate(game, Rule.SHAPLEY).shares == pytest.approx({"A": -1.5, "B": 6.5})


def test_weights_are_for_shapley_and_default_to_one() -> None:
    game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
    assert allocate(game, Rule.SHAPLEY, weights={"A": 2.0}).shares == pytest.approx({"A": 4.0, "B": 6.0})
    assert allocate(game, weights={"A": 1.0}).shares == pytest.approx({"A": 4.5, "B": 5.5})


def test_the_prenucleolus_may_charge_more_than_alone() -> None:
    table = {
        ("A",): 0.0,
        ("B",): 9.0,
        ("C",): 9.0,
        ("A", "B"): 9.0,
        ("A", "C"): 9.0,
        ("B", "C"): 3.0,
        ("A", "B", "C"): 9.0,
    }
    game = CostGame.from_table(table)
    bounded, free = (allocate(game, Rule.NUCLEOLUS, imputations=flag).shares for flag in (True, False))
    assert bounded["A"] == pytest.approx(0.0, abs=1e-9)
    assert free["A"] > 1.0


def test_core_statuses_of_a_full_table() -> None:
    game = CostGame.from_table(TABLE)
    inside = core_report(game, {"A": 4.0, "B": 4.5, "C": 5.5})
    assert (inside.status, inside.worst_excess, inside.excess_bound) == (CoreStatus.IN_CORE, -1.5, -1.5)
    outside = core_report(game, {"A": 7.0, "B": 3.5, "C": 3.5})
    assert (outside.status, outside.worst_coalition, outside.worst_excess) == (CoreStatus.NOT_IN_CORE, ("A",), 1.0)
    empty = CostGame.from_table(TABLE | {("A", "B", "C"): 17.0})
    report = allocate(empty, Rule.NUCLEOLUS).core
    assert report.status is CoreStatus.CORE_EMPTY
    assert report.worst_excess == pytest.approx(least_core(empty).value) == pytest.approx(1.0 / 3.0)
    assert "(proven)" in allocate(empty, Rule.NUCLEOLUS).reason


def test_of_equally_bad_coalitions_the_smallest_and_first_by_name_is_reported() -> None:
    even = {names: float(10 * len(names)) for names in TABLE}
    full = core_report(CostGame.from_table(even), {"A": 10.0, "B": 10.0, "C": 10.0})
    part = core_report(
        CostGame.from_table({names: even[names] for names in even if names != ("A",)}), dict.fromkeys("ABC", 10.0)
    )
    assert (full.worst_coalition, part.worst_coalition) == (("A",), ("B",))
    pair = core_report(CostGame.from_table(even | {("B", "C"): 15.0, ("A", "C"): 15.0}), dict.fromkeys("ABC", 10.0))
    assert pair.worst_coalition == ("A", "C")


def test_a_share_on_the_border_of_the_core_is_in_it() -> None:
    game = CostGame.from_table({names: 1e7 * cost for names, cost in TABLE.items()})
    report = core_report(game, {"A": 6e7, "B": 4e7, "C": 4e7})
    assert (report.status, report.worst_coalition, report.worst_excess) == (CoreStatus.IN_CORE, ("A",), 0.0)


def bounded_game(bounds: Mapping[str, float], total: float = 14.0) -> CostGame:
    table = {names: CoalitionCost(cost, bounds.get("".join(names), cost)) for names, cost in TABLE.items()}
    return CostGame.from_table(table | {("A", "B", "C"): CoalitionCost(total, total)})


def test_costs_known_to_a_gap_leave_the_core_undecided() -> None:
    shares = {"A": 4.0, "B": 4.5, "C": 5.5}
    close = core_report(bounded_game({"AB": 8.6}), shares)  # A and B pay 8.5
    assert close.status is CoreStatus.IN_CORE
    assert close.excess_bound == pytest.approx(-0.1)
    open_ = core_report(bounded_game({"AB": 8.0}), shares)
    assert open_.status is CoreStatus.UNDECIDED
    assert open_.excess_bound == pytest.approx(0.5)
    unknown = core_report(bounded_game({"AB": -math.inf}), shares)
    assert (unknown.status, unknown.excess_bound) == (CoreStatus.UNDECIDED, math.inf)
    refuted = core_report(bounded_game({"A": 1.0}), {"A": 7.0, "B": 3.5, "C": 3.5})
    assert (refuted.status, refuted.worst_excess) == (CoreStatus.NOT_IN_CORE, 1.0)


def test_an_empty_core_is_claimed_only_over_the_costs_of_plans() -> None:
    assert allocate(bounded_game({"AB": 5.0, "AC": 5.0, "BC": 5.0}), Rule.SHAPLEY).core.status is CoreStatus.UNDECIDED


def test_the_gap_of_the_grand_coalition_is_not_an_excess_of_anybody() -> None:
    table: dict[tuple[str, ...], float | CoalitionCost] = {**TABLE, ("A", "B", "C"): CoalitionCost(14.0, 9.0)}
    assert allocate(CostGame.from_table(table), Rule.NUCLEOLUS).core.status is CoreStatus.IN_CORE


def test_without_the_full_table_the_core_is_refuted_or_undecided() -> None:
    partial = CostGame.from_table({names: cost for names, cost in TABLE.items() if names != ("A", "B")})
    fair = core_report(partial, {"A": 4.0, "B": 4.5, "C": 5.5})
    assert (fair.status, fair.excess_bound) == (CoreStatus.UNDECIDED, math.inf)
    unfair = core_report(partial, {"A": 7.0, "B": 3.5, "C": 3.5})
    assert unfair.status is CoreStatus.NOT_IN_CORE
    nothing = core_report(CostGame.from_table({("A", "B", "C"): 14.0}), {"A": 14.0, "B": 0.0, "C": 0.0})
    assert (nothing.status, nothing.worst_coalition, nothing.excess_bound) == (CoreStatus.UNDECIDED, (), math.inf)
    dear = CostGame.from_table({("A",): 1.0, ("B",): 1.0, ("C",): 1.0, ("A", "B", "C"): 5.0})
    assert core_report(dear, {"A": 2.0, "B": 2.0, "C": 1.0}).status is CoreStatus.CORE_EMPTY


def test_the_least_core_is_an_interval_where_costs_are() -> None:
    exact = least_core(CostGame.from_table(TABLE))
    assert exact.lower == exact.value == exact.upper
    assert exact.value == pytest.approx(max(-5.0 / 3.0, -7.0 / 3.0))
    gap = least_core(bounded_game({"AB": 9.0, "C": 7.0}))
    assert gap.lower == gap.value == pytest.approx(exact.value)
    assert gap.upper == pytest.approx(-1.0)
    assert least_core(bounded_game({"AB": -math.inf})).upper == math.inf
    assert sum(exact.shares.values()) == pytest.approx(14.0)


def test_least_core_shares_keep_every_excess_to_its_value() -> None:
    game = CostGame.from_table(TABLE)
    report = least_core(game)
    worst = core_report(game, report.shares).worst_excess
    assert worst == pytest.approx(report.value, abs=1e-7)
    assert allocate(game, Rule.LEAST_CORE).shares == pytest.approx(report.shares)


@pytest.mark.slow
def test_sixteen_members_with_a_full_table_take_seconds() -> None:
    game = CostGame(members(16), CountingOracle(members(16)))
    for rule in (Rule.NUCLEOLUS, Rule.EQUAL_PROFIT, Rule.LEAST_CORE):
        shares = np.array(list(allocate(game, rule).shares.values()))
        assert shares.sum() == pytest.approx(game.cost(game.players))
        assert np.ptp(shares[::4]) < 1e-6  # members with the same needs pay the same
