"""The least purchasing cost of a small pool by a formulation of its own (scipy's `milp`).

Where the package chooses one price break of an offer, here quantity fills the breaks one after the other ("delta"
formulation): part t of an offer may be used once part t - 1 is full, and reaching a break of an all-units offer adds
the jump (p_t - p_{t-1}) x lo_t to the bill. Rebates alike. Afterwards the switches are fixed at whole numbers and the
linear program is solved again, so that no cost rests on a switch that is only nearly whole.

Conventions that the contract leaves open and that both sides follow: under ``min_suppliers`` a supplier counts from
0.001 units on; shares of spend leave outside purchases out; an offer is bought only where some member that may trade
with the supplier needs the item.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.demand import Pool

Terms = dict[int, float]
LEAST_COUNTED = 1e-3
GENEROUS = 20.0


@dataclass
class Program:
    """A mixed-integer program that grows column by column and row by row."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

    def column(self, upper: float, cost: float = 0.0, *, whole: bool = False) -> int:
        self.cost.append(cost)
        self.lower.append(0.0)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def switch(self, cost: float = 0.0) -> int:
        return self.column(1.0, cost, whole=True)

    def row(self, terms: Terms, low: float = -math.inf, high: float = math.inf) -> None:
        self.rows.append((terms, low, high))

    def pay(self, terms: Terms, factor: float = 1.0) -> None:
        for column, value in terms.items():
            self.cost[column] += factor * value

    def least(self) -> float:
        """Cost of the best point, its whole numbers made whole."""
        first = self._solve(np.array(self.lower), np.array(self.upper), np.array(self.whole))
        fixed = np.where(self.whole, np.round(first), 0.0)
        lower = np.where(self.whole, fixed, self.lower)
        upper = np.where(self.whole, fixed, self.upper)
        again = self._solve(lower, upper, np.zeros(len(self.cost), dtype=bool))
        return float(np.dot(self.cost, again))

    def _solve(self, lower: np.ndarray, upper: np.ndarray, whole: np.ndarray) -> np.ndarray:
        matrix = sp.lil_matrix((len(self.rows), len(self.cost)))
        for number, (terms, _, _) in enumerate(self.rows):
            for column, value in terms.items():
                matrix[number, column] = value
        lows, highs = [row[1] for row in self.rows], [row[2] for row in self.rows]
        answer = milp(
            np.array(self.cost),
            integrality=whole.astype(int),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(matrix.tocsr(), lows, highs),
            options={"mip_rel_gap": 0.0, "presolve": True},
        )
        assert answer.status == 0, answer.message
        return np.asarray(answer.x)


def added(*parts: Terms) -> Terms:
    total: Terms = defaultdict(float)
    for part in parts:
        for column, value in part.items():
            total[column] += value
    return dict(total)


def scaled(terms: Terms, factor: float) -> Terms:
    return {column: factor * value for column, value in terms.items()}


@dataclass
class Offer:
    """An offer's columns: whether it is taken, its quantity and its bill as terms."""

    supplier: str
    item: str
    taken: int
    quantity: Terms
    bill: Terms
    regulated: bool


def filled(
    program: Program, floors: list[float], rates: list[float], most: float, *, jumps: bool, first: int
) -> tuple[Terms, Terms]:
    """Columns that fill [0, floors[1]], [floors[1], floors[2]], ... in turn; the amount, and rate x amount, as terms.

    `first` is the switch that opens the first part. With `jumps` the rate of the part that is reached holds for all.
    """
    amount: Terms = {}
    value: Terms = {}
    bottoms, switch = [0.0, *floors[1:]], first
    for t, bottom in enumerate(bottoms):
        length = (bottoms[t + 1] if t + 1 < len(bottoms) else max(most, bottom)) - bottom
        part = program.column(length)
        program.row({part: 1.0, switch: -length}, high=0.0)
        amount[part], value[part] = 1.0, rates[t]
        if t and jumps:
            value[switch] = value.get(switch, 0.0) + (rates[t] - rates[t - 1]) * bottom
        if t + 1 < len(bottoms):
            switch = program.switch()
            program.row({part: 1.0, switch: -length}, low=0.0)
    return amount, value


def least_purchasing_cost(pool: Pool) -> float:
    """c(N) of the purchasing part of a pool."""
    program = Program()
    add_purchasing(program, pool)
    return program.least()


def add_purchasing(program: Program, pool: Pool, membership: Mapping[str, int] | None = None) -> None:
    """The purchasing part of a pool; with columns for membership each member's needs are multiplied by its own."""
    needs = pool.table("purchases").to_dict("records")
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in pool.table("offers").sort_values("min_quantity").to_dict("records"):
        grouped[row["supplier"], row["item"]].append(row)
    barred = {(r["member"], r["supplier"]) for r in pool.table("eligibility").to_dict("records") if not r["allowed"]}
    wanted = {(s, n["item"]) for s, _ in grouped for n in needs if (n["member"], s) not in barred}
    grouped = {key: rows for key, rows in grouped.items() if key in wanted}
    most = _most_units(pool, needs, grouped)
    offers = [_offer(program, rows, most[key]) for key, rows in grouped.items()]
    _cover(program, pool, needs, offers, barred, membership)
    if membership is not None:
        _offers_that_somebody_may_want(program, needs, offers, barred, membership)
    used = _suppliers(program, pool, offers, most)
    for rule in pool.table("rules").to_dict("records"):
        _rule(program, rule, offers, used)


def _offers_that_somebody_may_want(
    program: Program,
    needs: list[dict[str, Any]],
    offers: list[Offer],
    barred: set[tuple[str, str]],
    membership: Mapping[str, int],
) -> None:
    for offer in offers:
        asking = {n["member"] for n in needs if n["item"] == offer.item and (n["member"], offer.supplier) not in barred}
        program.row({offer.taken: 1.0, **{membership[member]: -1.0 for member in asking}}, high=0.0)


def _most_units(pool: Pool, needs: list[dict[str, Any]], grouped: dict[tuple[str, str], Any]) -> dict[Any, float]:
    """A quantity far beyond anything in the pool: no argument about what is worth buying, only the capacities.

    `GENEROUS` times all that is needed, all breaks, all lots, and what all thresholds and needs are worth at the
    cheapest price of each offer.
    """
    units = math.fsum(need["quantity"] for need in needs)
    units += math.fsum(
        row["min_quantity"] + _or(row["order_multiple"], 0.0) for rows in grouped.values() for row in rows
    )
    money = math.fsum(pool.table("rebates")["min_spend"]) if len(pool.table("rebates")) else 0.0
    money += math.fsum(_or(value, 0.0) for value in pool.table("suppliers")["min_order_value"])
    most = {}
    for key, rows in grouped.items():
        price = min((row["unit_price"] for row in rows if row["unit_price"] > 0.0), default=math.inf)
        most[key] = min(GENEROUS * units + 2.0 * money / price, _or(rows[0]["capacity"], math.inf))
    return most


def _or(value: float, blank: float) -> float:
    return blank if value is None or math.isnan(value) else float(value)


def _offer(program: Program, rows: list[dict[str, Any]], most: float) -> Offer:
    head = rows[0]
    rows = [row for k, row in enumerate(rows) if k == 0 or row["min_quantity"] <= most]
    floors, prices = [r["min_quantity"] for r in rows], [r["unit_price"] for r in rows]
    taken = program.switch()
    quantity, bill = filled(program, floors, prices, most, jumps=head["discount"] == "all_units", first=taken)
    program.pay(bill)
    program.row(added(quantity, {taken: -floors[0]}), low=0.0)
    program.row(quantity, high=most)
    lot = _or(head["order_multiple"], 0.0)
    if lot > 0.0:
        lots = program.column(math.floor(most / lot + 1e-9), whole=True)
        program.row(added(quantity, {lots: -lot}), 0.0, 0.0)
    return Offer(head["supplier"], head["item"], taken, quantity, bill, head["price_kind"] == "regulated")


def _cover(
    program: Program,
    pool: Pool,
    needs: list[dict[str, Any]],
    offers: list[Offer],
    barred: set[tuple[str, str]],
    membership: Mapping[str, int] | None,
) -> None:
    prices = pool.table("offers").groupby("item")["unit_price"].max()
    sent: dict[int, Terms] = defaultdict(dict)
    for need in needs:
        parts: Terms = {}
        for number, offer in enumerate(offers):
            if offer.item == need["item"] and (need["member"], offer.supplier) not in barred:
                flow = program.column(need["quantity"])
                program.row({flow: 1.0, offer.taken: -need["quantity"]}, high=0.0)
                sent[number][flow] = parts[flow] = 1.0
        if not math.isnan(need["max_unit_price"]):
            parts[program.column(math.inf, need["max_unit_price"])] = 1.0
        dearest = prices.get(need["item"], need["current_unit_price"])
        parts[program.column(math.inf, pool.settings.shortage_factor * dearest)] = 1.0
        if membership is None:
            program.row(parts, need["quantity"], need["quantity"])
        else:
            program.row({**parts, membership[need["member"]]: -need["quantity"]}, 0.0, 0.0)
    for number, flows in sent.items():
        program.row(added(offers[number].quantity, scaled(flows, -1.0)), low=0.0)


def _suppliers(program: Program, pool: Pool, offers: list[Offer], most: dict[Any, float]) -> dict[str, int]:
    rebates: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in pool.table("rebates").sort_values("min_spend").to_dict("records"):
        rebates[row["supplier"]].append(row)
    used = {}
    for terms in pool.table("suppliers").to_dict("records"):
        own = [offer for offer in offers if offer.supplier == terms["supplier"]]
        if not own:
            continue
        switch = program.switch(_or(terms["order_cost"], 0.0))
        for offer in own:
            program.row({offer.taken: 1.0, switch: -1.0}, high=0.0)
        spend = added(*(offer.bill for offer in own))
        program.row(added(spend, {switch: -_or(terms["min_order_value"], 0.0)}), low=0.0)
        program.row(spend, high=_or(terms["capacity_value"], math.inf))
        used[terms["supplier"]] = switch
        prices = pool.table("offers").set_index(["supplier", "item"])["unit_price"].groupby(level=[0, 1]).max()
        top = sum(most[offer.supplier, offer.item] * prices[offer.supplier, offer.item] for offer in own)
        if terms["supplier"] in rebates:
            free = added(*(offer.bill for offer in own if not offer.regulated))
            _rebate(program, rebates[terms["supplier"]], free, top, switch)
    return used


def _rebate(program: Program, steps: list[dict[str, Any]], free: Terms, most: float, switch: int) -> None:
    steps = [step for step in steps if step["min_spend"] <= most]
    floors, rates = [0.0], [0.0]
    for step in steps:
        if step["min_spend"] == 0.0:
            rates[0] = step["rebate_pct"] / 100.0
        else:
            floors.append(step["min_spend"])
            rates.append(step["rebate_pct"] / 100.0)
    jumps = bool(steps) and steps[0]["discount"] == "all_units"
    amount, back = filled(program, floors, rates, most, jumps=jumps, first=switch)
    program.row(added(free, scaled(amount, -1.0)), 0.0, 0.0)
    program.pay(back, -1.0)


def _rule(program: Program, rule: dict[str, Any], offers: list[Offer], used: dict[str, int]) -> None:
    kind, _, code = rule["scope"].partition(":")
    if rule["rule"].endswith("suppliers"):
        _count(program, rule, [offer for offer in offers if kind != "item" or offer.item == code], used, kind == "item")
        return
    if kind == "item":
        parts = {offer.supplier: (offer.quantity, offer.taken) for offer in offers if offer.item == code}
    else:
        parts = {s: (added(*(o.bill for o in offers if o.supplier == s)), switch) for s, switch in used.items()}
    total, share = added(*(terms for terms, _ in parts.values())), rule["value"] / 100.0
    most = sum(program.upper[column] * max(value, 0.0) for column, value in total.items())
    for supplier, (terms, switch) in parts.items():
        if kind == "supplier" and supplier != code:
            continue
        difference = added(terms, scaled(total, -share))
        if rule["rule"] == "max_share_pct":
            program.row(difference, high=0.0)
        else:
            program.row(added(difference, {switch: -share * most}), low=-share * most)


def _count(program: Program, rule: dict[str, Any], offers: list[Offer], used: dict[str, int], of_item: bool) -> None:
    switches = [offer.taken for offer in offers] if of_item else list(used.values())
    total = dict.fromkeys(switches, 1.0)
    if rule["rule"] == "max_suppliers":
        program.row(total, high=rule["value"])
        return
    for switch in switches:
        program.row(added(total, {switch: -rule["value"]}), low=0.0)
    for offer in offers:
        program.row(added(offer.quantity, {offer.taken: -LEAST_COUNTED}), low=0.0)
    if not of_item:
        for supplier, switch in used.items():
            program.row(added({o.taken: 1.0 for o in offers if o.supplier == supplier}, {switch: -1.0}), low=0.0)
