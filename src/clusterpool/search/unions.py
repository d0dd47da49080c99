"""Plans of disjoint coalitions put together to one of all their members that costs no more, where the market allows it.

What each coalition buys of whom and ships on which trip is kept: the parts of needs and what rides on each trip are
fixed. What depends on all members together is chosen anew by a small model: breaks, multiples, rebate steps, groupage
bills. Trips that several of the plans use are opened again, with everything that rides on them, since one vehicle may
not hold it all. Shared capacities, vehicles and rules may leave no such plan, and with prices that rise with quantity
it may cost more than its parts.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.errors import SolveError
from clusterpool.model import coalition_bounds
from clusterpool.search.rounding import leaves_traces, settled
from clusterpool.solver import Effort, LinearModel, Solution, Status, relative_gap, solve

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.model import Block
    from clusterpool.solver import Deadline, SolveOptions

NODES = 50
"""The choices that are left hang together by supplier only: a few nodes settle them."""
SLACK = 1e-9
"""Parts of needs add up to 1 only to rounding, so each is fixed to an interval of this width on both sides."""
CHOSEN = 0.5
CHEAPER = 1e-9
"""Another plan counts as cheaper by so much of the cost; less is rounding."""


def union(
    block: Block,
    coalition: Collection[str],
    points: Sequence[NDArray[np.float64]],
    *,
    options: SolveOptions,
    deadline: Deadline,
) -> NDArray[np.float64] | None:
    """The plans of disjoint coalitions as one plan of all their members; None where the market does not allow it.

    Parameters
    ----------
    coalition : collection of str
        All members of the coalitions.
    points : sequence of array of float
        A solution of the block for each of them.

    Raises
    ------
    KeyboardInterrupt
        At Ctrl-C.
    """
    lower, upper = _kept(block, coalition, points)
    effort = Effort(0.0, deadline, NODES)
    try:
        found = solve(block.arrays, options=options, effort=effort, lower=lower, upper=upper, explain=False)
    except SolveError:
        return None
    if not leaves_traces(block.breaks, block.supplies, found.values):
        return found.values
    model = replace(block.arrays, lower=lower, upper=upper)
    values = settled(model, block.breaks, block.supplies, found.values)
    values.flags.writeable = False
    return values


def _kept(
    block: Block, coalition: Collection[str], points: Sequence[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The columns' bounds where what the plans buy and ship is kept."""
    rides, arrays = block.rides, block.arrays
    lower, upper = coalition_bounds(block, coalition)
    together = np.sum(points, axis=0)
    kept = np.concatenate([block.supplies.column, rides.columns])
    trips = np.minimum(1.0, np.round(together[rides.trips]))
    shared = np.round(together[rides.trips]) > 1.0
    stranded = np.isin(rides.cargo, rides.cargo[shared[rides.trip] & (together[rides.columns] > 0.0)])
    opened = np.zeros(arrays.n_columns, dtype=np.bool_)
    opened[rides.columns[stranded]] = True
    able = np.zeros(len(rides.trips), dtype=np.bool_)
    able[rides.trip[stranded]] = True
    value = np.where(arrays.integer, np.round(together), together)
    fixed = kept[~opened[kept]]
    lower[fixed] = np.maximum(lower[fixed], np.minimum(upper[fixed], value[fixed]) - SLACK)
    upper[fixed] = np.minimum(upper[fixed], value[fixed] + SLACK)
    lower[rides.trips] = trips
    upper[rides.trips] = np.where(able, upper[rides.trips], trips)
    whole = fixed[arrays.integer[fixed]]
    lower[whole] = upper[whole] = np.minimum(1.0, value[whole])
    return lower, upper


def cheapest_partition(
    coalition: frozenset[str], known: Mapping[frozenset[str], float], *, options: SolveOptions, deadline: Deadline
) -> tuple[frozenset[str], ...]:
    """The cheapest way to put a coalition together out of smaller known ones; empty where there is none.

    Minimise  sum_T c(T) x_T  subject to  sum of x_T over the known T with member m = 1  for each member: set
    partitioning with a column a known coalition.

    Examples
    --------
    >>> from clusterpool.solver import Deadline, SolveOptions
    >>> costs = {frozenset("A"): 3.0, frozenset("B"): 4.0, frozenset("C"): 5.0, frozenset("AB"): 6.0}
    >>> parts = cheapest_partition(frozenset("ABC"), costs, options=SolveOptions(), deadline=Deadline(None))
    >>> sorted(map(sorted, parts))
    [['A', 'B'], ['C']]
    """
    columns = sorted((one for one in known if one and one < coalition), key=lambda one: (len(one), sorted(one)))
    members = sorted(coalition)
    if not columns or frozenset[str]().union(*columns) != coalition:
        return ()
    rows = [[place for place, one in enumerate(columns) if member in one] for member in members]
    width = len(columns)
    model = LinearModel(
        cost=np.array([known[one] for one in columns]),
        offset=0.0,
        lower=np.zeros(width),
        upper=np.ones(width),
        integer=np.ones(width, dtype=np.bool_),
        row_lower=np.ones(len(rows)),
        row_upper=np.ones(len(rows)),
        row_start=np.cumsum([0, *map(len, rows)]),
        col_index=np.array([place for row in rows for place in row]),
        value=np.ones(sum(map(len, rows))),
    )
    try:
        found = solve(model, options=options, effort=Effort(0.0, deadline), explain=False)
    except SolveError:
        return ()
    return tuple(one for place, one in enumerate(columns) if found.values[place] > CHOSEN)


def cheapest_pair(
    coalition: frozenset[str], known: Mapping[frozenset[str], float]
) -> tuple[float, tuple[frozenset[str], ...]]:
    """The cheapest of its members each alone and of two known coalitions that make it up; infinite where none is known.

    Where smaller coalitions cost no more than their own pairs, no partition of known coalitions that can be put
    together pair by pair is cheaper.
    """
    alone = tuple(frozenset((member,)) for member in sorted(coalition))
    found: tuple[float, tuple[frozenset[str], ...]] = (math.inf, ())
    if len(alone) > 1 and all(one in known for one in alone):
        found = (math.fsum(known[one] for one in alone), alone)
    first = min(coalition)
    for part, cost in known.items():
        if first in part and part < coalition and (rest := coalition - part) in known:
            pair = (cost + known[rest], (part, rest))
            found = min(found, pair, key=lambda one: (one[0], [sorted(some) for some in one[1]]))
    return found


def no_dearer(block: Block, found: Solution, known: NDArray[np.float64] | None) -> Solution:
    """A solution, or a known plan where that is cheaper by more than rounding."""
    if known is None:
        return found
    cost = block.arrays.objective(known)
    if cost >= found.objective - CHEAPER * max(1.0, abs(found.objective)):
        return found
    bound = min(found.bound, cost)
    return replace(found, values=known, objective=cost, bound=bound, gap=relative_gap(cost, bound))


def as_solution(block: Block, known: NDArray[np.float64]) -> Solution:
    """A known plan about which nothing is proven."""
    cost = block.arrays.objective(known)
    return Solution(Status.FEASIBLE, known, cost, -math.inf, math.inf, limit_struck=True, nodes=0)
