"""What is wrong with tables as lines for a terminal: what is alike said once, and of many of a kind the first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from clusterpool.inspection import alike_findings, rows_text, values_text
from clusterpool.language import Domain, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clusterpool.language import Language
    from clusterpool.messages import Finding, Findings

SHOWN_OF_A_KIND = 10
"""So many different findings of one message, table and column are shown."""


def problem_lines(found: Findings, language: Language) -> Iterator[str]:
    """Each finding as lines: where it is, the value, what is wrong, the repair; those alike once, with their rows."""
    words = phrases(Domain.COMMANDS, language)
    groups = alike_findings(found, language)
    kinds = Counter(_kind(group[0]) for group in groups)
    seen: Counter[tuple[str, ...]] = Counter()
    for group in groups:
        kind = _kind(group[0])
        seen[kind] += 1
        if seen[kind] <= SHOWN_OF_A_KIND:
            yield from _lines(group, language)
        elif seen[kind] == kinds[kind]:
            yield f"    {words['problem.more'].format(n=kinds[kind] - SHOWN_OF_A_KIND, id=group[0].id.value)}"


def _kind(one: Finding) -> tuple[str, ...]:
    return one.id, one.table, one.file, one.column


def _lines(group: list[Finding], language: Language) -> Iterator[str]:
    words, first = phrases(Domain.COMMANDS, language), group[0]
    where = [first.file or first.table, rows_text(group, language)]
    where += [words["problem.column"].format(column=first.column)] if first.column else []
    value = values_text(group) if len(group) > 1 else repr(first.value) if first.value else ""
    comma = "، " if language.right_to_left else ", "
    place = comma.join(part for part in where if part)
    yield printable(f"{place}: {f'{value}: ' if value else ''}{first.problem_in(language)}")
    repair, *below = first.repair_in(language).splitlines()
    yield printable(f"    {words['problem.repair'].format(repair=repair)}")
    yield from (printable(f"      {line}").rstrip() for line in below)


def printable(text: str) -> str:
    """Text without characters that steer a terminal or turn the direction of writing."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
