"""A model that is solved again and again under other bounds: first its relaxation, then, where needed, the model.

Where the optimum of the relaxation, its whole-number columns rounded up, is a solution at no higher cost, it is an
optimum of the model: games of linear programs never reach the branching, and small parts seldom do. Every relaxation
starts from one given basis, so that an answer depends on its own bounds alone, never on what was solved before. Where
bounds settle most of a large model, only what they leave open is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.errors import SolveError
from clusterpool.solver.milp import solve
from clusterpool.solver.options import Solver, Status
from clusterpool.solver.session import SMALL, Basis, LpSession
from clusterpool.solver.shrinking import shrink
from clusterpool.solver.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from clusterpool.solver.linear import LinearModel
    from clusterpool.solver.options import Effort, SolveOptions

SAME_COST = 1e-8
"""Rounding may raise the cost by so much of it and still count as free."""
WHOLE = 1e-9
FEW = 0.5
"""Where bounds leave at most this part of a large model's columns open, these are a model of their own."""


@dataclass(frozen=True, eq=False)
class Resolver:
    """Solves one model under many bounds.

    Parameters
    ----------
    model : LinearModel
        Minimise.
    session : LpSession
        Holds its relaxation.
    basis : Basis
        Where every relaxation starts.

    Examples
    --------
    >>> from clusterpool.solver import Deadline, Effort, LinearModel, SolveOptions
    >>> model = LinearModel([1.0], 0.0, [0.0], [9.0], [True], [2.5], [np.inf], [0, 1], [0], [1.0])
    >>> again = Resolver.of(model, first_basis(model))
    >>> effort = Effort(0.0, Deadline.after(None))
    >>> again.solve(np.array([4.0]), model.upper, options=SolveOptions(), effort=effort).objective
    4.0
    """

    model: LinearModel
    session: LpSession
    basis: Basis

    @classmethod
    def of(cls, model: LinearModel, basis: Basis) -> Resolver:
        """A resolver with a session of its own."""
        return cls(model, LpSession(model), basis)

    def solve(
        self,
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        *,
        options: SolveOptions,
        effort: Effort,
        start: NDArray[np.float64] | None = None,
        branch: Callable[[], Solution] | None = None,
    ) -> Solution:
        """An optimum of the relaxation where it is one of the model, else what `clusterpool.solver.solve` finds.

        Parameters
        ----------
        branch : callable, optional
            Solves the model within the bounds in a better way than that.

        Raises
        ------
        NoPlanError, SolveError
            As `clusterpool.solver.solve`.
        """
        if options.solver is Solver.HIGHS and not effort.deadline.struck:
            small = shrink(self.model, lower, upper) if len(self.model.value) > SMALL else None
            if small is not None and len(small.columns) <= FEW * self.model.n_columns:
                found = _relaxed(small.model, LpSession(small.model)) if small.model.n_columns else None
                if found is None and branch is None:
                    known = None if start is None else start[small.columns]
                    found = solve(small.model, options=options, effort=effort, start=known)
                found = None if found is None else small.whole(found)
            else:
                self.session.set_bounds(np.arange(self.model.n_columns), lower, upper)
                self.session.restart(self.basis)
                found = _relaxed(replace(self.model, lower=lower, upper=upper), self.session)
            if found is not None:
                return found
        if branch is not None:
            return branch()
        return solve(self.model, options=options, effort=effort, lower=lower, upper=upper, start=start)


def _relaxed(model: LinearModel, session: LpSession) -> Solution | None:
    """The rounded optimum of the relaxation, if it is a solution that costs no more."""
    try:
        best = session.solve()
    except SolveError:
        return None
    whole = model.integer
    values = np.clip(best.values, model.lower, model.upper)
    values[whole] = np.ceil(values[whole] - WHOLE)
    objective = model.objective(values)
    if objective - best.objective > SAME_COST * max(1.0, abs(objective)) or model.broken_by(values):
        return None
    values.flags.writeable = False
    bound = min(best.objective, objective)
    return Solution(Status.OPTIMAL, values, objective, bound, gap=0.0, limit_struck=False, nodes=0)


def first_basis(
    model: LinearModel, lower: NDArray[np.float64] | None = None, upper: NDArray[np.float64] | None = None
) -> Basis:
    """The optimal basis of a model's relaxation under some bounds, for a `Resolver` to start from.

    Raises
    ------
    SolveError
        If the relaxation has no optimum.
    """
    low, high = model.lower if lower is None else lower, model.upper if upper is None else upper
    session = LpSession(replace(model, lower=low, upper=high))
    session.solve()
    return session.basis()
