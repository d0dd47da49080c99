"""The lines of a profile that decide about a column of numbers: what it may be, by what its name says."""

from __future__ import annotations

import json

from clusterpool.importing.aliases import DISCOUNT, FACTOR, LIST, PACK, PER, PLUS, QUANTITY, TOP, VAT

_COLUMNS_OF_OFFERS = {
    QUANTITY: ("min_quantity", "order_multiple", "capacity"),
    TOP: ("capacity",),
    PACK: ("order_multiple",),
}
_SAID_OF_PRICES = {
    DISCOUNT: ("discount_columns = [{}]",),
    VAT: ('vat = "net"', 'vat = "gross", vat_column = {}'),
    PLUS: ("plus_columns = [{}]",),
    PACK: ("per_column = {}",),
    PER: ("per_column = {}",),
    FACTOR: ("per_column = {}",),
}
_PRICE_OF = {"offers": "unit_price", "purchases": "current_unit_price"}


def choices_for(table: str, name: str, price: str, kinds: tuple[str, ...]) -> list[str]:
    """What a profile may say about a column; the likeliest first, the last that it says nothing."""
    made: list[str] = []
    for kind in kinds or (DISCOUNT, PACK, PLUS):
        made += [line for line in _lines(table, name, price, kind) if line not in made]
    return [*made, f"[{table}] ignore = [{quoted(name)}]"]


def _lines(table: str, name: str, price: str, kind: str) -> list[str]:
    column, own = _PRICE_OF.get(table, "unit_price"), quoted(name)
    head, plain = f"[{table}.columns.{column}] column = {quoted(price)}, ", f"[{table}.columns] "
    if not kind.startswith("@"):
        return [f"{plain}{kind} = {own}"]
    whole = [f"{plain}{column} = {own}"] if kind == LIST else []
    if table == "offers":
        whole += [f"{plain}{meant} = {own}" for meant in _COLUMNS_OF_OFFERS.get(kind, ())]
    beside = [f"{head}{said.format(own)}" for said in _SAID_OF_PRICES.get(kind, ())] if price else []
    return [*beside, *whole]


def quoted(name: str) -> str:
    r"""A text as TOML writes it.

    Examples
    --------
    >>> quoted('a "b"')
    '"a \\"b\\""'
    """
    return json.dumps(name, ensure_ascii=False)
