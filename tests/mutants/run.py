"""Put faults into the package, one at a time, and see whether a test catches each: ``make mutants``.

``faults.toml`` lists the faults: a name, the old text (which must occur exactly once in the package), the new text, and
the tests that should notice. Each runs in a copy of its own; the project itself is never touched. The exit code is 0
only where every fault was caught.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
PACKAGE = Path("src/clusterpool")
COPIED = ("pyproject.toml", "src", "tests", "examples", "benchmarks")
NOTED = "failed.txt"
PASSED, FAILED = 0, 1
TIME_LIMIT_S = 300.0


@dataclass(frozen=True)
class Fault:
    """One wrong text in one file of the package, and the node ids of the tests that should notice."""

    name: str
    file: Path
    old: str
    new: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How pytest ended in a copy: its exit code, the first failed test, what it printed, and how long it took."""

    code: int
    test: str
    output: str
    seconds: float


def read_faults() -> list[Fault]:
    """The list of faults, each with the file of the package that holds its old text.

    Raises
    ------
    SystemExit
        Faults whose old text does not occur exactly once, or whose new text changes nothing.
    """
    listed = tomllib.loads((HERE / "faults.toml").read_text(encoding="utf-8"))["fault"]
    package = PROJECT / PACKAGE
    texts = {path.relative_to(package): path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py"))}
    faults, stale = [], []
    for one in listed:
        files = [file for file, text in texts.items() for _ in range(text.count(one["old"]))]
        if len(files) == 1 and one["old"] != one["new"]:
            faults.append(Fault(one["name"], files[0], one["old"], one["new"], tuple(one["tests"])))
        else:
            places = ", ".join(map(str, files)) or "nowhere"
            stale.append(f"- {one['name']}: the old text stands {places}")
    if stale:
        sys.exit("\n".join(["These faults no longer apply; bring tests/mutants/faults.toml up to date:", *stale]))
    return faults


def run_tests(tests: Sequence[str], fault: Fault | None) -> Outcome:
    """Run tests on a copy of the project, with a fault in it or without, up to the first failure."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clusterpool-mutant-") as folder:
        copy = Path(folder)
        _copy_project(copy)
        if fault:
            path = copy / PACKAGE / fault.file
            path.write_text(path.read_text(encoding="utf-8").replace(fault.old, fault.new), encoding="utf-8")
        code, output = _pytest(copy, tests)
        noted = copy / NOTED
        failed = noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []
    return Outcome(code, failed[0] if failed else "", output, time.monotonic() - begin)


def _pytest(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Exit code and output; ``guard.py`` sees to it that the package tested is the copy's."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants.guard", *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _copy_project(copy: Path) -> None:
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in COPIED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, copy / name, ignore=unwanted)
        else:
            shutil.copy2(PROJECT / name, copy / name)


def _unhurt(workers: Executor, tests: Sequence[str], parts: int) -> None:
    """Stop unless the tests pass on unchanged copies, in so many parts."""
    stripes = [tests[part::parts] for part in range(parts)]
    for outcome in workers.map(lambda stripe: run_tests(stripe, None), filter(None, stripes)):
        if outcome.code != PASSED:
            sys.exit(f"{outcome.output}\nThe tests fail without any fault: nothing can be said about the faults.")


def _hunt(workers: Executor, faults: Sequence[Fault]) -> int:
    """Print a row for each fault; how many survived."""
    width, survivors = max(len(fault.name) for fault in faults), 0
    print(f" no  {'fault':<{width}}  {'file':<26}  seconds  caught by")
    outcomes = workers.map(lambda fault: run_tests(fault.tests, fault), faults)
    for number, (fault, outcome) in enumerate(zip(faults, outcomes, strict=True), start=1):
        if outcome.code not in (PASSED, FAILED):
            sys.exit(f"{outcome.output}\nThe fault {fault.name!r} keeps its tests from running: it shows nothing.")
        survivors += outcome.code == PASSED
        caught = outcome.test if outcome.code == FAILED else "SURVIVED"
        row = f"{number:>3}  {fault.name:<{width}}  {fault.file!s:<26}  {outcome.seconds:>7.1f}  {caught}"
        print(row, flush=True)
    return survivors


def main() -> int:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=2, help="how many copies run side by side (2)")
    parser.add_argument("--only", default="", help="only faults whose name or file holds this text")
    chosen = parser.parse_args()
    faults = [fault for fault in read_faults() if chosen.only in f"{fault.name} {fault.file}"]
    if not faults:
        parser.error(f"no fault's name or file holds {chosen.only!r}")
    begin = time.monotonic()
    tests = sorted({test for fault in faults for test in fault.tests})
    with ThreadPoolExecutor(chosen.jobs) as workers:
        _unhurt(workers, tests, chosen.jobs)
        print(f"{len(tests)} tests pass without a fault ({time.monotonic() - begin:.0f} s)", flush=True)
        survivors = _hunt(workers, faults)
    print(f"{len(faults) - survivors} of {len(faults)} faults caught ({time.monotonic() - begin:.0f} s)")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
