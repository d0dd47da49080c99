"""The result as text for a terminal: savings per member and cluster, then what is proven and what is not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clusterpool.language import Domain, Language, decimal, isolated, money, percent, phrases, plain, symbol
from clusterpool.plan import FREIGHT
from clusterpool.report.book import Book
from clusterpool.report.cents import to_cents
from clusterpool.report.claims import Claim, core_claims, pooling_claims, reason_of, standing_claim, text_of
from clusterpool.report.oddities import odd_claims
from clusterpool.report.rounded import cluster_cents, direct_cents, number_text
from clusterpool.report.shortfalls import why_unmet
from clusterpool.report.terminal.columns import Row, aligned, room_for_names, titled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from clusterpool.report.result import Result

MONEY_COLUMNS = ("today", "alone", "pool", "saving")
UNMET_AT_MOST = 10
PAIR = 2


def summary(
    result: Result, *, language: Language = Language.ENGLISH, folder: Path | None = None, direct: bool = False
) -> str:
    """What the terminal shows of a result: at most 80 columns wide where the codes allow it.

    Parameters
    ----------
    language : Language
        Of the words and the figures.
    folder : pathlib.Path, optional
        Where the files are; said together with what to do next.
    direct : bool
        Whether to say what members pay each other.
    """
    page = _Page(result, language)
    payments = page.payments() if direct else ""
    parts = [page.savings(), page.verdict(), payments, page.proof(), page.unmet(), page.files(folder)]
    return "\n\n".join(part for part in parts if part) + "\n"


class _Page:
    """The parts of one summary, in one language."""

    def __init__(self, result: Result, language: Language) -> None:
        self._result = result
        self._language = language
        self._words = phrases(Domain.TERMINAL, language)
        self._currency = result.pool.settings.currency
        self._book = Book.of(result)
        self._members = self._book.members
        self._clusters = cluster_cents(result, self._members)

    def savings(self) -> str:
        """Both tables, with cents where they leave room for the names."""
        tables = {title: self._rows(title, whole=False) for title in ("title", "clusters")}
        whole = any(room_for_names(rows) < 0 for rows in tables.values())
        if whole:
            tables = {title: self._rows(title, whole=True) for title in tables}
        notes = [self._words["whole" if whole else "amounts"].format(currency=symbol(self._currency, self._language))]
        notes.append(self._words["legend"])
        if not all(self._result.members["comparable"]):
            notes.append(self._words["not_comparable"])
        drawn = [titled(self._words[title], aligned(rows, self._language)) for title, rows in tables.items()]
        return "\n\n".join([*drawn, "\n".join(map(wrapped, notes))])

    def _rows(self, title: str, *, whole: bool) -> list[Row]:
        by_member = title == "title"
        head, frame = ("member", self._result.members) if by_member else ("cluster", self._result.clusters)
        cents = self._members if by_member else self._clusters
        table = self._result.pool.table("members")
        names = dict(zip(table["member"], table["name"], strict=True)) if by_member else {}
        heading = tuple(self._words[column] for column in (*MONEY_COLUMNS, "saving_pct"))
        rows = [Row(self._words[head], self._words["name"] if any(names.values()) else "", heading)]
        largest = max((abs(saving or 0) for saving in cents["saving"]), default=0)
        for place, (code, comparable) in enumerate(zip(frame[head], frame["comparable"], strict=True)):
            figures = self._figures([cents[column][place] for column in MONEY_COLUMNS], whole=whole)
            bar = (cents["saving"][place] or 0) / largest if largest else None
            rows.append(Row(_marked(plain(code), comparable), plain(names.get(code, "")), figures, bar))
        totals = [_total(cents[column]) for column in MONEY_COLUMNS]
        return [*rows, Row(self._words["total"], "", self._figures(totals, whole=whole))]

    def _figures(self, cents: Sequence[int | None], *, whole: bool) -> tuple[str, ...]:
        alone, saving = cents[1] or 0, cents[3] or 0
        share = decimal(100 * saving / alone, self._language, 1) if alone else "-"
        return (*("-" if cell is None else money(cell, self._language, whole=whole) for cell in cents), share)

    def verdict(self) -> str:
        """What the figures come to, where it is not plain from the table, and why some of them are odd."""
        claims = [*pooling_claims(self._book), *odd_claims(self._book)]
        return "\n".join(wrapped(self._said(claim)) for claim in claims)

    def payments(self) -> str:
        """What members pay each other, without an account; blank where nobody pays."""
        rows = [
            Row(plain(payer), "", (plain(payee), money(int(amount), self._language)))
            for payer, payee, amount in direct_cents(self._result).itertuples(index=False, name=None)
        ]
        if not rows:
            return ""
        head = Row(self._words["payer"], "", (self._words["payee"], self._words["amount"]))
        return titled(self._words["payments"], aligned([head, *rows], self._language))

    def proof(self) -> str:
        """Bounds and gaps of the plan and its parts, the rule, and the core."""
        rule = self._words["rule"].format(reason=reason_of(self._book, self._language))
        core = " ".join(self._said(claim) for claim in core_claims(self._book))
        lines = [*self._plan_lines(), *self._part_lines(), phrases(Domain.PROOF, self._language)["gap"], rule, core]
        errors = [error for error in self._result.allocation.standard_error.values() if error > 0]
        if errors:
            lines.append(self._words["sampled"].format(error=self._money(to_cents(max(errors)))))
        if not self._result.reproducible:
            lines.append(self._words["limit"])
        return titled(self._words["proof"], [*map(wrapped, lines)])

    def _plan_lines(self) -> Iterator[str]:
        plan, book = self._result.plan, self._book
        bound = to_cents(plan.bound) if math.isfinite(plan.bound) else None
        yield self._bounded("whole_plan", book.cost, bound, plan.gap, status=self._said(standing_claim(self._result)))

    def _part_lines(self) -> Iterator[str]:
        known = self._result.known_trips
        for part in self._book.parts:
            if part.part == FREIGHT and part.cost == 0 and (known is None or not known.trips):
                continue
            yield self._bounded(part.part, part.cost, part.bound, part.gap)
            if part.part == FREIGHT and known is not None:
                count = str(len(known.trips))
                bound, gap = part.bound_on_known_trips, part.gap_on_known_trips
                yield self._bounded("known_trips", part.cost, bound, gap, trips=count)
                if known.complete:
                    yield self._words["complete"]

    def _bounded(self, key: str, cost: int, bound: int | None, gap: float, **more: str) -> str:
        if bound is None:
            return self._words[f"{key}_unproven"].format(cost=self._money(cost), **more)
        text = percent(100 * gap, self._language)
        return self._words[key].format(cost=self._money(cost), bound=self._money(bound), gap=text, **more)

    def _said(self, claim: Claim) -> str:
        return text_of(claim, self._language, self._currency)

    def unmet(self) -> str:
        """The needs that stay unmet, the first of them."""
        frame = self._result.plan.unmet
        if frame.empty:
            return ""
        lines = []
        for row in frame.head(UNMET_AT_MOST).to_dict("records"):
            blockers = [isolated(plain(code), self._language) for code in row["blocked_by"].split("|") if code]
            why = ": ".join(filter(None, (why_unmet(row["reason"], self._language), ", ".join(blockers))))
            what = f"{plain(row['member'])}: {plain(row['item'] or row['shipment'])}"
            lines.append(f"  {what}, {number_text(row['quantity'])} ({why})")
        if len(frame) > UNMET_AT_MOST:
            lines.append("  " + self._words["more"].format(count=len(frame) - UNMET_AT_MOST))
        title = self._words["unmet"].format(count=len(frame))
        return titled(title, [*map(wrapped, lines)])

    def files(self, folder: Path | None) -> str:
        """Where the files are and what to do next; commands are lines of their own, to be copied."""
        if folder is None:
            return ""
        lines = [
            self._words["files"].format(folder=folder),
            self._words["page"].format(folder=folder / "report.html"),
            self._words["statements"].format(folder=folder / "statements"),
            *(self._words[key].format(folder=folder) for key in ("verify", "share", "compare")),
        ]
        if len(self._result.members) == PAIR:
            lines.append(wrapped(self._words["two_members"]))
        return "\n".join(lines)

    def _money(self, cents: int) -> str:
        return isolated(money(cents, self._language, self._currency), self._language)


def _marked(code: str, comparable: object) -> str:
    return code if comparable else f"{code} *"


def _total(cells: Sequence[int | None]) -> int | None:
    known = [cell for cell in cells if cell is not None]
    return sum(known) if len(known) == len(cells) else None
