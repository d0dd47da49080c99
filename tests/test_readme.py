"""The README tells the truth: its Python runs and gives what it says, its make targets and commands exist."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The names that each Python block leaves, in the order of the page: a block goes on where the one above ended."""
    names: dict[str, Any] = {}
    left = []
    with contextlib.chdir(tmp_path_factory.mktemp("readme")):
        for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
            exec(block, names)  # noqa: S102 - our own README
            left.append(dict(names))
    return left


def test_joint_purchase_saves_what_it_says(blocks: list[dict[str, Any]]) -> None:
    savings = blocks[0]["savings"].members
    assert savings["saving"].tolist() == pytest.approx([16_500, 16_500])
    assert savings["pool"].tolist() == pytest.approx([181_500, 148_500])


def test_answers_are_there(blocks: list[dict[str, Any]]) -> None:
    assert blocks[1]["answers"].leaving["others_lose"].tolist() == pytest.approx([16_500, 16_500])


def test_shared_game_gives_what_it_says(blocks: list[dict[str, Any]]) -> None:
    assert blocks[2]["allocation"].shares == pytest.approx({"A": 4.5, "B": 5.5})
    assert blocks[2]["allocation"].core.status == blocks[2]["cp"].CoreStatus.IN_CORE


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = re.findall(r"\bmake (\w+)", README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert {"demo", "test"} <= set(named) <= targets


def test_commands_exist() -> None:
    named = set(
        re.findall(r"clusterpool ([a-z]+) ?[F[D-]?", README.split("## On the command line")[1].split("Exit")[0])
    )
    assert named == {"solve", "check", "init", "import", "share", "compare", "verify", "schema", "demo"}
    for command in sorted(named):
        call = [sys.executable, "-c", "from clusterpool.cli import main; main()", command, "--help"]
        assert subprocess.run(call, capture_output=True, check=False).returncode == 0, command
