"""A pool as one JSON document: ``{"members": [{"member": "A", ...}, ...], ..., "pool": {"currency": "DZD"}}``.

Each table is a list of records, `pool` holds the settings. Codes are strings or whole numbers; a cell that is missing
or null is blank. In problems, `row` is the record's position + 1, as if a header stood above the records.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd

from clusterpool.messages import Finding, MessageId
from clusterpool.reading.frames import take_frame, unknown_table
from clusterpool.reading.settings import undecodable
from clusterpool.reading.source import Source
from clusterpool.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETTINGS_KEY = "pool"


class _TwiceError(ValueError):
    """A key stands twice in one object."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def read_json(path: Path) -> Source:
    """Read the tables and settings of a JSON document; faults are collected in `Source.problems`."""
    source = Source(settings_file=path.name)
    source.problems.extend(_read(path, source))
    return source


def _read(path: Path, source: Source) -> Iterator[Finding]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except UnicodeDecodeError as error:
        yield undecodable("", path, error)
        return
    except json.JSONDecodeError as error:
        yield Finding.at(MessageId.JSON_DAMAGED, "", path.name, error.lineno)
        return
    except _TwiceError as error:
        yield Finding.at(MessageId.JSON_KEY_TWICE, "", path.name, 0, "", error.key, key=error.key)
        return
    except RecursionError:
        yield Finding.at(MessageId.JSON_TOO_DEEP, "", path.name)
        return
    except ValueError:
        yield Finding.at(MessageId.JSON_NO_NUMBER, "", path.name)
        return
    if not isinstance(document, dict):
        yield Finding.at(MessageId.JSON_NO_TABLES, "", path.name)
        return
    for name, value in document.items():
        yield from _take(name, value, path.name, source)


def _take(name: str, value: object, file: str, source: Source) -> Iterator[Finding]:
    if name == SETTINGS_KEY and isinstance(value, dict):
        source.settings.update(value)
        source.settings_lines.update(dict.fromkeys(value, 0))
    elif name not in {*TABLES, SETTINGS_KEY}:
        yield unknown_table(name, file)
    elif name == SETTINGS_KEY or not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        message = MessageId.JSON_NO_SETTINGS if name == SETTINGS_KEY else MessageId.JSON_NO_RECORDS
        yield Finding.at(message, name, file, name=name)
    elif nested := list(_nested(name, file, value)):
        yield from nested
    else:
        names = list(dict.fromkeys(key for row in value for key in row))
        cells = {key: pd.Series([row.get(key) for row in value], dtype=object) for key in names}
        take_frame(name, file, pd.DataFrame(cells, index=range(len(value))), source)


def _nested(name: str, file: str, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    for number, row in enumerate(rows, 2):
        for key, cell in row.items():
            if isinstance(cell, dict | list):
                value = json.dumps(cell, ensure_ascii=False)[:80]
                yield Finding.at(MessageId.JSON_NOT_A_VALUE, name, file, number, key, value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise _TwiceError(twice[0])
    return found


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
