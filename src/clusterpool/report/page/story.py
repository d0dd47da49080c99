"""The page, put together: every section's facts, handed to the templates."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from clusterpool.report.book import Book
from clusterpool.report.page.buying import buying_of
from clusterpool.report.page.ending import assumptions_of, unmet_of, warnings_of
from clusterpool.report.page.gains import gains_of
from clusterpool.report.page.map import freight_map
from clusterpool.report.page.names import Names
from clusterpool.report.page.opening import opening_of
from clusterpool.report.page.registers import groupage_table, readings_of, trips_table
from clusterpool.report.page.sharing import sharing_of
from clusterpool.report.page.speech import Speech
from clusterpool.report.page.tables import cell, sort_key
from clusterpool.report.page.transport import transport_of
from clusterpool.report.rounded import plan_cents, settlement_cents
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from clusterpool.demand import Pool
    from clusterpool.language import Language
    from clusterpool.report.result import Result

_PACKAGE = "clusterpool.report.page"


def page_html(result: Result, *, language: Language) -> str:
    """The whole page as one HTML document that needs nothing else.

    Parameters
    ----------
    result : Result
        What is told.
    language : Language
        Of the words, the figures and the direction of writing.

    Returns
    -------
    str
        The same text for the same result and language.
    """
    speech = Speech(language, result.pool.settings.currency)
    return (
        _templates()
        .get_template("page.html")
        .render(
            speech=speech,
            say=speech.say,
            language=language,
            cell=cell,
            sort_key=sort_key,
            style=_shipped("page.css"),
            script=_shipped("page.js"),
            **_sections(result, speech),
        )
    )


def _sections(result: Result, speech: Speech) -> dict[str, Any]:
    pool, names = result.pool, Names.of(result.pool)
    book, plan = Book.of(result), plan_cents(result)
    transport = transport_of(result, plan)
    drawn = freight_map(speech, _places(pool), transport.flows, key="map") if transport else None
    return {
        "pool": pool,
        "plan": result.plan,
        "names": names,
        "opening": opening_of(book),
        "gains": gains_of(result, book.members, names),
        "buying": buying_of(result, plan, names, speech),
        "transport": transport,
        "map": drawn,
        "trips": trips_table(transport) if transport else None,
        "groupage": groupage_table(result, plan["loads"], names) if transport else None,
        "sharing": sharing_of(book, names, settlement_cents(result), speech),
        "assumptions": assumptions_of(result, speech),
        "readings": readings_of(pool),
        "warnings": warnings_of(result, speech.language),
        "unmet": unmet_of(result, plan["unmet"], names, speech.language),
    }


def _places(pool: Pool) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of the sites that have them."""
    sites = pool.table("sites").dropna(subset=["latitude", "longitude"])
    return {row["site"]: (row["longitude"], row["latitude"]) for row in rows_of(sites)}


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _shipped(name: str) -> Markup:
    """The style and the script of the page, which hold no text of the input."""
    return Markup(files(_PACKAGE).joinpath("templates", name).read_text(encoding="utf-8"))  # noqa: S704
