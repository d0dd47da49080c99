"""Broken inputs made by hand: each is told under its own id, in three languages, beside its place, problem and repair.

The inputs, with the words that must be said, stand in the tables of `test_reading` and `test_validation_*`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clusterpool.errors import DataError
from clusterpool.language import Language
from tests.input_kit import Wrong, read
from tests.test_reading import FILES_TOLD
from tests.test_validation_cells import CELLS
from tests.test_validation_codes import CODES
from tests.test_validation_market import MARKET, PENDING

if TYPE_CHECKING:
    from pathlib import Path

BROKEN: list[Wrong] = [*FILES_TOLD, *CELLS, *CODES, *MARKET, *PENDING]

IDS = {
    "semicolons": "file.separator",
    "tabs": "file.separator",
    "no header": "file.no-header",
    "empty file": "file.empty",
    "a column twice": "file.column-twice",
    "a row too long": "file.ragged-row",
    "a row too short": "file.ragged-row",
    "a quote left open": "file.not-csv",
    "a misnamed file": "file.unknown",
    "a capital letter": "file.unknown",
    "a sheet beside the files": "file.unknown",
    "misnamed settings": "file.unknown",
    "unknown setting": "settings.unknown-key",
    "setting of the wrong kind": "settings.not-a-number",
    "setting out of range": "cell.below-limit",
    "unknown rule of sharing": "settings.not-a-choice",
    "order date with slashes": "cell.not-iso-date",
    "several currencies": "settings.not-honoured",
    "settings that are no TOML": "settings.not-toml",
    "number with spaces and comma": "cell.decimal-point",
    "number with a comma": "cell.decimal-point",
    "NaN": "cell.not-a-number",
    "infinity": "cell.not-a-number",
    "number too large": "cell.number-too-large",
    "text for a number": "cell.not-a-number",
    "negative quantity": "cell.not-above",
    "quantity zero": "cell.not-above",
    "negative price": "cell.below-limit",
    "rebate above 100 %": "cell.above-limit",
    "stops that are no whole number": "cell.not-whole",
    "date with slashes": "cell.not-iso-date",
    "no such day": "cell.no-such-day",
    "flag that is no flag": "cell.not-a-flag",
    "unknown choice": "cell.not-a-choice",
    "unknown rule": "cell.not-a-choice",
    "blank required cell": "cell.blank",
    "code with a bar": "cell.bar-in-code",
    "list with semicolons": "cell.list-separator",
    "list with a gap": "cell.empty-entry",
    "latitude beyond the pole": "cell.above-limit",
    "latitude without longitude": "site.half-coordinates",
    "the account's name": "cell.account-code",
    "unknown column": "column.unknown",
    "missing column": "column.missing",
    "unknown member": "code.unknown",
    "unknown item": "code.unknown",
    "code that lost its zero": "code.unknown",
    "unknown supplier": "code.unknown",
    "unknown supplier of today": "code.unknown",
    "unknown site": "site.unknown",
    "misspelt place": "site.unknown",
    "ambiguous place": "site.ambiguous",
    "unknown item of a rule": "code.unknown",
    "scope without a kind": "cell.not-a-scope",
    "repeated key of members": "code.repeated",
    "repeated key of sites": "code.repeated",
    "repeated key of items": "code.repeated",
    "repeated key of suppliers": "code.repeated",
    "repeated key of offers": "code.repeated",
    "repeated key of rebates": "code.repeated",
    "repeated key of eligibility": "code.repeated",
    "repeated key of rules": "code.repeated",
    "repeated key of shipments": "code.repeated",
    "repeated key of vehicles": "code.repeated",
    "repeated key of tariffs": "code.repeated",
    "repeated key of compatibility": "code.repeated",
    "repeated road": "code.repeated",
    "differing capacity of an offer": "code.not-one-value",
    "differing discount of an offer": "code.not-one-value",
    "differing multiple of an offer": "code.not-one-value",
    "differing discount of rebates": "code.not-one-value",
    "differing minimum of a tariff": "code.not-one-value",
    "regulated price with breaks": "offer.regulated-breaks",
    "capacity below the minimum": "offer.capacity-below-minimum",
    "no multiple fits": "offer.no-multiple",
    "ex works without a site": "supplier.without-site",
    "minimum order above the capacity": "supplier.minimum-above-capacity",
    "ex works without weight": "item.without-weight",
    "ex works that nobody carries": "item.class-not-carried",
    "shipment that nobody carries": "shipment.class-not-carried",
    "share above 100 %": "rule.share-above-100",
    "half a supplier": "rule.not-whole",
    "no supplier at all": "rule.no-supplier",
    "number of suppliers of a supplier": "rule.not-for-a-supplier",
    "min above max suppliers": "rule.min-above-max-suppliers",
    "min above max share": "rule.min-above-max-share",
    "shares that leave a gap": "rule.shares-below-all",
    "a shipment due before ready": "shipment.due-before-ready",
    "a date that no vehicle can meet": "shipment.too-far",
    "a date that no vehicle can meet by then": "shipment.out-of-reach",
    "no vehicle of the class is available": "shipment.no-vehicle",
    "due before the order date": "need.due-before-order",
    "an item nobody offers": "need.not-offered",
    "no coordinates": "site.without-coordinates",
    "not on the roads": "site.off-the-roads",
    "roads that do not connect": "site.not-connected",
    "a road to nowhere": "road.loop",
    "a class against itself": "class.against-itself",
    "a tariff without a price": "tariff.without-cost",
    "purchases without offers": "table.no-offers",
    "no members": "table.members-missing",
    "an empty table of members": "table.no-members",
    "shipments without carriers": "table.no-carriers",
    "nothing to plan": "table.nothing-to-plan",
    "hubs": "table.not-honoured",
    "delivery_cost": "column.not-honoured",
    "free_delivery_from": "column.not-honoured",
    "payment_days": "column.not-honoured",
}
"""The id under which each broken input is told."""


def test_there_are_more_than_sixty() -> None:
    assert len(BROKEN) == len(IDS) > 60
    assert {wrong.name for wrong in BROKEN} == set(IDS)


@pytest.mark.parametrize("wrong", BROKEN, ids=lambda wrong: wrong.name)
def test_a_broken_input_is_told_under_its_id(wrong: Wrong, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, wrong.files)
    told = {language: caught.value.in_language(language) for language in Language}
    rows = told[Language.ENGLISH]
    places = zip(rows["id"], rows["file"], rows["row"], rows["column"], rows["value"], strict=True)
    here = [place for place, one in enumerate(places) if one == (IDS[wrong.name], *wrong[2:6])]
    assert len(here) == 1, rows.to_string()
    for language, needles in (
        (Language.ENGLISH, (wrong.problem, wrong.repair)),
        (Language.FRENCH, ()),
        (Language.ARABIC, ()),
    ):
        problem, repair = told[language].loc[here[0], ["problem", "repair"]]
        assert problem
        assert repair
        assert all(needle in said for needle, said in zip(needles, (problem, repair), strict=False))
