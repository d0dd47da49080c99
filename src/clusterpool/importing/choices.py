"""What a profile may say of a column of numbers, by what its name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.importing.aliases import DISCOUNT, FACTOR, LIST, PACK, PER, PLUS, QUANTITY, TOP, VAT
from clusterpool.importing.questions import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterpool.importing.profile import Profile

_COLUMNS_OF_OFFERS = {
    QUANTITY: ("min_quantity", "order_multiple", "capacity"),
    TOP: ("capacity",),
    PACK: ("order_multiple",),
}
_PRICE_OF = {"offers": "unit_price", "purchases": "current_unit_price"}


def choices_for(table: str, name: str, profile: Profile, kinds: tuple[str, ...]) -> tuple[Choice, ...]:
    """What a profile may say about a column; the likeliest first, the last that it says nothing."""
    made: list[Choice] = []
    if table == "purchases" and _PRICE_OF[table] not in profile.columns and not kinds:
        made.append(Choice(("columns",), _PRICE_OF[table], name))
    for kind in kinds or (DISCOUNT, PACK, PLUS):
        made += [choice for choice in _choices(table, name, profile, kind) if choice not in made]
    return (*made, Choice((), "ignore", (*profile.ignore, name)))


def _choices(table: str, name: str, profile: Profile, kind: str) -> Iterator[Choice]:
    column = _PRICE_OF.get(table, "unit_price")
    if not kind.startswith("@"):
        yield Choice(("columns",), kind, name)
        return
    if column in profile.columns:
        held = profile.columns[column].model_dump(exclude_defaults=True)
        for said in _said_of_prices(name, kind, held):
            yield Choice(("columns",), column, {**held, **said})
    if kind == LIST:
        yield Choice(("columns",), column, name)
    if table == "offers":
        for meant in _COLUMNS_OF_OFFERS.get(kind, ()):
            yield Choice(("columns",), meant, name)


def _said_of_prices(name: str, kind: str, held: Mapping[str, object]) -> Iterator[dict[str, object]]:
    if kind in {DISCOUNT, PLUS}:
        key = "discount_columns" if kind == DISCOUNT else "plus_columns"
        before = held.get(key, ())
        yield {key: (*(before if isinstance(before, tuple) else ()), name)}
    elif kind == VAT:
        yield {"vat": "net"}
        yield {"vat": "gross", "vat_column": name}
    elif kind in {PACK, PER, FACTOR}:
        yield {"per_column": name}
