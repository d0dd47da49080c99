"""Columns of numbers that nothing is made of: each is explained by the others, or asked about.

A discount, a pack, a tax or a factor that is dropped makes a wrong price. A column is left out without a question only
where its name says that it is a number by which things are called, or where it follows from the columns that are read,
row by row, within the digits that are written: the line's amount, the price after the discount, the price with tax, the
price of a pack, the upper end of a break, or zeros.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from clusterpool.importing.aliases import AMOUNT, DISCOUNT, FACTOR, IDENTIFIER, LIST, PACK, PER, VAT, fitting, heading
from clusterpool.importing.choices import choices_for
from clusterpool.importing.dialect import text_of
from clusterpool.importing.meaning import holds_numbers, quiet_numbers, rates
from clusterpool.importing.questions import Question
from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from clusterpool.importing.layout import Layout
    from clusterpool.importing.notes import Notes
    from clusterpool.importing.profile import ColumnRule, Profile

TABLES = ("purchases", "offers")
"""The tables whose rows have a price or a quantity that another column may change."""
_PRICES = ("unit_price", "current_unit_price", "max_unit_price")
_HARMLESS_ONES = (PER, PACK, FACTOR)

_DECIMALS = 2
_ROWS_ENOUGH = 3
_PRICE_NAME = re.compile(r"prix|price|\bp\.?\s?u\b|tarif|\bnet\b|cost|co[uû]t|preis|prezzo|precio|السعر", re.IGNORECASE)

Numbers = Sequence[Decimal | None]


@dataclass(frozen=True)
class Evidence:
    """A file's columns of numbers, and what is known of its price and quantity."""

    layout: Layout
    profile: Profile
    notes: Notes

    @cached_property
    def price(self) -> ColumnRule | None:
        """How the price is read."""
        return next((self.profile.columns[name] for name in _PRICES if name in self.profile.columns), None)

    @cached_property
    def net(self) -> Numbers:
        """The price after its discounts, as the file counts it."""
        assert self.price is not None  # noqa: S101 - asked only where there is a price
        found = list(self.numbers(self.price.column))
        for name in self.price.discount_columns:
            parts = rates(self.layout, name, self.profile, self.notes)
            whole = 100 if self.price.discount_as == "fraction" else 1
            found = [None if one is None else one * (1 - whole * part) for one, part in zip(found, parts, strict=True)]
        return found

    @cached_property
    def quantity(self) -> Numbers | None:
        """The needs of purchases."""
        rule = self.profile.columns.get("quantity")
        return self.numbers(rule.column) if rule else None

    def numbers(self, name: str) -> Numbers:
        """The numbers of a column, None where there is none."""
        return quiet_numbers(self.layout, name, self.profile, self.notes)

    def others(self, *but: str) -> list[str]:
        """The columns of numbers of the file, except some."""
        return [name for name in self.layout.header if name not in but and holds_numbers(self.layout, name)]


def ask_undecided(layout: Layout, profile: Profile, notes: Notes) -> None:
    """Ask about each column of numbers that may change the price or the quantity, and that nothing explains."""
    if notes.table not in TABLES:
        return
    seen = Evidence(layout, profile, notes)
    used = {*profile.columns_named, *profile.ignore, *_asked(notes)}
    left = [name for name in layout.header if name not in used and _is_open(name, seen)]
    explained = {name for one in left for name in _explain(one, seen)}
    for name in left:
        if name not in explained:
            _ask(name, seen)


def with_discounts_decided(layout: Layout, profile: Profile, notes: Notes) -> Profile:
    """The profile that says of each discount whether it is in percent or a fraction; what nothing shows is asked."""
    if profile.break_rule.discount_columns and not profile.break_rule.discount_as:
        rule = _discounts_decided(profile.break_rule, layout, profile, notes)
        profile = profile.model_copy(update={"break_rule": rule})
    columns = {name: _discounts_decided(rule, layout, profile, notes) for name, rule in profile.columns.items()}
    return profile.model_copy(update={"columns": columns})


def _discounts_decided(rule: ColumnRule, layout: Layout, profile: Profile, notes: Notes) -> ColumnRule:
    if not rule.discount_columns or rule.discount_as or not set(rule.columns_used) <= set(layout.header):
        return rule
    texts = [text_of(cell) for name in rule.discount_columns for cell in layout.column(name)]
    numbers = [one for name in rule.discount_columns for one in quiet_numbers(layout, name, profile, notes) if one]
    if not numbers or max(numbers) > 1 or any("%" in text for text in texts):
        return rule.model_copy(update={"discount_as": "percent"})
    for kind in ("percent", "fraction"):
        tried = rule.model_copy(update={"discount_as": kind})
        name = next((one for one, held in profile.columns.items() if held is rule), "unit_price")
        seen = Evidence(layout, profile.model_copy(update={"columns": {**profile.columns, name: tried}}), notes)
        if any(agree(seen.numbers(one), seen.net) for one in seen.others(*profile.columns_named)):
            return tried
    held = rule.model_dump(exclude_defaults=True)
    owner = next((one for one, other in profile.columns.items() if other is rule), "")
    kinds = ("percent", "fraction")
    question = (
        Question.of("columns", owner, *({**held, "discount_as": kind} for kind in kinds))
        if owner
        else Question.of("break_rule", "discount_as", *kinds)
    )
    place = (layout.line, rule.discount_columns[0], texts[0])
    notes.ask(MessageId.IMPORT_DISCOUNT_UNCLEAR, *place, question=question, samples=[texts], example=texts[0])
    return rule.model_copy(update={"discount_as": "percent"})


def _asked(notes: Notes) -> list[str]:
    """The columns that a question names already."""
    several = (MessageId.IMPORT_TWO_COLUMNS, MessageId.IMPORT_ONE_FOR_TWO, MessageId.IMPORT_TWO_HELPERS)
    named = [name for one in notes.found if one.id in several for name in one.value.split(" / ")]
    matrix = [one.column for one in notes.found if one.id is MessageId.IMPORT_MATRIX]
    return named + [name for column in matrix for name in column.split(" / ")]


def _is_open(name: str, seen: Evidence) -> bool:
    """Whether a column may change something: numbers that are not called by a name that says otherwise."""
    meant = fitting(seen.notes.table, name)
    if IDENTIFIER in meant or not holds_numbers(seen.layout, name):
        return False
    of_contract = [one for one in meant if not one.startswith("@")]
    return not (seen.profile.fixed and of_contract)


def _ask(name: str, seen: Evidence) -> None:
    texts = list(dict.fromkeys(text for text in map(text_of, seen.layout.column(name)) if text))
    if seen.notes.table == "offers" and not (seen.price or seen.profile.breaks or seen.profile.pairs):
        return  # the price itself is asked for
    question = Question(choices_for(seen.notes.table, name, seen.profile, fitting(seen.notes.table, name)))
    place = (seen.layout.line, name, texts[0])
    shown = ", ".join(texts[:3])
    seen.notes.ask(MessageId.IMPORT_UNDECIDED, *place, question=question, samples=[texts], shown=shown)


def _explain(name: str, seen: Evidence) -> list[str]:
    """The columns that are explained with this one, which comes first; none where nothing explains it."""
    for relation in _RELATIONS:
        if found := relation(name, seen):
            key, others, fields = found
            seen.notes.assume(key, column=name, **fields)
            return [name, *others]
    return []


Found = tuple[str, list[str], dict[str, str]] | None


def _is_sure(name: str, seen: Evidence, kinds: Sequence[str] = ()) -> bool:
    """Whether agreement is no accident: the name says what the column is, or several different rows agree."""
    named = bool(_PRICE_NAME.search(name)) or any(kind in fitting(seen.notes.table, name) for kind in kinds)
    return named or len({one for one in seen.numbers(name) if one is not None}) >= _ROWS_ENOUGH


def _listed(name: str, seen: Evidence) -> Found:
    """A price before the discount beside the price after it, and the discount: they prove each other."""
    if seen.price is None or LIST not in fitting(seen.notes.table, name):
        return None
    for other in seen.layout.header:
        if DISCOUNT in fitting(seen.notes.table, other) and heading(other).percent:
            parts = rates(seen.layout, other, seen.profile, seen.notes)
            wanted = [
                None if one is None else one * (1 - part) for one, part in zip(seen.numbers(name), parts, strict=True)
            ]
            if any(parts) and agree(seen.net, wanted):
                return "list-agrees", [other], {"price": seen.price.column, "discount": other}
    return None


def _zeros(name: str, seen: Evidence) -> Found:
    """Nothing but zeros takes nothing off and adds nothing; ones multiply by nothing."""
    numbers = {one for one in seen.numbers(name) if one is not None}
    ones = numbers == {Decimal(1)} and any(kind in _HARMLESS_ONES for kind in fitting(seen.notes.table, name))
    return ("only-zeros", [], {"number": "1" if ones else "0"}) if ones or numbers == {Decimal(0)} else None


def _discounted(name: str, seen: Evidence) -> Found:
    if seen.price is None or not seen.price.discount_columns:
        return None
    fields = {"price": seen.price.column, "discount": ", ".join(seen.price.discount_columns)}
    proven = agree(seen.numbers(name), seen.net) and _is_sure(name, seen)
    return ("net-agrees", [], fields) if proven else None


def _taxed(name: str, seen: Evidence) -> Found:
    """The price with tax beside that without: at the rates of a column, or where its name says so and it is no less."""
    if seen.price is None or seen.price.vat == "gross":
        return None
    others = [one for one in seen.layout.header if VAT in fitting(seen.notes.table, one)]
    for other in others:
        parts = rates(seen.layout, other, seen.profile, seen.notes)
        wanted = [None if one is None else one * (1 + part) for one, part in zip(seen.net, parts, strict=True)]
        if any(parts) and agree(seen.numbers(name), wanted):
            return "gross-agrees", [other], {"price": seen.price.column, "rate": other}
    known = [(a, b) for a, b in zip(seen.numbers(name), seen.net, strict=True) if a is not None and b is not None]
    if heading(name).vat == "gross" and seen.price.vat == "net" and known and all(a >= b for a, b in known):
        return "gross-beside", [], {"price": seen.price.column}
    return None


def _tax_rate(name: str, seen: Evidence) -> Found:
    """The rate of a tax that the price does not include, as the price's own name says."""
    if seen.price is None or seen.price.vat != "net" or VAT not in fitting(seen.notes.table, name):
        return None
    return "rate-not-needed", [], {"price": seen.price.column}


def _amount(name: str, seen: Evidence) -> Found:
    if seen.price is None or seen.quantity is None:
        return None
    wanted = _products(seen.quantity, seen.net)
    slack = _products(seen.quantity, [_digit(seen.net)] * len(seen.net))
    fields = {"price": seen.price.column, "quantity": seen.profile.columns["quantity"].column}
    proven = agree(seen.numbers(name), wanted, slack) and _is_sure(name, seen, (AMOUNT,))
    return ("amount-agrees", [], fields) if proven else None


def _pack_price(name: str, seen: Evidence) -> Found:
    """A price that is the price of one times another column, which so is the size of a pack."""
    if seen.price is None:
        return None
    for other in seen.others(name, *_of_no_pack(seen)):
        many = seen.numbers(other)
        if any(one is not None and (one < 1 or one != int(one)) for one in many) or set(many) <= {None, Decimal(1)}:
            continue
        slack = _products(many, [_digit(seen.net)] * len(seen.net))
        if agree(seen.numbers(name), _products(many, seen.net), slack) and _is_sure(name, seen):
            return "pack-agrees", [other], {"price": seen.price.column, "pack": other}
    return None


def _of_no_pack(seen: Evidence) -> list[str]:
    """The columns that are read as something else than the size of a pack."""
    sizes = {PACK, PER, FACTOR}
    return [name for name in seen.profile.columns_named if not sizes & {*fitting(seen.notes.table, name)}]


def _upper_end(name: str, seen: Evidence) -> Found:
    """The upper end of a break: the next break of the same offer begins there, or one above."""
    rules = seen.profile.columns
    if not {"min_quantity", "item"} <= set(rules):
        return None
    lows, tops = seen.numbers(rules["min_quantity"].column), seen.numbers(name)
    keys = [rules[one].column for one in ("supplier", "item", "valid_from") if one in rules]
    offers: dict[tuple[str, ...], list[tuple[Decimal, Decimal | None]]] = {}
    for low, top, *key in zip(lows, tops, *(map(text_of, seen.layout.column(one)) for one in keys), strict=True):
        offers.setdefault(tuple(map(str, key)), []).append((low or Decimal(0), top))
    joined = 0
    for ends in offers.values():
        for (_, top), (low, _) in pairwise(sorted(ends, key=lambda one: one[0])):
            if top is None or not 0 <= low - top <= 1:
                return None
            joined += 1
        if max(ends, key=lambda one: one[0])[1] is not None and not _is_open_end(ends):
            return None
    return ("upper-ends", [], {"quantity": rules["min_quantity"].column}) if joined else None


def _is_open_end(ends: list[tuple[Decimal, Decimal | None]]) -> bool:
    """Whether the last break has no real end: 0, or a number of nines."""
    low, top = max(ends, key=lambda one: one[0])
    return top is not None and (top < low or set(str(int(top))) == {"9"})


_RELATIONS: tuple[Callable[[str, Evidence], Found], ...] = (
    _zeros, _discounted, _listed, _amount, _taxed, _tax_rate, _pack_price, _upper_end,
)  # fmt: skip


def _digit(numbers: Numbers) -> Decimal:
    """Half a unit of the last digit that is written in a column; hundredths are written or are zero."""
    exponents = [int(one.normalize().as_tuple().exponent) for one in numbers if one is not None]
    return Decimal(5).scaleb(min([*exponents, -_DECIMALS]) - 1)


def _products(one: Numbers, other: Numbers) -> list[Decimal | None]:
    return [None if a is None or b is None else a * b for a, b in zip(one, other, strict=True)]


def agree(written: Numbers, wanted: Numbers, slack: Numbers | None = None) -> bool:
    """Whether numbers are others, within half of their last digit and some slack, in all rows that have both."""
    slack = slack or [Decimal(0)] * len(written)
    own = _digit(written)
    rows = [
        abs(a - b) <= own + (more or 0)
        for a, b, more in zip(written, wanted, slack, strict=True)
        if a is not None and b is not None
    ]
    lonely = any(a is not None and a != 0 and b is None for a, b in zip(written, wanted, strict=True))
    return bool(rows) and all(rows) and not lonely
