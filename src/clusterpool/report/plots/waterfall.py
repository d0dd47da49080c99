"""From today over alone to the pool: what each step is worth, and whose merit it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from clusterpool.report.plots.sheet import ALONE, FAINT, INK, LOSS, POOL, SMALL_SIZE, TODAY, plain, sheet
from clusterpool.report.published import language_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clusterpool.language import Language
    from clusterpool.report.plots.sheet import Sheet
    from clusterpool.report.result import Result

LINE = 15
"""Letters a line of a step's name."""
SMALLEST_CHANGE = 0.005
"""Less than this, in the pool's currency, is no step."""
HEADROOM, FOOTROOM = 0.2, 0.12
"""Empty room above and below the levels, as a part of the way from the lowest to the highest."""


@dataclass(frozen=True)
class Step:
    """A level that is reached, or what leads from one level to the next."""

    key: str
    start: float
    end: float
    is_level: bool


def waterfall(
    result: Result, *, member: str | None = None, ax: Axes | None = None, language: Language | str | None = None
) -> Axes:
    """Draw today -> alone -> pool: levels as lines, the steps between them as bars in proportion to each other.

    Where what is paid today is not known of everybody, the drawing starts at alone. The amounts' axis does not start
    at 0 (levels are lines, no bars, for that reason).

    Parameters
    ----------
    member : str, optional
        Of one member; by default of all together.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a figure of its own.
    language : Language or str, optional
        By default the pool's.

    Raises
    ------
    KeyError
        The pool has no such member.
    """
    settings = result.pool.settings
    on = sheet(ax, language or language_of(result.pool), settings.currency)
    steps = _steps(result, member)
    _draw(on, steps)
    who = on.say("waterfall_of_all") if member is None else member
    levels = [on.say("level", name=on.say(step.key), amount=on.money(step.end)) for step in steps if step.is_level]
    changes = [
        on.say("change", name=on.say(step.key), amount=on.money(step.end - step.start))
        for step in steps
        if not step.is_level
    ]
    said = "; ".join(changes) or on.say("no_change")
    alt = on.say("waterfall_alt", who=who, levels="; ".join(levels), changes=said)
    title = "waterfall_title" if steps[0].key == "today" else "waterfall_title_alone"
    return on.finish(on.say(title, who=plain(who)), alt)


def _steps(result: Result, member: str | None) -> list[Step]:
    table = result.members
    if member is not None:
        table = table[table["member"] == member]
        if table.empty:
            raise KeyError(f"no member of this pool: {member}")
    today, alone = float(table["today"].sum(skipna=False)), float(table["alone"].sum())
    after_buying = alone - float(table["purchases_saving"].sum())
    pool = float(table["pool"].sum())
    steps = [
        Step("alone", alone, alone, is_level=True),
        Step("step_purchases", alone, after_buying, is_level=False),
        Step("step_freight", after_buying, pool, is_level=False),
        Step("pool", pool, pool, is_level=True),
    ]
    if not math.isnan(today):
        first = [Step("today", today, today, is_level=True), Step("own_effort", today, alone, is_level=False)]
        steps = first + steps
    return [step for step in steps if step.is_level or abs(step.end - step.start) >= SMALLEST_CHANGE]


_LEVEL_COLOURS = {"today": TODAY, "alone": ALONE, "pool": POOL}


def _draw(on: Sheet, steps: list[Step]) -> None:
    for place, step in enumerate(steps):
        if step.is_level:
            on.ax.hlines(step.end, place - 0.42, place + 0.42, color=_LEVEL_COLOURS[step.key], linewidth=5)
        else:
            colour = LOSS if step.end > step.start else TODAY if step.key == "own_effort" else POOL
            on.ax.bar(place, step.end - step.start, bottom=step.start, width=0.62, color=colour, alpha=0.85)
        if place:
            on.ax.hlines(step.start, place - 1, place, color=INK, linewidth=0.7, linestyle=":", zorder=0)
        amount = on.money(step.end if step.is_level else step.end - step.start)
        above = max(step.start, step.end)
        on.ax.annotate(
            amount, (place, above), (0, 6), textcoords="offset points", ha="center", color=INK, fontsize=SMALL_SIZE
        )
    on.ax.set_xticks(range(len(steps)), [fill(on.say(step.key), LINE) for step in steps])
    ends = [amount for step in steps for amount in (step.start, step.end)]
    way = (max(ends) - min(ends)) or max(abs(ends[0]), 1.0) * 0.1
    on.ax.set_ylim(min(ends) - FOOTROOM * way, max(ends) + HEADROOM * way)
    on.ax.grid(axis="y", color=FAINT)
    on.scale_money(on.ax.yaxis, max(map(abs, ends)), on.say("cost_axis_cut"))
    on.start_at_the_right()
