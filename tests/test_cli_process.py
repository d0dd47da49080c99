"""The command line as a process: it starts fast, imports late, survives a closed pipe and Ctrl-C."""

from __future__ import annotations

import io
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from clusterpool.cache import CACHE_FILE
from clusterpool.cli.progress import CLEAR_LINE, ProgressLine, stage_text
from clusterpool.plan import Stage
from tests.cache_kit import figures_in
from tests.pool_kit import buying_frames

if TYPE_CHECKING:
    from pathlib import Path

UNMET = 4
"""The pool of six members leaves some needs unmet; everything is written."""
COMMAND = [sys.executable, "-m", "clusterpool"]


def test_nothing_heavy_is_imported_before_a_command_runs() -> None:
    code = "import sys, clusterpool.cli; print([m for m in ('pandas', 'numpy', 'pulp', 'pyvrp', 'pydantic', 'highspy')"
    code += " if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_takes_less_than_a_third_of_a_second() -> None:
    def cpu_seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*COMMAND, "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cpu_seconds() for _ in range(3)) < 0.3


def test_a_reader_that_goes_away_leaves_no_traceback() -> None:
    with subprocess.Popen([*COMMAND, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.slow
def test_a_job_that_is_killed_goes_on_to_the_same_bytes_in_every_file(tmp_path: Path) -> None:
    folder, kept = tmp_path / "case", tmp_path / "kept"
    folder.mkdir()
    for name, frame in buying_frames().items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    call = [*COMMAND, "solve", str(folder), "--rule", "shapley", "--gap", "0.0001", "--out"]
    done = subprocess.run([*call, str(tmp_path / "whole")], capture_output=True, check=False)
    assert done.returncode == UNMET

    cache = kept / CACHE_FILE
    with subprocess.Popen([*call, str(tmp_path / "killed"), "--cache", str(kept)], stderr=subprocess.PIPE) as process:
        while process.poll() is None and figures_in(cache) < 5:
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / "result.json").exists()
    before = figures_in(cache)

    done = subprocess.run([*call, str(tmp_path / "again"), "--cache", str(kept)], capture_output=True, check=False)
    assert done.returncode == UNMET
    assert 5 <= before < figures_in(cache)
    whole, again = _bytes(tmp_path / "whole"), _bytes(tmp_path / "again")
    assert {"result.json", "report.html", "results.xlsx", "savings.csv", "coalitions.csv"} <= set(whole)
    assert [name for name in whole if again.get(name) != whole[name]] == []
    assert set(whole) == set(again)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_rewrites_one_line_on_a_terminal() -> None:
    stream = _Terminal()
    with ProgressLine(stream) as progress:
        progress(Stage("plan", 1, 4, incumbent=1250.0, bound=1000.0))
        progress(Stage("x" * 200, 2, 4))
    lines = stream.getvalue().split(CLEAR_LINE)
    assert lines == ["", "plan 1/4  incumbent 1,250.00  bound 1,000.00  gap 20.00%", "x" * 79, ""]


def test_progress_is_silent_elsewhere() -> None:
    stream = io.StringIO()
    with ProgressLine(stream) as progress:
        progress(Stage("plan", 1, 4))
    assert stream.getvalue() == ""


def test_a_stage_without_bounds_is_named() -> None:
    assert stage_text(Stage("tours", 0, 0)) == "tours"
    assert stage_text(Stage("questions", 3, 0, between=(float("-inf"), 5.0))) == "questions 3  at most 5.00"
    assert stage_text(Stage("questions", 3, 0, between=(-2.0, float("inf")))) == "questions 3  at least -2.00"
    assert stage_text(Stage("plan", 1, 2, incumbent=5.0, bound=float("-inf"))) == "plan 1/2  incumbent 5.00"
