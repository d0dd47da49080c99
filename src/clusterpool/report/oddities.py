"""Members whose figures look odd, each with the sentence that says why.

- Negative savings in a part: the saving of a part is what the rule gives on the part's own costs, and what the two
  parts leave of the whole saving goes to the part that costs the member more alone (`clusterpool.gains`). The plan
  lowers the sum of both parts, so that one of them may well be dearer than alone.
- A member that pays more than alone, is paid, or pays nothing: the rule divides the whole cost of the plan.
- A member that pays less today than alone: the tables have no offer at its price of today.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from clusterpool.report.claims import Claim, Members

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clusterpool.report.book import Book


class Oddity(StrEnum):
    """What is odd about a member; its sentences are ``odd.VALUE`` (of members) and ``own.VALUE`` (to the member)."""

    DEARER = "dearer"
    PAID = "paid"
    FREE = "free"
    NOTHING_TO_BEAR = "nothing-to-bear"
    OWN_EFFORT = "own-effort"
    PURCHASES = "purchases"
    FREIGHT = "freight"


def oddities_of(cents: Mapping[str, int | None], *, active: bool) -> tuple[Oddity, ...]:
    """What is odd about a member, by its row of the members' table in cents; `active`: it has needs."""
    alone, pool = cents["alone"] or 0, cents["pool"] or 0
    purchases, freight = cents["purchases_saving"] or 0, cents["freight_saving"] or 0
    tests = {
        Oddity.DEARER: (cents["saving"] or 0) < 0,
        Oddity.PAID: pool < 0,
        Oddity.FREE: active and pool == 0 and alone > 0,
        Oddity.NOTHING_TO_BEAR: active and pool == 0 and alone == 0,
        Oddity.OWN_EFFORT: (cents["own_effort"] or 0) < 0,
        Oddity.PURCHASES: purchases < 0 and freight != 0,  # without freight it is the whole saving
        Oddity.FREIGHT: freight < 0 and purchases != 0,
    }
    return tuple(oddity for oddity, holds in tests.items() if holds)


def odd_claims(book: Book) -> list[Claim]:
    """A sentence for each kind of odd figures, with the members that have it."""
    found: dict[Oddity, list[str]] = {oddity: [] for oddity in Oddity}
    for place, code in enumerate(book.result.members["member"]):
        row = {name: column[place] for name, column in book.members.items()}
        for oddity in oddities_of(row, active=code in book.active):
            found[oddity].append(code)
    claims = [Claim.of(_key(oddity, book), members=Members(tuple(codes))) for oddity, codes in found.items() if codes]
    return [*claims, Claim.of("odd.parts")] if found[Oddity.PURCHASES] or found[Oddity.FREIGHT] else claims


def own_keys(odd: Iterable[Oddity]) -> list[str]:
    """The phrases that tell a member what is odd about it; nothing in them depends on other members."""
    found = list(odd)
    keys = [f"own.{oddity.value}" for oddity in found]
    return [*keys, "own.parts"] if {Oddity.PURCHASES, Oddity.FREIGHT}.intersection(found) else keys


def _key(oddity: Oddity, book: Book) -> str:
    plan_is_dearer = oddity is Oddity.DEARER and book.total("saving") < 0
    return "odd.dearer-plan" if plan_is_dearer else f"odd.{oddity.value}"
