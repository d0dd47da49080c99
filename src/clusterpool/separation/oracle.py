"""Asks the membership MILP for the worst coalition, and keeps every plan that it passes on its way."""

from __future__ import annotations

import math
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation import Answer, CoalitionCost, Question, Weighing
from clusterpool.errors import NoPlanError, SolveError
from clusterpool.plan import Stage
from clusterpool.separation.alike import behind
from clusterpool.separation.joined import SCALE, Joined, moving_along
from clusterpool.separation.links import tightened
from clusterpool.solver import Deadline, Effort, Focus, LpSession, middle, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from clusterpool.solver import LinearModel, Solution, SolveOptions

Coalition = frozenset[str]
POINTS = 300
"""How many plans are remembered to begin a search with."""
PATIENCE = 0.5
"""The part of the time left that one question may take."""
NODES = 2000
"""The most nodes of the search for one answer."""
NEARLY = 0.2
"""Where only a coalition is looked for, its excess over the level may be by this part of it less than the largest."""
NEAR_NODES = 60
"""The most nodes of the search for some coalition."""
SEEDS_PART = 0.4
"""The part of the time left in which everybody but one are planned anew where everybody's choices make no plan."""
LEAST_S = 1.0
"""One question may take so many seconds in any case, within the time left."""


@dataclass(frozen=True, eq=False)
class _Plan:
    cost: CoalitionCost
    values: NDArray[np.float64]


@dataclass(eq=False)
class PoolSeparation:
    """The separation of a pool's game: one MILP a question, over the known trips.

    Parameters
    ----------
    joined : Joined
        All blocks with membership free.
    plan : callable
        Gives a point of the joined model that serves everybody; called once, when seeds are asked for.
    options : SolveOptions
        Seed, threads and solver.
    deadline : Deadline
        When all questions end.
    finds : bool
        Whether points of the joined model are plans; else it only bounds costs from below, and so are the answers.
    progress : callable, optional
        Gets a `Stage` with the number of questions so far, at each and at all news while it is searched.
    nodes : int
        The most nodes of the search for one answer.
    """

    joined: Joined
    plan: Callable[[], NDArray[np.float64]]
    options: SolveOptions
    deadline: Deadline
    finds: bool = True
    progress: Callable[[Stage], None] | None = None
    nodes: int = NODES
    limit_struck: bool = False
    _asked: int = 0
    _sown: list[tuple[Coalition, CoalitionCost]] | None = None
    _binding: csr_array | None = None
    _plans: deque[_Plan] = field(default_factory=lambda: deque(maxlen=POINTS))

    @property
    def struck(self) -> bool:
        """Whether the time for questions is over; who hears that it is has been cut by it."""
        over = self.deadline.struck
        self.limit_struck |= over
        return over

    @contextmanager
    def within(self, part: float) -> Iterator[None]:
        """In its block questions may take no more than a part of the time that is left for them."""
        whole, self.deadline = self.deadline, self.deadline.part(part)
        try:
            yield
        finally:
            self.deadline = whole

    @property
    def _coarse(self) -> float:
        """A bounding model is far from every plan's cost: a thousandth of the shares is close enough to its optimum."""
        return 0.0 if self.finds else SCALE / 1000.0

    def __call__(self, question: Question) -> Answer:
        """The worst coalition at some shares, with a bound for all of them.

        First those plans are searched that keep the suppliers and rebate steps of the worst plan known: that takes a
        fraction of the time, and where it finds enough, nothing is proven.
        """
        unit = float(np.abs(question.shares).sum()) / SCALE or 1.0
        payer = behind(question.shares, self.joined.alike, question.holding)
        question = _by_column(question, payer)
        model = self._tightened(self._stated(question, unit))
        self._asked += 1
        self._tell(question, unit, math.inf, -math.inf)
        start = self._start(question, model.n_columns)
        found: list[_Plan] = []
        if start is not None and question.enough < math.inf:
            found, worst = self._nearby(question, model, start, unit)
            if worst > question.enough:
                return self._answer(found, payer, math.inf)
            start = self._start(question, model.n_columns)
        tell = None if self.progress is None else partial(self._tell, question, unit)
        try:
            solution = self._solved(question, model, start, unit, tell)
        except NoPlanError as error:
            self.limit_struck = True
            return self._answer(found, payer, -error.bound * unit)
        self.limit_struck |= solution.limit_struck
        self._tell(question, unit, solution.objective, solution.bound)
        if self.finds:
            found += self._passed(solution)
        return self._answer(found, payer, -solution.bound * unit)

    def _nearby(
        self, question: Question, model: LinearModel, start: NDArray[np.float64], unit: float
    ) -> tuple[list[_Plan], float]:
        """Plans with the suppliers and rebate steps of the worst one known, and the largest excess among them."""
        chosen = self._suppliers
        if not len(chosen):
            return [], -math.inf
        lower, upper = model.lower.copy(), model.upper.copy()
        lower[chosen] = upper[chosen] = np.round(start[chosen])
        try:
            solution = self._solved(question, replace(model, lower=lower, upper=upper), start, unit, gap=NEARLY)
        except SolveError:
            return [], -math.inf  # no time, or no coalition asked about keeps to these suppliers
        self.limit_struck |= solution.limit_struck
        return self._passed(solution), -solution.objective * unit

    @cached_property
    def _suppliers(self) -> NDArray[np.int64]:
        """The columns of which suppliers are used and at which rebate step; none of a model that finds nothing."""
        pairs = [(one.suppliers, place) for one, place in zip(self.joined.blocks, self.joined.places, strict=True)]
        chosen = [
            place[columns[columns >= 0]] for one, place in pairs if self.finds for columns in (one.used, one.switch)
        ]
        return np.concatenate([np.zeros(0, dtype=np.int64), *chosen])

    def _solved(
        self,
        question: Question,
        model: LinearModel,
        start: NDArray[np.float64] | None,
        unit: float,
        tell: Callable[[float, float], None] | None = None,
        *,
        gap: float = 0.0,
    ) -> Solution:
        left = self.deadline.remaining()
        until = Deadline.after(min(left, max(LEAST_S, PATIENCE * left)))
        nodes = min(self.nodes, NEAR_NODES) if gap else self.nodes
        return solve(
            model,
            options=self.options,
            effort=Effort(gap, until, nodes, absolute_gap=max(question.tolerance / unit, self._coarse)),
            start=start,
            progress=None if tell is None else (lambda seen: tell(seen.objective, seen.bound)),
            focus=Focus.QUESTION,
            keep_passed=True,
        )

    def _passed(self, solution: Solution) -> list[_Plan]:
        """The plans that a search passed, its best one last; all are remembered."""
        width = self.joined.arrays.n_columns
        return [self._remember(values[:width]) for values in (*solution.passed, solution.values)]

    def _answer(self, found: Sequence[_Plan], payer: NDArray[np.int64], bound: float) -> Answer:
        """The plans with the players behind their columns."""
        return Answer([(self._coalition(one, payer), one.cost) for one in found], bound)

    def _coalition(self, plan: _Plan, payer: NDArray[np.int64]) -> Coalition:
        """The players behind a plan's columns."""
        return frozenset(self.joined.players[player] for player in payer[self.joined.inside(plan.values)].tolist())

    def _tell(self, question: Question, unit: float, objective: float, bound: float) -> None:
        """Tell what is known of the answer, or of the value that the search behind the question looks for."""
        if self.progress is not None:
            found = -objective * unit if self.finds else -math.inf
            self.progress(Stage("questions", self._asked, 0, between=question.so_far or (found, -bound * unit)))

    def propose(self, question: Question, known: Mapping[Coalition, CoalitionCost]) -> list[Coalition]:
        """Nothing: what it finds comes with plans."""
        del question, known
        return []

    def prices(self) -> NDArray[np.float64]:
        """The dual prices of everybody's membership in the linear relaxation, from the middle where these are many."""
        worth = np.zeros(len(self.joined.players))
        for block, place in zip(self.joined.blocks, self.joined.places, strict=True):
            columns = np.array(list(block.membership.values()), dtype=np.int64)
            lower = block.arrays.lower.copy()
            lower[columns] = 1.0
            np.add.at(worth, place[columns], middle(replace(block.arrays, lower=lower)).reduced_costs[columns])
        return worth

    def seeds(self) -> list[tuple[Coalition, CoalitionCost]]:
        """Everybody but one, with the choices of everybody's plan, else with its suppliers."""
        if not self.finds:
            return []
        if self._sown is None:
            self._sown = self._planned_at_first()
        return self._sown

    def _planned_at_first(self) -> list[tuple[Coalition, CoalitionCost]]:
        try:
            whole = self.plan()
        except NoPlanError:
            return []
        arrays = self.joined.arrays
        session = LpSession(arrays)
        fixed = np.flatnonzero(arrays.integer)
        session.set_bounds(fixed, whole[fixed], whole[fixed])
        found: list[tuple[Coalition, CoalitionCost]] = []
        highest = sum(self.joined.parts(whole))
        everybody, until = frozenset(self.joined.players), self.deadline.part(SEEDS_PART)
        for alike in self._classes() if len(everybody) > 1 else ():
            player = alike[-1]
            session.set_bounds([player], 0.0, 0.0)
            try:
                cost = self._remember(session.solve().values).cost
            except SolveError:  # somebody's minimum is not reached without this player
                cost = None
            finally:
                session.set_bounds([player], 1.0, 1.0)
            if cost is None or cost.cost > highest:
                plan = self._at_suppliers(whole, player, until)
                if plan is not None and (cost is None or plan.cost.cost < cost.cost):
                    cost = plan.cost
            if cost is not None:
                found += [(everybody - {self.joined.players[one]}, cost) for one in alike]
        return found

    def _at_suppliers(self, whole: NDArray[np.float64], player: int, until: Deadline) -> _Plan | None:
        """A plan of everybody but a player with the suppliers and rebate steps of everybody's, if one is found soon."""
        arrays, members, chosen = self.joined.arrays, len(self.joined.players), self._suppliers
        self.limit_struck |= until.struck
        if not len(chosen) or until.struck:
            return None
        lower, upper = arrays.lower.copy(), arrays.upper.copy()
        lower[chosen] = upper[chosen] = np.round(whole[chosen])
        lower[:members] = 1.0
        lower[player] = upper[player] = 0.0
        effort = Effort(self.options.gap, until, NEAR_NODES)
        try:
            solution = solve(arrays, options=self.options, effort=effort, lower=lower, upper=upper)
        except SolveError:
            return None
        self.limit_struck |= solution.limit_struck
        return self._remember(solution.values)

    def _classes(self) -> list[list[int]]:
        """The columns of membership of players that are alike; a class each for the others."""
        classes = [columns.tolist() for columns in self.joined.alike]
        return classes + [[p] for p in range(len(self.joined.players)) if p not in set().union(*classes)]

    def _stated(self, question: Question, unit: float) -> LinearModel:
        arrays = self.joined.arrays
        n = len(self.joined.players)
        cost = arrays.cost / unit
        offset = arrays.offset / unit
        membership = question.shares / unit
        match question.weighing:
            case Weighing.PLAIN:
                offset += question.level / unit
            case Weighing.PER_CAPITA:
                membership = membership - question.level / unit
            case Weighing.PROPORTIONAL:
                cost, offset = cost * (1.0 + question.level), offset * (1.0 + question.level)
        cost[:n] -= membership
        lower = arrays.lower
        if question.holding is not None:
            lower = lower.copy()
            lower[question.holding] = 1.0
        model = replace(arrays, cost=cost, offset=offset, lower=lower)
        if question.moving is None:
            return model
        if any(np.ptp(question.moving[:, columns], axis=1).any() for columns in self.joined.alike):
            raise ValueError("directions must be the same for players that are alike")
        return moving_along(model, question.moving)

    def _tightened(self, model: LinearModel) -> LinearModel:
        """The model with rows of links; those that bind at one question are there from the start at the next."""
        if not self.joined.links:
            return model
        wider, self._binding = tightened(model, self.joined.links, self._binding, self.deadline)
        return wider

    def _start(self, question: Question, width: int) -> NDArray[np.float64] | None:
        """The plan at hand that is worst off, completed by nothing known of further columns."""
        if not self._plans:
            return None
        members = np.array([self.joined.inside(plan.values) for plan in self._plans], dtype=np.float64)
        costs = np.array([plan.cost.cost for plan in self._plans])
        excess = members @ question.shares - costs - question.level * question.weighing.slopes(members, costs)
        if question.holding is not None:
            excess[members[:, question.holding] == 0.0] = -math.inf
        if question.moving is not None:
            excess[~(members @ question.moving.T).any(axis=1)] = -math.inf
        worst = int(excess.argmax())
        if math.isinf(excess[worst]):
            return None
        start, values = np.full(width, np.nan), self._plans[worst].values
        start[: len(values)] = values
        return start

    def _remember(self, values: NDArray[np.float64]) -> _Plan:
        purchases, freight = self.joined.parts(values)
        cost = CoalitionCost(purchases + freight, -math.inf, purchases, freight)
        plan = _Plan(cost, values)
        self._plans.append(plan)
        return plan


def _by_column(question: Question, payer: NDArray[np.int64]) -> Question:
    """The question with the players in the order of the columns that they stand behind."""
    holding = None if question.holding is None else int(np.flatnonzero(payer == question.holding)[0])
    moving = None if question.moving is None else question.moving[:, payer]
    return replace(question, shares=question.shares[payer], holding=holding, moving=moving)
