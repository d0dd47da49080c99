"""A pool as one JSON document: ``{"members": [{"member": "A", ...}, ...], ..., "pool": {"currency": "DZD"}}``.

Each table is a list of records, `pool` holds the settings. Codes are strings or whole numbers; a cell that is missing
or null is blank. In problems, `row` is the record's position + 1, as if a header stood above the records.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd

from clusterpool.reading.frames import take_frame, unknown_table
from clusterpool.reading.source import Source
from clusterpool.schema import TABLES, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS_KEY = "pool"
_FORM = 'write {"members": [{"member": "A", ...}, ...], ...}'


class _TwiceError(ValueError):
    """A key stands twice in one object."""


def read_json(path: Path) -> Source:
    """Read the tables and settings of a JSON document; faults are collected in `Source.problems`."""
    source = Source(settings_file=path.name)
    source.problems.extend(_read(path, source))
    return source


def _read(path: Path, source: Source) -> Iterator[Problem]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except UnicodeDecodeError as error:
        yield Problem("", path.name, 0, "", f"0x{error.object[error.start]:02X}", "not UTF-8 text", "save it as UTF-8")
        return
    except json.JSONDecodeError as error:
        yield Problem("", path.name, error.lineno, "", "", f"not JSON: {error.msg}", _FORM)
        return
    except (ValueError, RecursionError) as error:
        yield Problem("", path.name, 0, "", "", f"not JSON: {error}", _FORM)
        return
    if not isinstance(document, dict):
        yield Problem("", path.name, 0, "", "", "not an object of tables", _FORM)
        return
    for name, value in document.items():
        yield from _take(name, value, path.name, source)


def _take(name: str, value: object, file: str, source: Source) -> Iterator[Problem]:
    if name == SETTINGS_KEY and isinstance(value, dict):
        source.settings.update(value)
        source.settings_lines.update(dict.fromkeys(value, 0))
    elif name not in {*TABLES, SETTINGS_KEY}:
        yield unknown_table(name, file)
    elif name == SETTINGS_KEY or not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        form = "an object of settings" if name == SETTINGS_KEY else "a list of records"
        yield Problem(name, file, 0, "", "", f"'{name}' is not {form}", _FORM)
    elif nested := list(_nested(name, file, value)):
        yield from nested
    else:
        names = list(dict.fromkeys(key for row in value for key in row))
        cells = {key: pd.Series([row.get(key) for row in value], dtype=object) for key in names}
        take_frame(name, file, pd.DataFrame(cells, index=range(len(value))), source)


def _nested(name: str, file: str, rows: list[dict[str, Any]]) -> Iterator[Problem]:
    for number, row in enumerate(rows, 2):
        for key, cell in row.items():
            if isinstance(cell, dict | list):
                value = json.dumps(cell, ensure_ascii=False)[:80]
                yield Problem(name, file, number, key, value, "not a single value", "write text, a number, or null")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise _TwiceError(f"the key '{twice[0]}' stands twice in one object")
    return found


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
