"""The files of the aggregate: a page to print and a table, with the same figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.report.aggregate.disclosure import Aggregate, ClusterTotal, aggregate_of
from clusterpool.report.cents import cents_text
from clusterpool.report.paper import Printer, sheet_text
from clusterpool.report.paper.sheets import Figure
from clusterpool.report.rounded import PERCENT_DECIMALS, number_text

if TYPE_CHECKING:
    from clusterpool.language import Language
    from clusterpool.report.result import Result

AGGREGATE_COLUMNS = (
    "cluster",
    "members",
    "shown",
    "today",
    "alone",
    "pool",
    "saving",
    "saving_pct",
    "purchases_saving",
    "freight_saving",
)
"""Columns of the aggregate. `cluster` is blank in the row of the whole pool, `shown` false where figures are withheld;
an amount that is blank in a row that is shown is not known, or withheld by itself."""

_MONEY = ("today", "alone", "pool", "saving", "purchases_saving", "freight_saving")


def aggregate_files(result: Result, language: Language) -> dict[str, str]:
    """The text of the aggregate's files by name."""
    aggregate, settings = aggregate_of(result), result.pool.settings
    page = Printer(language, settings.currency).page("aggregate.html", a=aggregate, pool=settings.name or "")
    return {"aggregate.csv": sheet_text([AGGREGATE_COLUMNS, *_rows(aggregate)]), "aggregate.html": page}


def _rows(aggregate: Aggregate) -> list[list[str]]:
    return [_row(row) for row in (*aggregate.rows, aggregate.total)]


def _row(row: ClusterTotal) -> list[str]:
    cells = {
        "cluster": row.cluster,
        "members": str(row.members),
        "shown": "true" if row.shown else "false",
        "saving_pct": "" if row.saving_pct is None else Figure(number_text(row.saving_pct, PERCENT_DECIMALS)),
    }
    for name in _MONEY:
        cents = getattr(row, name)
        cells[name] = "" if cents is None else Figure(cents_text(cents))
    return [cells[column] for column in AGGREGATE_COLUMNS]
