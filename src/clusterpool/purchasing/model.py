r"""Each need is bought where the whole basket of the coalition is cheapest, with price breaks, rebates and rules.

=============  =======================================================  =========================================
symbol         meaning                                                  column
=============  =======================================================  =========================================
d_k            quantity of need k, of member m(k)                       purchases.quantity
D_j            all that could be sent on offer j = (s, i): sum of d_k   (scale of q)
z_m            1 where member m belongs to the coalition                (membership)
f_sk           part of need k that supplier s sends                     orders.quantity, kind ``supply``
o_k, u_k       parts from outside and left unmet                        orders ``outside``; unmet.quantity
q_jt, y_jt     bought of offer j in break t, as a part of D_j; chosen   offers.min_quantity, offers.unit_price
n_j            number of order multiples of offer j                     offers.order_multiple
w_s            supplier s is used                                       suppliers.order_cost
v_sr, b_sr     part of V_s spent in rebate step r; chosen               rebates.min_spend, rebates.rebate_pct
V_s            the highest rebate step of s within reach                (scale of v)
S_s            spend of s before rebates, S0_s: without regulated       suppliers.capacity_value, min_order_value
=============  =======================================================  =========================================

Minimise  sum_s F_s w_s + sum_s (S_s - rebate_s) + sum_k d_k (P_k o_k + shortage_k u_k)  subject to

1.  ``cover``      sum_s f_sk + o_k + u_k = z_m(k)
2.  ``bought``     sum_k d_k f_sk <= D_j sum_t q_jt             (the rest is surplus)
    ``multiple``   D_j sum_t q_jt = multiple_j n_j
3.  ``low``, ``high``   low_jt y_jt <= D_j q_jt <= high_jt y_jt
    ``one_break``  sum_t y_jt <= w_s
4.  ``spend``      S0_s = V_s sum_r v_sr,  ``step_low``, ``step_high``  B_r b_sr <= V_s v_sr <= B_r+1 b_sr,
    ``one_step``   sum_r b_sr = w_s
    ``capacity``   S_s <= capacity_s w_s,  ``minimum``  S_s >= minimum_s w_s
5.  ``link``       f_sk <= sum_t y_jt                   (strong: without it the bound is worth little)
    ``wanted``     sum_t y_jt <= sum of z_m over the members that may buy offer j and need it

Every row is divided by its own scale (d, D, V, capacity, minimum), so that its coefficients are near 1.
The rules of the pool (6) stand in ``rules.py``. In break t goods cost fixed_jt y_jt + price_jt q_jt, with fixed = 0 for
all-units discounts and fixed_t = fixed_t-1 + low_t (price_t-1 - price_t) for incremental ones; rebates alike.

References
----------
Goossens, Maas, Spieksma, van de Klundert, "Exact algorithms for procurement problems under a total quantity discount
structure", EJOR 178(2), 2007. Manerba, Mansini, "An exact algorithm for the capacitated total quantity discount
problem", EJOR 222, 2012. Croxton, Gendron, Magnanti, "A comparison of mixed-integer programming models for nonconvex
piecewise linear cost minimization problems", Management Science 49(9), 2003.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pulp

from clusterpool.purchasing.part import PurchasingPart
from clusterpool.purchasing.rules import add_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.purchasing.case import PurchasingCase


def add_purchasing(
    problem: pulp.LpProblem, case: PurchasingCase, membership: Mapping[str, pulp.LpVariable]
) -> PurchasingPart:
    """State the purchasing part in a problem; the objective is left to the caller.

    Parameters
    ----------
    problem : pulp.LpProblem
        The problem, changed in place.
    membership : mapping of member to variable
        z_m, 0 or 1.
    """
    part = PurchasingPart(case)
    _add_variables(problem, part)
    _cover(problem, part, membership)
    _bought(problem, part)
    _breaks(problem, part)
    _links(problem, part)
    _wanted(problem, part, membership)
    for place, supplier in enumerate(sorted(part.used)):
        _spend_limits(problem, part, supplier, place)
        if supplier in case.rebates:
            _rebate_steps(problem, part, supplier, place)
    add_rules(problem, part)
    return part


def _add_variables(problem: pulp.LpProblem, part: PurchasingPart) -> None:
    case = part.case
    for supplier, need in case.supplies():
        part.supply[supplier, need.number] = problem.add_variable(f"f_{len(part.supply)}", 0, 1)
    for need in case.needs:
        if math.isfinite(need.max_unit_price):
            part.outside[need.number] = problem.add_variable(f"o_{need.number}", 0, 1)
        if case.shortage[need.number] is not None:
            part.unmet[need.number] = problem.add_variable(f"u_{need.number}", 0, 1)
    for j, key in enumerate(case.offers):
        for t, segment in enumerate(case.segments[key]):
            part.quantity[key, t] = problem.add_variable(f"q_{j}_{t}", 0, segment.high / case.demand[key])
            part.chosen[key, t] = problem.add_variable(f"y_{j}_{t}", 0, 1, "Integer")
        multiple = case.offers[key].order_multiple
        if multiple > 0.0:
            most = math.floor(case.segments[key][-1].high / multiple + 1e-9)
            part.batches[key] = problem.add_variable(f"n_{j}", 0, most, "Integer")
    for number, supplier in enumerate(case.offers_of):
        part.used[supplier] = problem.add_variable(f"w_{number}", 0, 1, "Integer")


def _cover(problem: pulp.LpProblem, part: PurchasingPart, membership: Mapping[str, pulp.LpVariable]) -> None:
    """(1) Every need of the coalition is bought, got from outside, or left unmet."""
    for need in part.case.needs:
        terms = [part.supply[supplier, need.number] for supplier in part.case.sources[need.number]]
        terms += [side[need.number] for side in (part.outside, part.unmet) if need.number in side]
        problem += pulp.lpSum(terms) == membership[need.member], f"cover_{need.number}"


def _bought(problem: pulp.LpProblem, part: PurchasingPart) -> None:
    """(2) What is sent was bought; what is bought comes in whole multiples."""
    for j, (key, offer) in enumerate(part.case.offers.items()):
        demand = part.case.demand[key]
        sent = pulp.lpSum(need.quantity / demand * part.supply[key[0], need.number] for need in part.case.needs_of[key])
        problem += sent <= part.bought(key), f"bought_{j}"
        if key in part.batches:
            problem += part.bought(key) == offer.order_multiple / demand * part.batches[key], f"multiple_{j}"


def _breaks(problem: pulp.LpProblem, part: PurchasingPart) -> None:
    """(3) One break an offer, its quantity within the break, and only of a supplier that is used."""
    for j, key in enumerate(part.case.offers):
        for t, segment in enumerate(part.case.segments[key]):
            quantity, chosen, demand = part.quantity[key, t], part.chosen[key, t], part.case.demand[key]
            problem += quantity <= segment.high / demand * chosen, f"high_{j}_{t}"
            if segment.low > 0.0:
                problem += demand / segment.low * quantity >= chosen, f"low_{j}_{t}"
        problem += part.taken(key) <= part.used[key[0]], f"one_break_{j}"


def _links(problem: pulp.LpProblem, part: PurchasingPart) -> None:
    """(5) Nothing is sent on an offer that is not taken."""
    taken = {key: part.taken(key) for key in part.case.offers}
    for number, (supplier, need) in enumerate(part.case.supplies()):
        problem += part.supply[supplier, need.number] <= taken[supplier, need.item], f"link_{number}"


def _wanted(problem: pulp.LpProblem, part: PurchasingPart, membership: Mapping[str, pulp.LpVariable]) -> None:
    """(5) An offer is taken only where a member of the coalition has a use for it."""
    for j, key in enumerate(part.case.offers):
        members = sorted({need.member for need in part.case.needs_of[key]})
        problem += part.taken(key) <= pulp.lpSum(membership[member] for member in members), f"wanted_{j}"


def _spend_limits(problem: pulp.LpProblem, part: PurchasingPart, supplier: str, place: int) -> None:
    """(4) A supplier that is used gets its minimum order and no more than it can deliver."""
    terms = part.case.suppliers[supplier]
    if 0.0 < terms.capacity_value < math.inf:
        problem += part.spend(supplier, 1.0 / terms.capacity_value) <= part.used[supplier], f"capacity_{place}"
    elif terms.capacity_value <= 0.0:
        problem += part.spend(supplier) <= 0, f"capacity_{place}"
    if terms.min_order_value > 0.0:
        problem += part.spend(supplier, 1.0 / terms.min_order_value) >= part.used[supplier], f"minimum_{place}"


def _rebate_steps(problem: pulp.LpProblem, part: PurchasingPart, supplier: str, place: int) -> None:
    """(4) The spend on goods without regulated prices lies in one rebate step."""
    case = part.case
    scale, floors = case.rebate_scale(supplier), case.rebate_floors(supplier)
    free = [key for key in case.offers_of[supplier] if not case.offers[key].regulated]
    base = pulp.lpSum(part.offer_spend(key, 1.0 / scale) for key in free)
    for r, (floor, most) in enumerate(zip(floors, case.rebate_tops(supplier), strict=True)):
        top = most / scale
        part.stepped[supplier, r] = problem.add_variable(f"v_{place}_{r}", 0, top)
        part.step[supplier, r] = problem.add_variable(f"b_{place}_{r}", 0, 1, "Integer")
        problem += part.stepped[supplier, r] <= top * part.step[supplier, r], f"step_high_{place}_{r}"
        if floor > 0.0:
            problem += part.stepped[supplier, r] >= floor / scale * part.step[supplier, r], f"step_low_{place}_{r}"
    steps = range(len(floors))
    problem += base == pulp.lpSum(part.stepped[supplier, r] for r in steps), f"spend_{place}"
    problem += pulp.lpSum(part.step[supplier, r] for r in steps) == part.used[supplier], f"one_step_{place}"
