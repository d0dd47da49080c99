"""Every shipment and every order ex works is carried exactly once, on trips or by groupage, or left unmet."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from clusterpool.check.cargo import Cargo, Sizes, ex_works, shipments, vehicles
from clusterpool.check.cells import iso, number, shared
from clusterpool.check.clock import Clock, course
from clusterpool.check.groupage import check_groupage, tariffs
from clusterpool.check.needs import needs_by_place
from clusterpool.check.roads import Geography
from clusterpool.check.trips import TripChecker
from clusterpool.errors import RouteError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.check.cargo import Vehicle
    from clusterpool.check.findings import Findings
    from clusterpool.check.groupage import Tariff
    from clusterpool.check.needs import Place
    from clusterpool.check.pricing import OfferKey, PriceList
    from clusterpool.check.rows import LoadRow, PlanRows, Unmet
    from clusterpool.check.trips import Delivery
    from clusterpool.demand import Pool


def check_freight(pool: Pool, offers: Mapping[OfferKey, PriceList], rows: PlanRows, findings: Findings) -> None:
    """Note every fault of what is carried."""
    fleet, known, geography = vehicles(pool), tariffs(pool), Geography(pool)
    shipped, bought = shipments(pool, fleet), ex_works(pool, offers, rows)
    _check_loads(shipped, bought, rows, findings)
    _check_carried(shipped, bought, rows, findings)
    cargo = {**shipped, **bought}
    deliveries = TripChecker(pool, fleet, geography, cargo, findings).check(rows)
    _check_due_dates(pool, rows, deliveries, findings)
    check_groupage(known, geography, cargo, rows, findings)
    _check_emissions(cargo, geography, rows, findings)
    for row in rows.unmet:
        if row.shipment in shipped:
            _check_unmet(pool, shipped[row.shipment], row, fleet, known, geography, findings)


def _check_loads(shipped: Mapping[str, Cargo], bought: Mapping[str, Cargo], rows: PlanRows, findings: Findings) -> None:
    """Each row names one carrier and one cargo, with the cargo's own member and sites."""
    for load in rows.loads:
        if bool(load.trip) == bool(load.tariff):
            findings.add("loads", load.row, "trip", "a trip or a tariff", f"{load.trip}|{load.tariff}", "not one")
        cargo = shipped.get(load.shipment) if load.shipment else bought.get(load.order)
        if cargo is None or (load.shipment and load.order):
            problem = "neither a shipment of the pool nor an order ex works"
            findings.add("loads", load.row, "shipment", "one cargo", f"{load.shipment}|{load.order}", problem)
            continue
        for column, expected, found in (
            ("member", cargo.member, load.member),
            ("from_site", cargo.origin, load.from_site),
            ("to_site", cargo.destination, load.to_site),
        ):
            if expected != found:
                findings.add("loads", load.row, column, expected, found, f"not the {column} of the cargo")
        if load.trip:
            findings.money("loads", load.row, "cost", 0.0, load.cost, "a load on a trip costs nothing by itself")
        elif load.from_stop or load.to_stop:
            found = f"{load.from_stop}|{load.to_stop}"
            findings.add("loads", load.row, "from_stop", "", found, "groupage has no stops")


def _check_carried(
    shipped: Mapping[str, Cargo], bought: Mapping[str, Cargo], rows: PlanRows, findings: Findings
) -> None:
    carried: dict[str, list[LoadRow]] = defaultdict(list)
    for load in rows.loads:
        carried[load.cargo].append(load)
    unmet: dict[str, list[Unmet]] = defaultdict(list)
    for row in rows.unmet:
        _check_kind(row, shipped, findings)
        unmet[row.shipment].append(row)
    for code, cargo in sorted(shipped.items()):
        if cargo.divisible:
            left = math.fsum(row.quantity for row in unmet[code])
            _check_parts(cargo, carried[code], left, findings)
            continue
        times = len(carried[code]) + len(unmet[code])
        if times != 1:
            problem = f"shipment {code!r} is not carried exactly once"
            findings.add("loads", 0, "shipment", "once", f"{times} times", problem)
        for load in carried[code]:
            _check_sizes(load.row, cargo.sizes, [load], cargo, findings)
    for code, cargo in sorted(bought.items()):
        if carried[code]:
            _check_parts(cargo, carried[code], 0.0, findings)
        else:
            problem = f"order {code!r} is ex works and is not carried"
            findings.add("loads", 0, "order", "carried", "not carried", problem)


def _check_parts(cargo: Cargo, loads: list[LoadRow], unmet: float, findings: Findings) -> None:
    """The parts of what is divisible add up to it, but for the part of it that is left unmet."""
    _check_sizes(0, cargo.sizes.times(1.0 - unmet), loads, cargo, findings)
    _check_mix(cargo.sizes, loads, findings)


def _check_kind(row: Unmet, whole: Mapping[str, Cargo], findings: Findings) -> None:
    kind = "shipment" if row.shipment else "purchase"
    if row.kind != kind:
        findings.add("unmet", row.row, "kind", kind, row.kind, "not the kind of this need")
    if bool(row.item) == bool(row.shipment):
        findings.add("unmet", row.row, "item", "an item or a shipment", f"{row.item}|{row.shipment}", "not one need")
    elif row.shipment and row.shipment not in whole:
        findings.add("unmet", row.row, "shipment", "a shipment", row.shipment, "there is no such shipment")
    elif row.shipment and row.member != whole[row.shipment].member:
        findings.add("unmet", row.row, "member", whole[row.shipment].member, row.member, "not the shipment's member")
    elif row.shipment:
        _check_quantity(whole[row.shipment], row, findings)


def _check_quantity(cargo: Cargo, row: Unmet, findings: Findings) -> None:
    """All of a shipment is unmet, or a part of a divisible one."""
    if cargo.divisible:
        findings.at_most("unmet", row.row, "quantity", 1.0, row.quantity, "more than all of the shipment")
    else:
        findings.figure("unmet", row.row, "quantity", 1.0, row.quantity, "a shipment travels whole")


def _check_sizes(row: int, expected: Sizes, loads: list[LoadRow], cargo: Cargo, findings: Findings) -> None:
    for column, size in zip(("weight_kg", "volume_m3", "pallets"), expected.each, strict=True):
        found = math.fsum(getattr(load, column) for load in loads)
        findings.figure("loads", row, column, size, found, f"not what {cargo.code!r} has to carry")


def _check_mix(whole: Sizes, loads: list[LoadRow], findings: Findings) -> None:
    """A part of an order holds the same part of its kg, m3 and pallets."""
    for load in loads:
        sizes = (load.weight_kg, load.volume_m3, load.pallets)
        parts = [size / total for size, total in zip(sizes, whole.each, strict=True) if total > 0.0]
        for part in parts[1:]:
            findings.figure("loads", load.row, "volume_m3", parts[0], part, "not the same part in kg, m3 and pallets")


def _check_due_dates(pool: Pool, rows: PlanRows, deliveries: list[Delivery], findings: Findings) -> None:
    """What trips deliver of orders after a day is no more than what is needed only after it."""
    orders = {order.order: order for order in rows.orders}
    needs = needs_by_place(pool)
    late: dict[Place, list[tuple[int, float]]] = defaultdict(list)
    carried: dict[str, float] = defaultdict(float)
    for load in rows.loads:
        carried[load.order] += _amount(load)
    for delivery in deliveries:
        order = orders.get(delivery.load.order)
        if order is not None and carried[order.order] > 0.0:
            part = _amount(delivery.load) / carried[order.order]
            late[order.member, order.item, order.site].append((delivery.day, part * order.quantity))
    for place, arrivals in sorted(late.items()):
        for due in sorted({need.due for need in needs[place]}):
            after = math.fsum(quantity for day, quantity in arrivals if day > due)
            limit = math.fsum(need.quantity for need in needs[place] if need.due > due)
            problem = f"item {place[1]!r} reaches {place[0]!r} at {place[2]!r} after {iso(due)}, when it was due"
            findings.at_most("loads", 0, "trip", limit, after, problem)


def _amount(load: LoadRow) -> float:
    return load.weight_kg or load.volume_m3 or load.pallets


def _check_emissions(cargo: Mapping[str, Cargo], geography: Geography, rows: PlanRows, findings: Findings) -> None:
    """What a trip emits is shared by its loads' tonne-km on the direct way, else by weight, else equally."""
    on_trip: dict[str, list[LoadRow]] = defaultdict(list)
    for load in rows.loads:
        if load.cargo in cargo:
            on_trip[load.trip].append(load)
    for trip in rows.trips:
        loads = on_trip[trip.trip]
        try:
            direct = [geography.way(cargo[load.cargo].origin, cargo[load.cargo].destination).km for load in loads]
        except RouteError as error:
            findings.add("trips", trip.row, "stops", "connected sites", "|".join(trip.stops), str(error))
            continue
        work = [load.weight_kg * km for load, km in zip(loads, direct, strict=True)]
        for load, part in zip(loads, shared(work, [load.weight_kg for load in loads]), strict=True):
            problem = "not its part, by tonne-km, of what the trip emits"
            findings.figure("loads", load.row, "kg_co2e", part * trip.kg_co2e, load.kg_co2e, problem)


def _check_unmet(
    pool: Pool,
    cargo: Cargo,
    row: Unmet,
    fleet: Mapping[str, Vehicle],
    known: Mapping[str, Tariff],
    geography: Geography,
    findings: Findings,
) -> None:
    """A shipment left behind costs the shortage factor times the direct trip of the dearest vehicle that fits.

    Of one larger than every vehicle: times as many direct trips as it takes, of the dearest that needs the fewest. A
    part costs its part of that.
    """
    stops = (cargo.origin,) if cargo.origin == cargo.destination else (cargo.origin, cargo.destination)
    takers = [one for one in fleet.values() if one.takes(cargo.goods_class)]
    counts = [(one, 1) for one in takers if one.holds(cargo.sizes)]
    able = [(one, trips) for one in takers if (trips := one.trips_for(cargo.sizes))]
    counts = counts or [(one, trips) for one, trips in able if trips == min(fewest for _, fewest in able)]
    counts = counts or [(one, 1) for one in fleet.values()]
    try:
        prices = [n * course(geography, Clock.of(pool), one, cargo.ready, stops).cost for one, n in counts]
        km = geography.way(cargo.origin, cargo.destination).km
    except RouteError as error:
        findings.add("unmet", row.row, "shipment", "connected sites", row.shipment, str(error))
        return
    if not prices:
        prices = [tariff.bill(cargo.sizes.kg, cargo.sizes.m3, km) for tariff in known.values()]
    price = number(pool.settings.shortage_factor) * max(prices) * row.quantity
    findings.money("unmet", row.row, "cost", price, row.cost, "not shortage_factor x the dearest fitting direct trip")
