"""Known plans of the parts of a coalition, put together, where they cost less than its own plan."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clusterpool.search import CHEAPER, PieceCost, cheapest_pair, cheapest_partition, united

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from clusterpool.search import Task
    from clusterpool.solver import Deadline, SolveOptions

Coalition = frozenset[str]
Piece = tuple[int, Coalition]


@dataclass(frozen=True, eq=False)
class Together:
    """Looks among known plans for cheaper ones, and keeps them.

    Parameters
    ----------
    pieces : tuple of Task
        What the pooled model falls into.
    solved : dict
        The known plans by piece and coalition; it takes up what is found.
    """

    pieces: tuple[Task, ...]
    solved: dict[Piece, PieceCost]
    options: SolveOptions
    deadline: Deadline

    def of_pairs(self, asked: Collection[Piece]) -> list[Piece]:
        """Give each of some coalitions the plans of two parts, or of all its members, where these cost less.

        Smaller coalitions come first, so that what larger ones are compared with is as cheap as it gets. Gives those
        whose plan is another now.
        """
        known: dict[int, dict[Coalition, float]] = {}
        for (number, coalition), one in self.solved.items():
            known.setdefault(number, {})[coalition] = one.cost
        changed = []
        for number, coalition in sorted(asked, key=lambda piece: (piece[0], len(piece[1]), sorted(piece[1]))):
            cost, parts = cheapest_pair(coalition, known[number])
            if self._take(number, coalition, parts, cost):
                known[number][coalition] = self.solved[number, coalition].cost
                changed.append((number, coalition))
        return changed

    def of_partitions(self, coalitions: Sequence[Coalition]) -> dict[int, PieceCost]:
        """Give a coalition in each piece the plans of its cheapest known partition, where these cost less."""
        changed = {}
        for number, coalition in enumerate(coalitions):
            known = {some: one.cost for (place, some), one in self.solved.items() if place == number}
            if coalition in known:
                parts = cheapest_partition(coalition, known, options=self.options, deadline=self.deadline)
                cost = math.fsum(known[part] for part in parts) if parts else math.inf
                if self._take(number, coalition, parts, cost):
                    changed[number] = self.solved[number, coalition]
        return changed

    def _take(self, number: int, coalition: Coalition, parts: Sequence[Coalition], cost: float) -> bool:
        """Whether the plans of the parts together cost less than the coalition's own; if so they are kept as its."""
        own = self.solved[number, coalition]
        least = own.cost - CHEAPER * abs(own.cost)
        if cost >= least:
            return False
        plans = [self.solved[number, part] for part in parts]
        found = united(self.pieces[number], coalition, plans, options=self.options, deadline=self.deadline)
        if found is None or found.cost >= least:
            return False
        bound = min(own.bound, found.cost)
        self.solved[number, coalition] = replace(found, bound=bound, limit_struck=own.limit_struck)
        return True
