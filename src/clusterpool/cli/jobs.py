"""What the commands do: read, solve or recompute, write, print. Imported only when a command runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from clusterpool.allocation import Rule
from clusterpool.cli.exits import ExitCode, UsageError, print_json, print_text, said, say
from clusterpool.cli.inputs import warn
from clusterpool.cli.languages import asked_language
from clusterpool.cli.progress import ProgressLine
from clusterpool.demand import read_pool
from clusterpool.language import Domain, Language
from clusterpool.messages import Words, did_you_mean
from clusterpool.report import (
    check_target,
    compare_results,
    comparison_text,
    document_of,
    language_of,
    read_result,
    summary,
    to_text,
    verify_result,
    write_result,
)
from clusterpool.savings import reshare, share_savings
from clusterpool.solver import SolveOptions, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterpool.demand import Pool
    from clusterpool.report import Result


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a command speaks: in which language (None: the pool's), as JSON alone, or not at all."""

    language: Language | None
    json: bool
    quiet: bool


def spoken(lang: str | None, *, json: bool, quiet: bool) -> Spoken:
    """How the user asked to be spoken to."""
    if json and quiet:
        raise UsageError("json-or-quiet")
    return Spoken(asked_language(lang), json, quiet)


def solve_options(asked: Mapping[str, Any]) -> SolveOptions:
    """The options that were asked for; the rest as the library has it."""
    try:
        return SolveOptions(**asked)
    except ValueError as error:
        raise UsageError("option", reason=str(error)) from None


def solve(
    folder: Path,
    out: Path | None,
    *,
    rule: str | None,
    members: str | None,
    options: SolveOptions,
    cache: Path | None,
    direct: bool,
    spoken: Spoken,
) -> None:
    """The main job: check, plan, share, write, report."""
    chosen = _rule(rule)
    target = _target(out or Path(f"{folder.resolve().name}-result"))
    pool = _restricted(read_pool(folder), members)
    language = spoken.language or language_of(pool)
    if not spoken.quiet:
        warn(pool, language)
    with _defined(chosen or pool.settings.rule), ProgressLine(language=language, shown=not spoken.quiet) as progress:
        result = share_savings(pool, rule=chosen, options=options, cache=cache, progress=progress).result
    _finish(result, target, spoken, direct=direct)


def share(saved: Path, out: Path | None, *, rule: str, cache: Path | None, direct: bool, spoken: Spoken) -> None:
    """Share a saved result under another rule, and write it to a folder of its own."""
    chosen = _rule(rule)
    target = _target(out or saved.resolve().with_name(f"{saved.resolve().name}-{chosen}"))
    result = read_result(saved)
    language = spoken.language or language_of(result.pool)
    with _defined(chosen), ProgressLine(language=language, shown=not spoken.quiet) as progress:
        shared = reshare(result, chosen, cache=cache, progress=progress).result
    _finish(shared, target, spoken, direct=direct)


def verify(saved: Path, *, json: bool) -> None:
    """Recompute a saved result; exit 6 where something differs."""
    found = verify_result(saved)
    if json:
        print_json({"ok": found.ok, "problems": found.problems.to_dict("records")})
    else:
        typer.echo(str(found))
    if not found.ok:
        raise typer.Exit(ExitCode.DIFFERENCE_FOUND)


def compare(first: Path, second: Path, *, lang: str | None, json: bool) -> None:
    """Set two saved results side by side."""
    language = asked_language(lang)
    before, after = read_result(first), read_result(second)
    try:
        found = compare_results(before, after, names=(str(first), str(second)))
    except ValueError as error:
        raise UsageError("compare", reason=str(error)) from None
    if json:
        print_json(found.to_json())
    else:
        print_text(comparison_text(found, language=language or language_of(before.pool)))


def _target(folder: Path) -> Path:
    try:
        return check_target(folder)
    except FileExistsError:
        raise UsageError("target-holds-files" if folder.is_dir() else "target-is-file", folder=str(folder)) from None


def exit_code(result: Result) -> ExitCode:
    """130 where the work was interrupted, 4 where needs stay unmet, else 0."""
    if result.plan.status is Status.INTERRUPTED:
        return ExitCode.INTERRUPTED
    return ExitCode.NEEDS_UNMET if len(result.plan.unmet) else ExitCode.DONE


@contextmanager
def _defined(rule: str | None) -> Iterator[None]:
    """A rule that someone asked for and that is not defined, or out of reach, for this pool is wrong usage."""
    try:
        yield
    except ValueError as error:
        if rule is None:
            raise
        raise UsageError("rule-not-here", rule=rule, reason=str(error)) from error


def _finish(result: Result, folder: Path, spoken: Spoken, *, direct: bool) -> None:
    language = spoken.language or language_of(result.pool)
    whole = _written(result, folder, language, direct=direct)
    if spoken.json:
        typer.echo(to_text(document_of(result)), nl=False)
    elif whole and not spoken.quiet:
        print_text(summary(result, language=language, folder=folder, direct=direct))
    code = exit_code(result) if whole else ExitCode.INTERRUPTED
    if code is ExitCode.INTERRUPTED and not spoken.quiet:
        key = "interrupted.plan" if result.plan.status is Status.INTERRUPTED else "interrupted.figures"
        lacking = "" if whole else f", {said('interrupted.no-papers', language)}"
        say(f"clusterpool: {said(key, language, folder=str(folder))}{lacking}")
    raise typer.Exit(code)


def _written(result: Result, folder: Path, language: Language, *, direct: bool) -> bool:
    """Write a result; after Ctrl-C its figures alone. Whether all is written."""
    try:
        write_result(result, folder, language=language, direct=direct)
    except KeyboardInterrupt:
        write_result(result, folder, direct=direct, papers=False)
        return False
    return True


def _restricted(pool: Pool, members: str | None) -> Pool:
    if members is None:
        return pool
    chosen = [code.strip() for code in members.split(",") if code.strip()]
    unknown = [code for code in chosen if code not in pool.members]
    if not chosen:
        raise UsageError("members", hints=Words("usage.no-members", domain=Domain.COMMANDS))
    if unknown:
        near = did_you_mean(unknown[0], pool.members) or Words("usage.no-member", domain=Domain.COMMANDS)
        raise UsageError("members", hints=Words("usage.hint", (("name", unknown[0]), ("hint", near)), Domain.COMMANDS))
    return pool.restrict(chosen)


def _rule(name: str | None) -> Rule | None:
    if name is None:
        return None
    if name not in [*Rule]:
        rules = Words("usage.rules-are", (("rules", ", ".join(Rule)),), Domain.COMMANDS)
        raise UsageError("rule", given=name, hint=did_you_mean(name, Rule) or rules)
    return Rule(name)
