"""The report of a check for terminals: file by file, what is equal but for its row said once, at most 80 columns."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

from clusterpool.language import Domain, Language, counted, phrases
from clusterpool.messages import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterpool.messages import Finding, Findings

WIDTH = 80
MOST_ROWS = 8
"""So many rows, or runs of rows, of one kind of finding are named; of more it is said how many there are."""
MOST_VALUES = 3
_LONGEST_VALUE = 40


def inspection_lines(found: Findings, language: Language) -> Iterator[str]:
    r"""The findings by file, and how many errors, warnings and hints there are.

    Examples
    --------
    >>> from clusterpool.messages import Finding, Findings, MessageId
    >>> rows = (Finding(MessageId.CELL_NOT_A_NUMBER, "offers", "offers.csv", row, "capacity", "x") for row in (3, 4, 9))
    >>> print("\n".join(inspection_lines(Findings(tuple(rows)), Language.ENGLISH)))
    offers.csv
      error    capacity, rows 3-4, 9 ('x'): not a number
               -> give a number such as 1234.5
               (cell.not-a-number)
    <BLANKLINE>
    3 errors, 0 warnings, 0 hints
    """
    words = phrases(Domain.CHECKS, language)
    for file, of_file in groupby(found, key=lambda one: one.file or one.table):
        yield _isolated(file) or words["report.input"]
        for alike in alike_findings(of_file, language):
            yield from _finding_lines(alike, language)
        yield ""
    yield counts(found, language)


def counts(found: Findings, language: Language) -> str:
    """How many errors, warnings and hints there are."""
    numbers = {severity: len(found.of(severity)) for severity in Severity}
    comma = "، " if language.right_to_left else ", "
    return comma.join(counted(Domain.CHECKS, language, f"count.{one}", n).format(n=n) for one, n in numbers.items())


def alike_findings(found: Iterable[Finding], language: Language) -> list[list[Finding]]:
    """The findings, those together that differ in row and value only."""
    kinds: dict[tuple[str, ...], list[Finding]] = {}
    said: dict[Finding, tuple[str, str]] = {}
    for one in found:
        bare = one._replace(row=0, value="")
        if bare not in said:
            said[bare] = (one.problem_in(language), one.repair_in(language))
        key = (one.id, one.table, one.file, one.column, *said[bare])
        kinds.setdefault(key, []).append(one)
    return list(kinds.values())


def _finding_lines(alike: Sequence[Finding], language: Language) -> Iterator[str]:
    words, first = phrases(Domain.CHECKS, language), alike[0]
    rows, values = rows_text(alike, language), values_text(alike)
    comma = "، " if language.right_to_left else ", "
    place = comma.join(part for part in (first.column, rows) if part) + (f" ({values})" if values else "")
    head = f"{place.strip()}: " if place.strip() else ""
    mark = f"  {words[f'report.{first.severity}']:<8} "
    yield from _wrapped(head + first.problem_in(language), mark)
    repair, *below = first.repair_in(language).splitlines()
    yield from _wrapped(f"-> {repair}", " " * len(mark))
    yield from (f"{' ' * len(mark)}   {_isolated(line)}".rstrip() for line in below)  # as it has to be written
    yield f"{' ' * len(mark)}({first.id})"


def rows_text(alike: Sequence[Finding], language: Language) -> str:
    """The rows of findings that are alike: ``rows 3-4, 9``; of many it is said how many."""
    lines = sorted({one.row for one in alike if one.row})
    template = counted(Domain.CHECKS, language, "report.rows", len(lines)) if lines else ""
    return template.format(rows=_runs(lines, language))


def _wrapped(text: str, mark: str) -> list[str]:
    return textwrap.wrap(
        _isolated(text), WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
    )


def _runs(lines: Sequence[int], language: Language) -> str:
    """Line numbers, those that follow each other as ``9-12``."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in runs[:MOST_ROWS]]
    more = phrases(Domain.CHECKS, language)["report.more-rows"].format(number=len(lines)) if runs[MOST_ROWS:] else ""
    return ", ".join(shown) + more


def values_text(alike: Sequence[Finding]) -> str:
    """Some of the values of findings that are alike."""
    values = list(dict.fromkeys(one.value for one in alike if one.value))
    shown = [f"'{value[:_LONGEST_VALUE]}…'" if len(value) > _LONGEST_VALUE else f"'{value}'" for value in values]
    return ", ".join(shown[:MOST_VALUES]) + (", …" if len(values) > MOST_VALUES else "")


def _isolated(text: str) -> str:
    """Text without characters that steer a terminal or turn the direction of writing."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
