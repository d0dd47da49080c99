"""Why a need stays unmet, in the words of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.language import Domain, phrases
from clusterpool.plan import UnmetReason

if TYPE_CHECKING:
    from clusterpool.language import Language


def why_unmet(reason: str, language: Language) -> str:
    """A reason of the plan's table `unmet` in a language.

    Raises
    ------
    ValueError
        It is no reason that a plan gives.

    Examples
    --------
    >>> why_unmet("every supplier's capacity is used up", Language.FRENCH)
    'la capacité de tous les fournisseurs est épuisée'
    """
    return phrases(Domain.COMMON, language)[UnmetReason(reason).key]
