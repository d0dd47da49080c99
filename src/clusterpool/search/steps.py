"""Which suppliers to use and at which rebate step: a local search that judges each choice by a linear program.

With these chosen and the breaks of offers left in fractions, what remains is a linear program that is close to the
truth (within half a per cent on the pools measured) and quick to solve again after one supplier is moved. Its value is
a convex function of the bounds, and its reduced costs are a subgradient: where they promise nothing for a move, the
move is worth nothing (Geoffrion, Generalized Benders decomposition, JOTA 10, 1972). The others are tried, the most
promising first, those that failed before after those that did not; a program stops once its bound reaches the best
value known. When no move of one supplier helps, moves of two are tried, the second one by the prices after the first.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.solver import LpSession, LpSolution, Mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clusterpool.model import SupplierColumns
    from clusterpool.solver import Deadline, LinearModel

TRIALS = 40
"""The most programs, for each supplier."""
ANSWERS = 4
"""So many second moves, the most promising, are tried after each first."""
ITERATIONS = 800
"""The most iterations of one of them: those that come out lower seldom take more than a few hundred."""
UNUSED = 1e-6
"""A supplier that the relaxation uses less is not used at first."""
LEAST_GAIN = 1e-6
"""A move has to save so much of the cost to be one."""

State = tuple[int, ...]
"""The option that each supplier is at."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Suppliers and steps, fixed.

    Parameters
    ----------
    columns : array of int
        The columns of the use of suppliers and of their steps.
    values : array of float
        0 or 1, for each of them.
    relaxed : array of float
        The optimum of the relaxation there.
    limit_struck : bool
        Whether the deadline or Ctrl-C ended the search.
    interrupted : bool
        Whether Ctrl-C did.
    """

    columns: NDArray[np.int64]
    values: NDArray[np.float64]
    relaxed: NDArray[np.float64]
    limit_struck: bool
    interrupted: bool

    def fix(self, limits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bounds with the choice in them."""
        fixed = limits.copy()
        fixed[self.columns] = self.values
        return fixed


def choose_steps(
    model: LinearModel,
    suppliers: SupplierColumns,
    relaxed: NDArray[np.float64],
    *,
    deadline: Deadline,
    best_so_far: bool = False,
) -> Chosen | None:
    """Look for the suppliers and rebate steps at which the relaxation costs least; None where time allows none.

    Parameters
    ----------
    model : LinearModel
        With membership fixed.
    relaxed : array of float
        An optimum of its relaxation: the search begins at the steps of what it spends.
    best_so_far : bool
        Whether Ctrl-C returns the best choice so far, where there is one.
    """
    switches = [suppliers.switch[suppliers.supplier == number] for number in range(len(suppliers.used))]
    options = [_options(int(w), steps) for w, steps in zip(suppliers.used, switches, strict=True) if w >= 0]
    holding = suppliers.holding(relaxed)
    likely = {int(column) for column in suppliers.switch[holding]}
    state = tuple(_likely(one, likely) if relaxed[one.columns[0]] > UNUSED else 0 for one in options)
    return _Search(LpSession(model), options, deadline, len(options) * TRIALS).run(state, best_so_far=best_so_far)


@dataclass(frozen=True, eq=False)
class _Options:
    """The columns of one supplier and, line by line, what they may be: not used, or used at one of the steps."""

    columns: NDArray[np.int64]
    values: NDArray[np.float64]


def _options(used: int, switches: NDArray[np.int64]) -> _Options:
    count = max(1, len(switches))
    values = np.zeros((1 + count, 1 + len(switches)))
    values[1:, 0] = 1.0
    values[1:, 1:] = np.eye(count, len(switches))
    return _Options(np.concatenate([[used], switches]).astype(np.int64), values)


def _likely(one: _Options, likely: set[int]) -> int:
    steps = [place for place, column in enumerate(one.columns[1:].tolist(), start=1) if column in likely]
    return steps[0] if steps else 1


@dataclass(frozen=True, eq=False)
class _Point:
    """A choice, the optimum of the program there, and where the solver ended."""

    state: State
    optimum: LpSolution
    mark: Mark


@dataclass(eq=False)
class _Search:
    session: LpSession
    options: list[_Options]
    deadline: Deadline
    left: int
    _set_to: State = ()
    _failures: Counter[tuple[int, int]] = field(default_factory=Counter)
    _seen: set[State] = field(default_factory=set)

    def run(self, likely: State, *, best_so_far: bool) -> Chosen | None:
        """From a first choice, or from no supplier at all, to one that no move improves."""
        best = self._solved(likely) or self._solved((0,) * len(likely))
        if best is None:
            return None
        interrupted = False
        try:
            while (better := self._by_one(best) or self._by_two(best)) is not None:
                best = better
        except KeyboardInterrupt:
            if not best_so_far:
                raise
            interrupted = True
        columns = np.concatenate([one.columns for one in self.options])
        values = np.concatenate([one.values[k] for one, k in zip(self.options, best.state, strict=True)])
        relaxed = best.optimum.values
        return Chosen(columns, values, relaxed, interrupted or self.deadline.struck, interrupted)

    def _by_one(self, best: _Point) -> _Point | None:
        """A better point with one supplier moved."""
        cutoff = _below(best)
        moves = self._moves(best, cutoff)
        for _, move in sorted(moves, key=lambda one: (self._failures[one[1]], one)):
            found = self._tried(best, move, cutoff)
            if found is not None:
                return found
            self._failures[move] += 1
        return None

    def _by_two(self, best: _Point) -> _Point | None:
        """A better point with two suppliers moved: the second move answers the prices after the first."""
        cutoff = _below(best)
        for _, first in sorted(self._moves(best, cutoff)):
            middle = self._tried(best, first, np.inf)
            if middle is None:
                continue
            seconds = [one for one in sorted(self._moves(middle, cutoff)) if one[1][0] != first[0]]
            for _, second in seconds[:ANSWERS]:
                found = self._tried(middle, second, cutoff)
                if found is not None:
                    return found
        return None

    def _moves(self, point: _Point, cutoff: float) -> list[tuple[float, tuple[int, int]]]:
        """Moves of one supplier that may lead below a cutoff, each with what the reduced costs promise."""
        gains = [
            (self._promise(point, place, option), (place, option))
            for place, one in enumerate(self.options)
            for option in range(len(one.values))
            if option != point.state[place]
        ]
        return [(gain, move) for gain, move in gains if point.optimum.objective + gain < cutoff]

    def _promise(self, point: _Point, place: int, option: int) -> float:
        """What a move changes at least."""
        one = self.options[place]
        return float(point.optimum.reduced_costs[one.columns] @ (one.values[option] - one.values[point.state[place]]))

    def _tried(self, point: _Point, move: tuple[int, int], cutoff: float) -> _Point | None:
        """The point that a move leads to, if that is below a cutoff and within the effort."""
        place, option = move
        state = (*point.state[:place], option, *point.state[place + 1 :])
        if not self.left or self.deadline.struck or (cutoff < np.inf and state in self._seen):
            return None
        self.left -= 1
        self._seen.add(state)
        self.session.return_to(point.mark)
        return self._solved(state, cutoff, ITERATIONS)

    def _solved(self, state: State, cutoff: float = np.inf, iterations: int | None = None) -> _Point | None:
        for place, (one, option) in enumerate(zip(self.options, state, strict=True)):
            if not self._set_to or self._set_to[place] != option:
                self.session.set_bounds(one.columns, one.values[option], one.values[option])
        self._set_to = state
        found = self.session.solve_below(cutoff, self.deadline, iterations=iterations)
        return None if found is None else _Point(state, found, self.session.mark())


def _below(best: _Point) -> float:
    return best.optimum.objective - LEAST_GAIN * abs(best.optimum.objective)
