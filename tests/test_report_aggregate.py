"""The aggregate for the ministry: what is withheld can neither be read nor worked out, by rank of linear equations."""

from __future__ import annotations

import csv
import doctest
import io
import math
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterpool.language import Language, money
from clusterpool.report.aggregate import FEWEST_MEMBERS, aggregate_files, aggregate_of, disclosure, withheld_rows
from tests import report_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.report import Result

Member = tuple[int, int | None, int, int]
"""Cluster; today, alone and pool in whole units."""
MONEY = st.integers(0, 3).flatmap(lambda kind: st.just(0) if kind == 0 else st.integers(1, 999))
MEMBERS = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), MONEY), MONEY, MONEY), min_size=1, max_size=14)
FEW_UNKNOWN = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 999), MONEY, MONEY), min_size=1, max_size=14)


@cache
def base() -> Result:
    return report_case.result()


def result_of(members: Sequence[Member]) -> Result:
    """A result with these figures; what of it is for other papers stays that of the case."""
    codes = [f"M{number:02d}" for number in range(len(members))]
    case = base()
    firms = pd.DataFrame({"member": codes, "cluster": [f"c{one[0]}" for one in members], "site": "Alger"})
    needs = pd.DataFrame({"member": codes, "item": "film", "quantity": 1.0})
    pool = replace(case.pool, tables={**case.pool.tables, "members": firms, "purchases": needs})
    table = firms[["member", "cluster"]].copy()
    table["today"] = [math.nan if one[1] is None else float(one[1]) for one in members]
    table["alone"], table["pool"] = ([float(one[column]) for one in members] for column in (2, 3))
    table["saving"] = table["merit_of_pooling"] = table["alone"] - table["pool"]
    table["purchases_saving"], table["freight_saving"] = table["saving"], 0.0
    table["own_effort"] = table["today"] - table["alone"]
    table["saving_pct"], table["comparable"], table["rank"] = 0.0, True, 1
    empty = {name: frame.head(0) for name, frame in case.plan.tables.items()}
    charges = pd.DataFrame({"kind": ["order_cost"], "supplier": "S", "site": "", "cost": table["pool"].sum()})
    plan = replace(case.plan, **{**empty, "charges": charges})
    return replace(case, pool=pool, members=table, plan=plan)


def rows_of(case: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(aggregate_files(case, Language.ENGLISH)["aggregate.csv"])))


def equations(members: Sequence[Member], rows: list[dict[str, str]], *, unknown: Sequence[int]) -> np.ndarray:
    """What the table says, as rows over the members' unknown figures: today, then alone, then pool of each."""
    count, said = len(unknown), []
    for row in rows:
        inside = np.array([not row["cluster"] or row["cluster"] == f"c{members[m][0]}" for m in unknown], dtype=float)
        for block, name in enumerate(("today", "alone", "pool")):
            if row[name]:
                said.append(_over(block, inside, count))
        if row["saving"]:
            said.append(_over(1, inside, count) - _over(2, inside, count))
        if row["saving_pct"]:
            part = float(row["saving_pct"]) / 100.0
            said.append((1 - part) * _over(1, inside, count) - _over(2, inside, count))
    return np.array(said) if said else np.zeros((0, 3 * count))


def _over(block: int, inside: np.ndarray, count: int) -> np.ndarray:
    whole = np.zeros(3 * count)
    whole[block * count : (block + 1) * count] = inside
    return whole


def can_be_worked_out(said: np.ndarray, wanted: np.ndarray) -> bool:
    if not wanted.any():
        return False
    if not len(said):
        return False
    solution = np.linalg.lstsq(said.T, wanted, rcond=None)[0]
    return bool(np.abs(said.T @ solution - wanted).max() < 1e-9)


def assert_nothing_hidden_is_told(members: Sequence[Member], rows: list[dict[str, str]]) -> None:
    everybody = range(len(members))
    said = equations(members, rows, unknown=everybody)
    for row in rows:
        inside = np.array([not row["cluster"] or row["cluster"] == f"c{one[0]}" for one in members], dtype=float)
        for block, name in enumerate(("today", "alone", "pool")):
            if not row[name]:
                assert not can_be_worked_out(said, _over(block, inside, len(members))), (row, name)


def assert_no_one_or_two_are_told(members: Sequence[Member], rows: list[dict[str, str]]) -> None:
    """Not even to somebody who knows which members have needs: then the others' figures are no unknowns."""
    for block, column in enumerate((1, 2, 3)):
        active = [number for number, one in enumerate(members) if (one[column] or (column > 1 and (one[2] or one[3])))]
        said = equations(members, rows, unknown=active)
        for size in (1, 2):
            for some in combinations(range(len(active)), size):
                wanted = np.zeros(len(active))
                wanted[list(some)] = 1.0
                assert not can_be_worked_out(said, _over(block, wanted, len(active))), (rows, some)


@given(MEMBERS)
@settings(max_examples=100, deadline=None)
def test_nothing_that_is_withheld_can_be_worked_out(members: list[Member]) -> None:
    rows = rows_of(result_of(members))
    assert_nothing_hidden_is_told(members, rows)
    assert_no_one_or_two_are_told(members, rows)


@given(FEW_UNKNOWN)
@settings(max_examples=100, deadline=None)
def test_nothing_that_is_withheld_can_be_worked_out_where_today_is_known(members: list[Member]) -> None:
    rows = rows_of(result_of(members))
    assert_nothing_hidden_is_told(members, rows)
    assert_no_one_or_two_are_told(members, rows)


@given(MEMBERS)
@settings(max_examples=100, deadline=None)
def test_what_is_shown_is_right_and_rests_on_three(members: list[Member]) -> None:
    rows = rows_of(result_of(members))
    for row in rows:
        inside = [one for one in members if not row["cluster"] or row["cluster"] == f"c{one[0]}"]
        assert int(row["members"]) == len(inside)
        for column, name in ((1, "today"), (2, "alone"), (3, "pool")):
            if row[name]:
                assert float(row[name]) == pytest.approx(sum(one[column] or 0 for one in inside))
                behind = [one for one in inside if one[column] or (column > 1 and (one[2] or one[3]))]
                assert len(behind) >= FEWEST_MEMBERS
        assert (row["shown"] == "true") == bool(row["alone"])
    shown = [row["shown"] == "true" for row in rows]
    if shown[-1]:
        assert shown[:-1].count(False) != 1, "exactly one hidden cell beside a total"


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8))
@settings(deadline=None)
def test_no_more_is_withheld_than_needed_for_safety(counts: list[int]) -> None:
    hidden = withheld_rows(counts)
    few = {row for row, count in enumerate(counts) if count < FEWEST_MEMBERS}
    assert few <= hidden
    extra = sorted(hidden - few, key=lambda row: (counts[row], row))
    if extra:
        without = hidden - {extra[-1]}
        assert len(without) < 2 or sum(counts[row] for row in without) < FEWEST_MEMBERS


def test_the_judge_finds_a_lone_hidden_row(monkeypatch: pytest.MonkeyPatch) -> None:
    members: Sequence[Member] = [(0, 1, 5, 4)] * 2 + [(1, 1, 7, 6)] * 4
    monkeypatch.setattr(disclosure, "withheld_rows", lambda counts, *_: {n for n, c in enumerate(counts) if c < 3})
    with pytest.raises(AssertionError):
        assert_nothing_hidden_is_told(members, rows_of(result_of(members)))


def test_the_judge_finds_two_rows_of_one_member_each(monkeypatch: pytest.MonkeyPatch) -> None:
    members: Sequence[Member] = [(0, 1, 5, 4), (1, 1, 8, 7), *[(2, 1, 7, 6)] * 4]
    monkeypatch.setattr(disclosure, "withheld_rows", lambda counts, *_: {n for n, c in enumerate(counts) if c < 3})
    with pytest.raises(AssertionError):
        assert_no_one_or_two_are_told(members, rows_of(result_of(members)))


def test_a_pool_of_two_shows_nothing_at_all() -> None:
    rows = rows_of(result_of([(0, 10, 5, 4), (1, 10, 5, 4)]))
    assert all(row[name] == "" for row in rows for name in ("today", "alone", "pool", "saving", "saving_pct"))


def test_the_parts_of_the_saving_are_given_where_three_buy_and_three_ship() -> None:
    case = result_of([(0, 10, 5, 4)] * 4)
    assert aggregate_of(case).total.purchases_saving is None, "nobody ships"
    loads = pd.DataFrame(
        [{**dict.fromkeys(case.plan.loads.columns, ""), "member": f"M0{n}", "cost": 0.0} for n in range(3)]
    )
    carried = aggregate_of(replace(case, plan=replace(case.plan, loads=loads))).total
    assert (carried.purchases_saving, carried.freight_saving) == (400, 0)


@pytest.mark.parametrize("language", Language)
def test_the_page_holds_the_figures_of_the_table_and_no_member(language: Language) -> None:
    case = result_of([(0, 10, 1234567, 1134567)] * 2 + [(1, None, 7000, 6000)] * 4 + [(2, None, 8100, 7500)] * 3)
    page = aggregate_files(case, language)["aggregate.html"]
    assert [row["shown"] for row in rows_of(case)] == ["false", "true", "false", "true"]
    assert money(2800000, language) in page
    assert money(2430000, language) not in page, "withheld so that the row of two is not the total less the rest"
    assert "M00" not in page
    assert ('dir="rtl"' in page) == language.right_to_left


def test_examples() -> None:
    assert doctest.testmod(disclosure).failed == 0
