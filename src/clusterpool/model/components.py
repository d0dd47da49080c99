"""The components of a block: parts of the pooled model that share no row, and so nothing but membership.

An item that no supplier ties to another, a lane whose loads share no trip with others: each is a model of its own, and
the cost of a coalition is the sum of their costs. They are the connected components of the graph whose nodes are rows
and columns and whose edges are coefficients, with two kinds of columns left out:

1. membership, which is fixed before anything is solved: every component gets its own copy;
2. columns that cost nothing and only loosen rows as they rise: at their upper bound they are as good as anywhere (the
   use of a supplier without order cost, minimum, capacity or rebate ties nothing together).

What a load costs by its alternative stands in the cost of membership; it belongs to the component of the load's rides,
or, without rides, to one of its member's own. Shapley's value is additive over the components and a member without
needs in one is a null player there (Shapley, A value for n-person games, 1953).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, csr_matrix
from scipy.sparse.csgraph import connected_components

from clusterpool.model.pooled import Block
from clusterpool.model.riding import Alternatives, Rides
from clusterpool.solver import LinearModel, Solution, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Component:
    """A part of a block that is a model of its own.

    Parameters
    ----------
    block : Block
        The part as a model; its membership names the members with needs in it.
    columns : array of int
        Where its columns stand in the whole block.
    """

    block: Block
    columns: NDArray[np.int64]


def components_of(block: Block) -> tuple[Component, ...]:
    """The components of a block, the smallest first; ties by where they begin.

    Examples
    --------
    See `clusterpool.search.task_of`, which solves coalitions by them.
    """
    arrays = block.arrays
    matrix = arrays.matrix
    tied = np.ones(arrays.n_columns, dtype=np.bool_)
    tied[list(block.membership.values())] = False
    tied[_loose(arrays, matrix)] = False
    count, row_label, column_label = _labels(arrays, tied)
    anchor = block.alternatives.anchor
    of_alternative = np.where(anchor >= 0, column_label[anchor], -1)
    parts = [
        _component(block, matrix, tied, row_label == k, column_label == k, of_alternative == k) for k in range(count)
    ]
    parts += _riderless(block, of_alternative < 0)
    return tuple(sorted(parts, key=lambda part: (len(part.columns), part.columns.min(initial=0))))


def whole_component(block: Block) -> Component:
    """A block that is not split."""
    return Component(block, np.arange(block.arrays.n_columns))


def joined(
    block: Block, coalition: Collection[str], parts: Sequence[Component], solutions: Sequence[Solution]
) -> Solution:
    """The solutions of all components of a block as one of the block."""
    arrays = block.arrays
    values = np.where(arrays.cost > 0.0, arrays.lower, arrays.upper)
    for member, column in block.membership.items():
        values[column] = float(member in coalition)
    for part, solution in zip(parts, solutions, strict=True):
        values[part.columns] = solution.values
    values.flags.writeable = False
    objective = arrays.objective(values)
    bound = min(objective, math.fsum([arrays.offset, *(solution.bound for solution in solutions)]))
    gap = (objective - bound) / abs(objective) if objective else 0.0
    statuses = {solution.status for solution in solutions}
    worst = next((s for s in (Status.INTERRUPTED, Status.FEASIBLE) if s in statuses), Status.OPTIMAL)
    struck = any(solution.limit_struck for solution in solutions)
    return Solution(worst, values, objective, bound, gap, struck, sum(solution.nodes for solution in solutions))


def _loose(arrays: LinearModel, matrix: csr_array) -> NDArray[np.int64]:
    """The columns without cost whose rise only loosens rows."""
    row = arrays.rows
    binding = np.where(matrix.data > 0.0, arrays.row_upper[row], -arrays.row_lower[row])
    tightened = np.zeros(arrays.n_columns, dtype=np.bool_)
    tightened[matrix.indices[np.isfinite(binding)]] = True
    return np.flatnonzero(~tightened & (arrays.cost == 0.0) & np.isfinite(arrays.upper))


def _labels(arrays: LinearModel, tied: NDArray[np.bool_]) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """The number of components and the one of each row and each column; -1 for columns that tie nothing."""
    row, column = arrays.rows, arrays.col_index.astype(np.int64)
    kept = tied[column]
    nodes = arrays.n_rows + arrays.n_columns
    ends = (row[kept], arrays.n_rows + column[kept])
    graph = csr_matrix((np.ones(int(kept.sum())), ends), shape=(nodes, nodes))
    label = connected_components(graph, directed=False)[1].astype(np.int64)
    there = np.append(np.ones(arrays.n_rows, dtype=np.bool_), tied)
    names = np.unique(label[there])
    found = np.where(there, np.searchsorted(names, label), -1)
    return len(names), found[: arrays.n_rows], found[arrays.n_rows :]


def _component(
    block: Block,
    matrix: csr_array,
    tied: NDArray[np.bool_],
    in_rows: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    alternatives: NDArray[np.bool_],
) -> Component:
    """The rows and columns of one component, with its own copies of membership; loose columns are at the upper end."""
    arrays = block.arrays
    part = matrix[in_rows, :]
    touched = np.zeros(arrays.n_columns, dtype=np.bool_)
    touched[part.indices] = True
    touched[block.alternatives.membership[alternatives]] = True
    of_members = np.zeros(arrays.n_columns, dtype=np.bool_)
    of_members[list(block.membership.values())] = True
    columns = np.flatnonzero(inside | (touched & of_members))
    loose = np.flatnonzero(touched & ~tied & ~of_members)
    shift = part[:, loose] @ arrays.upper[loose] if len(loose) else np.zeros(part.shape[0])
    kept = csr_array(part[:, columns])
    kept.sort_indices()
    model = LinearModel(
        cost=np.where(of_members[columns], 0.0, arrays.cost[columns]),
        offset=0.0,
        lower=arrays.lower[columns],
        upper=arrays.upper[columns],
        integer=arrays.integer[columns],
        row_lower=arrays.row_lower[in_rows] - shift,
        row_upper=arrays.row_upper[in_rows] - shift,
        row_start=kept.indptr,
        col_index=kept.indices,
        value=kept.data,
        row_names=tuple(np.array(arrays.row_names, dtype=object)[in_rows]) if arrays.row_names else (),
        column_names=tuple(np.array(arrays.column_names, dtype=object)[columns]) if arrays.column_names else (),
    )
    return Component(_with_alternatives(block, model, columns, alternatives), columns)


def _riderless(block: Block, alternatives: NDArray[np.bool_]) -> list[Component]:
    """The loads that no trip takes, a component a member: they cost their alternatives."""
    found = []
    for column in np.unique(block.alternatives.membership[alternatives]):
        columns = np.array([column], dtype=np.int64)
        own = alternatives & (block.alternatives.membership == column)
        model = _empty(columns)
        found.append(Component(_with_alternatives(block, model, columns, own), columns))
    return found


def _empty(columns: NDArray[np.int64]) -> LinearModel:
    """Membership columns without rows and costs."""
    none, zero = np.zeros(0), np.zeros(len(columns))
    start, index = np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.int32)
    return LinearModel(zero, 0.0, zero, zero + 1.0, zero == 0.0, none, none, start, index, none)


def _with_alternatives(
    block: Block, model: LinearModel, columns: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> Block:
    """The block of some columns, with what the alternatives of its own loads cost in the cost of membership."""
    place = np.full(block.arrays.n_columns, -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    whole = block.alternatives
    anchor = whole.anchor[chosen]
    own = Alternatives(
        place[whole.membership[chosen]],
        np.where(anchor >= 0, place[anchor], -1),
        whole.cost[chosen],
        whole.shortage[chosen],
    )
    cost = model.cost.copy()
    shortage = block.shortage[columns].copy()
    members = {member: int(place[column]) for member, column in block.membership.items() if place[column] >= 0}
    shortage[list(members.values())] = 0.0
    np.add.at(cost, own.membership, own.cost)
    np.add.at(shortage, own.membership, own.shortage)
    goods = place[block.goods]
    return Block(
        replace(model, cost=cost),
        members,
        block.buying[columns],
        shortage,
        goods[goods >= 0],
        _rides(block.rides, place),
        own,
        block.suppliers.at(place),
        block.supplies.at(place),
        block.breaks.at(place),
    )


def _rides(rides: Rides, place: NDArray[np.int64]) -> Rides:
    """The trips and rides whose columns are kept."""
    kept_trips, kept = place[rides.trips] >= 0, place[rides.columns] >= 0
    number = np.cumsum(kept_trips) - 1
    return Rides(
        place[rides.trips[kept_trips]],
        place[rides.columns[kept]],
        number[rides.trip[kept]],
        rides.cargo[kept],
        rides.member[kept],
    )
