"""A figure of a saved result that someone changed is found, wherever it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from clusterpool.report import verify_result, write_result
from tests.report_case import result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    write_result(result(), tmp_path)
    return tmp_path


def test_what_was_written_is_right(saved: Path) -> None:
    check = verify_result(saved)
    assert check.ok, check.problems.to_string()


def test_a_table_saved_by_a_spreadsheet_is_still_right(saved: Path) -> None:
    text = (saved / "savings.csv").read_text(encoding="utf-8")
    (saved / "savings.csv").write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode())
    assert verify_result(saved).ok


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column"),
    [
        ("savings.csv", "495.00,105.00", "494.99,105.00", 4, "pool"),
        ("clusters.csv", "1090.00,210.00", "1090.00,210.01", 2, "saving"),
        ("orders.csv", "B,Alger,50", "B,Alger,51", 3, "quantity"),
        ("loads.csv", "33.33,4.88", "33.33,4.89", 2, "kg_co2e"),
        ("charges.csv", "100.00", "10.00", 2, "cost"),
        ("settlement.csv", "A,POOL", "POOL,A", 2, "from"),
        ("coalitions.csv", "B,600.00", "B,599.00", 4, "cost"),
        ("coalitions.csv", "B,600.00", "B,,600.00", 4, ""),
        ("trips.csv", "trip,", "journey,", 1, "trip"),
        ("unmet.csv", "blocked_by,cost\n", "blocked_by,cost\na,b,c,d,e,f,g,0\n", 0, ""),
    ],
)
def test_a_changed_table_is_found(saved: Path, file: str, old: str, new: str, row: int, column: str) -> None:
    text = (saved / file).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (saved / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    (problem, *_) = verify_result(saved).problems.to_dict("records")
    assert (problem["table"], problem["row"], problem["column"]) == (file, row, column)


def test_a_missing_table_is_found(saved: Path) -> None:
    (saved / "loads.csv").unlink()
    assert verify_result(saved).problems["table"].tolist() == ["loads.csv"]


def test_changed_input_is_found(saved: Path) -> None:
    path = saved / "input" / "purchases.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("60.0", "61.0"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    assert verify_result(saved).problems["table"].tolist() == ["input"]


def _set(table: str, row: int, column: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["tables"][table][row][column] = value

    return change


def _share(document: dict[str, Any]) -> None:
    document["allocation"]["shares"]["A"] = 600.0


def _cost(document: dict[str, Any]) -> None:
    document["cost"] = 1000.0


@pytest.mark.parametrize(
    ("change", "table", "column"),
    [
        (_share, "result.json", "shares"),
        (_share, "members", "pool"),
        (_cost, "result.json", "cost"),
        (_set("orders", 0, "cost", 530.0), "orders", "cost"),
        (_set("members", 1, "pool", 590.0), "members", "pool"),
        (_set("members", 1, "alone", 710.0), "members", "alone"),
        (_set("members", 1, "alone", None), "members", "alone"),
        (_set("members", 1, "saving", 106.0), "members", "saving"),
        (_set("members", 1, "saving_pct", 16.0), "members", "saving_pct"),
        (_set("members", 1, "merit_of_pooling", 1.0), "members", "merit_of_pooling"),
        (_set("members", 1, "own_effort", 1.0), "members", "own_effort"),
        (_set("members", 1, "freight_saving", 1.0), "members", "purchases_saving"),
        (_set("clusters", 0, "pool", 1.0), "clusters", "pool"),
        (_set("settlement", 0, "amount", 54.0), "settlement", "amount"),
        (_set("settlement", 0, "to", "B"), "settlement", "amount"),
        (_set("coalitions", 1, "bound", 701.0), "coalitions", "bound"),
    ],
)
def test_a_changed_document_is_found(
    saved: Path, change: Callable[[dict[str, Any]], None], table: str, column: str
) -> None:
    path = saved / "result.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    problems = verify_result(saved).problems
    assert ((problems["table"] == table) & (problems["column"] == column)).any(), problems.to_string()
