"""`clusterpool import`: the table, its assumptions and its profile are written, and what is open is asked for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clusterpool.cli.app import app
from clusterpool.demand import read_pool

FILES = Path(__file__).parent / "files" / "import"
MEMBERS = "member,cluster,site\nBOI-01,boissons,Béjaïa\nBOI-02,boissons,Alger\n"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["import", *(str(argument) for argument in arguments)])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_month_and_the_next(here: Path) -> None:
    done = run(FILES / "besoins.xlsx", "--as", "purchases", "--profile", "amel.toml", "--out", "october")
    assert done.exit_code == 0, done.output
    assert "amel.toml" in done.output
    again = run(FILES / "besoins.xlsx", "--as", "purchases", "--profile", "amel.toml", "--out", "november")
    assert again.exit_code == 0, again.output
    for name in ("purchases.csv", "assumptions.csv"):
        assert (here / "october" / name).read_bytes() == (here / "november" / name).read_bytes()
    assert "Désignation" in again.output


def test_files_of_several_tables_make_a_pool(here: Path) -> None:
    assert run(FILES / "besoins.xlsx", "--as", "purchases", "--profile", "amel.toml", "--out", "pool").exit_code == 0
    tariff = here / "tarif.csv"
    tariff.write_text("Réf;PU HT;à partir de 500\n4711;5,5;5,2\n0815;1 450,00;\n", encoding="cp1252")
    made = run(tariff, "--as", "offers", "--profile", "amel.toml", "--out", "pool", "--set", "supplier=S1")
    assert made.exit_code == 0, made.output
    more = ("--as", "offers", "--profile", "amel.toml", "--out", "pool", "--set", "supplier=S2")
    assert run(tariff, *more).exit_code == 2  # it would take the place of the other supplier's offers
    assert run(tariff, *more, "--append").exit_code == 0
    (here / "pool" / "members.csv").write_text(MEMBERS, encoding="utf-8")
    pool = read_pool(here / "pool")
    assert pool.table("offers")["supplier"].tolist() == ["S1", "S1", "S1", "S2", "S2", "S2"]
    assert set(pool.assumptions["file"]) == {"besoins.xlsx", "tarif.csv"}
    assert not pool.assumptions.duplicated().any()


def test_without_a_profile_one_is_proposed_into_the_folder(here: Path) -> None:
    shutil.copy(FILES / "odoo_supplierinfo.csv", here / "prix.csv")
    done = run("prix.csv", "--as", "offers", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["rows"], told["unmapped"], told["profile"]) == (3, ["product_name"], "prix-pool/import-offers.toml")
    assert (here / "prix-pool" / "import-offers.toml").read_text(encoding="utf-8").startswith("version = 1\n")


def test_what_is_open_is_asked_for_with_the_line_for_the_profile(here: Path) -> None:
    done = run(FILES / "tarif_ttc.csv", "--as", "offers", "--out", "pool", "--lang", "fr")
    assert done.exit_code == 3
    assert "[offers.file] decimal" in done.output
    assert not (here / "pool").exists()
    (here / "amel.toml").write_text('version = 1\n[offers.file]\ndecimal = ","\n', encoding="utf-8")
    done = run(FILES / "tarif_ttc.csv", "--as", "offers", "--out", "pool", "--profile", "amel.toml")
    assert done.exit_code == 0
    assert "fixed = true" in done.output  # the section that reads next month's file the same way


@pytest.mark.parametrize(
    "wrong", [["--as", "offer"], ["--as", "offers", "--set", "x"], ["--as", "offers", "--lang", "xx"], []]
)
def test_wrong_calls(wrong: list[str]) -> None:
    assert run(FILES / "odoo_supplierinfo.csv", *wrong).exit_code == 2


def test_a_file_that_is_not_there() -> None:
    done = run("nowhere.csv", "--as", "offers", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["problems"][0]["problem"] == "no such file"
