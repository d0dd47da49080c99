"""Members with the same needs: what coalitions cost depends only on how many of them are in, so they pay the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.demand import Pool

NAMES = {"shipment"}
"""Columns that only name a row of a member."""
NEEDS = ("purchases", "shipments", "eligibility")


def twins(pool: Pool) -> tuple[tuple[str, ...], ...]:
    """The classes of members, two or more, whose rows are the same but for the names in them; those with needs only.

    Whatever one of them may buy and ship the others may, at the same cost: a plan of one is a plan of another.

    Parameters
    ----------
    pool : Pool
        Needs and market.
    """
    needs: dict[str, list[str]] = {member: [] for member in pool.members}
    asking: set[str] = set()
    for name in NEEDS:
        table = pool.table(name)
        kept = [column for column in table.columns if column != "member" and column not in NAMES]
        for member, *values in table[["member", *kept]].itertuples(index=False, name=None):
            needs[member].append(f"{name} {values!r}")
            if name != "eligibility":
                asking.add(member)
    classes: dict[tuple[str, ...], list[str]] = {}
    for member in sorted(asking):
        classes.setdefault(tuple(sorted(needs[member])), []).append(member)
    return tuple(tuple(same) for same in classes.values() if len(same) > 1)


def alike(
    same: Sequence[Sequence[str]], members_of: Mapping[str, frozenset[str]]
) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Of some classes of members those whose members are players by themselves: the players, and the members."""
    alone = {next(iter(some)): player for player, some in members_of.items() if len(some) == 1}
    return tuple((tuple(alone[m] for m in some), tuple(some)) for some in same if all(m in alone for m in some))
