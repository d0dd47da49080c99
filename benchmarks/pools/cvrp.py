"""Instances of the capacitated vehicle routing problem as pools: every customer is a shipment from the depot.

Uchoa et al., "New benchmark instances for the capacitated vehicle routing problem", European Journal of Operational
Research 257(3), 2017 (the X set). Distances are rounded to whole numbers, as the set has it; vehicles drive back.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

import clusterpool as cp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MEMBERS = 4
NEVER_USED = 1000.0
"""What a kg costs by groupage: far more than any tour."""


def cvrp_pool(path: Path) -> cp.Pool:
    """The instance in a file of the TSPLIB form, its customers dealt out among `MEMBERS` members."""
    capacity, points, demand = _read(path)
    depot, *customers = sorted(points)
    named = {number: f"P{number:04d}" for number in points}
    roads = [(named[a], named[b], float(round(math.dist(points[a], points[b])))) for a, b in combinations(points, 2)]
    shipments = [
        (f"S{number:04d}", f"M{number % MEMBERS}", named[depot], named[number], demand[number]) for number in customers
    ]
    frames = {
        "members": _table("member cluster site", [(f"M{m}", "c", named[depot]) for m in range(MEMBERS)]),
        "sites": _table("site", [(site,) for site in named.values()]),
        "roads": _table("origin destination distance_km", roads),
        "shipments": _table("shipment member origin destination weight_kg", shipments).assign(
            ready_date="2026-03-02", due_date="2026-03-02"
        ),
        "vehicles": _table("vehicle capacity_kg fixed_cost cost_per_km empty_return_pct", [("V", capacity, 0, 1, 100)]),
        "tariffs": _table("tariff min_weight_kg cost_per_kg", [("groupage", 0, NEVER_USED)]),
    }
    return cp.Pool.from_frames(frames, {"hours_per_stop": 0.0, "driving_hours_per_day": 24.0})


def _read(path: Path) -> tuple[float, dict[int, tuple[float, float]], dict[int, float]]:
    """Capacity, points and demands by number."""
    capacity, points, demand, section = math.inf, dict[int, tuple[float, float]](), dict[int, float](), ""
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.replace(":", " ").split()
        if words[:1] == ["CAPACITY"]:
            capacity = float(words[1])
        elif words and words[0].endswith("_SECTION"):
            section = words[0]
        elif section == "NODE_COORD_SECTION":
            points[int(words[0])] = (float(words[1]), float(words[2]))
        elif section == "DEMAND_SECTION":
            demand[int(words[0])] = float(words[1])
    return capacity, points, demand


def _table(columns: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())
