"""Inputs spoilt at random: no traceback, no endless work, and no accepted lie.

What is accepted must be what an independent strict reader reads (`oracles.strict_reader`), else it must be refused by a
DataError that can be said in every language.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterpool.demand import Pool, read_pool
from clusterpool.errors import DataError
from clusterpool.language import Language
from tests.fuzz_kit import ODD, SMALL, spoilt_folder, spoilt_workbook
from tests.oracles.strict_reader import NotStrictError, differences, read_strictly, typed_rows
from tests.oracles.strict_workbook import sheets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST_SECONDS = 10.0
"""Of processor time for one small input."""
QUICK, EVERYTHING, CHUNK = 200, 10_000, 1_000


def accepted(source: Path) -> Pool | None:
    """The pool of an input, None where it was refused; anything but a DataError passes."""
    start = time.process_time()
    try:
        return read_pool(source)
    except DataError as error:
        said = [one.problem_in(tongue) and one.repair_in(tongue) for one in error.found for tongue in Language]
        if not said or not all(said):
            pytest.fail("an error without words")
        return None
    finally:
        assert time.process_time() - start < MOST_SECONDS


def judge_folder(files: Mapping[str, bytes], folder: Path) -> bool:
    """Whether the input was accepted; a lie or a traceback fails."""
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    pool = accepted(folder)
    if pool is None:
        return False
    assert pool.settings.order_date is not None
    assert differences(read_strictly(files), pool.tables, pool.settings.order_date) == []
    return True


def judge_workbook(seed: int, path: Path) -> bool:
    spoilt_workbook(seed, path)
    pool = accepted(path)
    if pool is None:
        return False
    files = {}
    for name, cells in sheets(path).items():
        rows = [row for row in cells if any(row)]
        if name != "pool" and not name.startswith(("_", "#")) and rows:
            used = [place for place, head in enumerate(rows[0]) if head or any(row[place] for row in rows)]
            rows = [[row[place] for place in used] for row in rows]
            files[name] = typed_rows(name, rows[0], rows[1:])
    assert pool.settings.order_date is not None
    assert differences(files, pool.tables, pool.settings.order_date) == []
    return True


def chunk(seeds: range, tmp_path: Path) -> Counter[str]:
    """Judge spoilt folders, and a workbook for every fourth seed."""
    (tmp_path / "folder").mkdir()
    counts: Counter[str] = Counter()
    for seed in seeds:
        try:
            if seed % 4:
                taken = judge_folder(spoilt_folder(seed), tmp_path / "folder")
            else:
                taken = judge_workbook(seed, tmp_path / "pool.xlsx")
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        counts["accepted" if taken else "refused"] += 1
    return counts


def test_some_hundred_spoilt_inputs(tmp_path: Path) -> None:
    counts = chunk(range(QUICK), tmp_path)
    assert counts.total() == QUICK
    assert min(counts["accepted"], counts["refused"]) > QUICK // 15, counts  # both sides are tried


@pytest.mark.slow
@pytest.mark.parametrize("first", range(QUICK, QUICK + EVERYTHING, CHUNK))
def test_ten_thousand_spoilt_inputs(first: int, tmp_path: Path) -> None:
    print(first, chunk(range(first, first + CHUNK), tmp_path))


CELLS = [(name, line, place) for name, text in SMALL.items() if name.endswith(".csv")
         for line, row in enumerate(text.splitlines()) for place in range(row.count(",") + 1)]  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(CELLS), text=st.one_of(st.text(max_size=12), st.sampled_from(ODD), st.floats().map(str)))
def test_any_text_in_any_cell(place: tuple[str, int, int], text: str, tmp_path: Path) -> None:
    name, line, column = place
    rows = [row.split(",") for row in SMALL[name].splitlines()]
    rows[line][column] = text
    files = {other: content.encode() for other, content in SMALL.items()}
    files[name] = ("\n".join(",".join(row) for row in rows) + "\n").encode(errors="replace")
    (tmp_path / "folder").mkdir(exist_ok=True)
    judge_folder(files, tmp_path / "folder")


def test_the_judge_finds_a_lie(tmp_path: Path) -> None:
    files = {name: text.encode() for name, text in SMALL.items()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    pool = read_pool(tmp_path)
    assert pool.settings.order_date is not None
    for name, old, new in (
        ("purchases.csv", b"M1,06,100", b"M1,06,101"),
        ("purchases.csv", b"M3,06,5", b"M3,film,5"),
        ("offers.csv", b"06,50,44", b"06,50,45"),
        ("offers.csv", b"2026-12-31", b"2026-01-01"),
        ("members.csv", b"M2,boissons|dattes,Bougie", b"M2,boissons,Bougie"),
        ("members.csv", b"Bougie", b"Oran"),
    ):
        lie = {**files, name: files[name].replace(old, new)}
        assert lie != files
        assert differences(read_strictly(lie), pool.tables, pool.settings.order_date), (name, new)


@pytest.mark.parametrize("text", ['a\n"b', 'a\n"b"c'])
def test_the_strict_reader_refuses(text: str) -> None:
    with pytest.raises(NotStrictError):
        read_strictly({"members.csv": text.encode()})
