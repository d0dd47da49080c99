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


def directly(payments: pd.DataFrame) -> pd.DataFrame:
    """The same settlement without an account: members pay each other, and the one that owes most pays the joint bills.

    Parameters
    ----------
    payments : pandas.DataFrame
        As `settle` gives them, in cents or in the currency.

    Returns
    -------
    pandas.DataFrame
        One row to POOL, where the account had bills of its own: the member that owes most (ties by name) pays them for
        all. Then, of n members, at most n - 1 payments between members: the largest debt is paid to the largest credit.

    Examples
    --------
    >>> rows = [("A", "POOL", 70), ("B", "POOL", 20), ("POOL", "C", 30)]
    >>> through = pd.DataFrame(rows, columns=list(SETTLEMENT_COLUMNS))
    >>> directly(through).to_numpy().tolist()
    [['A', 'POOL', 60], ['A', 'C', 10], ['B', 'C', 20]]
    """
    rows = list(payments.itertuples(index=False, name=None))
    owed = {payer if to == ACCOUNT else to: amount if to == ACCOUNT else -amount for payer, to, amount in rows}
    bills = _total(list(owed.values()))
    first = []
    if bills > NEGLIGIBLE:
        bearer = max(sorted(owed), key=lambda member: owed[member])
        owed[bearer] -= bills
        first = [(bearer, ACCOUNT, bills)]
    return pd.DataFrame([*first, *_netted(owed)], columns=list(SETTLEMENT_COLUMNS))


def _netted(owed: dict[str, float]) -> list[tuple[str, str, float]]:
    """Payments from those who owe to those who are owed; each settles at least one of the two."""
    found: list[tuple[str, str, float]] = []
    while True:
        debtor = max(sorted(owed), key=lambda member: owed[member], default="")
        creditor = min(sorted(owed), key=lambda member: owed[member], default="")
        amount = min(owed[debtor], -owed[creditor]) if owed else 0
        if amount <= NEGLIGIBLE:
            return sorted(found)
        found.append((debtor, creditor, amount))
        owed[debtor] -= amount
        owed[creditor] += amount


def _total(amounts: Sequence[float]) -> float:
    return sum(amounts) if all(isinstance(amount, int) for amount in amounts) else math.fsum(amounts)
