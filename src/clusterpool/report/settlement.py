"""Who pays whom: the account POOL stands between what members advance and what they owe.

A member advances the `cost` of its own order and groupage rows; the account advances the rest (surplus, trips, charges
and what an unmet need is reckoned at). What a member owes beyond its advances it pays to the account, what it advanced
beyond its share it gets back.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.report.result import SETTLEMENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACCOUNT = "POOL"
ADVANCED_TABLES = ("orders", "loads")
NEGLIGIBLE = 1e-6
"""Payments up to this are left out: shares add up to the cost of the plan within it."""


def settle(
    shares: Mapping[str, float], members: Mapping[str, Sequence[str]], costs: Mapping[str, Sequence[float]]
) -> pd.DataFrame:
    """The payments that bring every member from its advances to its share.

    Parameters
    ----------
    shares : Mapping[str, float]
        What each member owes, in the currency or in cents.
    members, costs : Mapping[str, Sequence]
        Column `member` (blank: the account's) and `cost` of the plan's tables `orders` and `loads`, in the same unit.

    Returns
    -------
    pandas.DataFrame
        Columns `SETTLEMENT_COLUMNS`, at most one row a member, in the members' order; amounts are above 0.

    Examples
    --------
    >>> members, costs = {"orders": ["A", "B"], "loads": []}, {"orders": [60, 35], "loads": []}
    >>> settle({"A": 70, "B": 30}, members, costs).to_numpy().tolist()
    [['A', 'POOL', 10], ['POOL', 'B', 5]]
    """
    advanced: dict[str, list[float]] = {member: [-share] for member, share in shares.items()}
    for table in ADVANCED_TABLES:
        for member, cost in zip(members[table], costs[table], strict=True):
            if member:
                advanced[member].append(cost)
    owed = {member: -_total(amounts) for member, amounts in sorted(advanced.items())}
    rows = [
        (member, ACCOUNT, amount) if amount > 0 else (ACCOUNT, member, -amount)
        for member, amount in owed.items()
        if abs(amount) > NEGLIGIBLE
    ]
    return pd.DataFrame(rows, columns=list(SETTLEMENT_COLUMNS))


def _total(amounts: Sequence[float]) -> float:
    return sum(amounts) if all(isinstance(amount, int) for amount in amounts) else math.fsum(amounts)
