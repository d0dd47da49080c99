"""Spoilt and large inputs: told or taken whole, and in seconds."""

from __future__ import annotations

import csv
import io
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clusterpool.demand import read_pool, write_pool
from clusterpool.errors import DataError
from tests.input_kit import FILES, problems_of, read

if TYPE_CHECKING:
    from pathlib import Path

ODD = ["", "x", "-1", "0", "1e308", "|", "a|b", "0001-01-01", "9999-12-31", "item:", "S2", "M1", "06", "Alger", "\x07"]


@pytest.mark.parametrize("seed", range(40))
def test_any_cell_spoilt_is_told_or_makes_a_whole_pool(tmp_path: Path, seed: int) -> None:
    """No other error than DataError comes out, and what is taken can be written and read again."""
    rng = np.random.default_rng(seed)
    name = str(rng.choice([name for name in FILES if name.endswith(".csv")]))
    rows = list(csv.reader(io.StringIO(FILES[name])))
    line = int(rng.integers(len(rows)))
    rows[line][int(rng.integers(len(rows[line])))] = str(rng.choice(ODD))
    text = "".join(",".join(row) + "\n" for row in rows)
    try:
        pool = read(tmp_path / "given", {**FILES, name: text})
    except DataError as error:
        assert len(str(error).splitlines()) == 1 + len(error.problems)  # noqa: PT017 - either end is right
        return
    write_pool(pool, tmp_path / "written")
    assert read_pool(tmp_path / "written").input_hash == pool.input_hash


@pytest.mark.slow
def test_two_hundred_thousand_offers_are_read_in_seconds(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    prices = rng.uniform(1, 1000, 200_000).round(4)  # every other break is dearer: warnings by the ten thousand
    lines = [f"S{row % 200:03d},I{row // 400:04d},{row // 200 % 2 * 50},{price}" for row, price in enumerate(prices)]
    purchases = [f"M{row % 100},I{row % 500:04d},{row % 97 + 1}" for row in range(20_000)]
    files = {
        "members.csv": "member,cluster,site\n" + "".join(f"M{number},c,Oran\n" for number in range(100)),
        "offers.csv": "supplier,item,min_quantity,unit_price\n" + "\n".join(lines),
        "purchases.csv": "member,item,quantity\n" + "\n".join(purchases),
    }
    begin = time.process_time()
    pool = read(tmp_path, files)
    took = time.process_time() - begin
    print(f"200,000 offers and 20,000 purchases: {took:.1f} s")
    assert len(pool.table("offers")) == 200_000
    assert took < 10


@pytest.mark.slow
def test_a_hundred_thousand_problems_are_told_in_seconds(tmp_path: Path) -> None:
    lines = "".join(f'S1,X{number % 5000},{number},"{number},25"\n' for number in range(50_000))
    files = {**FILES, "offers.csv": "supplier,item,min_quantity,unit_price\n" + lines}
    begin = time.process_time()
    problems = problems_of(tmp_path, files)
    print(f"{len(problems)} problems: {time.process_time() - begin:.1f} s")
    assert (problems["problem"] == "not a number with a decimal point").sum() == 50_000
    assert problems["problem"].str.startswith("unknown item").sum() == 50_000
    assert time.process_time() - begin < 20
