"""Who saves how much: one bar a member or cluster, the largest first."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from clusterpool.report.plots.sheet import FAINT, INK, LOSS, POOL, SMALL_SIZE, sheet
from clusterpool.report.published import language_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from clusterpool.language import Language
    from clusterpool.report.plots.sheet import Sheet
    from clusterpool.report.result import Result

ROW_HEIGHT = 0.32
"""Inches a bar."""


class Group(StrEnum):
    """What a bar stands for; the value is the table's key column."""

    MEMBERS = "member"
    CLUSTERS = "cluster"


def savings_bars(
    result: Result, *, by: Group = Group.MEMBERS, ax: Axes | None = None, language: Language | str | None = None
) -> Axes:
    """Draw what each member, or each cluster, saves against its cost alone.

    Parameters
    ----------
    by : Group
        Bars of members or of clusters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a figure of its own.
    language : Language or str, optional
        By default the pool's.

    Returns
    -------
    matplotlib.axes.Axes
        Bars in the order of the ranks; hatched where the figure rests on unmet needs.
    """
    by = Group(by)
    table = (result.members if by is Group.MEMBERS else result.clusters).sort_values("rank")
    settings = result.pool.settings
    size = (7.5, 1.3 + ROW_HEIGHT * len(table))
    on = sheet(ax, language or language_of(result.pool), settings.currency, size=size)
    labels = _labels(result, table, by)
    _draw(on, table, labels)
    return on.finish(on.say(f"savings_title_{by.value}"), _alt(on, table, labels, by))


def _labels(result: Result, table: pd.DataFrame, by: Group) -> list[str]:
    codes = [str(code) for code in table[by.value]]
    if by is Group.CLUSTERS:
        return codes
    members = result.pool.table("members")
    names = dict(zip(members["member"], members["name"], strict=True))
    return [f"{code} {names.get(code, '')}".strip() for code in codes]


def _draw(on: Sheet, table: pd.DataFrame, labels: list[str]) -> None:
    saving, pct = table["saving"].tolist(), table["saving_pct"].tolist()
    rows = range(len(table))
    on.start_at_the_right()
    bars = on.ax.barh(rows, saving, height=0.66, color=[POOL if value >= 0 else LOSS for value in saving])
    for bar, comparable in zip(bars, table["comparable"], strict=True):
        if not comparable:
            bar.set(hatch="///", edgecolor="white")
    on.ax.bar_label(
        bars,
        [f"{on.money(value)} ({on.percent(part)})" for value, part in zip(saving, pct, strict=True)],
        padding=4,
        color=INK,
        fontsize=SMALL_SIZE,
    )
    on.name_rows(labels)
    on.ax.axvline(0.0, color=INK, linewidth=0.8)
    on.ax.grid(axis="x", color=FAINT)
    on.ax.margins(x=0.28)
    if not any(saving):
        on.ax.set_xbound(0.0, 1.0)
    elif min(saving) >= 0.0:
        on.ax.set_xbound(lower=0.0)
    on.scale_money(on.ax.xaxis, max(map(abs, saving), default=0.0), on.say("saving_axis"))


def _alt(on: Sheet, table: pd.DataFrame, labels: list[str], by: Group) -> str:
    first, last = table.iloc[0], table.iloc[-1]
    text = on.say(
        f"savings_alt_{by.value}",
        count=on.number(len(table)),
        total=on.money(table["saving"].sum()),
        first=labels[0],
        most=on.money(first["saving"]),
        last=labels[-1],
        least=on.money(last["saving"]),
    )
    doubtful = [label for label, comparable in zip(labels, table["comparable"], strict=True) if not comparable]
    return f"{text} {on.say('not_comparable', names=', '.join(doubtful))}" if doubtful else text
