"""The words of the terminal report in each language, and money as that language writes it."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from clusterpool.report.cents import CENTS
from clusterpool.solver import Status

if TYPE_CHECKING:
    from collections.abc import Mapping


class Language(StrEnum):
    """A language of the terminal report."""

    ENGLISH = "en"
    FRENCH = "fr"


_SYMBOLS = {"DZD": "DA"}

_ENGLISH = {
    "title": "Savings per member",
    "clusters": "Savings per cluster",
    "amounts": "Amounts in {currency}, net of VAT.",
    "whole": "Amounts in whole {currency}, net of VAT; the files hold the cents.",
    "member": "member",
    "cluster": "cluster",
    "name": "name",
    "today": "today",
    "alone": "alone",
    "pool": "pool",
    "saving": "saving",
    "saving_pct": "%",
    "total": "total",
    "legend": "today: what is paid now, where known. alone: the best plan without the pool. saving = alone - pool.",
    "not_comparable": "* rests on needs that stay unmet: not comparable.",
    "nothing": "Pooling brings nothing here: the members alone would pay as little.",
    "dearer": "Pooling costs more than going alone here: do not pool on this plan.",
    "losers": "In the pool these pay more than alone: {members}.",
    "proof": "What is proven",
    "whole_plan": "Plan: {status}; cost {cost}; no plan whatever costs less than {bound} (gap {gap}).",
    "whole_plan_unproven": "Plan: {status}; cost {cost}; no lower bound is proven.",
    "purchases": "Purchases: cost {cost}; proven over all plans: at least {bound} (gap {gap}).",
    "purchases_unproven": "Purchases: cost {cost}; nothing is proven over all plans.",
    "freight": "Freight: cost {cost}; proven over all plans: at least {bound} (gap {gap}).",
    "freight_unproven": "Freight: cost {cost}; nothing is proven over all plans.",
    "known_trips": "Freight with respect to the known trips only ({trips}): at least {bound} (gap {gap}).",
    "known_trips_unproven": "Freight with respect to the known trips only ({trips}): nothing is proven.",
    "complete": "The known trips are all trips that could matter.",
    "rule": "Rule: {reason}",
    "in-core": "Core: proven that no group of members would be better off by itself.",
    "not-in-core": "Core: {coalition} would be better off by {excess} by themselves.",
    "core-empty": "Core: empty, proven: no sharing whatever keeps every group from being better off by itself. "
    "Most aggrieved here: {coalition}, by {excess}.",
    "undecided": "Core: undecided. It is not proven that no group would be better off by itself: {solved} of {all} "
    "coalitions were solved{worst}.",
    "undecided_intervals": "Core: undecided. All coalitions were solved, but known only to a gap{worst}.",
    "undecided_worst": "; of these {coalition} gains least from the pool, {merit}",
    "excess_bound": "No group whatever could be better off by more than {bound}.",
    "with_trips": "This holds with respect to the known trips.",
    "sampled": "The shares are sampled; standard error at most {error}.",
    "limit": "A limit of time or an interrupt cut the search: another run may end elsewhere.",
    "unmet": "Needs that stay unmet ({count})",
    "more": "... and {count} more, see unmet.csv",
    "files": "Files: {folder}",
    "verify": "To recompute everything: clusterpool verify {folder}",
    "share": "To share the cost by another rule: clusterpool share {folder} --rule RULE",
    Status.OPTIMAL: "optimal",
    Status.FEASIBLE: "feasible",
    Status.INTERRUPTED: "interrupted, the best plan so far",
}

_FRENCH = {
    "title": "Économies par membre",
    "clusters": "Économies par cluster",
    "amounts": "Montants en {currency}, hors TVA.",
    "whole": "Montants en {currency} entiers, hors TVA ; les fichiers donnent les centimes.",
    "member": "membre",
    "cluster": "cluster",
    "name": "nom",
    "today": "aujourd'hui",
    "alone": "seul",
    "pool": "groupement",
    "saving": "économie",
    "saving_pct": "%",
    "total": "total",
    "legend": "aujourd'hui : payé actuellement, si connu. seul : le meilleur plan sans groupement. "
    "économie = seul - groupement.",
    "not_comparable": "* repose sur des besoins non couverts : non comparable.",
    "nothing": "Le groupement n'apporte rien ici : seuls, les membres paieraient aussi peu.",
    "dearer": "Le groupement coûte ici plus cher que chacun seul : ne pas grouper sur ce plan.",
    "losers": "Dans le groupement, ces membres paient plus que seuls : {members}.",
    "proof": "Ce qui est prouvé",
    "whole_plan": "Plan : {status} ; coût {cost} ; aucun plan ne coûte moins de {bound} (écart {gap}).",
    "whole_plan_unproven": "Plan : {status} ; coût {cost} ; aucune borne inférieure n'est prouvée.",
    "purchases": "Achats : coût {cost} ; prouvé sur tous les plans : au moins {bound} (écart {gap}).",
    "purchases_unproven": "Achats : coût {cost} ; rien n'est prouvé sur tous les plans.",
    "freight": "Transport : coût {cost} ; prouvé sur tous les plans : au moins {bound} (écart {gap}).",
    "freight_unproven": "Transport : coût {cost} ; rien n'est prouvé sur tous les plans.",
    "known_trips": "Transport par rapport aux seules tournées connues ({trips}) : au moins {bound} (écart {gap}).",
    "known_trips_unproven": "Transport par rapport aux seules tournées connues ({trips}) : rien n'est prouvé.",
    "complete": "Les tournées connues sont toutes celles qui peuvent compter.",
    "rule": "Règle : {reason}",
    "in-core": "Cœur : il est prouvé qu'aucun groupe de membres ne ferait mieux à part.",
    "not-in-core": "Cœur : {coalition} feraient mieux à part, de {excess}.",
    "core-empty": "Cœur : vide, c'est prouvé : aucun partage n'empêche tout groupe de faire mieux à part. "
    "Le plus lésé ici : {coalition}, de {excess}.",
    "undecided": "Cœur : non tranché. Il n'est pas prouvé qu'aucun groupe ne ferait mieux à part : {solved} coalitions "
    "sur {all} ont été résolues{worst}.",
    "undecided_intervals": "Cœur : non tranché. Toutes les coalitions ont été résolues, mais à un écart près{worst}.",
    "undecided_worst": " ; parmi elles {coalition} gagne le moins au groupement, {merit}",
    "excess_bound": "Aucun groupe ne pourrait faire mieux de plus de {bound}.",
    "with_trips": "Ceci vaut par rapport aux tournées connues.",
    "sampled": "Les parts sont échantillonnées ; erreur type d'au plus {error}.",
    "limit": "Une limite de temps ou une interruption a coupé la recherche : un autre calcul peut finir ailleurs.",
    "unmet": "Besoins non couverts ({count})",
    "more": "... et {count} de plus, voir unmet.csv",
    "files": "Fichiers : {folder}",
    "verify": "Pour tout recalculer : clusterpool verify {folder}",
    "share": "Pour partager selon une autre règle : clusterpool share {folder} --rule RULE",
    Status.OPTIMAL: "optimal",
    Status.FEASIBLE: "réalisable",
    Status.INTERRUPTED: "interrompu, le meilleur plan trouvé",
}

WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {Language.ENGLISH: MappingProxyType(_ENGLISH), Language.FRENCH: MappingProxyType(_FRENCH)}
)
"""Every phrase by language and key; core states and plan states are keys too."""


def money(cents: int, language: Language, currency: str = "", *, whole: bool = False) -> str:
    """An amount as the language writes it.

    Examples
    --------
    >>> money(123456750, Language.FRENCH, "DZD")
    '1 234 567,50 DA'
    >>> money(-123456750, Language.ENGLISH)
    '-1,234,567.50'
    """
    units, rest = divmod(abs(cents), CENTS)
    text = f"{round(abs(cents) / CENTS):,}" if whole else f"{units:,}.{rest:02d}"
    text = f"-{text}" if cents < 0 and text != "0" else text
    return f"{_localised(text, language)} {symbol(currency)}".rstrip()


def symbol(currency: str) -> str:
    """How a currency is written beside an amount."""
    return _SYMBOLS.get(currency, currency)


def percent(value: float, language: Language, decimals: int = 2) -> str:
    """A percentage as the language writes it.

    Examples
    --------
    >>> percent(0.125, Language.FRENCH), percent(0.125, Language.ENGLISH)
    ('0,12 %', '0.12%')
    """
    sign = " %" if language is Language.FRENCH else "%"
    return _localised(f"{value:,.{decimals}f}", language) + sign


def _localised(text: str, language: Language) -> str:
    return text.translate(str.maketrans(",.", " ,")) if language is Language.FRENCH else text
