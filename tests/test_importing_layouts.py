"""Rows that are no lines, headers of two lines or none, parents, matrices, days in words, destroyed codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clusterpool.errors import DataError
from clusterpool.importing import Imported, import_table
from tests.test_importing_asks import HEAD, asked, load

CASES = Path(__file__).parent / "files" / "cases"


def subjects(done: Imported) -> dict[str, str]:
    return dict(zip(done.assumptions["subject"], done.assumptions["value"], strict=True))


def test_an_unknown_header_is_found_by_its_shape_and_the_columns_are_asked_for() -> None:
    with pytest.raises(DataError) as caught:
        import_table(CASES / "italian-list" / "listino.csv", "offers", constants={"supplier": "S"})
    problems = caught.value.problems
    assert problems[["row", "column"]].to_numpy().tolist() == [[1, "item"], [1, "unit_price"]]
    assert all("nome prodotto, descrizione, prezzo" in said for said in problems["problem"])


def test_headings_of_categories_are_left_out_and_listed() -> None:
    for name in ("tarif", "tarif2"):
        done = import_table(CASES / "categories" / f"{name}.csv", "offers", constants={"supplier": "S"})
        assert done.frame[["item", "unit_price"]].to_numpy().tolist() == [
            ["P01", "2.1"],
            ["P02", "2.6"],
            ["L01", "1.2"],
        ]
        assert subjects(done)["rows of one text"] == "lines 2, 5 left out"
    assert subjects(done)["words in the place of prices"] == "lines 7-9 have none"


def test_headings_are_kept_where_the_profile_says_so(tmp_path: Path) -> None:
    text = "Réf;Désignation;Prix HT\nFRUITS;;\nP01;Pomme;2,10\n"
    found = asked(tmp_path, text, "offers", file={"headings": "keep"}, constants={"supplier": "S"})
    assert found["id"].tolist() == ["import.blank-number"]


@pytest.mark.parametrize("word", ["nc", "N.C.", "en rupture", "Sur devis", "P.O.A.", "TBD", "n/a", "غير متوفر"])
def test_words_in_the_place_of_prices(tmp_path: Path, word: str) -> None:
    done = load(tmp_path, f"Fournisseur;Réf;PU HT\nS;A;5\nS;B;{word}\n", "offers")
    assert done.frame["item"].tolist() == ["A"]


def test_other_words_in_the_place_of_prices_are_named_by_the_profile(tmp_path: Path) -> None:
    text = "Fournisseur;Réf;PU HT\nS;A;5\nS;B;promo\n"
    assert asked(tmp_path, text, "offers")["id"].tolist() == ["import.not-a-number"]
    assert load(tmp_path, text, "offers", file={"no_price": ["promo"]}).frame["item"].tolist() == ["A"]


def test_a_word_in_one_of_several_breaks(tmp_path: Path) -> None:
    done = load(tmp_path, "Fournisseur;Réf;PU HT;à partir de 10\nS;A;5;nc\nS;B;5;4\n", "offers")
    assert done.frame[["item", "min_quantity"]].to_numpy().tolist() == [["A", "0"], ["B", "0"], ["B", "10"]]


def test_notes_below_the_table_and_subtotals_by_name(tmp_path: Path) -> None:
    text = f"{HEAD}\nA;X;1\nSous-total fruits;;1\nA;Y;2\nTOTAL;;3\nPrix valables jusqu'au 31 mars;;\n"
    done = load(tmp_path, text)
    assert done.frame["quantity"].tolist() == ["1", "2"]


def test_rows_without_a_number_are_asked_about_once(tmp_path: Path) -> None:
    text = f"{HEAD}\nA;X;1\nA;Y;\nA;Z;0\n"
    found = asked(tmp_path, text)
    assert found[["id", "row"]].to_numpy().tolist() == [["import.blank-number", 3]]
    done = load(tmp_path, text, file={"blank": "skip"})
    assert done.frame["item"].tolist() == ["X"]
    assert subjects(done)["column Qté: blanks and zeros"] == "lines 3-4 left out"


def test_needs_that_stand_twice_are_asked_about(tmp_path: Path) -> None:
    text = f"{HEAD}\nA;X;1\nA;X;1\nA;X;2\n"
    assert asked(tmp_path, text)["id"].tolist() == ["import.duplicates"]
    for choice, quantities in (("drop", ["1", "2"]), ("keep", ["1", "1", "2"])):
        assert load(tmp_path, text, file={"duplicates": choice}).frame["quantity"].tolist() == quantities


def test_offers_that_repeat_are_one_or_asked_about(tmp_path: Path) -> None:
    head = "Fournisseur;Réf;Qté min;PU HT\n"
    assert len(load(tmp_path, f"{head}S;A;1;5\nS;A;1;5,00\n", "offers").frame) == 1
    text = f"{head}S;A;1;5\nS;A;1;4\nS;A;10;3\n"
    assert asked(tmp_path, text, "offers")["id"].tolist() == ["import.repeated-offer"]
    for choice, price in (("lowest", "4"), ("highest", "5")):
        done = load(tmp_path, text, "offers", file={"repeats": choice})
        assert done.frame["unit_price"].tolist() == [price, "3"]


@pytest.mark.parametrize(
    ("first", "second", "is_asked"),
    [("2026-01-01;2026-06-30", "2026-07-01;", False), ("2026-01-01;2026-06-30", "2026-06-30;", True),
     (";", "2026-07-01;", True), (";2026-06-30", "2026-07-01;9999-12-31", False)],
)  # fmt: skip
def test_offers_of_one_break_that_overlap(tmp_path: Path, first: str, second: str, is_asked: bool) -> None:
    text = f"Fournisseur;Réf;PU HT;Valable du;Validité\nS;A;5;{first}\nS;A;4;{second}\n"
    if is_asked:
        assert asked(tmp_path, text, "offers")["id"].tolist() == ["import.repeated-offer"]
    else:
        assert len(load(tmp_path, text, "offers").frame) == 2


def test_two_packagings_are_asked_about() -> None:
    with pytest.raises(DataError) as caught:
        import_table(CASES / "two-packagings" / "offers.csv", "offers")
    assert caught.value.findings["id"].tolist() == ["import.two-packagings"]


@pytest.mark.parametrize(("name", "last"), [("prices", ["2021-12-31", ""]), ("sap", ["", ""])])
def test_ends_of_time_are_no_end(name: str, last: list[str]) -> None:
    done = import_table(CASES / "validity" / f"{name}.csv", "offers")
    assert done.frame["valid_until"].tolist() == last


@pytest.mark.parametrize("day", ["31/12/9999", "2910-12-31", "31.12.2999", "2099-12-31", "00.00.0000"])
def test_other_ends_of_time(tmp_path: Path, day: str) -> None:
    done = load(tmp_path, f"Fournisseur;Réf;PU HT;Fin de validité\nS;A;5;{day}\nS;B;5;31/01/2027\n", "offers")
    assert done.frame["valid_until"].tolist() == ["", "2027-01-31"]


def test_merged_cells_and_a_header_of_two_lines() -> None:
    folder = CASES / "merged"
    for name in ("besoins", "members-merged"):
        done = import_table(folder / f"{name}.xlsx", "purchases")
        assert done.frame.to_numpy().tolist() == [
            ["Coop A", "A1", "100", "5"], ["Coop A", "A2", "50", "8"],
            ["Coop B", "A1", "200", "5.1"], ["Coop B", "A3", "70", "2"],
        ]  # fmt: skip
        evidence = done.assumptions["evidence"].tolist()
        assert any("Coop A" in said and "Coop B" in said for said in evidence)


TWO_LINES = [
    ("groups above", ";;Besoin;;Prix\nAdhérent;Réf;Qté;Unité;P.U. HT\nA;X;1;kg;5\n"),
    ("groups in two columns", "Adhérent;Article;;Besoin\n;Réf;Désignation;Qté\nA;X;Film;1\n"),
    ("units below", "Adhérent;Réf;Qté;Poids\n;;;(kg)\nA;X;1;5\nB;Y;1;6\n"),
]


@pytest.mark.parametrize("text", [one[1] for one in TWO_LINES], ids=[one[0] for one in TWO_LINES])
def test_headers_of_two_lines(tmp_path: Path, text: str) -> None:
    done = load(tmp_path, text, ignore=["Poids (kg)"])
    assert done.frame[["member", "item", "quantity"]].iloc[0].tolist() == ["A", "X", "1"]


def test_a_file_without_a_header() -> None:
    path = CASES / "headerless" / "tarifs.csv"
    with pytest.raises(DataError) as caught:
        import_table(path, "offers", constants={"supplier": "S"})
    assert caught.value.findings["id"].tolist() == ["import.headerless"]
    assert "#1: 200219, 200163; #2: Cahier 96 p" in caught.value.problems["problem"].iloc[0]


def test_a_file_without_a_header_is_read_by_numbers(tmp_path: Path) -> None:
    text = (CASES / "headerless" / "tarifs.csv").read_text(encoding="utf-8")
    decided: dict[str, Any] = {
        "file": {"no_header": True, "currency": "EUR"},
        "columns": {"item": "#1", "unit_price": "#3"},
        "constants": {"supplier": "S"},
    }
    assert asked(tmp_path, text, "offers", **decided)["column"].tolist() == ["#4"]
    done = load(tmp_path, text, "offers", ignore=["#4"], **decided)
    assert done.frame["unit_price"].tolist() == ["3.33", "14.29", "2.09", "2.79", "2.27", "119.84"]


@pytest.mark.parametrize(
    ("name", "days"),
    [("fr", ["2026-10-15", "2026-08-01", "2026-02-01"]), ("en", ["2006-06-02", "2006-11-14"])],
)
def test_days_in_words(name: str, days: list[str]) -> None:
    done = import_table(CASES / "days-in-words" / f"{name}.csv", "purchases")
    assert done.frame["due_date"].tolist() == days


def test_a_week_is_asked_about() -> None:
    path = CASES / "days-in-words" / "week.csv"
    with pytest.raises(DataError) as caught:
        import_table(path, "purchases")
    assert caught.value.findings["id"].tolist() == ["import.week"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("S42 2026", "2026-10-16"), ("2026-W42", "2026-10-16"), ("KW 42/2026", "2026-10-16"),
        ("lundi 12 octobre 2026", "2026-10-12"), ("Mon, 12 Oct 2026", "2026-10-12"), ("October 12, 2026", "2026-10-12"),
        ("12 أكتوبر 2026", "2026-10-12"), ("1er mars 2027", "2027-03-01"), ("12. Oktober 2026", "2026-10-12"),
        ("12 جانفي 2027", "2027-01-12"), ("3rd of", ""), ("mardi 12 octobre 2026", ""), ("31 juin 2026", ""),
        ("S54 2026", ""), ("12 foo 2026", ""),
    ],
)  # fmt: skip
def test_more_days_in_words(tmp_path: Path, text: str, day: str) -> None:
    content = f"{HEAD};Date livraison\nA;X;1;{text}\n"
    if day:
        assert load(tmp_path, content, file={"week": "friday"}).frame["due_date"].tolist() == [day]
    else:
        assert asked(tmp_path, content)["id"].tolist() == ["import.not-a-day"]


def test_parents_that_stand_once_are_asked_about(tmp_path: Path) -> None:
    text = "Adhérent;Réf;Qté\nA;X;1\n;Y;2\nB;X;3\n"
    found = asked(tmp_path, text)
    assert found[["id", "row"]].to_numpy().tolist() == [["import.parent-blank", 3]]
    done = load(tmp_path, text, file={"repeat_down": ["Adhérent"]})
    assert done.frame["member"].tolist() == ["A", "A", "B"]


def test_a_parent_on_a_line_of_its_own(tmp_path: Path) -> None:
    text = "Adhérent;Réf;Qté\nA;;\n;X;1\n;Y;2\nB;;\n;X;3\n"
    assert asked(tmp_path, text)[["id", "row"]].to_numpy().tolist() == [["import.parent-blank", 2]]
    done = load(tmp_path, text, file={"repeat_down": ["Adhérent"]})
    assert done.frame.to_numpy().tolist() == [["A", "X", "1"], ["A", "Y", "2"], ["B", "X", "3"]]


def test_members_as_columns(tmp_path: Path) -> None:
    text = "Réf;Désignation;Coop A;Coop B\nX;Film;3;\nY;Carton;2;5\n"
    found = asked(tmp_path, text)
    assert found["id"].tolist() == ["import.matrix"]
    assert 'names = ["Coop A", "Coop B"]' in found["repair"].iloc[0]
    matrix = {"column": "member", "value": "quantity", "names": ["Coop A", "Coop B"]}
    done = load(tmp_path, text, matrix=matrix)
    wanted = [["Coop A", "X", "3"], ["Coop A", "Y", "2"], ["Coop B", "Y", "5"]]
    assert done.frame.sort_values(["member", "item"]).to_numpy().tolist() == wanted
    again = load(tmp_path, text, **done.profile.model_dump(exclude_defaults=True))
    assert again.frame.equals(done.frame)


def test_suppliers_as_columns(tmp_path: Path) -> None:
    matrix = {"column": "supplier", "value": "unit_price", "names": ["Nord", "Sud"]}
    done = load(tmp_path, "Réf;Nord;Sud\nX;3,5;4\nY;2;nc\n", "offers", matrix=matrix)
    wanted = [["Nord", "X", "0", "3.5"], ["Sud", "X", "0", "4"], ["Nord", "Y", "0", "2"]]
    assert done.frame.to_numpy().tolist() == wanted


def test_codes_cut_to_a_few_digits_are_refused() -> None:
    folder = CASES / "scientific"
    with pytest.raises(DataError) as caught:
        import_table(folder / "need.csv", "purchases", constants={"member": "A"})
    (found,) = caught.value.findings.to_dict("records")
    assert found["id"] == "import.scientific-code"
    assert "workbook" in found["repair"]
    done = import_table(folder / "need.xlsx", "purchases", constants={"member": "A"})
    assert done.frame["item"].tolist() == ["3760171234567", "3760171234574", "12345"]


@pytest.mark.parametrize(
    ("code", "message"),
    [("3.76E+12", "scientific-code"), ("1E+05", "scientific-code"), ("????", "lost-letters"), ("R?f", "lost-letters"),
     ("x\N{REPLACEMENT CHARACTER}", "lost-letters"), ("Ã©cran", "garbled"), ("NÂ°1", "garbled")],
)  # fmt: skip
def test_codes_that_were_destroyed_are_refused(tmp_path: Path, code: str, message: str) -> None:
    assert f"import.{message}" in asked(tmp_path, f"{HEAD}\nA;{code};1\n")["id"].tolist()


@pytest.mark.parametrize("code", ["1E5", "E+12", "SÃO", "3.5E", "A?", "écran", "N°1"])
def test_codes_that_look_alike_stay(tmp_path: Path, code: str) -> None:
    assert load(tmp_path, f"{HEAD}\nA;{code};1\n").frame["item"].tolist() == [code]


def test_hidden_rows_of_a_workbook_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("Adhérent", "Réf", "Qté"), ("A", "X", 1), ("A", "Y", 2), ("B", "X", 3)):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    lists = book.create_sheet("lists")
    lists.append(("kg", "t"))
    lists.sheet_state = "hidden"
    book.save(tmp_path / "f.xlsx")
    done = import_table(tmp_path / "f.xlsx", "purchases")
    assert done.frame["quantity"].tolist() == ["1", "2", "3"]
    hidden = done.assumptions[done.assumptions["subject"].str.startswith("hidden rows")].iloc[0]
    assert (hidden["value"], "line 3" in hidden["evidence"]) == ("read like the others", True)
    profile = done.profile.model_copy(update={"file": done.profile.file.model_copy(update={"hidden": "skip"})})
    assert import_table(tmp_path / "f.xlsx", "purchases", profile=profile).frame["quantity"].tolist() == ["1", "3"]
