"""Files as firms hand them in become the rows that a person reads in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterpool.errors import DataError
from clusterpool.importing import Imported, Profile, import_table

FILES = Path(__file__).parent / "files" / "import"


def rows(done: Imported) -> list[list[str]]:
    return [list(done.frame), *done.frame.to_numpy().tolist()]


def assumed(done: Imported) -> dict[str, str]:
    return dict(zip(done.assumptions["subject"], done.assumptions["value"], strict=True))


def test_a_french_erp_export() -> None:
    """cp1252, semicolons, title lines, a total row, no-break spaces, DA, tonnes, dates, and 1.500 beside 2,5."""
    done = import_table(FILES / "erp_francais.csv", "purchases", constants={"member": "BOI-01"})
    assert rows(done) == [
        ["member", "item", "quantity", "due_date", "current_supplier", "current_unit_price"],
        ["BOI-01", "PREF-28", "12000", "2026-10-15", "Plast Est", "5.5"],
        ["BOI-01", "CART-06", "1500", "2026-10-05", "Cartonnerie du Hodna", "39"],
        ["BOI-01", "FILM-50", "250.5", "2026-10-07", "Plast Est", "330"],
        ["BOI-01", "PAL-EUR", "80", "2026-10-20", "Bois d'Oran", "1450"],
        ["BOI-01", "SUCRE", "2500", "2026-10-12", "Cevital", "95"],
    ]
    assert done.unmapped == ("N° BC", "Désignation")
    assert done.problems.empty
    values = assumed(done)
    assert values["encoding"] == "cp1252"
    assert values["delimiter"] == ";"
    assert values["column Qté: decimal sign"] == ","
    assert values["column Unité: unit 'Tonne'"] == "1000 kg"
    assert values["column Date livraison: order of dates"] == "dmy"
    assert values["column Qté: total of the file"] == "13833"
    assert values["total lines"] == "lines 10 left out"
    assert set(done.assumptions["file"]) == {"erp_francais.csv"}


def test_an_odoo_export() -> None:
    done = import_table(FILES / "odoo_supplierinfo.csv", "offers")
    assert rows(done) == [
        ["supplier", "item", "min_quantity", "unit_price", "valid_from", "valid_until", "lead_time_days"],
        ["Plast Est", "PREF-28", "10000", "5.5", "2026-01-01", "2026-12-31", "7"],
        ["Plast Est", "PREF-28", "50000", "5.2", "2026-01-01", "2026-12-31", "7"],
        ["Cartonnerie du Hodna", "CART-06", "500", "39.25", "2026-01-01", "", "3"],
    ]
    assert done.unmapped == ("product_name",)


def test_a_sage_export_priced_by_the_thousand() -> None:
    done = import_table(FILES / "sage100.txt", "offers")
    assert rows(done) == [
        ["supplier", "item", "min_quantity", "unit_price", "order_multiple", "lead_time_days"],
        ["FPLAST", "PREF-28", "10000", "5.5", "1000", "7"],
        ["FCART", "CART-06", "500", "39.25", "25", "3"],
        ["FPLAST", "FILM-50", "100", "330", "", "5"],
    ]
    assert done.unmapped == ("AF_RefFourniss",)


def test_a_sap_list_priced_by_the_hundred() -> None:
    done = import_table(FILES / "sap_me.txt", "purchases", constants={"member": "BOI-01"})
    assert rows(done)[1:] == [
        ["BOI-01", "000000000000004711", "25000", "Alger", "2026-10-15", "0000100245", "5.5"],
        ["BOI-01", "000000000000004712", "1250.5", "Oran", "2026-10-20", "0000100245", "330"],
        ["BOI-01", "000000000000000815", "80", "Alger", "2026-10-12", "0000100311", "1450"],
    ]
    assert done.unmapped == ("EBELN", "EBELP")


def test_breaks_side_by_side_in_utf16() -> None:
    done = import_table(FILES / "tarif_paliers.csv", "offers", constants={"supplier": "HODNA"})
    assert rows(done)[1:] == [
        ["HODNA", "CART-06", "0", "42"],
        ["HODNA", "CART-06", "500", "40.5"],
        ["HODNA", "CART-06", "2000", "39.25"],
        ["HODNA", "CART-06", "10000", "38"],
        ["HODNA", "CART-12", "0", "48"],
        ["HODNA", "CART-12", "500", "46"],
        ["HODNA", "CART-12", "2000", "44.5"],
    ]


def test_breaks_listed_in_cells_of_a_file_with_carriage_returns_alone() -> None:
    done = import_table(FILES / "tarif_cellules.csv", "offers", constants={"supplier": "HODNA"})
    assert rows(done)[1:] == [
        ["HODNA", "CART-06", "1", "42"],
        ["HODNA", "CART-06", "500", "40.5"],
        ["HODNA", "CART-12", "1", "48"],
        ["HODNA", "CART-12", "1000", "44.5"],
    ]


def test_prices_with_tax_ask_for_the_decimal_sign_then_come_out_net() -> None:
    with pytest.raises(DataError) as caught:
        import_table(FILES / "tarif_ttc.csv", "offers")
    (problem,) = caught.value.problems.to_dict("records")
    assert (problem["row"], problem["column"], problem["value"]) == (3, "Prix unitaire TTC (DA)", "6,545")
    assert "6545 / 6.545" in problem["problem"]
    assert '[offers.file]\ndecimal = ","' in problem["repair"]
    decided = Profile.of({"version": 1, "offers": {"file": {"decimal": ","}}}, "offers")
    done = import_table(FILES / "tarif_ttc.csv", "offers", profile=decided)
    assert rows(done)[1:] == [["Plast Est", "PREF-28", "10000", "5.5"], ["Semoulerie du Centre", "SEMOULE", "1", "100"]]


def test_a_sheet_with_a_title_a_total_numbers_as_codes_and_a_serial_day() -> None:
    done = import_table(FILES / "besoins.xlsx", "purchases")
    assert rows(done)[1:] == [
        ["BOI-01", "4711", "12000", "Béjaïa", "2026-10-15", "5.5"],
        ["BOI-02", "0815", "80", "Alger", "2026-10-15", "1450"],
    ]


def test_shipments_in_tonnes_with_a_cell_that_is_no_number() -> None:
    with pytest.raises(DataError) as caught:
        import_table(FILES / "expeditions.csv", "shipments")
    assert caught.value.problems[["row", "column", "value"]].to_numpy().tolist() == [[4, "Poids (t)", "(retour)"]]


NAMES = ["erp_francais.csv", "odoo_supplierinfo.csv", "sage100.txt", "sap_me.txt", "tarif_paliers.csv", "besoins.xlsx"]


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_profile_reads_the_file_the_same_way(name: str, tmp_path: Path) -> None:
    table = "offers" if name in {"odoo_supplierinfo.csv", "sage100.txt", "tarif_paliers.csv"} else "purchases"
    constants = {"supplier" if table == "offers" else "member": "X"}
    if name in {"odoo_supplierinfo.csv", "sage100.txt", "besoins.xlsx"}:
        constants = {}
    first = import_table(FILES / name, table, constants=constants)
    saved = tmp_path / "amel.toml"
    saved.write_text(first.profile.to_toml(table), encoding="utf-8")
    again = import_table(FILES / name, table, profile=saved)
    assert again.profile == first.profile
    assert rows(again) == rows(first)
    assert again.assumptions.to_numpy().tolist() == first.assumptions.to_numpy().tolist()
