"""The order of the checks, and what comes out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from pydantic import ValidationError

from clusterpool.errors import DataError
from clusterpool.language import Domain
from clusterpool.messages import Finding, Findings, MessageId, Words, did_you_mean
from clusterpool.reading import assumption_frame
from clusterpool.schema import TABLES, Settings, columns
from clusterpool.schema.settings import RuleName
from clusterpool.validation.cells import LIMITS, type_tables
from clusterpool.validation.codes import check_codes
from clusterpool.validation.freight import check_freight
from clusterpool.validation.needs import check_needs
from clusterpool.validation.offers import check_offers
from clusterpool.validation.places import resolve_places
from clusterpool.validation.plausibility import check_goods, check_likeness, check_plausible_needs, check_prices
from clusterpool.validation.resolve import canonical, resolve
from clusterpool.validation.review import Review

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from pydantic_core import ErrorDetails

    from clusterpool.reading import Source


_SETTING_KINDS = {
    "float_type": MessageId.SETTINGS_NOT_A_NUMBER,
    "finite_number": MessageId.SETTINGS_NOT_A_NUMBER,
    "int_type": MessageId.SETTINGS_NOT_WHOLE,
    "string_type": MessageId.SETTINGS_NOT_TEXT,
}


@dataclass(frozen=True, eq=False)
class Checked:
    """Tables and settings that passed every check, all of the contract's columns and defaults filled in."""

    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    found: Findings
    assumptions: pd.DataFrame


def validate(source: Source) -> Checked:
    """Type, check and resolve what was read.

    Raises
    ------
    DataError
        Something is wrong; `problems` lists every fault.
    """
    settings, faults = check_settings(source)
    review = Review(source.tables, settings, errors=[*source.problems, *faults])
    type_tables(review)
    resolve_places(review)
    resolve(review)
    checks = (
        check_codes,
        check_needs,
        check_offers,
        check_freight,
        check_prices,
        check_plausible_needs,
        check_goods,
        check_likeness,
    )
    for check in checks:
        check(review)
    if review.errors:
        raise DataError(_in_order([*review.errors, *review.remarks]))
    tables = canonical(review)
    return Checked(tables, review.settings, _in_order(review.remarks), assumption_frame(source.assumptions))


def _in_order(found: list[Finding]) -> Findings:
    """Table by table in the registry's order, then by row and column."""
    tables = {name: place for place, name in enumerate(TABLES)}
    places = {(name, column.name): place for name in TABLES for place, column in enumerate(columns(name))}

    def position(one: Finding) -> tuple[object, ...]:
        place = places.get((one.table, one.column), -1)
        return tables.get(one.table, -1), one.row, place, *one[1:6], one.id, repr(one.fields)

    return Findings(tuple(sorted(set(found), key=position)))


def check_settings(source: Source) -> tuple[Settings, list[Finding]]:
    """The settings, defaults where a key is wrong, and what is wrong with them."""
    given = source.settings
    try:
        return Settings.model_validate(given), []
    except ValidationError as error:
        faults = [_setting_fault(detail, source) for detail in error.errors(include_url=False)]
        wrong = {fault.column for fault in faults}
        return Settings.model_validate({key: value for key, value in given.items() if key not in wrong}), faults


def _setting_fault(detail: ErrorDetails, source: Source) -> Finding:
    key = str(detail["loc"][0])
    value, line = source.settings[key], source.settings_lines.get(key, 0)
    message, fields, instead = _setting_message(detail, key, value)
    return Finding(message, "settings", source.settings_file, line, key, str(value), tuple(fields.items()), instead)


def _setting_message(
    detail: ErrorDetails, key: str, value: object
) -> tuple[MessageId, dict[str, str | Words | tuple[str, ...]], Words | None]:
    """What is said about a setting, the message's fields, and a repair of its own."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        if isinstance(value, dict | list):
            return MessageId.SETTINGS_NOT_HONOURED, {"key": key}, None
        near = did_you_mean(key, Settings.model_fields)
        return MessageId.SETTINGS_UNKNOWN_KEY, {"key": key, "keys": ", ".join(Settings.model_fields)}, near
    if "refused" in context:
        refused = context["refused"]
        return refused.message, dict(refused.fields), refused.repair
    meaning = Words(f"settings.{key}", domain=Domain.TEMPLATES)
    if kind == "literal_error":
        choices: tuple[str, ...] = get_args(RuleName)
        near = did_you_mean(str(value), choices)
        return MessageId.SETTINGS_NOT_A_CHOICE, {"choices": choices, "meaning": meaning}, near
    if kind in LIMITS:
        message, limit = LIMITS[kind]
        return message, {"limit": f"{context[limit]:g}"}, Words("settings.form.repair", (("meaning", meaning),))
    return _SETTING_KINDS.get(kind, MessageId.SETTINGS_FORM), {"key": key, "meaning": meaning}, None
