"""Places: every name becomes a code of `sites`, or the canonical name of a place of the gazetteer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.messages import MessageId, Words, did_you_mean
from clusterpool.places import Place, find_places, near_places
from clusterpool.schema import TABLES, columns
from clusterpool.validation.codes import MOST_SUGGESTIONS
from clusterpool.validation.columnwise import mapped
from clusterpool.validation.review import distinct, lines_of, make_rows

if TYPE_CHECKING:
    from clusterpool.validation.review import Review


def resolve_places(review: Review) -> None:
    """Replace the names of places by codes, and give `sites` a row for each place in use."""
    sites = review.table("sites")
    _check_coordinates(review, sites)
    known = distinct(sites["site"])
    used: dict[str, Place] = {}
    for table in TABLES:
        for column in columns(table):
            if column.reference == "sites" and table in review.tables:
                _resolve_column(review, table, column.name, known, used)
    extra = [place for name, place in sorted(used.items()) if name not in known]
    review.tables["sites"] = pd.concat([_fill_coordinates(sites), _rows(extra)])


def _check_coordinates(review: Review, sites: pd.DataFrame) -> None:
    for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
        half = sites[one].notna() & sites[other].isna()
        rows = [row for row in sites.index[half] if row not in review.failed("sites", other)]
        review.note(MessageId.SITE_HALF_COORDINATES, "sites", rows, other, one=one, other=other)


def _resolve_column(review: Review, table: str, column: str, known: set[str], used: dict[str, Place]) -> None:
    cells = review.table(table)[column]
    names: dict[str, str] = {}
    found = {name: find_places(name) for name in sorted(distinct(cells) - known)}
    unclear = {name for name, places in found.items() if len(places) != 1}
    lines = lines_of(cells, unclear) if unclear else {}
    for number, (name, places) in enumerate(found.items()):
        if len(places) == 1:
            names[name] = places[0].name
            used[places[0].name] = places[0]
            continue
        names[name] = ""
        if places:
            either = tuple(f"'{place.name}'" for place in places)
            review.note(MessageId.SITE_AMBIGUOUS, table, lines[name], column, places=either)
        else:
            near = (did_you_mean(name, known) or _did_you_mean_place(name)) if number < MOST_SUGGESTIONS else None
            review.note(MessageId.SITE_UNKNOWN, table, lines[name], column, instead=near, site=name)
    if names:
        review.tables[table] = review.table(table).assign(**{column: mapped(cells, lambda name: names.get(name, name))})


def _did_you_mean_place(name: str) -> Words | None:
    """The places that a slip of typing makes of a name, with where they are; None where there are none."""
    near = tuple(f"'{place.name}' ({place.latitude:.2f}, {place.longitude:.2f})" for place in near_places(name))
    return Words("did-you-mean-place", (("places", near),)) if near else None


def _fill_coordinates(sites: pd.DataFrame) -> pd.DataFrame:
    """A row without coordinates under the name of one place of the gazetteer has that place's."""
    bare = sites["latitude"].isna() & sites["longitude"].isna()
    found = {name: places[0] for name in sites["site"][bare] if len(places := find_places(name)) == 1}
    latitudes = sites["site"].map({name: place.latitude for name, place in found.items()}).astype("float64")
    longitudes = sites["site"].map({name: place.longitude for name, place in found.items()}).astype("float64")
    return sites.assign(
        latitude=sites["latitude"].where(~bare, latitudes), longitude=sites["longitude"].where(~bare, longitudes)
    )


def _rows(places: list[Place]) -> pd.DataFrame:
    """Rows of `sites` for places that have none, on the lines -1, -2, ... of no file."""
    cells: dict[str, list[object]] = {
        "site": [place.name for place in places],
        "latitude": [place.latitude for place in places],
        "longitude": [place.longitude for place in places],
        "kind": [place.kind for place in places],
    }
    return make_rows("sites", cells, range(-1, -1 - len(places), -1))
