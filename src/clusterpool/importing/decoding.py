"""Bytes become text: a byte order mark decides, then strict UTF-8, then strict cp1252 if it reads as French.

cp1252 turns nearly any bytes into letters. It is believed only where they are letters and signs of French: a file in
another code page (Arabic cp1256, DOS cp850, Mac) shows others, and is asked about.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from clusterpool.importing.destroyed import refuse_garbled
from clusterpool.importing.questions import Question
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from clusterpool.importing.notes import Notes

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
ENCODINGS = ("utf-8", "cp1252", "cp1256", "cp850", "mac_roman", "latin-1")
"""What people are offered where the bytes do not say it; the last one reads everything."""
_ARABIC = ("\u0600", "\u06ff")
_FRENCH = frozenset(
    "àâäæçéèêëîïôœùûüÿÀÂÄÆÇÉÈÊËÎÏÔŒÙÛÜŸ°ªº²³«»€£§µ·±½¼¾"
    "\N{MULTIPLICATION SIGN}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
    "\N{RIGHT DOUBLE QUOTATION MARK}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL ELLIPSIS}\N{BULLET}\N{NO-BREAK SPACE}"
)


def decode(content: bytes, notes: Notes, encoding: str = "") -> str | None:
    """The text of a file; None, with an error noted, where its encoding is wrong or not known.

    `encoding` is the profile's decision; blank: find out.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            text = _strict(content[len(mark) :], name, notes)
            if text is not None:
                refuse_garbled(text, notes)
                notes.assume("encoding-mark", encoding=name.upper())
            return text
    if encoding:
        return _strict(content, encoding, notes)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _french(content, notes)
    refuse_garbled(text, notes)
    return _without_nulls(text, notes)


def _strict(content: bytes, encoding: str, notes: Notes) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line, byte = content[: error.start].count(b"\n") + 1, f"0x{content[error.start]:02X}"
        question = Question.of("file", "encoding", *_candidates(content))
        notes.ask(MessageId.IMPORT_NOT_DECODED, line, "", byte, question=question, encoding=encoding)
        return None
    except LookupError:
        question = Question.of("file", "encoding", *_candidates(content))
        notes.ask(MessageId.IMPORT_UNKNOWN_ENCODING, 0, "", encoding, question=question)
        return None
    return _without_nulls(text, notes)


def _french(content: bytes, notes: Notes) -> str | None:
    text = _strict(content, "cp1252", notes)
    if text is None:
        return None
    for number, line in enumerate(text.splitlines(), 1):
        strange = [letter for letter in line if not letter.isascii() and letter not in _FRENCH]
        if strange:
            question = Question.of("file", "encoding", *_candidates(content))
            shown = line.strip()[:80]
            notes.ask(MessageId.IMPORT_ENCODING_UNCLEAR, number, "", shown, question=question, letter=strange[0])
            return None
    letters = sorted({letter for letter in text if not letter.isascii() and letter.isalpha()})
    notes.assume("encoding-cp1252", letters=" ".join(letters[:12]) or "-")
    return text


def _candidates(content: bytes) -> list[str]:
    """The encodings that can be, first those under which all letters are French or Arabic."""
    strange: dict[str, int] = {}
    for name in ENCODINGS:
        try:
            letters = {letter for letter in content.decode(name) if not letter.isascii()}
        except UnicodeDecodeError:
            continue
        strange[name] = sum(letter not in _FRENCH and not _ARABIC[0] <= letter <= _ARABIC[1] for letter in letters)
    return sorted(strange, key=lambda name: strange[name])


def _without_nulls(text: str, notes: Notes) -> str | None:
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        notes.tell(MessageId.IMPORT_NULL_BYTES, line)
        return None
    return text
