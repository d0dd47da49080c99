"""A second reader of numbers as people write them: every grammar that a text follows, one regular expression each.

It shares no code with `clusterpool.importing`. A text that follows grammars of two values is ambiguous.
"""

from __future__ import annotations

import re
from decimal import Decimal

SPACE = "[ \u00a0\u202f\u2009]"
GRAMMARS = {
    "whole": (r"\d+", "", ""),
    "point": (r"\d*\.\d+", "", "."),
    "comma": (r"\d*,\d+", "", ","),
    "spaces": (rf"[1-9]\d{{0,2}}(?:{SPACE}\d{{3}})+", SPACE, ""),
    "spaces and point": (rf"[1-9]\d{{0,2}}(?:{SPACE}\d{{3}})+\.\d+", SPACE, "."),
    "spaces and comma": (rf"[1-9]\d{{0,2}}(?:{SPACE}\d{{3}})+,\d+", SPACE, ","),
    "grouping commas": (r"[1-9]\d{0,2}(?:,\d{3})+", ",", ""),
    "grouping commas and point": (r"[1-9]\d{0,2}(?:,\d{3})+\.\d+", ",", "."),
    "grouping points": (r"[1-9]\d{0,2}(?:\.\d{3})+", r"\.", ""),
    "grouping points and comma": (r"[1-9]\d{0,2}(?:\.\d{3})+,\d+", r"\.", ","),
}


def readings(text: str) -> set[Decimal]:
    """Every value that a text without sign or currency may have; empty where it is no number."""
    found = set()
    for pattern, group, sign in GRAMMARS.values():
        if re.fullmatch(pattern, text, re.ASCII):
            bare = re.sub(group, "", text) if group else text
            found.add(Decimal(bare.replace(sign, ".") if sign else bare))
    return found
