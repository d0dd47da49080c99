"""What the commands do: read, solve or recompute, write, print. Imported only when a command runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from clusterpool.allocation import Rule
from clusterpool.cli.exits import ExitCode, UsageError, print_json, print_text, say
from clusterpool.cli.inputs import warn
from clusterpool.cli.progress import ProgressLine
from clusterpool.demand import read_pool
from clusterpool.language import Language
from clusterpool.messages import nearest
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
        raise UsageError("ask for --json or --quiet, not both")
    return Spoken(_language(lang), json, quiet)


def solve_options(asked: Mapping[str, Any]) -> SolveOptions:
    """The options that were asked for; the rest as the library has it."""
    try:
        return SolveOptions(**asked)
    except ValueError as error:
        raise UsageError(str(error)) from None


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
    target = check_target(out or Path(f"{folder.resolve().name}-result"))
    pool = _restricted(read_pool(folder), members)
    if not spoken.quiet:
        warn(pool)
    with _defined(chosen or pool.settings.rule), ProgressLine(shown=not spoken.quiet) as progress:
        result = share_savings(pool, rule=chosen, options=options, cache=cache, progress=progress).result
    _finish(result, target, spoken, direct=direct)


def share(saved: Path, out: Path | None, *, rule: str, cache: Path | None, direct: bool, spoken: Spoken) -> None:
    """Share a saved result under another rule, and write it to a folder of its own."""
    chosen = _rule(rule)
    target = check_target(out or saved.resolve().with_name(f"{saved.resolve().name}-{chosen}"))
    result = read_result(saved)
    with _defined(chosen), ProgressLine(shown=not spoken.quiet) as progress:
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
    language = _language(lang)
    before, after = read_result(first), read_result(second)
    try:
        found = compare_results(before, after, names=(str(first), str(second)))
    except ValueError as error:
        raise UsageError(str(error)) from None
    if json:
        print_json(found.to_json())
    else:
        print_text(comparison_text(found, language=language or language_of(before.pool)))


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
        raise UsageError(f"rule {rule}: {error}") from error


def _finish(result: Result, folder: Path, spoken: Spoken, *, direct: bool) -> None:
    language = spoken.language or language_of(result.pool)
    whole = _written(result, folder, language, direct=direct)
    if spoken.json:
        typer.echo(to_text(document_of(result)), nl=False)
    elif whole and not spoken.quiet:
        print_text(summary(result, language=language, folder=folder, direct=direct))
    code = exit_code(result) if whole else ExitCode.INTERRUPTED
    if code is ExitCode.INTERRUPTED and not spoken.quiet:
        what = "the best plan so far is" if result.plan.status is Status.INTERRUPTED else "the figures are"
        say(f"clusterpool: interrupted; {what} in {folder}{'' if whole else ', without page, workbook and papers'}")
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
    if not chosen or unknown:
        hints = [f"{code!r}: {_hint(nearest(code, pool.members), 'not in this pool')}" for code in unknown]
        raise UsageError(f"--members: {'; '.join(hints) or 'name at least one member'}")
    return pool.restrict(chosen)


def _rule(name: str | None) -> Rule | None:
    if name is None:
        return None
    if name not in [*Rule]:
        otherwise = f"the rules are {', '.join(Rule)}"
        raise UsageError(f"--rule {name}: {_hint(nearest(name, Rule), otherwise)}")
    return Rule(name)


def _language(code: str | None) -> Language | None:
    if code is None:
        return None
    if code not in [*Language]:
        raise UsageError(f"--lang {code}: the languages are {', '.join(Language)}")
    return Language(code)


def _hint(near: str, otherwise: str) -> str:
    return f"did you mean '{near}'?" if near else otherwise
