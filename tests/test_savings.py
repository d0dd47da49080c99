"""What each member gains: a pool of five whose c(S) can be written down, shared by every rule, settled, shared anew."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from clusterpool.allocation import CoreStatus, CostGame, Rule, allocate, sharing
from clusterpool.check import check_plan
from clusterpool.errors import NoPlanError
from clusterpool.game import PoolOracle
from clusterpool.game import parcels as parcels_room
from clusterpool.report import (
    CLUSTER_COLUMNS,
    COALITION_COLUMNS,
    MEMBER_COLUMNS,
    SETTLEMENT_COLUMNS,
    read_result,
    verify_result,
)
from clusterpool.report import write_result as write
from clusterpool.savings import making, reshare, share_savings
from clusterpool.solver import SolveOptions, Status
from tests.oracles.sharing_oracle import shapley_by_orders
from tests.pool_kit import EXACT, Frames, buying_frames, coalitions, mixed_pool, pool_of, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from clusterpool.demand import Pool
    from clusterpool.savings import Savings

FILM = {"A": 70.0, "B": 30.0, "C": 30.0}
LOADS = {"A": [1500.0], "B": [1000.0], "C": [1000.0], "E": [800.0]}
PLAYERS = tuple("ABCDE")
BUSY = tuple("ABCE")
RULES = tuple(rule for rule in Rule if rule is not Rule.BY_KEY)


def frames(capacity_kg: float = 3500.0) -> Frames:
    """B and C are alike, D needs nothing, E ships by itself on a lane of its own, fuel is regulated."""
    return {
        "members": table(
            "member cluster site",
            ("A", "east|west", "Alger"),
            *(("B", "east", "Alger"), ("C", "west", "Alger"), ("D", "west", "Alger"), ("E", "far", "Alger")),
        ),
        "purchases": table(
            "member item quantity current_unit_price",
            *(("A", "film", 70, 12.0), ("A", "fuel", 100, 3.5), ("B", "film", 30, 13.0), ("C", "film", 30, None)),
        ),
        "items": table("item unit", ("film", "roll"), ("fuel", "litre")),
        "suppliers": table("supplier order_cost", ("S", 100), ("fuel", None)),
        "offers": table(
            "supplier item min_quantity unit_price price_kind",
            *(("S", "film", 0, 10, None), ("S", "film", 100, 9, None), ("fuel", "fuel", 0, 3, "regulated")),
        ),
        "shipments": table(
            "shipment member origin destination weight_kg ready_date due_date current_cost",
            *((f"s{m}", m, "Alger", "Oran", LOADS[m][0], "2026-03-02", "2026-03-04", 1700) for m in "ABC"),
            ("sE", "E", "Alger", "Annaba", 800, "2026-03-02", "2026-03-04", 900),
        ),
        "vehicles": table("vehicle capacity_kg fixed_cost cost_per_km", ("truck", capacity_kg, 1000, 2)),
        "tariffs": table("tariff min_weight_kg cost_per_kg", ("groupage", 0, 1)),
        "roads": table("origin destination distance_km", ("Alger", "Oran", 400), ("Alger", "Annaba", 600)),
    }


def purchases_of(coalition: frozenset[str]) -> float:
    """Film at 10, from 100 rolls on at 9 (more than needed may be bought), 100 an order; A's fuel for 300."""
    rolls = sum(FILM.get(member, 0.0) for member in coalition)
    film = min(10.0 * rolls if rolls < 100 else math.inf, 9.0 * max(rolls, 100.0)) + 100.0 if rolls else 0.0
    return film + (300.0 if "A" in coalition else 0.0)


def freight_of(coalition: frozenset[str]) -> float:
    """Each load by groupage at 1 a kg, or on one of the trucks to Oran (1,000 + 400 x 2) of 3,500 kg."""
    loads = [kg for member in "ABC" if member in coalition for kg in LOADS[member]]
    ways = []
    for way in product(range(4), repeat=len(loads)):
        on = [sum(kg for kg, truck in zip(loads, way, strict=True) if truck == number) for number in range(4)]
        if max(on[1:]) <= 3500.0:
            ways.append(on[0] + 1800.0 * sum(kg > 0 for kg in on[1:]))
    return min(ways) + (800.0 if "E" in coalition else 0.0)


def cost_by_hand(coalition: frozenset[str]) -> float:
    return purchases_of(coalition) + freight_of(coalition)


def full_table(part: Callable[[frozenset[str]], float]) -> NDArray[np.float64]:
    """The cost of every coalition of those with needs, coalition k holding member i where bit i of k is set."""
    return np.array([0.0, *(part(frozenset(m for i, m in enumerate(BUSY) if k >> i & 1)) for k in range(1, 16))])


def table_by_hand(players: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    return {tuple(sorted(one)): cost_by_hand(one) for one in coalitions(players)}


@cache
def pool() -> Pool:
    return pool_of(frames(), name="five")


@cache
def savings(rule: Rule | None = Rule.SHAPLEY) -> Savings:
    return share_savings(pool(), rule=rule, options=EXACT)


def of_members(found: Savings, column: str) -> dict[str, float]:
    return dict(zip(found.members["member"], found.members[column], strict=True))


# The figures


def test_every_figure_of_every_member() -> None:
    found = savings()
    assert tuple(found.members) == MEMBER_COLUMNS
    assert found.members["member"].tolist() == list(PLAYERS)
    alone = {member: cost_by_hand(frozenset({member})) for member in PLAYERS}
    assert alone == {"A": 2600.0, "B": 1400.0, "C": 1400.0, "D": 0.0, "E": 800.0}
    table = np.array(
        [0.0, *(cost_by_hand(frozenset(m for k, m in enumerate(BUSY) if s >> k & 1)) for s in range(1, 16))]
    )
    shares = {**dict(zip(BUSY, shapley_by_orders(table).tolist(), strict=True)), "D": 0.0}
    assert of_members(found, "alone") == pytest.approx(alone)
    assert of_members(found, "pool") == pytest.approx(shares)
    assert of_members(found, "saving") == pytest.approx({m: alone[m] - shares[m] for m in PLAYERS})
    assert of_members(found, "merit_of_pooling") == of_members(found, "saving")
    percent = {m: 100.0 * (alone[m] - shares[m]) / alone[m] if alone[m] else 0.0 for m in PLAYERS}
    assert of_members(found, "saving_pct") == pytest.approx(percent, abs=1e-9)
    assert found.members["comparable"].tolist() == [True] * 5


def test_the_shares_add_up_to_the_cost_of_the_plan() -> None:
    found = savings()
    assert found.cost == pytest.approx(cost_by_hand(frozenset(PLAYERS)))
    assert found.cost == found.plan.cost
    assert found.plan.status is Status.OPTIMAL
    assert math.fsum(found.allocation.shares.values()) == pytest.approx(found.cost, abs=1e-6)
    assert check_plan(pool(), found.plan).ok


def test_today_is_blank_unless_every_line_has_a_price() -> None:
    today = of_members(savings(), "today")
    assert math.isnan(today.pop("C"))
    assert today == {"A": 70 * 12 + 350 + 1700, "B": 30 * 13 + 1700, "D": 0.0, "E": 900.0}
    effort = of_members(savings(), "own_effort")
    assert math.isnan(effort.pop("C"))
    assert effort == pytest.approx({"A": 2890 - 2600, "B": 2090 - 1400, "D": 0.0, "E": 100.0})


def test_the_saving_is_split_by_the_rule_of_each_part() -> None:
    found = savings()
    for column, part in (("purchases_saving", purchases_of), ("freight_saving", freight_of)):
        shares = shapley_by_orders(full_table(part))
        expected = {m: part(frozenset({m})) - share for m, share in zip(BUSY, shares.tolist(), strict=True)}
        assert of_members(found, column) == pytest.approx({**expected, "D": 0.0}, abs=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_the_parts_of_the_saving_add_up_under_every_rule(rule: Rule) -> None:
    members = savings(rule).members
    assert (members["alone"] - members["pool"]).tolist() == pytest.approx(members["saving"].tolist(), abs=1e-9)
    parts = members["purchases_saving"] + members["freight_saving"]
    assert parts.tolist() == pytest.approx(members["saving"].tolist(), abs=1e-9)


def test_clusters_are_the_sums_of_their_members_and_a_member_counts_in_its_first() -> None:
    members, clusters = savings().members.set_index("member"), savings().clusters
    assert tuple(clusters) == CLUSTER_COLUMNS
    assert members["cluster"].to_dict() == {"A": "east", "B": "east", "C": "west", "D": "west", "E": "far"}
    assert clusters["cluster"].tolist() == ["east", "far", "west"]
    assert clusters["members"].tolist() == [2, 1, 2]
    for row, names in zip(clusters.itertuples(), (["A", "B"], ["E"], ["C", "D"]), strict=True):
        own = members.loc[names]
        for column in ("alone", "pool", "saving", "purchases_saving", "freight_saving", "merit_of_pooling"):
            assert getattr(row, column) == pytest.approx(own[column].sum())
        assert row.saving_pct == pytest.approx(100 * own["saving"].sum() / own["alone"].sum())
    assert clusters["today"].isna().tolist() == clusters["own_effort"].isna().tolist() == [False, False, True]
    order = clusters.sort_values(["saving", "cluster"], ascending=[False, True])["cluster"]
    assert clusters.sort_values("rank")["cluster"].tolist() == order.tolist()
    assert clusters["saving"].sum() == pytest.approx(members["saving"].sum())


def test_ranks_go_by_saving_and_ties_by_member() -> None:
    found = savings().members.sort_values("rank")
    assert found["rank"].tolist() == [1, 2, 3, 4, 5]
    assert found["member"].tolist() == ["A", "B", "C", "D", "E"]
    assert found["saving"].round(6).tolist() == sorted(found["saving"].round(6), reverse=True)
    gains = of_members(savings(), "saving")
    assert gains["B"] == pytest.approx(gains["C"])
    assert gains["D"] == pytest.approx(gains["E"], abs=1e-9) == 0.0


def test_the_settlement_brings_everybody_to_its_share() -> None:
    for found in (savings(), share_savings(mixed_pool().restrict("ACE"), rule=Rule.ACAM)):
        assert tuple(found.settlement) == SETTLEMENT_COLUMNS
        paid = found.settlement.groupby("from")["amount"].sum().to_dict()
        got = found.settlement.groupby("to")["amount"].sum().to_dict()
        own = pd.concat([found.plan.orders[["member", "cost"]], found.plan.loads[["member", "cost"]]])
        advanced = own.groupby("member")["cost"].sum().to_dict()
        for member in found.members["member"]:
            spent = advanced.get(member, 0.0) + paid.get(member, 0.0) - got.get(member, 0.0)
            assert spent == pytest.approx(of_members(found, "pool")[member], abs=1e-5)
        outlay = found.plan.cost - sum(cost for member, cost in advanced.items() if member != "")
        assert outlay > 0
        assert got.get("POOL", 0.0) - paid.get("POOL", 0.0) == pytest.approx(outlay, abs=1e-5)
        assert (found.settlement["amount"] > 0).all()


def test_the_coalitions_solved_are_all_there_with_their_parts() -> None:
    found = savings().result.coalitions
    assert tuple(found) == COALITION_COLUMNS
    solved = {frozenset(row.members.split("|")): row for row in found.itertuples()}
    assert set(solved) == set(coalitions(BUSY))
    for coalition, row in solved.items():
        assert row.cost == pytest.approx(cost_by_hand(coalition))
        assert (row.purchases, row.freight) == pytest.approx((purchases_of(coalition), freight_of(coalition)))
        assert row.bound <= row.cost
        assert row.bound == pytest.approx(row.cost, rel=1e-6)


# Rules


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_shares_as_it_shares_the_game_by_hand(rule: Rule) -> None:
    found = savings(rule)
    unions = {"east": ["A", "B"], "west": ["C"], "far": ["E"]} if rule is Rule.OWEN else None
    expected = allocate(CostGame.from_table(table_by_hand(BUSY)), rule, unions=unions).shares
    shares = of_members(found, "pool")
    assert shares.pop("D") == 0.0
    assert shares == pytest.approx(dict(expected), abs=1e-4)
    assert found.allocation.rule is rule
    assert math.fsum(shares.values()) == pytest.approx(found.cost, abs=1e-6)
    assert shares["E"] == pytest.approx(800.0) or rule in {Rule.EQUAL_CHARGE, Rule.PROPORTIONAL}
    if rule is not Rule.OWEN:  # where B and C, in different unions, are not alike
        assert shares["B"] == pytest.approx(shares["C"], abs=1e-4)


@pytest.mark.parametrize("rule", RULES)
def test_the_core_is_decided_from_the_full_table(rule: Rule) -> None:
    found = savings(rule)
    if len(found.result.coalitions) < 2 ** len(BUSY) - 1:
        assert rule in {Rule.PROPORTIONAL, Rule.EQUAL_CHARGE, Rule.ACAM, Rule.OWEN}
        return
    shares = of_members(found, "pool")
    excess = {one: sum(shares[m] for m in one) - cost_by_hand(one) for one in coalitions(BUSY) if len(one) < 4}
    worst = max(excess.values())
    core = found.allocation.core
    assert core.status is (CoreStatus.IN_CORE if worst <= 1e-4 else CoreStatus.NOT_IN_CORE)
    assert core.worst_excess == pytest.approx(max(worst, 0.0), abs=1e-3)


def test_trucks_that_hold_two_of_three_empty_the_core() -> None:
    """Any two share a truck at 1,800, so 2,700 would have to do for all three, and they cost 2,800."""
    rows = frames(capacity_kg=3000.0)
    for name in ("purchases", "offers", "suppliers", "items"):
        del rows[name]
    found = share_savings(pool_of(rows), rule=Rule.SHAPLEY, options=EXACT)
    assert found.cost == pytest.approx(2800.0 + 800.0)
    assert found.allocation.core.status is CoreStatus.CORE_EMPTY
    with pytest.raises(ValueError, match="cost gap method is not defined"):
        share_savings(pool_of(rows), rule=Rule.COST_GAP, options=EXACT)


def test_the_rule_of_the_pool_is_the_default_and_the_ladder_without_one() -> None:
    asked = share_savings(pool_of(frames(), rule="acam"), options=EXACT)
    assert asked.allocation.rule is Rule.ACAM
    assert of_members(asked, "pool") == pytest.approx(of_members(savings(Rule.ACAM), "pool"))
    assert savings(None).allocation.rule is Rule.SHAPLEY
    assert share_savings(pool_of(frames(), rule="acam"), rule=Rule.SHAPLEY).allocation.rule is Rule.SHAPLEY


def test_weights_and_unions_are_handed_on() -> None:
    weights = {"A": 3.0, "B": 1.0}
    found = share_savings(pool(), rule=Rule.SHAPLEY, options=EXACT, weights=weights)
    expected = allocate(CostGame.from_table(table_by_hand(BUSY)), Rule.SHAPLEY, weights=weights).shares
    assert of_members(found, "pool") == pytest.approx({**expected, "D": 0.0}, abs=1e-4)
    assert (found.members["purchases_saving"] + found.members["freight_saving"]).tolist() == pytest.approx(
        found.members["saving"].tolist()
    )
    unions = {"one": ["B", "C"], "two": ["A"], "three": ["D", "E"]}
    found = share_savings(pool(), rule=Rule.OWEN, options=EXACT, unions=unions)
    inside = {"one": ["B", "C"], "two": ["A"], "three": ["E"]}
    expected = allocate(CostGame.from_table(table_by_hand(BUSY)), Rule.OWEN, unions=inside).shares
    assert of_members(found, "pool") == pytest.approx({**expected, "D": 0.0}, abs=1e-4)


# Shared anew


@pytest.mark.parametrize("rule", [*RULES, None])
def test_a_saved_result_is_shared_anew_without_a_solve(
    rule: Rule | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(savings().result, tmp_path / "saved")
    saved = read_result(tmp_path / "saved")
    direct = savings(rule)
    monkeypatch.setattr(parcels_room, "solve_coalitions", None)
    again = reshare(saved, rule)
    pd.testing.assert_frame_equal(again.members, direct.members, rtol=1e-9, atol=1e-6)
    pd.testing.assert_frame_equal(again.clusters, direct.clusters, rtol=1e-9, atol=1e-6)
    pd.testing.assert_frame_equal(again.settlement, direct.settlement, rtol=1e-9, atol=1e-6)
    assert again.allocation.rule is direct.allocation.rule
    if len(direct.result.coalitions) == 2 ** len(BUSY) - 1:  # the saved result always has the full table
        assert again.allocation.core.status is direct.allocation.core.status
    assert again.plan.cost == savings().plan.cost


def test_a_result_without_a_table_of_items_is_read_back(tmp_path: Path) -> None:
    rows = frames()
    del rows["items"]
    found = share_savings(pool_of(rows), rule=Rule.PROPORTIONAL, options=EXACT)
    found.to_csv(tmp_path / "saved")
    pd.testing.assert_frame_equal(read_result(tmp_path / "saved").members, found.members)


def test_sharing_anew_solves_only_what_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    first = savings(Rule.PROPORTIONAL).result
    assert set(first.coalitions["members"]) == {*BUSY, "A|B|C|E", "A|B|C"}  # A|B|C was looked for: it is worst off
    solved: list[frozenset[str]] = []
    solve = parcels_room.solve_coalitions

    def watched(task: object, some: list[frozenset[str]], *rest: object, **more: object) -> object:
        solved.extend(some)
        return solve(task, some, *rest, **more)

    monkeypatch.setattr(parcels_room, "solve_coalitions", watched)
    again = reshare(first, Rule.ACAM)
    lacking = [frozenset(some) for some in ("ABE", "ACE", "BCE")]
    assert {one for one in solved if len(one) == 3} == set(lacking)
    assert all(any(one <= whole for whole in lacking) for one in solved)
    assert of_members(again, "pool") == pytest.approx(of_members(savings(Rule.ACAM), "pool"))
    assert len(again.result.coalitions) == 2 * len(BUSY) + 1


def test_a_sampled_result_that_is_read_again_is_checked_by_sharing_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three orders of arrival of four members with needs: the seed decides which ones, and the result keeps it."""
    monkeypatch.setattr(sharing, "MAX_SOLVES", 8)
    drawn = {}
    for seed in (3, 4):
        found = share_savings(pool(), rule=Rule.SHAPLEY, options=replace(EXACT, seed=seed))
        assert f"sampled in 3 orders of arrival with seed {seed}" in found.allocation.reason
        write(found.result, tmp_path / "saved", papers=False)
        saved = read_result(tmp_path / "saved")
        again = reshare(saved, Rule.SHAPLEY)
        assert again.allocation.shares == saved.allocation.shares == found.allocation.shares
        assert again.allocation.standard_error == found.allocation.standard_error
        pd.testing.assert_frame_equal(again.members, saved.members)
        assert verify_result(tmp_path / "saved").ok
        pd.testing.assert_frame_equal(saved.allocation.explain().worst, found.allocation.explain().worst)
        drawn[seed] = found.allocation.shares
    assert drawn[3] != drawn[4]


# Honesty


def test_where_there_is_nothing_to_gain_the_report_says_so() -> None:
    """Regulated fuel, groupage only: the pool costs what its members cost alone."""
    rows = frames()
    rows["purchases"] = table("member item quantity", *((m, "fuel", q) for m, q in zip("ABC", (5, 7, 9), strict=True)))
    del rows["vehicles"]
    for name in ("offers", "suppliers", "items"):
        rows[name] = rows[name][rows[name].eq("fuel").any(axis=1)]
    found = share_savings(pool_of(rows), options=EXACT)
    assert found.members["saving"].abs().max() <= 1e-6
    assert found.members["saving_pct"].abs().max() <= 1e-6
    assert found.members["rank"].tolist() == [1, 2, 3, 4, 5]
    assert found.allocation.core.status is CoreStatus.IN_CORE
    assert found.members["pool"].tolist() == pytest.approx([1515.0, 1021.0, 1027.0, 0.0, 800.0])


def test_shares_by_rows_that_time_cut_short_do_not_claim_to_be_reproducible(monkeypatch: pytest.MonkeyPatch) -> None:
    first = share_savings(pool(), rule=Rule.PROPORTIONAL, options=EXACT).result
    monkeypatch.setattr("clusterpool.allocation.row_generation.dividing.LADDER_SOLVES", 3)
    whole = reshare(first, Rule.NUCLEOLUS)
    assert whole.result.reproducible
    assert whole.allocation.core.status is not CoreStatus.UNDECIDED
    cut = reshare(replace(first, options=SolveOptions(gap=0.0, time_limit_s=0.0)), Rule.NUCLEOLUS)
    assert cut.allocation.rule is Rule.NUCLEOLUS
    assert cut.allocation.core.excess_bound == math.inf
    assert not cut.result.reproducible


@pytest.mark.parametrize("rule", RULES)
def test_where_time_ends_with_the_members_alone_rules_by_rows_have_what_was_found(
    rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the costs alone no coalition has a plan in time any more."""
    solve = making._solve_alone

    def late(oracle: PoolOracle) -> None:
        if oracle.deadline.at is not None:
            raise NoPlanError("time limit struck")
        solve(oracle)

    monkeypatch.setattr(making, "_solve_alone", late)
    one, options = pool(), SolveOptions(gap=0.0, time_limit_s=600.0)
    found = share_savings(one, rule=rule, options=options)
    if rule in making.FROM_FEW:
        assert found.allocation.rule is rule
    assert of_members(found, "alone") == pytest.approx(of_members(savings(), "alone"))
    assert not found.result.reproducible
    exact = share_savings(one, rule=rule, options=EXACT)
    for player, (low, high) in found.allocation.intervals.items():
        assert low - 1e-6 <= exact.allocation.shares[player] <= high + 1e-6


def test_savings_that_rest_on_unmet_needs_are_not_comparable() -> None:
    """B alone is too small for the minimum order, so alone it goes short; with A it need not."""
    rows = frames()
    for name in ("shipments", "vehicles", "tariffs", "roads"):
        del rows[name]
    rows["purchases"] = table("member item quantity", ("A", "film", 70), ("B", "film", 3), ("C", "film", 60))
    rows["suppliers"]["min_order_value"] = [600, None]
    found = share_savings(pool_of(rows), options=EXACT)
    assert dict(zip(found.members["member"], found.members["comparable"], strict=True)) == {
        **dict.fromkeys("ACDE", True),
        "B": False,
    }
    assert found.clusters.set_index("cluster")["comparable"].to_dict() == {"east": False, "far": True, "west": True}
    assert found.plan.unmet.empty
    assert of_members(found, "alone")["B"] == pytest.approx(3 * 3.0 * 10.0)


def test_a_pool_without_needs_costs_nothing() -> None:
    rows = {**frames(), "purchases": table("member item quantity")}
    del rows["shipments"]
    found = share_savings(pool_of(rows), options=EXACT)
    assert found.members[["today", "alone", "pool", "saving"]].to_numpy().tolist() == [[0.0] * 4] * 5
    assert found.settlement.empty


def test_a_time_limit_gives_no_savings_or_savings_that_do_not_claim_to_be_reproducible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(NoPlanError, match="time limit"):
        share_savings(pool(), options=SolveOptions(gap=0.0, time_limit_s=0.0))
    freight = frames()
    for name in ("purchases", "offers", "suppliers", "items"):
        del freight[name]
    found = share_savings(pool_of(freight), options=SolveOptions(gap=0.0, time_limit_s=0.0))
    assert found.plan.status is Status.FEASIBLE
    assert not found.plan.reproducible
    assert not found.result.reproducible
    assert not reshare(found.result, Rule.ACAM).result.reproducible
    assert savings().result.reproducible
    monkeypatch.setattr(making, "LEAST_S", 0.0)
    for rule in (Rule.NUCLEOLUS, Rule.EQUAL_PROFIT):
        few = share_savings(pool_of(freight), rule=rule, options=SolveOptions(gap=0.0, time_limit_s=0.0))
        assert few.allocation.rule is rule
        assert few.allocation.core.status is CoreStatus.UNDECIDED
        assert sum(few.allocation.shares.values()) == pytest.approx(few.cost)
        assert not few.result.reproducible
    again = reshare(replace(savings().result, reproducible=False), Rule.SHAPLEY)
    assert not again.result.reproducible


def test_the_words_of_the_savings() -> None:
    english = savings().summary("en")
    assert english.startswith(
        f"alone 6,200.00\xa0DA, in the pool {savings().cost:,.2f}\xa0DA; Shapley value, as asked for; "
    )
    assert str(savings()).splitlines()[1] == savings().summary("fr"), "the pool's own language"
    assert str(savings()).startswith("Savings\nsans groupement 6\u202f200,00\xa0DA")
    assert savings().summary("ar").startswith("عند الانفراد 6.200,00\xa0دج")
    assert savings().to_frame() is savings().members


def test_a_sample_that_time_ends_is_not_reproducible(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = pool_of(buying_frames())
    whole = share_savings(pool, rule=Rule.SHAPLEY, options=EXACT, weights={"A": 2.0}, max_solves=40)
    assert whole.result.allocation.draw is not None
    assert whole.result.reproducible
    monkeypatch.setattr(PoolOracle, "affordable", lambda _: 0.0)
    cut = share_savings(pool, rule=Rule.SHAPLEY, options=EXACT, weights={"A": 2.0}, max_solves=40)
    assert not cut.result.reproducible
