"""Differences between a plan and what its pool says, with the tolerances that figures are held to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

CHECK_COLUMNS = ("table", "row", "column", "expected", "found", "problem")
"""Columns of `PlanCheck.problems`; `row` is the line of the table, the header being line 1; 0: the whole table."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a figure of a plan may lie from the recomputed one.

    Both money and other figures (quantities, kg, km, percentages) may differ by `relative` of the expected value or by
    their floor, whichever is larger.

    Parameters
    ----------
    relative : float
        Part of the expected value.
    money_floor : float
        Money, prices and rebate percentages: least allowance of one row; a sum is allowed that much for each row in it.
    floor : float
        Least allowance of every other figure.
    """

    relative: float = 1e-6
    money_floor: float = 1e-6
    floor: float = 1e-6

    def of_money(self, expected: float, rows: int = 1) -> float:
        """Allowance for a sum of `rows` amounts of money."""
        return max(self.money_floor * max(rows, 1), self.relative * abs(expected))

    def of_figure(self, expected: float) -> float:
        """Allowance for any figure that is not money."""
        return max(self.floor, self.relative * abs(expected))


UNROUNDED = Tolerance()
CENTS = Tolerance(money_floor=0.01)
"""For plans read back from files, where money is rounded to 0.01 and every other figure is written in full."""


@dataclass(slots=True)
class Findings:
    """Collects the differences of one check."""

    tolerance: Tolerance
    rows: list[tuple[str, int, str, str, str, str]] = field(default_factory=list)

    def add(self, table: str, row: int, column: str, expected: object, found: object, problem: str) -> None:
        """Note one difference."""
        self.rows.append((table, row, column, _shown(expected), _shown(found), problem))

    def money(
        self, table: str, row: int, column: str, expected: float, found: float, problem: str, *, rows: int = 1
    ) -> None:
        """Note a difference unless `found` is the `expected` money; `rows` amounts were added up in either."""
        if not abs(found - expected) <= self.tolerance.of_money(expected, rows):
            self.add(table, row, column, expected, found, problem)

    def figure(self, table: str, row: int, column: str, expected: float, found: float, problem: str) -> None:
        """Note a difference unless `found` is the `expected` figure."""
        if not abs(found - expected) <= self.tolerance.of_figure(expected):
            self.add(table, row, column, expected, found, problem)

    def at_most(self, table: str, row: int, column: str, limit: float, found: float, problem: str) -> None:
        """Note a difference where `found` exceeds `limit`."""
        if math.isfinite(limit) and not found <= limit + self.tolerance.of_figure(limit):
            self.add(table, row, column, f"at most {_shown(limit)}", found, problem)

    def at_least(self, table: str, row: int, column: str, limit: float, found: float, problem: str) -> None:
        """Note a difference where `found` falls short of `limit`."""
        if not found >= limit - self.tolerance.of_figure(limit):
            self.add(table, row, column, f"at least {_shown(limit)}", found, problem)

    def frame(self) -> pd.DataFrame:
        """Every difference, by table, row and column."""
        ordered = sorted(set(self.rows))
        return pd.DataFrame(ordered, columns=list(CHECK_COLUMNS)).astype({"row": "int64"})


def _shown(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
