r"""The separation of a pool whose freight is too large for one MILP: it bounds, and proposes coalitions to be solved.

How much any coalition can gain is proven by a bounding model, no plan costs less, and by the relaxation of the whole
model over the known trips where that is small enough: the one has purchasing's whole numbers, the other has the trips.
Which coalitions gain most is looked for with an estimate of their costs,

    e(S) = p(S) + k + sum over the players of S of a_i,

with p(S) what purchasing at likely rates of carriage costs (a MILP with membership free), and a_i, k such that the
relaxation of e is c(N) for everybody and c(N without i) for everybody but one: freight is priced at what it adds to the
plan of all. Where pooling pays it is the large coalitions that shares treat worst, and near them the estimate is good.
What it proposes is only a coalition: its cost is that of the plan which is then made for it.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.plan import Stage
from clusterpool.separation.oracle import PoolSeparation
from clusterpool.solver import LpSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation import Answer, CoalitionCost, Question
    from clusterpool.separation.joined import Joined

Coalition = frozenset[str]
PROPOSED = 2
"""At most so many coalitions are proposed at once, those that the estimate finds treated worst."""
ROOT = 1
"""The most nodes of a search with the estimate."""
RELAXED = 30_000
"""Up to so many columns the relaxation of the whole model is solved."""


@dataclass(eq=False)
class EstimatedSeparation:
    """Bounds all coalitions' excesses by one model, and proposes coalitions by another.

    Parameters
    ----------
    bounding : PoolSeparation
        No plan of any coalition costs less than its model; it finds none.
    likely : Joined
        Purchasing at likely rates of carriage, with membership free.
    relaxed : PoolSeparation or None
        The linear relaxation of all blocks over the known trips, where it is solved in seconds.
    """

    bounding: PoolSeparation
    likely: Joined
    relaxed: PoolSeparation | None = None
    finds: bool = False
    _estimate: PoolSeparation | None = None

    @property
    def struck(self) -> bool:
        """Whether the time for questions is over."""
        return self.bounding.struck

    @contextmanager
    def within(self, part: float) -> Iterator[None]:
        """In its block questions may take no more than a part of the time that is left for them."""
        with ExitStack() as stack:
            for one in filter(None, (self.bounding, self.relaxed)):
                stack.enter_context(one.within(part))
            yield

    @property
    def limit_struck(self) -> bool:
        """Whether a time limit or an interrupt cut a question."""
        return any(one is not None and one.limit_struck for one in (self.bounding, self.relaxed, self._estimate))

    def __call__(self, question: Question) -> Answer:
        """A bound on what any coalition gains at some shares."""
        answers = [one(question) for one in (self.relaxed, self.bounding) if one is not None]
        return min(answers, key=lambda answer: answer.bound)

    def propose(self, question: Question, known: Mapping[Coalition, CoalitionCost]) -> list[Coalition]:
        """Unknown coalitions that the estimate finds treated worst; none unless everybody and all but one are known."""
        if self._estimate is None:
            self._estimate = self._fitted(known)
        if self._estimate is None or self.struck:
            return []
        self._estimate.deadline = self.bounding.deadline  # which the time that `within` leaves moves
        coarse = float(np.abs(question.shares).sum()) / 5000.0
        answer = self._estimate(replace(question, tolerance=max(question.tolerance, coarse)))
        proposed = dict.fromkeys(coalition for coalition, _ in reversed(answer.found))
        return [coalition for coalition in proposed if coalition not in known][:PROPOSED]

    def prices(self) -> NDArray[np.float64]:
        """What each player's needs are worth in the bounding model."""
        return self.bounding.prices()

    def seeds(self) -> Sequence[tuple[Coalition, CoalitionCost]]:
        """No plans are at hand."""
        return self.bounding.seeds()

    def _fitted(self, known: Mapping[Coalition, CoalitionCost]) -> PoolSeparation | None:
        """The estimate, where what it is fitted to is known."""
        players = self.likely.players
        everybody = frozenset(players)
        without = [everybody - {player} for player in players]
        if not {everybody, *without} <= known.keys():
            return None
        arrays = self.likely.arrays
        session = LpSession(replace(arrays, row_upper=np.append(float(len(players)), arrays.row_upper[1:])))
        session.set_bounds(np.arange(len(players)), 1.0, 1.0)
        whole, least = session.solve().objective, []
        for place in range(len(players)):
            session.set_bounds([place], 0.0, 0.0)
            least.append(session.solve().objective)
            session.set_bounds([place], 1.0, 1.0)
        total = known[everybody].cost
        costs = np.array([known[coalition].cost for coalition in without])
        added = (total - costs) - (whole - np.array(least))
        cost = arrays.cost.copy()
        cost[: len(players)] += added
        model = replace(arrays, cost=cost, offset=arrays.offset + total - whole - float(added.sum()))
        bounding = self.bounding
        joined = replace(self.likely, arrays=model)
        tell = bounding.progress
        said = None if tell is None else (lambda stage: tell(Stage("estimates", stage.done, 0)))
        return PoolSeparation(joined, bounding.plan, bounding.options, bounding.deadline, progress=said, nodes=ROOT)
