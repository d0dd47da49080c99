"""The dual simplex method against another solver, on programs that are degenerate, infeasible and without an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.optimize import linprog

from clusterpool.allocation.coalitions import ListedCoalitions
from clusterpool.allocation.programs import CoalitionRows, Program, Rows, minimise, no_rows, plane_of
from clusterpool.allocation.simplex import dual_simplex, far_rows
from clusterpool.errors import SolveError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def boxed(rng: np.random.Generator, m: int) -> tuple[Array, Array, Array]:
    """A random program within a box; whole numbers, so that many vertices lie on more rows than they need."""
    rows = int(rng.integers(m, 5 * m))
    matrix = np.vstack([np.eye(m), -np.eye(m), rng.integers(-2, 3, (rows, m))]).astype(np.float64)
    right = np.concatenate([np.full(2 * m, 3.0), rng.integers(0, 4, rows)])
    return rng.integers(-3, 4, m).astype(np.float64), matrix, right


@pytest.mark.parametrize("seed", range(80))
def test_another_solver_finds_the_same_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    objective, matrix, right = boxed(rng, int(rng.integers(1, 9)))
    far = far_rows(objective)
    matrix, right = np.vstack([far.matrix, matrix]), np.append(far.right, right)
    found = dual_simplex(objective, matrix, right, far.vertex)
    expected = linprog(objective, A_ub=matrix, b_ub=right, bounds=(None, None))
    assert objective @ found.point == pytest.approx(expected.fun, abs=1e-8)
    assert (matrix @ found.point <= right + 1e-8).all()
    # the prices prove it: they are not negative and make up the objective out of rows that hold with equality
    assert (found.prices >= 0.0).all()
    assert found.prices @ matrix[found.basis] == pytest.approx(-objective, abs=1e-8)
    assert -found.prices @ right[found.basis] == pytest.approx(expected.fun, abs=1e-8)


def test_rows_that_no_point_satisfies_are_an_error() -> None:
    matrix, right = np.array([[1.0], [-1.0]]), np.array([1.0, -2.0])
    far = far_rows(np.array([1.0]))
    with pytest.raises(SolveError, match="no shares satisfy"):
        dual_simplex(np.array([1.0]), np.vstack([far.matrix, matrix]), np.append(far.right, right), far.vertex)


def test_a_program_without_an_end_is_an_error() -> None:
    rows = CoalitionRows(ListedCoalitions(np.array([[1.0, 0.0]])), np.array([1.0]), np.zeros(1), np.ones(1, np.bool_))
    endless = Program(np.array([0.0, 1.0, 0.0]), plane_of(no_rows(3)), no_rows(3))
    with pytest.raises(SolveError, match="infinite"):
        minimise(endless, rows, np.array([0]))


def test_equalities_and_own_rows_are_honoured() -> None:
    # min x + 2 y with x + y = 5, stated twice, t = 0, x at most 3 and the coalition {x} at most 2: x = 2, y = 3
    rows = CoalitionRows(ListedCoalitions(np.array([[1.0, 0.0]])), np.array([2.0]), np.zeros(1), np.ones(1, np.bool_))
    program = Program(
        np.array([1.0, 2.0, 0.0]),
        plane_of(Rows(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 2.0], [2.0, 2.0, 0.0]]), np.array([5.0, 0.0, 10.0]))),
        Rows(np.array([[1.0, 0.0, 0.0]]), np.array([3.0])),
    )
    best = minimise(program, rows, np.array([0]))
    assert best.point == pytest.approx([2.0, 3.0, 0.0])
    assert best.value == pytest.approx(8.0)
    assert best.tight_coalitions.tolist() == [0]
