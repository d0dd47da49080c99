"""Every kind of wrong input ends `clusterpool solve` with exit code 3 and a message that says where, what and how."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from clusterpool.cli.app import app
from tests.input_kit import FILES, Wrong, write_files
from tests.test_validation_cells import CELLS
from tests.test_validation_codes import CODES
from tests.test_validation_market import MARKET, PENDING

if TYPE_CHECKING:
    from pathlib import Path

KINDS: list[Wrong] = [*CELLS, *CODES, *MARKET, *PENDING]


def test_there_are_at_least_thirty_kinds() -> None:
    assert len({wrong.name for wrong in KINDS}) >= 30


def _tells(wrong: Wrong, line: str, repair: str) -> bool:
    """Whether two lines name the file, row, column, value, problem and repair; a missing table has a name only."""
    row = f", row {wrong.row}" if wrong.row else ""
    column = f", column {wrong.column}" if wrong.column else ""
    value = f"{wrong.value!r}: " if wrong.value else ""
    where = f"{wrong.file}{row}{column}: {value}"
    right_place = line.startswith(where) if wrong.file else where in line
    return right_place and wrong.problem in line and wrong.repair in repair


@pytest.mark.parametrize("wrong", KINDS, ids=lambda wrong: wrong.name)
def test_solve_says_what_is_wrong(wrong: Wrong, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "case", wrong.files)
    done = CliRunner().invoke(app, ["solve", str(folder), "--out", str(tmp_path / "out")])
    assert done.exit_code == 3, done.output
    assert done.stdout == ""
    told = [pair for pair in pairwise(done.stderr.splitlines()) if _tells(wrong, *pair)]
    assert len(told) == 1, done.stderr
    assert told[0][1].startswith("    repair: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    files = {
        **FILES,
        "purchases.csv": FILES["purchases.csv"].replace("250.5", "many"),
        "members.csv": FILES["members.csv"] + "M1,dattes,Depot,\n",
        "vehicles.csv": FILES["vehicles.csv"].replace("1500,12", "-1500,12"),
    }
    done = CliRunner().invoke(app, ["solve", str(write_files(tmp_path / "case", files)), "--json"])
    assert done.exit_code == 3
    problems = json.loads(done.stdout)["problems"]
    assert {problem["file"] for problem in problems} == {"purchases.csv", "members.csv", "vehicles.csv"}
    assert done.stderr.startswith(
        f"clusterpool: {len(problems)} problem{'s' if len(problems) != 1 else ''} in the data\n"
    )


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["solve", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 3
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
