"""The comparison as a noun: totals of both results, each member's figures in both, rows of the input that differ."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusterpool.report.cents import CENTS, to_cents
from clusterpool.report.rounded import member_cents

if TYPE_CHECKING:
    from clusterpool.demand import Pool
    from clusterpool.report.result import Result


@dataclass(frozen=True, slots=True)
class Side:
    """One result as a whole; money in cents. `bound` is None where nothing is proven, `gap` likewise."""

    name: str
    members: int
    cost: int
    bound: int | None
    gap: float | None
    alone: int
    saving: int
    rule: str
    core: str
    unmet: int


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What a member pays alone and in the pool, before and after, in cents; None where it is no member there."""

    member: str
    name: str
    alone: tuple[int | None, int | None]
    pool: tuple[int | None, int | None]
    saving: tuple[int | None, int | None]

    @property
    def more(self) -> int | None:
        """What the member pays more in the second result; None where it is a member of one alone."""
        return difference(*self.pool)

    @property
    def saves_more(self) -> int | None:
        """What the member saves more in the second result; None where it is a member of one alone."""
        return difference(*self.saving)


@dataclass(frozen=True, slots=True)
class TableChange:
    """How many rows of a table of the input stand in the first result alone, and in the second alone."""

    table: str
    only_first: int
    only_second: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results side by side; members sorted, each in at least one of them."""

    currency: str
    first: Side
    second: Side
    members: tuple[MemberChange, ...]
    tables: tuple[TableChange, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; money in the currency."""
        return {
            "currency": self.currency,
            "first": _side(self.first),
            "second": _side(self.second),
            "more": (self.second.cost - self.first.cost) / CENTS,
            "saves_more": (self.second.saving - self.first.saving) / CENTS,
            "members": [_member(change) for change in self.members],
            "input": {
                change.table: {"only_first": change.only_first, "only_second": change.only_second}
                for change in self.tables
            },
        }


def compare(first: Result, second: Result, *, names: tuple[str, str]) -> Comparison:
    """Set two results side by side.

    Parameters
    ----------
    names : pair of str
        What they are called.

    Raises
    ------
    ValueError
        Their currencies differ.
    """
    currencies = [result.pool.settings.currency for result in (first, second)]
    if currencies[0] != currencies[1]:
        raise ValueError(f"the amounts do not compare: {names[0]} is in {currencies[0]}, {names[1]} in {currencies[1]}")
    figures = [_figures(result) for result in (first, second)]
    called = {**_names(second.pool), **_names(first.pool)}
    members = (
        MemberChange(member, called[member], *(_pair(figures, member, key) for key in ("alone", "pool", "saving")))
        for member in sorted(called)
    )
    return Comparison(
        currency=currencies[0],
        first=_of(first, names[0]),
        second=_of(second, names[1]),
        members=tuple(members),
        tables=tuple(_changes(first.pool, second.pool)),
    )


def difference(before: int | None, after: int | None) -> int | None:
    """After less before, where both are known."""
    return None if before is None or after is None else after - before


def _of(result: Result, name: str) -> Side:
    cents, plan = member_cents(result), result.plan
    proven = math.isfinite(plan.bound)
    return Side(
        name=name,
        members=len(result.members),
        cost=to_cents(plan.cost),
        bound=to_cents(plan.bound) if proven else None,
        gap=plan.gap if proven else None,
        alone=sum(amount or 0 for amount in cents["alone"]),
        saving=sum(amount or 0 for amount in cents["saving"]),
        rule=result.allocation.rule.value,
        core=result.allocation.core.status.value,
        unmet=len(plan.unmet),
    )


def _figures(result: Result) -> dict[str, dict[str, int | None]]:
    cents = member_cents(result)
    return {
        member: {key: cents[key][place] for key in ("alone", "pool", "saving")}
        for place, member in enumerate(result.members["member"])
    }


def _pair(figures: list[dict[str, dict[str, int | None]]], member: str, key: str) -> tuple[int | None, int | None]:
    before, after = (side.get(member, {}).get(key) for side in figures)
    return before, after


def _names(pool: Pool) -> dict[str, str]:
    table = pool.table("members")
    return dict(zip(table["member"], table["name"], strict=True))


def _changes(first: Pool, second: Pool) -> list[TableChange]:
    """Tables of which rows differ; equal rows count as often as they stand there."""
    found = []
    for name in first.tables:
        rows = [Counter(map(_row, pool.tables[name].itertuples(index=False, name=None))) for pool in (first, second)]
        change = TableChange(name, (rows[0] - rows[1]).total(), (rows[1] - rows[0]).total())
        if change.only_first or change.only_second:
            found.append(change)
    return found


def _row(row: tuple[Any, ...]) -> tuple[str, ...]:
    """A row that equals itself, NaN or not."""
    return tuple(map(repr, row))


def _side(side: Side) -> dict[str, Any]:
    money = {key: getattr(side, key) / CENTS for key in ("cost", "alone", "saving")}
    bound = None if side.bound is None else side.bound / CENTS
    facts = {key: getattr(side, key) for key in ("name", "members", "gap", "rule", "core", "unmet")}
    return {**facts, **money, "bound": bound}


def _member(change: MemberChange) -> dict[str, Any]:
    pairs = {key: [_money(cents) for cents in getattr(change, key)] for key in ("alone", "pool", "saving")}
    more = {"more": _money(change.more), "saves_more": _money(change.saves_more)}
    return {"member": change.member, "name": change.name, **pairs, **more}


def _money(cents: int | None) -> float | None:
    return None if cents is None else cents / CENTS
