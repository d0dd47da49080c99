"""The commands that describe: the input's schema, and the example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from clusterpool.cli.exits import print_json
from clusterpool.example import write_example
from clusterpool.schema import data_dictionary, json_schema

if TYPE_CHECKING:
    from pathlib import Path


def schema(*, json: bool) -> None:
    """Print the data dictionary, or the JSON Schema."""
    if json:
        print_json(json_schema())
    else:
        typer.echo(data_dictionary(), nl=False)


def demo(folder: Path, *, json: bool) -> None:
    """Write the six-cluster example."""
    files = write_example(folder)
    if json:
        print_json({"folder": str(folder), "files": [path.name for path in files]})
    else:
        typer.echo(f"{len(files)} files written to {folder}\nNext: clusterpool solve {folder}")
