"""The result of a pool: plain tables and facts that files, terminal text and further rules are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from clusterpool.allocation import Allocation
    from clusterpool.demand import Pool
    from clusterpool.freight.trips import KnownTrips
    from clusterpool.plan import Plan
    from clusterpool.solver import SolveOptions

MONEY_OF_MEMBERS = (
    "today",
    "alone",
    "pool",
    "saving",
    "saving_pct",
    "purchases_saving",
    "freight_saving",
    "own_effort",
    "merit_of_pooling",
)
MEMBER_COLUMNS = ("member", "cluster", *MONEY_OF_MEMBERS, "comparable", "rank")
CLUSTER_COLUMNS = ("cluster", "members", *MONEY_OF_MEMBERS, "comparable", "rank")
SETTLEMENT_COLUMNS = ("from", "to", "amount")
COALITION_COLUMNS = ("members", "cost", "bound", "purchases", "freight")


@dataclass(frozen=True, eq=False, kw_only=True)
class Result:
    """What a pool costs, who pays what, and what proves it; all figures are unrounded.

    Parameters
    ----------
    members, clusters : pandas.DataFrame
        Columns `MEMBER_COLUMNS` and `CLUSTER_COLUMNS`: what each pays today, alone and in the pool. Unknown is NaN.
    settlement : pandas.DataFrame
        Columns `SETTLEMENT_COLUMNS`: who pays whom, given who advances which rows of the plan.
    coalitions : pandas.DataFrame
        Columns `COALITION_COLUMNS`: every coalition solved, members joined by ``|``, by size and then by members.
    allocation : clusterpool.allocation.Allocation
        The shares, the rule that made them and what is known of the core.
    known_trips : clusterpool.freight.trips.KnownTrips or None
        The trips that every plan chose among; None without freight.
    reproducible : bool
        Whether no time limit or interrupt cut any search, so that another run gives the same bytes.
    """

    pool: Pool
    plan: Plan
    members: pd.DataFrame
    clusters: pd.DataFrame
    settlement: pd.DataFrame
    coalitions: pd.DataFrame
    allocation: Allocation
    known_trips: KnownTrips | None
    options: SolveOptions
    reproducible: bool
