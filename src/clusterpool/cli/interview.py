"""The interview of an import: what is open, cells that it is about, the answers to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from clusterpool.cli.exits import say
from clusterpool.cli.problems import printable
from clusterpool.importing import Choice
from clusterpool.language import Domain, Language, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.importing import Asked


def interview(asked: Sequence[Asked], language: Language) -> list[Choice]:
    """Ask each question once; the answers, without those that people leave open."""
    each = {one.question: one for one in asked}
    say(phrases(Domain.IMPORTING, language)["interview.open"].format(n=len(each)))
    answers = (_answer(number, one, language) for number, one in enumerate(each.values(), 1))
    return [answer for answer in answers if answer is not None]


def _answer(number: int, one: Asked, language: Language) -> Choice | None:
    words, choices = phrases(Domain.IMPORTING, language), one.question.choices
    say("")
    say(printable(f"{number}. {one.words}"))
    alone = len(one.samples) != len(choices)
    if alone:
        say(printable(f"   {_shown(one.samples[0] if one.samples else ())}"))
    for place, choice in enumerate(choices, 1):
        cells = "" if alone else f"   ({_shown(one.samples[place - 1])})"
        say(printable(f"   [{place}] {choice.line}{cells}"))
    while True:
        given = _prompt(words["interview.choose"])
        if not given:
            return None
        if found := _chosen(given, choices, language):
            return found
        say(words["interview.no-choice"])


def _chosen(given: str, choices: Sequence[Choice], language: Language) -> Choice | None:
    """The choice that was meant; a blank is filled in."""
    first = choices[0]
    if given.startswith("=") and given[1:].strip() and first.part in {("columns",), ("constants",)}:
        return Choice(("constants",), first.key, given[1:].strip())
    if not given.isdecimal() or not 1 <= int(given) <= len(choices):
        return None
    choice = choices[int(given) - 1]
    if choice.value not in {"", 0}:
        return choice
    value = _prompt(phrases(Domain.IMPORTING, language)["interview.value"].format(key=choice.key))
    return choice._replace(value=value) if value else None


def _prompt(words: str) -> str:
    return str(typer.prompt(f"   {words}", default="", show_default=False, err=True)).strip()


def _shown(cells: Sequence[str]) -> str:
    return " · ".join(cells)
