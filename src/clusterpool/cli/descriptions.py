"""The commands that describe: the input's schema, its templates, and the example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from clusterpool.cli.exits import UsageError, print_json
from clusterpool.cli.languages import asked_language
from clusterpool.example import Example, write_example
from clusterpool.language import Domain, Language, phrases
from clusterpool.schema import data_dictionary, json_schema
from clusterpool.templates import write_csv_templates, write_workbook_template

if TYPE_CHECKING:
    from pathlib import Path


def schema(*, json: bool) -> None:
    """Print the data dictionary, or the JSON Schema."""
    if json:
        print_json(json_schema())
    else:
        typer.echo(data_dictionary(), nl=False)


def demo(folder: Path, *, small: bool, json: bool) -> None:
    """Write an example."""
    files = write_example(folder, Example.THREE_FIRMS if small else Example.SIX_CLUSTERS)
    if json:
        print_json({"folder": str(folder), "files": [path.name for path in files]})
    else:
        typer.echo(f"{len(files)} files written to {folder}\nNext: clusterpool solve {folder}")


def init(target: Path, *, form: str, lang: str, json: bool) -> None:
    """Write templates: a folder of CSV files, or a workbook."""
    language = asked_language(lang) or Language.FRENCH
    if form not in {"", "csv", "xlsx"} or (form == "csv" and target.suffix.lower() == ".xlsx"):
        raise UsageError("form", form=form)
    named = target.suffix.lower() == ".xlsx"
    if named or form == "xlsx":
        path = target if named else target / "pool.xlsx"
        write_workbook_template(path, language)
        files = [path]
    else:
        path, files = target, write_csv_templates(target, language)
    if json:
        print_json({"path": str(path), "files": [file.name for file in files]})
    else:
        words = phrases(Domain.TEMPLATES, language)
        typer.echo(words["written"].format(files=len(files), folder=path if len(files) > 1 else path.parent))
        typer.echo(words["next"].format(path=path))
