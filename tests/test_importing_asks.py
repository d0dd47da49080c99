"""What a file leaves open is asked for, with the line to put into the profile; what it says is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clusterpool.errors import DataError
from clusterpool.importing import Imported, Profile, import_table
from clusterpool.language import Language

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

HEAD = "Adhérent;Réf;Qté"


def load(folder: Path, text: str | bytes, table: str = "purchases", **decided: Any) -> Imported:
    path = folder / "f.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    profile = Profile.of({"version": 1, table: decided}, table)
    return import_table(path, table, profile=profile)


def asked(folder: Path, text: str | bytes, table: str = "purchases", **decided: Any) -> pd.DataFrame:
    with pytest.raises(DataError) as caught:
        load(folder, text, table, **decided)
    return caught.value.findings


ASKS = [
    ("two columns for one", f"{HEAD};Code article\nA;X;1;Y\n", {}, "import.two-columns", 1, 'item = "Réf"'),
    ("a missing column", "Adhérent;Réf\nA;X\n", {}, "import.column-not-found", 1, "[purchases.constants]"),
    ("a decimal sign", f"{HEAD}\nA;X;1.234\n", {}, "import.decimal-unclear", 2, 'decimal = ","\n# decimal = "."'),
    ("an order of dates", f"{HEAD};Date livraison\nA;X;1;03/04/2026\n", {}, "import.date-unclear", 2, 'date = "dmy"'),
    ("a short year", f"{HEAD};Date livraison\nA;X;1;01/02/26\n", {}, "import.date-unclear", 2, 'date = "dmy"'),
    ("two units", f"{HEAD};Unité\nA;X;1;carton\nA;X;5;pièce\n", {}, "import.unit-unknown", 2, "carton = 0"),
    ("a rate of tax", f"{HEAD};PU TTC\nA;X;1;119\n", {}, "import.vat-rate", 1, "vat_pct = 19"),
    ("a currency", f"{HEAD};PU HT\nA;X;1;5,5 €\n", {}, "import.currency", 2, "EUR = 0"),
    ("a delimiter", "Adhérent;Réf,x;Qté\nA;X,1;2\n", {}, "import.delimiter-unclear", 1, "delimiter"),
    ("no table", "bonjour;x\nmerci;y\n", {}, "import.no-header", 1, "header_line"),
    ("a column that is gone", f"{HEAD}\nA;X;1\n", {"columns": {"item": "Article"}}, "import.column-gone", 1, "Réf"),
    ("a wrong column", f"{HEAD}\nA;X;1\n", {"columns": {"itm": "Réf"}}, "import.not-a-column", 0, 'item = "Réf"'),
    ("a short row", f"{HEAD}\nA;X\n", {}, "import.ragged", 2, "quotes"),
    ("a long row", f"{HEAD}\nA;X;1;2\n", {}, "import.ragged", 2, "quotes"),
    ("a blank code", f"{HEAD}\nA;;1\n", {}, "import.blank", 2, "Item that is needed"),
    ("no number", f"{HEAD}\nA;X;1O\n", {}, "import.not-a-number", 2, "1234.50"),
    ("no day", f"{HEAD};Date livraison\nA;X;1;31/02/2026\n", {}, "import.not-a-day", 2, "2026-12-31"),
    ("against the sign", f"{HEAD}\nA;X;1.5\n", {"file": {"decimal": ","}}, "import.against-sign", 2, "decimal"),
    ("money as a quantity", f"{HEAD}\nA;X;15 DA\n", {}, "import.money-in-quantity", 2, "profile"),
    ("a quote left open", f'{HEAD}\nA;"X;1\n', {"file": {"delimiter": ";"}}, "import.not-csv", 2, "quote"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "decided", "message", "row", "repair"), [ask[1:] for ask in ASKS], ids=[a[0] for a in ASKS]
)
def test_it_is_asked(tmp_path: Path, text: str, decided: dict[str, Any], message: str, row: int, repair: str) -> None:
    found = asked(tmp_path, text, **decided)
    assert message in found["id"].tolist(), found.to_string()
    one = found[found["id"] == message].iloc[0]
    assert one["row"] == row
    assert repair in one["repair"], one["repair"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Réf;المورد\n".encode("cp1256"), "import.encoding-unclear"),
        (f"{HEAD}\nA;é;1\n".encode("cp850"), "import.encoding-unclear"),
        (f"{HEAD}\nA;é;1\n".encode("mac_roman"), "import.encoding-unclear"),
        (b"Adh\xe9rent;R\x81f\n", "import.not-decoded"),
        (f"{HEAD}\nA;X;1\n".encode("utf-16-le"), "import.null-bytes"),
        (b"", "import.empty"),
    ],
)
def test_other_encodings_are_asked_for(tmp_path: Path, content: bytes, message: str) -> None:
    assert asked(tmp_path, content)["id"].tolist() == [message]


@pytest.mark.parametrize("encoding", ["cp1256", "cp850", "mac_roman", "latin-1"])
def test_a_named_encoding_is_taken(tmp_path: Path, encoding: str) -> None:
    done = load(tmp_path, "Membre;Ref;Qte\nA;é;1\n".encode(encoding), file={"encoding": encoding})
    assert done.frame["item"].tolist() == ["é"]


def test_answers_are_taken(tmp_path: Path) -> None:
    text = f"{HEAD};Unité;PU TTC;Date livraison;Code article\n"
    text += "A;a;1.234;carton;1,19 €;01/02/26;X\nA;b;2;pièce;119;05/02/26;X\n"
    columns = {"item": "Code article", "current_unit_price": {"column": "PU TTC", "vat": "gross", "vat_pct": 19}}
    file = {"decimal": ".", "date": "dmy"}
    with pytest.raises(DataError) as caught:
        load(tmp_path, text, columns=columns, file=file, units={"carton": 24}, rates={"EUR": 150})
    assert caught.value.findings["id"].tolist() == ["import.against-sign"]  # 1,19 is no number with a point
    file = {"decimal": ",", "date": "dmy"}
    done = load(tmp_path, text, columns=columns, file=file, units={"carton": 24}, rates={"EUR": 150})
    assert done.frame.to_numpy().tolist() == [
        ["A", "X", "29616", "2026-02-01", "6.25"],  # 1,234 x 24; 1.19 EUR x 150 / 1.19 / 24
        ["A", "X", "2", "2026-02-05", "100"],
    ]


def test_lines_below_the_table_are_kept_unless_they_are_totals(tmp_path: Path) -> None:
    done = load(tmp_path, f"{HEAD}\nTotal;X;1\nA;Total;2\nTOTAL GÉNÉRAL;;3\nSous-total;;3\n")
    assert done.frame.to_numpy().tolist() == [["Total", "X", "1"], ["A", "Total", "2"]]


def test_a_total_that_differs_is_told(tmp_path: Path) -> None:
    done = load(tmp_path, f"{HEAD}\nA;X;1\nA;Y;2\nTotal;;4\n")
    assert done.problems[["row", "column", "value"]].to_numpy().tolist() == [[4, "Qté", "4"]]
    assert "3" in done.problems["problem"].iloc[0]


def test_a_header_that_repeats_and_line_ends_in_cells(tmp_path: Path) -> None:
    done = load(tmp_path, f'{HEAD}\nA;"tall\nbox";1\n{HEAD}\nB;Y;2\n')
    assert done.frame["item"].tolist() == ["tall box", "Y"]
    subjects = done.assumptions["subject"].tolist()
    assert "header inside the table" in subjects
    assert "column Réf: line ends in cells" in subjects


def test_a_fixed_profile_takes_no_new_column(tmp_path: Path) -> None:
    columns = {"member": "Adhérent", "item": "Réf", "quantity": "Qté"}
    done = load(tmp_path, f"{HEAD};PU HT\nA;X;1;5\n", fixed=True, columns=columns)
    assert list(done.frame) == ["member", "item", "quantity"]
    assert done.unmapped == ("PU HT",)


def test_pairs_of_quantity_and_price(tmp_path: Path) -> None:
    text = "Fournisseur;Réf;Qté min 1;Prix 1;Qté min 2;Prix 2\nS;X;1;5,5;500;5,2\nS;Y;1;7;;\n"
    done = load(tmp_path, text, "offers")
    assert done.frame.to_numpy().tolist() == [["S", "X", "1", "5.5"], ["S", "X", "500", "5.2"], ["S", "Y", "1", "7"]]


def test_the_two_signs_of_one_column_are_read_where_each_number_is_clear(tmp_path: Path) -> None:
    done = load(tmp_path, f"{HEAD}\nA;X;1.5\nA;Y;2,5\n")
    assert done.frame["quantity"].tolist() == ["1.5", "2.5"]
    assert asked(tmp_path, f"{HEAD}\nA;X;1.5\nA;Y;2,5\nA;Z;1.234\n")["id"].tolist() == ["import.decimal-unclear"]


def test_a_profile_that_is_wrong_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    for text, message in [
        ("version = 2\n", "import.profile-version"),
        ("x =\n", "import.profile-not-toml"),
        ("version = 1\n[offers.file]\ndecimal = ';'\n", "import.profile-key"),
        ("version = 1\n[offers]\nfxed = true\n", "import.profile-key"),
        ("version = 1\n[offers.units]\ncarton = 0\n", "import.profile-key"),
    ]:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError) as caught:
            Profile.load(path, "offers")
        assert caught.value.findings["id"].tolist() == [message]


@pytest.mark.parametrize("language", [*Language])
def test_every_language_says_it(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"{HEAD}\nA;X;1.234\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        import_table(path, "purchases", language=language)
    assert "1.234 / 1234" in caught.value.in_language(language)["problem"].iloc[0]
    path.write_text(f"{HEAD}\nA;X;1.234\nA;Y;1,5\n", encoding="utf-8")
    done = import_table(path, "purchases", language=language)
    assert done.frame["quantity"].tolist() == ["1234", "1.5"]
    assert len(done.assumptions) >= 2


def test_no_such_table_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="purchase"):
        import_table(tmp_path, "purchase")
