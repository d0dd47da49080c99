"""Large coalitions are searched, not solved: what is found can be driven, and what is proven holds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.check import check_plan
from clusterpool.optimize import plan_of
from clusterpool.search import serve
from clusterpool.search import tasks as search_room
from tests.pool_kit import (
    EXACT,
    MEMBERS,
    NEVER,
)
from tests.pool_kit import ground_of_six as ground

if TYPE_CHECKING:
    from clusterpool.search import Hint, Served

SOME = [frozenset(names) for names in ("A", "DF", "ACE", "BCDE", "ABCDF", "ABCDEF")]


@cache
def exact(kind: str, coalition: frozenset[str]) -> float:
    served = serve(ground(kind).task, coalition, options=EXACT, deadline=NEVER)
    return served.purchases + served.freight


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every model with a ride counts as large."""
    for kind in ("freight", "mixed"):
        for coalition in SOME:
            exact(kind, coalition)
    monkeypatch.setattr(search_room, "LARGE", 1)


def searched(kind: str, coalition: frozenset[str], hint: Hint | None = None) -> Served:
    return serve(ground(kind).task, coalition, options=EXACT, deadline=NEVER, hint=hint)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("kind", ["freight", "mixed"])
@pytest.mark.parametrize("hinted", [False, True])
def test_what_is_searched_is_a_plan_and_its_bound_holds(kind: str, hinted: bool) -> None:
    hint = searched(kind, frozenset(MEMBERS)).hint if hinted else None
    assert hinted == (hint is not None)
    dearer = []
    for coalition in SOME:
        served = searched(kind, coalition, hint)
        cost = served.purchases + served.freight
        assert served.bound <= exact(kind, coalition) * (1 + 1e-9), sorted(coalition)
        assert cost >= exact(kind, coalition) * (1 - 1e-6), sorted(coalition)
        dearer.append(cost / exact(kind, coalition) - 1)
        plan = plan_of(ground(kind), coalition, served, options=EXACT, deadline=NEVER)
        assert plan.cost == pytest.approx(cost, rel=1e-6)
        assert (result := check_plan(ground(kind).pool.restrict(coalition), plan)).ok, str(result)
    print(f"{kind}, {'hinted' if hinted else 'by itself'}: dearer by {[f'{100 * part:.1f} %' for part in dearer]}")
    assert sum(dearer) / len(dearer) < 0.1


@pytest.mark.usefixtures("large")
def test_trips_are_chosen_anew_where_a_kept_one_is_left_empty() -> None:
    hint = searched("mixed", frozenset(MEMBERS)).hint
    assert hint is not None
    every = replace(hint, considered=np.ones_like(hint.considered), used=np.ones_like(hint.used))
    kept = replace(every, riding=np.zeros_like(hint.riding))  # no trip loses a member, so that all have to run
    coalition = frozenset("ACE")
    served = searched("mixed", coalition, kept)
    assert served.hint is not None
    assert not served.hint.used.all()
    plan = plan_of(ground("mixed"), coalition, served, options=EXACT, deadline=NEVER)
    assert (result := check_plan(ground("mixed").pool.restrict(coalition), plan)).ok, str(result)


@pytest.mark.usefixtures("large")
def test_small_models_are_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert searched("freight", frozenset("A")).hint is not None
    monkeypatch.undo()
    assert searched("freight", frozenset(MEMBERS)).hint is None
