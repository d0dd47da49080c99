"""Codes and words that were destroyed before the file came here: they cannot be mended, and are refused.

A spreadsheet turns a long article number into 3,76017E+12, an export without the right encoding turns letters into
question marks, and text that was read in the wrong encoding and saved again is garbled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clusterpool.importing.dialect import text_of
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from clusterpool.importing.notes import Notes

_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E[+-]\d{1,3}", re.IGNORECASE)
_LOST = re.compile("\\?{2,}|\\w\\?\\w|\N{REPLACEMENT CHARACTER}")
_FOREIGN = re.compile("[^\\x00-\\x7f]+")
_GARBLED = re.compile(
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]+"
)


def refuse_destroyed(name: str, lines: list[int], cells: list[object], notes: Notes) -> None:
    """Tell, once a column, of codes that are no longer what they were."""
    texts = [text_of(cell) for cell in cells]
    for message, pattern in ((MessageId.IMPORT_SCIENTIFIC_CODE, _SCIENTIFIC), (MessageId.IMPORT_LOST_LETTERS, _LOST)):
        whole = message is MessageId.IMPORT_SCIENTIFIC_CODE
        found = [i for i, text in enumerate(texts) if (pattern.fullmatch(text) if whole else pattern.search(text))]
        if found:
            fields = {"cells": str(len(found)), "different": str(len({texts[i] for i in found}))}
            notes.tell(message, lines[found[0]], name, texts[found[0]], **fields)
    _tell_of_garbled(name, lines, texts, notes)


def _tell_of_garbled(name: str, lines: list[int], texts: list[str], notes: Notes) -> None:
    for line, text in zip(lines, texts, strict=True):
        for one in _GARBLED.finditer(text):
            if right := _mended(one[0]):
                notes.tell(MessageId.IMPORT_GARBLED, line, name, text, wrong=one[0], right=right)
                return


def refuse_garbled(text: str, notes: Notes) -> None:
    """Tell of text that was decoded wrongly and encoded again, such as Ã© in the place of é, where most of it is so.

    A garbled word here and there is the concern of the columns that are read (`refuse_destroyed`).
    """
    found = [one for one in _GARBLED.finditer(text) if _mended(one[0])]
    if found and 2 * len(found) > len(_FOREIGN.findall(text)):
        line = text.count("\n", 0, found[0].start()) + 1
        shown = text.splitlines()[line - 1].strip()[:80] if line <= len(text.splitlines()) else ""
        fields = {"wrong": found[0][0], "right": _mended(found[0][0])}
        notes.tell(MessageId.IMPORT_GARBLED, line, "", shown, **fields)


def _mended(text: str) -> str:
    """The letters that were meant; blank where the text is as it was."""
    for end in range(len(text), 1, -1):
        try:
            return text[:end].encode("cp1252").decode("utf-8")
        except UnicodeError:
            continue
    return ""
