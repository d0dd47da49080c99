"""An explanation in plain sentences, in the language of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.language import Domain, money, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from clusterpool.allocation.explaining import Explanation
    from clusterpool.language import Language

NAMED_AT_MOST = 5
CENTS = 100
CENT = 0.005
"""Amounts below half a cent are none."""


def sentences(answers: Explanation, language: Language, currency: str) -> list[str]:
    """What an explanation says: the worst off, dearer than alone, who is missed most, and how far rules differ."""
    worst = _worst(answers.worst, language, currency)
    return [
        *worst,
        *_dearer(answers, language),
        *_leaving(answers.leaving, language, currency),
        *_rules(answers, language, currency),
    ]


def listed(names: Sequence[str], language: Language) -> str:
    """Some names one after the other, the first of many."""
    said = phrases(Domain.SHARING, language)
    text = said["list"].format().join(names[:NAMED_AT_MOST])
    more = len(names) - NAMED_AT_MOST
    return said["more"].format(names=text, count=more) if more > 0 else text


def _worst(worst: pd.DataFrame, language: Language, currency: str) -> list[str]:
    if worst.empty:
        return []
    first = worst.iloc[0]
    coalition = "{" + listed(str(first["coalition"]).split("|"), language) + "}"
    excess = float(first["excess"])
    key = "better-off" if excess > CENT else "none-better-off"
    amount = _money(abs(excess) if excess > CENT else -min(excess, 0.0), language, currency)
    return [phrases(Domain.SHARING, language)[key].format(coalition=coalition, amount=amount)]


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
                told.append(said[key].format(player=player, amount=_money(amount, language, currency)))
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
    rules, amounts = mine["rule"].tolist(), [_money(share, language, currency) for share in mine["share"].tolist()]
    ends = {"low": amounts[0], "low_rule": rules[0], "high": amounts[-1], "high_rule": rules[-1]}
    return [said["rules"].format(count=count, player=player, **ends)]


def _money(amount: float, language: Language, currency: str) -> str:
    return money(round(amount * CENTS), language, currency)
