"""Solved figures on disk, by the content of what was solved: a run that was killed goes on where it was.

One SQLite file. Whoever is killed while writing loses what it was writing and nothing else, and several processes may
share the file (SQLite's own journal and locks).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

CACHE_FILE = "coalitions.sqlite"
PATIENCE_S = 60.0
"""How long one process waits for another that is writing."""
AT_ONCE = 500
"""Keys in one question to SQLite."""
Figures = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cache:
    """Figures by key, in one file.

    Parameters
    ----------
    path : pathlib.Path
        The file; it is made when something is first written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = Cache.at(folder)
    ...     cache.put({"a": (1.5, 2.0)})
    ...     cache.get(["a", "b"])
    {'a': (1.5, 2.0)}
    """

    path: Path

    @classmethod
    def at(cls, place: str | Path) -> Cache:
        """The cache in a folder, or in the file that `place` names (``.sqlite``)."""
        place = Path(place)
        return cls(place if place.suffix == ".sqlite" else place / CACHE_FILE)

    def get(self, keys: Sequence[str]) -> dict[str, Figures]:
        """The figures of those keys that are there."""
        if not self.path.is_file():
            return {}
        found: dict[str, Figures] = {}
        with closing(self._connect()) as file:
            for start in range(0, len(keys), AT_ONCE):
                some = keys[start : start + AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = file.execute(f"SELECT key, figures FROM figures WHERE key IN ({marks})", some)  # noqa: S608
                found |= {key: tuple(json.loads(text)) for key, text in rows}
        return found

    def put(self, figures: Mapping[str, Figures]) -> None:
        """Write figures, all of them or, where the process is killed, none."""
        if not figures:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        rows = [(key, json.dumps(values)) for key, values in figures.items()]
        with closing(self._connect()) as file, file:
            file.executemany("INSERT OR REPLACE INTO figures VALUES (?, ?)", rows)

    def _connect(self) -> sqlite3.Connection:
        file = sqlite3.connect(self.path, timeout=PATIENCE_S)
        file.execute("PRAGMA synchronous = NORMAL")
        file.execute("CREATE TABLE IF NOT EXISTS figures (key TEXT PRIMARY KEY, figures TEXT NOT NULL) WITHOUT ROWID")
        return file


def digest(parts: Iterable[str | NDArray[np.generic]]) -> str:
    """A key for texts and arrays: equal content gives equal keys.

    Examples
    --------
    >>> digest(["a", "b"]) == digest(["a", "b"]), digest(["a", "b"]) == digest(["ab"])
    (True, False)
    """
    found = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else f"{part.dtype.str}{part.shape}".encode() + part.tobytes()
        found.update(len(content).to_bytes(8, "big"))
        found.update(content)
    return found.hexdigest()
