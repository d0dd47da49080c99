"""A pytest plugin for runs in a copy of the project: the package tested is the copy's, and failed tests are noted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import clusterpool

if TYPE_CHECKING:
    import pytest

COPY = Path(__file__).resolve().parents[2]
NOTED = "failed.txt"
"""In the copy: the node ids of the tests that failed, one a line."""


def pytest_configure() -> None:
    found = Path(clusterpool.__file__).resolve()
    assert found.is_relative_to(COPY), f"the tests would run on {found}, not on the copy in {COPY}"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        with (COPY / NOTED).open("a", encoding="utf-8") as noted:
            noted.write(f"{report.nodeid}\n")
