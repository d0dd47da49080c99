"""Every kind of wrong cell and column is told with file, row, column, value and repair, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.input_kit import FILES, Wrong, assert_told, changed

if TYPE_CHECKING:
    from pathlib import Path

CELLS = [
    Wrong(
        "number with spaces and comma", changed("purchases.csv", "250.5", '"1 234,50"'),
        "purchases.csv", 4, "quantity", "1 234,50", "decimal point", "write 1234.50",
    ),
    Wrong(
        "number with a comma", changed("vehicles.csv", "van,1500,12,", 'van,1500,"12,5",'),
        "vehicles.csv", 2, "capacity_m3", "12,5", "decimal point", "write 12.5",
    ),
    Wrong(
        "NaN", changed("vehicles.csv", "truck,24000", "truck,NaN"),
        "vehicles.csv", 3, "capacity_kg", "NaN", "not a number", "1234.5",
    ),
    Wrong(
        "infinity", changed("suppliers.csv", "900000", "inf"),
        "suppliers.csv", 2, "capacity_value", "inf", "not a number", "blank",
    ),
    Wrong(
        "number too large", changed("suppliers.csv", "900000", "1e999"),
        "suppliers.csv", 2, "capacity_value", "1e999", "too large", "finite",
    ),
    Wrong(
        "text for a number", changed("shipments.csv", "L2,M3,Depot,Béjaïa,1200", "L2,M3,Depot,Béjaïa,heavy"),
        "shipments.csv", 3, "weight_kg", "heavy", "not a number", "1234.5",
    ),
    Wrong(
        "negative quantity", changed("purchases.csv", "film,20", "film,-20"),
        "purchases.csv", 3, "quantity", "-20", "above 0", "above 0",
    ),
    Wrong(
        "quantity zero", changed("purchases.csv", "film,20", "film,0"),
        "purchases.csv", 3, "quantity", "0", "above 0", "above 0",
    ),
    Wrong(
        "negative price", changed("offers.csv", "film,5,330", "film,5,-330"),
        "offers.csv", 6, "unit_price", "-330", "at least 0", "at least 0",
    ),
    Wrong(
        "rebate above 100 %", changed("rebates.csv", "20000,4", "20000,104"),
        "rebates.csv", 3, "rebate_pct", "104", "at most 100", "at most 100",
    ),
    Wrong(
        "stops that are no whole number", changed("vehicles.csv", "32,8,dry", "32,8.5,dry"),
        "vehicles.csv", 2, "max_stops", "8.5", "whole number", "write 8",
    ),
    Wrong(
        "date with slashes", changed("purchases.csv", "2026-03-05", "01/02/2026"),
        "purchases.csv", 3, "due_date", "01/02/2026", "ISO date", "2026-02-01",
    ),
    Wrong(
        "no such day", changed("purchases.csv", "2026-03-05", "2026-02-30"),
        "purchases.csv", 3, "due_date", "2026-02-30", "no such day", "YYYY-MM-DD",
    ),
    Wrong(
        "flag that is no flag", changed("eligibility.csv", "M2,S2,false", "M2,S2,non"),
        "eligibility.csv", 3, "allowed", "non", "true nor false", "true or false",
    ),
    Wrong(
        "unknown choice", changed("offers.csv", "film,5,330,,", "film,5,330,incrementel,"),
        "offers.csv", 6, "discount", "incrementel", "choices", "did you mean 'incremental'",
    ),
    Wrong(
        "unknown rule", changed("rules.csv", "max_suppliers,,3", "max_supplier,,3"),
        "rules.csv", 2, "rule", "max_supplier", "choices", "did you mean 'max_suppliers'",
    ),
    Wrong(
        "blank required cell", changed("members.csv", "M3,dattes,", "M3,,"),
        "members.csv", 4, "cluster", "", "required cell is blank", "fill it in",
    ),
    Wrong(
        "code with a bar", changed("vehicles.csv", "truck,24000", "tru|ck,24000"),
        "vehicles.csv", 3, "vehicle", "tru|ck", "'|'", "without '|'",
    ),
    Wrong(
        "list with semicolons", changed("vehicles.csv", "dry|cold", "dry;cold"),
        "vehicles.csv", 2, "goods_classes", "dry;cold", "not separated by '|'", "write dry|cold",
    ),
    Wrong(
        "list with a gap", changed("members.csv", "boissons|dattes", "boissons||dattes"),
        "members.csv", 3, "cluster", "boissons||dattes", "empty entry", "single '|'",
    ),
    Wrong(
        "latitude beyond the pole", changed("sites.csv", "34.8,5.7", "348,5.7"),
        "sites.csv", 2, "latitude", "348", "at most 90", "at most 90",
    ),
    Wrong(
        "latitude without longitude", changed("sites.csv", "Depot,34.8,5.7", "Depot,34.8,"),
        "sites.csv", 2, "longitude", "", "without a longitude", "longitude",
    ),
    Wrong(
        "the account's name", changed("members.csv", "M2,boissons|dattes", "POOL,boissons|dattes"),
        "members.csv", 3, "member", "POOL", "account", "another code",
    ),
    Wrong(
        "unknown column", changed("offers.csv", "capacity,order_multiple", "capacities,order_multiple"),
        "offers.csv", 1, "capacities", "", "unknown column 'capacities'", "did you mean 'capacity'",
    ),
    Wrong(
        "missing column", {**FILES, "rules.csv": "rule,scope\nmax_suppliers,\n"},
        "rules.csv", 1, "value", "", "'value' is missing", "add a column 'value'",
    ),
]  # fmt: skip


@pytest.mark.parametrize("wrong", CELLS, ids=lambda wrong: wrong.name)
def test_wrong_cells_are_told(wrong: Wrong, tmp_path: Path) -> None:
    assert_told(wrong, tmp_path)
