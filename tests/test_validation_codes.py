"""Unknown codes, repeated keys and values that must agree are told where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.input_kit import ROADS, Wrong, added, assert_told, changed

if TYPE_CHECKING:
    from pathlib import Path

CODES = [
    Wrong(
        "unknown member", changed("purchases.csv", "M3,gazole", "M33,gazole"),
        "purchases.csv", 5, "member", "M33", "unknown member", "did you mean 'M3'",
    ),
    Wrong(
        "unknown item", changed("purchases.csv", "M1,film", "M1,flim"),
        "purchases.csv", 3, "item", "flim", "unknown item", "did you mean 'film'",
    ),
    Wrong(
        "code that lost its zero", changed("purchases.csv", "M1,06", "M1,6"),
        "purchases.csv", 2, "item", "6", "unknown item '6'", "did you mean '06'",
    ),
    Wrong(
        "unknown supplier", changed("rebates.csv", "S1,20000", "S9,20000"),
        "rebates.csv", 3, "supplier", "S9", "unknown supplier", "add a row to suppliers",
    ),
    Wrong(
        "unknown supplier of today", changed("purchases.csv", ",S2,", ",Dupont,"),
        "purchases.csv", 3, "current_supplier", "Dupont", "unknown supplier", "add a row to suppliers",
    ),
    Wrong(
        "unknown site", changed("shipments.csv", "M1,Béjaïa,Depot", "M1,Béjaïa,Depott"),
        "shipments.csv", 2, "destination", "Depott", "unknown site", "did you mean 'Depot'",
    ),
    Wrong(
        "misspelt place", changed("suppliers.csv", "Oran", "Orann"),
        "suppliers.csv", 3, "site", "Orann", "unknown site", "did you mean 'Oran'",
    ),
    Wrong(
        "ambiguous place", changed("suppliers.csv", "Alger", "Bordj"),
        "suppliers.csv", 2, "site", "Bordj", "'Bordj Badji Mokhtar' or 'Bordj Bou Arréridj'", "write",
    ),
    Wrong(
        "unknown item of a rule", changed("rules.csv", "item:06", "item:07"),
        "rules.csv", 4, "scope", "item:07", "unknown item", "add a row to items",
    ),
    Wrong(
        "scope without a kind", changed("rules.csv", "item:06", "06"),
        "rules.csv", 4, "scope", "06", "not a scope", "item:CODE",
    ),
    *(
        Wrong(
            f"repeated key of {file}", added(f"{file}.csv", line),
            f"{file}.csv", row, column, value, "as in row 2", "keep one",
        )
        for file, line, row, column, value in (
            ("members", "M1,dattes,Depot,", 5, "member", "M1"),
            ("sites", "Depot,34,5", 4, "site", "Depot"),
            ("items", "06,carton,0.5,dry", 5, "item", "06"),
            ("suppliers", "S1,Alger,,,,true", 5, "supplier", "S1"),
            ("offers", "S1,06,10.0,46,all_units,5000,10,,", 8, "min_quantity", "10.0"),
            ("rebates", "S1,5e3,3,", 4, "min_spend", "5e3"),
            ("eligibility", "M1,S1,false", 4, "supplier", "S1"),
            ("rules", "max_suppliers,,2", 5, "scope", ""),
            ("shipments", "L1,M2,Depot,Alger,10,,,,dry", 5, "shipment", "L1"),
            ("vehicles", "van,1500,,1,1,,dry,", 4, "vehicle", "van"),
            ("tariffs", "groupage,0,0.05,1500,dry", 4, "min_weight_kg", "0"),
            ("compatibility", "dry,cold", 3, "other_class", "cold"),
        )
    ),
    Wrong(
        "repeated road", added("roads.csv", ROADS + "Bougie,Depot,220,,"),
        "roads.csv", 6, "destination", "Depot", "as in row 2", "keep one",
    ),
    Wrong(
        "differing capacity of an offer", changed("offers.csv", "200,43.5,all_units,5000", "200,43.5,all_units,6000"),
        "offers.csv", 3, "capacity", "6000", "differs from row 2", "same value",
    ),
    Wrong(
        "differing discount of an offer", changed("offers.csv", "200,43.5,all_units", "200,43.5,incremental"),
        "offers.csv", 3, "discount", "incremental", "differs from row 2", "same value",
    ),
    Wrong(
        "differing multiple of an offer", changed("offers.csv", "43.5,all_units,5000,10", "43.5,all_units,5000,"),
        "offers.csv", 3, "order_multiple", "", "differs from row 2", "same value",
    ),
    Wrong(
        "differing discount of rebates", changed("rebates.csv", "20000,4,", "20000,4,incremental"),
        "rebates.csv", 3, "discount", "incremental", "differs from row 2", "same value",
    ),
    Wrong(
        "differing minimum of a tariff", changed("tariffs.csv", "0.03,1500", "0.03,1600"),
        "tariffs.csv", 3, "minimum_cost", "1600", "differs from row 2", "same value",
    ),
]  # fmt: skip


@pytest.mark.parametrize("wrong", CODES, ids=lambda wrong: wrong.name)
def test_wrong_codes_are_told(wrong: Wrong, tmp_path: Path) -> None:
    assert_told(wrong, tmp_path)
