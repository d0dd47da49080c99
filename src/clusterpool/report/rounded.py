"""The result's tables as files hold them: money in cents that add up (see `report.cents`), other figures in full."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.plan import PLAN_COLUMNS
from clusterpool.reading import guarded
from clusterpool.report.cents import cents_text, round_to_cents, split_cents, to_cents
from clusterpool.report.settlement import directly, settle
from clusterpool.report.tables import COLUMNS, Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterpool.report.result import Result

DECIMALS = 9
"""Digits after the point of figures that are not money."""

PERCENT_DECIMALS = 2
"""Digits of `saving_pct`, which is for reading; every other figure is for recomputing."""
_SUMMED = ("today", "alone", "pool", "saving", "purchases_saving", "freight_saving", "own_effort", "merit_of_pooling")

Cents = dict[str, list[int | None]]
"""Columns of money in cents, by name; None where unknown."""


def file_tables(result: Result) -> dict[str, list[list[str]]]:
    """Every table that is written as a CSV file: rows of text, the header first, by the file's name without suffix."""
    members = member_cents(result)
    plan = plan_cents(result)
    tables = {"savings": _texts("members", result.members, members)}
    tables["clusters"] = _texts("clusters", result.clusters, cluster_cents(result, members))
    for name, frame in result.plan.tables.items():
        tables[name] = _texts(name, frame, {"cost": list(plan[name])})
    payments = settlement_cents(result)
    tables["settlement"] = _texts("settlement", payments, {"amount": payments["amount"].tolist()})
    tables["coalitions"] = _texts("coalitions", result.coalitions, coalition_cents(result))
    return tables


def member_cents(result: Result) -> Cents:
    """The columns of money of the members in cents; see the rules in `report.cents`."""
    frame = result.members
    today = _known_cents(frame["today"].tolist())
    alone = round_to_cents(frame["alone"].tolist())
    pool = round_to_cents(frame["pool"].tolist(), to_cents(result.plan.cost))
    saving = [a - p for a, p in zip(alone, pool, strict=True)]
    parts = [
        split_cents(*row)
        for row in zip(saving, frame["purchases_saving"].tolist(), frame["freight_saving"].tolist(), strict=True)
    ]
    effort = [
        None if math.isnan(true) or t is None else t - a
        for true, t, a in zip(frame["own_effort"].tolist(), today, alone, strict=True)
    ]
    return {
        "today": today,
        "alone": list(alone),
        "pool": list(pool),
        "saving": list(saving),
        "purchases_saving": [purchases for purchases, _ in parts],
        "freight_saving": [freight for _, freight in parts],
        "own_effort": effort,
        "merit_of_pooling": list(saving),
    }


def cluster_cents(result: Result, members: Cents) -> Cents:
    """The columns of money of the clusters: sums of their members' cents; unknown where the result states none."""
    place = {member: row for row, member in enumerate(result.members["member"])}
    rows = [[place[member] for member in result.pool.clusters[cluster]] for cluster in result.clusters["cluster"]]
    return {
        name: [
            None if math.isnan(true) else sum(members[name][row] or 0 for row in chosen)
            for true, chosen in zip(result.clusters[name].tolist(), rows, strict=True)
        ]
        for name in _SUMMED
    }


def plan_cents(result: Result) -> dict[str, list[int]]:
    """The cost columns of the plan's tables in cents; all together add up to the plan's cost rounded to the cent."""
    tables = result.plan.tables
    everything = round_to_cents(
        [cost for name in PLAN_COLUMNS for cost in tables[name]["cost"].tolist()], to_cents(result.plan.cost)
    )
    cents: dict[str, list[int]] = {}
    for name in PLAN_COLUMNS:
        cents[name], everything = everything[: len(tables[name])], everything[len(tables[name]) :]
    return cents


def settlement_cents(result: Result) -> pd.DataFrame:
    """The payments of the settlement with `amount` in cents, made from the cents of shares and advances."""
    members, plan = member_cents(result), plan_cents(result)
    shares = {
        member: share
        for member, share in zip(result.members["member"], members["pool"], strict=True)
        if share is not None
    }
    payers = {name: frame["member"].tolist() for name, frame in result.plan.tables.items() if "member" in frame}
    return settle(shares, payers, plan)


def direct_settlement(result: Result) -> pd.DataFrame:
    """The payments between members without an account, in the currency and exact to the cent."""
    payments = direct_cents(result)
    return payments.assign(amount=payments["amount"] / 100)


def direct_cents(result: Result) -> pd.DataFrame:
    """The same with `amount` in cents."""
    return directly(settlement_cents(result))


def direct_rows(result: Result) -> list[list[str]]:
    """The same as rows of text, as files hold them."""
    payments = direct_cents(result)
    return _texts("settlement", payments, {"amount": payments["amount"].tolist()})


def percent_of(saving: int | None, alone: int | None) -> float:
    """A saving in percent of the cost alone, both in cents; 0 where that is 0, NaN where one is unknown."""
    if saving is None or alone is None:
        return math.nan
    return 100.0 * saving / alone if alone else 0.0


def coalition_cents(result: Result) -> Cents:
    """The columns of money of the coalitions in cents: a single member costs what it costs alone, the pool its plan."""
    frame = result.coalitions
    alone = dict(zip(result.members["member"], member_cents(result)["alone"], strict=True))
    cost = [
        to_cents(value) if (known := alone.get(members)) is None else known
        for members, value in zip(frame["members"], frame["cost"].tolist(), strict=True)
    ]
    parts = [
        (None, None) if math.isnan(purchases) or math.isnan(freight) else split_cents(whole, purchases, freight)
        for whole, purchases, freight in zip(cost, frame["purchases"].tolist(), frame["freight"].tolist(), strict=True)
    ]
    bounds = zip(frame["bound"].tolist(), cost, strict=True)
    return {
        "cost": list(cost),
        "bound": [min(to_cents(bound), whole) if math.isfinite(bound) else None for bound, whole in bounds],
        "purchases": [purchases for purchases, _ in parts],
        "freight": [freight for _, freight in parts],
    }


def _known_cents(values: Sequence[float]) -> list[int | None]:
    rounded = iter(round_to_cents([value for value in values if not math.isnan(value)]))
    return [None if math.isnan(value) else next(rounded) for value in values]


def _texts(table: str, frame: pd.DataFrame, money: Mapping[str, Sequence[int | None]]) -> list[list[str]]:
    columns = [
        [_cell_of_money(cents) for cents in money[name]]
        if name in money
        else [
            number_text(percent_of(*row), PERCENT_DECIMALS) for row in zip(money["saving"], money["alone"], strict=True)
        ]
        if name == "saving_pct"
        else _cells(kind_of(table, name), frame[name])
        for name in COLUMNS[table]
    ]
    return [list(COLUMNS[table]), *(list(row) for row in zip(*columns, strict=True))]


def _cell_of_money(cents: int | None) -> str:
    return "" if cents is None else cents_text(int(cents))


def _cells(kind: Kind, cells: pd.Series) -> list[str]:
    values: Iterable[Any] = cells.tolist()
    if kind is Kind.NUMBER:
        return [number_text(float(value)) for value in values]
    if kind is Kind.DAY:
        return [day.strftime("%Y-%m-%d") for day in pd.to_datetime(cells)]
    if kind is Kind.PLACE:
        return ["" if pd.isna(value) else str(value) for value in values]
    if kind is Kind.FLAG:
        return ["true" if value else "false" for value in values]
    return [guarded(str(value)) for value in values]


def number_text(value: float, decimals: int = DECIMALS) -> str:
    """A figure with a decimal point and no more digits than it needs; NaN is blank.

    Examples
    --------
    >>> number_text(1200.0), number_text(0.1 + 0.2), number_text(float("nan")), number_text(-1e-12)
    ('1200', '0.3', '', '0')
    """
    if math.isnan(value):
        return ""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
