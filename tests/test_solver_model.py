"""From PuLP to arrays: nothing lost, nothing mixed up, the same in both PuLP versions."""

import pickle
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pulp
import pytest
from numpy.testing import assert_array_equal

from clusterpool.solver import LinearModel, compile_model


def small_problem() -> tuple[pulp.LpProblem, dict[str, pulp.LpVariable]]:
    problem = pulp.LpProblem("small")
    z = problem.add_variable("z", 0, 5)
    x = problem.add_variable("x", 0, 10, "Integer")
    y = problem.add_variable("y", 0)
    b = problem.add_variable("b", cat="Binary")
    free = problem.add_variable("free")
    problem.setObjective(3 * x + 2 * y + 7)
    problem.addConstraint(y + 2 * x + 1 >= 8.5, "need")
    problem.addConstraint(y - x <= 4 * b, "link")
    problem.addConstraint(free + b == -2)
    return problem, {"x": x, "y": y, "z": z, "b": b, "free": free}


def test_arrays_of_a_small_problem() -> None:
    problem, variables = small_problem()
    compiled = compile_model(problem, keep=[variables["z"]])
    model = compiled.model
    x, y, z, b, free = compiled.columns([variables[name] for name in ("x", "y", "z", "b", "free")])
    assert sorted([x, y, z, b, free]) == [0, 1, 2, 3, 4]
    assert z == 4  # a variable that nothing names comes last
    assert_array_equal(model.cost[[x, y, z, b, free]], [3, 2, 0, 0, 0])
    assert_array_equal(model.lower[[x, y, z, b, free]], [0, 0, 0, 0, -np.inf])
    assert_array_equal(model.upper[[x, y, z, b, free]], [10, np.inf, 5, 1, np.inf])
    assert_array_equal(model.integer[[x, y, z, b, free]], [True, False, False, True, False])
    assert model.offset == 7
    assert_array_equal(model.row_lower, [7.5, -np.inf, -2])
    assert_array_equal(model.row_upper, [np.inf, 0, -2])
    dense = np.zeros((3, 5))
    for row in range(3):
        entries = slice(model.row_start[row], model.row_start[row + 1])
        dense[row, model.col_index[entries]] = model.value[entries]
        assert (np.diff(model.col_index[entries]) > 0).all()
    assert_array_equal(dense[:, [x, y, z, b, free]], [[2, 1, 0, 0, 0], [-1, 1, 0, -4, 0], [0, 0, 0, 1, 1]])
    assert model.row_names[:2] == ("need", "link")


def random_problem(seed: int) -> pulp.LpProblem:
    rng = np.random.default_rng(seed)
    problem = pulp.LpProblem("random")
    kinds = ("Continuous", "Integer", "Binary")
    variables = [
        problem.add_variable(f"v{i}", int(rng.integers(-3, 1)), int(rng.integers(1, 9)), kinds[rng.integers(3)])
        for i in range(12)
    ]
    problem.setObjective(pulp.lpSum(int(rng.integers(-9, 10)) * v for v in variables))
    for row in range(9):
        chosen = rng.choice(12, size=4, replace=False)
        expression = pulp.lpSum(int(rng.integers(1, 7)) * variables[i] for i in chosen)
        limit = int(rng.integers(5, 20))
        problem.addConstraint(
            (expression <= limit, expression >= -limit, expression == 3)[row % 9 % 3 if row < 7 else 0]
        )
    return problem


@pytest.mark.parametrize("seed", range(5))
def test_arrays_equal_the_file_that_pulp_writes(seed: int, tmp_path: Path) -> None:
    problem = random_problem(seed)
    model = compile_model(problem).model
    path = tmp_path / "model.mps"
    problem.writeMPS(str(path))
    engine = highspy.Highs()
    engine.setOptionValue("output_flag", False)
    engine.readModel(str(path))
    written = engine.getLp()
    written.ensure_rowwise() if hasattr(written, "ensure_rowwise") else engine.ensureRowwise()
    written = engine.getLp()
    place = [list(written.col_names_).index(name) for name in model.column_names]
    assert_array_equal(np.array(written.col_cost_)[place], model.cost)
    assert_array_equal(np.array(written.col_lower_)[place], model.lower)
    assert_array_equal(np.array(written.col_upper_)[place], model.upper)
    whole = [written.integrality_[i] == highspy.HighsVarType.kInteger for i in place]
    assert_array_equal(whole, model.integer)
    assert_array_equal(written.row_lower_, model.row_lower)
    assert_array_equal(written.row_upper_, model.row_upper)
    matrix = np.zeros((written.num_row_, written.num_col_))
    starts, index, value = (written.a_matrix_.start_, written.a_matrix_.index_, written.a_matrix_.value_)
    for row in range(written.num_row_):
        for entry in range(starts[row], starts[row + 1]):
            matrix[row, index[entry]] = value[entry]
    ours = np.zeros_like(matrix)
    ours[np.repeat(np.arange(model.n_rows), np.diff(model.row_start)), model.col_index] = model.value
    assert_array_equal(matrix[:, place], ours)


def test_names_do_not_matter() -> None:
    problem = pulp.LpProblem("names")
    first, second = (problem.add_variable(name, 0, 9) for name in ("b", "a"))
    problem.setObjective(first + 5 * second)
    problem.addConstraint(second >= 1)
    compiled = compile_model(problem)
    assert_array_equal(compiled.model.cost[compiled.columns([second, first])], [5, 1])


def test_cancelled_and_doubled_terms() -> None:
    problem = pulp.LpProblem("cancel")
    x, y = (problem.add_variable(name, 0, 9) for name in "xy")
    problem.setObjective(x + x)
    problem.addConstraint(x - x + 2 * y <= 4, "one")
    compiled = compile_model(problem)
    assert_array_equal(compiled.model.cost[compiled.columns([x, y])], [2, 0])
    assert_array_equal(compiled.model.value, [2])


def test_maximisation_is_refused() -> None:
    with pytest.raises(ValueError, match="minimisation"):
        compile_model(pulp.LpProblem("max", pulp.LpMaximize))


def test_special_ordered_sets_are_refused() -> None:
    problem = pulp.LpProblem("sos")
    x, y = (problem.add_variable(name, 0, 9) for name in "xy")
    problem.setObjective(x + y)
    if hasattr(problem, "add_sos_group"):
        problem.add_sos_group(pulp._rustcore.SosKind.Sos1, "s", {x: 1, y: 2})
    else:
        problem.sos1["s"] = {x: 1, y: 2}
    with pytest.raises(ValueError, match="special ordered sets"):
        compile_model(problem)


def test_a_foreign_variable_is_refused() -> None:
    problem, variables = small_problem()
    compiled = compile_model(problem)
    other = pulp.LpProblem("other")
    stranger = other.add_variable("stranger", 0, 1)
    other.setObjective(stranger + 0)
    with pytest.raises(KeyError, match="stranger"):
        compiled.columns([variables["x"], stranger])


def test_an_empty_problem() -> None:
    model = compile_model(pulp.LpProblem("empty")).model
    assert (model.n_columns, model.n_rows, model.offset) == (0, 0, 0)


def tiny(**changes: Any) -> LinearModel:
    parts: dict[str, Any] = {
        "cost": [1.0, 2.0],
        "offset": 0.5,
        "lower": [0, 0],
        "upper": [9, np.inf],
        "integer": [True, False],
        "row_lower": [2.5, -np.inf],
        "row_upper": [np.inf, 8],
        "row_start": [0, 1, 3],
        "col_index": [0, 0, 1],
        "value": [1.0, 1.0, 1.0],
        "row_names": ("need", "room"),
        "column_names": ("x", "y"),
    }
    return LinearModel(**(parts | changes))


def test_a_model_travels_and_stays_locked() -> None:
    model = tiny()
    copy = pickle.loads(pickle.dumps(model))
    for name in ("cost", "lower", "upper", "integer", "row_lower", "row_upper", "row_start", "col_index", "value"):
        assert_array_equal(getattr(copy, name), getattr(model, name))
        for one in (model, copy):
            with pytest.raises(ValueError, match="read-only"):
                getattr(one, name)[0] = 0
    assert (copy.offset, copy.row_names, copy.column_names) == (model.offset, model.row_names, model.column_names)


def test_a_model_does_not_share_the_callers_arrays() -> None:
    cost = np.array([1.0, 2.0])
    model = tiny(cost=cost)
    cost[0] = 99
    assert model.cost[0] == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cost": [1.0]}, "one entry a column"),
        ({"row_upper": [1.0]}, "one entry a row"),
        ({"row_start": [0, 1, 2]}, "do not fit together"),
        ({"row_start": [0, 4, 3]}, "must not fall"),
        ({"col_index": [0, 2, 1]}, "does not exist"),
        ({"value": [1.0, np.nan, 1.0]}, "finite"),
        ({"cost": [np.inf, 0]}, "finite"),
        ({"lower": [np.nan, 0]}, "not a number"),
        ({"row_names": ("one",)}, "one name a row"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tiny(**changes)


def test_broken_rows_are_found_in_scale() -> None:
    model = tiny()
    assert model.broken_by(np.array([3.0, 0.0])) == ""
    assert model.broken_by(np.array([2.0, 0.0])) == "need"
    assert model.broken_by(np.array([3.0, 5.1])) == "room"
    assert model.broken_by(np.array([3.0, -1.0])) == "y"
    assert model.broken_by(np.array([3.0, np.nan])) == "y"
    great = tiny(row_upper=[np.inf, 8e6], upper=[9, np.inf])
    assert great.broken_by(np.array([3.0, 8e6 - 3 + 1])) == ""
    assert great.broken_by(np.array([3.0, 8e6 - 3 + 20])) == "room"
