"""What people ask about an allocation: leaving, losses, the worst off, dearer than alone, all rules side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from clusterpool.allocation import Allocation, Cause, CoalitionCost, CoreReport, CoreStatus, CostGame, Rule, allocate
from clusterpool.language import Language
from tests.test_allocation_game import TABLE, CountingOracle, members

if TYPE_CHECKING:
    import pandas as pd


def records(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(table.itertuples(index=False, name=None))


def test_who_leaves_and_what_the_others_lose() -> None:
    # c(N) = 14; without A, B, C: 12, 11, 10; Shapley by the six orders: A 11/3, B 14/3, C 17/3
    answers = allocate(CostGame.from_table(TABLE), Rule.SHAPLEY).explain()
    leaving = answers.leaving
    assert leaving["player"].tolist() == ["A", "B", "C"]
    assert leaving["alone"].tolist() == [6.0, 7.0, 8.0]
    assert leaving["pays"].tolist() == pytest.approx([11 / 3, 14 / 3, 17 / 3])
    assert leaving["saves"].tolist() == pytest.approx([7 / 3] * 3)
    assert leaving["cost_without"].tolist() == [12.0, 11.0, 10.0]
    assert leaving["adds"].tolist() == [2.0, 3.0, 4.0]
    assert leaving["others_lose"].tolist() == pytest.approx([5 / 3] * 3)
    losses = answers.losses.set_index(["leaver", "member"])
    assert len(losses) == 6
    # without A the pair B, C pays 12: B 7 - 1.5, C 8 - 1.5
    assert losses.loc[("A", "B"), "pays_then"] == pytest.approx(5.5)
    assert losses.loc[("A", "C"), "loss"] == pytest.approx(6.5 - 17 / 3)
    total = losses["loss"].groupby("leaver").sum()
    assert total.tolist() == pytest.approx(leaving["others_lose"].tolist())


def test_what_a_leaver_adds_is_an_interval_where_the_rest_is_known_to_a_gap() -> None:
    table: dict[tuple[str, ...], float | CoalitionCost] = {**TABLE, ("B", "C"): CoalitionCost(12.0, 11.5)}
    leaving = allocate(CostGame.from_table(table), Rule.ACAM).explain().leaving.set_index("player")
    assert leaving.loc["A", ["adds_at_least", "adds_at_most"]].tolist() == [2.0, 2.5]
    assert leaving.loc["B", ["adds_at_least", "adds_at_most"]].tolist() == [3.0, 3.0]


def test_the_worst_off_come_first() -> None:
    table = {**TABLE, ("A", "B"): 8.0}
    answers = allocate(CostGame.from_table(table), Rule.PROPORTIONAL).explain(top=2)
    # proportional: 4, 14/3, 16/3; A, B pay 26/3 for 8, A, C pay 28/3 for 11, B, C 10 for 12, one alone saves a third
    assert answers.worst["coalition"].tolist() == ["A|B", "A|C"]
    assert answers.worst["excess"].tolist() == pytest.approx([2 / 3, 28 / 3 - 11])
    assert answers.worst["pays"].tolist() == pytest.approx([26 / 3, 28 / 3])
    assert answers.worst[["cost", "bound"]].to_numpy().tolist() == [[8.0, 8.0], [11.0, 11.0]]


def test_the_worst_are_those_of_a_full_scan() -> None:
    oracle = CountingOracle(members(6))
    game = CostGame(members(6), oracle)
    allocation = allocate(game, Rule.EQUAL_CHARGE, max_solves=63)
    game.table()
    scan = sorted(
        ((sum(allocation.shares[p] for p in c) - v.cost, c) for c, v in game.solved.items() if len(c) < 6),
        key=lambda pair: -pair[0],
    )
    worst = allocation.explain(top=5).worst
    assert worst["excess"].tolist() == pytest.approx([excess for excess, _ in scan[:5]])
    assert {frozenset(names.split("|")) for names in worst["coalition"]} <= {
        c for e, c in scan if e >= scan[4][0] - 1e-9
    }


def test_who_pays_more_than_alone() -> None:
    table = {("A",): 1.0, ("B",): 9.0, ("A", "B"): 10.5}
    answers = allocate(CostGame.from_table(table), Rule.EQUAL_CHARGE).explain()
    assert records(answers.dearer_than_alone) == [("A", 1.0, 1.25, 0.25), ("B", 9.0, 9.25, 0.25)]
    nobody = allocate(CostGame.from_table(TABLE), Rule.SHAPLEY).explain().dearer_than_alone
    assert nobody.empty
    assert nobody.columns.tolist() == ["player", "alone", "pays", "more"]


def test_all_rules_stand_side_by_side() -> None:
    game = CostGame.from_table(TABLE)
    answers = allocate(game, Rule.OWEN, unions={"east": ["A", "B"], "west": ["C"]}).explain()
    assert answers.rules["rule"].unique().tolist() == [
        rule.value for rule in Rule if rule not in {Rule.WEIGHTED_SHAPLEY, Rule.BY_KEY}
    ]
    assert answers.rule_notes.empty
    for rule, shares in answers.rules.groupby("rule"):
        unions = {"east": ["A", "B"], "west": ["C"]} if rule == "owen" else None
        assert (
            dict(zip(shares["player"], shares["share"], strict=True))
            == allocate(game, Rule(rule), unions=unions).shares
        )


def test_rules_that_are_not_there_say_why() -> None:
    table = {("A",): -1.0, ("B",): 2.0, ("C",): 2.0, ("A", "B"): 1.0, ("A", "C"): 1.0, ("B", "C"): 3.0}
    game = CostGame.from_table({**table, ("A", "B", "C"): 2.0})
    notes = allocate(game, Rule.SHAPLEY).explain().rule_notes.set_index("rule")
    assert notes.loc["owen", "cause"] == Cause.NO_UNIONS
    assert notes.loc["proportional", "cause"] == notes.loc["equal-profit", "cause"] == Cause.NOT_DEFINED
    assert "not negative" in notes.loc["proportional", "reason"]


def test_nothing_is_solved_for_an_explanation_unless_it_may() -> None:
    oracle = CountingOracle(members(6))
    allocation = allocate(CostGame(members(6), oracle), Rule.ACAM)
    before = len(oracle.asked)
    answers = allocation.explain()
    assert len(oracle.asked) == before == 13
    assert answers.rules["rule"].unique().tolist() == ["proportional", "equal-charge", "acam"]
    notes = answers.rule_notes.set_index("rule")
    assert notes.loc["shapley", ["cause", "lacking"]].tolist() == [Cause.NOT_SOLVED, 63 - 13]
    assert answers.losses["pays_then"].isna().all()
    assert answers.leaving["adds"].notna().all()
    full = allocation.explain(solve=True)
    assert len(oracle.asked) == 63
    assert full.losses["loss"].notna().all()
    assert set(full.rule_notes["rule"]) == {"owen"}


def test_what_is_not_solved_is_blank() -> None:
    oracle = CountingOracle(members(4))
    leaving = allocate(CostGame(members(4), oracle), Rule.PROPORTIONAL).explain().leaving
    assert leaving[["cost_without", "adds", "others_lose", "adds_at_least", "adds_at_most"]].isna().all(axis=None)
    assert leaving[["alone", "pays", "saves"]].notna().all(axis=None)


def test_losses_are_of_the_same_rule_with_the_same_terms() -> None:
    weights = {"A": 3.0, "B": 1.0, "C": 2.0}
    game = CostGame.from_table(TABLE)
    losses = allocate(game, Rule.SHAPLEY, weights=weights).explain().losses.set_index(["leaver", "member"])
    # B, C alone 7, 8, together 12: they save 3, of which C has two thirds
    assert losses.loc[("A", "B"), "pays_then"] == pytest.approx(6.0)
    assert losses.loc[("A", "C"), "pays_then"] == pytest.approx(6.0)
    assert losses.loc[("C", "A"), "pays_then"] == pytest.approx(6.0 - 3.0 * 0.75)


def test_a_member_without_needs_leaves_everything_as_it_is() -> None:
    needs = {**members(3), "Z": 0.0}
    game = CostGame(needs, CountingOracle(needs), idle=["Z"])
    answers = allocate(game, Rule.SHAPLEY).explain()
    row = answers.leaving.set_index("player").loc["Z"]
    assert row[["alone", "pays", "saves", "adds", "others_lose"]].tolist() == [0.0] * 5
    assert answers.losses.query("leaver == 'Z'")["loss"].tolist() == [0.0] * 3
    assert answers.losses.query("member == 'Z'")["loss"].tolist() == [0.0] * 3
    assert (answers.rules.query("player == 'Z'")["share"] == 0.0).all()


def test_one_member_has_nobody_to_lose() -> None:
    answers = allocate(CostGame.from_table({("A",): 3.0}), Rule.SHAPLEY).explain()
    assert answers.losses.empty
    assert answers.worst.empty
    assert answers.leaving["adds"].tolist() == [3.0]
    assert answers.leaving["cost_without"].tolist() == [0.0]


def test_wrong_questions_are_refused() -> None:
    allocation = allocate(CostGame.from_table(TABLE), Rule.SHAPLEY)
    with pytest.raises(ValueError, match="at least 1"):
        allocation.explain(top=0)
    bare = Allocation(Rule.SHAPLEY, {"A": 1.0}, CoreReport(CoreStatus.UNDECIDED, (), 0.0, math.inf), {"A": 0.0}, "", 0)
    with pytest.raises(ValueError, match="does not know its game"):
        bare.explain()


def test_the_game_is_neither_compared_nor_printed() -> None:
    first, second = (allocate(CostGame.from_table(TABLE), Rule.SHAPLEY) for _ in range(2))
    assert first == second
    assert "CostGame" not in repr(first)


def test_the_explanation_in_plain_sentences() -> None:
    # c(N) = 12, alone 6, 7, 8; proportional: 24/7, 4, 32/7, so that A, B pay 52/7 for 7; A adds 0, B 1, C 5;
    # equal charge: 2, 3, 7
    table = {**TABLE, ("A", "B"): 7.0, ("A", "B", "C"): 12.0}
    text = (
        allocate(CostGame.from_table(table), Rule.PROPORTIONAL).explain().summary(currency="DZD").replace("\xa0", " ")
    )
    lines = text.splitlines()
    assert lines[0] == "{A, B} would be better off by 0.43 DA on its own."
    assert lines.pop(1) == "No coalition whatever can be better off on its own by more than 0.43 DA (proven)."
    assert lines[1] == "Nobody pays more than alone."
    assert lines[2] == "The departure of A would cost the others most: 3.43 DA in all."
    assert lines[3] == "Without C the others would pay 0.43 DA less in all."
    ends = "between 4.57 DA (proportional) and 7.00 DA (equal charge)"
    assert lines[4] == f"Rules compared: 10. They differ most for C, who pays {ends}."
    dearer = allocate(CostGame.from_table({("A",): 1.0, ("B",): 9.0, ("A", "B"): 10.5}), Rule.EQUAL_CHARGE).explain()
    assert "Paying more than alone: A, B." in str(dearer)


def test_what_is_not_known_is_said() -> None:
    oracle = CountingOracle(members(7))
    answers = allocate(CostGame(members(7), oracle), Rule.PROPORTIONAL).explain()
    assert answers.sentences()[1] == "Of coalitions that are not computed nothing is proven."
    assert answers.sentences()[3:] == [
        "What the departure of a member would change is not computed: M00, M01, M02, M03, M04 and 2 more.",
        "The coalitions computed suffice for no other rule.",
    ]
    assert "n'est pas calculé pour : M00, M01" in answers.summary(Language.FRENCH)
    assert "M00\u2069، \u2066M01" in answers.summary(Language.ARABIC)
