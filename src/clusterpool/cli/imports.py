"""The command that imports: a foreign file becomes a table of a pool's folder, and its profile is saved."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from clusterpool.cli.exits import ExitCode, UsageError, print_json, problem_lines, say
from clusterpool.errors import DataError
from clusterpool.importing import Profile, import_table
from clusterpool.language import Domain, Language, counted, phrases
from clusterpool.schema import TABLES

if TYPE_CHECKING:
    from clusterpool.importing import Imported


def import_file(  # noqa: PLR0913 - one argument an option
    file: Path,
    table: str,
    *,
    profile: Path | None,
    out: Path | None,
    sheet: str,
    constants: list[str],
    append: bool,
    lang: str | None,
    json: bool,
) -> None:
    """Read a foreign file, write the table and its assumptions into a folder, and save how it was read."""
    language = _language(lang)
    if table not in TABLES:
        raise UsageError(f"--as {table}: the tables are {', '.join(TABLES)}")
    folder = out or Path(f"{file.stem}-pool")
    if (folder / f"{table}.csv").exists() and not append:
        raise FileExistsError(f"{folder / f'{table}.csv'} is there already: add to it (--append), or take it away")
    given = profile if profile and profile.exists() else None
    try:
        done = import_table(file, table, profile=given, sheet=sheet, constants=_constants(constants), language=language)
    except DataError as error:
        _wrong(error, language, json=json)
        raise typer.Exit(ExitCode.DATA_WRONG) from None
    written = done.write(folder, append=append)
    saved = _save(done, given, profile or folder / f"import-{table}.toml")
    _tell(done, written, saved, language, json=json)


def _language(lang: str | None) -> Language:
    if lang is not None and lang not in [*Language]:
        raise UsageError(f"--lang {lang}: the languages are {', '.join(Language)}")
    return Language(lang or Language.ENGLISH)


def _constants(texts: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    for name, sign, _ in pairs:
        if not sign or not name.strip():
            raise UsageError(f"--set {name}: write COLUMN=VALUE")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _save(done: Imported, given: Path | None, target: Path) -> Path | None:
    """Save the profile where none was given; a file that has other tables' sections gets this one at its end."""
    if given is None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(done.profile.to_toml(done.table), encoding="utf-8")
        return target
    held = tomllib.loads(given.read_text(encoding="utf-8-sig"))
    if done.table in held:
        return given if Profile.load(given, done.table).fixed else None
    given.write_text(
        given.read_text(encoding="utf-8-sig").rstrip() + "\n\n" + done.profile.section(done.table), "utf-8"
    )
    return given


def _tell(done: Imported, written: Path, saved: Path | None, language: Language, *, json: bool) -> None:
    warnings = done.problems.to_dict("records")
    if json:
        print_json(
            {
                "table": done.table,
                "rows": len(done.frame),
                "file": str(written),
                "profile": str(saved or ""),
                "unmapped": list(done.unmapped),
                "assumptions": done.assumptions.to_dict("records"),
                "warnings": warnings,
            }
        )
        return
    words = phrases(Domain.IMPORTING, language)
    rows = len(done.frame)
    phrase = counted(Domain.IMPORTING, language, "done", rows)
    typer.echo(phrase.format(n=rows, columns=", ".join(done.frame.columns), file=written))
    typer.echo(words["assumed"])
    for row in done.assumptions.itertuples(index=False):
        typer.echo(f"  {row.subject}: {row.value}\n      {row.evidence}")
    if done.unmapped:
        typer.echo(words["unmapped"].format(names=", ".join(done.unmapped)))
    if saved:
        typer.echo(words["saved"].format(file=saved))
    else:
        typer.echo(f"{words['whole']}\n\n{done.profile.section(done.table)}")
    for line in problem_lines(warnings):
        say(line)


def _wrong(error: DataError, language: Language, *, json: bool) -> None:
    problems = error.found.errors.problems(language).to_dict("records")
    if json:
        print_json({"problems": problems, "exit_code": int(ExitCode.DATA_WRONG)})
    say(counted(Domain.IMPORTING, language, "wrong", len(problems)).format(n=len(problems)))
    for line in problem_lines(problems):
        say(line)
