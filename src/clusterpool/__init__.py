"""Pooled purchasing and shipping for clusters of firms: one optimal plan, savings shared fairly, with proof.

A pool is a set of member firms with purchase needs and shipments, facing one market. `plan_pool` finds the least cost
at which the market can serve all of them, `cost_game` the same for every coalition, `allocate` shares the cost, and
`share_savings` does all three and says what each member gains.

The names below are imported when first used, so that ``import clusterpool`` stays fast.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clusterpool.allocation import (
        Allocation,
        CoreReport,
        CoreStatus,
        CostGame,
        Explanation,
        Rule,
        Weighing,
        allocate,
        core_report,
        least_core,
    )
    from clusterpool.check import PlanCheck, check_plan
    from clusterpool.demand import Pool, read_pool
    from clusterpool.errors import ClusterpoolError, DataError, NoPlanError, RouteError, SolveError
    from clusterpool.game import cost_game
    from clusterpool.importing import Imported, Profile, import_table
    from clusterpool.optimize import plan_pool
    from clusterpool.plan import Plan
    from clusterpool.savings import Savings, share_savings
    from clusterpool.solver import SolveOptions, Solver, Status

__version__ = "0.1.0"

_HOME = {
    "Allocation": "allocation",
    "ClusterpoolError": "errors",
    "CoreReport": "allocation",
    "CoreStatus": "allocation",
    "CostGame": "allocation",
    "DataError": "errors",
    "Explanation": "allocation",
    "Imported": "importing",
    "NoPlanError": "errors",
    "Plan": "plan",
    "PlanCheck": "check",
    "Pool": "demand",
    "RouteError": "errors",
    "Profile": "importing",
    "Rule": "allocation",
    "Savings": "savings",
    "SolveError": "errors",
    "SolveOptions": "solver",
    "Solver": "solver",
    "Status": "solver",
    "Weighing": "allocation",
    "allocate": "allocation",
    "check_plan": "check",
    "core_report": "allocation",
    "cost_game": "game",
    "import_table": "importing",
    "least_core": "allocation",
    "plan_pool": "optimize",
    "read_pool": "demand",
    "share_savings": "savings",
}

__all__ = [  # noqa: RUF022 - in the order of work, as in the README
    "read_pool",
    "Pool",
    "import_table",
    "Imported",
    "Profile",
    "SolveOptions",
    "Solver",
    "Status",
    "plan_pool",
    "Plan",
    "check_plan",
    "PlanCheck",
    "cost_game",
    "CostGame",
    "allocate",
    "Allocation",
    "Explanation",
    "Rule",
    "CoreReport",
    "CoreStatus",
    "core_report",
    "least_core",
    "Weighing",
    "share_savings",
    "Savings",
    "ClusterpoolError",
    "DataError",
    "RouteError",
    "SolveError",
    "NoPlanError",
]


if not TYPE_CHECKING:  # a type checker sees the names above alone, and so finds a misspelt one

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            near = get_close_matches(name, _HOME, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}", name=name)
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
