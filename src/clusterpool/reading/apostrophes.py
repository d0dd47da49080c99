"""Text that a spreadsheet would take for a formula: files hold it behind an apostrophe, reading takes it off again.

A text cell that begins with ``=``, ``+``, ``-`` or ``@`` (after any apostrophes) is written with one apostrophe more,
and of such a cell one apostrophe is taken off on reading. So every text comes back as it was, and no spreadsheet
computes it. Numbers and dates are never touched; a cell that begins so without an apostrophe is read as it stands.
"""

from __future__ import annotations

import re

_FORMULA = re.compile("'*[=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}]")


def guarded(text: str) -> str:
    """A text as files hold it.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'-5"), guarded("film"), guarded("l'eau")
    ("'=1+1", "''-5", 'film', "l'eau")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A text as it was before `guarded`.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("=1+1"), unguarded("'film")
    ('=1+1', '=1+1', "'film")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
