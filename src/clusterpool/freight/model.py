r"""Every load of a coalition rides on one known trip or takes its alternative; goods bought ex works ride in parts.

=============  ==========================================================  ========================================
symbol         meaning                                                     column
=============  ==========================================================  ========================================
z_m            1 where member m belongs to the coalition                   (membership)
y_r            trip r runs                                                 trips.trip
C_r            cost of trip r by its timetable                             trips.cost
x_rk           load of ride k of trip r rides there                        loads.shipment
v_rk           part of the lot of ride k of trip r that rides there        loads.order
a_i            cost of load i's alternative: groupage or unmet             loads.cost, unmet.cost
f_l            part of lot l that is bought (purchasing); of a divisible   orders.quantity
               shipment what is served, the rest is unmet at a_l each      unmet.quantity
e_l            part of lot l that goes by groupage                         loads.tariff
g_cb, K_cb,    consignment c is billed by option b (tariff and weight      tariffs.min_weight_kg, loads.cost
M_cb, B_cb     break) for parts K of its kg and M of its m3 at cost B
h_rg           conflict group g (goods class) is on trip r                 compatibility
=============  ==========================================================  ========================================

Minimise  sum_r C_r y_r + sum_i a_i (z_m(i) - sum_rk x_rk) + sum_l a_l (z_m(l) - f_l) + sum_cb B_cb  subject to
(a_l, the price of leaving all of it, counts for divisible shipments only)

1.  ``served``     sum of x over the rides of load i <= z_m(i)     (the rest takes the alternative)
2.  ``carried``    sum of v over the rides of lot l + e_l = f_l;  ``parted``  <= z_m(l) for a divisible shipment
3.  ``link``       sum of x over the rides of one load on one trip <= y_r  (or h_rg); for a lot: sum of v <= most y_r
4.  ``room``       sum over rides on a leg of share_k x_rk <= y_r, for each of kg, m3, pallets that could overflow
5.  ``stop``       y_r <= what is loaded or unloaded at each of its stops
6.  ``group``      h_rg <= y_r;  ``conflict``  h_rg + h_rg' <= y_r for classes that may not share a vehicle
7.  ``fleet``      sum of y over the trips of a type under way on a day <= its number
8.  ``copy``       y_r >= y_r+1 for equal trips
9.  ``billed``     sum_b K_cb = kg, sum_b M_cb = m3 of what of consignment c goes by groupage
10. ``option``     sum_b g_cb <= z_m(c);  e_l <= most_l sum_b g_cb;  K_cb <= most kg g_cb;  M_cb <= most m3 g_cb
11. ``bill``       B_cb >= floor_b g_cb,  B_cb >= fixed_b g_cb + rate_b K_cb,
                   B_cb >= fixed_b g_cb + rate_b kg_per_m3 M_cb

A tariff is the least of its weight breaks and each break is convex (`groupage.Piece`), so 9-11 are a disjunction in its
convex-hull form. Lots and consignments are measured against the most that can be bought of them. In 5 a lot counts as
handled from a thousandth of it on.

References
----------
Balas, "Disjunctive programming", Annals of Discrete Mathematics 5, 1979 (9-11). Croxton, Gendron, Magnanti, "Variable
disaggregation in network flow problems with piecewise linear costs", Operations Research 55(1), 2007 (3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, TypeAlias

import pulp

from clusterpool.freight.alternative import Alternative, alternative
from clusterpool.freight.bills import Bill, add_bills
from clusterpool.freight.loads import Load, Lot
from clusterpool.freight.trips import Timetable, conflict_group, room_taken, timetable, unmet_price

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Cargo
    from clusterpool.freight.trips import KnownTrips, Ride, Trip

LotKey: TypeAlias = tuple[str, int]
HANDLED_PART = 1e-3
"""A stop is made for a lot if at least this part of it is loaded or unloaded there."""
ROOM_TOLERANCE = 1e-9


@dataclass(frozen=True)
class FreightPart:
    """The variables of the freight part and what they cost.

    Parameters
    ----------
    times : tuple of Timetable
        Clock and cost of every known trip.
    used : dict of trip number to variable
        y_r; trips are numbered as in `known`.
    riding : dict of (trip number, ride number) to variable
        x_rk for a load (0 or 1), v_rk for a lot (a part of it).
    rest : dict of lot to variable
        e_l, a part of the lot; only where a tariff takes the lot's class.
    bills : dict of consignment to its options
    """

    case: FreightCase
    known: KnownTrips
    membership: Mapping[str, pulp.LpVariable]
    flows: Mapping[LotKey, pulp.LpVariable | pulp.LpAffineExpression]
    times: tuple[Timetable, ...]
    alternatives: Mapping[str, Alternative]
    used: dict[int, pulp.LpVariable] = field(default_factory=dict)
    riding: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    grouped: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    rest: dict[Cargo, pulp.LpVariable] = field(default_factory=dict)
    bills: dict[tuple[str, str, str, str], tuple[Bill, ...]] = field(default_factory=dict)

    @property
    def lots(self) -> tuple[Lot, ...]:
        """The lots that purchasing may buy, and divisible shipments."""
        return tuple(lot for lot in self.case.parted if lot.shipment or (lot.supplier, lot.need) in self.flows)

    def variables(self) -> list[pulp.LpVariable]:
        """Every variable of the part."""
        named = (self.used, self.riding, self.grouped, self.rest)
        billed = [variable for bills in self.bills.values() for bill in bills for variable in bill.variables()]
        return [*(variable for group in named for variable in group.values()), *billed]

    def objective(self) -> pulp.LpAffineExpression:
        """Trips, the alternatives of loads that ride on none, and the groupage bills of lots."""
        trips = [times.cost * self.used[number] for number, times in enumerate(self.times)]
        billed = [bill.cost for bills in self.bills.values() for bill in bills]
        return pulp.lpSum([*trips, *self._left(set(self.alternatives)), *billed])

    def shortage(self) -> pulp.LpAffineExpression:
        """The price of loads that are left unmet."""
        return pulp.lpSum(self._left({code for code, other in self.alternatives.items() if other.tariff is None}))

    def _left(self, codes: Collection[str]) -> list[pulp.LpAffineExpression]:
        """What those of some loads that ride on no trip (nor, of lots, go by groupage) cost by their alternatives."""
        served = [
            self.alternatives[code].cost * self.membership[self.case.cargo(code).member] for code in sorted(codes)
        ]
        saved = [
            -self.alternatives[ride.cargo].cost * self.riding[number, k]
            for number, k, ride in self.rides()
            if isinstance(ride.cargo, str) and ride.cargo in codes
        ]
        grouped = [
            -self.alternatives[key].cost * variable
            for key, variable in self.rest.items()
            if isinstance(key, str) and key in codes
        ]
        return [*served, *saved, *grouped]

    def rides(self) -> Iterable[tuple[int, int, Ride]]:
        """Every ride that the model holds, with its trip's and its own number."""
        for number, trip in enumerate(self.known.trips):
            for k, ride in enumerate(trip.rides):
                if (number, k) in self.riding:
                    yield number, k, ride


def add_freight(
    problem: pulp.LpProblem,
    case: FreightCase,
    known: KnownTrips,
    membership: Mapping[str, pulp.LpVariable],
    flows: Mapping[LotKey, pulp.LpVariable | pulp.LpAffineExpression],
) -> FreightPart:
    """State the freight part in a problem; the objective is left to the caller.

    Parameters
    ----------
    problem : pulp.LpProblem
        The problem, changed in place.
    membership : mapping of member to variable
        z_m, 0 or 1.
    flows : mapping of (supplier, need number) to variable or expression
        f_l: the units that purchasing buys; flows of suppliers that deliver are not looked at.
    """
    times = tuple(timetable(case, case.vehicle(trip.vehicle), trip.day, trip.stops) for trip in known.trips)
    alternatives = {load.load: alternative(case, load) for load in case.loads}
    alternatives |= {lot.shipment: Alternative(unmet_price(case, lot), None) for lot in case.divisible}
    part = FreightPart(case, known, membership, flows, times, alternatives)
    _add_variables(problem, part)
    _serve_loads(problem, part)
    _carry_lots(problem, part)
    for number, trip in enumerate(known.trips):
        switches = _conflicts(problem, part, number, trip)
        _links(problem, part, number, trip, switches)
        _room(problem, part, number, trip)
        _stops(problem, part, number, trip)
    _fleet(problem, part)
    _copies(problem, part)
    part.bills.update(add_bills(problem, case, part.lots, part.rest, membership))
    return part


def _add_variables(problem: pulp.LpProblem, part: FreightPart) -> None:
    for number, trip in enumerate(part.known.trips):
        part.used[number] = problem.add_variable(f"trip_{number}", 0, 1, "Integer")
        for k, ride in enumerate(trip.rides):
            cargo = part.case.cargo(ride.cargo)
            if isinstance(cargo, Load):
                part.riding[number, k] = problem.add_variable(f"ride_{number}_{k}", 0, 1, "Integer")
            elif cargo.shipment or (cargo.supplier, cargo.need) in part.flows:
                part.riding[number, k] = problem.add_variable(f"ride_{number}_{k}", 0, _most(part, trip, cargo))
    classes = {goods for tariff in part.case.tariffs for goods in tariff.goods_classes}
    anything = any(not tariff.goods_classes for tariff in part.case.tariffs)
    for place, lot in enumerate(part.lots):
        if anything or lot.goods_class in classes or (part.case.tariffs and not lot.goods_class):
            part.rest[lot.key] = problem.add_variable(f"rest_{place}", 0, 1)


def _most(part: FreightPart, trip: Trip, lot: Lot) -> float:
    """The most of a lot that one vehicle holds, were it alone, as a part of the lot."""
    share = max(room_taken(part.case.vehicle(trip.vehicle), lot))
    return 1.0 if share <= 1 else 1.0 / share


def _rides_of(part: FreightPart) -> dict[Cargo, list[pulp.LpVariable]]:
    found: dict[Cargo, list[pulp.LpVariable]] = {}
    for number, k, ride in part.rides():
        found.setdefault(ride.cargo, []).append(part.riding[number, k])
    return found


def _serve_loads(problem: pulp.LpProblem, part: FreightPart) -> None:
    """(1) A load of the coalition rides at most once."""
    rides = _rides_of(part)
    for place, load in enumerate(part.case.loads):
        if load.load in rides:
            problem += pulp.lpSum(rides[load.load]) <= part.membership[load.member], f"served_{place}"


def _carry_lots(problem: pulp.LpProblem, part: FreightPart) -> None:
    """(2) Everything bought ex works is carried; of a divisible shipment no more than all, the rest stays unmet."""
    rides = _rides_of(part)
    for place, lot in enumerate(part.lots):
        ways = [*rides.get(lot.key, ()), *([part.rest[lot.key]] if lot.key in part.rest else ())]
        if not lot.shipment:
            problem += pulp.lpSum(ways) - part.flows[lot.supplier, lot.need] == 0, f"carried_{place}"
        elif ways:
            problem += pulp.lpSum(ways) <= part.membership[lot.member], f"parted_{place}"


def _links(
    problem: pulp.LpProblem, part: FreightPart, number: int, trip: Trip, switches: Mapping[Cargo, pulp.LpVariable]
) -> None:
    """(3) Nothing rides on a trip that does not run, nor in a conflict group that is not aboard."""
    found: dict[Cargo, list[pulp.LpVariable]] = {}
    for k, ride in enumerate(trip.rides):
        if (number, k) in part.riding:
            found.setdefault(ride.cargo, []).append(part.riding[number, k])
    for place, (key, rides) in enumerate(found.items()):
        cargo = part.case.cargo(key)
        most = 1 if isinstance(cargo, Load) else _most(part, trip, cargo)
        problem += pulp.lpSum(rides) <= most * switches.get(key, part.used[number]), f"link_trip_{number}_{place}"


def _room(problem: pulp.LpProblem, part: FreightPart, number: int, trip: Trip) -> None:
    """(4) Loads never exceed kg, m3 or pallets on any leg or at a single stop; legs within others say nothing new."""
    vehicle = part.case.vehicle(trip.vehicle)
    rides = [(k, ride) for k, ride in enumerate(trip.rides) if (number, k) in part.riding]
    legs = [frozenset(k for k, ride in rides if ride.start <= leg < ride.end) for leg in range(len(trip.stops) - 1)]
    legs = legs or [frozenset(k for k, _ in rides)]
    largest = [
        leg for place, leg in enumerate(legs) if not any(leg < other for other in legs) and leg not in legs[:place]
    ]
    shares = {k: room_taken(vehicle, part.case.cargo(ride.cargo)) for k, ride in rides}
    for place, leg in enumerate(largest):
        for measure in range(3):
            terms = [(k, shares[k][measure]) for k in sorted(leg) if shares[k][measure] > 0]
            if sum(share for _, share in terms) > 1 + ROOM_TOLERANCE:
                filled = [share * part.riding[number, k] for k, share in terms]
                problem += pulp.lpSum(filled) <= part.used[number], f"room_{number}_{place}_{measure}"


def _stops(problem: pulp.LpProblem, part: FreightPart, number: int, trip: Trip) -> None:
    """(5) A stop is made only where something is loaded or unloaded."""
    rides = [(k, ride) for k, ride in enumerate(trip.rides) if (number, k) in part.riding]
    seen: set[frozenset[int]] = set()
    for stop in range(len(trip.stops)):
        touching = frozenset(k for k, ride in rides if stop in (ride.start, ride.end))
        if touching not in seen:
            handled = [_handled(part, number, k, trip.rides[k]) for k in sorted(touching)]
            problem += pulp.lpSum(handled) >= part.used[number], f"stop_{number}_{stop}"
        seen.add(touching)


def _handled(part: FreightPart, number: int, k: int, ride: Ride) -> pulp.LpAffineExpression:
    cargo = part.case.cargo(ride.cargo)
    weight = 1.0 if isinstance(cargo, Load) else 1.0 / HANDLED_PART
    return weight * part.riding[number, k]


def _conflicts(problem: pulp.LpProblem, part: FreightPart, number: int, trip: Trip) -> dict[Cargo, pulp.LpVariable]:
    """(6) Classes that may not share a vehicle are never on one trip; gives the switch of each cargo concerned."""
    case = part.case
    group_of = {ride.cargo: conflict_group(case, ride.cargo) for ride in trip.rides}
    groups = sorted(set(group_of.values()), key=str)
    pairs = [(a, b) for a, b in combinations(groups, 2) if not case.may_share(a[0], b[0])]
    switches: dict[tuple[str, Cargo], pulp.LpVariable] = {}
    for place, group in enumerate(group for group in groups if any(group in pair for pair in pairs)):
        switches[group] = problem.add_variable(f"group_{number}_{place}", 0, 1, "Integer")
        part.grouped[number, place] = switches[group]
        problem += switches[group] <= part.used[number], f"group_{number}_{place}"
    for place, (a, b) in enumerate(pairs):
        problem += switches[a] + switches[b] <= part.used[number], f"conflict_{number}_{place}"
    return {cargo: switches[group] for cargo, group in group_of.items() if group in switches}


def _fleet(problem: pulp.LpProblem, part: FreightPart) -> None:
    """(7) No more vehicles of a type are under way on a day than there are."""
    under_way: dict[tuple[str, int], list[pulp.LpVariable]] = {}
    for number, trip in enumerate(part.known.trips):
        for day in range(trip.day, part.times[number].last_day + 1):
            under_way.setdefault((trip.vehicle, day), []).append(part.used[number])
    for place, ((name, _), trips) in enumerate(sorted(under_way.items(), key=lambda item: item[0])):
        available = part.case.vehicle(name).available
        if available is not None and len(trips) > available:
            problem += pulp.lpSum(trips) <= available, f"fleet_{place}"


def _copies(problem: pulp.LpProblem, part: FreightPart) -> None:
    """(8) Of equal trips the first ones run."""
    for number, (trip, following) in enumerate(pairwise(part.known.trips)):
        if trip == following:
            problem += part.used[number] >= part.used[number + 1], f"copy_{number}"
