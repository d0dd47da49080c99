"""The quick way through regular CSV gives what the careful way gives, or steps aside."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusterpool.reading import csv_tables, read_source

if TYPE_CHECKING:
    from pathlib import Path

CELL = st.one_of(
    st.sampled_from(
        ["", " ", "true", "1", "02", "1.5", "nan", "NA", "-0", "1e5", "member", " a ", "é", "#", "x;y", "0x1"]
    ),
    st.text(st.characters(exclude_characters='",\r\n\0', exclude_categories=["Cs"]), max_size=4),
)
TEXT = st.builds(
    lambda rows, end, last: end.join(",".join(row) for row in [["member", "cluster", "site"], *rows]) + end * last,
    st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(0, 2),
)


@pytest.mark.parametrize("numbers", [set(), {"member", "site"}], ids=["texts", "numbers"])
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT)
def test_the_quick_way_reads_what_the_csv_module_reads(tmp_path: Path, numbers: set[str], text: str) -> None:
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline="")) if row]
    frame = csv_tables._regular(text.encode(), text, numbers)
    if frame is not None:
        assert [list(frame), *frame.astype(object).to_numpy().tolist()] == rows
        assert frame.index.tolist() == list(range(2, len(rows) + 1))
    (tmp_path / "members.csv").write_bytes(text.encode())
    source = read_source(tmp_path)
    if not source.problems:
        assert source.tables["members"].frame.astype(object).to_numpy().tolist() == rows[1:]


def test_the_quick_way_is_taken() -> None:
    text = "member,flag,number\n 06,true,1\nb,false,02 \n"
    frame = csv_tables._regular(text.encode(), text, {"number"})
    assert frame is not None
    assert frame.to_dict("list") == {"member": ["06", "b"], "flag": ["true", "false"], "number": ["1", "02"]}
