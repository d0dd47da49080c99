"""Load plans: for each trip its stops with times, what goes on and off at each, and what is on board on each leg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusterpool.report.filenames import safe_names
from clusterpool.report.paper import Printer, sheet_text
from clusterpool.report.paper.sheets import Figure
from clusterpool.report.rounded import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clusterpool.language import Language
    from clusterpool.report.journeys import Journey, Parcel, Sizes
    from clusterpool.report.result import Result

LOAD_PLAN_COLUMNS = (
    "stop",
    "site",
    "day",
    "hour",
    "km",
    "action",
    "shipment",
    "order",
    "item",
    "member",
    "weight_kg",
    "volume_m3",
    "pallets",
)
"""Columns of a load plan's table. `action` is on, off or aboard (what is on board when the vehicle leaves the stop);
`hour` is the time worked by then on that day."""


def load_plan_files(result: Result, trips: Sequence[Journey], language: Language) -> dict[str, str]:
    """The text of every load plan's files by name."""
    pool, printer = result.pool, Printer(language, result.pool.settings.currency)
    members, orders = pool.table("members"), result.plan.orders
    names = dict(zip(members["member"], members["name"], strict=True))
    items = dict(zip(orders["order"], orders["item"], strict=True))
    stems, files = safe_names(journey.trip for journey in trips), {}
    for journey in trips:
        fills = [fill(stop.aboard, journey.capacities) for stop in journey.stops]
        facts = {"names": names, "items": items, "fills": fills, "settings": pool.settings}
        files[f"{stems[journey.trip]}.html"] = printer.page("load_plan.html", t=journey, **facts)
        files[f"{stems[journey.trip]}.csv"] = sheet_text([LOAD_PLAN_COLUMNS, *_rows(journey, items)])
    return files


def fill(aboard: Sizes, capacities: Sizes) -> float:
    """The greatest part of kg, m3 or pallets in use, in percent.

    Examples
    --------
    >>> fill((500.0, 9.0, 0.0), (1000.0, 10.0, float("inf")))
    90.0
    """
    return 100.0 * max(size / room if room > 0 else 0.0 for size, room in zip(aboard, capacities, strict=True))


def _rows(journey: Journey, items: Mapping[str, str]) -> Iterator[list[str]]:
    for number, stop in enumerate(journey.stops, start=1):
        where = [
            str(number),
            stop.site,
            stop.day.isoformat(),
            Figure(number_text(stop.hour)),
            Figure(number_text(stop.km)),
        ]
        for action, parcels in (("off", stop.off), ("on", stop.on)):
            for parcel in parcels:
                yield [*where, action, *_named(parcel, items), *_sizes(parcel.sizes)]
        yield [*where, "aboard", "", "", "", "", *_sizes(stop.aboard)]


def _named(parcel: Parcel, items: Mapping[str, str]) -> list[str]:
    return [parcel.shipment, parcel.order, items.get(parcel.order, ""), parcel.member]


def _sizes(sizes: Sizes) -> list[str]:
    return [Figure(number_text(size)) for size in sizes]
