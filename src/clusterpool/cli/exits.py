"""Exit codes, and how an error becomes one: a message without a traceback, in the reader's language."""

from __future__ import annotations

import json as json_module
import sys
import traceback
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

import typer

from clusterpool.cli.interrupts import Presses, counted_presses
from clusterpool.errors import DataError, NoPlanError, RouteError
from clusterpool.language import Domain, Language, counted, phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clusterpool.messages import Words


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


class UsageError(Exception):
    """The command was called wrongly; the words stand in the catalogue `commands` under ``usage.KEY``."""

    def __init__(self, key: str, /, **fields: str | Words) -> None:
        super().__init__(key)
        self._key, self._fields = f"usage.{key}", fields

    def words_in(self, language: Language) -> str:
        """What is wrong."""
        from clusterpool.messages import Words, text  # noqa: PLC0415 - half a second that only errors wait for

        return text(Words(self._key, tuple(self._fields.items()), Domain.COMMANDS), language)

    def __str__(self) -> str:
        return self.words_in(Language.ENGLISH)


def english() -> Language:
    """The language where nobody asked for one."""
    return Language.ENGLISH


@contextmanager
def reported(*, json: bool, debug: bool, language: Callable[[], Language] = english) -> Iterator[None]:
    """Turn whatever a command raises into a message on stderr and an exit code; with `json` into JSON on stdout too.

    `language` is asked once there is something to say. After Ctrl-C the code is 130, whatever else came of it.
    """
    with counted_presses() as presses:
        try:
            with _told(presses, language, json=json, debug=debug):
                yield
        except typer.Exit:
            if presses.count:
                raise typer.Exit(ExitCode.INTERRUPTED) from None
            raise
        if presses.count:
            raise typer.Exit(ExitCode.INTERRUPTED)


@contextmanager
def _told(  # noqa: C901 - one branch an error
    presses: Presses, language: Callable[[], Language], *, json: bool, debug: bool
) -> Iterator[None]:
    try:
        with _traced(debug=debug):
            yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        _fail(ExitCode.INTERRUPTED, said("error.cut-short", language()), json=json)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone, and Python would complain at exit
        raise typer.Exit(ExitCode.UNEXPECTED) from None
    except UsageError as error:
        _fail(ExitCode.USAGE, error.words_in(language()), json=json)
    except FileExistsError as error:
        _fail(ExitCode.USAGE, str(error), json=json)
    except DataError as error:
        _wrong_data(error, language(), json=json)
    except RouteError as error:
        _fail(ExitCode.DATA_WRONG, said("error.route", language(), reason=str(error)), json=json)
    except NoPlanError:
        _fail(ExitCode.NO_PLAN_IN_TIME, said("error.no-plan", language()), json=json)
    except Exception as error:  # noqa: BLE001 - the last resort of the command line
        if presses.count:  # such as a library that was being loaded, and calls that a failure
            _fail(ExitCode.INTERRUPTED, said("error.cut-short", language()), json=json)
        words = said("error.unexpected", language(), kind=type(error).__name__, reason=str(error))
        _fail(ExitCode.UNEXPECTED, words if debug else f"{words} {said('error.debug', language())}", json=json)


@contextmanager
def _traced(*, debug: bool) -> Iterator[None]:
    """With `debug`, show the traceback of every error that passes."""
    try:
        yield
    except Exception as error:
        if debug and not isinstance(error, typer.Exit):
            traceback.print_exc()
        raise


def said(key: str, language: Language, /, **fields: str) -> str:
    """A phrase of the commands in a language."""
    return phrases(Domain.COMMANDS, language)[key].format(**fields)


def _fail(code: ExitCode, message: str, *, json: bool) -> None:
    say(f"clusterpool: {' '.join(message.split())}")
    if json:
        print_json({"error": message, "exit_code": int(code)})
    raise typer.Exit(code)


def _wrong_data(error: DataError, language: Language, *, json: bool) -> None:
    from clusterpool.cli.problems import problem_lines  # noqa: PLC0415 - only where something is wrong

    problems = error.found.errors.problems(language).to_dict("records")
    if json:
        print_json({"problems": problems, "exit_code": int(ExitCode.DATA_WRONG)})
    n = len(problems)
    say(f"clusterpool: {counted(Domain.CHECKS, language, 'count.problem', n).format(n=n)}")
    for line in problem_lines(error.found.errors, language):
        say(line)
    raise typer.Exit(ExitCode.DATA_WRONG)


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
