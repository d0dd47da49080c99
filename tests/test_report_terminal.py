"""The text for the terminal: what it says, how wide it is, and that it is honest about what is not proven."""

from __future__ import annotations

import math
import re
import string
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusterpool.allocation import CoreStatus
from clusterpool.plan import PLAN_COLUMNS
from clusterpool.report import Language, Result, summary
from clusterpool.report.tables import from_records
from clusterpool.report.words import WORDS, money, percent
from clusterpool.solver import Status
from tests.report_case import allocation, plan, result

TABLES = """\
Savings per member
------------------
member  name                    today     alone      pool  saving     %
=C      Conserves, Cie              -     33.33     33.33    0.00   0.0
A       Atelier des Amandiers  750.00    700.00    595.00  105.00  15.0
B       Briqueterie                 -    600.00    495.00  105.00  17.5
total                               -  1,333.33  1,123.33  210.00  15.8

Savings per cluster
-------------------
cluster  today     alone      pool  saving     %
east         -  1,300.00  1,090.00  210.00  16.2
west         -     33.33     33.33    0.00   0.0
total        -  1,333.33  1,123.33  210.00  15.8

Amounts in DA, net of VAT.
"""


def unwrapped(text: str) -> str:
    return re.sub(r"\n  ", " ", text)


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
    assert "Rule: Shapley value from a table made by hand." in text


def test_french_money_and_words() -> None:
    text = unwrapped(summary(scaled(1000), language=Language.FRENCH))
    assert "Économies par membre" in text
    assert "1 123 333,00" in text
    assert "coût 1 123 333,00 DA ; aucun plan ne coûte moins de 1 085,00 DA (écart 99,90 %)" in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("factor", [1, 1e3, 1e5, 1e6])
def test_no_line_is_wider_than_the_terminal(language: Language, factor: float) -> None:
    text = summary(scaled(factor), language=language, folder=Path("out/x"))
    assert max(map(len, text.splitlines())) <= 80


def test_large_amounts_are_shown_whole_and_it_says_so() -> None:
    text = summary(scaled(1e6))
    assert "Amounts in whole DA" in text
    assert "1,123,333,000 " in text
    assert "1,123,333,000.00" not in text.split("Amounts")[0]


@pytest.mark.parametrize(
    ("status", "excess_bound", "words"),
    [
        (CoreStatus.IN_CORE, 0.0, "Core: proven that no group of members would be better off by itself."),
        (CoreStatus.NOT_IN_CORE, math.inf, "Core: =C would be better off by 0.00 DA by themselves."),
        (CoreStatus.CORE_EMPTY, 5.0, "Core: empty, proven"),
        (
            CoreStatus.UNDECIDED,
            math.inf,
            "4 of 7 coalitions were solved; of these =C gains least from the pool, 0.00 DA.",
        ),
        (CoreStatus.UNDECIDED, 5.0, "All coalitions were solved, but known only to a gap"),
        (CoreStatus.UNDECIDED, 5.0, "No group whatever could be better off by more than 5.00 DA."),
    ],
)
def test_the_core_is_told_as_far_as_it_is_known(status: CoreStatus, excess_bound: float, words: str) -> None:
    text = unwrapped(summary(result(allocation=allocation(status, excess_bound))))
    assert words in text
    assert "This holds with respect to the known trips." in text
    assert ("No group whatever" in text) == (math.isfinite(excess_bound) and status is not CoreStatus.IN_CORE)


def test_without_freight_no_word_of_trips() -> None:
    case = result(known_trips=None)
    assert "known trips" not in summary(case)
    assert "Freight: cost 33.33 DA" in summary(case)
    parts = case.plan.parts.assign(cost=[1090.0, 0.0], bound=[1085.0, 0.0])
    assert "Freight" not in summary(replace(case, plan=replace(case.plan, parts=parts)))


def test_a_part_without_a_bound_is_not_called_proven() -> None:
    parts = plan().parts.assign(bound=-math.inf, bound_on_known_trips=-math.inf)
    text = unwrapped(summary(result(plan=plan(parts=parts, bound=-math.inf))))
    assert "Plan: feasible; cost 1,123.33 DA; no lower bound is proven." in text
    assert "Purchases: cost 1,090.00 DA; nothing is proven over all plans." in text
    assert "Freight with respect to the known trips only (1): nothing is proven." in text


def test_unmet_needs_interrupts_and_rows_that_do_not_compare() -> None:
    row = ("purchase", "A", "film", "", 12.5, "no offer", "capacity", 0.0)
    unmet = from_records("unmet", [dict(zip(PLAN_COLUMNS["unmet"], row, strict=True))] * 12)
    members = result().members.assign(comparable=[True, False, True])
    case = result(plan=plan(unmet=unmet, status=Status.INTERRUPTED), members=members, reproducible=False)
    text = summary(case)
    assert "Needs that stay unmet (12)" in text
    assert text.count("  A: film, 12.5 (no offer: capacity)") == 10
    assert "... and 2 more, see unmet.csv" in text
    assert "\nA *" in text
    assert "not comparable" in text
    assert "interrupted, the best plan so far" in text
    assert "cut the search" in text


@pytest.mark.parametrize(("more", "words"), [(0.0, "Pooling brings nothing here"), (1.0, "Pooling costs more")])
def test_a_pool_without_a_gain_is_called_so(more: float, words: str) -> None:
    case = result()
    alone = case.members["pool"] - more
    saving = alone - case.members["pool"]
    members = case.members.assign(alone=alone, saving=saving, purchases_saving=saving, freight_saving=0.0)
    text = unwrapped(summary(replace(case, members=members)))
    assert words in text
    assert ("these pay more than alone: =C, A, B." in text) == (more > 0)


def test_files_and_commands_are_whole_lines() -> None:
    folder = Path("a" * 60, "result")
    lines = summary(result(), folder=folder).splitlines()
    assert f"To recompute everything: clusterpool verify {folder}" in lines
    assert any(line.endswith(f"clusterpool share {folder} --rule RULE") for line in lines)


def test_both_languages_say_the_same_things() -> None:
    english, french = WORDS[Language.ENGLISH], WORDS[Language.FRENCH]
    assert english.keys() == french.keys()
    for key, phrase in english.items():
        fields = {name for _, name, _, _ in string.Formatter().parse(phrase) if name}
        assert fields == {name for _, name, _, _ in string.Formatter().parse(french[key]) if name}, key


@pytest.mark.parametrize(
    ("cents", "language", "text"),
    [
        (123456750, Language.FRENCH, "1 234 567,50 DA"),
        (-5, Language.FRENCH, "-0,05 DA"),
        (123456750, Language.ENGLISH, "1,234,567.50 DA"),
        (-123456, Language.ENGLISH, "-1,234.56 DA"),
    ],
)
def test_money_as_written_in_each_language(cents: int, language: Language, text: str) -> None:
    assert money(cents, language, "DZD") == text


def test_other_currencies_and_whole_amounts() -> None:
    assert money(1999, Language.ENGLISH, "EUR") == "19.99 EUR"
    assert money(-40, Language.ENGLISH, whole=True) == "0"
    assert percent(12.345, Language.FRENCH, 1) == "12,3 %"
