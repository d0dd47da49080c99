"""The pool's rules: how many suppliers there may or must be, and how large one supplier's part."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from clusterpool.check.cells import Row, number, rows_of, text

if TYPE_CHECKING:
    from clusterpool.check.findings import Findings
    from clusterpool.check.purchases import Bought
    from clusterpool.demand import Pool


def check_rules(pool: Pool, bought: tuple[Bought, ...], findings: Findings) -> None:
    """Note every rule that is broken; a rule binds only where anything is bought in its scope."""
    for row in rows_of(pool, "rules"):
        kind, _, code = text(row["scope"]).partition(":")
        item = code if kind == "item" else ""
        amounts: dict[str, float] = defaultdict(float)
        for part in bought:
            if item in ("", part.item):
                amounts[part.supplier] += part.quantity if item else part.spend
        if amounts:
            _check_rule(row, code if kind == "supplier" else "", amounts, findings)


def _check_rule(row: Row, supplier: str, amounts: dict[str, float], findings: Findings) -> None:
    """Hold what each used supplier has (quantity of an item, or spend) to one rule."""
    rule, value = str(row["rule"]), number(row["value"])
    problem = f"rule {rule} {text(row['scope']) or 'of the pool'} is broken"
    if rule == "max_suppliers":
        findings.at_most("orders", 0, "supplier", value, float(len(amounts)), problem)
        return
    if rule == "min_suppliers":
        findings.at_least("orders", 0, "supplier", value, float(len(amounts)), problem)
        return
    total = math.fsum(amounts.values())
    for code, amount in sorted(amounts.items()):
        if supplier not in ("", code):
            continue
        check = findings.at_most if rule == "max_share_pct" else findings.at_least
        check("orders", 0, "supplier", value / 100.0 * total, amount, f"{problem} by supplier {code!r}")
