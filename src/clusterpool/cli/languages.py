"""In which language a command speaks: the one asked for, else that of the pool or the result at hand."""

from __future__ import annotations

import tomllib
from functools import partial
from typing import TYPE_CHECKING

from clusterpool.cli.exits import UsageError
from clusterpool.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_INPUT = "input"
"""The folder of a result that holds the pool."""


def asked_language(code: str | None) -> Language | None:
    """The language of ``--lang``; None: nobody asked."""
    if code is None:
        return None
    if code not in [*Language]:
        raise UsageError("language", given=code, languages=", ".join(Language))
    return Language(code)


def speaking(code: str | None, *places: Path) -> Callable[[], Language]:
    """Who says, once there is something to say, in which language: ``--lang``, else the first of some places."""
    return partial(_spoken, code, places)


def _spoken(code: str | None, places: tuple[Path, ...]) -> Language:
    if code is not None and code in [*Language]:
        return Language(code)
    for place in places:
        try:
            found = _language_of(place)
        except Exception:  # noqa: BLE001, S112 - what is wrong with the place is what will be said
            continue
        if found in [*Language]:
            return Language(found)
    return Language.ENGLISH


def _language_of(place: Path) -> str:
    """What a folder, a result or a file of a pool names; ``""`` where it names none."""
    from clusterpool.reading import SETTINGS_FILE, read_source  # noqa: PLC0415 - only errors wait for it

    for settings in (place / SETTINGS_FILE, place / _INPUT / SETTINGS_FILE):
        if settings.is_file():
            held = tomllib.loads(settings.read_text(encoding="utf-8-sig"))
            return str(held.get("language", ""))
    if place.is_file():
        return str(read_source(place).settings.get("language", ""))
    return ""
