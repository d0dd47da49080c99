"""What a column of a template says about itself, in a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.language import Domain, Language, phrases
from clusterpool.schema import Kind

if TYPE_CHECKING:
    from clusterpool.schema import Column


def column_meaning(table: str, column: Column, language: Language) -> str:
    """The column's description, whether it is required, what it may hold and what a blank means.

    Examples
    --------
    >>> from clusterpool.schema import columns
    >>> print(column_meaning("rebates", columns("rebates")[2], Language.FRENCH))
    Remise en pour cent. Obligatoire.
    """
    words = phrases(Domain.TEMPLATES, language)
    parts = [words[f"{table}.{column.name}"]]
    if column.required:
        parts.append(words["required"])
    if column.choices or column.kind is Kind.FLAG:
        parts.append(words["one-of"].format(choices=", ".join(column.choices or ("true", "false"))))
    if column.reference == "sites":
        parts.append(words["place"])
    elif column.reference:
        parts.append(words["code-of"].format(table=column.reference))
    if column.kind is Kind.DATE:
        parts.append(words["date-form"])
    if column.default is not None:
        default = str(column.default).lower() if column.kind is Kind.FLAG else str(column.default)
        parts.append(words["blank-means"].format(default=default))
    return " ".join(parts)
