"""Every plot of one result, as methods: `savings.plot.bars()`, `savings.plot.map()`, ..."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.report.plots.break_curve import break_curve
from clusterpool.report.plots.core_triangle import SHOWN_RULES, core_triangle
from clusterpool.report.plots.fill_histogram import fill_histogram
from clusterpool.report.plots.leaving import who_leaves_loses
from clusterpool.report.plots.rules_compared import rules_compared
from clusterpool.report.plots.savings_bars import Group, savings_bars
from clusterpool.report.plots.trip_map import trip_map
from clusterpool.report.plots.waterfall import waterfall
from clusterpool.report.published import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from clusterpool.allocation import Rule
    from clusterpool.language import Language
    from clusterpool.report.result import Result


@dataclass(frozen=True)
class Plots:
    """The plots of a result; each method takes ``ax`` and ``language`` (by default the pool's) and gives axes back.

    Parameters
    ----------
    result : Result
        As `savings.result` holds it.
    """

    result: Result

    def bars(
        self, *, by: Group = Group.MEMBERS, ax: Axes | None = None, language: Language | str | None = None
    ) -> Axes:
        """Savings of the members or clusters: `savings_bars`."""
        return savings_bars(self.result, by=by, ax=ax, language=language)

    def waterfall(
        self, *, member: str | None = None, ax: Axes | None = None, language: Language | str | None = None
    ) -> Axes:
        """Today, alone, in the pool: `waterfall`."""
        return waterfall(self.result, member=member, ax=ax, language=language)

    def breaks(self, item: str, *, ax: Axes | None = None, language: Language | str | None = None) -> Axes:
        """Price breaks of an item and what is bought: `break_curve`."""
        return break_curve(self.result, item, ax=ax, language=language)

    def map(self, *, ax: Axes | None = None, language: Language | str | None = None) -> Axes:
        """The trips: `trip_map`."""
        return trip_map(self.result, ax=ax, language=language)

    def fill(self, *, ax: Axes | None = None, language: Language | str | None = None) -> Axes:
        """How full the trips are: `fill_histogram`."""
        return fill_histogram(self.result, ax=ax, language=language)

    def rules(self, *, ax: Axes | None = None, language: Language | str | None = None) -> Axes:
        """The savings under every rule: `rules_compared`."""
        return rules_compared(self.result.allocation, ax=ax, language=self._language(language))

    def leaving(self, *, ax: Axes | None = None, language: Language | str | None = None) -> Axes:
        """Who leaves loses: `who_leaves_loses`."""
        currency = self.result.pool.settings.currency
        return who_leaves_loses(self.result.allocation, currency=currency, ax=ax, language=self._language(language))

    def core(
        self,
        *,
        rules: Sequence[Rule] = SHOWN_RULES,
        ax: Axes | None = None,
        language: Language | str | None = None,
    ) -> Axes:
        """The core of three players: `core_triangle`; members without needs are left out.

        Raises
        ------
        ValueError
            Not three members have needs, or together they save nothing.
        """
        game, currency = self.result.allocation.game, self.result.pool.settings.currency
        if game is None:
            raise ValueError("this allocation does not know its game")
        return core_triangle(
            game.without_idle(), rules=rules, currency=currency, ax=ax, language=self._language(language)
        )

    def _language(self, language: Language | str | None) -> Language | str:
        return language or language_of(self.result.pool)
