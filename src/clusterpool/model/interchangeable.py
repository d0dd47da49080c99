"""Columns of purchasing that stand for the same need of members with the same needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pulp

    from clusterpool.model.pooled import PoolModel


def interchangeable(model: PoolModel, classes: Iterable[Sequence[str]]) -> tuple[tuple[int, ...], ...]:
    """Groups of columns of the purchasing block, one column a member of a class; none where freight is tied to it.

    Any plan stays one, at the same cost, where the columns of a group take their mean: what is sent to a need, got from
    outside or left unmet is divisible, and every other column of purchasing is common to all members.

    Parameters
    ----------
    classes : iterable of sequences of members
        Members with the same needs (`clusterpool.game`'s twins).
    """
    part, case = model.buying, model.buying.case
    if model.joint:
        return ()
    found: list[list[pulp.LpVariable]] = []
    for same in classes:
        numbers: dict[object, list[int]] = {}
        for need in case.needs:
            if need.member in same:
                numbers.setdefault(replace(need, number=0, member=""), []).append(need.number)
        for group in numbers.values():
            found += [[part.supply[supplier, number] for number in group] for supplier in case.sources[group[0]]]
            found += [[side[number] for number in group] for side in (part.outside, part.unmet) if group[0] in side]
    compiled = model.compiled[0]
    return tuple(tuple(compiled.columns(group).tolist()) for group in found)
