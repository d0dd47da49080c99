"""Answers to what members ask about their shares: tables, and the same in plain sentences of the reader's language."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clusterpool.allocation.core import CoreStatus
from clusterpool.allocation.wording import in_money, listed
from clusterpool.language import Domain, Language, phrases
from clusterpool.notebook import sheet

if TYPE_CHECKING:
    import pandas as pd

    from clusterpool.allocation.core import CoreReport

CENT = 0.005
"""Amounts below half a cent are none."""


class Cause(StrEnum):
    """Why shares are not given; BY_ROWS: they are, from coalitions that were searched for, so that more may be open."""

    NOT_SOLVED = "not-solved"
    NO_UNIONS = "no-unions"
    NOT_DEFINED = "not-defined"
    OUT_OF_TIME = "out-of-time"
    BY_ROWS = "by-rows"


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """Answers to what members ask about an allocation; money in the game's currency, NaN where c(S) is not solved.

    Parameters
    ----------
    leaving : pandas.DataFrame
        ``player, alone, pays, saves, cost_without, adds, others_lose, adds_at_least, adds_at_most``: c({i}), x_i, their
        difference, c(N without i), what i adds to the cost c(N) - c(N without i), and what the others together lose if
        i leaves: x_i - adds. With the true c(N without i) anywhere between its bound and its cost, and c(N) what the
        plan costs, what i adds lies between `adds_at_least` and `adds_at_most`; a bound on all excesses and
        plans found on the way bound it, too.
    losses : pandas.DataFrame
        ``leaver, member, pays_now, pays_then, loss``: what every other member pays under the same rule in the game
        without the leaver.
    loss_notes : pandas.DataFrame
        ``leaver, cause, lacking, reason``: why these are not there, as in `rule_notes`.
    worst : pandas.DataFrame
        ``coalition, pays, cost, bound, excess``: of the coalitions solved or found (but nobody and everybody) those
        with the largest excess, members joined by ``|``. Excess = pays - cost; above 0 it would be better off alone.
    core : CoreReport
        What is proven about all coalitions, solved or not.
    dearer_than_alone : pandas.DataFrame
        ``player, alone, pays, more``: who pays more than alone.
    rules : pandas.DataFrame
        ``rule, player, share, at_least, at_most``: the shares under every rule that the coalitions solved allow, or
        those that were searched for, and between what each lies whatever the coalitions cost between their bounds and
        their plans; infinite where nothing is proven.
    rule_notes : pandas.DataFrame
        ``rule, cause, lacking, reason``: why the other rules are not there; `cause` is a `Cause`, `lacking` how many
        coalitions would have to be solved for it (at least). Of rules by rows: what is proven of their shares.
    """

    leaving: pd.DataFrame
    losses: pd.DataFrame
    loss_notes: pd.DataFrame
    worst: pd.DataFrame
    core: CoreReport
    dearer_than_alone: pd.DataFrame
    rules: pd.DataFrame
    rule_notes: pd.DataFrame

    def sentences(self, language: Language = Language.ENGLISH, *, currency: str = "") -> list[str]:
        """What the tables say in plain sentences; `currency` is an ISO code, blank for no symbol."""
        worst = _worst(self.worst, language, currency)
        return [
            *worst,
            *_proven(self.core, language, currency),
            *_dearer(self, language),
            *_leaving(self.leaving, language, currency),
            *_rules(self, language, currency),
        ]

    def summary(self, language: Language = Language.ENGLISH, *, currency: str = "") -> str:
        """The sentences as one text, a line each.

        Examples
        --------
        >>> from clusterpool.allocation import CostGame, Rule, allocate
        >>> game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
        >>> print(allocate(game, Rule.SHAPLEY).explain().summary().splitlines()[2])
        Nobody pays more than alone.
        """
        return "\n".join(self.sentences(language, currency=currency))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.leaving)} players>"

    def __str__(self) -> str:
        names = ("player", "alone", "pays", "saves", "adds", "others_lose")
        return sheet("Explanation", self.summary(), {name: self.leaving[name].tolist() for name in names})


def _worst(worst: pd.DataFrame, language: Language, currency: str) -> list[str]:
    if worst.empty:
        return []
    first = worst.iloc[0]
    coalition = "{" + listed(str(first["coalition"]).split("|"), language) + "}"
    excess = float(first["excess"])
    key = "better-off" if excess > CENT else "none-better-off"
    amount = in_money(abs(excess) if excess > CENT else -min(excess, 0.0), language, currency)
    return [phrases(Domain.SHARING, language)[key].format(coalition=coalition, amount=amount)]


def _proven(core: CoreReport, language: Language, currency: str) -> list[str]:
    said = phrases(Domain.SHARING, language)
    if core.status is CoreStatus.IN_CORE:
        return [said["none-can-gain"].format()] if core.worst_coalition else []
    if math.isfinite(core.excess_bound):
        return [said["gain-at-most"].format(amount=in_money(max(core.excess_bound, 0.0), language, currency))]
    return [said["gain-unknown"].format()]


def _dearer(answers: Explanation, language: Language) -> list[str]:
    said, dearer = phrases(Domain.SHARING, language), answers.dearer_than_alone["player"].tolist()
    unknown = answers.leaving.loc[answers.leaving["alone"].isna(), "player"].tolist()
    told = [said["dearer"].format(names=listed(dearer, language))] if dearer else []
    if unknown:
        return [*told, said["alone-unknown"].format(names=listed(unknown, language))]
    return told or [said["nobody-dearer"].format()]


def _leaving(leaving: pd.DataFrame, language: Language, currency: str) -> list[str]:
    said, told = phrases(Domain.SHARING, language), []
    known = leaving.dropna(subset=["others_lose"]).sort_values("others_lose", kind="stable")
    if len(leaving) > 1 and len(known):
        players, losses = known["player"].tolist(), known["others_lose"].tolist()
        for key, player, amount in (
            ("others-lose", players[-1], losses[-1]),
            ("others-gain", players[0], -losses[0]),
        ):
            if amount > CENT:
                told.append(
                    said[key].format(player=listed([player], language), amount=in_money(amount, language, currency))
                )
    unknown = leaving.loc[leaving["others_lose"].isna(), "player"].tolist()
    return [*told, said["leaving-unknown"].format(names=listed(unknown, language))] if unknown else told


def _rules(answers: Explanation, language: Language, currency: str) -> list[str]:
    said, shares = phrases(Domain.SHARING, language), answers.rules
    count = shares["rule"].nunique()
    if count == 1:  # the allocation's own rule is always there
        return [said["one-rule"].format()]
    of_player = shares.groupby("player", sort=False)["share"]
    player = str((of_player.max() - of_player.min()).idxmax())
    mine = shares[shares["player"] == player].sort_values("share", kind="stable")
    rules = [said[f"rule.{rule}"] for rule in mine["rule"]]
    amounts = [in_money(share, language, currency) for share in mine["share"].tolist()]
    ends = {"low": amounts[0], "low_rule": rules[0], "high": amounts[-1], "high_rule": rules[-1]}
    return [said["rules"].format(count=count, player=listed([player], language), **ends)]
