"""Solvers that PuLP calls: CBC and SCIP.

PuLP calls a solve that its time limit ended "optimal" and gives an infeasible model values of 0. So how the solve ended
and what it proved is read from the solver itself: from CBC's log and from the SCIP model.
"""

from __future__ import annotations

import math
import re
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pulp

from clusterpool.errors import SolveError
from clusterpool.solver.conflict import explain_infeasible, explain_unbounded, has_solution
from clusterpool.solver.options import Solver
from clusterpool.solver.session import relax
from clusterpool.solver.solution import Answer, Ended

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.solver.linear import LinearModel
    from clusterpool.solver.options import Effort, SolveOptions

_CBC_RESULTS = {
    "Optimal solution found": Ended.OPTIMAL,
    "Optimal solution found (within gap tolerance)": Ended.OPTIMAL,
    "Stopped on node limit": Ended.NODES,
    "Stopped on time limit": Ended.TIME,
    "User ctrl-cuser ctrl-c": Ended.INTERRUPT,
}
_CBC_WITHOUT_RESULT = (
    ("^Optimal objective |^✔ Optimal", "Optimal solution found"),
    ("^LP relaxation stopped on time limit", "Stopped on time limit"),
    ("[Uu]nbounded", "unbounded"),
)
"""What CBC says of models that it does not branch on."""
_SCIP_RESULTS = {
    "optimal": Ended.OPTIMAL,
    "gaplimit": Ended.OPTIMAL,
    "nodelimit": Ended.NODES,
    "totalnodelimit": Ended.NODES,
    "timelimit": Ended.TIME,
    "userinterrupt": Ended.INTERRUPT,
}
_SCIP_INFINITY = 1e20
_HOW_TO_GET = {
    Solver.CBC: "pip install 'pulp[cbc]', or put cbc on the PATH",
    Solver.SCIP: "pip install pyscipopt",
}


def solve_with_pulp(
    model: LinearModel, options: SolveOptions, effort: Effort, start: NDArray[np.float64] | None
) -> Answer:
    """Solve a model by a solver that PuLP calls.

    Ctrl-C reaches the solver itself.

    Raises
    ------
    SolveError
        If the solver is not installed, the model has no solution or no limit, or the solver ends in any other way than
        by an optimum or a limit.
    """
    problem, variables = _as_pulp(model, start)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        log = Path(folder) / "solver.log"
        engine = _engine(options, effort, log, warm=start is not None and not np.isnan(start).any())
        try:
            problem.solve(engine)
        except pulp.PulpSolverError as error:
            raise SolveError(f"{options.solver} failed: {error}") from error
        if options.solver is Solver.CBC:
            ended, found, bound, nodes = _read_cbc(model, log.read_text(encoding="utf-8", errors="replace"))
        else:
            ended, found, bound, nodes = _read_scip(model, problem.solverModel)
    values = _values(model, variables) if found else None
    if not math.isfinite(bound) and ended is Ended.NODES:
        bound = relax(model)
    return Answer(ended, values, bound, nodes)


def _as_pulp(model: LinearModel, start: NDArray[np.float64] | None) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """State a model in PuLP, without its offset: writers of model files disagree about its sign."""
    problem = pulp.LpProblem("model")
    kinds = (pulp.LpContinuous, pulp.LpInteger)
    limits = [[None if math.isinf(x) else x for x in bounds.tolist()] for bounds in (model.lower, model.upper)]
    variables = [
        problem.add_variable(f"x{column}", low, high, kinds[is_integer])
        for column, (low, high, is_integer) in enumerate(zip(*limits, model.integer.tolist(), strict=True))
    ]
    if start is not None:
        for variable, value in zip(variables, start.tolist(), strict=True):
            if not math.isnan(value):
                variable.setInitialValue(value, check=False)
    problem.setObjective(pulp.lpSum(c * x for c, x in zip(model.cost.tolist(), variables, strict=True) if c))
    for row in range(model.n_rows):
        _add_row(problem, variables, model, row)
    return problem, variables


def _add_row(problem: pulp.LpProblem, variables: list[pulp.LpVariable], model: LinearModel, row: int) -> None:
    entries = slice(model.row_start[row], model.row_start[row + 1])
    columns, weights = model.col_index[entries].tolist(), model.value[entries].tolist()
    low, high = float(model.row_lower[row]), float(model.row_upper[row])
    if not columns:
        if not low <= 0 <= high:
            raise SolveError(f"no solution: {model.row_name(row)} has no columns and does not hold")
        return
    terms = pulp.lpSum(w * variables[c] for c, w in zip(columns, weights, strict=True))
    if low == high:
        problem.addConstraint(terms == low)
        return
    if math.isfinite(low):
        problem.addConstraint(terms >= low)
    if math.isfinite(high):
        problem.addConstraint(terms <= high)


def _engine(options: SolveOptions, effort: Effort, log: Path, *, warm: bool) -> Any:  # noqa: ANN401
    settings: dict[str, Any] = {"msg": False, "gapRel": effort.gap, "gapAbs": effort.absolute_gap}
    settings |= {"threads": options.threads, "warmStart": warm}
    left = effort.deadline.remaining()
    if math.isfinite(left):
        settings["timeLimit"] = left
    if effort.node_limit is not None:
        settings["maxNodes"] = effort.node_limit
    if options.solver is Solver.CBC:
        # CBC takes the seed 0 for the time of day.
        seeds = [f"randomSeed {options.seed + 1}", f"randomCbcSeed {options.seed + 1}"]
        engine = _first_available("COIN_CMD", "PULP_CBC_CMD", logPath=str(log), options=seeds, **settings)
    else:
        engine = _first_available("SCIP_PY", options=[f"randomization/randomseedshift={options.seed}"], **settings)
    if engine is None:
        raise SolveError(f"the solver {options.solver} is not installed: {_HOW_TO_GET[options.solver]}")
    return engine


def _first_available(*names: str, **settings: Any) -> Any:  # noqa: ANN401
    for name in names:
        if hasattr(pulp, name):
            engine = getattr(pulp, name)(**settings)
            if engine.available():
                return engine
    return None


def _read_cbc(model: LinearModel, log: str) -> tuple[Ended, bool, float, int]:
    """Return how CBC ended, whether it has a solution, the bound (-inf: none) and the nodes."""
    word = _cbc_word(log)
    if word not in _CBC_RESULTS:
        raise SolveError(_explain(model, "CBC", word))
    ended = _CBC_RESULTS[word]
    objective, lowest, nodes = (
        float(match[1]) if (match := re.search(rf"^{label}:\s+(\S+)", log, re.MULTILINE)) else math.nan
        for label in ("Objective value", "Lower bound", "Enumerated nodes")
    )
    # CBC prints three decimals, or six digits; where it prints no bound for an optimum, the optimum is the bound.
    rounding = 5e-4 + 5e-6 * abs(lowest)
    bound = lowest - rounding
    if ended is Ended.OPTIMAL and not objective - lowest > rounding:
        bound = math.inf
    bound = -math.inf if math.isnan(bound) else bound + model.offset
    found = ended is Ended.OPTIMAL or not math.isnan(objective)
    return ended, found, bound, 0 if math.isnan(nodes) else int(nodes)


def _cbc_word(log: str) -> str:
    result = re.search(r"^Result - (.+?)\s*$", log, re.MULTILINE)
    if result is not None:
        return result[1]
    return next((word for sign, word in _CBC_WITHOUT_RESULT if re.search(sign, log, re.MULTILINE)), "no result")


def _read_scip(model: LinearModel, engine: Any) -> tuple[Ended, bool, float, int]:  # noqa: ANN401
    """Return how SCIP ended, whether it has a solution, the bound (-inf: none) and the nodes."""
    word = engine.getStatus()
    if word not in _SCIP_RESULTS:
        raise SolveError(_explain(model, "SCIP", word))
    bound = float(engine.getDualbound())
    bound = bound + model.offset if abs(bound) < _SCIP_INFINITY else -math.inf
    return _SCIP_RESULTS[word], engine.getNSols() > 0, bound, int(engine.getNNodes())


def _explain(model: LinearModel, solver: str, word: str) -> str:
    if not has_solution(model):
        return explain_infeasible(model)
    if "unbounded" in word.lower() or word == "inforunbd":
        return explain_unbounded(model)
    return f"{solver} ended with {word!r}"


def _values(model: LinearModel, variables: list[pulp.LpVariable]) -> NDArray[np.float64]:
    """Return the values; PuLP leaves out columns that neither the objective nor a row names."""
    free = np.clip(np.zeros(model.n_columns), model.lower, model.upper).tolist()
    values = [variable.varValue for variable in variables]
    return np.array([rest if value is None else value for value, rest in zip(values, free, strict=True)])
