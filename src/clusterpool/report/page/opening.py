"""What the pool saves, and what of it is proven."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.plan import FREIGHT
from clusterpool.report.cents import to_cents
from clusterpool.report.claims import core_claims, plan_claims, pooling_claims, verdict_of
from clusterpool.report.oddities import odd_claims
from clusterpool.report.page.tables import total_of
from clusterpool.report.rounded import percent_of

if TYPE_CHECKING:
    from clusterpool.report.book import Book, PartInCents
    from clusterpool.report.claims import Claim, Verdict
    from clusterpool.report.result import Result


@dataclass(frozen=True, slots=True)
class Opening:
    """The first figures, in cents.

    Parameters
    ----------
    pooling, odd, standing, core : tuple of Claim
        What may be said of pooling, of odd figures of members, of the plan, and of the core.
    today : int or None
        What all members pay today; None unless it is known of each.
    least_saving : int or None
        The saving if every member alone had the best plan there can be: the sum of the bounds of the members alone less
        the plan's cost. None where a member alone has no bound.
    most_saving : int or None
        The saving if the pool had the best plan there can be: the cost alone less the bound of the plan.
    """

    verdict: Verdict
    pooling: tuple[Claim, ...]
    odd: tuple[Claim, ...]
    standing: tuple[Claim, ...]
    core: tuple[Claim, ...]
    today: int | None
    alone: int
    pool: int
    saving: int
    saving_pct: float
    least_saving: int | None
    most_saving: int | None
    bound: int | None
    parts: tuple[PartInCents, ...]
    known_trips: PartInCents | None
    trips_known: int
    trips_complete: bool
    not_comparable: tuple[str, ...]

    @property
    def by_known_trips(self) -> bool:
        """Whether the figures hold with respect to the known trips only."""
        return self.known_trips is not None and not self.trips_complete


def opening_of(book: Book) -> Opening:
    """The first figures of a result."""
    result, plan, known = book.result, book.result.plan, book.result.known_trips
    rows = [(today,) for today in book.members["today"]]
    alone, pool, saving = (book.total(column) for column in ("alone", "pool", "saving"))
    codes = result.members["member"].tolist()
    return Opening(
        verdict=verdict_of(book),
        pooling=tuple(pooling_claims(book)),
        odd=tuple(odd_claims(book)),
        standing=tuple(plan_claims(book)),
        core=tuple(core_claims(book)),
        today=total_of(rows, 0),
        alone=alone,
        pool=pool,
        saving=saving,
        saving_pct=percent_of(saving, alone),
        least_saving=_least_saving(result),
        most_saving=alone - to_cents(plan.bound) if math.isfinite(plan.bound) else None,
        bound=to_cents(plan.bound) if math.isfinite(plan.bound) else None,
        parts=tuple(part for part in book.parts if part.cost > 0),
        known_trips=next(part for part in book.parts if part.part == FREIGHT) if known else None,
        trips_known=len(known.trips) if known else 0,
        trips_complete=bool(known and known.complete),
        not_comparable=tuple(c for c, ok in zip(codes, result.members["comparable"], strict=True) if not ok),
    )


def _least_saving(result: Result) -> int | None:
    bounds = dict(zip(result.coalitions["members"], result.coalitions["bound"], strict=True))
    least = [
        bounds.get(member, 0.0 if alone == 0.0 else -math.inf)
        for member, alone in zip(result.members["member"], result.members["alone"], strict=True)
    ]
    return to_cents(math.fsum(least) - result.plan.cost) if all(map(math.isfinite, least)) else None
