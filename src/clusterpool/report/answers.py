"""What people ask about the shares of a result, in the cents of its book: every table that page and workbook show.

The answers themselves are those of `Allocation.explain` and `with_same_price`; here each amount is rounded once. In
cents hold: saves = alone - pays, adds = the plan's cost - the cost without, others lose = pays - adds, excess = pays -
cost, more = the same price - alone, and the shares under each rule add up to the plan's cost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.allocation import Rule
from clusterpool.report.cents import round_to_cents, to_cents
from clusterpool.report.tables import rows_of
from clusterpool.same_price import SavingsExplanation, with_same_price

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.report.book import Book

LEAVING_COLUMNS = (
    *("member", "alone", "pays", "saves", "cost_without", "adds"),
    *("others_lose", "adds_at_least", "adds_at_most"),
)
WORST_COLUMNS = ("coalition", "pays", "cost", "bound", "excess")
Row = dict[str, str | int | None]
"""A row of a table: codes, and amounts in cents, None where one is not known."""


@dataclass(frozen=True, eq=False)
class Answers:
    """The tables in cents, each a list of rows by column.

    Parameters
    ----------
    leaving : list of dict
        ``member, alone, pays, saves, cost_without, adds, others_lose, adds_at_least, adds_at_most``.
    worst : list of dict
        ``coalition`` (joined by ``|``), ``pays, cost, bound, excess``.
    same_price : list of dict
        ``member, same_price, alone, pool, more``.
    rules : Mapping of Rule to list of int
        What each member pays under each rule, in the members' order; the rule in force first.
    told : SavingsExplanation
        The unrounded answers.
    """

    leaving: list[Row]
    worst: list[Row]
    same_price: list[Row]
    rules: Mapping[Rule, list[int]]
    told: SavingsExplanation


def answers_of(book: Book, *, top: int) -> Answers:
    """The answers about a result whose allocation knows its game; `top` is how many of the worst groups are listed."""
    result = book.result
    allocation = result.allocation
    if allocation.terms.unions is None:
        allocation = replace(allocation, terms=replace(allocation.terms, unions=result.pool.clusters))
    told = with_same_price(allocation.explain(top=top), result.plan, result.members)
    return Answers(_leaving(book, told), _worst(book, told), _same_price(book, told), _rules(book, told), told)


def difference(more: int | None, less: int | None) -> int | None:
    """One amount less another, where both are known."""
    return None if more is None or less is None else more - less


def _leaving(book: Book, told: SavingsExplanation) -> list[Row]:
    alone, pays = book.of_member("alone"), book.of_member("pool")
    everybody = frozenset(alone)
    found: list[Row] = []
    for row in rows_of(told.leaving):
        member = str(row["player"])
        without = book.group_costs(everybody - {member}, row["cost_without"])
        adds = difference(book.cost, without)
        least = None if adds is None or math.isnan(row["adds_at_least"]) else max(adds, to_cents(row["adds_at_least"]))
        most = _cents(row["adds_at_most"])
        found.append(
            {
                "member": member,
                "alone": alone[member],
                "pays": pays[member],
                "saves": alone[member] - pays[member],
                "cost_without": without,
                "adds": adds,
                "others_lose": difference(pays[member], adds),
                "adds_at_least": least if least is not None else _cents(row["adds_at_least"]),
                "adds_at_most": most if least is None or most is None else max(least, most),
            }
        )
    return found


def _worst(book: Book, told: SavingsExplanation) -> list[Row]:
    found: list[Row] = []
    for row in rows_of(told.worst):
        group = str(row["coalition"]).split("|")
        pays, cost, bound = book.group_pays(group), book.group_costs(group, row["cost"]), _cents(row["bound"])
        lower = bound if bound is None or cost is None else min(bound, cost)
        found.append(
            {
                "coalition": str(row["coalition"]),
                "pays": pays,
                "cost": cost,
                "bound": lower,
                "excess": difference(pays, cost),
            }
        )
    return found


def _same_price(book: Book, told: SavingsExplanation) -> list[Row]:
    members = told.same_price["member"].tolist()
    alone, pool = book.of_member("alone"), book.of_member("pool")
    shared = _adding_up(told.same_price["same_price"].tolist(), book.cost)
    return [
        {
            "member": member,
            "same_price": amount,
            "alone": alone[member],
            "pool": pool[member],
            "more": amount - alone[member],
        }
        for member, amount in zip(members, shared, strict=True)
    ]


def _rules(book: Book, told: SavingsExplanation) -> dict[Rule, list[int]]:
    chosen, pays = book.result.allocation.rule, book.of_member("pool")
    found = {chosen: list(pays.values())}
    for rule in Rule:
        of_rule = told.rules[told.rules["rule"] == rule.value].set_index("player")["share"]
        if rule is not chosen and len(of_rule):
            found[rule] = _adding_up([float(of_rule[member]) for member in pays], book.cost)
    return found


def _adding_up(amounts: Sequence[float], cost: int) -> list[int]:
    """Amounts in cents that add up to the plan's cost; shares of rows or searches may miss it by more than a cent."""
    try:
        return round_to_cents(amounts, cost)
    except ValueError:
        return round_to_cents(amounts)


def _cents(value: float) -> int | None:
    return to_cents(value) if math.isfinite(value) and not pd.isna(value) else None
