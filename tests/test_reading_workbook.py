"""Workbooks and JSON documents mean the same pool as the folder they were made from; what they would lose is told."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tomllib
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from clusterpool.demand import Pool, read_pool
from clusterpool.errors import DataError
from clusterpool.reading import read_source
from clusterpool.reading.sheets import UnreadableError, read_sheets
from clusterpool.schema import Kind, columns
from tests.input_kit import FILES, read, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd


def typed(table: str, column: str, text: str) -> Any:
    """A cell as a person types it into a sheet."""
    kinds = {one.name: one.kind for one in columns(table)}
    if not text:
        return None
    if kinds[column] is Kind.DATE:
        return dt.date.fromisoformat(text)
    if kinds[column] is Kind.FLAG:
        return text == "true"
    return float(text) if kinds[column] in {Kind.NUMBER, Kind.WHOLE} else text


def records(name: str) -> list[dict[str, Any]]:
    table = name.removesuffix(".csv")
    rows = csv.DictReader(io.StringIO(FILES[name]))
    return [{column: typed(table, column, text) for column, text in row.items()} for row in rows]


def make_workbook(path: Path, change: Callable[[openpyxl.Workbook], object] = lambda _: None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in FILES:
        sheet = book.create_sheet(name.split(".")[0])
        if name.endswith(".csv"):
            rows = records(name)
            sheet.append(list(rows[0]))
            for row in rows:
                sheet.append(list(row.values()))
        else:
            sheet.append(["key", "value"])
            for key, value in tomllib.loads(FILES[name]).items():
                sheet.append([key, value])
    change(book)
    book.save(path)
    return path


def problems(path: Path) -> pd.DataFrame:
    with pytest.raises(DataError) as caught:
        read_pool(path)
    return caught.value.problems


def test_a_workbook_means_the_same_pool_as_its_folder(tmp_path: Path) -> None:
    folder = read(tmp_path / "folder", FILES)
    assert read_pool(make_workbook(tmp_path / "pool.xlsx")).input_hash == folder.input_hash


def test_a_json_document_means_the_same_pool_as_its_folder(tmp_path: Path) -> None:
    document = {name.removesuffix(".csv"): records(name) for name in FILES if name.endswith(".csv")}
    document["pool"] = tomllib.loads(FILES["pool.toml"])  # type: ignore[assignment]
    path = tmp_path / "pool.json"
    path.write_text(json.dumps(document, default=str), encoding="utf-8")
    assert read_pool(path).input_hash == read(tmp_path / "folder", FILES).input_hash


def test_numbers_as_codes_are_taken_by_their_digits_and_it_is_said(tmp_path: Path) -> None:
    def code(book: openpyxl.Workbook) -> None:
        for name, places in {
            "members": ["A2"],
            "purchases": ["A2", "A3"],
            "eligibility": ["A2"],
            "shipments": ["B2"],
        }.items():
            for place in places:
                book[name][place] = 7

    pool = read_pool(make_workbook(tmp_path / "pool.xlsx", code))
    assert pool.members == ["7", "M2", "M3"]
    assert pool.assumptions.iloc[0].tolist() == [
        "pool.xlsx [members]", "column member", "whole numbers are codes by their digits: 6 is '6', not '06'",
        "1 cells hold numbers",
    ]  # fmt: skip
    assert pool.restrict(["7"]).assumptions.equals(pool.assumptions)


@pytest.mark.parametrize("number", [6.5, 1e15, 123456789012345678])
def test_numbers_that_are_no_exact_codes_are_refused(tmp_path: Path, number: float) -> None:
    path = make_workbook(tmp_path / "pool.xlsx", lambda book: book["members"].__setitem__("A2", number))
    found = problems(path)
    here = found[(found["file"] == "pool.xlsx [members]") & (found["row"] == 2)]
    assert "a floating-point number where text is expected" in here["problem"].tolist(), told(found)


@pytest.mark.parametrize("content", ["=1/0", '=B2&"x"', "#N/A"])
def test_cells_that_would_come_out_blank_are_told(tmp_path: Path, content: str) -> None:
    path = make_workbook(tmp_path / "pool.xlsx", lambda book: book["offers"].__setitem__("F3", content))
    found = problems(path)
    assert found[["file", "row", "column"]].to_numpy().tolist() == [["pool.xlsx [offers]", 3, "capacity"]]
    assert found["problem"].tolist() == ["an error or a formula without a value"]


@pytest.mark.parametrize(("cell", "line"), [("B2", 2), ("C40", 40)])
def test_a_setting_that_would_come_out_blank_is_told(tmp_path: Path, cell: str, line: int) -> None:
    path = make_workbook(tmp_path / "pool.xlsx", lambda book: book["pool"].__setitem__(cell, "=1+1"))
    found = problems(path)
    assert found[["file", "row"]].to_numpy().tolist() == [["pool.xlsx [pool]", line]]
    assert found["problem"].tolist() == ["an error or a formula without a value"]


def test_a_moment_and_a_text_date_are_refused_in_sheets(tmp_path: Path) -> None:
    def spoil(book: openpyxl.Workbook) -> None:
        book["purchases"]["E2"] = dt.datetime(2026, 3, 5, 10, 30)  # noqa: DTZ001
        book["purchases"]["E3"] = "05/03/2026"

    found = problems(make_workbook(tmp_path / "pool.xlsx", spoil))
    assert found["value"].tolist() == ["2026-03-05T10:30:00", "05/03/2026"]


def test_sheets_that_are_no_tables_are_told_and_notes_are_not(tmp_path: Path) -> None:
    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("_notes").append(["anything"])
        book.create_sheet("empty")
        book.create_sheet("Offres").append(["anything"])

    found = problems(make_workbook(tmp_path / "pool.xlsx", add))
    assert found["file"].tolist() == ["pool.xlsx [Offres]"]
    assert "'_'" in found["repair"].iloc[0]


def test_blank_rows_and_columns_of_a_sheet_are_no_matter(tmp_path: Path) -> None:
    def add(book: openpyxl.Workbook) -> None:
        book["members"].insert_rows(1, 2)
        book["members"].insert_rows(5)
        book["members"].insert_cols(1)
        book["members"]["B9"] = "M9"

    found = problems(make_workbook(tmp_path / "pool.xlsx", add))
    assert {tuple(place) for place in found[["row", "column"]].to_numpy()} == {(9, "cluster"), (9, "site")}


def test_settings_of_a_sheet_know_their_line(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "pool.xlsx", lambda book: book["pool"].__setitem__("B4", 0))
    assert problems(path)[["table", "file", "row", "column", "value"]].to_numpy().tolist() == [
        ["settings", "pool.xlsx [pool]", 4, "max_trip_days", "0"]
    ]


def test_what_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pool.xlsx"
    path.write_bytes(b"member,cluster,site\n")
    assert problems(path)["problem"].iloc[0].startswith("not a workbook")


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_workbook(tmp_path / "pool.xlsx")
    monkeypatch.setattr("clusterpool.reading.sheets.MOST_UNPACKED_BYTES", 1000)
    with pytest.raises(UnreadableError, match=r"workbook\.too-large"):
        read_sheets(path)


JSON_FAULTS = [
    ("[1]", "not an object of tables"),
    ("{", "not JSON"),
    ('{"members": [{"member": "A", "member": "B"}]}', "the key 'member' stands twice"),
    ('{"members": [{"member": NaN}]}', "NaN, Infinity"),
    ('{"members": {"member": "A"}}', "'members' is not a list of records"),
    ('{"members": [{"member": ["A"]}]}', "not a single value"),
    ('{"membres": []}', "not a table of the pool"),
    ('{"pool": []}', "'pool' is not an object of settings"),
    ('{"members": [{"member": 6.0, "cluster": "c", "site": "Oran"}], "purchases": []}', "a floating-point number"),
    ("[" * 100_000, "nested too deep"),
]


@pytest.mark.parametrize(("text", "problem"), JSON_FAULTS)
def test_faults_of_json_are_told(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "pool.json"
    path.write_text(text, encoding="utf-8")
    found = problems(path)
    assert any(problem in one for one in found["problem"]), told(found)
    assert set(found["file"]) <= {"pool.json", ""}


def test_whole_numbers_of_json_are_codes_by_their_digits(tmp_path: Path) -> None:
    path = tmp_path / "pool.json"
    path.write_text('{"members": [{"member": 12345678901234567890}, {"member": "06"}]}', encoding="utf-8")
    assert read_source(path).tables["members"].frame["member"].tolist() == ["12345678901234567890", "06"]


def test_assumptions_are_kept_with_the_folder(tmp_path: Path) -> None:
    text = "file,subject,value,evidence\na.csv,encoding,cp1252,no byte order mark\n"
    pool = read(tmp_path, {**FILES, "assumptions.csv": text})
    assert pool.assumptions.to_numpy().tolist() == [["a.csv", "encoding", "cp1252", "no byte order mark"]]
    frames = Pool.from_frames(pool.to_frames(), pool.settings, assumptions=pool.assumptions)
    assert frames.assumptions.equals(pool.assumptions)
    assert frames.input_hash == pool.input_hash
    (tmp_path / "assumptions.csv").write_text("a,b\n", encoding="utf-8")
    assert problems(tmp_path)["file"].tolist() == ["assumptions.csv"]
