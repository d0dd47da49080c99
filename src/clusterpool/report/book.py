"""Every amount of a result in cents, each rounded once: what stands in two places comes from here (see `report.cents`).

- A member's cost alone and its share are those of ``savings.csv``, wherever they stand; the plan's cost is its own.
- A group of several members costs its unrounded cost to the nearest cent, as ``coalitions.csv`` has it, a group of one
  what the member costs alone, all members together what the plan costs. Members without needs change nothing.
- What a group pays, saves or exceeds its cost by is the difference or sum of these cents.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from clusterpool.plan import ACCURACY, relative_gap
from clusterpool.report.cents import CENTS, split_cents, to_cents
from clusterpool.report.rounded import coalition_cents, member_cents
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterpool.allocation import CoreStatus
    from clusterpool.report.result import Result
    from clusterpool.report.rounded import Cents

Group = frozenset[str]


class PartInCents(NamedTuple):
    """A part of the plan in cents; a bound is None where nothing is proven. The gaps are parts of the cost."""

    part: str
    cost: int
    bound: int | None
    gap: float
    bound_on_known_trips: int | None
    gap_on_known_trips: float


class CoreInCents(NamedTuple):
    """The report on the core in cents: the worst group and its excess; `beyond` is None where nothing bounds some."""

    status: CoreStatus
    coalition: tuple[str, ...]
    excess: int
    beyond: int | None


class Merit(NamedTuple):
    """A group of members, and what it saves, in cents."""

    coalition: tuple[str, ...]
    merit: int


@dataclass(frozen=True, eq=False)
class Book:
    """The amounts of a result in cents; `members` as `member_cents` gives them."""

    result: Result
    members: Cents

    @staticmethod
    def of(result: Result) -> Book:
        """The book of a result."""
        return Book(result, member_cents(result))

    def total(self, column: str) -> int:
        """The sum of a column of the members that is known for each."""
        return sum(cents or 0 for cents in self.members[column])

    @property
    def cost(self) -> int:
        """What the plan costs."""
        return to_cents(self.result.plan.cost)

    @property
    def alone(self) -> float:
        """What the members' plans alone cost, unrounded."""
        return math.fsum(self.result.members["alone"])

    def of_member(self, column: str) -> dict[str, int]:
        """A column of the members by their codes."""
        return {
            code: cents or 0 for code, cents in zip(self.result.members["member"], self.members[column], strict=True)
        }

    @cached_property
    def parts(self) -> tuple[PartInCents, ...]:
        """The parts of the plan; their costs add up to the plan's."""
        rows = rows_of(self.result.plan.parts)
        costs = split_cents(self.cost, *(row["cost"] for row in rows))
        return tuple(_part(row, cost) for row, cost in zip(rows, costs, strict=True))

    @cached_property
    def active(self) -> Group:
        """The members that have needs."""
        pool = self.result.pool
        return frozenset(pool.table("purchases")["member"]) | frozenset(pool.table("shipments")["member"])

    @cached_property
    def groups(self) -> dict[Group, int]:
        """What each group of members with needs costs whose plan is known."""
        codes, costs = self.result.coalitions["members"], coalition_cents(self.result)["cost"]
        known = (
            (self.active.intersection(members.split("|")), cost) for members, cost in zip(codes, costs, strict=True)
        )
        return {group: cost or 0 for group, cost in known if group}

    @property
    def solved(self) -> int:
        """How many groups of members with needs have a known plan."""
        return len(self.groups)

    @property
    def every(self) -> int:
        """How many groups of members with needs there are."""
        return int(2 ** len(self.active)) - 1

    def group_costs(self, inside: Iterable[str], cost: float) -> int | None:
        """What a group costs whose unrounded cost is `cost`; None where that is not known."""
        if not math.isfinite(cost):
            return None
        group = self.active.intersection(inside)
        if group == self.active:
            return self.cost
        return self.of_member("alone")[next(iter(group))] if len(group) == 1 else to_cents(cost)

    def group_pays(self, inside: Iterable[str]) -> int:
        """What a group's members pay in the pool."""
        pays = self.of_member("pool")
        return sum(pays[member] for member in inside)

    @cached_property
    def core(self) -> CoreInCents:
        """The report on the core."""
        core = self.result.allocation.core
        excess = to_cents(core.worst_excess) if math.isfinite(core.worst_excess) else 0
        if (cost := self.groups.get(frozenset(core.worst_coalition))) is not None:
            excess = self.group_pays(core.worst_coalition) - cost
        beyond = max(to_cents(core.excess_bound), excess) if math.isfinite(core.excess_bound) else None
        return CoreInCents(core.status, core.worst_coalition, excess, beyond)

    def best_group(self) -> Merit | None:
        """The known group that saves most against its members alone; None where none saves anything."""
        alone = self.of_member("alone")
        merits = (
            Merit(tuple(sorted(group)), sum(map(alone.__getitem__, group)) - cost) for group, cost in self._parts()
        )
        best = max(merits, key=lambda one: (one.merit, one.coalition), default=None)
        return best if best is not None and best.merit > self._negligible else None

    def cheapest_apart(self) -> Merit | None:
        """A known group that makes, with the others together or each alone, known plans cheaper than the plan of all.

        None where no group does so by more than all alone do.
        """
        alone = self.of_member("alone")
        every, best = sum(alone[member] for member in self.active), None
        least = min(self.cost, every) - self._negligible
        for group, cost in self._parts():
            others = min(every - sum(alone[member] for member in group), self.groups.get(self.active - group, every))
            if cost + others < least:
                least, best = cost + others, group
        return None if best is None else Merit(tuple(sorted(best)), self.cost - least)

    def _parts(self) -> Iterable[tuple[Group, int]]:
        """The known groups but that of all, in the order of the table."""
        return ((group, cost) for group, cost in self.groups.items() if group != self.active)

    @property
    def _negligible(self) -> int:
        """In cents: what sums of rounded costs can be wrong by, and what solvers can."""
        return len(self.active) + int(ACCURACY * CENTS * abs(self.alone))


def _part(row: dict[str, float | str], cost: int) -> PartInCents:
    bounds = [_bound(float(row[name]), float(row["cost"]), cost) for name in ("bound", "bound_on_known_trips")]
    return PartInCents(str(row["part"]), cost, *bounds[0], *bounds[1])


def _bound(bound: float, cost: float, cents: int) -> tuple[int | None, float]:
    if not math.isfinite(bound):
        return None, math.nan
    return min(to_cents(bound), cents), relative_gap(cost, bound)
