"""The input's tables as the commands see them: their problems and their warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from clusterpool.cli.exits import print_json, problem_lines, say
from clusterpool.demand import read_pool

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.demand import Pool

WARNINGS_SHOWN = 20


def check(folder: Path, *, json: bool) -> None:
    """Say whether the tables are right; wrong ones are told by the DataError that reading raises."""
    pool = read_pool(folder)
    warn(pool)
    if json:
        print_json({"problems": [], "warnings": pool.warnings.to_dict("records")})
    else:
        typer.echo(f"{pool.summary()}\nNo problems, {len(pool.warnings)} warning(s).")


def warn(pool: Pool) -> None:
    """Write the first warnings of a pool to stderr, and how many there are."""
    warnings = pool.warnings.to_dict("records")
    if not warnings:
        return
    say(f"{len(warnings)} warning(s)")
    for line in problem_lines(warnings[:WARNINGS_SHOWN]):
        say(line)
    if len(warnings) > WARNINGS_SHOWN:
        say(f"... and {len(warnings) - WARNINGS_SHOWN} more: `clusterpool check --json` lists all")
