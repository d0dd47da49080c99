"""The long tables of the page: trips, groupage, and how the files were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.report.page.tables import Column, Kind, Table, total_of
from clusterpool.report.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterpool.demand import Pool
    from clusterpool.report.page.names import Names
    from clusterpool.report.page.transport import Transport
    from clusterpool.report.result import Result

_READINGS = ("file", "subject", "value", "evidence")


def trips_table(transport: Transport) -> Table | None:
    """One row a trip; None without trips."""
    if not transport.runs:
        return None
    columns = (
        Column("trip", Kind.CODE),
        Column("vehicle", Kind.CODE),
        Column("day", Kind.DAY),
        Column("stops", Kind.ROUTE),
        Column("distance_km", Kind.WHOLE),
        Column("load_kg", Kind.WHOLE),
        Column("fill_pct", Kind.PERCENT, bar=True),
        Column("members_aboard", Kind.WHOLE),
        Column("return_km", Kind.WHOLE),
        Column("kg_co2e", Kind.WHOLE),
        Column("cost", Kind.MONEY),
    )
    rows = tuple(
        (
            run.journey.trip,
            run.vehicle,
            run.day,
            run.sites,
            run.distance_km,
            run.load_kg,
            run.fill_pct,
            run.members,
            run.homeward_km,
            run.kg_co2e,
            run.cost,
        )
        for run in transport.runs
    )
    cost = sum(run.cost for run in transport.runs)
    sums = (transport.distance_km, transport.trips_kg, transport.mean_fill_pct)
    back = sum(run.homeward_km for run in transport.runs)
    emitted = sum(run.kg_co2e for run in transport.runs)
    return Table("trips", columns, rows, ("total", None, None, None, *sums, None, back, emitted, cost))


def groupage_table(result: Result, cents: Sequence[int], names: Names) -> Table | None:
    """One row a consignment that goes by groupage; None without."""
    columns = (
        Column("consignment", Kind.CODE),
        Column("member", Kind.NAMED),
        Column("tariff", Kind.CODE),
        Column("stops", Kind.ROUTE),
        Column("weight_kg", Kind.NUMBER),
        Column("kg_co2e", Kind.NUMBER),
        Column("cost", Kind.MONEY),
    )
    rows = tuple(
        (
            load["shipment"] or load["order"],
            names.member(load["member"]),
            load["tariff"],
            f"{load['from_site']}|{load['to_site']}",
            float(load["weight_kg"]),
            float(load["kg_co2e"]),
            cost,
        )
        for load, cost in zip(rows_of(result.plan.loads), cents, strict=True)
        if load["tariff"]
    )
    loads = result.plan.loads[result.plan.loads["tariff"] != ""]
    sums = (loads["weight_kg"].sum(), loads["kg_co2e"].sum(), total_of(rows, 6))
    return Table("groupage", columns, rows, ("total", None, None, None, *sums)) if rows else None


def readings_of(pool: Pool) -> Table:
    """What was assumed about the files when they were read."""
    columns = tuple(Column(f"reading_{name}", Kind.TEXT) for name in _READINGS)
    rows = tuple(tuple(str(row[name]) for name in _READINGS) for row in rows_of(pool.assumptions))
    return Table("readings", columns, rows)
