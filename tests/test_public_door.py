"""Wrong calls of public functions say the right one, what is printed is short, type checkers find misspelt names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mypy import api

import clusterpool as cp
from clusterpool.notebook import ROWS_PRINTED, sheet
from clusterpool.savings import Savings
from tests.leak_kit import result
from tests.report_case import plan, pool

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = Path(cp.__file__).parent
TAKES_A_POOL: list[Callable[[Any], object]] = [
    cp.share_savings,
    cp.plan_pool,
    cp.cost_game,
    lambda given: cp.check_plan(given, plan()),
]


@pytest.mark.parametrize("call", TAKES_A_POOL)
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("october", r"read it first: cp\.read_pool\('october'\)"),
        (Path("october"), r"read it first: cp\.read_pool\('october'\)"),
        ({}, r"cp\.Pool\.from_frames"),
        (None, r"cp\.read_pool gives it, not NoneType"),
    ],
)
def test_what_is_no_pool(call: Callable[[Any], object], given: object, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        call(given)


def test_options_that_are_none() -> None:
    for call in (cp.share_savings, cp.plan_pool, cp.cost_game):
        with pytest.raises(TypeError, match=r"cp\.SolveOptions\(gap="):
            call(pool(), options={"gap": 0.1})  # type: ignore[arg-type]


def test_a_number_is_no_source() -> None:
    with pytest.raises(TypeError, match="a folder, a file or DataFrames"):
        cp.read_pool(3)  # type: ignore[arg-type]


def test_no_such_rule_and_language(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shaply"):
        cp.share_savings(pool(), rule="shaply")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the languages are en, fr, ar"):
        Savings(result()).to_html(tmp_path / "page.html", language="de")  # type: ignore[arg-type]


def test_a_rule_by_its_name() -> None:
    assert cp.share_savings(pool(), rule="shapley").allocation.rule is cp.Rule.SHAPLEY


def test_statements_of_a_member_are_not_everybody_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    savings = Savings(result())
    for name in (savings.result.pool.members[0], next(iter(savings.result.pool.clusters))):
        with pytest.raises(ValueError, match=re.escape("savings.statements('statements')")):
            savings.statements(name)
    assert list(tmp_path.iterdir()) == []
    assert savings.statements(f"./{savings.result.pool.members[0]}")
    assert savings.statements(savings.result.pool.members[0]), "the folder is there now"


@pytest.mark.parametrize("noun", [pool(), plan(), Savings(result()), Savings(result()).explain()])
def test_what_is_printed_is_short(noun: object) -> None:
    lines = str(noun).splitlines()
    assert lines[0].split(" ")[0] in {"Pool", "Plan", "Savings", "Explanation"}
    head = next(place for place, line in enumerate(lines) if line.split("  ")[0] in {"table", "member", "player"})
    assert 0 < len(lines) - head - 1 <= ROWS_PRINTED + 1
    assert "\n" not in repr(noun)
    assert len(repr(noun)) < 300


def test_long_tables_say_how_many_rows_more() -> None:
    assert sheet("T", "", {"x": [1] * ROWS_PRINTED}).splitlines()[-1].strip() == "1"
    assert sheet("T", "", {"x": [1] * (ROWS_PRINTED + 2)}).splitlines()[-1] == "... 2 more rows"


def test_a_misspelt_name_is_told() -> None:
    with pytest.raises(AttributeError, match="did you mean 'share_savings'"):
        cp.share_saving  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.slow
def test_a_type_checker_finds_misspelt_names_rules_and_languages(tmp_path: Path) -> None:
    path = tmp_path / "calls.py"
    path.write_text(
        "import clusterpool as cp\n"
        "cp.share_saving\n"
        "def f(pool: cp.Pool) -> None:\n"
        "    cp.share_savings(pool, rule='shaply')\n"
        "    cp.share_savings(pool, rule='shapley').to_html('x', language='de')\n"
        "    cp.share_savings(pool, rule=cp.Rule.SHAPLEY).to_html('x', language='fr')\n",
        encoding="utf-8",
    )
    said, _, _ = api.run([str(path), "--config-file", "", "--follow-imports=silent", "--ignore-missing-imports"])
    lines = sorted({int(line.split(":")[1]) for line in said.splitlines() if ": error:" in line})
    assert lines == [2, 4, 5], said
