"""Places: every name becomes a code of `sites`, or the canonical name of a place of the gazetteer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.places import Place, find_places, place_names
from clusterpool.schema import TABLES, columns, suggestion
from clusterpool.validation.review import empty_table

if TYPE_CHECKING:
    from clusterpool.validation.review import Review


def resolve_places(review: Review) -> None:
    """Replace the names of places by codes, and give `sites` a row for each place in use."""
    sites = review.table("sites")
    known = set(sites["site"]) - {""}
    used: dict[str, Place] = {}
    for table in TABLES:
        for column in columns(table):
            if column.reference == "sites" and table in review.tables:
                _resolve_column(review, table, column.name, known, used)
    _fill_coordinates(sites)
    extra = [place for place in sorted(used.values()) if place.name not in known]
    review.tables["sites"] = pd.concat([sites, _rows(extra)]) if extra else sites


def _resolve_column(review: Review, table: str, column: str, known: set[str], used: dict[str, Place]) -> None:
    cells = review.table(table)[column]
    names: dict[str, str] = {}
    for name in sorted(set(cells) - known - {""}):
        places = find_places(name)
        if len(places) == 1:
            names[name] = places[0].name
            used[places[0].name] = places[0]
            continue
        names[name] = ""
        if places:
            problem = "the name may mean " + " or ".join(place.name for place in places)
            repair = f"write {' or '.join(place.name for place in places)}"
        else:
            problem = f"unknown site '{name}'"
            repair = suggestion(name, [*known, *place_names()], "add a row with its coordinates to sites")
        review.error_rows(table, cells.index[cells == name], column, problem, repair)
    if names:
        review.tables[table] = review.table(table).assign(**{column: cells.replace(names)})


def _fill_coordinates(sites: pd.DataFrame) -> None:
    """A row without coordinates under the name of one place of the gazetteer has that place's."""
    bare = sites.index[sites["latitude"].isna() & sites["longitude"].isna()]
    for row in bare:
        places = find_places(sites.at[row, "site"])
        if len(places) == 1:
            sites.loc[row, ["latitude", "longitude"]] = [places[0].latitude, places[0].longitude]


def _rows(places: list[Place]) -> pd.DataFrame:
    blank = empty_table("sites")
    cells = {
        "site": [place.name for place in places],
        "latitude": [place.latitude for place in places],
        "longitude": [place.longitude for place in places],
        "name": "",
        "kind": [place.kind for place in places],
    }
    return pd.DataFrame(cells, index=range(-len(places), 0)).astype(blank.dtypes.to_dict())
