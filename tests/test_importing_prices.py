"""A column that changes the price or the quantity is read as what it is, explained by the others, or asked about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clusterpool.importing import import_table
from tests.test_importing_asks import asked, load

if TYPE_CHECKING:
    from clusterpool.importing import Imported

CASES = Path(__file__).parent / "files" / "cases"
LIST = "Fournisseur;Réf;Qté min;P.U. HT"


def assumed(done: Imported) -> list[str]:
    return done.assumptions["evidence"].tolist()


@pytest.mark.parametrize(
    ("name", "prices"), [("tarif-remise", ["9.875", "10.8", "10.2"]), ("tarif-net", ["9.875", "10.8"])]
)
def test_a_discount_is_taken_off(name: str, prices: list[str]) -> None:
    done = import_table(CASES / "discount" / f"{name}.csv", "offers")
    assert done.frame["unit_price"].tolist() == prices
    assert any("Remise %" in said for said in assumed(done))


def test_two_prices_and_a_discount_prove_each_other() -> None:
    done = import_table(CASES / "discount" / "tarif-net.csv", "offers")
    assert "it equals P.U. HT less Remise % in every line: both prove each other" in assumed(done)


def test_a_net_price_that_contradicts_the_discount_is_asked_about(tmp_path: Path) -> None:
    text = f"{LIST};Remise %;PU net HT\nS;A;1;20;50;10\nS;B;1;12;10;10,90\n"
    found = asked(tmp_path, text, "offers")
    assert found[["id", "column"]].to_numpy().tolist() == [["import.undecided", "PU net HT"]]


@pytest.mark.parametrize(
    ("cells", "kind", "price"),
    [("10 %", "", "9"), ("0,1", "percent", "9.99"), ("0,1", "fraction", "9"), ("10", "", "9")],
)
def test_discounts_in_percent_and_as_fractions(tmp_path: Path, cells: str, kind: str, price: str) -> None:
    columns = {"unit_price": {"column": "P.U. HT", "discount_columns": ["Remise %"], "discount_as": kind}}
    done = load(tmp_path, f"{LIST};Remise %\nS;A;1;10;{cells}\n", "offers", columns=columns)
    assert done.frame["unit_price"].tolist() == [price]


def test_small_discounts_are_asked_about_unless_a_net_price_shows_what_they_are(tmp_path: Path) -> None:
    assert asked(tmp_path, f"{LIST};Remise %\nS;A;1;10;0,1\n", "offers")["id"].tolist() == ["import.discount-unclear"]
    for net, price in (("9", "9"), ("9,99", "9.99")):
        done = load(tmp_path, f"{LIST};Remise %;Prix remisé\nS;A;1;10;0,1;{net}\n", "offers")
        assert done.frame["unit_price"].tolist() == [price]


def test_discounts_one_after_the_other(tmp_path: Path) -> None:
    columns = {"unit_price": {"column": "P.U. HT", "discount_columns": ["Remise 1", "Remise 2"]}}
    done = load(tmp_path, f"{LIST};Remise 1;Remise 2\nS;A;1;100;10;5\n", "offers", columns=columns)
    assert done.frame["unit_price"].tolist() == ["85.5"]
    assert asked(tmp_path, f"{LIST};Remise 1;Remise 2\nS;A;1;100;10;5\n", "offers")["id"].nunique() == 1


ASKED = [
    ("a discount by a bare name", "Fournisseur;Réf;P.U. HT;Remise\nS;A;10;5\n", "Remise"),
    ("a pack and a price of nothing said", "Fournisseur;Réf;Prix HT;Colisage\nS;A;10;6\nS;B;4;12\n", "Colisage"),
    ("a quantity that is no break for sure", "Fournisseur;Réf;P.U. HT;Quantity\nS;A;10;6\nS;B;9;12\n", "Quantity"),
    ("a price of a pack beside", "Fournisseur;Réf;P.U. HT;Prix carton\nS;A;10;55\nS;B;9;50\n", "Prix carton"),
    ("a factor", "Fournisseur;Réf;P.U. HT;Coefficient\nS;A;10;1,2\n", "Coefficient"),
    ("a charge", "Fournisseur;Réf;P.U. HT;Écotaxe\nS;A;10;0,25\n", "Écotaxe"),
    ("a tax and a price that says nothing of it", "Fournisseur;Réf;Prix;TVA\nS;A;10;19\n", "TVA"),
    ("numbers without a name", "Fournisseur;Réf;P.U. HT;\nS;A;10;0,25\n", "#4"),
    ("a range's end that does not end", "Fournisseur;Réf;Qté min;Qté max;PU\nS;A;1;9;5\nS;A;50;90;4\n", "Qté max"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column"), [case[1:] for case in ASKED], ids=[case[0] for case in ASKED])
def test_what_may_change_a_price_is_asked_about(tmp_path: Path, text: str, column: str) -> None:
    found = asked(tmp_path, text, "offers")
    assert found[["id", "column"]].to_numpy().tolist() == [["import.undecided", column]], found.to_string()
    assert f'ignore = ["{column}"]' in found["repair"].iloc[0]
    done = load(tmp_path, text, "offers", ignore=[column])
    assert column in done.unmapped
    again = load(tmp_path, text, "offers", **done.profile.model_dump(exclude_defaults=True))
    assert again.frame.equals(done.frame)


@pytest.mark.parametrize(
    ("more", "rule", "price"),
    [
        ("Prix;Colisage", {"column": "Prix", "per_column": "Colisage"}, "2"),
        ("Prix;Écotaxe", {"column": "Prix", "plus_columns": ["Écotaxe"]}, "15"),
        ("Prix;TVA", {"column": "Prix", "vat": "net"}, "10"),
        ("Prix;TVA", {"column": "Prix", "vat": "gross", "vat_column": "TVA"}, "9.5238095238"),
        ("Prix;Remise", {"column": "Prix", "discount_columns": ["Remise"]}, "9.5"),
    ],
)
def test_answers_about_prices(tmp_path: Path, more: str, rule: dict[str, Any], price: str) -> None:
    text = f"Fournisseur;Réf;{more}\nS;A;10;5\n"
    assert asked(tmp_path, text, "offers")["id"].tolist() == ["import.undecided"]
    assert load(tmp_path, text, "offers", columns={"unit_price": rule}).frame["unit_price"].tolist() == [price]


EXPLAINED = [
    ("the line's amount", "purchases", "Adhérent;Réf;Qté;PU HT;Montant HT\nA;X;3;2,5;7,5\nA;Y;2;4;8\n", "7,5"),
    ("an amount of rounded prices", "purchases", "Adhérent;Réf;Qté;PU HT;Valeur\nA;X;300;0,33;100\n", "100"),
    ("the price with tax", "offers", "Fournisseur;Réf;PU HT;PU TTC\nS;A;10;11,9\n", "11,9"),
    ("the rate of a tax that is not included", "offers", "Fournisseur;Réf;PU HT;TVA\nS;A;10;19\n", "19"),
    ("the price with the tax of a column", "offers", "Fournisseur;Réf;Prix;TVA;PVP\nS;A;10;19;11,9\n", "11,9"),
    ("the price of a pack", "offers", "Fournisseur;Réf;P.U.;PCB;Prix carton\nS;A;2,5;12;30\n", "30"),
    ("upper ends", "offers", "Fournisseur;Réf;Qté min;Qté max;PU\nS;A;1;9;5\nS;A;10;;4\n", "9"),
    ("nothing but zeros", "offers", "Fournisseur;Réf;PU;Remise\nS;A;5;0\nS;B;4;0,00\n", "0"),
    ("barcodes", "offers", "Fournisseur;Réf;PU;x\nS;A;5;3760171234567\nS;B;4;3760171234574\n", "3"),
    ("numbers by which lines are called", "offers", "N° ligne;Fournisseur;Réf;PU\n1;S;A;5\n2;S;B;4\n", "1"),
    ("days", "offers", "Fournisseur;Réf;PU;Créé\nS;A;5;01.02.2026\nS;B;4;13.02.2026\n", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "text", "cell"), [one[1:] for one in EXPLAINED], ids=[one[0] for one in EXPLAINED])
def test_what_follows_from_the_others_is_not_asked(tmp_path: Path, table: str, text: str, cell: str) -> None:
    assert cell in text
    done = load(tmp_path, text, table)
    assert not done.frame.empty
    fixed = load(tmp_path, text, table, **done.profile.model_dump(exclude_defaults=True))
    assert fixed.frame.equals(done.frame)


def test_an_amount_at_another_price_is_asked_about(tmp_path: Path) -> None:
    found = asked(tmp_path, "Adhérent;Réf;Qté;PU HT;Montant\nA;X;3;2,5;7,5\nA;Y;2;4;7,2\n")
    assert found["column"].tolist() == ["Montant"]


def test_a_fixed_profile_asks_about_a_discount_that_is_new(tmp_path: Path) -> None:
    profile = load(tmp_path, f"{LIST}\nS;A;1;10\n", "offers").profile.model_dump(exclude_defaults=True)
    assert asked(tmp_path, f"{LIST};Remise %\nS;A;1;10;5\n", "offers", **profile)["column"].tolist() == ["Remise %"]


@pytest.mark.parametrize(("head", "rate"), [("Price (EUR)", 150), ("Prix € HT", 150), ("Unit price USD", 130)])
def test_money_that_the_name_says(tmp_path: Path, head: str, rate: int) -> None:
    text = f"Supplier;SKU;{head}\nS;A;2\n"
    assert asked(tmp_path, text, "offers")["id"].tolist() == ["import.currency"]
    done = load(tmp_path, text, "offers", rates={"EUR": 150, "USD": 130})
    assert done.frame["unit_price"].tolist() == [str(2 * rate)]


def test_money_that_cell_and_name_say_differently(tmp_path: Path) -> None:
    found = asked(tmp_path, "Supplier;SKU;Price (EUR)\nS;A;2 DA\n", "offers", rates={"EUR": 150})
    assert found["id"].tolist() == ["import.currencies-differ"]


def test_a_name_of_the_contract_is_believed_only_if_its_values_fit(tmp_path: Path) -> None:
    done = load(tmp_path, "supplier;item;unit_price;Discount (%)\nS;A;10;5\n", "offers")
    assert done.frame.to_numpy().tolist() == [["S", "A", "0", "9.5"]]
    done = load(tmp_path, "Company;Cluster;City;Weight (Kilograms)\nA;agro;Oran;500\n", "members")
    assert done.unmapped == ("Weight (Kilograms)",)
    done = load(tmp_path, "member;cluster;site;weight\nA;agro;Oran;2\n", "members")
    assert done.frame["weight"].tolist() == ["2"]


def test_franco_is_where_delivery_begins_to_be_free(tmp_path: Path) -> None:
    done = load(tmp_path, "Fournisseur;Franco\nS;500\n", "suppliers")
    assert done.frame.to_dict("records") == [{"supplier": "S", "free_delivery_from": "500"}]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("1\N{RIGHT SINGLE QUOTATION MARK}234.50", "1234.5"), ("١٬٢٣٤٫٥", "1234.5"), ("٢٥", "25"), ("1'234", "1234")],
)
def test_figures_of_other_scripts(tmp_path: Path, text: str, quantity: str) -> None:
    assert load(tmp_path, f"Adhérent;Réf;Qté\nA;X;{text}\n").frame["quantity"].tolist() == [quantity]


def test_units_in_the_cells() -> None:
    folder = CASES / "units-in-cells"
    done = import_table(folder / "expeditions.csv", "shipments")
    assert done.frame["weight_kg"].tolist() == ["800", "1500"]


def test_units_in_the_cells_that_are_not_known_are_asked_about_once(tmp_path: Path) -> None:
    text = (CASES / "units-in-cells" / "besoins.csv").read_text(encoding="utf-8")
    found = asked(tmp_path, text)
    assert found["id"].tolist() == ["import.unit-unknown"]
    assert "cartons = 0" in found["repair"].iloc[0]
    assert load(tmp_path, text, units={"cartons": 24}).frame["quantity"].tolist() == ["6000", "288", "1500"]
    assert load(tmp_path, "Adhérent;Réf;Qté\nA;X;12 cartons\n").frame["quantity"].tolist() == ["12"]


def test_one_column_may_be_two_where_the_profile_says_so() -> None:
    folder = CASES / "one-for-two"
    done = import_table(folder / "besoins.csv", "purchases", profile=folder / "profile.toml")
    assert done.frame.to_numpy().tolist() == [["Oran", "X", "10", "Oran"], ["Blida", "X", "5", "Blida"]]
