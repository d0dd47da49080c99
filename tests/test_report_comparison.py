"""Two results side by side: figures of both, differences, members of one alone, rows of the input that differ."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from clusterpool.cli.app import app
from clusterpool.language import Language
from clusterpool.report import Result, compare_results, comparison_text, write_result
from clusterpool.report.comparison.comparison import TableChange
from clusterpool.report.terminal.columns import width_of
from tests import report_case
from tests.leak_kit import MEMBERS, result

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.report.comparison import Comparison

NAMES = ("before", "after")


def left() -> Comparison:
    """The pool of four, then without its last member."""
    return compare_results(result(), result(MEMBERS[:3]), names=NAMES)


def cents(case: Result, member: str, column: str) -> int:
    return round(100 * float(case.members.set_index("member").loc[member, column]))


def test_figures_are_those_of_both_results() -> None:
    found = left()
    for change in found.members:
        for side, case in enumerate((result(), result(MEMBERS[:3]))):
            if change.member in case.pool.members:
                assert change.pool[side] == pytest.approx(cents(case, change.member, "pool"), abs=1)
                assert change.alone[side] == pytest.approx(cents(case, change.member, "alone"), abs=1)
                assert change.saving[side] == change.alone[side] - change.pool[side]
    assert found.first.cost == round(100 * result().plan.cost)
    assert (found.first.members, found.second.members) == (4, 3)


def test_a_member_that_is_missing_in_one_has_no_difference() -> None:
    found = {change.member: change for change in left().members}
    assert found["mloukhia"].pool[1] is None
    assert found["mloukhia"].more is None
    assert found["mloukhia"].saves_more is None
    kesra = found["kesra"]
    assert kesra.more == kesra.pool[1] - kesra.pool[0]
    assert kesra.saves_more == kesra.saving[1] - kesra.saving[0] < 0, "the pool is worth less without the fourth"
    back = compare_results(result(MEMBERS[:3]), result(), names=NAMES)
    assert [change.member for change in back.members] == sorted(MEMBERS)
    assert {change.member for change in back.members if change.pool[0] is None} == {"mloukhia"}


def test_rows_of_the_input_that_differ_are_counted() -> None:
    changes = {change.table: change for change in left().tables}
    assert changes["members"] == TableChange("members", 1, 0)
    assert changes["purchases"] == TableChange("purchases", 2, 0)
    assert "offers" not in changes
    case = report_case.result()
    offers = case.pool.table("offers")
    offers.loc[0, "unit_price"] = 10.5
    dearer = replace(case, pool=replace(case.pool, tables={**case.pool.tables, "offers": offers}))
    assert compare_results(case, dearer, names=NAMES).tables == (TableChange("offers", 1, 1),)
    assert compare_results(case, case, names=NAMES).tables == ()


def test_currencies_that_differ_do_not_compare() -> None:
    case = report_case.result()
    settings = case.pool.settings.model_copy(update={"currency": "EUR"})
    with pytest.raises(ValueError, match="before is in DZD, after in EUR"):
        compare_results(case, replace(case, pool=replace(case.pool, settings=settings)), names=NAMES)


@pytest.mark.parametrize("language", Language)
def test_the_text_fits_a_terminal(language: Language) -> None:
    text = comparison_text(left(), language=language)
    assert max(map(width_of, text.splitlines())) <= 80
    assert all(member in text for member in MEMBERS)


def test_the_text_says_what_changed() -> None:
    text = comparison_text(left())
    (line,) = [line for line in text.splitlines() if line.startswith("mloukhia")]
    assert line.split()[-3:] == ["-", "-", "-"]
    assert "members: 1 row in the first alone, 0 rows in the second alone" in text
    assert "Nothing: the same tables." in comparison_text(compare_results(result(), result(), names=NAMES))


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_command_compares_saved_results(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_result(result(), first)
    write_result(result(MEMBERS[:3]), second)
    done = run("compare", first, second, "--lang", "en")
    assert done.exit_code == 0
    assert done.stdout.startswith("Two results\n")
    assert "Deux résultats" in run("compare", first, second).stdout
    answer = json.loads(run("compare", first, second, "--json").stdout)
    assert answer["first"]["cost"] == pytest.approx(result().plan.cost, abs=0.006)
    assert answer["more"] == pytest.approx(answer["second"]["cost"] - answer["first"]["cost"], abs=0.006)
    (gone,) = [row for row in answer["members"] if row["member"] == "mloukhia"]
    assert gone["pool"][1] is None
    assert gone["more"] is None
    assert answer["input"]["members"] == {"only_first": 1, "only_second": 0}


def test_the_command_refuses_what_is_no_result(tmp_path: Path) -> None:
    write_result(report_case.result(), tmp_path / "first")
    assert run("compare", tmp_path / "first", tmp_path / "nowhere").exit_code == 3
    assert run("compare", tmp_path / "first").exit_code == 2
    assert run("compare", tmp_path / "first", tmp_path / "first", "--lang", "de").exit_code == 2
    settings = report_case.result().pool.settings.model_copy(update={"currency": "EUR"})
    case = report_case.result()
    write_result(replace(case, pool=replace(case.pool, settings=settings)), tmp_path / "euro")
    wrong = run("compare", tmp_path / "first", tmp_path / "euro")
    assert wrong.exit_code == 2
    assert "do not compare" in wrong.stderr
