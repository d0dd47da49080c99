"""The profile of an import: which column of a file is which column of the contract, and how its cells are read.

A TOML file with one section a table, written once and applied the same way next month::

    version = 1

    [purchases]
    fixed = true                       # nothing is proposed beyond what stands here
    ignore = ["N° ligne"]              # columns of numbers that say nothing about price or quantity
    [purchases.file]
    delimiter = ";"                    # also encoding, sheet, header_line, currency (of amounts that do not say
                                       # theirs; blank: the pool's), currency_column, decimal ("," or "."),
                                       # date ("dmy", "mdy" or "ymd")
    [purchases.columns]
    item = "Réf. article"
    quantity = { column = "Qté", unit_column = "Unité" }
    current_unit_price = { column = "P.U. TTC", per = 100, vat = "gross", vat_pct = 19 }
    [purchases.constants]
    member = "BOI-01"
    [purchases.units]
    carton = 24                        # one carton is 24 of the item's units
    [purchases.rates]
    EUR = 146.5                        # money of the pool for one
    [offers.breaks]
    "à partir de 500" = 500            # the column holds the price from this quantity on
    [purchases.matrix]                 # members (or suppliers) as columns
    column = "member"
    value = "quantity"
    names = ["Coop A", "Coop B"]
"""

from __future__ import annotations

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from clusterpool.errors import DataError
from clusterpool.messages import Finding, Findings, MessageId, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

VERSION = 1


def _rule(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _exact(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


Number = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0, allow_inf_nan=False)]
Rate = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, lt=1000, allow_inf_nan=False)]
Quantity = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, allow_inf_nan=False)]
Sign = Literal["", ",", "."]
Order = Literal["", "dmy", "mdy", "ymd"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnRule(_Part):
    """How one column of the contract is read: from which column of the file, in which unit, net or gross.

    Parameters
    ----------
    unit, unit_column : str
        The unit of the file's quantities (or of what a price is for), one for all rows or by row.
    per, per_column :
        A price is for so many units.
    vat : {"", "net", "gross"}
        Whether a price includes tax; then `vat_pct` or `vat_column` gives the rate in percent.
    currency : str
        The money of the amounts, as an ISO 4217 code, where neither the cells nor a column say it.
    discount_columns : tuple of str
        Discounts that are taken off the price, one after the other.
    discount_as : {"", "percent", "fraction"}
        Whether 0.5 there is half a percent or half of the price; blank: find out.
    plus_columns : tuple of str
        Amounts that are added to the price of a unit, such as an environmental charge.
    """

    column: str = ""
    decimal: Sign = ""
    date: Order = ""
    unit: str = ""
    unit_column: str = ""
    per: Number | None = None
    per_column: str = ""
    vat: Literal["", "net", "gross"] = ""
    vat_pct: Rate | None = None
    vat_column: str = ""
    currency: str = Field("", pattern="^([A-Z]{3})?$")
    discount_columns: tuple[str, ...] = ()
    discount_as: Literal["", "percent", "fraction"] = ""
    plus_columns: tuple[str, ...] = ()

    @property
    def columns_used(self) -> tuple[str, ...]:
        """The columns of the file that it looks at."""
        named = (self.column, self.unit_column, self.per_column, self.vat_column)
        return tuple(name for name in (*named, *self.discount_columns, *self.plus_columns) if name)


class FileRules(_Part):
    """How the file itself is read; blank: find out.

    Parameters
    ----------
    currency : str
        Of amounts that do not say theirs; blank: the pool's.
    currency_column, unit_column, per_column, vat_column : str
        The file's columns that say so by row, for every column that names none itself; so do `discount_columns`.
    header_line, header_lines : int
        Where the header begins, from 1 on, and how many lines it has; 0: find out.
    no_header : bool
        The first line is a row already; columns are called ``#1``, ``#2``, ...
    headings : {"", "skip", "keep"}
        Rows with one text alone, such as names of categories: left out, or kept as rows.
    no_price : tuple of str
        What stands in the place of a price where there is none, besides the usual words (``nc``, ``rupture``, ...).
    blank : {"", "skip"}
        Rows without a number that each row needs (a price, a quantity): asked about, or left out.
    repeat_down : tuple of str
        Columns whose blank cells say the same as the cell above.
    hidden : {"", "read", "skip"}
        Rows of a workbook that a filter hides.
    week : {"", "monday", "friday", "sunday"}
        The day that is meant by the number of a week.
    repeats : {"", "lowest", "highest"}
        Which price counts where rows repeat supplier, item, quantity and validity.
    duplicates : {"", "drop", "keep"}
        Needs that stand twice in the very same row: one of them, or both.
    """

    encoding: str = ""
    delimiter: str = Field("", max_length=1)
    sheet: str = ""
    header_line: int = Field(0, ge=0)
    header_lines: int = Field(0, ge=0, le=2)
    no_header: bool = False
    headings: Literal["", "skip", "keep"] = ""
    no_price: tuple[str, ...] = ()
    blank: Literal["", "skip"] = ""
    repeat_down: tuple[str, ...] = ()
    hidden: Literal["", "read", "skip"] = ""
    week: Literal["", "monday", "friday", "sunday"] = ""
    repeats: Literal["", "lowest", "highest"] = ""
    duplicates: Literal["", "drop", "keep"] = ""
    decimal: Sign = ""
    date: Order = ""
    currency: str = Field("", pattern="^([A-Z]{3})?$")
    currency_column: str = ""
    unit_column: str = ""
    per_column: str = ""
    vat_column: str = ""
    discount_columns: tuple[str, ...] = ()

    @property
    def columns_used(self) -> tuple[str, ...]:
        """The columns of the file that say something about others."""
        named = (self.currency_column, self.unit_column, self.per_column, self.vat_column, *self.discount_columns)
        return tuple(name for name in named if name)


class Matrix(_Part):
    """Members or suppliers as columns: each of `names` becomes a row, `column` its name and `value` its cell.

    Examples
    --------
    >>> Matrix(column="member", value="quantity", names=("Coop A", "Coop B")).column
    'member'
    """

    column: str
    value: str
    names: tuple[str, ...] = Field(min_length=1)


def _named(rule: ColumnRule) -> ColumnRule:
    if not rule.column:
        raise ValueError("name a column of the file")
    return rule


Rules = dict[str, Annotated[ColumnRule, BeforeValidator(_rule), AfterValidator(_named)]]
Constant = Annotated[str, Field(min_length=1)]


class Profile(_Part):
    """How the files of one kind become one table; see this module's page for the keys.

    Examples
    --------
    >>> Profile(columns={"item": "Réf"}).columns["item"].column
    'Réf'
    """

    fixed: bool = False
    ignore: tuple[str, ...] = ()
    matrix: Matrix | None = None
    file: FileRules = FileRules()
    columns: Rules = Field(default_factory=dict)
    constants: dict[str, Constant] = Field(default_factory=dict)
    units: dict[str, Number] = Field(default_factory=dict)
    rates: dict[str, Number] = Field(default_factory=dict)
    breaks: dict[str, Quantity] = Field(default_factory=dict)
    pairs: list[tuple[str, str]] = Field(default_factory=list)
    break_cells: str = ""
    break_rule: ColumnRule = ColumnRule()

    @classmethod
    def load(cls, source: str | Path, table: str) -> Self:
        """The section of a table in a profile's file; without one, nothing is decided.

        Raises
        ------
        DataError
            The file is no profile of this version.
        """
        return cls.of(_document(Path(source)), table, Path(source).name)

    @classmethod
    def of(cls, document: Mapping[str, Any], table: str, file: str = "") -> Self:
        """As `load`, from a document that was read already.

        Raises
        ------
        DataError
            It is no profile of this version.
        """
        if document.get("version") != VERSION:
            raise _wrong(MessageId.IMPORT_PROFILE_VERSION, file, "version", str(document.get("version", "")))
        try:
            return cls.model_validate(document.get(table, {}))
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            place = ".".join([table, *(str(part) for part in detail["loc"])])
            raise _wrong(MessageId.IMPORT_PROFILE_KEY, file, place, str(detail["input"]), _reason(detail)) from None

    def section(self, table: str) -> str:
        """The profile as the TOML section of a table; what is at its default is left out."""
        return "\n\n".join("\n".join([f"[{name}]", *lines]) for name, lines in self.sections(table)) + "\n"

    def sections(self, table: str) -> list[tuple[str, list[str]]]:
        """The TOML tables of the section: the name of each, and its lines."""
        values = self.model_dump(mode="python", exclude_defaults=True)
        values = {key: value for key, value in values.items() if value not in ({}, [], (), None)}
        plain = [f"{key} = {toml_value(value)}" for key, value in values.items() if not isinstance(value, dict)]
        tables = {key: value for key, value in values.items() if isinstance(value, dict)}
        parts = [
            (f"{table}.{key}", [f"{toml_key(name)} = {toml_value(held)}" for name, held in value.items()])
            for key, value in tables.items()
        ]
        return [(table, plain), *parts]

    def to_toml(self, table: str) -> str:
        """A whole profile file with this section."""
        return f"version = {VERSION}\n\n{self.section(table)}"

    @property
    def columns_named(self) -> tuple[str, ...]:
        """The columns of the file that the profile names, each once."""
        rules = (*self.columns.values(), self.break_rule)
        named = [name for rule in rules for name in rule.columns_used]
        named += [
            *self.breaks,
            *(name for pair in self.pairs for name in pair),
            self.break_cells,
            *self.file.columns_used,
        ]
        return tuple(dict.fromkeys(name for name in named if name))


def _document(path: Path) -> Mapping[str, Any]:
    try:
        return MappingProxyType(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else 0
        raise _wrong(MessageId.IMPORT_PROFILE_NOT_TOML, path.name, line=line) from None


def _wrong(
    message: MessageId, file: str, key: str = "", value: str = "", reason: Words | None = None, *, line: int = 0
) -> DataError:
    fields: dict[str, str | Words] = {"key": key, "version": str(VERSION)}
    given = {**fields, "reason": reason} if reason else fields
    return DataError(Findings((Finding(message, "", file, line, key, value[:200], tuple(given.items())),)))


def _reason(detail: ErrorDetails) -> Words:
    """Why a value does not fit its key."""
    kind, context = detail["type"], detail.get("ctx", {})
    for kinds, phrase, fields in _REASONS:
        if kind in kinds:
            return Words(phrase, tuple((name, str(context[held]).replace(" or ", ", ")) for name, held in fields))
    return Words("profile.kind")


_REASONS = (
    (("extra_forbidden",), "profile.no-such-key", ()),
    (("literal_error",), "profile.one-of", (("choices", "expected"),)),
    (("greater_than",), "profile.above", (("limit", "gt"),)),
    (("greater_than_equal",), "profile.at-least", (("limit", "ge"),)),
    (("less_than",), "profile.below", (("limit", "lt"),)),
    (("string_pattern_mismatch",), "profile.currency", ()),
    (("string_too_short",), "profile.blank", ()),
    (("value_error",), "profile.column", ()),
)
"""Kinds of pydantic's errors, the phrase for them, and its fields in the error's context."""


def toml_key(name: str) -> str:
    """A key as TOML has it."""
    bare = name.replace("_", "").replace("-", "").isalnum() and name.isascii()
    return name if bare else json.dumps(name, ensure_ascii=False)


def toml_value(value: Any) -> str:  # noqa: ANN401 - any value of a profile
    """A value as TOML has it; a rule that names its column alone is that name."""
    if isinstance(value, dict):
        if set(value) == {"column"}:
            return toml_value(value["column"])
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(held)}" for key, held in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(held) for held in value) + "]"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return json.dumps(value, ensure_ascii=False)
