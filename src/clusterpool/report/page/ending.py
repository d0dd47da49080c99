"""What was assumed, and what stays unmet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.report.page.tables import Column, Kind, Table
from clusterpool.report.shortfalls import why_unmet
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from clusterpool.language import Language
    from clusterpool.report.page.names import Names
    from clusterpool.report.page.speech import Speech
    from clusterpool.report.result import Result

_WARNINGS = ("table", "column", "value", "problem", "repair")


def assumptions_of(result: Result, speech: Speech) -> tuple[Markup, ...]:
    """What the figures rest on, in words: settings, horizon, distances, effort."""
    settings, pool, options = result.pool.settings, result.pool, result.options
    found = [speech.say("assumed_window")]
    if settings.order_date is not None:
        found.append(speech.say("assumed_order_date", day=speech.day(settings.order_date)))
    shipments = pool.table("shipments")
    if len(shipments):
        days = {"first": shipments["ready_date"].min(), "last": shipments["due_date"].max()}
        found.append(speech.say("assumed_horizon", **{name: speech.day(one.date()) for name, one in days.items()}))
        if len(pool.table("roads")):
            found.append(speech.count("assumed_roads", len(pool.table("roads"))))
        else:
            found.append(speech.say("assumed_circuity", factor=speech.number(settings.circuity, 2)))
        clock = {
            "hours": speech.number(settings.driving_hours_per_day),
            "stop": speech.number(settings.hours_per_stop),
            "days": speech.number(settings.max_trip_days),
        }
        found.append(speech.say("assumed_clock", **clock))
        found.append(speech.say("assumed_co2e"))
    found.append(speech.say("assumed_shortage", factor=speech.number(settings.shortage_factor)))
    found.append(speech.say("assumed_gap", gap=speech.percent(100 * options.gap, 2), seed=options.seed))
    found.append(speech.say("reproducible" if result.reproducible else "not_reproducible"))
    return tuple(found)


def warnings_of(result: Result, language: Language) -> Table:
    """What was odd in the input."""
    columns = tuple(Column(f"warning_{name}", Kind.TEXT) for name in _WARNINGS)
    found = rows_of(result.pool.found.without_lines().frame(language))
    rows = tuple(tuple(str(row[name]) for name in _WARNINGS) for row in found)
    return Table("warnings", columns, rows)


def unmet_of(result: Result, cents: Sequence[int], names: Names, language: Language) -> Table | None:
    """The needs that stay unmet, with what blocks them; None where every need is met."""
    if result.plan.unmet.empty:
        return None
    columns = (
        Column("member", Kind.NAMED),
        Column("need", Kind.NAMED),
        Column("quantity", Kind.NUMBER),
        Column("reason", Kind.TEXT),
        Column("blocked_by", Kind.LIST),
        Column("reckoned", Kind.MONEY),
    )
    rows = tuple(
        (
            names.member(row["member"]),
            names.item(row["item"]) if row["item"] else names.item(row["shipment"]),
            float(row["quantity"]),
            why_unmet(row["reason"], language),
            tuple(filter(None, row["blocked_by"].split("|"))),
            cost,
        )
        for row, cost in zip(rows_of(result.plan.unmet), cents, strict=True)
    )
    return Table("unmet", columns, rows, ("total", None, None, None, None, sum(cents)))
