"""The pool as a cost game: its players, its numbers, who is asked what, and the shape that the numbers must have."""

from __future__ import annotations

import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from clusterpool.allocation import Part
from clusterpool.errors import NoPlanError
from clusterpool.game import cost_game
from clusterpool.game import parcels as parcels_room
from clusterpool.optimize import plan_pool
from clusterpool.solver import SolveOptions
from tests.oracles.purchasing_oracle import least_purchasing_cost
from tests.oracles.random_pools import shipping_draft
from tests.pool_kit import (
    EXACT,
    MEMBERS,
    buying_frames,
    coalitions,
    pool_of,
    table,
)
from tests.pool_kit import six as pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.allocation import CostGame
    from clusterpool.demand import Pool
    from clusterpool.plan import Stage
    from clusterpool.search import Task


@cache
def game(kind: str) -> CostGame:
    return cost_game(pool(kind), options=EXACT)


def with_rows(frame: pd.DataFrame, **columns: list[Any]) -> pd.DataFrame:
    """The table with rows more at its end."""
    return pd.concat([frame, pd.DataFrame(columns)], ignore_index=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The coalitions that are solved in the piece that needs of all members tie together, in order."""
    solved: list[tuple[str, ...]] = []
    solve = parcels_room.solve_coalitions

    def watched(task: Task, some: Sequence[frozenset[str]], *rest: object, **more: object) -> object:
        if len(task.blocks[0].membership) == len(MEMBERS):
            solved.extend(tuple(sorted(one)) for one in some)
        return solve(task, some, *rest, **more)

    monkeypatch.setattr(parcels_room, "solve_coalitions", watched)
    return solved


# Players


def test_the_players_are_the_members() -> None:
    assert game("buying").players == MEMBERS
    assert game("buying").idle == frozenset()


def test_between_clusters_a_player_stands_for_its_members_and_each_member_for_one_player() -> None:
    found = cost_game(pool("freight"), options=EXACT, by_cluster=True)
    clusters = {"east": "ABC", "south": "EF", "west": "D"}  # C is in two clusters and counts in the first
    assert found.players == tuple(clusters)
    for coalition in coalitions(list(clusters)):
        members = frozenset("".join(clusters[name] for name in coalition))
        assert found.cost(coalition) == pytest.approx(game("freight").cost(members), rel=1e-6)
    with pytest.raises(KeyError, match="no player"):
        found.cost(("A",))


def test_members_without_needs_are_idle_and_change_nothing(asked: list[tuple[str, ...]]) -> None:
    frames = buying_frames()
    frames["members"] = with_rows(frames["members"], member=["X", "Y"], cluster=["east", "far"], site=["Alger"] * 2)
    found = cost_game(pool_of(frames), options=EXACT)
    assert found.players == (*MEMBERS, "X", "Y")
    assert found.idle == {"X", "Y"}
    assert found.cost(("X",)) == found.bound(("X", "Y")) == 0.0
    assert asked == []
    expected = game("buying").cost(("A", "B"))
    asked.clear()
    assert found.cost(("A", "B", "X")) == pytest.approx(expected, rel=1e-9)
    assert asked == [("A", "B")]
    clusters = cost_game(pool_of(frames), options=EXACT, by_cluster=True)
    assert clusters.players == ("east", "far", "south", "west")
    assert clusters.idle == {"far"}


# Numbers


@pytest.mark.parametrize("kind", ["buying", "freight"])
def test_the_parts_are_games_that_add_up_and_no_bound_is_above_its_cost(kind: str) -> None:
    found = game(kind)
    found.solve(coalitions(MEMBERS))
    purchases, freight = found.part(Part.PURCHASES), found.part(Part.FREIGHT)
    for coalition in coalitions(MEMBERS):
        value = found.value(coalition)
        assert purchases.cost(coalition) + freight.cost(coalition) == pytest.approx(value.cost, rel=1e-9)
        assert {"buying": freight, "freight": purchases}[kind].cost(coalition) == 0.0
        assert value.bound <= value.cost
        assert value.bound == pytest.approx(value.cost, rel=1e-6)


def test_both_parts_of_a_pool_that_fetches_goods() -> None:
    found = game("mixed")
    for coalition in map(tuple, ("B", "CF", "ABC")):
        plan = plan_pool(pool("mixed").restrict(coalition), options=SolveOptions(gap=0.001, time_limit_s=None))
        value = found.value(coalition)
        assert value.purchases > 0
        assert value.freight > 0
        assert value.purchases + value.freight == pytest.approx(value.cost, rel=1e-9)
        assert plan.bound <= value.cost
        assert value.bound == pytest.approx(value.cost, rel=1e-6)


def test_a_gap_leaves_the_truth_between_bound_and_cost() -> None:
    loose = cost_game(pool("buying"), options=SolveOptions(gap=0.1, time_limit_s=None))
    for coalition in coalitions(MEMBERS)[::5]:
        exact = game("buying").cost(coalition)
        assert loose.bound(coalition) <= exact * (1 + 1e-9)
        assert exact <= loose.cost(coalition) * (1 + 1e-9)
        assert loose.cost(coalition) - loose.bound(coalition) <= 0.1 * loose.cost(coalition) + 1e-6


def test_the_whole_pool_costs_what_its_plan_costs() -> None:
    for kind in ("buying", "freight"):
        assert game(kind).cost(MEMBERS) == pytest.approx(plan_pool(pool(kind), options=EXACT).cost, rel=1e-6)


def test_coalitions_cost_what_an_independent_formulation_says() -> None:
    for coalition in coalitions(MEMBERS)[::7]:
        expected = least_purchasing_cost(pool("buying").restrict(coalition))
        assert game("buying").cost(coalition) == pytest.approx(expected, rel=1e-6)


# Who is asked what


def test_a_coalition_is_solved_when_asked_and_once_only(asked: list[tuple[str, ...]]) -> None:
    found = cost_game(pool("buying"), options=EXACT)
    assert asked == []
    first = found.value(("B", "A"))
    assert found.value(("A", "B")) is first
    assert asked == [("A", "B")]
    found.solve([("C",), ("A", "B"), ("A", "C")])
    assert sorted(asked) == [("A", "B"), ("A", "C"), ("C",)]
    assert found.part(Part.PURCHASES).cost(("A", "B")) == first.cost
    assert len(asked) == 3
    assert [sorted(one) for one in found.solved] == [["C"], ["A", "B"], ["A", "C"]]


def test_the_same_numbers_from_other_processes_and_threads() -> None:
    asked_for = coalitions(MEMBERS)[3::4]
    here = [game("freight").value(coalition) for coalition in asked_for]
    stages: list[Stage] = []
    with ThreadPoolExecutor(2) as executor:
        threads = cost_game(pool("freight"), options=EXACT, executor=executor, progress=stages.append)
        threads.solve(asked_for)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        processes = cost_game(pool("freight"), options=EXACT, executor=executor)
        processes.solve(asked_for)
    assert [threads.value(coalition) for coalition in asked_for] == here
    assert [processes.value(coalition) for coalition in asked_for] == here
    counts = [stage.done for stage in stages if stage.name == "coalitions"]
    assert counts == sorted(counts)
    assert counts[-1] == len(asked_for)


def test_without_time_no_coalition_has_a_cost() -> None:
    with pytest.raises(NoPlanError, match="time limit"):
        cost_game(pool("buying"), options=SolveOptions(gap=0.0, time_limit_s=0.0)).cost(("A", "B"))


# Shape


def plain_buying() -> Pool:
    """Everybody needs everything, prices only fall, and neither rules nor capacities bind."""
    needs = [(m, i, 4.0 + 3 * k + 7 * j) for k, m in enumerate("ABCDE") for j, i in enumerate(("film", "box"))]
    frames = {
        "members": table("member cluster site", *((m, "c", "Alger") for m in "ABCDE")),
        "purchases": table("member item quantity current_unit_price", *((*need, 30.0) for need in needs)),
        "suppliers": table("supplier order_cost min_order_value", ("S1", 120, None), ("S2", 30, 400)),
        "offers": table(
            "supplier item min_quantity unit_price discount order_multiple",
            *(("S1", "film", lo, p, "all_units", None) for lo, p in ((0, 12.0), (30, 10.5), (60, 9.0))),
            *(("S1", "box", lo, p, "incremental", None) for lo, p in ((0, 21.0), (40, 18.0))),
            *(("S2", "film", lo, p, "all_units", 6) for lo, p in ((5, 11.5), (45, 9.6))),
            *(("S2", "box", lo, p, "all_units", None) for lo, p in ((0, 22.0), (25, 19.5))),
        ),
        "rebates": table("supplier min_spend rebate_pct", ("S1", 700, 3), ("S1", 1800, 7)),
    }
    return pool_of(frames)


def shipping(seed: int) -> Pool:
    draft = shipping_draft(seed)
    draft.frames["vehicles"] = draft.frames["vehicles"].drop(columns="available", errors="ignore")
    return pool_of(draft.frames, **draft.settings)


def assert_no_coalition_gains_by_splitting(found: CostGame) -> None:
    every = [one for one in coalitions(found.players) if one - found.idle == one]
    for one in every:
        for other in every:
            if not one & other:
                assert found.cost(one | other) <= (found.cost(one) + found.cost(other)) * (1 + 1e-6) + 1e-6


def assert_more_members_never_cost_less(found: CostGame) -> None:
    for one in coalitions(found.players):
        for member in set(found.players) - one:
            assert found.cost(one | {member}) >= found.cost(one) * (1 - 1e-6) - 1e-6


def test_what_pools_of_plain_offers_cost_is_monotone_and_subadditive() -> None:
    found = cost_game(plain_buying(), options=EXACT)
    assert_no_coalition_gains_by_splitting(found)
    assert_more_members_never_cost_less(found)
    assert found.cost(tuple("ABCDE")) < 0.9 * sum(found.cost((member,)) for member in "ABCDE")


@pytest.mark.parametrize("seed", [2, 3, 5, 9, 504, 508])
def test_what_shipments_cost_is_monotone_and_subadditive(seed: int) -> None:
    found = cost_game(shipping(seed), options=EXACT)
    assert_no_coalition_gains_by_splitting(found)
    assert_more_members_never_cost_less(found)


def test_a_capacity_that_binds_breaks_subadditivity() -> None:
    """Each alone takes all 100 of the cheap offer (c = 500); together they share it and buy the rest dear (1,500)."""
    frames = {
        "members": table("member cluster site", ("A", "c", "Alger"), ("B", "c", "Alger")),
        "purchases": table("member item quantity", ("A", "film", 100), ("B", "film", 100)),
        "offers": table(
            "supplier item min_quantity unit_price capacity", ("S1", "film", 0, 5, 100), ("S2", "film", 0, 10, None)
        ),
    }
    found = cost_game(pool_of(frames), options=EXACT)
    assert [found.cost(names) for names in (("A",), ("B",), ("A", "B"))] == pytest.approx([500.0, 500.0, 1500.0])
    assert math.isclose(found.bound(("A", "B")), 1500.0, rel_tol=1e-6)
