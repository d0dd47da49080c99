"""What a cache of solved coalitions holds while another process writes it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def figures_in(cache: Path) -> int:
    """How many figures a cache file holds; 0 while it is being made."""
    if not cache.is_file():
        return 0
    try:
        with closing(sqlite3.connect(cache)) as file:
            return int(file.execute("SELECT count(*) FROM figures").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
