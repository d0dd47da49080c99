"""Exit codes, and how an error becomes one: a message without a traceback."""

from __future__ import annotations

import json as json_module
import sys
import traceback
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import typer

from clusterpool.cli.interrupts import Presses, counted_presses
from clusterpool.errors import DataError, NoPlanError, RouteError
from clusterpool.language import Domain, Language, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class ExitCode(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    DATA_WRONG = 3
    NEEDS_UNMET = 4
    NO_PLAN_IN_TIME = 5
    DIFFERENCE_FOUND = 6
    INTERRUPTED = 130


CUT_SHORT = "interrupted before the result was complete"


class UsageError(Exception):
    """The command was called wrongly."""


@contextmanager
def reported(*, json: bool, debug: bool) -> Iterator[None]:
    """Turn whatever a command raises into a message on stderr and an exit code; with `json` into JSON on stdout too.

    After Ctrl-C the code is 130, whatever else came of it.
    """
    with counted_presses() as presses:
        try:
            with _told(presses, json=json, debug=debug):
                yield
        except typer.Exit:
            if presses.count:
                raise typer.Exit(ExitCode.INTERRUPTED) from None
            raise
        if presses.count:
            raise typer.Exit(ExitCode.INTERRUPTED)


@contextmanager
def _told(presses: Presses, *, json: bool, debug: bool) -> Iterator[None]:
    try:
        with _traced(debug=debug):
            yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        _fail(ExitCode.INTERRUPTED, CUT_SHORT, json=json)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone, and Python would complain at exit
        raise typer.Exit(ExitCode.UNEXPECTED) from None
    except (UsageError, FileExistsError) as error:
        _fail(ExitCode.USAGE, str(error), json=json)
    except DataError as error:
        _wrong_data(error, json=json)
    except RouteError as error:
        _fail(ExitCode.DATA_WRONG, f"{error}; mend the table roads", json=json)
    except NoPlanError as error:
        _fail(ExitCode.NO_PLAN_IN_TIME, f"no plan in time: {error}; allow more by --time-limit", json=json)
    except Exception as error:  # noqa: BLE001 - the last resort of the command line
        if presses.count:  # such as a library that was being loaded, and calls that a failure
            _fail(ExitCode.INTERRUPTED, CUT_SHORT, json=json)
        hint = "" if debug else " (--debug shows the traceback)"
        _fail(ExitCode.UNEXPECTED, f"unexpected {type(error).__name__}: {error}{hint}", json=json)


@contextmanager
def _traced(*, debug: bool) -> Iterator[None]:
    """With `debug`, show the traceback of every error that passes."""
    try:
        yield
    except Exception as error:
        if debug and not isinstance(error, typer.Exit):
            traceback.print_exc()
        raise


def _fail(code: ExitCode, message: str, *, json: bool) -> None:
    say(f"clusterpool: {' '.join(message.split())}")
    if json:
        print_json({"error": message, "exit_code": int(code)})
    raise typer.Exit(code)


def _wrong_data(error: DataError, *, json: bool) -> None:
    problems = error.problems.to_dict("records")
    if json:
        print_json({"problems": problems, "exit_code": int(ExitCode.DATA_WRONG)})
    n = len(problems)
    say(f"clusterpool: {counted(Domain.CHECKS, Language.ENGLISH, 'count.problem', n).format(n=n)}")
    for line in problem_lines(problems):
        say(line)
    raise typer.Exit(ExitCode.DATA_WRONG)


def problem_lines(problems: Iterable[dict[Any, Any]]) -> Iterator[str]:
    """Each problem as lines: where it is, the value and what is wrong, the repair."""
    for problem in problems:
        where = [str(problem["file"] or problem["table"])]
        where += [f"row {problem['row']}"] if problem["row"] else []
        where += [f"column {problem['column']}"] if problem["column"] else []
        value = f"{problem['value']!r}: " if problem["value"] else ""
        yield printable(f"{', '.join(where)}: {value}{problem['problem']}")
        yield printable(f"    repair: {problem['repair']}")


def printable(text: str) -> str:
    """Text without characters that steer a terminal or turn the direction of writing."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def say(line: str) -> None:
    """Write a line for people to stderr."""
    typer.echo(line, err=True)


def print_json(value: object) -> None:
    """Write one JSON document to stdout."""
    typer.echo(json_module.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False))


def print_text(text: str) -> None:
    """Write text for people to stdout; letters that its encoding does not know become question marks."""
    encoding = sys.stdout.encoding or "utf-8"
    typer.echo(text.encode(encoding, errors="replace").decode(encoding), nl=False)
