"""Columns that are members or suppliers become one row a cell; blank cells may say what stands above."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from clusterpool.importing.dialect import Records, text_of
from clusterpool.importing.layout import Layout
from clusterpool.importing.profile import ColumnRule
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile


def unfolded(layout: Layout, profile: Profile, notes: Notes) -> tuple[Layout, Profile]:
    """The table with a row for each filled cell of the columns that are names, and the profile for it."""
    matrix = profile.matrix
    if matrix is None:
        return layout, profile
    gone = [name for name in matrix.names if name not in layout.header]
    for name in gone:
        notes.tell(MessageId.IMPORT_HELPER_GONE, layout.line, name, near=_near(name, layout), **_names(layout))
    if gone:
        return layout, profile
    places = {name: layout.header.index(name) for name in matrix.names}
    kept = [place for place, name in enumerate(layout.header) if name not in places]
    body = Records([], [])
    for line, row in zip(layout.body.lines, layout.body.rows, strict=True):
        for name, place in places.items():
            if text_of(row[place]).strip():
                body.lines.append(line)
                body.rows.append([*(row[one] for one in kept), name, row[place]])
    named, held = f"[{matrix.column}]", f"[{matrix.value}]"
    notes.assume("matrix", names=", ".join(matrix.names), column=matrix.column, value=matrix.value)
    header = [*(layout.header[one] for one in kept), named, held]
    rules = {matrix.column: ColumnRule(column=named), matrix.value: ColumnRule(column=held), **profile.columns}
    return Layout(header, layout.line, body), profile.model_copy(update={"columns": rules})


def given_back(whole: Profile, given: Profile) -> dict[str, ColumnRule]:
    """The columns of a profile without those that its matrix makes by itself."""
    made = {f"[{given.matrix.column}]", f"[{given.matrix.value}]"} if given.matrix else set()
    return {name: rule for name, rule in whole.columns.items() if rule.column not in made}


def repeated_down(layout: Layout, profile: Profile, notes: Notes) -> Layout:
    """The table with the cells filled in that the profile says repeat what stands above."""
    rows = [list(row) for row in layout.body.rows]
    for name in profile.file.repeat_down:
        if name not in layout.header:
            notes.tell(MessageId.IMPORT_HELPER_GONE, layout.line, name, near=_near(name, layout), **_names(layout))
            continue
        place, above, filled = layout.header.index(name), "", 0
        for row in rows:
            blank = not text_of(row[place]).strip()
            row[place] = above if blank else row[place]
            filled += bool(blank and above)
            above = text_of(row[place])
        notes.assume("repeated-down", column=name, cells=str(filled))
    return Layout(layout.header, layout.line, Records(layout.body.lines, rows))


def _near(name: str, layout: Layout) -> str:
    near = difflib.get_close_matches(name, layout.header, n=1)
    return near[0] if near else "-"


def _names(layout: Layout) -> dict[str, str]:
    return {"names": ", ".join(layout.header)}
