"""Plans that are known before the search for one of all members: each member's own, put together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clusterpool.errors import NoPlanError
from clusterpool.executors import run_all
from clusterpool.search import grand_basis, is_all_searched, pieces_of, solve_coalitions, united

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import NDArray

    from clusterpool.search import PieceCost, Task
    from clusterpool.solver import Deadline, SolveOptions

Known = dict[tuple[int, frozenset[str]], "PieceCost"]
"""Plans by the number of a piece of the pooled model and the coalition that they serve in it."""
GROUPS = 4
"""Members of a piece are planned in so many groups at most."""


def plans_alone(task: Task, *, options: SolveOptions, deadline: Deadline, executor: Executor | None = None) -> Known:
    """The plan of each member alone in each piece with needs of its; of pieces for which time sufficed.

    Parameters
    ----------
    executor : concurrent.futures.Executor, optional
        Solves the pieces.
    """
    jobs = [
        (number, piece, some, options, deadline)
        for number, piece in enumerate(pieces_of(task))
        for some in _groups(sorted(piece.blocks[0].membership))
    ]
    known: Known = {}
    for found in run_all(executor, _alone, jobs):
        known |= found
    return known


def _groups(members: Sequence[str]) -> list[Sequence[str]]:
    """The members of a piece in groups, so that several processes can work; none where one member has needs."""
    if len(members) < 2:  # noqa: PLR2004 - the plan of one member is its own
        return []
    size = math.ceil(len(members) / GROUPS)
    return [members[start : start + size] for start in range(0, len(members), size)]


def _alone(number: int, piece: Task, members: Sequence[str], options: SolveOptions, deadline: Deadline) -> Known:
    some = [frozenset({member}) for member in members]
    if deadline.struck:
        return {}
    try:
        basis = None if is_all_searched(piece) else grand_basis(piece)
        found = solve_coalitions(piece, some, options, deadline, None, basis)
    except NoPlanError:
        return {}
    return {(number, coalition): plan for coalition, (plan, _) in zip(some, found, strict=True)}


def plans_together(
    task: Task,
    coalition: frozenset[str],
    known: Mapping[tuple[int, frozenset[str]], PieceCost],
    *,
    options: SolveOptions,
    deadline: Deadline,
) -> Mapping[int, NDArray[np.float64]]:
    """The members' own plans as a plan of the coalition, by piece; none of pieces where it is none or one is unknown.

    The result is what `clusterpool.search.serve` takes as known.
    """
    found = {}
    for number, piece in enumerate(pieces_of(task)):
        block = piece.blocks[0]
        members = sorted(coalition & block.membership.keys())
        plans: Sequence[PieceCost] = [
            known[number, frozenset({member})] for member in members if (number, frozenset({member})) in known
        ]
        if len(members) < 2 or len(plans) < len(members):  # noqa: PLR2004 - the plan of one member is its own
            continue
        whole = united(piece, frozenset(members), plans, options=options, deadline=deadline)
        if whole is not None:
            found[number] = whole.point.dense(block.arrays.n_columns)
    return found
