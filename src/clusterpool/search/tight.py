"""A large purchasing model: suppliers and rebate steps first, then breaks, then a proof with the offers split by step.

Large pools lack a good plan: the choice of each supplier's rebate step is what keeps the solver from one, and the
relaxation says badly which step holds. So suppliers and steps are chosen by a local search (`steps`), the breaks
rounded at that choice (`rounding`) and solved within one node, and only then the whole model is solved, from that plan.
It is the model with equal needs merged (`merging`) and every offer stated by rebate step (`splitting`), whose bound is
better.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from clusterpool.errors import NoPlanError
from clusterpool.search.merging import merge_needs
from clusterpool.search.rounding import rounded_breaks, settled
from clusterpool.search.splitting import split_by_steps
from clusterpool.search.steps import choose_steps
from clusterpool.search.tasks import HURRY_S
from clusterpool.solver import GAP_TOLERANCE, Deadline, Effort, Focus, Status, relative_gap, solve

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from clusterpool.model import Block
    from clusterpool.search.merging import Merged
    from clusterpool.solver import Progress, Solution, SolveOptions

TIGHT = 2000
"""From so many whole-number columns of purchasing on, a plan is looked for before the model is solved as it stands."""
NODES = 1
"""The most nodes of the search for the breaks."""
OF_GAP = 0.1
"""The part of the gap that the breaks may leave."""


def is_tight(block: Block) -> bool:
    """Whether a block is so large that the solver by itself may find no good plan of its purchasing."""
    return len(block.suppliers.switch) > 0 and int(block.arrays.integer[block.goods].sum()) >= TIGHT


def solve_tight(
    block: Block,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    *,
    options: SolveOptions,
    deadline: Deadline,
    progress: Callable[[Progress], None] | None = None,
    best_so_far: bool = False,
) -> Solution:
    """Solve a block, beginning with a plan at likely suppliers and rebate steps.

    Parameters
    ----------
    lower, upper : array of float
        Bounds of the columns, membership fixed.
    best_so_far : bool
        Whether Ctrl-C returns the best plan so far, where there is one.

    Raises
    ------
    NoPlanError
        If the deadline struck before there was a plan.
    KeyboardInterrupt
        At Ctrl-C, if there is no plan to return or none is asked for.
    """
    merged = merge_needs(block, lower, upper)
    relaxed = solve(merged.model.relaxed(), options=options, effort=Effort(options.gap, deadline))
    found = _likely(merged, relaxed.values, options, deadline, best_so_far=best_so_far)
    if found is None or _is_open(found, relaxed.bound, options):
        try:
            found = _proven(merged, found, options, deadline, progress, best_so_far=best_so_far)
        except KeyboardInterrupt:
            if found is None or not best_so_far:
                raise
            found = replace(found, status=Status.INTERRUPTED, limit_struck=True)
    status, point = found.status, found.values
    try:
        point = settled(merged.model, merged.breaks, merged.supplies, point)
    except KeyboardInterrupt:
        if not best_so_far:
            raise
        status = Status.INTERRUPTED
    values = merged.expand(point)
    values.flags.writeable = False
    cost = merged.model.objective(point)
    bound = min(cost, max(found.bound, relaxed.bound))
    gap = relative_gap(cost, bound)
    if status is not Status.INTERRUPTED:
        status = Status.OPTIMAL if gap <= options.gap + GAP_TOLERANCE else Status.FEASIBLE
    struck = found.limit_struck or status is Status.INTERRUPTED
    return replace(found, values=values, objective=cost, bound=bound, gap=gap, status=status, limit_struck=struck)


def _is_open(found: Solution, bound: float, options: SolveOptions) -> bool:
    """Whether a plan has to be improved or its bound raised, and nobody has called the work off."""
    return found.status is not Status.INTERRUPTED and relative_gap(found.objective, bound) > options.gap


def _likely(
    merged: Merged, relaxed: NDArray[np.float64], options: SolveOptions, deadline: Deadline, *, best_so_far: bool
) -> Solution | None:
    """A plan at suppliers and steps that a search chose, without a bound; None where none was found in time."""
    model = merged.model
    chosen = choose_steps(model, merged.suppliers, relaxed, deadline=deadline, best_so_far=best_so_far)
    if chosen is None:
        return None
    fixed = replace(model, lower=chosen.fix(model.lower), upper=chosen.fix(model.upper))
    try:
        start = rounded_breaks(fixed, merged.breaks, chosen.relaxed)
    except KeyboardInterrupt:
        if chosen.interrupted or not best_so_far:
            raise
        start, chosen = None, replace(chosen, limit_struck=True, interrupted=True)
    soon = Deadline.after(min(HURRY_S, deadline.remaining())) if chosen.interrupted else deadline
    effort = Effort(OF_GAP * options.gap, soon, NODES)
    keeps = best_so_far and not chosen.interrupted
    try:
        found = solve(fixed, options=options, effort=effort, start=start, best_so_far=keeps)
    except NoPlanError:
        if chosen.interrupted:
            raise KeyboardInterrupt from None
        return None
    if chosen.interrupted:
        found = replace(found, status=Status.INTERRUPTED)
    return replace(found, bound=-math.inf, limit_struck=found.limit_struck or chosen.limit_struck)


def _proven(
    merged: Merged,
    plan: Solution | None,
    options: SolveOptions,
    deadline: Deadline,
    progress: Callable[[Progress], None] | None,
    *,
    best_so_far: bool,
) -> Solution:
    """The whole model from a plan: its bound, and where there is one a better plan."""
    split = split_by_steps(merged.model, merged.suppliers)
    start = None if plan is None else split.unfold(plan.values)
    found = solve(
        split.model,
        options=options,
        effort=Effort(options.gap, deadline),
        start=start,
        progress=progress,
        focus=Focus.PLAN if plan is None else Focus.BOUND,
        best_so_far=best_so_far,
    )
    struck = found.limit_struck or (plan is not None and plan.limit_struck)
    return replace(found, values=split.fold(found.values), limit_struck=struck)
