"""The order of the checks, and what comes out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from clusterpool.errors import DataError
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
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from clusterpool.reading import Source


@dataclass(frozen=True, eq=False)
class Checked:
    """Tables and settings that passed every check, all of the contract's columns and defaults filled in."""

    tables: Mapping[str, pd.DataFrame]
    settings: Settings
    warnings: pd.DataFrame


def validate(source: Source) -> Checked:
    """Type, check and resolve what was read.

    Raises
    ------
    DataError
        Something is wrong; `problems` lists every fault.
    """
    settings, faults = check_settings(source.settings)
    review = Review(source.tables, settings, errors=[*source.problems, *faults])
    type_tables(review)
    resolve_places(review)
    resolve(review)
    for check in (check_codes, check_needs, check_offers, check_freight):
        check(review)
    if review.errors:
        raise DataError(_in_order(review.errors))
    tables = canonical(review)
    return Checked(tables, review.settings, _in_order(review.warnings))


def _in_order(problems: list[Problem]) -> pd.DataFrame:
    """Table by table in the registry's order, then by row and column."""
    tables = {name: place for place, name in enumerate(TABLES)}
    places = {(name, column.name): place for name in TABLES for place, column in enumerate(columns(name))}

    def position(problem: Problem) -> tuple[object, ...]:
        place = places.get((problem.table, problem.column), -1)
        return tables.get(problem.table, -1), problem.row, place, *problem

    return problem_frame(sorted(set(problems), key=position))


def check_settings(given: Mapping[str, object]) -> tuple[Settings, list[Problem]]:
    """The settings, defaults where a key is wrong, and what is wrong with them."""
    try:
        return Settings.model_validate(dict(given)), []
    except ValidationError as error:
        faults = list(_setting_faults(error, given))
        wrong = {problem.column for problem in faults}
        return Settings.model_validate({key: value for key, value in given.items() if key not in wrong}), faults


def _setting_faults(error: ValidationError, given: Mapping[str, object]) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        key = str(detail["loc"][0])
        value, file = given[key], "pool.toml"
        if detail["type"] == "extra_forbidden" and isinstance(value, dict | list):
            repair = "state all money in one currency and take the table out"
            yield Problem("settings", file, 0, key, str(value), f"'{key}' is not honoured by this version", repair)
        elif detail["type"] == "extra_forbidden":
            repair = suggestion(key, Settings.model_fields, f"the keys are {', '.join(Settings.model_fields)}")
            yield Problem("settings", file, 0, key, str(value), f"unknown key '{key}'", repair)
        else:
            repair = str(Settings.model_fields[key].description)
            context = detail.get("ctx", {})
            repair = str(context.get("repair", f"give a fitting value: {repair}"))
            yield Problem("settings", file, 0, key, str(value), detail["msg"], repair)
