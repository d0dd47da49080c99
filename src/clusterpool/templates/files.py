"""Templates as CSV files in the contract's form, beside a guide to their columns."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING

from clusterpool.language import Domain, Language, phrases
from clusterpool.schema import columns
from clusterpool.templates.example import Cell, example_row, example_settings, template_tables
from clusterpool.templates.meaning import column_meaning

if TYPE_CHECKING:
    from pathlib import Path

GUIDE_FILE = "GUIDE.md"


def write_csv_templates(folder: Path, language: Language) -> list[Path]:
    """Write a CSV file a table with its example row, ``pool.toml`` and the guide; the paths that were written.

    Raises
    ------
    FileExistsError
        The folder holds something already, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not empty: name a new folder for the templates")
    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"{table}.csv": _table(table, language) for table in template_tables()}
    texts["pool.toml"] = "".join(f"{key} = {_toml(value)}\n" for key, value in example_settings(language).items())
    texts[GUIDE_FILE] = _guide(language)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return [folder / name for name in texts]


def cell_text(cell: Cell) -> str:
    """A cell as the contract's CSV has it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _table(table: str, language: Language) -> str:
    out, row = io.StringIO(), example_row(table, language)
    names = [column.name for column in columns(table) if not column.pending]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerow([cell_text(row.get(name, "")) for name in names])
    return out.getvalue()


def _toml(value: Cell) -> str:
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def _guide(language: Language) -> str:
    words = phrases(Domain.TEMPLATES, language)
    lines = [f"{words['guide.head']}\n"]
    for table in template_tables():
        lines += [
            f"## {table}\n",
            words[table] + "\n",
            f"| {words['guide.column']} | {words['guide.meaning']} |",
            "|---|---|",
        ]
        for column in columns(table):
            if not column.pending:
                meaning = column_meaning(table, column, language).replace("|", "\\|")
                lines.append(f"| `{column.name}` | {meaning} |")
        lines.append("")
    return "\n".join(lines)
