"""Per cluster and per member: today, alone, in the pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.report.page.tables import Column, Kind, Named, Table, total_of
from clusterpool.report.rounded import cluster_cents, percent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.report.page.names import Names
    from clusterpool.report.result import Result
    from clusterpool.report.rounded import Cents

_MONEY = (
    Column("today", Kind.MONEY),
    Column("own_effort", Kind.MONEY),
    Column("alone", Kind.MONEY),
    Column("merit", Kind.MONEY),
    Column("pool", Kind.MONEY),
)
_SOURCES = ("today", "own_effort", "alone", "saving", "pool")


@dataclass(frozen=True, slots=True)
class Step:
    """A bar on the way from today to the pool, `cents` long, between two points of a scale from 0 to 1."""

    key: str
    cents: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What a member gains by its own effort (None: unknown) and by the pool, in cents and as parts of the longest."""

    member: Named
    own_effort: int | None
    saving: int
    own_part: float
    saving_part: float


@dataclass(frozen=True, slots=True)
class Gains:
    """Tables and drawings of what each gains; `steps` are sums over the `steps_of` members whose today is known."""

    clusters: Table
    members: Table
    split: Table
    steps: tuple[Step, ...]
    steps_of: int
    bars: tuple[Bar, ...]


def gains_of(result: Result, cents: Cents, names: Names) -> Gains:
    """What each member and each cluster gains."""
    heads = [names.member(code) for code in result.members["member"]]
    return Gains(
        clusters=_clusters(result, cluster_cents(result, cents)),
        members=_members(result, cents, heads),
        split=_split(cents, heads),
        steps=_steps(cents),
        steps_of=sum(one is not None for one in cents["own_effort"]),
        bars=_bars(cents, heads, result.members["rank"].tolist()),
    )


def _clusters(result: Result, cents: Cents) -> Table:
    columns = (
        Column("cluster", Kind.CODE),
        Column("members", Kind.WHOLE),
        *_MONEY,
        Column("saving_pct", Kind.PERCENT, bar=True),
    )
    frame = result.clusters
    heads = zip(frame["cluster"], frame["members"].tolist(), strict=True)
    rows = _with_money(list(heads), cents)
    return Table("clusters", columns, rows, _totals(rows, 2), cards=True)


def _members(result: Result, cents: Cents, names: Sequence[Named]) -> Table:
    frame = result.members
    columns = (
        Column("member", Kind.NAMED),
        Column("cluster", Kind.CODE),
        *_MONEY,
        Column("saving_pct", Kind.PERCENT, bar=True),
        Column("rank", Kind.WHOLE),
    )
    rows = _with_money(list(zip(names, frame["cluster"], strict=True)), cents)
    ranked = tuple((*row, rank) for row, rank in zip(rows, frame["rank"].tolist(), strict=True))
    return Table("members", columns, ranked, (*_totals(rows, 2), None), cards=True)


def _with_money(heads: Sequence[tuple[object, object]], cents: Cents) -> tuple[tuple[object, ...], ...]:
    money = zip(*(cents[name] for name in _SOURCES), strict=True)
    return tuple(
        (*head, *figures, percent_of(figures[3], figures[2])) for head, figures in zip(heads, money, strict=True)
    )


def _totals(rows: Sequence[tuple[object, ...]], first: int) -> tuple[object, ...]:
    sums = [total_of(rows, first + place) for place in range(len(_SOURCES))]
    return ("total", None, *sums, percent_of(sums[3], sums[2]))


def _split(cents: Cents, names: Sequence[Named]) -> Table:
    columns = (
        Column("member", Kind.NAMED),
        Column("purchases_saving", Kind.MONEY),
        Column("freight_saving", Kind.MONEY),
        Column("merit", Kind.MONEY, bar=True),
    )
    money = (cents[name] for name in ("purchases_saving", "freight_saving", "saving"))
    rows = tuple(zip(names, *money, strict=True))
    return Table("split", columns, rows, ("total", *(total_of(rows, column) for column in (1, 2, 3))))


def _steps(cents: Cents) -> tuple[Step, ...]:
    """Today, own effort, alone, pooling, pool: each bar begins where the one before ended."""
    known = [row for row, effort in enumerate(cents["own_effort"]) if effort is not None]
    if not known:
        return ()
    today, alone, pool = (sum(cents[name][row] or 0 for row in known) for name in ("today", "alone", "pool"))
    longest = max(today, alone, pool, 1)
    bars = (
        ("today", today, 0, today),
        ("own_effort", today - alone, alone, today),
        ("alone", alone, 0, alone),
        ("merit", alone - pool, pool, alone),
        ("pool", pool, 0, pool),
    )
    return tuple(Step(key, length, min(a, b) / longest, max(a, b) / longest) for key, length, a, b in bars)


def _bars(cents: Cents, names: Sequence[Named], ranks: Sequence[int]) -> tuple[Bar, ...]:
    rows = list(zip(ranks, names, cents["own_effort"], cents["saving"], strict=True))
    longest = max((max(0, own or 0) + max(0, saving or 0) for _, _, own, saving in rows), default=0) or 1
    return tuple(
        Bar(name, own, saving or 0, max(0, own or 0) / longest, max(0, saving or 0) / longest)
        for _, name, own, saving in sorted(rows)
    )
