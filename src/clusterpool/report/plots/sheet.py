"""What every plot shares: fresh axes without global state, words, figures, colours, and alt text.

The colours are Okabe & Ito's, which people with any common colour blindness tell apart
(https://jfly.uni-koeln.de/color/).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import Formatter, MaxNLocator

from clusterpool.language import Domain, Language, decimal, money, percent, phrases, symbol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

INK, MUTED, FAINT = "#1f2933", "#67727e", "#e4e7eb"
TODAY, ALONE, POOL, LOSS = "#9aa5b1", "#56b4e9", "#0072b2", "#d55e00"
CYCLE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a7a00", "#000000")
MARKERS = "osD^vPXh<>p"
TITLE_SIZE, LABEL_SIZE, SMALL_SIZE = 12, 9.5, 8.5
LONGEST_LABEL = 28
WHOLE = 1e-6
THOUSAND, MILLION = 1e3, 1e6
_TO_THE_LEFT, _TO_THE_RIGHT = "\N{RIGHT-TO-LEFT MARK}", "\N{LEFT-TO-RIGHT MARK}"
LARGEST_AS_IS = 1e4
"""Amounts up to this stand on an axis as they are, larger ones in thousands or millions."""


@dataclass(frozen=True)
class Sheet:
    """Axes being drawn on, in one language and currency."""

    ax: Axes
    language: Language
    currency: str

    def say(self, key: str, **fields: str) -> str:
        """A phrase of the plots' catalogue."""
        return phrases(Domain.PLOTS, self.language)[key].format(**fields)

    def money(self, amount: float) -> str:
        """An amount in whole units of the currency."""
        return self._signed(money(round(amount * 100), self.language, self.currency, whole=True))

    def percent(self, value: float) -> str:
        """A percentage with one decimal."""
        return self._signed(percent(value, self.language, 1))

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as the language writes it."""
        return self._signed(decimal(value, self.language, decimals))

    def quantity(self, value: float) -> str:
        """A quantity, with two decimals where it is not whole."""
        return self.number(value, 0 if abs(value - round(value)) < WHOLE else 2)

    def name_rows(self, names: Sequence[str]) -> None:
        """Write names beside rows 0, 1, ... that go from the top down."""
        self.ax.set_yticks(range(len(names)), [plain(name, longest=LONGEST_LABEL) for name in names])
        self.ax.set_ylim(max(len(names), 1) - 0.5, -0.5)

    def _signed(self, figure: str) -> str:
        """Between letters that run to the left, keep a minus at the left of its figure."""
        turned = self.language.right_to_left and figure.startswith("-")
        return f"{_TO_THE_LEFT}{_TO_THE_RIGHT}{figure}" if turned else figure

    def scale_money(self, axis: Axis, largest: float, label: str) -> None:
        """Write an axis' amounts in units, thousands or millions, and say which after the label."""
        scale, word = 1.0, "units"
        if largest >= LARGEST_AS_IS:
            scale, word = (MILLION, "millions") if largest >= MILLION else (THOUSAND, "thousands")
        axis.set_major_locator(MaxNLocator(nbins=6))
        axis.set_major_formatter(_Amounts(self.language, scale))
        unit = self.say(word, currency=symbol(self.currency, self.language)).strip()
        axis.set_label_text(self.say("with_unit", what=label, unit=unit) if unit else label)

    def start_at_the_right(self) -> None:
        """In a language written from right to left, turn a chart of named rows round."""
        if self.language.right_to_left:
            self.ax.invert_xaxis()
            self.ax.yaxis.tick_right()
            self.ax.yaxis.set_label_position("right")

    def legend_beside(self) -> None:
        """A legend outside the axes, where the reading of a line ends."""
        turned = self.ax.xaxis_inverted()
        self.ax.legend(
            frameon=False,
            fontsize=SMALL_SIZE,
            loc="upper right" if turned else "upper left",
            bbox_to_anchor=(-0.02 if turned else 1.02, 1.0),
            borderaxespad=0.0,
        )

    def finish(self, title: str, alt_text: str) -> Axes:
        """Give the axes their title and their text for those who cannot see them."""
        side: Literal["left", "right"] = "right" if self.language.right_to_left else "left"
        self.ax.set_title(title, loc=side, color=INK, fontsize=TITLE_SIZE, fontweight="bold", pad=12, wrap=True)
        self.ax.set_label(alt_text)
        return self.ax


class _Amounts(Formatter):
    """Ticks in a scale, with as many decimals as tell them apart."""

    def __init__(self, language: Language, scale: float) -> None:
        self._language = language
        self._scale = scale

    def __call__(self, value: float, pos: int | None = None) -> str:
        return self.format_ticks([value])[pos or 0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All ticks together."""
        steps = [abs(b - a) / self._scale for a, b in pairwise(values) if a != b]
        decimals = max(0, -math.floor(math.log10(min(steps)) + 1e-9)) if steps else 0
        return [decimal(value / self._scale, self._language, decimals) for value in values]


def sheet(
    ax: Axes | None, language: Language | str, currency: str = "", *, size: tuple[float, float] = (7.5, 4.5)
) -> Sheet:
    """A sheet on the given axes, or on those of a figure of its own.

    Parameters
    ----------
    size : tuple of float
        Width and height of a new figure in inches.
    """
    if ax is None:
        ax = Figure(figsize=size, dpi=150, layout=ConstrainedLayoutEngine(w_pad=0.14, h_pad=0.12)).add_subplot()
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_axisbelow(True)
    ax.tick_params(length=0, labelsize=LABEL_SIZE, colors=INK)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set(color=MUTED, fontsize=LABEL_SIZE)
    return Sheet(ax, Language(language), currency)


def plain(text: str, *, longest: int | None = None) -> str:
    """A user's text that matplotlib draws as it stands: no formulas, no control characters, not too long."""
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    if longest is not None and len(clean) > longest:
        clean = clean[: longest - 1] + "…"
    return clean.replace("$", r"\$")


def alt_text(ax: Axes) -> str:
    """What a plot shows, in words, for those who cannot see it.

    Examples
    --------
    >>> from clusterpool.allocation import CostGame
    >>> from clusterpool.report.plots import alt_text, core_triangle
    >>> pairs = {("A", "B"): 8.0, ("A", "C"): 9.0, ("B", "C"): 9.0}
    >>> game = CostGame.from_table({("A",): 6.0, ("B",): 6.0, ("C",): 6.0, **pairs, ("A", "B", "C"): 12.0})
    >>> alt_text(core_triangle(game, rules=[])).partition(" in which")[0]
    'Triangle of all divisions of the saving of 6 among A, B, C'
    """
    return str(ax.get_label())


def save_plot(ax: Axes, path: str | Path) -> None:
    """Write a plot as PNG, SVG or PDF, by the file's ending, with its alt text inside.

    The same plot gives the same bytes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        As a function of this room gives it back.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("these axes are on no figure")
    kind = str(path).rpartition(".")[2].lower()
    text = alt_text(ax)
    metadata: dict[str, dict[str, str | None]] = {
        "png": {"Description": text},
        "svg": {"Description": text, "Date": None},
        "pdf": {"Subject": text, "CreationDate": None},
    }
    with rc_context({"svg.hashsalt": "clusterpool"}):
        figure.savefig(path, metadata=metadata.get(kind))
