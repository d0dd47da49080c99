"""Who leaves loses: what the one who goes gives up, and what the others lose."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from clusterpool.language import Language
from clusterpool.report.plots.sheet import FAINT, INK, POOL, SMALL_SIZE, sheet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from clusterpool.allocation import Allocation
    from clusterpool.report.plots.sheet import Sheet

ROW_HEIGHT = 0.5
LINE = 22
"""Letters a line of the legend."""
OTHERS = "#e69f00"
NAMED_AT_MOST = 5
"""Players whose losses the alt text gives."""


def who_leaves_loses(
    allocation: Allocation,
    *,
    currency: str = "",
    ax: Axes | None = None,
    language: Language | str = Language.ENGLISH,
) -> Axes:
    """Draw for each player what it loses if it leaves (alone - pays) and what the others then lose (pays - adds).

    A player whose rest of the pool was not solved is left out; bars to the left of 0 are gains.

    Parameters
    ----------
    allocation : Allocation
        Its coalitions answer; none is solved for the drawing.
    currency : str
        ISO code for the amounts.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a figure of its own.
    language : Language or str
        Of the words.
    """
    table = allocation.explain().leaving.dropna(subset=["saves", "others_lose"]).reset_index(drop=True)
    on = sheet(ax, language, currency, size=(8.5, 1.6 + ROW_HEIGHT * max(len(table), 1)))
    rows = np.arange(len(table))
    on.start_at_the_right()
    for column, shift, colour in (("saves", -0.19, POOL), ("others_lose", 0.19, OTHERS)):
        amounts = table[column].tolist()
        bars = on.ax.barh(
            rows + shift, amounts, height=0.36, color=colour, label=fill(on.say(f"leaving_{column}"), LINE)
        )
        on.ax.bar_label(bars, [on.money(amount) for amount in amounts], padding=4, color=INK, fontsize=SMALL_SIZE)
    on.name_rows(table["player"].tolist())
    on.ax.axvline(0.0, color=INK, linewidth=0.8)
    on.ax.grid(axis="x", color=FAINT)
    on.ax.margins(x=0.2)
    drawn = table[["saves", "others_lose"]].to_numpy()
    if np.min(drawn, initial=0.0) >= 0.0:
        on.ax.set_xbound(lower=0.0)
    on.scale_money(on.ax.xaxis, float(np.abs(drawn).max(initial=0.0)), on.say("loss_axis"))
    on.legend_beside()
    return on.finish(on.say("leaving_title"), _alt(on, table))


def _alt(on: Sheet, table: pd.DataFrame) -> str:
    """The losses of those whom the others would miss most."""
    missed = table.sort_values("others_lose", ascending=False, kind="stable").head(NAMED_AT_MOST)
    columns = (missed[name].tolist() for name in ("player", "saves", "others_lose"))
    said = [
        on.say("leaving_alt", player=player, saves=on.money(saves), others=on.money(others))
        for player, saves, others in zip(*columns, strict=True)
    ]
    return " ".join([on.say("leaving_alt_title", count=on.number(len(table))), *said])
