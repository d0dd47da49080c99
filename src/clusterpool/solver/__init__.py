"""The door to the solvers: models are stated in PuLP, handed over as arrays, answered with a status and a bound."""

from clusterpool.solver.again import Resolver, first_basis
from clusterpool.solver.compiling import CompiledModel, compile_model
from clusterpool.solver.linear import LinearModel
from clusterpool.solver.milp import solve
from clusterpool.solver.options import (
    Deadline,
    Effort,
    Focus,
    Progress,
    SolveOptions,
    Solver,
    Status,
    asked_options,
    relative_gap,
)
from clusterpool.solver.session import Basis, LpSession, LpSolution, Mark, middle, relax
from clusterpool.solver.shrinking import shrink
from clusterpool.solver.solution import GAP_TOLERANCE, Interrupted, Solution

__all__ = [
    "GAP_TOLERANCE",
    "Basis",
    "CompiledModel",
    "Deadline",
    "Effort",
    "Focus",
    "Interrupted",
    "LinearModel",
    "LpSession",
    "LpSolution",
    "Mark",
    "Progress",
    "Resolver",
    "Solution",
    "SolveOptions",
    "Solver",
    "Status",
    "asked_options",
    "compile_model",
    "first_basis",
    "middle",
    "relative_gap",
    "relax",
    "shrink",
    "solve",
]
