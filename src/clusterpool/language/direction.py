"""Codes and figures from outside within a sentence: what they may hold, and which way they run."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clusterpool.language.tongues import Language

_NO_BREAK = "\N{NO-BREAK SPACE}"
ISOLATE, END_ISOLATE = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def isolated(text: str, language: Language) -> str:
    r"""A code or figure that keeps its own order of letters within a line that runs from right to left.

    Of an amount below nothing only the number is set apart, whose sign would else stand behind it.

    Examples
    --------
    >>> isolated("M1", Language.ARABIC), isolated("M1", Language.FRENCH)
    ('\u2066M1\u2069', 'M1')
    >>> isolated("-1,25\xa0DA", Language.ARABIC)
    '\u2066-1,25\u2069\xa0DA'
    """
    if not language.right_to_left or not text:
        return text
    number, gap, currency = text.partition(_NO_BREAK)
    if text.isascii():
        return f"{ISOLATE}{text}{END_ISOLATE}"
    return f"{ISOLATE}{number}{END_ISOLATE}{gap}{currency}" if number.startswith("-") else text


def plain(text: str) -> str:
    r"""A code or name from a file on one line, without what would steer a terminal or turn the order of letters.

    Examples
    --------
    >>> plain("A\x1b[31m B\u202eC")
    'A[31m BC'
    """
    kept = (letter for letter in text if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf"})
    return " ".join("".join(kept).split())
