"""Input that means harm: a clear error in little time and memory, and text that never becomes a formula."""

from __future__ import annotations

import csv
import doctest
import json
import struct
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterpool.demand import Pool, read_pool, write_pool
from clusterpool.errors import DataError
from clusterpool.messages import nearest
from clusterpool.reading import apostrophes, bombs
from clusterpool.reading.apostrophes import guarded, unguarded
from tests.input_kit import FILES, changed, read, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMULAS = ["=cmd '/C calc'!A1", "+1+1", "-1", "@SUM(A1)", "'=x", "''-y", "=1+1"]


def ids(source: Mapping[str, pd.DataFrame] | Path | str) -> list[str]:
    with pytest.raises(DataError) as caught:
        read_pool(source)
    return caught.value.found.errors.frame()["id"].tolist()


def cell(text: str) -> dict[str, str]:
    """The small input with a text as the name of a vehicle."""
    return {**FILES, "vehicles.csv": FILES["vehicles.csv"].replace("van,", f'"{text}",', 1)}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (changed("purchases.csv", "film,20", "film,1e300"), "cell.number-too-large"),
        (changed("purchases.csv", "film,20", "film," + "9" * 1_000_000), "cell.too-long"),
        (changed("purchases.csv", "film,20", "film," + "9" * 1_900), "cell.number-too-large"),
        (changed("purchases.csv", "film,20", "film,1e-300"), "cell.number-too-small"),
        (changed("purchases.csv", "film,20", "film,NaN"), "cell.not-a-number"),
        (changed("purchases.csv", "film,20", "film,-inf"), "cell.not-a-number"),
        (changed("purchases.csv", "film,20", "film,-5"), "cell.not-above"),
        (changed("purchases.csv", "film,20", "film,٥"), "cell.not-a-number"),
        (changed("purchases.csv", "2026-03-05", "9999-12-31"), "cell.day-out-of-range"),
        (cell("a" * 5_000_000), "file.not-csv"),
        (changed("vehicles.csv", "van,", "a" * 5_000_000 + ","), "cell.too-long"),
        (cell("van\0"), "cell.control-characters"),
        (cell("two\nlines"), "cell.control-characters"),
        (cell("exe\u202egpj"), "cell.direction-marks"),
        (cell("van\u200f"), "cell.hidden-characters"),
        (cell("van\u200b"), "cell.hidden-characters"),
        (cell("line\u2028end"), "cell.control-characters"),
        ({**FILES, "pool.toml": "circuity = " + "9" * 5_000}, "settings.not-toml"),
        ({**FILES, "pool.toml": "name = " + "[" * 100_000}, "settings.not-toml"),
        ({**FILES, "pool.toml": "circuity = 1e300"}, "cell.above-limit"),
        ({**FILES, "pool.toml": "circuity = inf"}, "settings.not-a-number"),
        ({**FILES, "pool.toml": 'name = "a\\u202eb"'}, "cell.direction-marks"),
        ({**FILES, "rules.csv": ",".join(f"c{n}" for n in range(1_000_000)) + "\n"}, "file.too-many-columns"),
    ],
)
def test_hostile_cells_are_refused_at_once(files: dict[str, str], message: str, tmp_path: Path) -> None:
    write_files(tmp_path, files)
    start = time.process_time()
    assert message in ids(tmp_path)
    assert time.process_time() - start < 5


def test_a_finding_quotes_the_beginning_of_a_long_cell(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, cell("a" * 100_000))
    assert len(str(caught.value)) < 1_000


def test_half_a_character_is_refused() -> None:
    frames = {"members": pd.DataFrame({"member": ["\ud800"], "cluster": "c", "site": "Alger"})}
    assert "cell.control-characters" in ids(frames)


@pytest.mark.parametrize("code", ["..", "../../etc/passwd", "a/b", "C:\\x", "nul", "<b>", "a'; drop table"])
def test_odd_codes_are_codes(code: str, tmp_path: Path) -> None:
    pool = Pool.from_frames(
        {
            "members": pd.DataFrame({"member": [code], "cluster": "c", "site": "Alger"}),
            "purchases": pd.DataFrame({"member": [code], "item": "i", "quantity": 1}),
            "offers": pd.DataFrame({"supplier": ["s"], "item": "i", "min_quantity": 0, "unit_price": 1}),
        }
    )
    write_pool(pool, tmp_path / "out")
    assert read_pool(tmp_path / "out").members == [code]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_formulas_go_out_as_text_and_come_back_as_they_were(tmp_path: Path) -> None:
    pool = Pool.from_frames(
        {
            "members": pd.DataFrame({"member": FORMULAS, "cluster": "c", "site": "Alger", "name": FORMULAS}),
            "purchases": pd.DataFrame({"member": FORMULAS, "item": "-i", "quantity": 1}),
            "offers": pd.DataFrame({"supplier": ["@s"], "item": "-i", "min_quantity": 0, "unit_price": 1}),
        }
    )
    write_pool(pool, tmp_path)
    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    again = read_pool(tmp_path)
    assert again.members == sorted(FORMULAS)
    assert again.input_hash == pool.input_hash


def test_a_formula_without_an_apostrophe_is_read_as_it_stands(tmp_path: Path) -> None:
    files = {name: text.replace("film", "=film") for name, text in FILES.items()}
    assert "=film" in read(tmp_path, files).table("items")["item"].tolist()


@given(st.text(alphabet="'=+-@＝a1", max_size=6))
def test_an_apostrophe_is_put_on_and_taken_off(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "＝"))


def workbook(path: Path, *cells: tuple[str, object]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "members"
    for place, value in (("A1", "member"), ("B1", "cluster"), ("C1", "site"), *cells):
        book["members"][place] = value
    book.save(path)
    return path


def lying(path: Path, size: int) -> None:
    """Make every entry of an archive state that it unpacks to so many bytes."""
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.find(mark)
        while start >= 0:
            content[start + place : start + place + 4] = struct.pack("<I", size)
            start = content.find(mark, start + 1)
    path.write_bytes(content)


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from clusterpool.demand import read_pool
from clusterpool.errors import DataError
try:
    read_pool(sys.argv[1])
except DataError as error:
    print(error.findings["id"].tolist())
"""


def in_two_gigabytes(path: Path) -> str:
    """What reading a file says in a process that may not use more memory."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, path], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD2"])
def test_a_cell_at_the_end_of_a_sheet_fills_no_memory(place: str, tmp_path: Path) -> None:
    told = in_two_gigabytes(workbook(tmp_path / "far.xlsx", (place, "x")))
    assert ("workbook.too-wide" in told) == (place == "XFD1048576"), told


@pytest.mark.parametrize("stated", [None, 1000])
def test_a_zip_bomb_is_refused_whatever_size_it_states(stated: int | None, tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/bomb.xml", "w") as entry:
        for _ in range(450):
            entry.write(b"\0" * 1_000_000)
    if stated:
        lying(path, stated)
    assert "workbook.too-large" in in_two_gigabytes(path)


def test_an_ods_that_repeats_its_cells_is_refused(tmp_path: Path) -> None:
    cells = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
        'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    with zipfile.ZipFile(tmp_path / "bomb.ods", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="members">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    assert "workbook." in in_two_gigabytes(tmp_path / "bomb.ods")


@pytest.mark.parametrize("text", ['{"members": ' + "[" * 100_000, '{"members": [{"member": ' + "9" * 10_000 + "}]}"])
def test_hostile_json(text: str, tmp_path: Path) -> None:
    (tmp_path / "pool.json").write_text(text, encoding="utf-8")
    assert ids(tmp_path / "pool.json")[0].startswith("json.")


def test_half_a_character_in_json(tmp_path: Path) -> None:
    document = {"members": [{"member": "A", "cluster": "\ud800", "site": "Alger"}], "pool": {"name": "\udfff"}}
    (tmp_path / "pool.json").write_text(json.dumps(document), encoding="ascii")
    assert ids(tmp_path / "pool.json").count("cell.control-characters") == 2


def test_many_unknown_names_are_told_in_little_time(tmp_path: Path) -> None:
    rows = "".join(f"M1,item{n},1,,,,,\n" for n in range(20_000))
    items = "".join(f"i{n},kg,,\n" for n in range(20_000))
    files = {**FILES, "purchases.csv": FILES["purchases.csv"] + rows, "items.csv": FILES["items.csv"] + items}
    start = time.process_time()
    write_files(tmp_path, files)
    assert ids(tmp_path).count("code.unknown") == 20_000
    assert time.process_time() - start < 20


def test_no_name_is_near_a_very_long_one() -> None:
    assert nearest("a" * 1_000_000, ["a"]) == ""


@pytest.mark.parametrize("module", [apostrophes, bombs])
def test_examples(module: object) -> None:
    assert doctest.testmod(module).failed == 0
