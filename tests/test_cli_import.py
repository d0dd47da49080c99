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
    assert "[offers.file]" in done.output
    assert [path.name for path in (here / "pool").iterdir()] == ["import-offers.toml"]
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


def test_a_pool_that_counts_in_euros_takes_prices_in_euros(here: Path) -> None:
    (here / "pool").mkdir()
    (here / "pool" / "pool.toml").write_text('currency = "EUR"\n', encoding="utf-8")
    prices = 'Supplier,SKU,MOQ,Price,Currency\nMouser,STM32,1,"6,85 €",EUR\nMouser,STM32,10,"5,92 €",EUR\n'
    (here / "prices.csv").write_text(prices, encoding="utf-8")
    done = run("prices.csv", "--as", "offers", "--out", "pool")
    assert done.exit_code == 0, done.output
    assert (here / "pool" / "offers.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "Mouser,STM32,1,6.85",
        "Mouser,STM32,10,5.92",
    ]


def test_amounts_in_another_currency_than_the_pool_ask_for_the_rate(here: Path) -> None:
    (here / "prices.csv").write_text("Fournisseur;Réf;Prix HT\nS;X;6,5 €\n", encoding="utf-8")
    done = run("prices.csv", "--as", "offers", "--out", "pool")
    assert done.exit_code == 3
    assert "--set rates.EUR=..." in done.stderr
    assert run("prices.csv", "--as", "offers", "--out", "pool", "--set", "rates.EUR=0").exit_code == 3
    assert run("prices.csv", "--as", "offers", "--out", "pool", "--set", "rates.EUR=150").exit_code == 0
    assert "S,X,0,975" in (here / "pool" / "offers.csv").read_text(encoding="utf-8")


def test_a_new_pool_that_counts_in_the_currency_said_keeps_it(here: Path) -> None:
    (here / "prices.csv").write_text("Fournisseur;Réf;Prix HT\nS;X;6,5 €\n", encoding="utf-8")
    done = run("prices.csv", "--as", "offers", "--out", "pool", "--set", "currency=EUR")
    assert done.exit_code == 0, done.output
    assert (here / "pool" / "pool.toml").read_text(encoding="utf-8") == 'currency = "EUR"\n'
    assert "S,X,0,6.5" in (here / "pool" / "offers.csv").read_text(encoding="utf-8")
    other = run("prices.csv", "--as", "offers", "--out", "pool", "--append", "--set", "currency=USD")
    assert other.exit_code == 0  # the cell says EUR, and so does the pool
    bare = "Fournisseur;Réf;Prix HT\nS;Y;6,5\n"
    (here / "prices.csv").write_text(bare, encoding="utf-8")
    assert run("prices.csv", "--as", "offers", "--out", "pool", "--append", "--set", "currency=USD").exit_code == 3


def test_columns_are_told_without_a_profile(here: Path) -> None:
    (here / "needs.csv").write_text("Qui;Quoi;Qté prévue\nBOI-01;FILM;3\n", encoding="utf-8")
    wrong = run("needs.csv", "--as", "purchases", "--map", "quantity=Qté prévue")
    assert wrong.exit_code == 2
    assert '--map "Qté prévue=quantity"' in wrong.stderr
    assert "did you mean 'quantity'" in run("needs.csv", "--as", "purchases", "--set", "quantty=3").stderr
    told = ("--map", "Qui=member", "--map", "Quoi=item", "--map", "Qté prévue=quantity")
    done = run("needs.csv", "--as", "purchases", *told, "--out", "pool")
    assert done.exit_code == 0, done.output
    assert "BOI-01,FILM,3" in (here / "pool" / "purchases.csv").read_text(encoding="utf-8")
    assert 'quantity = "Qté prévue"' in (here / "pool" / "import-purchases.toml").read_text(encoding="utf-8")


def test_what_is_written_is_held_against_the_folder(here: Path) -> None:
    (here / "pool").mkdir()
    (here / "pool" / "members.csv").write_text(MEMBERS, encoding="utf-8")
    (here / "needs.csv").write_text("Adhérent;Réf;Qté\nBOI-1;FILM;3\nBOI-02;FILM;4\n", encoding="utf-8")
    done = run("needs.csv", "--as", "purchases", "--out", "pool")
    assert done.exit_code == 0
    assert "did you mean 'BOI-01'?" in done.stderr
    (here / "pool" / "purchases.csv").unlink()
    told = json.loads(run("needs.csv", "--as", "purchases", "--out", "pool", "--json").stdout)["checks"]
    assert [(one["id"], one["column"], one["value"]) for one in told] == [("code.unknown", "member", "BOI-1")]


def test_a_failing_import_leaves_a_profile_that_can_be_finished(here: Path) -> None:
    text = "Adhérent;Réf;Code article;Qté;Date livraison\nBOI-01;X;Y;1.234;03/04/2026\n"
    (here / "needs.csv").write_text(text, encoding="utf-8")
    assert run("needs.csv", "--as", "purchases", "--profile", "p.toml").exit_code == 3
    left = (here / "p.toml").read_text(encoding="utf-8")
    assert {'# item = "Réf"', '# item = "Code article"'} <= set(left.splitlines())
    assert 'member = "Adhérent"' in left.splitlines()
    (here / "p.toml").write_text(left.replace('# item = "Code article"', 'item = "Code article"'), encoding="utf-8")
    again = run("needs.csv", "--as", "purchases", "--profile", "p.toml")
    assert again.exit_code == 3
    left = (here / "p-open.toml").read_text(encoding="utf-8")
    for line in ('decimal = ","', 'date = "dmy"', 'item = "Code article"'):
        left = left.replace(f"# {line}", line)
    (here / "q.toml").write_text(left, encoding="utf-8")
    done = run("needs.csv", "--as", "purchases", "--profile", "q.toml", "--out", "pool")
    assert done.exit_code == 0, done.output
    assert "BOI-01,Y,1234,2026-04-03" in (here / "pool" / "purchases.csv").read_text(encoding="utf-8").replace(".0", "")


def test_what_is_alike_is_said_once_with_how_many(here: Path) -> None:
    rows = "".join(f"BOI-01;X{row};{'o' if row % 2 else 'p'}\n" for row in range(3000))
    (here / "needs.csv").write_text(f"Adhérent;Réf;Qté\n{rows}", encoding="utf-8")
    done = run("needs.csv", "--as", "purchases")
    assert done.exit_code == 3
    assert "(3000 " in done.stderr or "2-3001" in done.stderr
    assert len(done.stderr.splitlines()) < 15


def asked(words: str, *arguments: object) -> Any:
    return CliRunner().invoke(app, ["import", *(str(argument) for argument in arguments), "--interview"], input=words)


def test_an_interview_asks_what_is_open_and_saves_the_profile(here: Path) -> None:
    text = "Adhérent;Réf;Code article;Qté;PU HT\nBOI-01;X;Y;1.234;5 €\nBOI-02;V;W;2.500;7 €\n"
    (here / "needs.csv").write_text(text, encoding="utf-8")
    # the article's column, then the decimal sign (an answer that is none first), then the rate
    done = asked("2\n9\n1\n1\n150\n", "needs.csv", "--as", "purchases", "--out", "pool")
    assert done.exit_code == 0, done.output
    assert '[2] item = "Code article"   (Y · W)' in done.stderr
    assert "There is no such answer." in done.stderr
    lines = (here / "pool" / "purchases.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["BOI-01,Y,1234,750", "BOI-02,W,2500,1050"]
    profile = (here / "pool" / "import-purchases.toml").read_text(encoding="utf-8")
    assert 'item = "Code article"' in profile
    assert "EUR = 150" in profile
    (here / "pool" / "purchases.csv").unlink()
    again = run("needs.csv", "--as", "purchases", "--out", "pool", "--profile", "pool/import-purchases.toml")
    assert again.exit_code == 0, again.output
    assert (here / "pool" / "purchases.csv").read_text(encoding="utf-8").splitlines() == lines


def test_an_interview_that_is_left_leaves_a_profile(here: Path) -> None:
    (here / "needs.csv").write_text("Adhérent;Réf;Qté\nBOI-01;X;1.234\n", encoding="utf-8")
    for words in ("", "\n"):
        done = asked(words, "needs.csv", "--as", "purchases", "--out", "pool", "--lang", "fr")
        assert done.exit_code == 3
        assert '# decimal = ","' in (here / "pool" / "import-purchases.toml").read_text(encoding="utf-8")
        assert "Traceback" not in done.output


def test_an_interview_takes_one_value_for_all_rows(here: Path) -> None:
    (here / "needs.csv").write_text("Réf;Qté;Note\nX;1;a\n", encoding="utf-8")
    done = asked("=BOI-01\n", "needs.csv", "--as", "purchases", "--out", "pool")
    assert done.exit_code == 0, done.output
    assert "BOI-01,X,1" in (here / "pool" / "purchases.csv").read_text(encoding="utf-8")


def test_without_a_terminal_nobody_is_asked(here: Path) -> None:
    (here / "needs.csv").write_text("Adhérent;Réf;Qté\nBOI-01;X;1.234\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", "needs.csv", "--as", "purchases"], input="1\n")
    assert done.exit_code == 3
    assert "[1]" not in done.output
    forced = ["import", "needs.csv", "--as", "purchases", "--interview", "--json"]
    assert CliRunner().invoke(app, forced, input="1\n").exit_code == 3
