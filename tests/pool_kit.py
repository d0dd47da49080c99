"""Pools of six members for tests of the whole way from tables to plans, games and savings."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool import market
from clusterpool.demand import Pool
from clusterpool.optimize import groundwork, plan_of
from clusterpool.search import serve
from clusterpool.solver import Deadline, SolveOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterpool.freight.loads import Cargo
    from clusterpool.freight.trips import KnownTrips, Trip
    from clusterpool.optimize import Groundwork
    from clusterpool.plan import Plan

Frames = dict[str, pd.DataFrame]
NEVER = Deadline.after(None)
EXACT = SolveOptions(gap=0.0, time_limit_s=None)
MEMBERS = tuple("ABCDEF")


def table(columns: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    """A table of these rows; `columns` are separated by blanks."""
    return pd.DataFrame(rows, columns=columns.split())


def buying_frames() -> Frames:
    """Six members, five items, four suppliers: every term of the contract, each of which binds some coalition."""
    return {
        "members": table(
            "member cluster site",
            ("A", "east", "Alger"),
            ("B", "east", "Alger"),
            ("C", "east|west", "Oran"),
            ("D", "west", "Oran"),
            ("E", "south", "Ghardaïa"),
            ("F", "south", "Ghardaïa"),
        ),
        "purchases": table(
            "member item quantity max_unit_price current_unit_price",
            *(("A", "film", 60, None, 11.0), ("A", "box", 35, None, 21.0), ("A", "fuel", 500, None, 1.0)),
            *(("B", "film", 45, None, 11.5), ("B", "glue", 8, 68.0, 70.0)),
            *(("C", "film", 30, None, 12.0), ("C", "box", 50, None, 20.5), ("C", "glue", 14, None, 66.0)),
            *(("D", "box", 25, 23.0, 22.0), ("D", "wax", 12, None, 33.0)),
            *(("E", "glue", 9, None, 71.0), ("E", "fuel", 300, None, 1.0), ("E", "film", 12, None, 13.0)),
            *(("F", "wax", 20, None, 31.0), ("F", "box", 15, None, 24.0)),
        ),
        "suppliers": table(
            "supplier order_cost min_order_value capacity_value",
            *(("S1", 150, None, None), ("S2", 60, 700, None), ("S3", 90, None, 2600), ("S4", None, None, None)),
        ),
        "offers": table(
            "supplier item min_quantity unit_price discount capacity order_multiple price_kind",
            *(("S1", "film", lo, p, "all_units", None, None, None) for lo, p in ((0, 10.0), (50, 9.4), (130, 8.7))),
            *(("S1", "box", lo, p, "incremental", None, None, None) for lo, p in ((0, 20.0), (40, 17.5), (90, 16.0))),
            *(("S1", "wax", lo, p, "all_units", None, None, None) for lo, p in ((10, 30.0), (30, 27.0))),
            *(("S2", "film", lo, p, "incremental", 90, None, None) for lo, p in ((5, 9.8), (60, 9.0))),
            *(("S2", "glue", lo, p, "all_units", None, 6, None) for lo, p in ((0, 64.0), (24, 57.0))),
            *(("S3", "box", lo, p, "all_units", 80, None, None) for lo, p in ((20, 18.6), (60, 17.1))),
            *(("S3", "glue", lo, p, "all_units", None, None, None) for lo, p in ((0, 62.0), (20, 59.0))),
            *(("S3", "wax", lo, p, "all_units", None, 4, None) for lo, p in ((0, 29.5), (24, 28.0))),
            ("S4", "fuel", 0, 1.0, "all_units", None, None, "regulated"),
        ),
        "rebates": table(
            "supplier min_spend rebate_pct discount",
            *(("S1", lo, pct, "all_units") for lo, pct in ((900, 2.0), (2200, 5.0))),
            *(("S2", lo, pct, "incremental") for lo, pct in ((0, 1.0), (1200, 6.0))),
        ),
        "eligibility": table("member supplier allowed", ("B", "S3", False), ("F", "S1", False)),
        "rules": table("rule scope value", ("max_suppliers", "item:box", 1), ("max_share_pct", "item:glue", 70)),
    }


def freight_frames() -> Frames:
    """Nine shipments of the six members within a week: two vehicle types, two tariffs, classes that shun each other."""
    lanes = [
        ("s1", "A", "Alger", "Oran", 2100, 9.0, "2026-03-02", "2026-03-03", ""),
        ("s2", "B", "Alger", "Oran", 2600, 8.0, "2026-03-02", "2026-03-04", "food"),
        ("s3", "C", "Oran", "Alger", 3900, 14.0, "2026-03-03", "2026-03-05", ""),
        ("s4", "D", "Oran", "Chlef", 1400, 6.0, "2026-03-03", "2026-03-05", "acid"),
        ("s5", "D", "Chlef", "Alger", 1900, 7.0, "2026-03-03", "2026-03-06", ""),
        ("s6", "E", "Alger", "Ghardaïa", 2500, 9.5, "2026-03-02", "2026-03-06", "food"),
        ("s7", "F", "Alger", "Ghardaïa", 2200, 8.5, "2026-03-02", "2026-03-06", ""),
        ("s8", "F", "Ghardaïa", "Alger", 1200, 3.0, "2026-03-04", "2026-03-06", "acid"),
        ("s9", "E", "Alger", "Chlef", 900, 3.0, "2026-03-02", "2026-03-04", ""),
    ]
    return {
        "members": buying_frames()["members"],
        "shipments": table(
            "shipment member origin destination weight_kg volume_m3 ready_date due_date goods_class", *lanes
        ),
        "vehicles": table(
            "vehicle capacity_kg capacity_m3 fixed_cost cost_per_km cost_per_stop empty_return_pct available",
            *(("van", 3000, 16, 120, 0.9, 15, 30, None), ("truck", 8000, 40, 200, 1.5, 20, 20, 2)),
        ),
        "tariffs": table(
            "tariff min_weight_kg cost_per_kg_km fixed_cost minimum_cost kg_per_m3 goods_classes",
            *(("parcel", lo, rate, fixed, 60, 250, None) for lo, rate, fixed in ((0, 0.0009, 12), (2000, 0.0007, 0))),
            ("cold", 0, 0.0008, 0, 80, None, "food"),
        ),
        "roads": table(
            "origin destination distance_km duration_h toll",
            *(("Alger", "Chlef", 210, 3.0, 15), ("Chlef", "Oran", 225, None, None)),
            ("Alger", "Ghardaïa", 600, 7.5, None),
        ),
        "compatibility": table("goods_class other_class", ("food", "acid")),
    }


def mixed_frames() -> Frames:
    """Both together, some goods being sold ex works, so that purchasing and freight are one model."""
    frames = {**freight_frames(), **buying_frames()}
    suppliers = frames["suppliers"]
    suppliers["site"] = ["Alger", "Chlef", "Oran", None]
    suppliers["delivered"] = [True, False, False, True]
    frames["offers"]["lead_time_days"] = 1
    frames["items"] = table(
        "item unit weight_kg volume_m3 goods_class",
        *(("film", "roll", 12.0, 0.05, ""), ("box", "bundle", 18.0, 0.12, ""), ("glue", "drum", 60.0, 0.08, "acid")),
        *(("wax", "sack", 25.0, 0.04, "food"), ("fuel", "litre", 0.84, None, "")),
    )
    return frames


def mixed_settings() -> dict[str, Any]:
    return {"order_date": "2026-03-02", "name": "six members", "max_trip_days": 3}


def pool_of(frames: Mapping[str, pd.DataFrame], **settings: Any) -> Pool:
    return Pool.from_frames(frames, settings)


def mixed_pool() -> Pool:
    return pool_of(mixed_frames(), **mixed_settings())


@cache
def six(kind: str) -> Pool:
    """The pool of six members that ``buying``, ``freight`` or ``mixed`` (both, some goods ex works) is."""
    frames = {"buying": buying_frames, "freight": freight_frames, "mixed": mixed_frames}[kind]
    return pool_of(frames(), **(mixed_settings() if kind == "mixed" else {}))


@cache
def ground_of_six(kind: str) -> Groundwork:
    """Its model."""
    return ground_of(six(kind))


def coalitions(members: Sequence[str]) -> list[frozenset[str]]:
    """All of them but nobody, by size."""
    return [frozenset(some) for size in range(1, len(members) + 1) for some in combinations(members, size)]


def ground_of(pool: Pool) -> Groundwork:
    """The model of a pool over the trips that are found for it and its clusters, as the game states it."""
    return groundwork(pool, options=EXACT, deadline=NEVER)


def plan_in(ground: Groundwork, coalition: Iterable[str], options: SolveOptions = EXACT) -> Plan:
    """The plan of a coalition by the model of the whole pool."""
    members = frozenset(coalition)
    served = serve(ground.task, members, options=options, deadline=NEVER)
    return plan_of(ground, members, served, options=options, deadline=NEVER)


def trips_of(pool: Pool, known: KnownTrips, members: Iterable[str]) -> KnownTrips:
    """The known trips of a pool as they look to a coalition by itself: its own rides, its own numbers of needs."""
    inside = set(members)
    number = {need.number: place for place, need in enumerate(n for n in market.needs(pool) if n.member in inside)}
    shipper = dict(pool.table("shipments")[["shipment", "member"]].itertuples(index=False, name=None))

    def seen(cargo: Cargo) -> Cargo | None:
        if isinstance(cargo, str):
            return cargo if shipper[cargo.partition("#")[0]] in inside else None
        return (cargo[0], number[cargo[1]]) if cargo[1] in number else None

    def own(trip: Trip) -> Trip:
        rides = [replace(ride, cargo=cargo) for ride in trip.rides if (cargo := seen(ride.cargo)) is not None]
        return replace(trip, rides=tuple(rides))

    kept = [trip for trip in map(own, known.trips) if trip.rides]
    return replace(known, trips=tuple(kept))
