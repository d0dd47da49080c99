"""What each player saves under each rule, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter

from clusterpool.allocation import Rule
from clusterpool.language import Language
from clusterpool.report.plots.sheet import (
    CYCLE,
    FAINT,
    INK,
    MARKERS,
    sheet,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from clusterpool.allocation import Allocation
    from clusterpool.report.plots.sheet import Sheet

ROW_HEIGHT = 0.5
SMALLEST_WIDTH = 0.05
"""Percent; below it all rules say the same."""
ROW_PART = 0.6
"""The part of a player's row over which its points are spread, so that equal savings are all seen."""


def rules_compared(
    allocation: Allocation, *, ax: Axes | None = None, language: Language | str = Language.ENGLISH
) -> Axes:
    """Draw the saving of each player, in percent of its cost alone, under every rule that the solved coalitions allow.

    The rule that was used is drawn larger; points left of 0 pay more than alone.

    Parameters
    ----------
    allocation : Allocation
        Its coalitions answer; none is solved for the drawing.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a figure of its own.
    language : Language or str
        Of the words.
    """
    table = compared(allocation)
    players = list(dict.fromkeys(table["player"]))
    on = sheet(ax, language, size=(8.0, 1.6 + max(ROW_HEIGHT * len(players), 2.2)))
    rules = list(dict.fromkeys(table["rule"]))
    for place, rule in enumerate(rules):
        shift = ROW_PART * ((place + 0.5) / len(rules) - 0.5)
        _draw(on, table[table["rule"] == rule], Rule(rule), place, shift, is_used=rule == allocation.rule.value)
    on.start_at_the_right()
    on.name_rows(players)
    if table["saving_pct"].abs().max() < SMALLEST_WIDTH:
        on.ax.set_xbound(-1.0, 1.0)
    on.ax.axvline(0.0, color=INK, linewidth=0.8)
    on.ax.grid(axis="y", color=FAINT)
    on.ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: on.number(value, 1)))
    on.ax.set_xlabel(on.say("saving_pct_axis"))
    on.legend_beside()
    fields = {"rules": ", ".join(on.say(f"rule_{rule}") for rule in rules)}
    text = [on.say("rules_alt", **fields, used=on.say(f"rule_{allocation.rule.value}")), *_widest(on, table)]
    return on.finish(on.say("rules_title"), " ".join(text))


def compared(allocation: Allocation) -> pd.DataFrame:
    """`rule, player, saving_pct`: the saving under each rule in percent of the cost alone, of players that have one."""
    answers = allocation.explain()
    table = answers.rules.merge(answers.leaving[["player", "alone"]], on="player", validate="many_to_one")
    table = table[table["alone"] > 0.0].reset_index(drop=True)
    table["saving_pct"] = 100.0 * (table["alone"] - table["share"]) / table["alone"]
    return table[["rule", "player", "saving_pct"]]


def _draw(on: Sheet, table: pd.DataFrame, rule: Rule, place: int, shift: float, *, is_used: bool) -> None:
    on.ax.plot(
        table["saving_pct"],
        [row + shift for row in range(len(table))],
        linestyle="none",
        marker=MARKERS[place % len(MARKERS)],
        markersize=10 if is_used else 6.5,
        color=CYCLE[place % len(CYCLE)],
        markeredgecolor=INK if is_used else "white",
        alpha=1.0 if is_used else 0.85,
        zorder=5 if is_used else 3,
        label=on.say("rule_used", rule=on.say(f"rule_{rule.value}")) if is_used else on.say(f"rule_{rule.value}"),
    )


def _widest(on: Sheet, table: pd.DataFrame) -> list[str]:
    """Whose saving hangs most on the rule."""
    if table.empty:
        return []
    ranges = table.groupby("player", sort=True)["saving_pct"].agg(["min", "max"])
    width = ranges["max"] - ranges["min"]
    if width.max() < SMALLEST_WIDTH:
        return []
    player = str(width.idxmax())
    least, most = (on.percent(float(ranges[end][player])) for end in ("min", "max"))
    return [on.say("rules_alt_widest", player=player, least=least, most=most)]
