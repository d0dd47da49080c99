"""Codes and figures from outside within a sentence: what they may hold, and which way they run."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clusterpool.language.tongues import Language

ISOLATE, END_ISOLATE = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def isolated(text: str, language: Language) -> str:
    """A code or figure that keeps its own order of letters within a line that runs from right to left."""
    return f"{ISOLATE}{text}{END_ISOLATE}" if language.right_to_left and text.isascii() and text else text


def plain(text: str) -> str:
    r"""A code or name from a file on one line, without what would steer a terminal or turn the order of letters.

    Examples
    --------
    >>> plain("A\x1b[31m B\u202eC")
    'A[31m BC'
    """
    kept = (letter for letter in text if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf"})
    return " ".join("".join(kept).split())
