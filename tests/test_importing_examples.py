"""The examples of the importing room's docstrings, a file in Arabic, and a table that comes from a database."""

from __future__ import annotations

import doctest
import importlib
import sqlite3
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from clusterpool.demand import Pool
from clusterpool.importing import import_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("module", ["aliases", "breaks", "days", "imported", "numbers", "profile", "units"])
def test_examples(module: str) -> None:
    found = doctest.testmod(importlib.import_module(f"clusterpool.importing.{module}"))
    assert found.attempted > 0
    assert found.failed == 0


def test_a_file_in_arabic(tmp_path: Path) -> None:
    path = tmp_path / "طلبات.csv"
    text = "المؤسسة;رمز المادة;الكمية;الوحدة;سعر الوحدة;الولاية\nش1;ورق;٢;طن;95 000,00 دج;ولاية بجاية\nالمجموع;;2;;;\n"
    path.write_text(text, encoding="utf-8")
    done = import_table(path, "purchases")
    assert done.frame.to_numpy().tolist() == [["ش1", "ورق", "2000", "ولاية بجاية", "95"]]
    pool = Pool.from_frames(
        {
            "members": pd.DataFrame({"member": ["ش1"], "cluster": "c", "site": "Alger"}),
            "purchases": done.frame,
            "offers": pd.DataFrame({"supplier": ["S"], "item": "ورق", "min_quantity": 0, "unit_price": 90}),
        },
        assumptions=done.assumptions,
    )
    assert pool.table("purchases")["site"].tolist() == ["Béjaïa"]
    assert len(pool.assumptions) == len(done.assumptions) > 0


def test_a_table_of_a_database() -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("create table lines (firm text, ref text, qty real)")
        database.executemany("insert into lines values (?, ?, ?)", [("A", "06", 40), ("B", "06", 25.5)])
        query = "select firm as member, ref as item, qty as quantity from lines"
        purchases = pd.read_sql(query, database, dtype={"member": str, "item": str})
    pool = Pool.from_frames(
        {
            "members": pd.DataFrame({"member": ["A", "B"], "cluster": "c", "site": "Oran"}),
            "purchases": purchases,
            "offers": pd.DataFrame({"supplier": ["S"], "item": ["06"], "min_quantity": 0, "unit_price": 330}),
        }
    )
    assert pool.table("purchases")["quantity"].tolist() == [40.0, 25.5]
    assert pool.table("items")["item"].tolist() == ["06"]
