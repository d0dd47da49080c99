"""Files are decoded strictly; what cannot be read, or would be left out silently, is told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from clusterpool.demand import Pool, read_pool
from clusterpool.errors import DataError
from clusterpool.reading import read_frames, read_source
from tests.input_kit import FILES, Wrong, assert_told, changed, problems_of, read, told, without, write_files

if TYPE_CHECKING:
    from pathlib import Path

FILES_TOLD = [
    Wrong(
        "semicolons", {**FILES, "rebates.csv": "supplier;min_spend;rebate_pct\nS1;5000;2,5\n"},
        "rebates.csv", 1, "", "supplier;min_spend;rebate_pct", "separated by semicolons", "commas",
    ),
    Wrong(
        "tabs", {**FILES, "rebates.csv": "supplier\tmin_spend\trebate_pct\nS1\t5000\t2\n"},
        "rebates.csv", 1, "", "supplier\tmin_spend\trebate_pct", "separated by tabs", "commas",
    ),
    Wrong(
        "no header", {**FILES, "rebates.csv": "S1,5000,2\nS1,20000,4\n"},
        "rebates.csv", 1, "", "S1,5000,2", "no header", "supplier,min_spend,rebate_pct",
    ),
    Wrong(
        "empty file", {**FILES, "rebates.csv": "\n"},
        "rebates.csv", 1, "", "", "the file is empty", "write the header",
    ),
    Wrong(
        "a column twice", {**FILES, "rebates.csv": "supplier,min_spend,rebate_pct,min_spend\nS1,5000,2,\n"},
        "rebates.csv", 1, "min_spend", "min_spend", "twice", "keep one",
    ),
    Wrong(
        "a row too long", changed("rebates.csv", "S1,20000,4,", "S1,20000,4,5,,"),
        "rebates.csv", 3, "", "S1,20000,4,5,,", "6 cells, the header has 4", "quotes",
    ),
    Wrong(
        "a row too short", changed("rebates.csv", "S1,20000,4,", "S1,20000"),
        "rebates.csv", 3, "", "S1,20000", "2 cells, the header has 4", "one cell a column",
    ),
    Wrong(
        "a quote left open", changed("members.csv", "M3,dattes", 'M3,"dattes'),
        "members.csv", 4, "", "", "not CSV", "close every quote",
    ),
    Wrong(
        "a misnamed file", {**without("rebates.csv"), "rebate.csv": FILES["rebates.csv"]},
        "rebate.csv", 0, "", "rebate.csv", "not a file of the pool", "did you mean 'rebates.csv'",
    ),
    Wrong(
        "a capital letter", {**without("rebates.csv"), "Rebates.CSV": FILES["rebates.csv"]},
        "Rebates.CSV", 0, "", "Rebates.CSV", "not a file of the pool", "did you mean 'rebates.csv'",
    ),
    Wrong(
        "a sheet beside the files", {**without("rebates.csv"), "rebates.xlsx": "PK"},
        "rebates.xlsx", 0, "", "rebates.xlsx", "not a file of the pool", "did you mean",
    ),
    Wrong(
        "misnamed settings", {**without("pool.toml"), "Pool.toml": ""},
        "Pool.toml", 0, "", "Pool.toml", "not a file of the pool", "did you mean 'pool.toml'",
    ),
    Wrong(
        "unknown setting", {**FILES, "pool.toml": "max_trip_day = 3\n"},
        "pool.toml", 1, "max_trip_day", "3", "unknown key 'max_trip_day'", "did you mean 'max_trip_days'",
    ),
    Wrong(
        "setting of the wrong kind", {**FILES, "pool.toml": 'circuity = "1,24"\n'},
        "pool.toml", 1, "circuity", "1,24", "not a number", "circle",
    ),
    Wrong(
        "setting out of range", {**FILES, "pool.toml": "name = 'x'\n\nmax_trip_days = 0\n"},
        "pool.toml", 3, "max_trip_days", "0", "at least 1", "days of a trip",
    ),
    Wrong(
        "unknown rule of sharing", {**FILES, "pool.toml": 'rule = "shapely"\n'},
        "pool.toml", 1, "rule", "shapely", "not one of", "did you mean 'shapley'?",
    ),
    Wrong(
        "order date with slashes", {**FILES, "pool.toml": 'order_date = "01/03/2026"\n'},
        "pool.toml", 1, "order_date", "01/03/2026", "ISO date", "2026-03-01",
    ),
    Wrong(
        "several currencies", {**FILES, "pool.toml": "[currencies]\nEUR = 146.5\n"},
        "pool.toml", 1, "currencies", "{'EUR': 146.5}", "not honoured by this version", "one currency",
    ),
    Wrong(
        "settings that are no TOML", {**FILES, "pool.toml": 'name = "small"\ncurrency = DZD\n'},
        "pool.toml", 2, "", "", "not TOML", 'key = "value"',
    ),
]  # fmt: skip


@pytest.mark.parametrize("wrong", FILES_TOLD, ids=lambda wrong: wrong.name)
def test_wrong_files_are_told(wrong: Wrong, tmp_path: Path) -> None:
    assert_told(wrong, tmp_path)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_another_encoding_is_told_with_its_line(tmp_path: Path, encoding: str) -> None:
    folder = write_files(tmp_path, FILES)
    (folder / "members.csv").write_bytes(FILES["members.csv"].encode(encoding))
    with pytest.raises(DataError) as caught:
        read_pool(folder)
    (problem,) = caught.value.problems.to_dict("records")
    line, byte = {"cp1252": (2, "0xE9"), "utf-16": (1, "0xFF")}[encoding]
    assert (problem["file"], problem["row"], problem["value"]) == ("members.csv", line, byte)
    assert problem["problem"] == "not UTF-8 text"
    assert "UTF-8" in problem["repair"]


@pytest.mark.parametrize(("name", "word"), [("pool.xlsx", "no such file"), ("nowhere", "no such folder")])
def test_what_is_no_folder_is_told(tmp_path: Path, name: str, word: str) -> None:
    with pytest.raises(DataError, match=word):
        read_pool(tmp_path / name)


def test_every_problem_is_told_at_once_and_in_order(tmp_path: Path) -> None:
    files = {
        **changed("members.csv", "M3,dattes,Depot", "M3,,Depott"),
        "offers.csv": FILES["offers.csv"].replace(",46,", ",x,"),
        "vehicle.csv": "",
        "pool.toml": "langage = 'fr'\n",
    }
    problems = problems_of(tmp_path, files)
    assert problems[["file", "row", "column"]].to_numpy().tolist() == [
        ["vehicle.csv", 0, ""],
        ["pool.toml", 1, "langage"],
        ["members.csv", 4, "cluster"],
        ["members.csv", 4, "site"],
        ["offers.csv", 2, "unit_price"],
    ], told(problems)


def test_the_error_names_everything(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, changed("purchases.csv", "M1,film,20", "M1,film,2O"))
    for word in ("purchases.csv", "row 3", "column quantity", "'2O'", "not a number", "->"):
        assert word in str(caught.value)


def test_byte_order_mark_blank_lines_quotes_and_spaces_are_no_matter(tmp_path: Path) -> None:
    spoilt = "\ufeff" + FILES["members.csv"].replace("M2,", '\r\n" M2 ",').replace("Depot", " Depot\N{NO-BREAK SPACE}")
    pool = read(tmp_path / "spoilt", {**FILES, "members.csv": spoilt})
    assert pool.input_hash == read(tmp_path / "clean", FILES).input_hash


def test_lines_are_counted_over_cells_with_line_ends(tmp_path: Path) -> None:
    text = 'item,unit,name,weight_kg\n06,carton,"tall\nbox",0.5\nfilm,kg,,1\ngazole,litre,,many\n'
    problems = problems_of(tmp_path, {**FILES, "items.csv": text})
    assert sorted(zip(problems["row"], problems["column"], strict=True)) == [(2, "name"), (5, "weight_kg")]


def test_codes_stay_text(tmp_path: Path) -> None:
    source = read_source(write_files(tmp_path, FILES))
    assert source.tables["items"].frame["item"].tolist() == ["06", "film", "gazole"]
    assert source.tables["items"].frame.index.tolist() == [2, 3, 4]
    assert read_pool(tmp_path).table("items")["item"].tolist() == ["06", "film", "gazole"]


FRAMES = {
    "members": pd.DataFrame({"member": [6, 7], "cluster": "c", "site": ["Alger", "Oran"], "weight": [2, None]}),
    "purchases": pd.DataFrame(
        {
            "member": [6, 7],
            "item": ["film", "film"],
            "quantity": [np.float64(2.5), 3],
            "due_date": [pd.Timestamp("2026-03-04"), pd.NaT],
            "max_unit_price": [None, float("nan")],
        }
    ),
    "offers": pd.DataFrame(
        {"supplier": ["S"], "item": ["film"], "min_quantity": [0], "unit_price": [330.0], "lead_time_days": [2.0]}
    ),
    "eligibility": pd.DataFrame({"member": [6], "supplier": ["S"], "allowed": [np.bool_(True)]}),
}


def test_frames_of_real_values_mean_the_same_as_text() -> None:
    text = {
        "members": pd.DataFrame({"member": ["6", "7"], "cluster": "c", "site": ["Alger", "Oran"], "weight": ["2", ""]}),
        "purchases": pd.DataFrame(
            {"member": ["6", "7"], "item": "film", "quantity": ["2.5", "3"], "due_date": ["2026-03-04", ""]}
        ),
        "offers": pd.DataFrame(
            {"supplier": ["S"], "item": "film", "min_quantity": "0", "unit_price": "330", "lead_time_days": "2"}
        ),
        "eligibility": pd.DataFrame({"member": ["6"], "supplier": "S", "allowed": "true"}),
    }
    assert Pool.from_frames(FRAMES).input_hash == Pool.from_frames(text).input_hash == read_pool(FRAMES).input_hash


def test_dates_of_python_and_settings_are_taken() -> None:
    frames = {**FRAMES, "purchases": FRAMES["purchases"].assign(due_date=dt.date(2026, 3, 4))}
    pool = Pool.from_frames(frames, {"order_date": dt.date(2026, 3, 1)})
    assert pool.table("purchases")["due_date"].tolist() == [pd.Timestamp("2026-03-04")] * 2
    assert pool.settings.order_date == dt.date(2026, 3, 1)
    assert pool.input_hash == Pool.from_frames(frames, pool.settings).input_hash


def test_floats_as_codes_are_refused() -> None:
    frames = {**FRAMES, "members": FRAMES["members"].assign(member=[6.0, 7.0])}
    with pytest.raises(DataError) as caught:
        Pool.from_frames(frames)
    first = caught.value.problems.iloc[0]
    assert first[["table", "file", "row", "column", "value"]].tolist() == ["members", "", 2, "member", "6.0"]
    assert "text" in first["problem"]
    assert "dtype str" in first["repair"]


def test_a_moment_is_no_day() -> None:
    frames = {**FRAMES, "purchases": FRAMES["purchases"].assign(due_date=pd.Timestamp("2026-03-04 10:30"))}
    with pytest.raises(DataError, match=r"2026-03-04T10:30:00.*ISO date"):
        Pool.from_frames(frames)


def test_unknown_tables_and_columns_of_frames_are_told() -> None:
    frames = {**FRAMES, "offer": FRAMES["offers"], "members": FRAMES["members"].rename(columns={"cluster": "clusters"})}
    with pytest.raises(DataError) as caught:
        Pool.from_frames(frames)
    problems = caught.value.problems
    assert "did you mean 'offers'?" in problems["repair"].tolist()
    assert "did you mean 'cluster'?" in problems["repair"].tolist()


def test_wrong_settings_beside_frames_name_no_file() -> None:
    with pytest.raises(DataError) as caught:
        Pool.from_frames(FRAMES, {"circuity": 0.5})
    assert caught.value.problems[["table", "file", "row", "column", "value"]].to_numpy().tolist() == [
        ["settings", "", 0, "circuity", "0.5"]
    ]


def test_what_is_no_frame_is_a_wrong_call() -> None:
    with pytest.raises(TypeError, match="members"):
        read_frames({"members": [1, 2]})  # type: ignore[dict-item]
