"""Offers, rules, dates, ways and tables that make no sense together are told where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.input_kit import FILES, ROADS, Wrong, added, assert_told, changed, with_column, without

if TYPE_CHECKING:
    from pathlib import Path

MARKET = [
    Wrong(
        "regulated price with breaks", added("offers.csv", "S3,gazole,100,30,,,,,regulated"),
        "offers.csv", 8, "min_quantity", "100", "regulated price has more than one break", "one row",
    ),
    Wrong(
        "capacity below the minimum", changed("offers.csv", "film,5,330,,", "film,5,330,,4"),
        "offers.csv", 6, "capacity", "4", "below the offer's least min_quantity", "correct",
    ),
    Wrong(
        "no multiple fits", changed("offers.csv", "film,5,330,,,", "film,5,330,,7,8"),
        "offers.csv", 6, "order_multiple", "8", "no multiple", "correct",
    ),
    Wrong(
        "ex works without a site", changed("suppliers.csv", "S2,Oran", "S2,"),
        "suppliers.csv", 3, "site", "", "ex-works supplier", "where the goods are fetched",
    ),
    Wrong(
        "minimum order above the capacity", changed("suppliers.csv", "1500,,900000", "1500,950000,900000"),
        "suppliers.csv", 2, "min_order_value", "950000", "above capacity_value", "correct",
    ),
    Wrong(
        "ex works without weight", changed("items.csv", "film,kg,1,", "film,kg,,"),
        "items.csv", 3, "weight_kg", "", "'S2' sells it ex works", "weight of one unit",
    ),
    Wrong(
        "ex works that nobody carries", changed("items.csv", "film,kg,1,dry", "film,kg,1,drye"),
        "items.csv", 3, "goods_class", "drye", "sold ex works", "did you mean 'dry'",
    ),
    Wrong(
        "shipment that nobody carries", changed("shipments.csv", ",,cold", ",,frozen"),
        "shipments.csv", 4, "goods_class", "frozen", "no vehicle and no tariff", "add the class",
    ),
    Wrong(
        "share above 100 %", changed("rules.csv", "supplier:S1,80", "supplier:S1,180"),
        "rules.csv", 3, "value", "180", "above 100", "0 to 100",
    ),
    Wrong(
        "half a supplier", changed("rules.csv", ",,3", ",,2.5"),
        "rules.csv", 2, "value", "2.5", "whole", "write 2",
    ),
    Wrong(
        "no supplier at all", changed("rules.csv", ",,3", ",,0"),
        "rules.csv", 2, "value", "0", "nothing could be bought", "1 or more",
    ),
    Wrong(
        "number of suppliers of a supplier", changed("rules.csv", "min_suppliers,item:06", "min_suppliers,supplier:S1"),
        "rules.csv", 4, "scope", "supplier:S1", "does not apply to one supplier", "item:CODE",
    ),
    Wrong(
        "min above max suppliers",
        {**FILES, "rules.csv": FILES["rules.csv"].replace("item:06,1", "item:06,2") + "max_suppliers,item:06,1\n"},
        "rules.csv", 4, "value", "2", "above max_suppliers", "one of the two",
    ),
    Wrong(
        "min above max share", added("rules.csv", "min_share_pct,supplier:S1,90"),
        "rules.csv", 5, "value", "90", "above max_share_pct", "one of the two",
    ),
    Wrong(
        "shares that leave a gap", added("rules.csv", "max_share_pct,item:06,40\nmax_suppliers,item:06,2"),
        "rules.csv", 5, "value", "40", "less than all", "one of the two",
    ),
    Wrong(
        "a shipment due before ready", changed("shipments.csv", "2026-03-02,2026-03-06", "2026-03-07,2026-03-06"),
        "shipments.csv", 2, "due_date", "2026-03-06", "before it is ready", "correct",
    ),
    Wrong(
        "a date that no vehicle can meet",
        changed("shipments.csv", "Depot,Alger,300,,2026-03-03,,cold", "Depot,Tindouf,300,,2026-03-03,2026-03-04,cold"),
        "shipments.csv", 4, "destination", "Tindouf", "more than 3 days", "max_trip_days in pool.toml to 4",
    ),
    Wrong(
        "a date that no vehicle can meet by then",
        changed("shipments.csv", "Depot,Alger,300,,2026-03-03,,cold", "Depot,Oran,300,,2026-03-03,2026-03-03,cold"),
        "shipments.csv", 4, "due_date", "2026-03-03", "no vehicle can deliver", "2026-03-04 or later",
    ),
    Wrong(
        "no vehicle of the class is available", changed("vehicles.csv", "dry|cold,2", "dry|cold,0"),
        "shipments.csv", 4, "goods_class", "cold", "available = 0", "tariff",
    ),
    Wrong(
        "due before the order date", {**FILES, "pool.toml": "order_date = 2026-03-06\n"},
        "purchases.csv", 3, "due_date", "2026-03-05", "before the order date 2026-03-06", "order_date",
    ),
    Wrong(
        "an item nobody offers", changed("offers.csv", "S2,film,5,330,,,,,\n", ""),
        "purchases.csv", 3, "item", "film", "nobody offers", "add an offer",
    ),
    Wrong(
        "no coordinates", changed("sites.csv", "Depot,34.8,5.7", "Depot,,"),
        "sites.csv", 2, "latitude", "", "without coordinates", "add roads",
    ),
    Wrong(
        "not on the roads", {**FILES, "roads.csv": ROADS.replace("Quai,Alger,10,0.5,\n", "")},
        "suppliers.csv", 3, "site", "Oran", "no road of the table roads reaches 'Quai'", "add a road",
    ),
    Wrong(
        "roads that do not connect", {**FILES, "roads.csv": ROADS.replace("Béjaïa,Depot,230", "Oran,Tlemcen,140")
                                      + "Depot,Biskra,5,,\n"},
        "shipments.csv", 2, "destination", "Depot", "do not connect 'Béjaïa' with 'Depot'", "add the roads", 2,
    ),
    Wrong(
        "a road to nowhere", {**FILES, "roads.csv": ROADS + "Oran,Oran,1,,\n"},
        "roads.csv", 6, "destination", "Oran", "ends where it starts", "take the row out",
    ),
    Wrong(
        "a class against itself", added("compatibility.csv", "cold,cold"),
        "compatibility.csv", 3, "other_class", "cold", "against itself", "two different",
    ),
    Wrong(
        "a tariff without a price", {**FILES, "tariffs.csv": "tariff,min_weight_kg,goods_classes\ngroupage,0,dry\n"},
        "tariffs.csv", 2, "cost_per_kg", "", "without any cost", "fill in",
    ),
    Wrong("purchases without offers", without("offers.csv"), "", 0, "", "", "without offers", "add offers"),
    Wrong("no members", without("members.csv"), "", 0, "", "", "members is missing", "add members"),
    Wrong(
        "an empty table of members", {**FILES, "members.csv": "member,cluster,site\n"},
        "members.csv", 1, "", "", "no members", "add a row",
    ),
    Wrong(
        "shipments without carriers",
        without("vehicles.csv", "tariffs.csv", "purchases.csv", "offers.csv", "rules.csv"),
        "", 0, "", "", "without vehicles and without tariffs", "add vehicles or tariffs",
    ),
    Wrong(
        "nothing to plan", without("purchases.csv", "shipments.csv"),
        "", 0, "", "", "nothing to plan", "add purchases",
    ),
]  # fmt: skip

PENDING = [
    Wrong(
        "hubs", {**FILES, "hubs.csv": "site,handling_cost_per_kg\nAlger,1.5\n"},
        "hubs.csv", 2, "", "", "not honoured by this version", "take hubs out",
    ),
    *(
        Wrong(
            column, with_column(file, column, value),
            file, 2, column, value, "not honoured by this version", "leave the column out",
        )
        for file, column, value in (
            ("suppliers.csv", "delivery_cost", "500"),
            ("suppliers.csv", "free_delivery_from", "50000"),
            ("suppliers.csv", "payment_days", "30"),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("wrong", [*MARKET, *PENDING], ids=lambda wrong: wrong.name)
def test_what_does_not_fit_is_told(wrong: Wrong, tmp_path: Path) -> None:
    assert_told(wrong, tmp_path)
