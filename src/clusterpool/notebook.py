"""How nouns look: a caption, figures and one small table, as text and as HTML that takes its colours from around it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROWS_SHOWN = 30
ROWS_PRINTED = 5

_CELL = "padding:.2em .8em;border:0;border-bottom:1px solid currentColor;background:none"
_NUMBER = f"{_CELL};text-align:right;font-variant-numeric:tabular-nums"


def sheet(caption: str, figures: str, columns: Mapping[str, Sequence[object]]) -> str:
    """A noun as `print` shows it: a caption, its figures, and the first rows of a table.

    Examples
    --------
    >>> print(sheet("Plan", "cost 3.00", {"table": ["orders", "trips"], "cost": [1.0, 2.0]}))
    Plan
    cost 3.00
    table   cost
    orders  1.00
    trips   2.00
    """
    rows = list(zip(*columns.values(), strict=True))
    shown = [tuple(columns), *(tuple(map(_plain, row)) for row in rows[:ROWS_PRINTED])]
    widths = [max(map(len, cells)) for cells in zip(*shown, strict=True)]
    right = [all(_is_number(cell) for cell in cells) for cells in zip(*rows[:ROWS_PRINTED], strict=True)]
    lines = [
        "  ".join(
            text.rjust(w) if r else text.ljust(w) for text, w, r in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in (shown if rows else [])
    ]
    more = [f"... {len(rows) - ROWS_PRINTED} more rows"] if len(rows) > ROWS_PRINTED else []
    return "\n".join([caption, *filter(None, [figures]), *lines, *more])


def card(title: str, facts: Mapping[str, object], columns: Mapping[str, Sequence[object]]) -> str:
    """A noun as HTML; everything is escaped, nothing has a colour of its own.

    Parameters
    ----------
    facts : Mapping
        What to say in a line below the title, by name.
    columns : Mapping
        The table, column by column; a float is shown with two decimals, NaN as a dash. Of long tables the first rows.

    Examples
    --------
    >>> "a&lt;b" in card("T", {"a<b": 1}, {"x": [1.0]})
    True
    """
    said = " · ".join(f"{escape(name)}: <strong>{_text(value)}</strong>" for name, value in facts.items())
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(name)}</th>' for name in columns)
    rows = list(zip(*columns.values(), strict=True))
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows[:ROWS_SHOWN])
    more = f"<p>… {len(rows) - ROWS_SHOWN} more rows</p>" if len(rows) > ROWS_SHOWN else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}" if rows else ""
    return f"<div><p><strong>{escape(title)}</strong></p><p>{said}</p>{table}</div>"


def _cell(value: object) -> str:
    style = _NUMBER if _is_number(value) else f"{_CELL};text-align:left"
    return f'<td style="{style}">{_text(value)}</td>'


def _text(value: object) -> str:
    return escape(_plain(value))


def _plain(value: object) -> str:
    if isinstance(value, float):
        return "–" if value != value else f"{value:,.2f}"  # noqa: PLR0124, RUF001 - NaN is not equal to itself
    return f"{value:,}" if _is_number(value) else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
