"""Rows that say the same thing twice: the very same line, or two prices for one break."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from clusterpool.importing.dialect import Records, text_of
from clusterpool.importing.questions import Question
from clusterpool.messages import MessageId
from clusterpool.schema import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile

_ALWAYS = ("0000-01-01", "9999-12-31")
_SAMPLES = 3


def without_duplicates(layout: Layout, profile: Profile, notes: Notes) -> Layout:
    """The table without rows that repeat another cell by cell, where the profile says so."""
    again = _again(layout) if profile.file.duplicates == "drop" else {}
    if not again:
        return layout
    notes.assume("duplicates", cells=str(len(again)), lines=_shown(again))
    kept = [place for place, line in enumerate(layout.body.lines) if line not in again]
    body = Records([layout.body.lines[place] for place in kept], [layout.body.rows[place] for place in kept])
    return replace(layout, body=body)


def ask_for_duplicates(layout: Layout, profile: Profile, notes: Notes) -> None:
    """Ask whether needs that stand twice, which have no key, count once or twice; last, where all else is clear."""
    if notes.table != "purchases" or profile.matrix is not None or profile.file.duplicates or notes.errors:
        return
    if again := _again(layout):
        line = next(iter(again))
        row = layout.body.rows[layout.body.lines.index(line)]
        question = Question.of("file", "duplicates", "drop", "keep")
        fields = {"cells": str(len(again)), "lines": _shown(again)}
        notes.ask(
            MessageId.IMPORT_DUPLICATES, line, "", " | ".join(map(text_of, row))[:80], question=question, **fields
        )


def _again(layout: Layout) -> dict[int, int]:
    """The lines that repeat another cell by cell, and which line they repeat."""
    first: dict[tuple[str, ...], int] = {}
    found = {}
    for line, row in zip(layout.body.lines, layout.body.rows, strict=True):
        key = tuple(map(text_of, row))
        if first.setdefault(key, line) != line:
            found[line] = first[key]
    return found


def _shown(again: dict[int, int]) -> str:
    return ", ".join(f"{line} = {other}" for line, other in list(again.items())[:_SAMPLES])


def unrepeated(frame: pd.DataFrame, layout: Layout, profile: Profile, notes: Notes) -> pd.DataFrame:
    """The rows of a table with a key, equal ones once; two prices for one break of an offer are asked about."""
    key = [name for name in TABLES[notes.table].key if name in frame]
    if not key:
        return frame
    again = frame.duplicated()
    if again.any():
        notes.assume("equal-rows", cells=str(int(again.sum())), columns=", ".join(key))
        frame = frame[~again]
    return _one_price(frame, layout, profile, notes).reset_index(drop=True) if notes.table == "offers" else frame


def _one_price(frame: pd.DataFrame, layout: Layout, profile: Profile, notes: Notes) -> pd.DataFrame:
    """One row a break and day: the profile's choice where prices differ, else a question."""
    key = [name for name in TABLES["offers"].key if name in frame]
    packs = frame.groupby([name for name in ("supplier", "item") if name in frame])
    if "order_multiple" in frame and (several := packs["order_multiple"].nunique().gt(1)).any():
        item = str(several[several].index[0])
        held = ", ".join(sorted(set(frame["order_multiple"]), key=lambda text: float(text or 0)))
        notes.tell(MessageId.IMPORT_TWO_PACKAGINGS, layout.line, "order_multiple", item, multiples=held)
    dropped: list[int] = []
    clashes: list[str] = []
    again = frame[frame.duplicated(key, keep=False)]
    prices = dict(zip(again.index.tolist(), again["unit_price"].astype(str).tolist(), strict=True))
    for _, rows in again.groupby(key, sort=True):
        for one, other in _clashing(rows):
            low, high = sorted((one, other), key=lambda row: (Decimal(prices[row] or 0), row))
            dropped.append(high if profile.file.repeats == "lowest" else low)
            what = " / ".join(rows[key].astype(str).iloc[0].tolist())
            clashes += [] if profile.file.repeats else [f"{what}: {prices[one]}, {prices[other]}"]
    if clashes:
        fields = {"cells": str(len(clashes)), "shown": "; ".join(clashes[:_SAMPLES])}
        question = Question.of("file", "repeats", "lowest", "highest")
        notes.ask(MessageId.IMPORT_REPEATED_OFFER, layout.line, "unit_price", clashes[0], question=question, **fields)
        return frame
    if dropped:
        notes.assume("repeats", cells=str(len(set(dropped))), kept=profile.file.repeats)
    return frame.drop(index=sorted(set(dropped)))


def _clashing(rows: pd.DataFrame) -> list[tuple[int, int]]:
    """Pairs of rows of one break that are valid on one day."""
    if len(rows) == 1:
        return []
    windows = [
        (str(start) or _ALWAYS[0], str(end) or _ALWAYS[1], int(index))
        for index, start, end in zip(
            rows.index, rows.get("valid_from", [""] * len(rows)), rows.get("valid_until", [""] * len(rows)), strict=True
        )
    ]
    windows.sort()
    return [(a[2], b[2]) for i, a in enumerate(windows) for b in windows[i + 1 :] if b[0] <= a[1]]
