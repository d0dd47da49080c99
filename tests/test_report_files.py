"""A result's files: golden tables, figures that add up, the same bytes again, and the very same result read back."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from clusterpool.allocation import Clause, Point
from clusterpool.check import check_plan
from clusterpool.errors import DataError
from clusterpool.plan import PLAN_COLUMNS
from clusterpool.report import read_result, write_result
from clusterpool.report.tables import from_records, tables_of
from tests.report_case import COST, THIRD, allocation, plan, result

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.report import Result

SAVINGS = """\
member,cluster,today,alone,pool,saving,saving_pct,purchases_saving,freight_saving,own_effort,merit_of_pooling,comparable,rank
'=C,west,,33.33,33.33,0.00,0,0.00,0.00,,0.00,true,3
A,east,750.00,700.00,595.00,105.00,15,105.00,0.00,50.00,105.00,true,1
B,east,,600.00,495.00,105.00,17.5,105.00,0.00,,105.00,true,2
"""
CLUSTERS = """\
cluster,members,today,alone,pool,saving,saving_pct,purchases_saving,freight_saving,own_effort,merit_of_pooling,comparable,rank
east,2,,1300.00,1090.00,210.00,16.15,210.00,0.00,,210.00,true,1
west,1,,33.33,33.33,0.00,0,0.00,0.00,,0.00,true,2
"""
SETTLEMENT = "from,to,amount\nA,POOL,55.00\nB,POOL,45.00\n"
COALITIONS = """\
members,cost,bound,purchases,freight
'=C,33.33,33.33,0.00,33.33
A,700.00,700.00,700.00,0.00
B,600.00,,600.00,0.00
'=C|A|B,1123.33,1085.00,1090.00,33.33
"""
ORDERS = """\
order,kind,supplier,item,member,site,quantity,unit_price,rebate_pct,cost
O00001,supply,S,film,A,Alger,60,9,0,540.00
O00002,supply,S,film,B,Alger,50,9,0,450.00
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def cents_in(path: Path, column: str) -> list[int]:
    with path.open(encoding="utf-8", newline="") as file:
        return [round(float(row[column] or 0) * 100) for row in csv.DictReader(file)]


def uneven(result_: Result) -> Result:
    """The same result with figures whose cents do not add up by themselves."""
    shares = {"=C": THIRD + 0.0049, "A": 594.9976, "B": 494.9975}
    members = result_.members.copy()
    members["pool"] = [shares[code] for code in members["member"]]
    members["alone"] += [0.0041, 0.0043, 0.0044]
    members["saving"] = members["merit_of_pooling"] = members["alone"] - members["pool"]
    members["purchases_saving"] = members["saving"] / 3
    members["freight_saving"] = members["saving"] - members["purchases_saving"]
    return replace(result_, members=members, allocation=replace(result_.allocation, shares=shares))


def test_the_plan_of_the_case_is_right() -> None:
    assert str(check_plan(result().pool, plan())) == str(check_plan(result().pool, result().plan))
    assert check_plan(result().pool, plan()).ok
    assert plan().cost == pytest.approx(COST)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("savings", SAVINGS),
        ("clusters", CLUSTERS),
        ("settlement", SETTLEMENT),
        ("coalitions", COALITIONS),
        ("orders", ORDERS),
        ("charges", "kind,supplier,site,cost\norder_cost,S,,100.00\n"),
        ("trips", ",".join(PLAN_COLUMNS["trips"]) + "\n"),
        ("unmet", ",".join(PLAN_COLUMNS["unmet"]) + "\n"),
    ],
)
def test_tables_as_written(name: str, text: str, tmp_path: Path) -> None:
    write_result(result(), tmp_path)
    assert (tmp_path / f"{name}.csv").read_bytes() == text.encode()


@pytest.mark.parametrize("make", [result, lambda: uneven(result())])
def test_columns_add_up_to_the_cent(make: Any, tmp_path: Path) -> None:
    case = make()
    write_result(case, tmp_path)
    savings, clusters = tmp_path / "savings.csv", tmp_path / "clusters.csv"
    total = round(round(case.plan.cost, 2) * 100)
    assert sum(cents_in(savings, "pool")) == total
    assert sum(sum(cents_in(tmp_path / f"{name}.csv", "cost")) for name in PLAN_COLUMNS) == total
    for column in ("alone", "pool", "saving", "purchases_saving", "freight_saving", "merit_of_pooling"):
        assert sum(cents_in(savings, column)) == sum(cents_in(clusters, column))
        for true, cents in zip(case.members[column], cents_in(savings, column), strict=True):
            assert abs(true * 100 - cents) < 3
    rows = zip(*(cents_in(savings, name) for name in ("alone", "pool", "saving")), strict=True)
    assert all(alone - pool == saving for alone, pool, saving in rows)
    parts = zip(*(cents_in(savings, name) for name in ("purchases_saving", "freight_saving", "saving")), strict=True)
    assert all(purchases + freight == saving for purchases, freight, saving in parts)


def test_the_settlement_leads_to_the_cents_of_the_shares(tmp_path: Path) -> None:
    write_result(uneven(result()), tmp_path)
    paid = {"'=C": 3333, "A": 54000, "B": 45000}
    with (tmp_path / "settlement.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            member, sign = (row["from"], 1) if row["to"] == "POOL" else (row["to"], -1)
            paid[member] += sign * round(float(row["amount"]) * 100)
    with (tmp_path / "savings.csv").open(encoding="utf-8", newline="") as file:
        assert paid == {row["member"]: round(float(row["pool"]) * 100) for row in csv.DictReader(file)}


def test_the_same_result_gives_the_same_bytes_over_a_former_one_too(tmp_path: Path) -> None:
    write_result(result(), tmp_path / "a")
    write_result(uneven(result()), tmp_path / "b")
    write_result(result(), tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    texts = [content for name, content in contents(tmp_path / "a").items() if not name.endswith(".xlsx")]
    assert b"\r" not in b"".join(texts)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_result_is_read_back_exactly(tmp_path: Path) -> None:
    case = uneven(result())
    write_result(case, tmp_path / "first")
    back = read_result(tmp_path / "first")
    for name, frame in tables_of(case).items():
        assert_frame_equal(tables_of(back)[name], frame, check_exact=True)
    for name in ("allocation", "known_trips", "options", "reproducible"):
        assert getattr(back, name) == getattr(case, name)
    assert (back.plan.status, back.plan.bound, back.plan.cost) == (case.plan.status, case.plan.bound, case.plan.cost)
    assert back.pool.input_hash == case.pool.input_hash
    assert back.pool.found == case.pool.found
    assert_frame_equal(back.pool.warnings, case.pool.warnings)
    write_result(back, tmp_path / "second")
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


def test_days_and_unknown_figures_come_back() -> None:
    row = {"trip": "T1", "vehicle": "van", "day": "2026-03-02", "stops": "a|b", "kg_co2e": None}
    row |= dict.fromkeys(("distance_km", "cost", "load_kg", "fill_pct"), 0.1 + 0.2)
    frame = from_records("trips", [row])
    assert frame["day"].tolist() == [pd.Timestamp("2026-03-02")]
    assert math.isnan(frame["kg_co2e"].iloc[0])
    assert frame["cost"].iloc[0] == 0.1 + 0.2


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="name a new folder"):
        write_result(result(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(FileExistsError, match="is a file"):
        write_result(result(), tmp_path / "notes.txt")


def test_a_former_result_is_replaced_and_foreign_files_stay(tmp_path: Path) -> None:
    write_result(result(), tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "input" / "rules.csv").write_text("rule,scope,value\nmax_suppliers,,1\n", encoding="utf-8")
    write_result(result(), tmp_path)
    assert (tmp_path / "notes.txt").exists()
    assert not (tmp_path / "input" / "rules.csv").exists(), "the former input would be read with the new one"
    assert read_result(tmp_path).plan.cost == plan().cost


def test_a_failure_on_the_way_leaves_the_former_result_whole(tmp_path: Path) -> None:
    write_result(result(), tmp_path / "out")
    before = contents(tmp_path)
    broken = replace(result(), members=result().members.drop(columns="pool"))
    with pytest.raises((KeyError, ValueError)):
        write_result(broken, tmp_path / "out")
    assert contents(tmp_path) == before


def test_a_failure_in_the_page_keeps_the_figures_and_no_paper_of_a_former_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_result(result(), tmp_path / "out")
    assert list((tmp_path / "out" / "statements").iterdir())

    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("the page is broken")

    monkeypatch.setattr("clusterpool.report.published.page_html", broken)
    with pytest.raises(RuntimeError, match="the page is broken"):
        write_result(result(), tmp_path / "out")
    assert read_result(tmp_path / "out").plan.cost == plan().cost
    assert not (tmp_path / "out" / "report.html").exists()
    assert not list((tmp_path / "out" / "statements").iterdir())


def edited(folder: Path, **changes: Any) -> None:
    path = folder / "result.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 3}, "not a result in format 5"),
        ({"input_hash": None}, "no hash of its input"),
        ({"input_hash": "0" * 64}, "not those that the result was made from"),
        ({"status": "perfect"}, "'perfect' is not a valid Status"),
        ({"tables": {}}, "KeyError 'members'"),
        ({"bound": True}, "True is no number"),
        ({"cost": "much"}, "'much' is no number"),
        ({"reproducible": 1}, "neither true nor false"),
        ({"options": {"effort": 3}}, "effort"),
        ({"findings": [{"file": "x"}]}, "damaged"),
        ({"known_trips": {"complete": True}}, "damaged"),
        ({"allocation": []}, "damaged"),
    ],
)
def test_a_damaged_result_is_told(changes: dict[str, Any], words: str, tmp_path: Path) -> None:
    write_result(result(), tmp_path)
    edited(tmp_path, **changes)
    with pytest.raises(DataError) as caught:
        read_result(tmp_path)
    (problem,) = caught.value.problems.to_dict("records")
    assert words in problem["problem"]
    assert problem["file"].endswith("result.json")
    assert problem["repair"] == "run `clusterpool solve` again"


@pytest.mark.parametrize("why", [[{"point": "at-most"}], [{"point": "no-such"}], ["ACAM"], "ACAM", []])
def test_a_reason_that_cannot_be_told_is_damage(why: Any, tmp_path: Path) -> None:
    write_result(result(), tmp_path)
    document = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    edited(tmp_path, allocation={**document["allocation"], "why": why})
    with pytest.raises(DataError, match="damaged"):
        read_result(tmp_path)


def test_the_reason_comes_back_with_its_figures(tmp_path: Path) -> None:
    why = (Clause.of(Point.ASKED_FOR, rule="shapley"), Clause.of(Point.NOT_IN_CORE, players=("A", "=C"), amount=1 / 3))
    write_result(result(allocation=replace(allocation(), why=why)), tmp_path)
    assert read_result(tmp_path).allocation.why == why


@pytest.mark.parametrize("text", ["", "{", "[1]", "\xff"])
def test_a_file_that_is_no_result_is_told(text: str, tmp_path: Path) -> None:
    write_result(result(), tmp_path)
    (tmp_path / "result.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError):
        read_result(tmp_path)


def test_a_missing_result_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file -> name the folder"):
        read_result(tmp_path / "nowhere")


def test_a_column_more_or_fewer_is_damage(tmp_path: Path) -> None:
    write_result(result(), tmp_path)
    document = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    document["tables"]["charges"][0]["colour"] = "red"
    edited(tmp_path, tables=document["tables"])
    with pytest.raises(DataError, match="unknown columns colour"):
        read_result(tmp_path)
