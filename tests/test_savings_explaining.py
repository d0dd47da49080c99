"""What people ask about the savings of a pool: as for any allocation, and the same price for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from clusterpool.allocation import Rule
from clusterpool.game import parcels as parcels_room
from clusterpool.report import read_result, write_result
from clusterpool.savings import Savings, share_savings
from tests.pool_kit import EXACT, pool_of, table
from tests.test_savings import BUSY, RULES, cost_by_hand, frames, savings

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("leaving", "losses", "worst", "dearer_than_alone", "rules", "rule_notes", "loss_notes", "same_price")


def test_the_same_price_for_all_by_hand() -> None:
    # film 130 at 9, 100 an order, fuel for 300, A, B, C on one truck of 1,800 with 1,500, 1,000, 1,000 kg, E 800
    own = {"A": 630 + 300 + 1800 * 1.5 / 3.5, "B": 270 + 1800 / 3.5, "C": 270 + 1800 / 3.5, "D": 0.0, "E": 800.0}
    found = savings().explain().same_price.set_index("member")
    assert found["own"].to_dict() == pytest.approx(own)
    total = sum(own.values())
    assert found["rest"].to_dict() == pytest.approx({m: 100.0 * cost / total for m, cost in own.items()})
    assert found["same_price"].sum() == pytest.approx(savings().cost)
    assert found["alone"].to_dict() == pytest.approx({m: cost_by_hand(frozenset({m})) for m in "ABCDE"})
    # E gains nothing by the pool and would pay a part of the order: the same price hurts it
    assert found.index[found["hurts"]].tolist() == ["E"]
    assert found.loc["E", "more"] == pytest.approx(found.loc["E", "rest"])
    last = savings().explain().sentences()[-1]
    assert last == "The same price for all would make these worse off than alone: E."


def test_a_large_buyer_that_reaches_the_best_price_alone_is_hurt() -> None:
    rows = {
        "members": table("member cluster site", ("BIG", "x", "Alger"), ("SMALL", "x", "Alger")),
        "purchases": table("member item quantity", ("BIG", "film", 990), ("SMALL", "film", 10), ("SMALL", "glue", 50)),
        "suppliers": table("supplier order_cost", ("S", None), ("T", 50)),
        "offers": table(
            "supplier item min_quantity unit_price", ("S", "film", 0, 12), ("S", "film", 900, 10), ("T", "glue", 0, 1)
        ),
    }
    same = share_savings(pool_of(rows), options=EXACT).explain().same_price.set_index("member")
    # SMALL's order of 50 is spread over all in proportion to 9,900 and 150
    assert same["own"].to_dict() == pytest.approx({"BIG": 9900.0, "SMALL": 150.0})
    assert same.loc["BIG", "more"] == pytest.approx(50 * 9900 / 10050)
    assert same["hurts"].to_dict() == {"BIG": True, "SMALL": False}


def test_a_pool_without_needs_has_nothing_to_explain() -> None:
    rows = {**frames(), "purchases": table("member item quantity")}
    del rows["shipments"]
    answers = share_savings(pool_of(rows), options=EXACT).explain()
    assert answers.same_price["same_price"].tolist() == [0.0] * 5
    assert not answers.same_price["hurts"].any()
    assert answers.worst.empty


@pytest.mark.parametrize("rule", RULES)
def test_a_saved_result_explains_itself_alike(rule: Rule, tmp_path: Path) -> None:
    write_result(savings(rule).result, tmp_path / "saved")
    read = Savings(read_result(tmp_path / "saved"))
    assert read.allocation.intervals == savings(rule).allocation.intervals
    direct, again = savings(rule).explain(), read.explain()
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(direct, name), rtol=1e-12, atol=1e-9)


def test_clusters_are_the_unions_of_the_owen_value() -> None:
    rules = savings().explain().rules
    owen = rules[rules["rule"] == "owen"].set_index("player")["share"]
    assert owen.to_dict() == pytest.approx(savings(Rule.OWEN).allocation.shares)


def test_more_is_solved_only_if_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    first = share_savings(savings().result.pool, rule=Rule.PROPORTIONAL, options=EXACT)
    solve, solved = parcels_room.solve_coalitions, list[tuple[int, frozenset[str]]]()

    def watched(task: object, some: list[frozenset[str]], *rest: object, **more: object) -> object:
        solved.extend((id(task), one) for one in some)
        return solve(task, some, *rest, **more)

    monkeypatch.setattr(parcels_room, "solve_coalitions", watched)
    assert first.explain().leaving.set_index("player").loc[list(BUSY), "adds"].isna().any()
    assert not solved
    full = first.explain(solve=True)
    assert 2 ** len(BUSY) - 1 - len(first.result.coalitions) <= len(solved) == len(set(solved))
    expected = savings(Rule.PROPORTIONAL).explain(solve=True)
    pd.testing.assert_frame_equal(full.rules, expected.rules)
    assert full.losses["loss"].notna().all()
