r"""What freight costs at least, over all trips whatever, split over the cargo so that it holds for every coalition.

A trip of vehicle type v costs F + c (km + p return) + s stops + tolls, with p the paid part of the empty return. Write
e(S) = sum of e_i over the cargo S of the trip; a lot counts by the part of it that rides. Then

1. *Room.* On each leg kg, m3 and pallets aboard are at most the capacity, so shares f_i of each have f(aboard) <= 1.
   Whole loads may be counted by a dual feasible function of their share instead (lots then count 0). Let P_i be f
   summed over everything that could ride together with i, by dates and classes. Then f'_i = f_i / min(1, P_i) still has
   f'(aboard) <= 1: for S aboard, every P_i in S is at least f(S), so f'(S) <= f(S) / min(1, f(S)) <= 1.
2. *Kilometres.* Let q be a potential of sites with q_a - q_b <= km(a, b). The return from the last stop to the first is
   at least the sum of q_b - q_a over the legs a -> b driven, so km + p return is at least the sum over legs of
   km + p (q_b - q_a). As every term is >= 0 for p <= 1, it is at least f'(aboard) times itself. The legs that i rides
   add up to at least its direct km. So km + p return >= sum over cargo of f'_i (km_i + p (q_destination - q_origin)).
3. *Stops.* Every cargo rides at least one leg, so legs >= f'(S) and stops = legs + 1: one stop joins the fixed cost, s
   is paid f'(S) times more.
4. *Fixed cost.* Some e has e(S) <= E for all that one trip can carry: f'_i (km_i / fastest + hours_per_stop) adds up to
   the hours to the last stop, E = max_trip_days x driving_hours_per_day; f'_i adds up to legs, E = max_stops - 1; one a
   load, without limit. With R_i the sum of e over all that could be on a trip with i, e_i / min(E, R_i) adds up to at
   most 1 over a trip, for the reason of 1.

So any choice of share (1), potential (2) and split (4) prices cargo such that no trip costs less than its cargo is
worth, and so does any mixture of choices for v. A load is worth at least the least of its price by each vehicle type
that could carry it in time, and of its alternative. So is a unit of a lot, with the least average price of groupage:
that of the whole consignment, for the average price of a tariff never rises with weight. A linear program finds the
mixture that makes the sum largest; the values are then computed anew from it.

Cargo whose origin and destination are one site rides no leg and is worth only what 4 gives it by count.

References
----------
Fekete, Schepers, "New classes of fast lower bounds for bin packing problems", Mathematical Programming 91, 2001 (1).
Ergun, Kuyzu, Savelsbergh, "Shipper collaboration", Computers & Operations Research 34(6), 2007 (2: lane covering).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from clusterpool.freight.alternative import alternative
from clusterpool.freight.bills import consignments
from clusterpool.freight.bound_prices import Goods, best_point, goods, prices
from clusterpool.freight.groupage import chargeable_kg, takers, tariff_cost
from clusterpool.freight.trips import sizes, unmet_price

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Cargo, Lot

    Array = NDArray[np.float64]

SAFETY = 1 - 1e-9
"""Takes rounding off every value."""


@dataclass(frozen=True)
class FreightBound:
    """What each load, and each unit of a lot, costs at least in the pool's currency, in any plan of any coalition.

    Freight of a coalition costs at least the sum over its loads and over the units that it buys of its lots.
    """

    loads: Mapping[str, float]
    lots: Mapping[tuple[str, int], float]

    def of_members(self, case: FreightCase) -> dict[str, float]:
        """What all loads of each member cost at least together."""
        sums = dict.fromkeys(case.members, 0.0)
        for code, value in self.loads.items():
            sums[case.cargo(code).member] += value
        return sums


def freight_bound(case: FreightCase, members: Collection[str] | None = None) -> FreightBound:
    """Bound the cost of freight of every coalition among `members` (all where None); fewer members, tighter bound."""
    if members is not None:
        inside = frozenset(members)
        loads = tuple(load for load in case.loads if load.member in inside)
        lots, divisible = (tuple(lot for lot in some if lot.member in inside) for some in (case.lots, case.divisible))
        case = replace(case, loads=loads, lots=lots, divisible=divisible)
    cargo = goods(case)
    ceiling = np.array([alternative(case, load).cost for load in case.loads] + _lot_ceilings(case), dtype=float)
    worth = np.maximum(0.0, _worth(case, cargo, ceiling)) * SAFETY
    values = dict(zip((*(load.load for load in case.loads), *(lot.key for lot in case.parted)), worth, strict=True))
    return FreightBound(
        {code: float(value) for code, value in values.items() if isinstance(code, str)},
        {
            (lot.supplier, lot.need): float(values[lot.key] / lot.most_units) if lot.most_units > 0 else 0.0
            for lot in case.lots
        },
    )


def _worth(case: FreightCase, cargo: Goods, ceiling: Array) -> Array:
    """The value of each cargo (of a lot: at its most) under the best mixture of prices."""
    offers: list[tuple[NDArray[np.int64], Array]] = []
    for vehicle in case.vehicles:
        riders, table = prices(case, cargo, vehicle)
        if len(riders):
            offers.append((riders, table))
    worth = ceiling.copy()
    for (riders, table), mixture in zip(offers, _mixtures(offers, ceiling), strict=True):
        worth[riders] = np.minimum(worth[riders], mixture @ table)
    return np.where(np.isfinite(worth), worth, 0.0)


def _mixtures(offers: list[tuple[NDArray[np.int64], Array]], ceiling: Array) -> list[Array]:
    """Weights of each vehicle type's price lists that make the sum of values largest."""
    if not offers:
        return []
    scale = max(1.0, *(float(table.max(initial=0.0)) for _, table in offers))
    width = len(ceiling) + sum(len(table) for _, table in offers)
    rows, columns, entries, height, start = [], [], [], 0, len(ceiling)
    sums = np.zeros((len(offers), width))
    for place, (riders, table) in enumerate(offers):
        lists, number = table.shape
        lines = height + np.arange(number)
        rows += [lines, np.repeat(lines, lists)]
        columns += [riders, np.tile(start + np.arange(lists), number)]
        entries += [np.ones(number), -(table / scale).T.ravel()]
        sums[place, start : start + lists] = 1.0
        height, start = height + number, start + lists
    matrix = csr_array(
        (np.concatenate(entries), (np.concatenate(rows), np.concatenate(columns))), shape=(height, width)
    )
    covered = np.zeros(width)
    covered[np.unique(np.concatenate([riders for riders, _ in offers]))] = 1.0
    most = [float(value / scale) if np.isfinite(value) else None for value in ceiling]
    bounds = [*(top if covered[place] else 0.0 for place, top in enumerate(most)), *[1.0] * (width - len(ceiling))]
    point = best_point(covered, matrix, np.zeros(height), bounds, (sums, np.ones(len(offers))))
    mixtures, start = [], len(ceiling)
    for _, table in offers:
        weights = np.maximum(0.0, point[start : start + len(table)])
        mixtures.append(weights / weights.sum())
        start += len(table)
    return mixtures


def _lot_ceilings(case: FreightCase) -> list[float]:
    """What each lot at its most costs at least on no trip; infinite for goods bought ex works that no tariff takes."""
    ceilings: dict[Cargo, float] = {}
    for lots in consignments(case.parted).values():
        for lot, cost in zip(lots, _consignment_ceilings(case, lots), strict=True):
            ceilings[lot.key] = min(cost, unmet_price(case, lot)) if lot.shipment else cost
    return [ceilings[lot.key] for lot in case.parted]


def _consignment_ceilings(case: FreightCase, lots: list[Lot]) -> Array:
    """Each lot's part at the tariff's average price of the whole consignment, by weight or by volume; the least."""
    amounts = np.array([sizes(lot) for lot in lots], dtype=float)
    kg, m3 = amounts[:, 0], amounts[:, 1]
    km = case.network.leg(lots[0].origin, lots[0].destination).distance_km
    least = np.full(len(lots), np.inf)
    for tariff in takers(case, lots[0].goods_class):
        whole = chargeable_kg(tariff, float(kg.sum()), float(m3.sum()))
        billed = max((kg, tariff.kg_per_m3 * m3), key=lambda weights: float(weights.sum()))
        cost = tariff_cost(tariff, km, float(kg.sum()), float(m3.sum()))
        least = np.minimum(least, cost * billed / whole if whole > 0 else np.zeros(len(lots)))
    return least
