"""A model without what its bounds settle has the same optimum, and its solutions are solutions of the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterpool.errors import SolveError
from clusterpool.model import coalition_bounds
from clusterpool.solver import Deadline, Effort, LinearModel, Resolver, SolveOptions, again, first_basis, solve
from clusterpool.solver.shrinking import shrink
from tests.pool_kit import buying_frames, ground_of, pool_of

if TYPE_CHECKING:
    from clusterpool.solver import Solution

EFFORT = Effort(0.0, Deadline.after(None))
NUMBERS = st.integers(-3, 3)


@st.composite
def bounded_models(draw: st.DrawFn) -> LinearModel:
    """Small whole-number models, many of whose columns are held."""
    columns, rows = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    matrix = np.array(draw(st.lists(NUMBERS, min_size=columns * rows, max_size=columns * rows))).reshape(rows, columns)
    entry_row, entry_column = np.nonzero(matrix)
    lower = np.array(draw(st.lists(st.integers(-2, 2), min_size=columns, max_size=columns)))
    room = np.array(draw(st.lists(st.integers(0, 2), min_size=columns, max_size=columns)))
    right = np.array(draw(st.lists(st.integers(-6, 6), min_size=rows, max_size=rows)), dtype=float)
    kind = np.array(draw(st.lists(st.sampled_from((-1, 0, 1)), min_size=rows, max_size=rows)))
    return LinearModel(
        cost=draw(st.lists(NUMBERS, min_size=columns, max_size=columns)),
        offset=draw(NUMBERS),
        lower=lower,
        upper=lower + room,
        integer=[True] * columns,
        row_lower=np.where(kind > 0, -np.inf, right),
        row_upper=np.where(kind < 0, np.inf, right),
        row_start=np.concatenate([[0], np.cumsum(np.bincount(entry_row, minlength=rows))]),
        col_index=entry_column,
        value=matrix[entry_row, entry_column],
    )


@given(bounded_models())
def test_what_is_left_has_the_optimum_of_the_whole(model: LinearModel) -> None:
    small = shrink(model, model.lower, model.upper)
    try:
        expected = solve(model, options=SolveOptions(), effort=EFFORT)
    except SolveError:
        if small is not None:
            with pytest.raises(SolveError):
                solve(small.model, options=SolveOptions(), effort=EFFORT)
        return
    assert small is not None
    found = small.whole(solve(small.model, options=SolveOptions(), effort=EFFORT))
    assert found.objective == pytest.approx(expected.objective, abs=1e-9)
    assert model.objective(found.values) == pytest.approx(found.objective, abs=1e-9)
    assert not model.broken_by(found.values)


def test_a_member_alone_leaves_little_of_the_pools_model() -> None:
    block = ground_of(pool_of(buying_frames())).model.blocks[0]
    member, column = next(iter(block.membership.items()))
    small = shrink(block.arrays, *coalition_bounds(block, {member}))
    assert small is not None
    assert small.settled[column] == 1.0
    assert small.model.n_columns < 0.5 * block.arrays.n_columns
    assert small.model.n_rows < 0.5 * block.arrays.n_rows


def test_coalitions_cost_the_same_in_a_model_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    block = ground_of(pool_of(buying_frames())).model.blocks[0]
    resolver = Resolver.of(block.arrays, first_basis(block.arrays, *coalition_bounds(block, block.membership)))
    sizes = []

    def watched(model: LinearModel, **options: Any) -> Solution:
        sizes.append(model.n_columns)
        return solve(model, **options)

    monkeypatch.setattr(again, "solve", watched)
    monkeypatch.setattr(again, "SMALL", 0)
    monkeypatch.setattr(again, "FEW", 1.0)
    for member in block.membership:
        bounds = coalition_bounds(block, {member})
        expected = solve(block.arrays, options=SolveOptions(), effort=EFFORT, lower=bounds[0], upper=bounds[1])
        found = resolver.solve(*bounds, options=SolveOptions(), effort=EFFORT)
        assert found.objective == pytest.approx(expected.objective, rel=1e-9)
        assert found.bound <= found.objective
        assert len(found.values) == block.arrays.n_columns
    assert sizes
    assert all(size < block.arrays.n_columns for size in sizes)


def test_a_better_way_to_branch_is_taken_only_where_the_relaxation_does_not_suffice() -> None:
    model = LinearModel([1.0], 0.0, [0.0], [9.0], [True], [-np.inf], [7.0], [0, 1], [0], [2.0])
    resolver = Resolver.of(model, first_basis(model))
    asked = []

    def branch() -> Solution:
        asked.append(True)
        return solve(model, options=SolveOptions(), effort=EFFORT)

    resolver.solve(model.lower, model.upper, options=SolveOptions(), effort=EFFORT, branch=branch)
    assert not asked
    dear = replace(model, cost=np.array([-1.0]))
    held = Resolver.of(dear, first_basis(dear))
    found = held.solve(dear.lower, dear.upper, options=SolveOptions(), effort=EFFORT, branch=branch)
    assert asked == [True]
    assert found.objective == pytest.approx(0.0)
