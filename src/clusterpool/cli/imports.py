"""The command that imports: a foreign file becomes a table of a pool's folder, and its profile is saved."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from clusterpool.cli.exits import ExitCode, UsageError, print_json, say
from clusterpool.cli.languages import asked_language, speaking
from clusterpool.demand import read_pool
from clusterpool.errors import DataError
from clusterpool.importing import Profile, UndecidedError, half_filled, import_table, with_answers, with_choices
from clusterpool.inspection import inspection_lines
from clusterpool.language import Domain, Language, counted, phrases
from clusterpool.messages import Finding, Findings, MessageId, Words, did_you_mean
from clusterpool.schema import TABLES

if TYPE_CHECKING:
    from clusterpool.importing import Choice, Imported


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command was asked to do."""

    file: Path
    table: str
    profile: Path | None
    folder: Path
    sheet: str
    maps: list[str]
    sets: list[str]
    append: bool
    language: Language
    json: bool
    interview: bool

    @property
    def given(self) -> Path | None:
        """The profile that is there."""
        return self.profile if self.profile and self.profile.exists() else None

    @property
    def target(self) -> Path:
        """Where the profile is saved."""
        return self.profile or self.folder / f"import-{self.table}.toml"


def import_file(  # noqa: PLR0913 - one argument an option
    file: Path,
    table: str,
    *,
    profile: Path | None,
    out: Path | None,
    sheet: str,
    maps: list[str],
    sets: list[str],
    append: bool,
    lang: str | None,
    json: bool,
    interview: bool | None,
) -> None:
    """Read a foreign file, write the table and its assumptions into a folder, and save how it was read."""
    if table not in TABLES:
        tables = Words("usage.tables-are", (("tables", ", ".join(TABLES)),), Domain.COMMANDS)
        raise UsageError("table", given=table, hint=did_you_mean(table, TABLES) or tables)
    asked_language(lang)
    folder = out or Path(f"{file.stem}-pool")
    asked = Asked(
        file=file,
        table=table,
        profile=profile,
        folder=folder,
        sheet=sheet,
        maps=maps,
        sets=sets,
        append=append,
        language=speaking(lang, folder)(),
        json=json,
        interview=not json and (_on_a_terminal() if interview is None else interview),
    )
    if (asked.folder / f"{table}.csv").exists() and not append:
        raise FileExistsError(
            f"{asked.folder / f'{table}.csv'} is there already: add to it (--append), or take it away"
        )
    try:
        done = _imported(asked)
    except DataError as error:
        _wrong(error, asked)
        raise typer.Exit(ExitCode.DATA_WRONG) from None
    written = done.write(asked.folder, append=append)
    saved = _save(done, asked)
    _tell(done, written, saved, asked)


def _on_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _imported(asked: Asked) -> Imported:
    profile = Profile.load(asked.given, asked.table) if asked.given else Profile()
    try:
        profile = with_answers(profile, asked.table, maps=asked.maps, sets=asked.sets)
    except ValueError as error:
        raise UsageError("answer", reason=str(error)) from None
    while True:
        try:
            return import_table(
                asked.file, asked.table, profile=profile, sheet=asked.sheet, pool=asked.folder, language=asked.language
            )
        except UndecidedError as error:
            answers = _interviewed(error, asked)
            if not answers:
                raise
            profile = with_choices(profile, asked.table, answers)


def _interviewed(error: UndecidedError, asked: Asked) -> list[Choice]:
    """What people answer on a terminal; nothing where there is none, or where they leave."""
    if not asked.interview or not error.asked:
        return []
    from clusterpool.cli.interview import interview  # noqa: PLC0415 - only on a terminal

    try:
        return interview(error.asked, asked.language)
    except typer.Abort:
        return []


def _save(done: Imported, asked: Asked) -> Path | None:
    """Save the profile where none was given; a file that has other tables' sections gets this one at its end."""
    if asked.given is None:
        return _written(asked.target, done.profile.to_toml(done.table))
    held = asked.given.read_text(encoding="utf-8-sig")
    if done.table in tomllib.loads(held):
        fixed = (
            Profile.load(asked.given, done.table).fixed
            and not asked.maps
            and not asked.sets
            and done.profile == Profile.load(asked.given, done.table)
        )
        return asked.given if fixed else None
    return _written(asked.given, f"{held.rstrip()}\n\n{done.profile.section(done.table)}")


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _against_the_folder(done: Imported, asked: Asked) -> Findings:
    """What the folder's checks say of the table, and of codes of other tables that it should hold."""
    try:
        found = read_pool(asked.folder).found
    except DataError as error:
        found = error.found
    return Findings(tuple(one for one in found if one.table == done.table or _looks_for(one, done.table)))


def _looks_for(one: Finding, table: str) -> bool:
    return one.id is MessageId.CODE_UNKNOWN and dict(one.fields)["table"] == table


def _tell(done: Imported, written: Path, saved: Path | None, asked: Asked) -> None:
    checked = _against_the_folder(done, asked)
    if asked.json:
        print_json(
            {
                "table": done.table,
                "rows": len(done.frame),
                "file": str(written),
                "profile": str(saved or ""),
                "unmapped": list(done.unmapped),
                "assumptions": done.assumptions.to_dict("records"),
                "warnings": done.problems.to_dict("records"),
                "checks": checked.frame(asked.language).to_dict("records"),
            }
        )
        return
    words = phrases(Domain.IMPORTING, asked.language)
    rows = len(done.frame)
    phrase = counted(Domain.IMPORTING, asked.language, "done", rows)
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
    if len(done.found):
        _say(done.found, asked.language)
    if len(checked):
        say(words["checked"].format(folder=asked.folder))
        _say(checked, asked.language)


def _say(found: Findings, language: Language) -> None:
    for line in inspection_lines(found, language):
        say(line)


def _wrong(error: DataError, asked: Asked) -> None:
    """Say what is wrong or open, what is alike once, and leave a profile to finish."""
    errors = error.found.errors
    left = _leave(error, asked)
    problems = errors.problems(asked.language).to_dict("records")
    if asked.json:
        print_json({"problems": problems, "profile": str(left or ""), "exit_code": int(ExitCode.DATA_WRONG)})
    say(counted(Domain.IMPORTING, asked.language, "wrong", len(problems)).format(n=len(problems)))
    _say(errors, asked.language)
    if left:
        say(phrases(Domain.IMPORTING, asked.language)["left"].format(file=left))


def _leave(error: DataError, asked: Asked) -> Path | None:
    """A half-filled profile, where something is open; a file that somebody wrote stays as it is."""
    if not isinstance(error, UndecidedError) or not error.asked:
        return None
    target = asked.target if asked.given is None else asked.target.with_name(f"{asked.target.stem}-open.toml")
    return _written(target, half_filled(error.profile, asked.table, error.asked))
