"""How the cost is shared: the core, the rules side by side, what each leaver takes away, the same price for all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from clusterpool.allocation import Rule
from clusterpool.language import capital
from clusterpool.report.answers import Answers, answers_of
from clusterpool.report.cents import to_cents
from clusterpool.report.claims import reason_of
from clusterpool.report.page.tables import Column, Kind, Named, Said, Table, total_of
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from clusterpool.report.answers import Row
    from clusterpool.report.book import Book
    from clusterpool.report.page.names import Names
    from clusterpool.report.page.speech import Speech
    from clusterpool.report.result import Result
    from clusterpool.report.rounded import Cents

LEAST_SPREAD = 0.01
"""Savings that lie closer together than this, in percent, are not drawn."""
LEAST_WIDTH = 0.005
"""Shares known to half a cent are exact."""
_SEVERAL = 2
WORST = 5
"""How many of the worst coalitions are listed."""


@dataclass(frozen=True, slots=True)
class RuleNote:
    """Why a rule is not in the table; `lacking` coalitions would have to be solved for it."""

    rule: Rule
    cause: str
    lacking: int


@dataclass(frozen=True, slots=True)
class Dots:
    """A member's saving under each rule, in percent of its cost alone, and where that lies on a scale from 0 to 1."""

    member: Named
    dots: tuple[tuple[Rule, float, float], ...]


@dataclass(frozen=True, slots=True)
class Sharing:
    """The shares, and what people ask about them.

    Parameters
    ----------
    reason : str
        Which rule, why, and what is proven: a sentence in the page's language.
    dots : tuple of Dots
        What each member saves under each rule, in a pool of several members with several rules to compare.
    intervals : Table or None
        What each share lies between, given the gaps to which costs are known; None where the shares are exact, or
        where nothing is proven of any of them.
    unbounded : bool
        Whether nothing is proven of any share but that of members without needs.
    leaving : Table or None
        None in a pool of one member.
    """

    rule: Rule
    reason: str
    largest_error: float
    rules: Table
    dots: tuple[Dots, ...]
    dots_range: tuple[float, float]
    intervals: Table | None
    unbounded: bool
    notes: tuple[RuleNote, ...]
    worst: Table
    leaving: Table | None
    same_price: Table
    hurt: tuple[str, ...]
    settlement: Table


def sharing_of(book: Book, names: Names, settlement: pd.DataFrame, speech: Speech) -> Sharing:
    """Everything about the shares of a result; `settlement` holds the payments in cents."""
    result = book.result
    allocation, cents = result.allocation, book.members
    answers = answers_of(book, top=WORST)
    dots_range, dots = _dots(book, answers, names)
    return Sharing(
        dots=dots,
        dots_range=dots_range,
        intervals=_intervals(result, cents, names),
        unbounded=bool(moving := _moving(result)) and not any(map(math.isfinite, chain(*moving))),
        rule=allocation.rule,
        reason=capital(reason_of(book, speech.language)),
        largest_error=max(allocation.standard_error.values(), default=0.0),
        rules=_rules(book, answers, names),
        notes=tuple(
            RuleNote(Rule(row["rule"]), str(row["cause"]), int(row["lacking"]))
            for row in rows_of(answers.told.rule_notes)
        ),
        worst=_worst(book, answers),
        leaving=_leaving(answers, names) if len(result.members) > 1 else None,
        same_price=_same_price(answers, names),
        hurt=tuple(str(row["member"]) for row in answers.same_price if (_less(row["more"]) or 0) < 0),
        settlement=_settlement(settlement, names),
    )


def _rules(book: Book, answers: Answers, names: Names) -> Table:
    """Members down, rules across; the rule in force stands first."""
    columns = (
        Column("member", Kind.NAMED),
        Column("alone", Kind.MONEY),
        *(Column(f"rule_{rule.value}", Kind.MONEY) for rule in answers.rules),
    )
    alone = book.of_member("alone")
    heads = [(names.member(code), cents) for code, cents in alone.items()]
    shares = zip(*answers.rules.values(), strict=True)
    rows = tuple((*head, *amounts) for head, amounts in zip(heads, shares, strict=True))
    totals = ("total", *(total_of(rows, column) for column in range(1, len(columns))))
    return Table("rules", columns, rows, totals)


def _dots(book: Book, answers: Answers, names: Names) -> tuple[tuple[float, float], tuple[Dots, ...]]:
    """Each member's savings under the rules, and the range of them all, nought included."""
    alone = book.of_member("alone")
    saved = {
        member: [
            (rule, 100.0 * (alone[member] - shares[place]) / alone[member]) for rule, shares in answers.rules.items()
        ]
        for place, member in enumerate(alone)
        if alone[member] > 0
    }
    every = [0.0, *(pct for found in saved.values() for _, pct in found)]
    low, high = min(every), max(every)
    if high - low < LEAST_SPREAD or len(saved) < _SEVERAL or len(answers.rules) < _SEVERAL:
        return (low, high), ()
    chosen = book.result.allocation.rule
    return (low, high), tuple(
        Dots(
            names.member(player),
            tuple(
                (rule, pct, (pct - low) / (high - low))
                for rule, pct in sorted(found, key=lambda one: (one[0] is chosen, one[0]))
            ),
        )
        for player, found in saved.items()
    )


def _moving(result: Result) -> list[tuple[float, float]]:
    """The intervals of the shares that are not exact."""
    return [ends for ends in result.allocation.intervals.values() if ends[1] - ends[0] >= LEAST_WIDTH]


def _intervals(result: Result, cents: Cents, names: Names) -> Table | None:
    ends = result.allocation.intervals
    if not any(map(math.isfinite, chain(*_moving(result)))):
        return None
    columns = (
        Column("member", Kind.NAMED),
        Column("at_least", Kind.MONEY),
        Column("pool", Kind.MONEY),
        Column("at_most", Kind.MONEY),
    )
    rows = tuple(
        (names.member(code), _cents(ends[code][0]), share, _cents(ends[code][1]))
        for code, share in zip(result.members["member"], cents["pool"], strict=True)
    )
    return Table("intervals", columns, rows)


def _worst(book: Book, answers: Answers) -> Table:
    columns = (
        Column("coalition", Kind.SAID),
        Column("pays", Kind.MONEY),
        Column("cost_alone", Kind.MONEY),
        Column("advantage", Kind.MONEY),
    )
    everybody = list(book.of_member("pool"))
    rows = tuple(
        (_coalition(str(row["coalition"]).split("|"), everybody), row["pays"], row["cost"], _less(row["excess"]))
        for row in answers.worst
    )
    return Table("worst", columns, rows)


def _less(amount: str | int | None) -> int | None:
    return -amount if isinstance(amount, int) else None


def _coalition(inside: Sequence[str], everybody: Sequence[str]) -> Said:
    """Its members, or who is missing where these are fewer."""
    outside = tuple(code for code in everybody if code not in inside)
    if len(outside) < len(inside):
        return Said.of("all_but", members=outside)
    return Said.of("coalition", members=tuple(inside))


def _leaving(answers: Answers, names: Names) -> Table:
    shown = {"cost_without": "cost_without", "adds": "adds", "pays": "pays", "leaver_loses": "saves"}
    return _figures("leaving", "leaver", answers.leaving, {**shown, "others_lose": "others_lose"}, names)


def _same_price(answers: Answers, names: Names) -> Table:
    shown = {"same_price": "same_price", "alone": "alone", "pool": "pool", "same_price_more": "more"}
    return _figures("same_price", "member", answers.same_price, shown, names)


def _figures(name: str, key: str, rows: Sequence[Row], shown: Mapping[str, str], names: Names) -> Table:
    """A row for each member: amounts by the column that shows them and the one of the answers that holds them."""
    columns = (Column(key, Kind.NAMED), *(Column(column, Kind.MONEY) for column in shown))
    cells = ((names.member(str(row["member"])), *(row[held] for held in shown.values())) for row in rows)
    return Table(name, columns, tuple(cells))


def _settlement(payments: pd.DataFrame, names: Names) -> Table:
    columns = (Column("from", Kind.NAMED), Column("to", Kind.NAMED), Column("amount", Kind.MONEY))
    rows = tuple(
        (_party(row["from"], names), _party(row["to"], names), int(row["amount"])) for row in rows_of(payments)
    )
    return Table("settlement", columns, rows)


def _party(code: str, names: Names) -> Named:
    return names.member(code)


def _cents(value: float) -> int | None:
    return to_cents(value) if math.isfinite(value) else None
