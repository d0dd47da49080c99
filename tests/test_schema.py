"""The row models are the contract's tables, and the only description of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from clusterpool.language import Language
from clusterpool.messages import Words
from clusterpool.messages import text as in_words
from clusterpool.places import find_places, fold, place_names
from clusterpool.schema import TABLES, Kind, Settings, columns, data_dictionary, json_schema
from clusterpool.schema.fields import parse_number

CONTRACT = {
    "members": "member* cluster* site* name weight key",
    "sites": "site* latitude longitude name kind",
    "items": "item* unit* name weight_kg volume_m3 pallets goods_class pack_size",
    "purchases": "member* item* quantity* site due_date max_unit_price current_supplier current_unit_price",
    "suppliers": "supplier* site order_cost min_order_value capacity_value delivered delivery_cost free_delivery_from "
    "payment_days name",
    "offers": "supplier* item* min_quantity* unit_price* discount capacity order_multiple valid_from valid_until "
    "lead_time_days price_kind",
    "rebates": "supplier* min_spend* rebate_pct* discount",
    "eligibility": "member* supplier* allowed*",
    "rules": "rule* scope value*",
    "shipments": "shipment* member* origin* destination* weight_kg* volume_m3 pallets ready_date due_date goods_class "
    "current_cost divisible",
    "vehicles": "vehicle* capacity_kg* capacity_m3 capacity_pallets fixed_cost* cost_per_km* cost_per_stop max_stops "
    "speed_kmh goods_classes empty_return_pct kg_co2e_per_km available",
    "tariffs": "tariff* min_weight_kg* cost_per_kg cost_per_kg_km fixed_cost minimum_cost kg_per_m3 min_distance_km "
    "goods_classes kg_co2e_per_tonne_km",
    "hubs": "site* handling_cost_per_kg* fixed_cost capacity_kg",
    "roads": "origin* destination* distance_km* duration_h toll",
    "compatibility": "goods_class* other_class*",
}
"""Copied from the design by hand; a star marks required columns."""


def test_tables_and_columns_are_the_contracts() -> None:
    described = {table: " ".join(column.name + "*" * column.required for column in columns(table)) for table in TABLES}
    assert described == CONTRACT


def test_every_column_is_described() -> None:
    for table in TABLES:
        for column in columns(table):
            assert column.description.endswith("."), (table, column.name)
            unit = next((unit for unit in ("_kg", "_m3", "_km") if column.name.endswith(unit)), "")
            assert unit.removeprefix("_") in column.description, (table, column.name)


def test_keys_groups_and_references_name_columns() -> None:
    for table, model in TABLES.items():
        names = {column.name for column in columns(table)}
        assert {*model.key, *model.group, *model.one_value} <= names
        assert bool(model.group) == bool(model.one_value)
        assert {column.reference for column in columns(table)} <= {"", "members", "sites", "items", "suppliers"}
    assert [table for table, model in TABLES.items() if not model.key] == ["purchases"]


def test_what_is_not_honoured_yet() -> None:
    pending = {f"{table}.{column.name}" for table in TABLES for column in columns(table) if column.pending}
    assert pending == {
        "suppliers.delivery_cost",
        "suppliers.free_delivery_from",
        "suppliers.payment_days",
    }
    assert [table for table, model in TABLES.items() if model.pending] == ["hubs"]


def test_the_data_dictionary_is_up_to_date() -> None:
    path = Path(__file__).resolve().parents[1] / "docs" / "data-dictionary.md"
    assert path.read_text(encoding="utf-8") == data_dictionary(), (
        "write clusterpool.schema.data_dictionary() to the file"
    )


def test_the_data_dictionary_holds_every_column_once_a_table() -> None:
    sections = data_dictionary().split("\n## ")[1:]
    for table, section in zip([*TABLES, "pool.toml"], sections, strict=True):
        names = Settings.model_fields if table == "pool.toml" else [column.name for column in columns(table)]
        assert section.startswith(f"{table}\n")
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(names)


def test_the_json_schema_states_kinds_limits_and_choices() -> None:
    schema = json_schema()
    offers = schema["properties"]["offers"]["items"]
    assert offers["required"] == ["supplier", "item", "min_quantity", "unit_price"]
    assert offers["properties"]["unit_price"] == {
        "description": "Price of one unit in this break, in the pool's currency, net of VAT.",
        "minimum": 0,
        "title": "Unit Price",
        "type": "number",
    }
    assert offers["$defs"]["Discount"]["enum"] == ["all_units", "incremental"]
    assert schema["properties"]["settings"]["properties"]["max_trip_days"]["minimum"] == 1
    assert set(schema["properties"]) == {*TABLES, "settings"}


def test_a_row_model_reads_a_row_of_text() -> None:
    row = TABLES["offers"].model_validate({"supplier": "S", "item": "06", "min_quantity": "5", "unit_price": "1e2"})
    assert row.model_dump()["unit_price"] == 100.0
    assert row.model_dump()["item"] == "06"
    with pytest.raises(ValidationError, match="decimal point"):
        TABLES["rebates"].model_validate({"supplier": "S", "min_spend": "5,5", "rebate_pct": "1"})


def test_settings_are_frozen_and_closed() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.circuity = 2.0  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Settings.model_validate({"circuit": 1.0})
    assert (settings.driving_hours_per_day, settings.hours_per_stop, settings.max_trip_days) == (9.0, 1.0, 3)


@pytest.mark.parametrize(
    ("text", "number"), [("5", 5.0), ("+.5", 0.5), ("5.", 5.0), ("-1.5E-3", -0.0015), ("007", 7.0)]
)
def test_plain_numbers(text: str, number: float) -> None:
    assert parse_number(text) == number


def test_kinds_follow_the_annotations() -> None:
    kinds = {column.name: column.kind for column in columns("offers")}
    assert kinds["item"] is Kind.TEXT
    assert kinds["discount"] is Kind.CHOICE
    assert kinds["lead_time_days"] is Kind.WHOLE
    assert kinds["valid_from"] is Kind.DATE


def test_the_gazetteer_holds_wilayas_and_ports() -> None:
    assert len(place_names()) == 79
    for name in place_names():
        (place,) = find_places(name)
        assert place.name == name
        assert 18 < place.latitude < 38
        assert -9 < place.longitude < 12


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("bejaia", "Béjaïa"),
        ("BÉJAÏA", "Béjaïa"),
        ("Bougie", "Béjaïa"),
        ("بجاية", "Béjaïa"),
        ("Algiers", "Alger"),
        ("El Djazaïr", "Alger"),
        ("Tamanghasset", "Tamanrasset"),
        ("m sila", "M'Sila"),
        ("Sidi-Bel-Abbes", "Sidi Bel Abbès"),
        ("PORT D ALGER", "Port d'Alger"),
        ("DZBJA", "Port de Béjaïa"),
        ("أدرار", "Adrar"),
        ("ادرار", "Adrar"),
    ],
)
def test_usual_spellings(spelling: str, name: str) -> None:
    assert [place.name for place in find_places(spelling)] == [name]


def test_ambiguous_and_unknown_names() -> None:
    assert [place.name for place in find_places("Ksar")] == ["Ksar Chellala", "Ksar El Boukhari"]
    assert find_places("Atlantis") == ()
    assert fold("Aïn  Témouchent") == "aintemouchent"


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("1 234,50", "write 1234.50"),
        ("1.234,5", "write 1234.5"),
        ("1,234.5", "write 1234.5"),
        ("1,234", "write 1234 or 1.234"),
        ("1,234,567", "write 1234567"),
        ("1 234", "write 1234"),
        ("-12,5", "write -12.5"),
        ("12,34,5", "give a number such as 1234.5"),
        ("12 kg", "give a number such as 1234.5"),
        ("NaN", "give a number such as 1234.5"),
    ],
)
def test_numbers_in_another_form_are_refused_with_what_they_may_mean(text: str, repair: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_number(text)
    refused = (caught.value.context or {})["refused"]
    assert in_words(Words(refused.message.repair, refused.fields), Language.ENGLISH) == repair
