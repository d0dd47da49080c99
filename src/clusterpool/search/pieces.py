"""Pieces of the pooled model: what coalitions cost in each, solved one after the other from one basis."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from clusterpool.model import coalition_bounds
from clusterpool.search.serving import piece_cost, serve
from clusterpool.search.tasks import is_large
from clusterpool.search.unions import as_solution, no_dearer, union
from clusterpool.solver import Resolver, first_basis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.search.records import Hint, PieceCost, Served
    from clusterpool.search.tasks import Task
    from clusterpool.solver import Basis, Deadline, SolveOptions

Timed = tuple["PieceCost", float]
"""What a coalition costs in a piece, and the seconds that took."""


def is_all_searched(piece: Task) -> bool:
    """Whether a piece is searched for the grand coalition, not solved as it stands."""
    return is_large(piece, piece.blocks[0].membership)


def grand_basis(piece: Task) -> Basis:
    """The optimal basis of the grand coalition's relaxation, where those of the others start."""
    block = piece.blocks[0]
    return first_basis(block.arrays, *coalition_bounds(block, block.membership))


def solve_coalitions(
    task: Task,
    coalitions: Sequence[frozenset[str]],
    options: SolveOptions,
    deadline: Deadline,
    hint: Hint | None,
    basis: Basis | None,
    *,
    resolver: Resolver | None = None,
) -> list[Timed]:
    """Solve coalitions within a piece one after the other, with the seconds each took."""
    if resolver is None and basis is not None:
        resolver = Resolver.of(task.blocks[0].arrays, basis)
    found = []
    for coalition in coalitions:
        begun = time.perf_counter()
        served = serve(task, coalition, options=options, deadline=deadline, hint=hint, resolver=resolver)
        found.append((served.pieces[0], time.perf_counter() - begun))
    return found


def united(
    piece: Task, coalition: frozenset[str], plans: Sequence[PieceCost], *, options: SolveOptions, deadline: Deadline
) -> PieceCost | None:
    """The plans of disjoint coalitions in a piece as one of all their members; None where the market does not allow it.

    Its bound is 0: what is proven of the coalition is proven elsewhere.
    """
    block = piece.blocks[0]
    points = [plan.point.dense(block.arrays.n_columns) for plan in plans]
    values = union(block, coalition, points, options=options, deadline=deadline)
    return None if values is None else piece_cost(block, as_solution(block, values), 0.0)


def with_plans(task: Task, served: Served, plans: Mapping[int, PieceCost]) -> Served:
    """A plan of a coalition with other plans of the same coalition in some pieces, by their number."""
    solutions, pieces = [], list(served.pieces)
    number = 0
    for place, block in enumerate(task.blocks):
        values = served.solutions[place].values.copy()
        for part in task.components[place]:
            if number in plans:
                values[part.columns] = plans[number].point.dense(len(part.columns))
                pieces[number] = plans[number]
            number += 1
        values.flags.writeable = False
        solutions.append(no_dearer(block, served.solutions[place], values))
    pairs = [(block, solution.values) for block, solution in zip(task.blocks, solutions, strict=True)]
    return replace(
        served,
        solutions=tuple(solutions),
        bound=max(0.0, min(served.bound, sum(one.cost for one in pieces))),
        purchases=math.fsum(block.purchases(values) for block, values in pairs),
        freight=math.fsum(block.freight(values) for block, values in pairs),
        shortage=math.fsum(float(block.shortage @ values) for block, values in pairs),
        pieces=tuple(pieces),
    )
