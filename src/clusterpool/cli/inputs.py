"""The input's tables as the commands see them: what a check finds in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from clusterpool.cli.exits import ExitCode, UsageError, print_json, say
from clusterpool.cli.languages import asked_language
from clusterpool.cli.problems import problem_lines
from clusterpool.demand import read_pool
from clusterpool.errors import DataError
from clusterpool.inspection import counts, inspection_lines, write_annotated
from clusterpool.language import Domain, Language, counted
from clusterpool.messages import Severity
from clusterpool.reading import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.demand import Pool
    from clusterpool.messages import Findings


def check(source: Path, *, lang: str | None, annotate: Path | None, json: bool) -> None:
    """Say all that is found in the tables: a report, JSON, a copy of the workbook with marks."""
    asked_language(lang)
    try:
        pool = read_pool(source)
    except DataError as error:
        summary, found, spoken = "", error.found, str(read_source(source).settings.get("language", ""))
    else:
        summary, found, spoken = pool.summary(), pool.found, pool.settings.language
    language = Language(lang or (spoken if spoken in [*Language] else Language.ENGLISH))
    code = ExitCode.DATA_WRONG if len(found.errors) else ExitCode.DONE
    if json:
        _print(found, Language(lang or Language.ENGLISH), code)
    else:
        for line in [summary, *inspection_lines(found, language)]:
            typer.echo(line)
    if annotate:
        _annotate(source, annotate, found, language)
    if code:
        raise typer.Exit(code)


def _print(found: Findings, language: Language, code: ExitCode) -> None:
    findings = found.frame(language).to_dict("records")
    warnings = [one for one in findings if one["severity"] == "warning"]
    problems = found.errors.problems(language).to_dict("records")
    print_json({"problems": problems, "warnings": warnings, "findings": findings, "exit_code": int(code)})
    say(counts(found, language))


def _annotate(source: Path, target: Path, found: Findings, language: Language) -> None:
    if target.suffix.lower() != ".xlsx" or target.resolve() == source.resolve():
        raise UsageError("annotate-name", target=str(target))
    try:
        write_annotated(source, target, found, language)
    except ValueError:
        raise UsageError("annotate-form") from None
    say(str(target))


def warn(pool: Pool, language: Language) -> None:
    """Write the warnings of a pool to stderr, what is alike once, and how many there are."""
    warnings = pool.found.of(Severity.WARNING)
    if not len(warnings):
        return
    say(counted(Domain.CHECKS, language, "count.warning", len(warnings)).format(n=len(warnings)))
    for line in problem_lines(warnings, language):
        say(line)
