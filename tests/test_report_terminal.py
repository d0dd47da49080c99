"""The text for the terminal: what it says, how wide it is, and that it is honest about what is not proven."""

from __future__ import annotations

import doctest
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from clusterpool.allocation import CoreStatus
from clusterpool.language import Language
from clusterpool.plan import PLAN_COLUMNS
from clusterpool.report import COALITION_COLUMNS, Result, summary
from clusterpool.report.tables import from_records
from clusterpool.report.terminal import columns
from clusterpool.report.terminal.columns import Row, aligned, width_of
from clusterpool.solver import Status
from tests.report_case import COST, allocation, plan, result

NO_BREAK, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
TABLES = """\
Savings per member
------------------
member  name                    today     alone      pool  saving     %
=C      Conserves, Cie              -     33.33     33.33    0.00   0.0
A       Atelier des Amandiers  750.00    700.00    595.00  105.00  15.0  ███████
B       Briqueterie                 -    600.00    495.00  105.00  17.5  ███████
total                               -  1,333.33  1,123.33  210.00  15.8

Savings per cluster
-------------------
cluster  today     alone      pool  saving     %
east         -  1,300.00  1,090.00  210.00  16.2  ████████████████
west         -     33.33     33.33    0.00   0.0
total        -  1,333.33  1,123.33  210.00  15.8

Amounts in DA, net of VAT.
"""


def unwrapped(text: str) -> str:
    return re.sub(r"\n  ", " ", text).replace(NO_BREAK, " ").replace(NARROW, " ")


def scaled(factor: float) -> Result:
    """The case with all money multiplied."""
    case = result()
    columns = [
        "today",
        "alone",
        "pool",
        "saving",
        "purchases_saving",
        "freight_saving",
        "own_effort",
        "merit_of_pooling",
    ]
    times = {name: case.members[name] * factor for name in columns}
    sums = {name: case.clusters[name] * factor for name in columns}
    tables: dict[str, Any] = {
        name: table.assign(cost=table["cost"] * factor) for name, table in case.plan.tables.items()
    }
    return replace(
        case,
        members=case.members.assign(**times),
        clusters=case.clusters.assign(**sums),
        plan=replace(case.plan, **tables),
    )


def test_tables_in_english() -> None:
    assert summary(result()).startswith(TABLES)


def test_the_proof_says_what_holds_over_all_plans_and_what_over_known_trips() -> None:
    text = unwrapped(summary(result()))
    assert "Plan: feasible; cost 1,123.33 DA; no plan whatever costs less than 1,085.00 DA (gap 3.41%)." in text
    assert "Purchases: cost 1,090.00 DA; proven over all plans: at least 1,085.00 DA (gap 0.46%)." in text
    assert "Freight: cost 33.33 DA; proven over all plans: at least 0.00 DA (gap 100.00%)." in text
    assert "Freight with respect to the known trips only (1): at least 33.33 DA (gap 0.00%)." in text
    assert "Rule: Shapley value, as asked for." in text


def test_french_money_and_words() -> None:
    text = unwrapped(summary(scaled(1000), language=Language.FRENCH))
    assert "Économies par membre" in text
    assert "1 123 333,00" in text
    assert "coût 1 123 333,00 DA ; aucun plan ne coûte moins de 1 085,00 DA (écart 99,90 %)" in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("factor", [1, 1e3, 1e5, 1e6])
def test_no_line_is_wider_than_the_terminal(language: Language, factor: float) -> None:
    text = summary(scaled(factor), language=language, folder=Path("out/x"))
    assert max(map(width_of, text.splitlines())) <= 80


def test_large_amounts_are_shown_whole_and_it_says_so() -> None:
    text = unwrapped(summary(scaled(1e6)))
    assert "Amounts in whole DA" in text
    assert "1,123,333,000 " in text
    assert "1,123,333,000.00" not in text.split("Amounts")[0]


@pytest.mark.parametrize(
    ("status", "excess_bound", "words"),
    [
        (CoreStatus.IN_CORE, 0.0, "Core: with these shares of the plan's cost no group of members would be better off"),
        (
            CoreStatus.NOT_IN_CORE,
            math.inf,
            "Core: with these shares of the plan's cost the group =C would be better off",
        ),
        (CoreStatus.CORE_EMPTY, 5.0, "Core: empty for this plan's cost, proven: no sharing of 1,123.33 DA keeps"),
        (
            CoreStatus.UNDECIDED,
            math.inf,
            "4 of 7 groups were worked out. Of these the one that gains least from the pool",
        ),
        (CoreStatus.UNDECIDED, 5.0, "No group whatever could be better off by more than 5.00 DA."),
    ],
)
def test_the_core_is_told_as_far_as_it_is_known(status: CoreStatus, excess_bound: float, words: str) -> None:
    text = unwrapped(summary(result(allocation=allocation(status, excess_bound)))).replace("’", "'")
    assert words in text
    assert "This holds with respect to the known trips." in text
    assert ("No group whatever" in text) == (math.isfinite(excess_bound) and status is not CoreStatus.IN_CORE)


def test_only_where_all_coalitions_were_solved_it_says_so() -> None:
    some = result(allocation=allocation(CoreStatus.UNDECIDED, 5.0))
    names = [{"members": "|".join(group)} for group in (("=C", "A"), ("=C", "B"), ("A", "B"))]
    others = from_records("coalitions", [{**dict.fromkeys(COALITION_COLUMNS, 9.0), **name} for name in names])
    every = replace(some, coalitions=pd.concat([some.coalitions, others], ignore_index=True))
    assert "all groups were worked out, but what they cost is known only to a gap" in unwrapped(summary(every))
    assert "all groups" not in unwrapped(summary(some))


def test_without_freight_no_word_of_trips() -> None:
    case = result(known_trips=None)
    assert "known trips" not in summary(case)
    assert "Freight: cost 33.33 DA" in unwrapped(summary(case))
    parts = case.plan.parts.assign(cost=[1090.0, 0.0], bound=[1085.0, 0.0])
    assert "Freight" not in summary(replace(case, plan=replace(case.plan, parts=parts)))


def test_a_part_without_a_bound_is_not_called_proven() -> None:
    parts = plan().parts.assign(bound=-math.inf, bound_on_known_trips=-math.inf)
    text = unwrapped(summary(result(plan=plan(parts=parts, bound=-math.inf))))
    assert "Plan: feasible; cost 1,123.33 DA; no lower bound is proven." in text
    assert "Purchases: cost 1,090.00 DA; nothing is proven over all plans." in text
    assert "Freight with respect to the known trips only (1): nothing is proven." in text


def test_unmet_needs_interrupts_and_rows_that_do_not_compare() -> None:
    row = ("purchase", "A", "film", "", 12.5, "every supplier's capacity is used up", "S|T", 0.0)
    unmet = from_records("unmet", [dict(zip(PLAN_COLUMNS["unmet"], row, strict=True))] * 12)
    members = result().members.assign(comparable=[True, False, True])
    case = result(plan=plan(unmet=unmet, status=Status.INTERRUPTED), members=members, reproducible=False)
    text = unwrapped(summary(case))
    assert "Needs that stay unmet (12)" in text
    assert text.count("A: film, 12.5 (every supplier's capacity is used up: S, T)") == 10
    assert "... and 2 more, see unmet.csv" in text
    assert "\nA *" in text
    assert "not comparable" in text
    assert "interrupted, the best plan so far" in text
    assert "cut the search" in text


@pytest.mark.parametrize(("more", "words"), [(0.0, "This plan saves nothing"), (1.0, "This plan costs 3.00 DA more")])
def test_a_pool_without_a_gain_is_called_so(more: float, words: str) -> None:
    case = result()
    alone = case.members["pool"] - more
    saving = alone - case.members["pool"]
    members = case.members.assign(alone=alone, saving=saving, purchases_saving=saving, freight_saving=0.0)
    text = unwrapped(summary(replace(case, members=members)))
    assert words in text
    assert "no verdict on pooling" in text, "the plan's bound of 1,085 leaves room for a saving"
    assert ("Paying more than alone: =C, A, B." in text) == (more > 0)


def test_files_and_commands_are_whole_lines() -> None:
    folder = Path("a" * 60, "result")
    lines = summary(result(), folder=folder).splitlines()
    assert f"To recompute everything: clusterpool verify {folder}" in lines
    assert any(line.endswith(f"clusterpool share {folder} --rule RULE") for line in lines)


def test_examples() -> None:
    assert doctest.testmod(columns).failed == 0


def test_bars_grow_with_the_saving_and_names_make_room_for_them() -> None:
    figures = ("1" * 12, "2" * 12, "3" * 12)
    rows = [Row("A" * 8, "N" * 20, figures, length) for length in (1.0, 0.5, None)]
    whole, half, none = (line.rpartition("333")[2].strip() for line in aligned(rows, Language.ENGLISH))
    assert len(whole) == 2 * len(half) > 0
    assert not none
    assert all("N" * 19 in line for line in aligned(rows, Language.ENGLISH))
    narrow = [Row("A" * 8, "N" * 20, (*figures, "4" * 10), 1.0)]
    (line,) = aligned(narrow, Language.ENGLISH)
    assert "N" * 9 + "…" in line
    assert line.endswith("████")
    (line,) = aligned([Row("A" * 14, "N" * 20, (*figures, "4" * 10), 1.0)], Language.ENGLISH)
    assert "█" not in line, "no room for a bar beside a name that can be read"
    assert "N" * 9 in line


def test_a_loss_is_not_drawn_like_a_gain() -> None:
    gain, loss = aligned([Row("A", "", ("1",), 0.5), Row("B", "", ("1",), -0.5)], Language.ENGLISH)
    assert "█" in gain
    assert set(loss.split()[-1]) == {"░"}


def test_arabic_lines_run_from_the_right_and_codes_keep_their_order() -> None:
    lines = summary(result(), language=Language.ARABIC).splitlines()
    (line,) = [line for line in lines if "Briqueterie" in line]
    assert line.startswith("\N{RIGHT-TO-LEFT MARK}\N{LEFT-TO-RIGHT ISOLATE}B\N{POP DIRECTIONAL ISOLATE}")
    assert line.count("\N{LEFT-TO-RIGHT ISOLATE}") == line.count("\N{POP DIRECTIONAL ISOLATE}") > 4


def test_names_cannot_steer_the_terminal() -> None:
    case = result()
    names = ["\x1b[31mred", "two\nlines", "right\u202eleft"]
    pool = replace(case.pool, tables={**case.pool.tables, "members": case.pool.table("members").assign(name=names)})
    text = summary(replace(case, pool=pool))
    assert "[31mred" in text
    assert "two lines" in text
    assert "rightleft" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_two_members_are_told_that_they_can_see_through_each_other() -> None:
    case = result()
    assert "work out the other's saving" not in summary(case, folder=Path("x"))
    two = case.members.head(2).assign(pool=[100.0, COST - 100.0])
    pair = replace(case, pool=case.pool.restrict(two["member"]), members=two, clusters=case.clusters.head(0))
    assert "work out the other's saving" in unwrapped(summary(pair, folder=Path("x")))
