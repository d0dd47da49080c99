"""The settings of a pool as text: ``pool.toml``."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from clusterpool.messages import Finding, MessageId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clusterpool.reading.source import Source

SETTINGS_FILE = "pool.toml"


def read_settings(path: Path, source: Source) -> Iterator[Finding]:
    """Read ``pool.toml`` into `source`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        source.settings.update(tomllib.loads(text))
        for number, content in enumerate(text.splitlines(), 1):
            if key := re.match(r"""\s*\[*\s*["']?([\w-]+)""", content):
                source.settings_lines.setdefault(key[1], number)
    except UnicodeDecodeError as error:
        yield undecodable("settings", path, error)
    except (ValueError, RecursionError) as error:  # tomllib lets both pass: endless integers, deep nesting
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else 0
        yield Finding.at(MessageId.SETTINGS_NOT_TOML, "settings", path.name, line)


def undecodable(table: str, path: Path, error: UnicodeDecodeError) -> Finding:
    """The first byte of a file that is no UTF-8, with its line."""
    line = error.object[: error.start].count(b"\n") + 1
    value = f"0x{error.object[error.start]:02X}"
    return Finding.at(MessageId.FILE_NOT_UTF8, table, path.name, line, "", value)
