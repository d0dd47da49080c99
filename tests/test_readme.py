"""The README tells the truth: its Python runs and gives what it says, its make targets and commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def run_block(number: int) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", README, re.DOTALL)[number], names)  # noqa: S102 - our own README
    return names


def test_joint_purchase_saves_what_it_says() -> None:
    savings = run_block(0)["savings"].members
    assert savings["saving"].tolist() == pytest.approx([16_500, 16_500])
    assert savings["pool"].tolist() == pytest.approx([181_500, 148_500])


def test_shared_game_gives_what_it_says() -> None:
    names = run_block(1)
    assert names["allocation"].shares == pytest.approx({"A": 4.5, "B": 5.5})
    assert names["allocation"].core.status == names["cp"].CoreStatus.IN_CORE


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = re.findall(r"\bmake (\w+)", README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert {"demo", "test"} <= set(named) <= targets


def test_commands_exist() -> None:
    named = set(
        re.findall(r"clusterpool ([a-z]+) ?[F[D-]?", README.split("## On the command line")[1].split("Exit")[0])
    )
    assert named == {"solve", "check", "share", "verify", "schema", "demo"}
    for command in sorted(named):
        call = [sys.executable, "-c", "from clusterpool.cli import main; main()", command, "--help"]
        assert subprocess.run(call, capture_output=True, check=False).returncode == 0, command
