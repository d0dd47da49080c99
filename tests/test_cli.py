"""The commands: what they write and print, what goes to which stream, and every exit code."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from clusterpool import __version__
from clusterpool.allocation import Rule
from clusterpool.cli import app as cli_app
from clusterpool.cli import jobs
from clusterpool.cli.app import app
from clusterpool.cli.inputs import warn
from clusterpool.demand import read_pool
from clusterpool.errors import NoPlanError, RouteError
from clusterpool.language import Language
from clusterpool.messages import Finding, Findings, MessageId
from clusterpool.plan import PLAN_COLUMNS
from clusterpool.report import Result, read_result, write_result
from clusterpool.report.tables import from_records
from clusterpool.schema import data_dictionary, json_schema
from clusterpool.solver import SolveOptions, Solver, Status
from tests.report_case import plan, pool, result

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.demand import Pool

RESULT_FILES = {"savings", "clusters", "settlement", "coalitions", "aggregate", *PLAN_COLUMNS}


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The input of the hand-made case, in a folder that is the working directory's child."""
    monkeypatch.chdir(tmp_path)
    for name, frame in pool().tables.items():
        if len(frame):
            frame.to_csv(_made(tmp_path / "case") / f"{name}.csv", index=False)
    (tmp_path / "case" / "pool.toml").write_text('language = "en"\nname = "test"\n', encoding="utf-8")
    return tmp_path / "case"


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


class _Savings:
    """Stands in for `Savings` where a test needs a certain outcome."""

    def __init__(self, outcome: Result) -> None:
        self.result = outcome


def outcome(monkeypatch: pytest.MonkeyPatch, made: Result | BaseException) -> dict[str, Any]:
    """Let `solve` and `share` end in a given way; the call's arguments are returned."""
    seen: dict[str, Any] = {}

    def stand_in(first: Pool | Result, rule: Rule | None = None, **more: Any) -> _Savings:
        seen.update(more, rule=rule, first=first)
        if isinstance(made, BaseException):
            raise made
        return _Savings(made)

    monkeypatch.setattr(jobs, "share_savings", stand_in)
    monkeypatch.setattr(jobs, "reshare", stand_in)
    return seen


def unmet_plan(**changes: Any) -> Any:
    row = ("purchase", "A", "film", "", 12.5, "every supplier's capacity is used up", "", 0.0)
    return plan(unmet=from_records("unmet", [dict(zip(PLAN_COLUMNS["unmet"], row, strict=True))]), **changes)


def test_solve_writes_the_result_and_prints_the_savings(folder: Path) -> None:
    done = run("solve", folder, "--out", "out")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Savings per member\n")
    assert "To recompute everything: clusterpool verify out" in done.stdout
    assert {path.stem for path in (folder.parent / "out").glob("*.csv")} == RESULT_FILES
    saved = read_result(folder.parent / "out")
    assert saved.plan.cost == pytest.approx(1123.333)
    assert saved.members.set_index("member")["pool"].to_dict() == pytest.approx({"=C": 33.333, "A": 595.0, "B": 495.0})
    assert run("verify", "out").exit_code == 0


def test_without_out_the_result_stands_beside_the_caller(folder: Path) -> None:
    assert run("solve", folder).exit_code == 0
    assert (folder.parent / "case-result" / "result.json").is_file()


def test_solve_json_is_the_document_alone(folder: Path) -> None:
    done = run("solve", folder, "--out", "out", "--json")
    assert done.stdout == (folder.parent / "out" / "result.json").read_text(encoding="utf-8")
    assert json.loads(done.stdout)["cost"] == pytest.approx(1123.333)


def test_the_same_input_gives_the_same_bytes_whatever_the_row_order(folder: Path) -> None:
    assert run("solve", folder, "--out", "one", "--seed", "3").exit_code == 0
    for path in folder.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    assert run("solve", folder, "--out", "two", "--seed", "3").exit_code == 0
    one, two = ({p.name: p.read_bytes() for p in (folder.parent / name).rglob("*.*")} for name in ("one", "two"))
    assert one == two


def test_solve_for_some_members(folder: Path) -> None:
    assert run("solve", folder, "--out", "out", "--members", "A, B").exit_code == 0
    assert read_result(folder.parent / "out").members["member"].tolist() == ["A", "B"]


def test_options_reach_the_library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = outcome(monkeypatch, result())
    arguments = ("--rule", "acam", "--gap", "0.02", "--time-limit", "9", "--seed", "5", "--threads", "2")
    assert run("solve", folder, *arguments, "--solver", "cbc").exit_code == 0
    assert seen["rule"] == Rule.ACAM
    assert seen["options"] == SolveOptions(gap=0.02, time_limit_s=9, seed=5, threads=2, solver=Solver.CBC)


def test_without_options_the_library_decides(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = outcome(monkeypatch, result())
    assert run("solve", folder).exit_code == 0
    assert seen["rule"] is None
    assert seen["options"] == SolveOptions(time_limit_s=600)


def test_language_of_the_text_is_asked_for_or_the_pool_s(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(monkeypatch, result())
    assert "Savings per member" in run("solve", folder).stdout
    assert "Économies par membre" in run("solve", folder, "--lang", "fr").stdout


def test_quiet_writes_everything_and_says_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(monkeypatch, result())
    done = run("solve", folder, "--out", "out", "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert read_result(folder.parent / "out").plan.cost == plan().cost
    wrong = run("solve", folder, "--quiet", "--json")
    assert wrong.exit_code == 2
    assert "not both" in wrong.stderr


def test_letters_that_the_terminal_lacks_become_question_marks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(monkeypatch, result())
    done = CliRunner(charset="ascii").invoke(app, ["solve", str(folder), "--lang", "ar"])
    assert done.exit_code == 0
    assert "???" in done.stdout


def test_members_settle_directly_where_that_is_asked_for(folder: Path) -> None:
    direct = folder.parent / "out" / "settlement_direct.csv"
    done = run("solve", folder, "--out", "out", "--direct", "--cache", "kept")
    assert "Who pays whom, without an account" in done.stdout
    ends = []
    for name in (direct, direct.with_name("settlement.csv")):
        table = pd.read_csv(name)
        paid, received = (table.groupby(side)["amount"].sum() for side in ("from", "to"))
        ends.append(paid.sub(received, fill_value=0.0).to_dict())
    assert ends[0] == pytest.approx(ends[1])
    assert ends[0]["POOL"] < 0
    again = run("share", "out", "--rule", "shapley", "--cache", "kept")
    assert again.exit_code == 0
    assert "without an account" not in again.stdout
    assert direct.exists()
    assert not (folder.parent / "out-shapley" / direct.name).exists()


def test_share_writes_another_rule_into_a_new_folder(folder: Path) -> None:
    assert run("solve", folder, "--out", "out", "--rule", "shapley").exit_code == 0
    before = read_result(folder.parent / "out")
    assert run("share", "out", "--rule", "proportional", "--out", "other").exit_code == 0
    saved = (folder.parent / "out" / "result.json").read_bytes()
    assert run("share", "out", "--rule", "proportional").exit_code == 0
    assert (folder.parent / "out" / "result.json").read_bytes() == saved
    for name in ("out-proportional", "other"):
        after = read_result(folder.parent / name)
        assert after.allocation.rule is Rule.PROPORTIONAL
        assert after.plan.cost == before.plan.cost
        # in proportion to 700, 600 and 33.333 alone
        assert after.allocation.shares["A"] == pytest.approx(1123.333 * 700 / 1333.333)
        assert run("verify", name).exit_code == 0


@pytest.mark.parametrize(
    ("made", "code", "words"),
    [
        (NoPlanError("0.1 s"), 5, "no plan in time"),
        (KeyboardInterrupt(), 130, "interrupted before the result was complete"),
        (RouteError("no way from A to B"), 3, "no way from A to B; mend the table roads"),
        (ValueError("odd"), 1, "unexpected ValueError: odd"),
        (RuntimeError("odd\nthing"), 1, "unexpected RuntimeError: odd thing (--debug shows the traceback)"),
    ],
)
def test_failures_are_one_line_and_a_code(
    made: BaseException, code: int, words: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome(monkeypatch, made)
    done = run("solve", folder, "--out", "out")
    assert done.exit_code == code
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
    assert not (folder.parent / "out").exists()
    machine = run("solve", folder, "--out", "out", "--json")
    assert json.loads(machine.stdout)["exit_code"] == code


def test_a_rule_out_of_reach_is_wrong_usage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(monkeypatch, ValueError("25 players have 2^25 coalitions"))
    done = run("solve", folder, "--rule", "nucleolus")
    assert done.exit_code == 2
    assert done.stderr == "clusterpool: rule nucleolus: 25 players have 2^25 coalitions\n"


def test_debug_shows_the_traceback(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(monkeypatch, RuntimeError("odd"))
    assert "Traceback" in run("solve", folder, "--debug").stderr
    assert "Traceback" not in run("solve", folder).stderr


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (plan, 0),
        (unmet_plan, 4),
        (lambda: plan(status=Status.INTERRUPTED), 130),
        (lambda: unmet_plan(status=Status.INTERRUPTED), 130),
    ],
)
def test_unmet_needs_and_interrupts_are_written_and_told(
    made: Any, code: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome(monkeypatch, replace(result(), plan=made()))
    done = run("solve", folder, "--out", "out", "--json")
    assert done.exit_code == code
    assert json.loads(done.stdout)["format"] == 5
    assert read_result(folder.parent / "out").plan.status is made().status
    assert ("the best plan so far is in out" in done.stderr) == (code == 130)


def test_a_need_that_nobody_can_meet_is_exit_code_4(folder: Path) -> None:
    offers = folder / "offers.csv"
    lines = offers.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("capacity")
    limited = [",".join("30" if k == place else cell for k, cell in enumerate(line.split(","))) for line in lines[1:2]]
    offers.write_text("\n".join([lines[0], *limited]) + "\n", encoding="utf-8")
    done = run("solve", folder, "--out", "out")
    assert done.exit_code == 4, done.output
    unmet = read_result(folder.parent / "out").plan.unmet
    assert unmet["quantity"].sum() == pytest.approx(80)
    assert "Needs that stay unmet" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--rule", "shaply"), "did you mean 'shapley'?"),
        (("--lang", "de"), "the languages are en, fr, ar"),
        (("--members", "A,X"), "'X': not in this pool"),
        (("--members", ","), "name at least one member"),
        (("--gap", "-1"), "gap must be at least 0"),
        (("--gap", "5"), "gap is a part of the cost and must be below 1, not 5.0: did you mean 0.05?"),
        (("--gap", "nan"), "gap must be at least 0"),
        (("--gap", "inf"), "gap is a part of the cost and must be below 1"),
        (("--solver", "cplx"), "solver must be one of highs, cbc, scip"),
        (("--threads", "0"), "threads must be at least 1"),
        (("--out", "."), "name a new folder for the result"),
        (("--gap", "x"), "--gap"),
        (("--colour",), "--colour"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], words: str, folder: Path) -> None:
    done = run("solve", folder, *arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.output
    assert not (folder.parent / "case-result").exists()


def test_check_says_that_all_is_well(folder: Path) -> None:
    done = run("check", folder, "--lang", "en")
    assert done.exit_code == 0
    assert done.stdout.startswith("Pool 'test': 3 members")
    assert "0 errors, 0 warnings, 0 hints" in done.stdout
    machine = json.loads(run("check", folder, "--json").stdout)
    assert machine == {"problems": [], "warnings": [], "findings": [], "exit_code": 0}


def test_check_lists_every_problem(folder: Path) -> None:
    path = folder / "purchases.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("film", "filn").replace("50.0", "-50"), encoding="utf-8")
    done = run("check", folder, "--lang", "en")
    assert done.exit_code == 3
    assert "purchases.csv\n" in done.stdout
    assert "quantity, row 3 ('-50.0'): must be above 0" in done.stdout or "quantity, row 3 ('-50'" in done.stdout
    assert "-> did you mean 'film'?" in done.stdout
    machine = json.loads(run("check", folder, "--json").stdout)
    assert machine["exit_code"] == 3
    assert {problem["file"] for problem in machine["problems"]} == {"purchases.csv"}
    assert set(machine["problems"][0]) == {"table", "file", "row", "column", "value", "problem", "repair"}


def test_check_counts_warnings(folder: Path) -> None:
    path = folder / "purchases.csv"
    header, row, *_ = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *[row] * 3]) + "\n", encoding="utf-8")
    done = run("check", folder, "--lang", "en")
    assert done.exit_code == 0
    listed = json.loads(run("check", folder, "--json").stdout)["warnings"]
    assert len(listed) > 0
    assert f"0 errors, {len(listed)} warnings, 0 hints" in done.stdout


def test_long_lists_of_warnings_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    place = ("t", "f.csv", 2, "c", "v")
    alike = [Finding(MessageId.NEED_ADDED_UP, *place)._replace(row=row) for row in range(2, 27)]
    others = [Finding.at(MessageId.CODE_ALIKE, *place, other=f"o{number}", row="3") for number in range(25)]
    warn(replace(pool(), found=Findings((*alike, *others))), Language.ENGLISH)
    told = capsys.readouterr().err
    assert told.startswith("50 warnings\n")
    assert told.count("the line equals an earlier one") == 1
    assert "f.csv, rows 2-26, column c: 'v': " in told
    assert told.count("looks like 'o") == 10
    assert "... and 15 more of this kind (code.alike)" in told


def test_verify_finds_an_edited_figure(folder: Path) -> None:
    write_result(result(), folder.parent / "out")
    assert run("verify", "out").stdout.startswith("every cost and every rule of the plan was recomputed")
    assert json.loads(run("verify", "out", "--json").stdout) == {"ok": True, "problems": []}
    path = folder.parent / "out" / "savings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("595.00", "590.00"), encoding="utf-8")
    done = run("verify", "out")
    assert done.exit_code == 6
    assert "savings.csv, row 3, column pool" in done.stdout
    assert json.loads(run("verify", "out", "--json").stdout)["problems"][0]["expected"] == "595.00"


@pytest.mark.parametrize("command", [("verify",), ("share", "--rule", "acam")])
def test_a_folder_without_a_result_is_wrong_data(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*command, tmp_path)
    assert done.exit_code == 3
    assert "result.json" in done.stderr
    assert "repair: name the folder that `clusterpool solve` wrote" in done.stderr


def test_schema_prints_the_description_of_the_input() -> None:
    assert run("schema").stdout == run("schema", "--markdown").stdout == data_dictionary()
    assert json.loads(run("schema", "--json").stdout) == json_schema()
    assert run("schema", "--json", "--markdown").exit_code == 2


def test_demo_writes_the_example_into_a_new_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("demo")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "clusterpool-demo" / "members.csv").is_file()
    assert "clusterpool solve clusterpool-demo" in done.stdout
    again = run("demo")
    assert again.exit_code == 2
    assert "is not empty" in again.stderr
    assert "members.csv" in json.loads(run("demo", "other", "--json").stdout)["files"]


def test_the_small_example_is_solved_in_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("demo", "firms", "--small").exit_code == 0
    assert len(read_pool(tmp_path / "firms").members) == 3
    assert run("solve", "firms", "--out", "result", "--lang", "en").exit_code == 0


def test_the_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"clusterpool {__version__}\n"


def test_the_help_lists_what_there_is() -> None:
    assert cli_app.RULES.split(", ") == [rule.value for rule in Rule]
    assert cli_app.SOLVERS.split(", ") == [solver.value for solver in Solver]
    assert cli_app.LANGUAGES.split(", ") == [language.value for language in Language]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.ENGLISH, ("column quantity", "repair: give a number such as 1234.5")),
        (Language.FRENCH, ("colonne quantity", "remède : donnez un nombre")),
        (Language.ARABIC, ("العمود quantity", "التصحيح: ")),
    ],
)
def test_wrong_data_is_told_in_the_language_asked_for_or_the_pool_s(
    folder: Path, language: Language, told: tuple[str, str]
) -> None:
    path = folder / "purchases.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("60.0", "many", 1), encoding="utf-8")
    assert ",many," in path.read_text(encoding="utf-8")
    by_option = run("solve", folder, "--lang", language.value)
    (folder / "pool.toml").write_text(f'language = "{language.value}"\n', encoding="utf-8")
    by_pool = run("solve", folder)
    for done in (by_option, by_pool):
        assert done.exit_code == 3
        assert all(words in done.stderr for words in told), done.stderr


@pytest.mark.parametrize("command", ["solve", "share", "compare", "verify"])
def test_wrong_usage_and_wrong_results_are_told_in_the_language_asked_for(folder: Path, command: str) -> None:
    (folder / "pool.toml").unlink()
    arguments = [command, folder, *([folder] if command == "compare" else []), "--lang", "fr"]
    more = {"solve": ["--rule", "nucleole"], "share": ["--rule", "acam"]}.get(command, [])
    done = run(*arguments, *more)
    assert done.exit_code in {2, 3}
    assert "vouliez-vous dire" in done.stderr if command == "solve" else "remède" in done.stderr, done.stderr


def test_what_is_wrong_in_many_rows_is_told_once(folder: Path) -> None:
    head, first, *rest = (folder / "purchases.csv").read_text(encoding="utf-8").splitlines()
    wrong = [",".join(["ghost", *first.split(",")[1:]])] * 500
    (folder / "purchases.csv").write_text("\n".join([head, first, *rest, *wrong]) + "\n", encoding="utf-8")
    done = run("solve", folder)
    assert done.exit_code == 3
    assert "500 problems" in done.stderr
    assert len(done.stderr.splitlines()) < 10, done.stderr
