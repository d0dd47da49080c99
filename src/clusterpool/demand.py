"""The pool: the members' needs and the market they face, checked, typed and in canonical order."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.errors import DataError
from clusterpool.messages import Finding, Findings, MessageId, Severity
from clusterpool.notebook import card, sheet
from clusterpool.reading import (
    ASSUMPTIONS_FILE,
    SETTINGS_FILE,
    Assumption,
    assumption_frame,
    guarded,
    read_frames,
    read_source,
)
from clusterpool.validation import Checked, validate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterpool.schema import Settings

_OF_MEMBERS = ("members", "purchases", "shipments", "eligibility")
"""The tables whose rows belong to a member; the others are the market, which every coalition faces whole."""


@dataclass(frozen=True, eq=False, repr=False)
class Pool:
    """Members, their needs, and the market; made by `read_pool` or `Pool.from_frames`.

    Parameters
    ----------
    tables : Mapping[str, pandas.DataFrame]
        Every table of the contract under its name, typed and sorted, with all columns. Blank text is ``""``, a blank
        number NaN, a blank date NaT; what a blank means by other data (sites, dates) is filled in.
    settings : Settings
        The settings with their defaults; `order_date` is filled in.
    found : Findings
        What is odd but not wrong; `found.frame(language)` is the table in a language.
    assumptions : pandas.DataFrame
        What was assumed about the files when they were read or imported: `file`, `subject`, `value`, `evidence`.

    Examples
    --------
    >>> pool = Pool.from_frames(
    ...     {
    ...         "members": pd.DataFrame({"member": ["A", "B"], "cluster": "c", "site": ["Alger", "Oran"]}),
    ...         "purchases": pd.DataFrame({"member": ["A", "B"], "item": "film", "quantity": [40, 25]}),
    ...         "offers": pd.DataFrame({"supplier": ["S"], "item": "film", "min_quantity": 0, "unit_price": 330}),
    ...     }
    ... )
    >>> pool.members
    ['A', 'B']
    >>> pool.restrict(["A"]).table("purchases")["quantity"].tolist()
    [40.0]
    """

    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    found: Findings
    assumptions: pd.DataFrame = field(default_factory=lambda: assumption_frame(()))

    @classmethod
    def from_frames(
        cls,
        frames: Mapping[str, pd.DataFrame],
        settings: Mapping[str, Any] | Settings | None = None,
        *,
        assumptions: pd.DataFrame | None = None,
    ) -> Pool:
        """Make a pool of DataFrames under the tables' names.

        Cells may be text or numbers, dates and flags; codes are text (an int becomes text, a float is refused). In
        problems, `row` is the position in the frame + 2, as if the frame were a file with a header. `assumptions` are
        those that were made when the frames were (`Imported.assumptions`); they stay with the pool.

        Raises
        ------
        DataError
            Something is wrong; `problems` lists every fault.
        """
        source = read_frames(frames, settings)
        if assumptions is not None:
            source.assumptions.extend(Assumption(*row) for row in assumptions.itertuples(index=False))
        return _pool(validate(source))

    def __reduce__(self) -> tuple[Any, ...]:
        """A pool goes to another process as its tables."""
        return _unpickle, (dict(self.tables), self.settings, self.found, self.assumptions)

    @cached_property
    def warnings(self) -> pd.DataFrame:
        """What is probably not meant: table, file, row, column, value, problem, repair; in English."""
        return self.found.of(Severity.WARNING).problems()

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Warnings and hints, with their id and severity before the columns of `warnings`; in English."""
        return self.found.frame()

    @property
    def members(self) -> list[str]:
        """The codes of the members, sorted."""
        return self.table("members")["member"].tolist()

    @property
    def clusters(self) -> dict[str, list[str]]:
        """The members of each cluster, both sorted; a member counts in its first cluster only."""
        members = self.table("members")
        first = members["cluster"].str.split("|").str[0]
        found: dict[str, list[str]] = {name: [] for name in sorted(set(first))}
        for member, cluster in zip(members["member"], first, strict=True):
            found[cluster].append(member)
        return found

    def table(self, name: str) -> pd.DataFrame:
        """A copy of a table, with all columns of the contract, without rows where it was not given.

        Raises
        ------
        KeyError
            The contract has no such table.
        """
        return self.tables[name].copy()

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Copies of all tables by name."""
        return {name: self.table(name) for name in self.tables}

    def restrict(self, members: Iterable[str]) -> Pool:
        """The pool of a coalition: its members' rows only, facing the whole market.

        Raises
        ------
        KeyError
            A code is no member of the pool.
        """
        chosen = set(members)
        unknown = sorted(chosen - set(self.members))
        if unknown:
            raise KeyError(f"not members of the pool: {', '.join(unknown)}")
        kept = {name: _of(self.tables[name], chosen) for name in _OF_MEMBERS}
        return Pool(MappingProxyType({**self.tables, **kept}), self.settings, self.found, self.assumptions)

    @cached_property
    def weights(self) -> dict[str, float]:
        """The bargaining weights of the members."""
        members = self.table("members")
        return dict(zip(members["member"].tolist(), members["weight"].tolist(), strict=True))

    @cached_property
    def keys(self) -> dict[str, float]:
        """What the rule by-key shares by, of each member.

        Raises
        ------
        DataError
            Members without a key.
        """
        members = self.table("members")
        keys = dict(zip(members["member"].tolist(), members["key"].tolist(), strict=True))
        if lacking := [member for member, key in keys.items() if math.isnan(key)]:
            place = ("members", "members", 0, "key", "")
            raise DataError(Findings((Finding.at(MessageId.MEMBER_WITHOUT_KEY, *place, members=tuple(lacking)),)))
        return keys

    def demand(self) -> pd.DataFrame:
        """What is needed of each item: `item`, `quantity`, `members` (how many), and a column for each member."""
        parts = self.table("purchases").pivot_table(index="item", columns="member", values="quantity", aggfunc="sum")
        parts = parts.reindex(columns=self.members).fillna(0.0)
        head = pd.DataFrame({"quantity": parts.sum(axis=1), "members": (parts > 0).sum(axis=1)}, index=parts.index)
        return head.join(parts).rename_axis(index="item", columns=None).reset_index()

    @cached_property
    def input_hash(self) -> str:
        """SHA-256 of the canonical tables and settings: the same for the same pool, however its rows were ordered."""
        digest = hashlib.sha256(json.dumps(self.settings.model_dump(mode="json"), sort_keys=True).encode())
        for name, frame in sorted(self.tables.items()):
            if len(frame):
                digest.update(f"\n{name}\n{_csv(frame)}".encode())
        return digest.hexdigest()

    def summary(self) -> str:
        """One line for people: how many of what."""
        sizes = ((len(frame), name) for name, frame in self.tables.items())
        name = f"Pool '{self.settings.name}'" if self.settings.name else "Pool"
        return f"{name}: " + ", ".join(f"{size} {table}" for size, table in sizes if size)

    def __repr__(self) -> str:
        return f"<{self.summary()}>"

    def __str__(self) -> str:
        sizes = {name: len(frame) for name, frame in self.tables.items() if len(frame)}
        name = f"Pool '{self.settings.name}'" if self.settings.name else "Pool"
        figures = f"{len(self.members)} members, {len(self.clusters)} clusters, {len(self.warnings)} warnings"
        return sheet(name, figures, {"table": list(sizes), "rows": list(sizes.values())})

    def _repr_html_(self) -> str:
        sizes = {name: len(frame) for name, frame in self.tables.items() if len(frame)}
        facts = {"members": len(self.members), "clusters": len(self.clusters), "warnings": len(self.warnings)}
        name = self.settings.name or "without a name"
        return card(f"Pool {name}", facts, {"table": list(sizes), "rows": list(sizes.values())})


def read_pool(source: str | Path | Mapping[str, pd.DataFrame]) -> Pool:
    """Read a pool from a folder of CSV files, a workbook, a JSON document, or DataFrames under the tables' names.

    A folder holds one CSV file a table and ``pool.toml``; a workbook (``.xlsx``, ``.ods``) one sheet a table and a
    sheet ``pool`` of keys and values; a JSON document one list of records a table and an object ``pool``.
    Other files come in through `import_table`.

    Raises
    ------
    DataError
        Something is wrong; `problems` lists every fault with table, file, row, column, value and repair.
    """
    if isinstance(source, Mapping):
        return Pool.from_frames(source)
    if not isinstance(source, str | Path):
        raise TypeError(f"read_pool takes a folder, a file or DataFrames by name, not {type(source).__name__}")
    return _pool(validate(read_source(source)))


def asked_pool(given: object) -> Pool:
    """A pool that somebody gave where one is asked for.

    Raises
    ------
    TypeError
        It is something else, such as the name of a folder; the message says how to come by a pool.
    """
    if isinstance(given, Pool):
        return given
    if isinstance(given, str | Path):
        raise TypeError(f"it takes a pool, not the name of one; read it first: cp.read_pool({str(given)!r})")
    if isinstance(given, Mapping):
        raise TypeError("it takes a pool, not tables; make it first: cp.Pool.from_frames(tables)")
    raise TypeError(f"it takes a pool, as cp.read_pool gives it, not {type(given).__name__}")


def write_pool(pool: Pool, folder: str | Path) -> None:
    """Write the canonical tables as CSV and the settings as ``pool.toml``; `read_pool` reads the same pool back."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in pool.tables.items():
        if len(frame) or name in {"members", "purchases"}:
            (folder / f"{name}.csv").write_bytes(_csv(_harmless(frame)).encode())
    if len(pool.assumptions):
        (folder / ASSUMPTIONS_FILE).write_bytes(_csv(pool.assumptions).encode())
    (folder / SETTINGS_FILE).write_bytes(_toml(pool.settings).encode())


def _pool(checked: Checked) -> Pool:
    return _unpickle(dict(checked.tables), checked.settings, checked.found, checked.assumptions)


def _unpickle(tables: dict[str, pd.DataFrame], settings: Settings, found: Findings, assumptions: pd.DataFrame) -> Pool:
    return Pool(MappingProxyType(tables), settings, found, assumptions)


def _of(frame: pd.DataFrame, members: set[str]) -> pd.DataFrame:
    return frame[frame["member"].isin(members)].reset_index(drop=True)


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its texts as files hold them."""
    texts = {str(name): frame[name].map(guarded) for name in frame.columns if frame[name].dtype == "str"}
    return frame.assign(**texts)


def _csv(frame: pd.DataFrame) -> str:
    flags = {str(name): frame[name].map({True: "true", False: "false"}) for name in frame.select_dtypes("bool")}
    return frame.assign(**flags).to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")


def _toml(settings: Settings) -> str:
    """JSON's strings and numbers are TOML's too."""
    values = settings.model_dump(mode="json", exclude_none=True)
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
