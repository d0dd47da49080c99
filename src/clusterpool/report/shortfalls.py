"""Why a need stays unmet, in the words of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.language import Domain, decimal, phrases
from clusterpool.plan import UnmetCause

if TYPE_CHECKING:
    from clusterpool.language import Language


def why_unmet(reason: str, language: Language) -> str:
    """A reason of the plan's table `unmet` in a language, with what serving costs and what leaving is valued at.

    Raises
    ------
    ValueError
        It is no reason that a plan gives.

    Examples
    --------
    >>> why_unmet("every supplier's capacity is used up", Language.FRENCH)
    'la capacité de tous les fournisseurs est épuisée'
    """
    words, cause = phrases(Domain.COMMON, language), UnmetCause.parse(reason)
    if cause.left is None:
        return words[cause.reason.key]
    key = "lacking.left" if cause.serving is None else "lacking.both"
    figures = {"left": decimal(cause.left, language, 2), "serving": decimal(cause.serving or 0.0, language, 2)}
    return words[key].format(reason=words[cause.reason.key], **figures)
