"""The sums of a plan: its parts, its bound, its status."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clusterpool.check.cells import number, text

if TYPE_CHECKING:
    from clusterpool.check.findings import Findings
    from clusterpool.check.rows import PlanRows
    from clusterpool.plan import Plan

_PARTS = ("purchases", "freight")


def check_totals(plan: Plan, rows: PlanRows, findings: Findings) -> None:
    """Note parts that are not the sums of their rows, and bounds above costs."""
    costs = {
        "purchases": [one.cost for one in rows.orders]
        + [one.cost for one in rows.charges]
        + [one.cost for one in rows.unmet if one.item],
        "freight": [one.cost for one in rows.trips]
        + [one.cost for one in rows.loads]
        + [one.cost for one in rows.unmet if one.shipment],
    }
    _check_parts(plan, costs, findings)
    total, count = math.fsum(cost for part in costs.values() for cost in part), sum(map(len, costs.values()))
    findings.money("plan", 0, "cost", total, plan.cost, "not the sum of the rows", rows=count)
    if not plan.bound <= total + findings.tolerance.of_money(total, count):
        findings.add("plan", 0, "bound", f"at most {total:.10g}", plan.bound, "the bound lies above the cost")
    status = str(getattr(plan.status, "value", plan.status))
    if status not in ("optimal", "feasible", "interrupted"):
        findings.add("plan", 0, "status", "optimal|feasible|interrupted", status, "no such status")
    if status == "optimal" and not math.isfinite(plan.bound):
        findings.add("plan", 0, "status", "feasible", status, "optimal without a bound")


def _check_parts(plan: Plan, costs: dict[str, list[float]], findings: Findings) -> None:
    found: dict[str, float] = {}
    for line, row in enumerate(plan.parts.to_dict("records"), start=2):
        name, cost = text(row["part"]), number(row["cost"], math.nan)
        if name not in _PARTS or name in found:
            findings.add("parts", line, "part", "|".join(_PARTS), name, "no such part, or one twice")
            continue
        found[name] = cost
        for column in ("bound", "bound_on_known_trips"):
            bound = number(row[column], -math.inf)
            allowance = findings.tolerance.of_money(cost, len(costs[name]))
            if bound > cost + allowance:
                findings.add("parts", line, column, f"at most {cost:.10g}", bound, "the bound lies above the cost")
    for name, of_rows in costs.items():
        expected = math.fsum(of_rows)
        problem = f"the part {name!r} is not the sum of its rows"
        findings.money("parts", 0, "cost", expected, found.get(name, 0.0), problem, rows=len(of_rows))
