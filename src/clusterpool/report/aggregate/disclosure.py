"""Which totals may be shown: the threshold rule of statistical offices with complementary suppression.

A member stands behind a figure where it has a part in it that is not nought. A row is shown where at least
`FEWEST_MEMBERS` stand behind it. Where the total of all rows is shown too, the rows that are not shown add up to the
total less the others: so at least two are withheld together, and at least `FEWEST_MEMBERS` stand behind their sum; if
need be further rows are withheld, those with the fewest members first. The parts of the saving (purchases, freight) are
given for the whole pool alone: by cluster they would add up to figures that are shown elsewhere.

After A. Hundepool et al., Statistical Disclosure Control (Wiley, 2012), chapter 4 (minimum frequency, secondary
suppression). The rule guards against reading or subtracting; that one member makes up most of a figure is not hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.report.rounded import member_cents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from clusterpool.demand import Pool
    from clusterpool.report.result import Result
    from clusterpool.report.rounded import Cents

FEWEST_MEMBERS = 3
"""So many members stand at least behind every figure that is shown, and behind every difference of such figures."""
FEWEST_WITHHELD = 2
"""One row alone would be the total less the others."""


@dataclass(frozen=True, slots=True)
class ClusterTotal:
    """A row of the aggregate: sums over members in cents; None where unknown or withheld.

    Parameters
    ----------
    cluster : str
        Blank for the whole pool.
    members : int
        Of the cluster, with or without needs.
    shown : bool
        False where figures are withheld, which then are all None.
    """

    cluster: str
    members: int
    shown: bool
    today: int | None = None
    alone: int | None = None
    pool: int | None = None
    purchases_saving: int | None = None
    freight_saving: int | None = None

    @property
    def saving(self) -> int | None:
        """What the members save together."""
        return None if self.alone is None or self.pool is None else self.alone - self.pool

    @property
    def saving_pct(self) -> float | None:
        """The saving in percent of the cost alone."""
        return None if self.saving is None or not self.alone else 100.0 * self.saving / self.alone


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The rows of the clusters, sorted, and that of the whole pool."""

    rows: tuple[ClusterTotal, ...]
    total: ClusterTotal


def aggregate_of(result: Result) -> Aggregate:
    """What may be shown of a result to those who are no members."""
    cents, pool = member_cents(result), result.pool
    place = {member: row for row, member in enumerate(result.members["member"])}
    clusters = {name: [place[member] for member in members] for name, members in pool.clusters.items()}
    everybody = sorted(place.values())
    active = [bool(alone or share) for alone, share in zip(cents["alone"], cents["pool"], strict=True)]
    hidden = withheld_rows([sum(active[row] for row in rows) for rows in clusters.values()])
    today = _today(cents, list(clusters.values()), hidden)
    rows = tuple(
        ClusterTotal(name, len(members), shown=False)
        if number in hidden
        else ClusterTotal(
            name,
            len(members),
            shown=True,
            today=today[number],
            alone=_sum(cents, "alone", members),
            pool=_sum(cents, "pool", members),
        )
        for number, (name, members) in enumerate(clusters.items())
    )
    if sum(active) < FEWEST_MEMBERS:
        return Aggregate(rows, ClusterTotal("", len(everybody), shown=False))
    purchases, freight = _parts(cents, pool, result, everybody)
    total = ClusterTotal(
        cluster="",
        members=len(everybody),
        shown=True,
        today=today[-1],
        alone=_sum(cents, "alone", everybody),
        pool=_sum(cents, "pool", everybody),
        purchases_saving=purchases,
        freight_saving=freight,
    )
    return Aggregate(rows, total)


def withheld_rows(members: Sequence[int], already: AbstractSet[int] = frozenset()) -> set[int]:
    """The rows to withhold, where so many members stand behind each and the total of all is shown.

    Parameters
    ----------
    members : sequence of int
        How many stand behind each row.
    already : set of int
        Rows that are withheld for another reason.

    Examples
    --------
    >>> withheld_rows([5, 2, 4, 3])  # the row of two, and the smallest other, so that it is not alone
    {1, 3}
    >>> withheld_rows([1, 1, 4]), withheld_rows([3, 4])
    ({0, 1, 2}, set())
    """
    hidden = {row for row, count in enumerate(members) if count < FEWEST_MEMBERS} | already
    others = sorted(set(range(len(members))) - hidden, key=lambda row: (members[row], row))
    while hidden and others and not _safe(hidden, members):
        hidden.add(others.pop(0))
    return hidden


def _safe(hidden: AbstractSet[int], members: Sequence[int]) -> bool:
    return len(hidden) >= FEWEST_WITHHELD and sum(members[row] for row in hidden) >= FEWEST_MEMBERS


def _today(cents: Cents, clusters: Sequence[Sequence[int]], hidden: AbstractSet[int]) -> list[int | None]:
    """What is paid today in each row and, last, in all; a row with an unknown part is unknown, then so is the total."""
    sums = [_sum(cents, "today", rows) for rows in clusters]
    counts = [sum(bool(cents["today"][row]) for row in rows) for rows in clusters]
    known = all(value is not None for value in sums)
    few = {number for number, count in enumerate(counts) if count < FEWEST_MEMBERS}
    shunned = withheld_rows(counts, hidden) if known else few | hidden
    shown = [None if number in shunned else value for number, value in enumerate(sums)]
    total = sum(value or 0 for value in sums) if known and sum(counts) >= FEWEST_MEMBERS else None
    return [*shown, total]


def _parts(cents: Cents, pool: Pool, result: Result, everybody: Sequence[int]) -> tuple[int | None, int | None]:
    """The parts of the pool's saving, where enough members stand behind each."""
    buyers, carried = set(pool.table("purchases")["member"]), set(pool.table("shipments")["member"])
    shippers = carried | set(result.plan.loads["member"])
    if min(len(buyers), len(shippers)) < FEWEST_MEMBERS:
        return None, None
    return _sum(cents, "purchases_saving", everybody), _sum(cents, "freight_saving", everybody)


def _sum(cents: Cents, column: str, rows: Sequence[int]) -> int | None:
    values = [cents[column][row] for row in rows]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
