"""The files of purchase orders: for each supplier a page to print and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.report.cents import cents_text
from clusterpool.report.documents.orders import purchase_orders
from clusterpool.report.filenames import safe_names
from clusterpool.report.paper import Printer, sheet_text
from clusterpool.report.paper.sheets import Figure
from clusterpool.report.rounded import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.language import Language
    from clusterpool.report.documents.orders import OrderLine
    from clusterpool.report.journeys import Journey
    from clusterpool.report.result import Result

ORDER_COLUMNS = (
    "order",
    "site",
    "member",
    "item",
    "item_name",
    "unit",
    "quantity",
    "unit_price",
    "rebate_pct",
    "amount",
    "due_date",
)
"""Columns of a purchase order's table; `member` and `site` are blank for what is bought beyond the members' needs."""


def order_files(result: Result, trips: Sequence[Journey], language: Language) -> dict[str, str]:
    """The text of every purchase order's files by name."""
    printer, orders = Printer(language, result.pool.settings.currency), list(purchase_orders(result, trips))
    members = result.pool.table("members")
    names = dict(zip(members["member"], members["name"], strict=True))
    stems, files = safe_names(order.supplier for order in orders), {}
    for order in orders:
        files[f"{stems[order.supplier]}.html"] = printer.page("order.html", o=order, names=names)
        files[f"{stems[order.supplier]}.csv"] = sheet_text([ORDER_COLUMNS, *map(_row, order.lines)])
    return files


def _row(line: OrderLine) -> list[str]:
    return [
        line.order,
        line.site,
        line.member,
        line.item,
        line.item_name,
        line.unit,
        Figure(number_text(line.quantity)),
        Figure(number_text(line.unit_price)),
        Figure(number_text(line.rebate_pct)),
        Figure(cents_text(line.amount)),
        line.due.isoformat() if line.due else "",
    ]
