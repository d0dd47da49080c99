"""Linear programs that are solved again and again."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.optimize import linprog

from clusterpool.errors import SolveError
from clusterpool.solver import LinearModel, LpSession, SolveOptions, middle, relax, solve


def diet(rng: np.random.Generator, columns: int = 8, rows: int = 5) -> tuple[LinearModel, NDArray[np.float64]]:
    matrix = rng.integers(1, 9, (rows, columns)).astype(np.float64)
    model = LinearModel(
        cost=rng.integers(1, 20, columns).astype(np.float64),
        offset=3.0,
        lower=np.zeros(columns),
        upper=np.full(columns, 10.0),
        integer=np.ones(columns, dtype=np.bool_),
        row_lower=rng.integers(5, 40, rows).astype(np.float64),
        row_upper=np.full(rows, np.inf),
        row_start=np.arange(0, rows * columns + 1, columns, dtype=np.int32),
        col_index=np.tile(np.arange(columns, dtype=np.int32), rows),
        value=matrix.ravel(),
    )
    return model, matrix


def by_scipy(
    matrix: NDArray[np.float64],
    row_lower: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    cost: NDArray[np.float64],
) -> float:
    bounds = list(zip(lower.tolist(), upper.tolist(), strict=True))
    return float(linprog(cost, A_ub=-matrix, b_ub=-row_lower, bounds=bounds).fun)


@pytest.mark.parametrize("seed", range(6))
def test_changed_bounds_costs_and_rows_equal_a_fresh_solve(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model, matrix = diet(rng)
    session = LpSession(model)
    lower, upper, cost = model.lower.copy(), model.upper.copy(), model.cost.copy()
    assert_allclose(session.solve().objective, by_scipy(matrix, model.row_lower, lower, upper, cost) + 3)
    upper[[1, 4]], lower[[2]], cost[[0, 7]] = 1.0, 0.5, (2.0, 30.0)
    session.set_bounds([1, 4], 0.0, 1.0)
    session.set_bounds([2], [0.5], [10.0])
    session.set_cost([0, 7], [2.0, 30.0])
    assert_allclose(session.solve().objective, by_scipy(matrix, model.row_lower, lower, upper, cost) + 3)
    session.add_rows([20.0], [np.inf], [0, 3], [0, 3, 5], [1.0, 1.0, 1.0])
    matrix = np.vstack([matrix, np.eye(8)[[0, 3, 5]].sum(axis=0)])
    longer = by_scipy(matrix, np.append(model.row_lower, 20.0), lower, upper, cost)
    assert_allclose(session.solve().objective, longer + 3)


def test_duals_and_reduced_costs_explain_the_optimum() -> None:
    model, matrix = diet(np.random.default_rng(3))
    answer = LpSession(model).solve()
    assert_allclose(model.cost - matrix.T @ answer.duals, answer.reduced_costs, atol=1e-9)
    assert (answer.duals >= -1e-9).all()
    at_upper = np.minimum(answer.reduced_costs, 0) @ model.upper
    assert_allclose(answer.duals @ model.row_lower + at_upper + model.offset, answer.objective)


def test_the_relaxation_is_a_bound() -> None:
    for seed in range(5):
        model, _ = diet(np.random.default_rng(seed))
        best = solve(model, options=SolveOptions(gap=0)).objective
        assert relax(model) <= best + 1e-9
        assert relax(model) > best - 20


def test_no_optimum_is_an_error_with_the_solvers_word() -> None:
    model, _ = diet(np.random.default_rng(0))
    session = LpSession(model)
    session.set_bounds(np.arange(8), 0.0, 0.0)
    with pytest.raises(SolveError, match="Infeasible"):
        session.solve()
    session.set_bounds(np.arange(8), 0.0, np.inf)
    session.set_cost([2], [-1.0])
    with pytest.raises(SolveError, match="Unbounded"):
        session.solve()
    session.set_cost([2], [1.0])
    assert session.solve().objective > 0


def test_wrong_calls_are_refused() -> None:
    session = LpSession(diet(np.random.default_rng(0))[0])
    with pytest.raises(ValueError, match="does not exist"):
        session.set_bounds([8], [0.0], [1.0])
    with pytest.raises(ValueError, match="fit together"):
        session.add_rows([1.0], [2.0], [0, 2], [0], [1.0])
    with pytest.raises(ValueError, match="broadcast"):
        session.set_cost([0, 1], [1.0, 2.0, 3.0])


def test_the_middle_of_the_optima_is_optimal_and_no_vertex() -> None:
    """Three senders, three receivers, one unit each, all ways alike: every doubly stochastic matrix is optimal."""
    ways = np.arange(9).reshape(3, 3)
    rows = [*ways, *ways.T]
    model = LinearModel(
        np.full(9, 5.0),
        0.0,
        np.zeros(9),
        np.ones(9),
        np.ones(9, dtype=bool),
        np.ones(6),
        np.ones(6),
        np.arange(0, 19, 3),
        np.concatenate(rows),
        np.ones(18),
    )
    found = middle(model)
    assert found.objective == pytest.approx(15.0, abs=1e-5)
    assert found.values == pytest.approx(np.full(9, 1.0 / 3.0), abs=1e-3)
    assert found.duals.sum() == pytest.approx(15.0, abs=1e-4)
