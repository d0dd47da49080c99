"""`check_plan`: a plan recomputed from the input tables and its own rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.findings import CENTS, UNROUNDED, Findings
from clusterpool.check.freight import check_freight
from clusterpool.check.needs import check_needs
from clusterpool.check.pricing import price_lists, rebate_scales
from clusterpool.check.purchases import check_orders
from clusterpool.check.rows import read_rows
from clusterpool.check.rules import check_rules
from clusterpool.check.totals import check_totals
from clusterpool.demand import asked_pool

if TYPE_CHECKING:
    import pandas as pd

    from clusterpool.demand import Pool
    from clusterpool.plan import Plan


@dataclass(frozen=True, eq=False)
class PlanCheck:
    """What `check_plan` found.

    Parameters
    ----------
    problems : pandas.DataFrame
        One row a difference, with the columns table, row (line of the table, the header being line 1; 0 for the table
        as a whole), column, expected, found, problem.
    """

    problems: pd.DataFrame

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return self.problems.empty

    def __str__(self) -> str:
        if self.ok:
            return "every cost and every rule of the plan was recomputed; no difference"
        lines = [
            f"{row['table']}, row {row['row'] or '-'}, column {row['column'] or '-'}: {row['problem']} "
            f"(expected {row['expected']}, found {row['found']})"
            for row in self.problems.to_dict("records")
        ]
        return f"{len(lines)} difference(s)\n" + "\n".join(lines)


def check_plan(pool: Pool, plan: Plan, *, cents: bool = False) -> PlanCheck:
    """Recompute every cost and every rule of a plan from the pool's tables and the plan's rows.

    Shares no code with the model that made the plan. A figure differs where it is further than 1e-6 of its expected
    value, or than 1e-6 where that is more, from what the tables give.

    Parameters
    ----------
    pool : Pool
        The pool, or the restricted pool of a coalition, that the plan is for.
    plan : Plan
        The plan, from `plan_pool` or read back from files.
    cents : bool
        The plan's money was rounded to 0.01 (prices and rebate percentages too): amounts may differ by 0.01 a row.

    Returns
    -------
    PlanCheck
        `ok`, and every difference in `problems`.

    Examples
    --------
    >>> import clusterpool as cp  # doctest: +SKIP
    >>> print(cp.check_plan(pool, cp.plan_pool(pool)))  # doctest: +SKIP
    every cost and every rule of the plan was recomputed; no difference
    """
    asked_pool(pool)
    findings = Findings(CENTS if cents else UNROUNDED)
    rows = read_rows(plan, findings)
    if rows is not None:
        offers, scales = price_lists(pool), rebate_scales(pool)
        check_needs(pool, offers, rows, findings)
        check_rules(pool, check_orders(pool, offers, scales, rows, findings), findings)
        check_freight(pool, offers, rows, findings)
        check_totals(plan, rows, findings)
    return PlanCheck(findings.frame())
