"""Columns as plain records, read off the row models."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import TypeAdapter

from clusterpool.schema.fields import Pending, Reference
from clusterpool.schema.tables import TABLES

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    WHOLE = "whole number"
    FLAG = "true or false"
    DATE = "date"


_KINDS = {bool: Kind.FLAG, int: Kind.WHOLE, float: Kind.NUMBER, date: Kind.DATE, str: Kind.TEXT}
_DTYPES = {Kind.NUMBER: "float64", Kind.WHOLE: "float64", Kind.FLAG: "bool", Kind.DATE: "datetime64[s]"}
_BLANKS: dict[Kind, Any] = {Kind.NUMBER: math.nan, Kind.WHOLE: math.nan, Kind.FLAG: False, Kind.DATE: None}


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of a table.

    Parameters
    ----------
    default : object
        What a blank cell means; None where it stays blank.
    reference : str
        The table whose key the cells are, or ``""``.
    pending : bool
        Not honoured yet: a value is refused.
    adapter : pydantic.TypeAdapter
        Turns the text of a cell that is not blank into its value.
    """

    name: str
    kind: Kind
    required: bool
    default: Any
    description: str
    reference: str
    pending: bool
    choices: tuple[str, ...]
    adapter: TypeAdapter[Any]

    @property
    def dtype(self) -> str:
        """The dtype of the column in a canonical table."""
        return _DTYPES.get(self.kind, "str")

    @property
    def blank(self) -> Any:  # noqa: ANN401
        """What stands in a canonical table where the cell was blank: the default, or the dtype's own blank."""
        return self.default if self.default is not None else _BLANKS.get(self.kind, "")


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table in the contract's order."""
    return tuple(_column(field.alias or name, field) for name, field in TABLES[table].model_fields.items())


def _column(name: str, field: FieldInfo) -> Column:
    base, metadata = _unwrap(field.annotation)
    metadata = (*metadata, *field.metadata)
    is_choice = isinstance(base, type) and issubclass(base, Enum)
    default = None if field.is_required() else field.default
    validators = tuple(entry for entry in metadata if not isinstance(entry, Reference | Pending))
    return Column(
        name,
        Kind.CHOICE if is_choice else _KINDS[base],
        field.is_required(),
        default.value if isinstance(default, Enum) else default,
        str(field.description),
        next((entry.table for entry in metadata if isinstance(entry, Reference)), ""),
        any(isinstance(entry, Pending) for entry in metadata),
        tuple(member.value for member in base) if is_choice else (),
        TypeAdapter(Annotated[(base, *validators)] if validators else base),
    )


def _unwrap(annotation: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401
    """The bare type and the metadata of ``Annotated[T, ...]`` or ``Annotated[T, ...] | None``."""
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (arm for arm in get_args(annotation) if arm is not type(None))
    if get_origin(annotation) is Annotated:
        base, *metadata = get_args(annotation)
        return base, tuple(metadata)
    return annotation, ()
