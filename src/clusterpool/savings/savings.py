"""What each member gains from a pool, as people hold it: figures, answers, plots and files."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clusterpool.allocation.wording import in_money
from clusterpool.language import Domain, Language, LanguageCode, phrases
from clusterpool.notebook import card, sheet
from clusterpool.report import Publications, direct_settlement
from clusterpool.same_price import SavingsExplanation, with_same_price
from clusterpool.savings.games import game_of, oracle_of

if TYPE_CHECKING:
    import pandas as pd

    from clusterpool.allocation import Allocation
    from clusterpool.plan import Plan
    from clusterpool.report.plots import Plots


_SHOWN = ("member", "cluster", "today", "alone", "pool", "saving", "saving_pct")
"""Columns of the members' table that are printed."""


@dataclass(frozen=True, eq=False, repr=False)
class Savings(Publications):
    """The plan of a pool and what it brings each member; `result` holds everything in plain tables."""

    @property
    def members(self) -> pd.DataFrame:
        """One row a member: today, alone, pool, saving and its split."""
        return self.result.members

    @property
    def clusters(self) -> pd.DataFrame:
        """One row a cluster: sums over its members."""
        return self.result.clusters

    @property
    def settlement(self) -> pd.DataFrame:
        """Who pays whom through the account POOL."""
        return self.result.settlement

    def settlement_direct(self) -> pd.DataFrame:
        """Who pays whom without an account, to the cent: at most n - 1 payments, and who pays the joint bills."""
        return direct_settlement(self.result)

    @property
    def plan(self) -> Plan:
        """The plan of the whole pool."""
        return self.result.plan

    @property
    def allocation(self) -> Allocation:
        """The shares, the rule and the core."""
        return self.result.allocation

    @property
    def cost(self) -> float:
        """What the pool pays."""
        return self.result.plan.cost

    @property
    def plot(self) -> Plots:
        """The plots of this result: `savings.plot.bars()`, `.waterfall()`, `.map()`, ...; matplotlib is loaded now."""
        from clusterpool.report.plots import Plots  # noqa: PLC0415 - half a second that only drawings wait for

        return Plots(self.result)

    def to_frame(self) -> pd.DataFrame:
        """The members' table."""
        return self.result.members

    def explain(self, *, solve: bool = False, top: int = 10, max_solves: int | None = None) -> SavingsExplanation:
        """What people ask: who loses what if one leaves, who is worst off, all rules, and the same price for all.

        Parameters
        ----------
        solve : bool
            Whether coalitions may be solved for the answers, over the known trips and within the time limit of the
            options (see `Allocation.explain`): everybody but one, the worst off, and what other rules need. By default
            only what is solved answers; what is not solved, or not in time, is NaN, and its table of notes says why.
        top : int
            How many of the worst coalitions are listed.
        max_solves : int, optional
            How many coalitions may be solved, by default 65,535.
        """
        allocation, pool = self.allocation, self.result.pool
        if solve:
            allocation = replace(allocation, game=game_of(self.result, oracle_of(self.result)))
        if allocation.terms.unions is None:
            allocation = replace(allocation, terms=replace(allocation.terms, unions=pool.clusters))
        return with_same_price(allocation.explain(solve=solve, top=top, max_solves=max_solves), self.plan, self.members)

    def summary(self, language: Language | LanguageCode | None = None) -> str:
        """One sentence for people; `language`: by default the pool's own."""
        spoken, currency = self._language(language), self.result.pool.settings.currency
        sums = {name: in_money(math.fsum(self.members[name]), spoken, currency) for name in ("alone", "pool")}
        reason = self.allocation.reason_in(spoken, currency=currency)
        return phrases(Domain.SHARING, spoken)["savings"].format(**sums, reason=reason)

    def __repr__(self) -> str:
        return f"<Savings of {len(self.members)} members: cost {self.cost:,.2f}>"

    def __str__(self) -> str:
        return sheet("Savings", self.summary(), {name: self.members[name].tolist() for name in _SHOWN})

    def _repr_html_(self) -> str:
        gap, core = self.plan.gap, self.allocation.core.status.value
        facts = {"cost": self.cost, "saving": math.fsum(self.members["saving"]), "gap": f"{gap:.2%}", "core": core}
        return card("Savings", facts, {name: self.members[name].tolist() for name in _SHOWN})
