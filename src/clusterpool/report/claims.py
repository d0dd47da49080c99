"""What a report may claim of a result, and when: one place for the terminal, the page and the workbook.

The verdict on pooling. Written C for the cost of the plan of all members, B for its bound over all plans, A for the sum
of the members' plans alone: each plan is a plan that exists, so the cheapest plan of all members costs between B and C,
and going alone costs A at most.

- "Pooling brings nothing" and "do not pool" are claimed only where B >= A: then no plan of all members saves anything.
- Where C >= A > B the plan saves nothing, and it is said that this is no verdict on pooling, with what is left open.
- A part of the pool whose known plan costs less than its members alone is named beside either of them.
- Known plans of a part and of its rest that cost less than C are named whatever the verdict is.

The core. Every statement is about the shares of C. That no sharing of C satisfies every group is proven by known plans
of groups; that this holds for every plan of all members, only where B cannot be shared so either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from clusterpool.allocation import Clause, CoreStatus, Point, core_is_empty
from clusterpool.allocation.wording import in_numbers
from clusterpool.language import Domain, Language, isolated, money, percent, phrases, plain
from clusterpool.plan import ACCURACY, Standing, above_best
from clusterpool.report.cents import CENTS, to_cents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterpool.report.book import Book
    from clusterpool.report.result import Result

_ABOUT_EXCESS = (Point.NOT_IN_CORE, Point.CORE_EMPTY)
_ABOUT_BOUND = (Point.AT_MOST, Point.NONE_BEYOND)
"""Clauses of an allocation whose amounts the claims about the core tell, too."""
NAMED_AT_MOST = 8
"""Codes of members that a sentence names; of more it says how many."""


class Kind(StrEnum):
    """What a field of a claim holds: an amount in cents, hundredths, codes of members, or a number of groups."""

    MONEY = "money"
    PERCENT = "percent"
    CODES = "codes"
    COUNT = "count"


_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("alone", "beyond", "bound", "cost", "excess", "least", "merit", "more", "most"), Kind.MONEY),
    **dict.fromkeys(("above", "asked", "gap"), Kind.PERCENT),
    **dict.fromkeys(("coalition", "members"), Kind.CODES),
    **dict.fromkeys(("every", "solved"), Kind.COUNT),
}


@dataclass(frozen=True, slots=True)
class Members:
    """Codes of members; `all_but`: all with needs but these."""

    codes: tuple[str, ...]
    all_but: bool = False

    @staticmethod
    def of_group(book: Book, group: tuple[str, ...]) -> Members:
        """A group, told by those outside where these are fewer."""
        outside = tuple(sorted(book.active - set(group)))
        return Members(outside, all_but=True) if 0 < len(outside) < len(group) else Members(group)


Value = int | float | Members


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the domain `proof` by its key, with its figures; a field's name says what it holds."""

    key: str
    fields: tuple[tuple[str, Value], ...] = ()

    @staticmethod
    def of(key: str, **fields: Value) -> Claim:
        """A claim with its figures."""
        return Claim(key, tuple(fields.items()))

    def kinds(self) -> Iterable[tuple[str, Kind, Value]]:
        """Each field with what it holds."""
        return ((name, _KINDS[name], value) for name, value in self.fields)


_FIGURES: Mapping[str, tuple[str, ...]] = {
    "verdict.nothing-unknown": (),
    "verdict.nothing-open": ("most",),
    "verdict.nothing-proven": ("alone",),
    "verdict.dearer-unknown": ("more",),
    "verdict.dearer-open": ("more", "most"),
    "verdict.dearer-nothing": ("more",),
    "verdict.dearer-proven": ("least", "more"),
}
"""What each verdict is told with."""


class Verdict(StrEnum):
    """What the plan comes to against the plans alone."""

    SAVES = "saves"
    NOTHING = "nothing"
    DEARER = "dearer"


def verdict_of(book: Book) -> Verdict:
    """What the plan comes to, in cents."""
    saving = book.total("saving")
    return Verdict.SAVES if saving > 0 else Verdict.NOTHING if saving == 0 else Verdict.DEARER


def standing_claim(result: Result) -> Claim:
    """How good the plan is, in a word."""
    standing = result.plan.standing
    if standing is Standing.WITHIN_GAP:
        return Claim.of("standing.within-gap-of", asked=100.0 * result.options.gap)
    return Claim.of(f"standing.{standing.value}")


def plan_claims(book: Book) -> list[Claim]:
    """How good the plan is, and how far from the best one it can be."""
    plan, standing = book.result.plan, book.result.plan.standing
    asked = {"asked": 100.0 * book.result.options.gap} if standing is Standing.WITHIN_GAP else {}
    first = Claim.of(f"plan.{standing.value}", **asked)
    if not math.isfinite(plan.bound):
        return [first, Claim.of("plan.no-bound", cost=book.cost)]
    proven = {"cost": book.cost, "bound": to_cents(plan.bound), "gap": 100.0 * plan.gap}
    above = above_best(plan.cost, plan.bound)
    if not math.isfinite(above):
        return [first, Claim.of("plan.bound-only", **proven)]
    return [first, Claim.of("plan.bound", **proven, above=100.0 * above)]


def pooling_claims(book: Book) -> list[Claim]:
    """The verdict on pooling, where it is not plain that the plan saves; and what known plans of parts say of it."""
    if len(book.active) <= 1:
        return [Claim.of("verdict.single")]
    verdict, apart = verdict_of(book), book.cheapest_apart()
    claims = [] if verdict is Verdict.SAVES else [_verdict(book, verdict)]
    if apart is not None and apart.merit > 0:
        claims.append(Claim.of("verdict.apart", coalition=Members.of_group(book, apart.coalition), merit=apart.merit))
    elif verdict is not Verdict.SAVES and (group := book.best_group()) is not None:
        claims.append(Claim.of("verdict.groups", coalition=Members.of_group(book, group.coalition), merit=group.merit))
    return claims


def _verdict(book: Book, verdict: Verdict) -> Claim:
    """NOTHING or DEARER, as far as the plan's bound over all plans proves it of pooling."""
    bound, alone = book.result.plan.bound, book.alone
    tolerance = ACCURACY * max(1.0, abs(alone))
    most = book.total("alone") - to_cents(bound) if math.isfinite(bound) else 0
    if not math.isfinite(bound):
        proof = "unknown"
    elif bound < alone - tolerance:
        proof = "open"
    elif verdict is Verdict.NOTHING or (bound > alone + tolerance and most < 0):
        proof = "proven"
    else:
        proof = "nothing"
    key = f"verdict.{verdict.value}-{proof}"
    figures = {"alone": book.total("alone"), "least": -most, "more": -book.total("saving"), "most": most}
    return Claim.of(key, **{name: figures[name] for name in _FIGURES[key]})


def core_claims(book: Book) -> list[Claim]:
    """What is proven of the shares of the plan's cost, and what would still hold for a better plan."""
    core = book.core
    coalition = Members.of_group(book, core.coalition)
    match core.status:
        case CoreStatus.IN_CORE:
            claims = [Claim.of("core.in-core")]
        case CoreStatus.NOT_IN_CORE:
            claims = [Claim.of("core.not-in-core", coalition=coalition, excess=core.excess)]
        case CoreStatus.CORE_EMPTY:
            claims = [Claim.of("core.core-empty", cost=book.cost, coalition=coalition, excess=core.excess)]
            claims += _empty_for_other_plans(book)
        case CoreStatus.UNDECIDED:
            claims = list(_undecided(book))
    if core.status is not CoreStatus.IN_CORE and core.beyond is not None:
        claims.append(Claim.of("core.excess-bound", beyond=core.beyond))
    known = book.result.known_trips
    if known is not None and not known.complete:
        claims.append(Claim.of("core.with-trips"))
    return claims


def _empty_for_other_plans(book: Book) -> Iterable[Claim]:
    """Whether a cheaper plan of all members could be shared so that every group is satisfied."""
    plan, game = book.result.plan, book.result.allocation.game
    if not math.isfinite(plan.bound) or game is None:
        return
    bound = to_cents(plan.bound)
    if core_is_empty(game, plan.bound):
        yield Claim.of("core.empty-any-plan", bound=bound)
    else:
        yield Claim.of("core.empty-this-plan", bound=bound)


def _undecided(book: Book) -> Iterable[Claim]:
    if book.solved == book.every:
        yield Claim.of("core.undecided-intervals")
    else:
        yield Claim.of("core.undecided", solved=book.solved, every=book.every)
    if book.core.coalition:
        yield Claim.of(
            "core.worst", coalition=Members.of_group(book, book.core.coalition), merit=max(0, -book.core.excess)
        )


def reason_of(book: Book, language: Language) -> str:
    """Which rule was used, why, and what is proven: the allocation's reason, with the amounts of the book."""
    allocation, core = book.result.allocation, book.core
    amounts = {**dict.fromkeys(_ABOUT_EXCESS, core.excess), **dict.fromkeys(_ABOUT_BOUND, core.beyond)}
    why = tuple(_with_amount(clause, amounts.get(clause.point)) for clause in allocation.why)
    return replace(allocation, why=why).reason_in(language, currency=book.result.pool.settings.currency)


def _with_amount(clause: Clause, cents: int | None) -> Clause:
    return clause if cents is None else Clause(clause.point, {**clause.values, "amount": cents / CENTS})


def text_of(claim: Claim, language: Language, currency: str) -> str:
    """The claim as plain text, for the terminal and the workbook."""
    fields = {name: _plain(kind, value, language, currency) for name, kind, value in claim.kinds()}
    return phrases(Domain.PROOF, language)[claim.key].format(**fields)


def _plain(kind: Kind, value: Value, language: Language, currency: str) -> str:
    match kind, value:
        case Kind.MONEY, int():
            return isolated(money(value, language, currency), language)
        case Kind.PERCENT, int() | float():
            return percent(value, language)
        case Kind.COUNT, int():
            return in_numbers(value, language)
        case Kind.CODES, Members():
            named = listed(value.codes, language)
            return phrases(Domain.PROOF, language)["all-but"].format(members=named) if value.all_but else named
    raise TypeError(f"{value!r} is no {kind.value}")


def listed(codes: tuple[str, ...], language: Language) -> str:
    """Codes in a row, the first of many."""
    more = len(codes) - NAMED_AT_MOST
    named = ", ".join(isolated(plain(code), language) for code in codes[:NAMED_AT_MOST])
    return named + (f" (+{more})" if more > 0 else "")
