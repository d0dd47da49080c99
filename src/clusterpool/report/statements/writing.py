"""The files of statements: for each member a page to print and a table, named by its code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clusterpool.report.cents import cents_text
from clusterpool.report.filenames import safe_names
from clusterpool.report.paper import Printer, sheet_text
from clusterpool.report.paper.sheets import Figure
from clusterpool.report.rounded import PERCENT_DECIMALS, number_text
from clusterpool.report.statements.view import Ledger, statement_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterpool.language import Language
    from clusterpool.report.result import Result
    from clusterpool.report.statements.statement import Bill, Statement

STATEMENT_COLUMNS = (
    "section",
    "name",
    "partner",
    "item",
    "item_name",
    "from",
    "to",
    "first_day",
    "last_day",
    "quantity",
    "unit",
    "weight_kg",
    "volume_m3",
    "pallets",
    "unit_price",
    "amount",
)
"""Columns of a statement's table. `section` is bill, order, load, unmet or account, `partner` the supplier, vehicle
type or tariff, `unit_price` and `amount` what the member pays, in the pool's currency."""


def write_statements(result: Result, folder: str | Path, language: Language) -> list[Path]:
    """Write the statement of every member as HTML and CSV into a folder, made where it is missing.

    Returns
    -------
    list of pathlib.Path
        The files, sorted.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in statement_files(result, language).items():
        (folder / name).write_bytes(text.encode())
    return sorted(folder / name for name in statement_files(result, language))


def statement_files(result: Result, language: Language) -> dict[str, str]:
    """The text of every statement's files by name; each is made from its own `Statement` alone."""
    ledger, printer = Ledger.of(result), Printer(language, result.pool.settings.currency)
    files = {}
    for member, stem in safe_names(result.pool.members).items():
        statement = statement_of(ledger, member)
        files[f"{stem}.html"] = printer.page("statement.html", s=statement)
        files[f"{stem}.csv"] = sheet_text([STATEMENT_COLUMNS, *_rows(statement)])
    return files


def _rows(statement: Statement) -> Iterator[list[str]]:
    yield from _bill_rows(statement.bill)
    for line in statement.purchases:
        yield _row(
            section="order",
            name=line.kind,
            partner=line.supplier,
            item=line.item,
            item_name=line.item_name,
            to=line.site,
            quantity=Figure(number_text(line.quantity)),
            unit=line.unit,
            unit_price=Figure(number_text(line.unit_price, 4)),
            amount=_money(line.cost),
        )
    for load in statement.carriages:
        first, last = (day.isoformat() for day in load.days) if load.days else ("", "")
        yield _row(
            section="load",
            name=load.what,
            partner=load.by,
            first_day=first,
            last_day=last,
            weight_kg=Figure(number_text(load.weight_kg)),
            volume_m3=Figure(number_text(load.volume_m3)),
            pallets=Figure(number_text(load.pallets)),
            amount=_money(load.cost) if load.groupage else "",
            **{"from": load.origin, "to": load.destination},
        )
    for lack in statement.shortfalls:
        yield _row(section="unmet", name=lack.what, quantity=Figure(number_text(lack.quantity)), unit=lack.unit)
    account = statement.account
    for name in ("share", "orders", "groupage", "balance"):
        yield _row(section="account", name=name, amount=_money(getattr(account, name)))


def _bill_rows(bill: Bill) -> Iterator[list[str]]:
    names = ("today", "alone", "alone_at_least", "pool", "saving", "purchases_saving", "freight_saving", "own_effort")
    for name in names:
        cents = getattr(bill, name)
        if cents is not None:
            yield _row(section="bill", name=name, amount=_money(cents))
    yield _row(
        section="bill", name="saving_pct", quantity=Figure(number_text(bill.saving_pct, PERCENT_DECIMALS)), unit="%"
    )
    yield _row(section="bill", name="comparable", unit="true" if bill.comparable else "false")


def _row(**cells: str) -> list[str]:
    return [cells.get(column, "") for column in STATEMENT_COLUMNS]


def _money(cents: int) -> Figure:
    return Figure(cents_text(cents))
