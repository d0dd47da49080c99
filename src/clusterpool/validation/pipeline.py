"""The order of the checks, and what comes out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from clusterpool.errors import DataError
from clusterpool.reading import assumption_frame
from clusterpool.schema import TABLES, Problem, Settings, columns, problem_frame, suggestion
from clusterpool.validation.cells import type_tables
from clusterpool.validation.codes import check_codes
from clusterpool.validation.freight import check_freight
from clusterpool.validation.needs import check_needs
from clusterpool.validation.offers import check_offers
from clusterpool.validation.places import resolve_places
from clusterpool.validation.resolve import canonical, resolve
from clusterpool.validation.review import Review

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from pydantic_core import ErrorDetails

    from clusterpool.reading import Source


@dataclass(frozen=True, eq=False)
class Checked:
    """Tables and settings that passed every check, all of the contract's columns and defaults filled in."""

    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    warnings: pd.DataFrame
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
    for check in (check_codes, check_needs, check_offers, check_freight):
        check(review)
    if review.errors:
        raise DataError(_in_order(review.errors))
    tables = canonical(review)
    return Checked(tables, review.settings, _in_order(review.warnings), assumption_frame(source.assumptions))


def _in_order(problems: list[Problem]) -> pd.DataFrame:
    """Table by table in the registry's order, then by row and column."""
    tables = {name: place for place, name in enumerate(TABLES)}
    places = {(name, column.name): place for name in TABLES for place, column in enumerate(columns(name))}

    def position(problem: Problem) -> tuple[object, ...]:
        place = places.get((problem.table, problem.column), -1)
        return tables.get(problem.table, -1), problem.row, place, *problem

    return problem_frame(sorted(set(problems), key=position))


def check_settings(source: Source) -> tuple[Settings, list[Problem]]:
    """The settings, defaults where a key is wrong, and what is wrong with them."""
    given = source.settings
    try:
        return Settings.model_validate(given), []
    except ValidationError as error:
        faults = [_setting_fault(detail, source) for detail in error.errors(include_url=False)]
        wrong = {problem.column for problem in faults}
        return Settings.model_validate({key: value for key, value in given.items() if key not in wrong}), faults


def _setting_fault(detail: ErrorDetails, source: Source) -> Problem:
    key = str(detail["loc"][0])
    value, line = source.settings[key], source.settings_lines.get(key, 0)
    if detail["type"] != "extra_forbidden":
        description = Settings.model_fields[key].description
        problem = detail["msg"]
        repair = str(detail.get("ctx", {}).get("repair", f"give a fitting value: {description}"))
    elif isinstance(value, dict | list):
        problem = f"'{key}' is not honoured by this version"
        repair = "state all money in one currency and take the table out"
    else:
        problem = f"unknown key '{key}'"
        repair = suggestion(key, Settings.model_fields, f"the keys are {', '.join(Settings.model_fields)}")
    return Problem("settings", source.settings_file, line, key, str(value), problem, repair)
