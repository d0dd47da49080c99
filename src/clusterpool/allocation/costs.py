"""What a coalition costs, how it is named, and who is asked for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

NAMED_AT_MOST = 5
BOUND_TOLERANCE = 1e-9


class Part(StrEnum):
    """A part of the cost of a coalition that is a game of its own."""

    PURCHASES = "purchases"
    FREIGHT = "freight"


@dataclass(frozen=True, slots=True)
class CoalitionCost:
    """What one coalition would pay by itself.

    Parameters
    ----------
    cost : float
        The cost of the best plan known, in the pool's currency.
    bound : float
        No plan of the coalition costs less; ``-inf`` where nothing is proven.
    purchases, freight : float
        The parts of `cost`; NaN where the split is not known.
    """

    cost: float
    bound: float
    purchases: float = math.nan
    freight: float = math.nan

    def of_part(self, part: Part) -> CoalitionCost:
        """The part's own cost rows as a cost; they are what the plan holds, so the bound is the cost itself."""
        cost = self.purchases if part is Part.PURCHASES else self.freight
        return CoalitionCost(cost, cost)


NOTHING = CoalitionCost(0.0, 0.0, 0.0, 0.0)
Coalition = frozenset[str]
Oracle = Callable[[Sequence[Coalition]], Sequence[CoalitionCost]]


def name_of(coalition: Iterable[str]) -> str:
    """A coalition for messages."""
    return "{" + ", ".join(sorted(coalition)) + "}"


def names_of(coalitions: Sequence[Coalition]) -> str:
    """The first of some coalitions for messages."""
    more = len(coalitions) - NAMED_AT_MOST
    return ", ".join(name_of(c) for c in coalitions[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def by_size(coalition: Coalition) -> tuple[int, list[str]]:
    """Smaller coalitions first, then by name."""
    return len(coalition), sorted(coalition)


def checked(coalition: Coalition, value: CoalitionCost) -> CoalitionCost:
    """The value, if it can be one; ValueError."""
    if not math.isfinite(value.cost):
        raise ValueError(f"the cost of {name_of(coalition)} is {value.cost}: it must be a finite number")
    if math.isnan(value.bound) or value.bound > value.cost + BOUND_TOLERANCE * max(1.0, abs(value.cost)):
        raise ValueError(
            f"the bound {value.bound} of {name_of(coalition)} must be a number not above its cost {value.cost}"
        )
    return value


def coalition_of(names: Iterable[str]) -> Coalition:
    """The coalition of some players; TypeError for one text."""
    if isinstance(names, str):
        raise TypeError(f"a coalition is a tuple of members: write ({names!r},), not {names!r}")
    return frozenset(names)


def refuse(coalitions: Sequence[Coalition]) -> Sequence[CoalitionCost]:
    """The oracle of a table: what it lacks cannot be solved."""
    raise ValueError(f"the table lacks the cost of {names_of(coalitions)}: add it")
