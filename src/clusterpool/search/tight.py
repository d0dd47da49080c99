"""A plan of a large purchasing model, soon: rebate steps by what the linear relaxation spends, the rest by the solver.

Large pools lack a good plan, not a bound: the choice of each supplier's rebate step is what keeps the solver from one.
The relaxation says well what each supplier sells, badly at which step. So each is held to the step of that spend, or to
selling nothing, and the breaks are solved within one node. A plan exists at any choice, since needs may stay unmet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.errors import NoPlanError
from clusterpool.solver import Effort, relative_gap, solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from clusterpool.model import Block
    from clusterpool.solver import Deadline, Solution, SolveOptions

TIGHT = 2000
"""From so many whole-number columns of purchasing on, a plan is looked for before the model is solved as it stands."""
NODES = 1
"""The most nodes of the search for it."""


def is_tight(block: Block) -> bool:
    """Whether a block is so large that the solver by itself may find no good plan of its purchasing."""
    return len(block.rebates.switch) > 0 and int(block.arrays.integer[block.goods].sum()) >= TIGHT


def solve_tight(
    block: Block,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    exactly: Callable[[NDArray[np.float64]], Solution],
    *,
    options: SolveOptions,
    deadline: Deadline,
    best_so_far: bool = False,
) -> Solution:
    """Solve a block, beginning with a plan at likely rebate steps; where time runs out that plan is the answer.

    Parameters
    ----------
    lower, upper : array of float
        Bounds of the columns, membership fixed.
    exactly : callable
        Solves the block from a start vector.
    best_so_far : bool
        Whether Ctrl-C returns the best plan so far, where there is one.

    Raises
    ------
    NoPlanError
        If the deadline struck before there was a plan.
    """
    effort = Effort(options.gap, deadline)
    relaxed = solve(block.arrays.relaxed(), options=options, effort=effort, lower=lower, upper=upper)
    held = upper.copy()
    held[block.rebates.others(relaxed.values)] = 0.0
    try:
        found = solve(
            block.arrays,
            options=options,
            effort=replace(effort, node_limit=NODES),
            lower=lower,
            upper=held,
            best_so_far=best_so_far,
        )
    except NoPlanError:
        solution, proven = exactly(np.full(block.arrays.n_columns, np.nan)), True
    else:
        proven = not found.limit_struck  # else no time is left, and its own bound holds at these steps alone
        solution = exactly(found.values) if proven else found
    bound = max(solution.bound, relaxed.bound) if proven else relaxed.bound
    bound = min(solution.objective, bound)
    return replace(solution, bound=bound, gap=relative_gap(solution.objective, bound))
