"""Whether the total that a file gives agrees with its lines as they were read: evidence, or a warning."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from clusterpool.importing.cells import read_numbers, sign_of
from clusterpool.importing.dialect import text_of
from clusterpool.importing.numbers import plain, read_number
from clusterpool.importing.quantities import split_units
from clusterpool.importing.rows import columns_read_of, number_columns
from clusterpool.importing.units import factor_of
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterpool.importing.cells import NumberColumn
    from clusterpool.importing.dialect import Records
    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import Profile


def compare_totals(layout: Layout, totals: Records, profile: Profile, notes: Notes) -> None:
    """Say whether the last total row agrees with the sum of the lines: evidence that the numbers were read rightly.

    The lines are read as the table reads them, never by the total: else lines that were read wrongly would seem to
    agree. Nothing is said where a line or the total cannot be read, or where their units differ.
    """
    rule = profile.columns.get("quantity") or profile.columns.get("weight_kg")
    if not totals.lines or rule is None:
        return
    numeric = number_columns(layout, profile, columns_read_of(profile, notes.table))
    column, quiet = numeric[rule.column], notes.quiet()
    lines = read_numbers(column, numeric.values(), quiet, percent=False)
    cells, units = split_units([*layout.column(rule.column), totals.rows[-1][layout.header.index(rule.column)]])
    total = _value(cells[-1], _sign(column, numeric.values(), quiet))
    if total is None or quiet.errors or _differ(units):
        return
    summed = sum((one.value for one in lines if one), Decimal(0))
    fields = {"total": plain(total), "sum": plain(summed)}
    if summed == total:
        notes.assume("total-agrees", column=rule.column, **fields)
    else:
        notes.tell(MessageId.IMPORT_TOTAL_DIFFERS, totals.lines[-1], rule.column, fields["total"], sum=fields["sum"])


def _sign(column: NumberColumn, others: Iterable[NumberColumn], quiet: Notes) -> str:
    """The decimal sign of the lines; of the file's other columns where the lines need none."""
    if sign := sign_of(column, others, quiet):
        return sign
    shown = {sign for other in others for sign in other.signs}
    return next(iter(shown)) if len(shown) == 1 else ""


def _value(cell: object, sign: str) -> Decimal | None:
    """A total's value; where it shows another decimal sign than the lines, by its own: it may prove them wrong."""
    if isinstance(cell, float):
        return Decimal(repr(cell))
    one = read_number(text_of(cell))
    if one is None or (one.ambiguous and not sign):
        return None
    return one.under(sign) if one.ambiguous else (one.point if one.point is not None else one.comma)


def _differ(units: list[str]) -> bool:
    """Whether several units stand beside the numbers, so that their sum means nothing."""
    return len({factor_of(unit, {}) or unit.casefold() for unit in units if unit}) > 1
