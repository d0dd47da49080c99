"""The comparison as text for a terminal, at most 80 columns wide where the codes allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.language import Domain, Language, counted, decimal, isolated, money, percent, phrases, plain, symbol
from clusterpool.report.comparison.comparison import difference
from clusterpool.report.terminal.columns import Row, aligned, room_for_names, titled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterpool.report.comparison.comparison import Comparison, Side


def comparison_text(comparison: Comparison, *, language: Language = Language.ENGLISH) -> str:
    """What the terminal shows of two results side by side."""
    words = phrases(Domain.TERMINAL, language)
    rows = _rows(comparison, words, language, whole=False)
    whole = room_for_names(rows) < 0
    if whole:
        rows = _rows(comparison, words, language, whole=True)
    unit = words["whole" if whole else "amounts"].format(currency=symbol(comparison.currency, language))
    sides = [
        _side(side, words[key], words, language, comparison.currency)
        for key, side in (("compare.first", comparison.first), ("compare.second", comparison.second))
    ]
    notes = [wrapped(unit), wrapped(words["compare.legend"])]
    blocks = [
        titled(words["compare.title"], sides),
        titled(words["compare.members"], aligned(rows, language)),
        "\n".join(notes),
        titled(words["compare.input"], list(_changes(comparison, words, language))),
    ]
    return "\n\n".join(blocks) + "\n"


def _rows(comparison: Comparison, words: Mapping[str, str], language: Language, *, whole: bool) -> list[Row]:
    def figures(*amounts: int | None) -> tuple[str, ...]:
        return tuple("-" if cents is None else money(cents, language, whole=whole) for cents in amounts)

    named = any(change.name for change in comparison.members)
    heads = ("compare.pays_first", "compare.pays_second", "compare.more", "compare.saves_more")
    rows = [Row(words["member"], words["name"] if named else "", tuple(words[key] for key in heads))]
    rows += [
        Row(plain(change.member), plain(change.name), figures(*change.pool, change.more, change.saves_more))
        for change in comparison.members
    ]
    first, second = comparison.first, comparison.second
    total = figures(
        first.cost, second.cost, difference(first.cost, second.cost), difference(first.saving, second.saving)
    )
    return [*rows, Row(words["total"], "", total)]


def _side(side: Side, phrase: str, words: Mapping[str, str], language: Language, currency: str) -> str:
    gap = "-" if side.gap is None else percent(100 * side.gap, language)
    cost, saving = (isolated(money(cents, language, currency), language) for cents in (side.cost, side.saving))
    rule = phrases(Domain.SHARING, language)[f"rule.{side.rule}"]
    members = _counted("members", side.members, language)
    text = phrase.format(name=side.name, members=members, cost=cost, saving=saving, gap=gap, rule=rule)
    unmet = words["compare.unmet"].format(count=side.unmet) if side.unmet else ""
    return wrapped(" ".join(filter(None, (text, unmet))))


def _changes(comparison: Comparison, words: Mapping[str, str], language: Language) -> Iterator[str]:
    if not comparison.tables:
        yield words["compare.same_input"]
    for change in comparison.tables:
        first, second = (_counted("rows", n, language) for n in (change.only_first, change.only_second))
        yield wrapped(words["compare.rows"].format(table=change.table, first=first, second=second))


def _counted(things: str, n: int, language: Language) -> str:
    return counted(Domain.TERMINAL, language, f"count.{things}", n).format(n=decimal(n, language))
