"""The coalitions that a row generation knows so far, each as a row of its linear programs."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.allocation.coalitions import ListedCoalitions
from clusterpool.allocation.programs import CoalitionRows, Rows
from clusterpool.allocation.row_generation.separation import Question, Weighing
from clusterpool.errors import NoPlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from clusterpool.allocation.costs import Coalition, CoalitionCost
    from clusterpool.allocation.game import CostGame
    from clusterpool.allocation.row_generation.separation import Separation

ACCURACY = 1e-4
"""Values are certified to this part of c(N)."""
SOLVES_PART = 0.6
"""The part of the time left for questions that solves of everybody but one may take."""
AT_ONCE = 2
"""So many coalitions at least are solved between two looks at the clock; as many more as fit into `BATCH_S`."""
BATCH_S = 10.0
SAME = 1e-9
"""A plan that is cheaper by less than this part of c(N) is no news."""


@dataclass(eq=False)
class Ledger:
    """The known coalitions of a game without idle players, but nobody and everybody, and who finds more.

    Money is counted in units of c(N), so that programs are well scaled. The game itself does not learn what is found
    on the way: its other coalitions are planned with more care than a search gives to what it passes.

    Parameters
    ----------
    game : CostGame
        Without idle players; everybody is solved for it.
    separation : Separation
    accuracy : float
        Values are certified to this part of c(N).
    questions : int
        How many were asked.
    most : int, optional
        So many coalitions the game may have solved before proposed ones are no longer solved.
    """

    game: CostGame
    separation: Separation
    accuracy: float = ACCURACY
    questions: int = 0
    most: int | None = None
    known: dict[Coalition, CoalitionCost] = field(default_factory=dict)

    def __post_init__(self) -> None:
        everybody = frozenset(self.game.players)
        self.scale = abs(self.game.cost(everybody)) or 1.0
        self.total = self.game.cost(everybody) / self.scale
        self.learn((c, value) for c, value in self.game.solved.items() if c != everybody)

    def sow(self) -> None:
        """Begin with each player alone and the coalitions whose plans the separation has at hand.

        A separation that finds no plans learns from everybody but one.
        """
        everybody = frozenset(self.game.players)
        self.game.solve(frozenset((player,)) for player in self.game.players)
        if not self.separation.finds:
            self.solve_in_time([everybody - {player} for player in self.game.players], SOLVES_PART)
        self.learn((c, value) for c, value in self.game.solved.items() if c != everybody)
        self.learn(self.separation.seeds())

    def solve_in_time(self, coalitions: Sequence[Coalition], part: float) -> None:
        """Solve coalitions a few at a time, as far as a part of the time for questions allows, and learn them."""
        left, size = list(coalitions), AT_ONCE
        with self.separation.within(part):
            while left and not self.separation.struck:
                some, left, begun = left[:size], left[size:], time.monotonic()
                try:
                    self.learn(zip(some, self.game.values(some), strict=True))
                except NoPlanError:
                    return
                size = 2 * size if time.monotonic() - begun < BATCH_S else AT_ONCE

    @property
    def n(self) -> int:
        """The number of players."""
        return len(self.game.players)

    @property
    def alone(self) -> NDArray[np.float64]:
        """What each player pays alone, in units of c(N)."""
        return np.array([self.game.cost((player,)) for player in self.game.players]) / self.scale

    def fixed(self) -> Rows:
        """Equalities that the shares of every rule meet: x(N) = c(N), and players that are alike pay the same."""
        unit = dict(zip(self.game.players, np.eye(self.n), strict=True))
        same = [unit[one] - unit[other] for some in self.game.alike for one, other in pairwise(some)]
        return Rows(np.vstack([np.ones(self.n), *same]), np.append(self.total, np.zeros(len(same))))

    def learn(self, found: Iterable[tuple[Coalition, CoalitionCost]]) -> int:
        """Add coalitions, or cheaper plans and better bounds of known ones; how many costs were news."""
        news = 0
        for coalition, value in found:
            old = self.known.get(coalition)
            if old is None or value.cost < old.cost - SAME * self.scale:
                news += 1
            best = value if old is None or value.cost < old.cost else old
            bound = max(value.bound, -math.inf if old is None else old.bound)
            self.known[coalition] = replace(best, bound=min(best.cost, bound))
        return news

    def members(self) -> NDArray[np.float64]:
        """The incidence rows of the known coalitions."""
        players = self.game.players
        rows = np.array([[p in coalition for p in players] for coalition in self.known], dtype=np.float64)
        return rows.reshape(-1, self.n)

    def rows(self, weighing: Weighing = Weighing.PLAIN) -> CoalitionRows:
        """The rows x(S) - slope(S) t <= c(S) of all known coalitions."""
        members, costs = self.members(), np.array([value.cost for value in self.known.values()]) / self.scale
        slopes = weighing.slopes(members, costs)
        return CoalitionRows(ListedCoalitions(members), costs, slopes, np.ones(len(costs), dtype=np.bool_))

    def ask(self, question: Question) -> tuple[float, int]:
        """Ask in units of c(N): the bound, and how many coalitions are news."""
        self.questions += 1
        asked = self._in_currency(question)
        answer = self.separation(asked)
        found = answer.found
        if question.holding is None and question.moving is None:
            pays = dict(zip(self.game.players, asked.shares.tolist(), strict=True))
            found = [(c, _bounded(c, value, asked, pays, answer.bound)) for c, value in found]
        return answer.bound / self.scale, self.learn(found)

    def look(self, question: Question) -> int:
        """Solve what the separation proposes for a question in units of c(N); how many coalitions are news."""
        if self.separation.finds or self.separation.struck:
            return 0
        self.questions += 1
        everybody = frozenset(self.game.players)
        known = {**self.known, everybody: self.game.value(everybody)}
        proposed = self.separation.propose(self._in_currency(question), known)[: self._left]
        try:
            return self.learn(zip(proposed, self.game.values(proposed), strict=True))
        except NoPlanError:
            return 0

    @property
    def _left(self) -> int | None:
        """How many coalitions may still be solved; None where that is not limited."""
        return None if self.most is None else max(0, self.most - self.game.solves)

    def _in_currency(self, question: Question) -> Question:
        unit = 1.0 if question.weighing is Weighing.PROPORTIONAL else self.scale
        shares, tolerance = question.shares * self.scale, question.tolerance * self.scale
        enough = question.enough * self.scale
        asked = replace(question, shares=shares, level=question.level * unit, tolerance=tolerance, enough=enough)
        if question.so_far is None:
            return asked
        lower, upper = question.so_far
        return replace(asked, so_far=(lower * unit, upper * unit))


def _bounded(
    coalition: Coalition, value: CoalitionCost, question: Question, pays: Mapping[str, float], bound: float
) -> CoalitionCost:
    """What a bound on all excesses proves about c(S): x(S) - c(S) - level * slope(S) <= bound."""
    least = math.fsum(pays[player] for player in coalition) - bound
    match question.weighing:
        case Weighing.PLAIN:
            least -= question.level
        case Weighing.PER_CAPITA:
            least -= question.level * len(coalition)
        case Weighing.PROPORTIONAL:
            least /= 1.0 + question.level
    return replace(value, bound=min(value.cost, max(value.bound, least)))
