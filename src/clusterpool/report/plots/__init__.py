"""Plots of results: one function a plot, result in, optional ``ax``, axes out; matplotlib lives only here.

Nothing touches pyplot's global state: without ``ax`` each plot makes a figure of its own. Each plot carries its alt
text (`alt_text`), and `save_plot` writes it into the file.
"""

from clusterpool.report.plots.break_curve import break_curve
from clusterpool.report.plots.core_triangle import core_triangle
from clusterpool.report.plots.fill_histogram import fill_histogram
from clusterpool.report.plots.gallery import Plots
from clusterpool.report.plots.leaving import who_leaves_loses
from clusterpool.report.plots.rules_compared import rules_compared
from clusterpool.report.plots.savings_bars import Group, savings_bars
from clusterpool.report.plots.sheet import alt_text, save_plot
from clusterpool.report.plots.trip_map import trip_map
from clusterpool.report.plots.waterfall import waterfall

__all__ = [
    "Group",
    "Plots",
    "alt_text",
    "break_curve",
    "core_triangle",
    "fill_histogram",
    "rules_compared",
    "save_plot",
    "savings_bars",
    "trip_map",
    "waterfall",
    "who_leaves_loses",
]
