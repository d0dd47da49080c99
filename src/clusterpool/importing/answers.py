"""Decisions about a file given beside the profile: ``Qté prévue=quantity``, ``currency=EUR``, ``units.carton=24``."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clusterpool.importing.profile import VERSION, ColumnRule, FileRules, Profile
from clusterpool.schema import columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterpool.importing.questions import Choice

_LISTS = ("ignore", "discount_columns", "plus_columns", "no_price", "repeat_down", "names")
"""Keys that hold several names: each answer adds one."""
_PLAIN = ("ignore", "fixed", "break_cells")
_NAMED = ("units", "rates", "breaks", "constants", "file", "columns", "break_rule", "matrix")
"""Tables of a profile's section; after the point stands a key of them."""


def with_answers(profile: Profile, table: str, *, maps: Iterable[str] = (), sets: Iterable[str] = ()) -> Profile:
    """The profile with decisions more.

    Parameters
    ----------
    maps : iterable of str
        ``COLUMN OF THE FILE=COLUMN OF THE TABLE``.
    sets : iterable of str
        ``KEY=VALUE``: a column of the table (one value for all rows), a key of the profile's ``file``, or
        ``PART.KEY``, such as ``rates.EUR`` or ``unit_price.vat_pct``.

    Raises
    ------
    ValueError
        One is not written so, or names no key.
    DataError
        A value does not fit its key.

    Examples
    --------
    >>> made = with_answers(Profile(), "offers", maps=["Réf=item"], sets=["supplier=S", "currency=EUR", "rates.USD=13"])
    >>> made.columns["item"].column, made.constants, made.file.currency, str(made.rates["USD"])
    ('Réf', {'supplier': 'S'}, 'EUR', '13')
    """
    document = profile.model_dump(mode="python", exclude_defaults=True)
    known = [column.name for column in columns(table)]
    for text in maps:
        name, sign, column = (part.strip() for part in text.rpartition("="))
        if not sign or not name or column not in known:
            raise ValueError(_not_a_map(text, table, known))
        _put(document, ("columns", column, "column"), name)
    for text in sets:
        key, sign, value = (part.strip() for part in text.partition("="))
        if not sign or not key or not value:
            raise ValueError(f"--set {text}: write KEY=VALUE")
        _put(document, _path(key, table, known), value)
    return Profile.of({"version": VERSION, table: document}, table)


def with_choices(profile: Profile, table: str, choices: Iterable[Choice]) -> Profile:
    """The profile with lines more.

    Raises
    ------
    DataError
        A value does not fit its key.
    """
    document = profile.model_dump(mode="python", exclude_defaults=True)
    for choice in choices:
        part = document
        for name in choice.part:
            part = part.setdefault(name, {})
        held = choice.value
        part[choice.key] = {**held} if isinstance(held, Mapping) else held
    return Profile.of({"version": VERSION, table: document}, table)


def _path(key: str, table: str, known: list[str]) -> tuple[str, ...]:
    head, point, rest = key.partition(".")
    if not point:
        if key in known:
            return ("constants", key)
        if key in FileRules.model_fields:
            return ("file", key)
        if key in _PLAIN:
            return (key,)
    elif head in known and rest in ColumnRule.model_fields:
        return ("columns", head, rest)
    elif head in _NAMED:
        return (head, rest)
    keys = [*known, *FileRules.model_fields, *_PLAIN]
    near = difflib.get_close_matches(key, keys, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(keys)}"
    raise ValueError(f"--set {key}: neither a column of {table} nor a key of its profile; {hint}")


def _not_a_map(text: str, table: str, known: list[str]) -> str:
    first, _, last = (part.strip() for part in text.partition("="))
    if first in known and last:
        return f'--map {text}: write the file\'s column first: --map "{last}={first}"'
    near = difflib.get_close_matches(text.rpartition("=")[2].strip(), known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"its columns are {', '.join(known)}"
    return f"--map {text}: write COLUMN OF THE FILE=COLUMN OF {table}; {hint}"


def _put(document: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    *parts, last = path
    for part in parts:
        document = document.setdefault(part, {})
    document[last] = (*document.get(last, ()), value) if last in _LISTS else value
