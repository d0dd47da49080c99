"""Data dictionary (markdown) and JSON Schema, made from the row models."""

from __future__ import annotations

from typing import Any

from clusterpool.schema.columns import Column, columns
from clusterpool.schema.settings import Settings
from clusterpool.schema.tables import TABLES

_LIMITS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}


def json_schema() -> dict[str, Any]:
    """JSON Schema of a pool: an object that holds, under each table's name, a list of its rows, and the settings."""
    tables = {name: {"type": "array", "items": model.model_json_schema()} for name, model in TABLES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "clusterpool input",
        "type": "object",
        "properties": {**tables, "settings": Settings.model_json_schema()},
        "required": ["members"],
        "additionalProperties": False,
    }


def data_dictionary() -> str:
    """All tables and columns with units, defaults and limits, as markdown."""
    head = (
        "# Data dictionary\n\n"
        "Made from the row models (`clusterpool schema`); do not edit by hand. A star marks required columns.\n"
        "Money is in the pool's currency, net of VAT. Files are UTF-8 CSV with commas, decimal points and ISO dates.\n"
    )
    return "\n".join([head, *(_table(name) for name in TABLES), _settings()])


def _table(name: str) -> str:
    model = TABLES[name]
    lines = [f"## {name}\n", str(model.__doc__)]
    if model.pending:
        lines.append("\nNot honoured by this version: a row in it is refused.")
    if model.key:
        lines.append(f"\nNo two rows share {_names(model.key)}.")
    if model.one_value:
        lines.append(f"One value for each {_names(model.group)}: {_names(model.one_value)}.")
    lines += ["\n| column | holds | blank means | meaning |", "|---|---|---|---|"]
    lines += [_line(column) for column in columns(name)]
    return "\n".join(lines) + "\n"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _line(column: Column) -> str:
    star = "*" if column.required else ""
    holds = ", ".join(f"`{choice}`" for choice in column.choices) or f"{column.kind}{_limits(column)}"
    if column.reference:
        holds = f"code of `{column.reference}`"
    meaning = column.description + (" Not honoured by this version: a value is refused." if column.pending else "")
    return f"| `{column.name}`{star} | {holds} | {_blank(column)} | {meaning.replace('|', chr(92) + '|')} |"


def _blank(column: Column) -> str:
    if column.required:
        return "an error"
    if column.default is None:
        return ""
    return f"`{str(column.default).lower() if isinstance(column.default, bool) else column.default}`"


def _limits(column: Column) -> str:
    schema = column.adapter.json_schema()
    parts = [f"{words} {schema[key]:g}" for key, words in _LIMITS.items() if key in schema]
    return ", " + ", ".join(parts) if parts else ""


def _settings() -> str:
    lines = [
        "## pool.toml\n",
        "The settings of the pool; all are optional.\n",
        "| key | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, "") else f"`{field.default}`"
        lines.append(f"| `{name}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
