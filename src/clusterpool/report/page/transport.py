"""The trucks: trips with their stops and times, what rides on each leg, return loads, fill, groupage and CO2e."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from clusterpool.report.journeys import journeys
from clusterpool.routes import road_network

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterpool.report.journeys import Journey
    from clusterpool.report.result import Result
    from clusterpool.routes import RoadNetwork

FILL_BINS = 5
"""Fill rates are counted in so many equal bins of 0 to 100 %."""
_FULL = 100.0


@dataclass(frozen=True, slots=True)
class Run:
    """A trip of the plan, cost in cents.

    Parameters
    ----------
    members : int
        Members whose goods are on it.
    homeward_km : float
        Return loads: km of the legs that end nearer to the first stop than they began, with goods on board.
    empty_km : float
        The way back from the last stop to the first, which is driven empty.
    """

    journey: Journey
    distance_km: float
    cost: int
    load_kg: float
    fill_pct: float
    kg_co2e: float
    members: int
    homeward_km: float
    empty_km: float

    @property
    def vehicle(self) -> str:
        """The vehicle's type."""
        return self.journey.vehicle.vehicle

    @property
    def sites(self) -> str:
        """The sites of its stops, joined by ``|``."""
        return "|".join(stop.site for stop in self.journey.stops)

    @property
    def day(self) -> date:
        """The day of the first stop."""
        return self.journey.stops[0].day

    @property
    def last_day(self) -> date:
        """The day of the last stop."""
        return self.journey.stops[-1].day


@dataclass(frozen=True, slots=True)
class Flow:
    """All that is driven from one site straight to the next."""

    origin: str
    destination: str
    trips: int
    weight_kg: float


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes by one groupage tariff, cost in cents."""

    tariff: str
    consignments: int
    weight_kg: float
    cost: int
    kg_co2e: float


@dataclass(frozen=True, slots=True)
class Transport:
    """Everything that is carried; `fleet` counts the vehicles of each type under way on each day."""

    runs: tuple[Run, ...]
    flows: tuple[Flow, ...]
    groupage: tuple[Sent, ...]
    fill: tuple[int, ...]
    days: tuple[date, ...]
    fleet: dict[str, tuple[int, ...]]

    @property
    def distance_km(self) -> float:
        """Kilometres from first to last stops."""
        return math.fsum(run.distance_km for run in self.runs)

    @property
    def empty_km(self) -> float:
        """Kilometres of empty ways back."""
        return math.fsum(run.empty_km for run in self.runs)

    @property
    def with_return_load(self) -> int:
        """Trips that carry something on a way home."""
        return sum(run.homeward_km > 0 for run in self.runs)

    @property
    def kg_co2e(self) -> float:
        """Emissions of trucks and groupage."""
        return math.fsum([*(run.kg_co2e for run in self.runs), *(sent.kg_co2e for sent in self.groupage)])

    @property
    def mean_fill_pct(self) -> float:
        """Mean of the trips' fill, each weighted by its kilometres."""
        weight = self.distance_km
        return math.fsum(run.fill_pct * run.distance_km for run in self.runs) / weight if weight else math.nan

    @property
    def trips_kg(self) -> float:
        """What rides on trucks."""
        return math.fsum(run.load_kg for run in self.runs)

    @property
    def groupage_kg(self) -> float:
        """What goes by groupage."""
        return math.fsum(sent.weight_kg for sent in self.groupage)


def transport_of(result: Result, cents: Mapping[str, Sequence[int]]) -> Transport | None:
    """The freight of a plan, its costs in `cents`; None where nothing is carried."""
    plan = result.plan
    if plan.trips.empty and plan.loads.empty:
        return None
    network = road_network(result.pool)
    rows = zip(journeys(result), plan.trips.itertuples(index=False), cents["trips"], strict=True)
    runs = tuple(_run(network, journey, row, cost) for journey, row, cost in rows)
    days = _days(runs)
    return Transport(
        runs=runs,
        flows=_flows(runs),
        groupage=_groupage(plan.loads.itertuples(index=False), cents["loads"]),
        fill=_histogram([run.fill_pct for run in runs]),
        days=days,
        fleet=_fleet(runs, days),
    )


def _run(network: RoadNetwork, journey: Journey, row: Any, cost: int) -> Run:  # noqa: ANN401 - a row of the plan
    stops = [stop.site for stop in journey.stops]
    homeward = _homeward(network, stops)
    return Run(
        journey=journey,
        distance_km=row.distance_km,
        cost=cost,
        load_kg=row.load_kg,
        fill_pct=row.fill_pct,
        kg_co2e=row.kg_co2e,
        members=len({parcel.member for parcel in journey.parcels}),
        homeward_km=math.fsum(km for k, km in homeward.items() if journey.stops[k].aboard[0] > 0),
        empty_km=network.leg(stops[-1], stops[0]).distance_km,
    )


def _homeward(network: RoadNetwork, stops: Sequence[str]) -> dict[int, float]:
    """The legs that end nearer to the first stop than they begin, with their km, by number."""
    away = [network.leg(stop, stops[0]).distance_km for stop in stops]
    return {
        k: network.leg(here, there).distance_km
        for k, (here, there) in enumerate(pairwise(stops))
        if away[k + 1] < away[k]
    }


def _flows(runs: Iterable[Run]) -> tuple[Flow, ...]:
    trips: Counter[tuple[str, str]] = Counter()
    weights: dict[tuple[str, str], list[float]] = defaultdict(list)
    for run in runs:
        for here, there in pairwise(run.journey.stops):
            trips[here.site, there.site] += 1
            weights[here.site, there.site].append(here.aboard[0])
    return tuple(Flow(*pair, count, math.fsum(weights[pair])) for pair, count in sorted(trips.items()))


def _groupage(loads: Iterable[Any], cents: Sequence[int]) -> tuple[Sent, ...]:
    rows: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    for load, cost in zip(loads, cents, strict=True):
        if load.tariff:
            rows[load.tariff].append((load, cost))
    return tuple(
        Sent(
            tariff,
            len(sent),
            math.fsum(load.weight_kg for load, _ in sent),
            sum(cost for _, cost in sent),
            math.fsum(load.kg_co2e for load, _ in sent),
        )
        for tariff, sent in sorted(rows.items())
    )


def _histogram(fills: Iterable[float]) -> tuple[int, ...]:
    found = Counter(min(FILL_BINS - 1, int(fill / _FULL * FILL_BINS)) for fill in fills)
    return tuple(found[k] for k in range(FILL_BINS))


def _days(runs: Sequence[Run]) -> tuple[date, ...]:
    if not runs:
        return ()
    first, last = min(run.day for run in runs), max(run.last_day for run in runs)
    return tuple(first + timedelta(k) for k in range((last - first).days + 1))


def _fleet(runs: Sequence[Run], days: Sequence[date]) -> dict[str, tuple[int, ...]]:
    return {
        vehicle: tuple(sum(run.vehicle == vehicle and run.day <= day <= run.last_day for run in runs) for day in days)
        for vehicle in sorted({run.vehicle for run in runs})
    }
