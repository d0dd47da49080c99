"""How full the trips are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, MaxNLocator

from clusterpool.report.plots.sheet import FAINT, INK, POOL, SMALL_SIZE, sheet
from clusterpool.report.published import language_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clusterpool.language import Language
    from clusterpool.report.result import Result

BINS = tuple(float(edge) for edge in range(0, 101, 10))
"""Edges of the bars in percent; the last bar holds 100."""


def fill_histogram(result: Result, *, ax: Axes | None = None, language: Language | str | None = None) -> Axes:
    """Draw how many trips are filled how far, in bars of ten percent, with the mean.

    A trip's fill is that of its fullest leg in the measure (kg, m3 or pallets) that is scarcest there.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a figure of its own.
    language : Language or str, optional
        By default the pool's.
    """
    settings = result.pool.settings
    on = sheet(ax, language or language_of(result.pool), settings.currency, size=(7.5, 3.8))
    fills = result.plan.trips["fill_pct"].clip(upper=100.0).tolist()
    on.ax.hist(fills, bins=BINS, color=POOL, edgecolor="white", rwidth=0.94)
    on.ax.set_xlim(0, 100)
    on.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: on.number(value)))
    on.ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    on.ax.grid(axis="y", color=FAINT)
    on.ax.set_xlabel(on.say("fill_axis"))
    on.ax.set_ylabel(on.say("trips_axis"))
    if not fills:
        return on.finish(on.say("fill_title"), on.say("no_trips"))
    mean = sum(fills) / len(fills)
    on.ax.axvline(mean, color=INK, linewidth=1.2, linestyle="--")
    on.ax.annotate(
        on.say("fill_mean", mean=on.percent(mean)),
        (mean, 1.0),
        (-5, -4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right",
        va="top",
        color=INK,
        fontsize=SMALL_SIZE,
    )
    full = sum(fill >= BINS[-2] for fill in fills)
    fields = {"count": on.number(len(fills)), "mean": on.percent(mean), "full": on.number(full)}
    return on.finish(on.say("fill_title"), on.say("fill_alt", **fields))
