"""File names made from codes: whatever a code holds, its file stays in its folder and has a name of its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 60
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that Windows keeps for devices."""


def safe_names(codes: Iterable[str]) -> dict[str, str]:
    """A file name without suffix for each code; names that would fall together get a few letters of the code's hash.

    Examples
    --------
    >>> safe_names(["BOI-01", "Béjaïa"])
    {'BOI-01': 'BOI-01', 'Béjaïa': 'Béjaïa'}
    >>> [name[:4] for name in safe_names(["../a", "nul", "con"]).values()]
    ['_a-6', 'nul-', 'con-']
    """
    plain = {code: _plain(code) for code in codes}
    uses = Counter(name.casefold() for name in plain.values())
    return {
        code: name if name == code and uses[name.casefold()] == 1 and name.casefold() not in RESERVED else _own(code)
        for code, name in plain.items()
    }


def _plain(code: str) -> str:
    return re.sub(r"[^\w-]+", "_", unicodedata.normalize("NFC", code))[:LONGEST]


def _own(code: str) -> str:
    return f"{_plain(code)}-{hashlib.sha256(code.encode(errors='surrogatepass')).hexdigest()[:8]}"
