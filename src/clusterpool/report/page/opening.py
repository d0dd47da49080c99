"""What the pool saves, and what of it is proven."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clusterpool.plan import FREIGHT, relative_gap
from clusterpool.report.cents import to_cents
from clusterpool.report.page.tables import total_of
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from clusterpool.report.result import Result
    from clusterpool.report.rounded import Cents


class Verdict(StrEnum):
    """What the figures come to."""

    SAVES = "saves"
    NOTHING = "nothing"
    DEARER = "dearer"


@dataclass(frozen=True, slots=True)
class Proof:
    """A cost and the least that any plan costs, in cents; `bound` is None where nothing is proven."""

    key: str
    cost: int
    bound: int | None
    gap_pct: float


@dataclass(frozen=True, slots=True)
class Opening:
    """The first figures, in cents.

    Parameters
    ----------
    today : int or None
        What all members pay today; None unless it is known of each.
    least_saving : int or None
        The saving if every member alone had the best plan there can be: the sum of the bounds of the members alone less
        the plan's cost. None where a member alone has no bound.
    most_saving : int or None
        The saving if the pool had the best plan there can be: the cost alone less the bound of the plan.
    """

    verdict: Verdict
    today: int | None
    alone: int
    pool: int
    saving: int
    saving_pct: float
    least_saving: int | None
    most_saving: int | None
    plan: Proof
    parts: tuple[Proof, ...]
    known_trips: Proof | None
    trips_known: int
    trips_complete: bool
    losers: tuple[str, ...]
    not_comparable: tuple[str, ...]

    @property
    def by_known_trips(self) -> bool:
        """Whether the figures hold with respect to the known trips only."""
        return self.known_trips is not None and not self.trips_complete


def opening_of(result: Result, cents: Cents) -> Opening:
    """The first figures of a result."""
    rows = list(zip(*(cents[name] for name in ("today", "alone", "pool", "saving")), strict=True))
    today, alone, pool, saving = (total_of(rows, column) for column in range(4))
    alone, pool, saving = alone or 0, pool or 0, saving or 0
    plan = result.plan
    codes = result.members["member"].tolist()
    parts = {row["part"]: row for row in rows_of(plan.parts)}
    known = result.known_trips
    freight = parts[FREIGHT]
    return Opening(
        verdict=Verdict.SAVES if saving > 0 else Verdict.NOTHING if saving == 0 else Verdict.DEARER,
        today=today,
        alone=alone,
        pool=pool,
        saving=saving,
        saving_pct=100.0 * saving / alone if alone else 0.0,
        least_saving=_least_saving(result),
        most_saving=alone - to_cents(plan.bound) if math.isfinite(plan.bound) else None,
        plan=_proof("plan", plan.cost, plan.bound),
        parts=tuple(_proof(row["part"], row["cost"], row["bound"]) for row in parts.values() if row["cost"] > 0),
        known_trips=_proof("known_trips", freight["cost"], freight["bound_on_known_trips"]) if known else None,
        trips_known=len(known.trips) if known else 0,
        trips_complete=bool(known and known.complete),
        losers=tuple(code for code, one in zip(codes, cents["saving"], strict=True) if (one or 0) < 0),
        not_comparable=tuple(c for c, ok in zip(codes, result.members["comparable"], strict=True) if not ok),
    )


def _proof(key: str, cost: float, bound: float) -> Proof:
    gap = 100.0 * relative_gap(cost, bound) if math.isfinite(bound) else math.nan
    return Proof(key, to_cents(cost), to_cents(bound) if math.isfinite(bound) else None, gap)


def _least_saving(result: Result) -> int | None:
    bounds = dict(zip(result.coalitions["members"], result.coalitions["bound"], strict=True))
    least = [
        bounds.get(member, 0.0 if alone == 0.0 else -math.inf)
        for member, alone in zip(result.members["member"], result.members["alone"], strict=True)
    ]
    return to_cents(math.fsum(least) - result.plan.cost) if all(map(math.isfinite, least)) else None
