"""Groupage (less than truckload): what one shipment or one consignment costs by tariff."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from clusterpool.freight.case import takes

if TYPE_CHECKING:
    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.market import Tariff, WeightBreak


@dataclass(frozen=True, slots=True)
class Piece:
    """One weight break on one lane: cost = max(floor, fixed + rate x w), convex in the chargeable weight w (kg).

    `floor` holds the tariff's minimum and what the break's own least weight costs, in the pool's currency.
    """

    fixed: float
    rate: float
    floor: float

    def cost(self, chargeable_kg: float) -> float:
        """Cost of `chargeable_kg` under this break."""
        return max(self.floor, self.fixed + self.rate * chargeable_kg)


def chargeable_kg(tariff: Tariff, weight_kg: float, volume_m3: float) -> float:
    """The weight that is billed: the greater of the true and the volumetric one."""
    return max(weight_kg, tariff.kg_per_m3 * volume_m3)


def tariff_cost(tariff: Tariff, distance_km: float, weight_kg: float, volume_m3: float) -> float:
    """What `tariff` bills for one consignment over `distance_km` (contract A2, groupage).

    max(minimum_cost, min over breaks b of fixed_b + max(w, min_b) x (per_kg_b + per_kg_km_b x max(km, min_distance))).

    Examples
    --------
    >>> from clusterpool.market import Tariff, WeightBreak
    >>> breaks = (WeightBreak(0.0, 10.0, 0.0, 0.0), WeightBreak(100.0, 6.0, 0.0, 0.0))
    >>> tariff = Tariff("T", breaks, 50.0, 250.0, 0.0, frozenset(), 0.122)
    >>> [tariff_cost(tariff, 300.0, kg, 0.0) for kg in (1.0, 40.0, 80.0)]
    [50.0, 400.0, 600.0]
    """
    billed = chargeable_kg(tariff, weight_kg, volume_m3)
    return min(piece.cost(billed) for piece in _all_pieces(tariff, distance_km))


def cheapest(
    case: FreightCase, origin: str, destination: str, goods_class: str, weight_kg: float, volume_m3: float
) -> tuple[float, Tariff] | None:
    """Cost and tariff of the cheapest groupage that takes the class; None where none does. Ties go by name."""
    distance_km = case.network.leg(origin, destination).distance_km
    offers = [(tariff_cost(tariff, distance_km, weight_kg, volume_m3), tariff) for tariff in takers(case, goods_class)]
    return min(offers, key=lambda offer: (offer[0], offer[1].tariff), default=None)


def cheapest_of_load(case: FreightCase, load: Load) -> tuple[float, Tariff] | None:
    """Cost and tariff of the cheapest groupage for a shipment; None where no tariff takes its class."""
    return cheapest(case, load.origin, load.destination, load.goods_class, load.weight_kg, load.volume_m3)


def takers(case: FreightCase, goods_class: str) -> tuple[Tariff, ...]:
    """The tariffs that take goods of this class."""
    return tuple(tariff for tariff in case.tariffs if takes(tariff.goods_classes, goods_class))


def pieces(tariff: Tariff, distance_km: float, most_kg: float) -> tuple[Piece, ...]:
    """The breaks that are cheapest somewhere between 0 and `most_kg` of chargeable weight.

    The tariff's cost is the least of its pieces; each is continuous and, between two neighbours of the kinks and
    crossings of them all, straight: the cheapest at the midpoint of such an interval is cheapest on all of it.
    """
    every = _all_pieces(tariff, distance_km)
    marks = sorted({0.0, most_kg, *(kg for kg in _kinks_and_crossings(every) if 0 < kg < most_kg)})
    middles = [most_kg] if len(marks) == 1 else [(low + high) / 2 for low, high in pairwise(marks)]
    best = {min(range(len(every)), key=lambda b: (every[b].cost(kg), b)) for kg in middles}
    return tuple(every[b] for b in sorted(best))


def _all_pieces(tariff: Tariff, distance_km: float) -> tuple[Piece, ...]:
    billed_km = max(distance_km, tariff.min_distance_km)
    return tuple(_piece(tariff, weight_break, billed_km) for weight_break in tariff.breaks)


def _piece(tariff: Tariff, weight_break: WeightBreak, billed_km: float) -> Piece:
    rate = weight_break.cost_per_kg + weight_break.cost_per_kg_km * billed_km
    least = weight_break.fixed_cost + weight_break.min_weight_kg * rate
    return Piece(weight_break.fixed_cost, rate, max(tariff.minimum_cost, least))


def _kinks_and_crossings(every: tuple[Piece, ...]) -> list[float]:
    lines = [line for piece in every for line in ((piece.fixed, piece.rate), (piece.floor, 0.0))]
    return [(c - a) / (b - d) for (a, b), (c, d) in combinations(lines, 2) if b != d]
