"""From a solution to rows: what is bought, at which price after breaks and rebates, and what it costs.

Prices, rebates and charges are computed anew from the quantities; the solver's objective is not read here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.plan import PLAN_COLUMNS, UnmetCause, UnmetReason
from clusterpool.purchasing.prices import by_itself, rebate_of, spend_of

if TYPE_CHECKING:
    import pulp

    from clusterpool.market import Need
    from clusterpool.purchasing.case import PurchasingCase
    from clusterpool.purchasing.part import PurchasingPart

Value = Callable[["pulp.LpVariable"], float]
QUANTITY_DIGITS = 9
"""Quantities are rounded to this many decimals."""
NOISE = 1e-7
"""A quantity this small, relative to the need (or to one unit, where that is more), is the solver's noise."""


@dataclass(frozen=True)
class Basket:
    """What is bought, in units: by (supplier, need), from outside and unmet by need, and everything bought by offer."""

    supply: dict[tuple[str, int], float]
    outside: dict[int, float]
    unmet: dict[int, float]
    bought: dict[tuple[str, str], float]


@dataclass(frozen=True)
class PurchasingRows:
    """The rows of a plan that purchasing makes, and the order that each supply of a need became."""

    orders: pd.DataFrame
    charges: pd.DataFrame
    unmet: pd.DataFrame
    order_of: dict[tuple[str, int], str]


def basket(part: PurchasingPart, value: Value) -> Basket:
    """Read the quantities out of a solution, free of the solver's noise: each need's parts add up to it."""
    supply: dict[tuple[str, int], float] = {}
    outside: dict[int, float] = {}
    unmet: dict[int, float] = {}
    case = part.case
    for need in case.needs:
        found = {("supply", s): need.quantity * value(part.supply[s, need.number]) for s in case.sources[need.number]}
        for name, side in (("outside", part.outside), ("unmet", part.unmet)):
            if need.number in side:
                found[name, ""] = need.quantity * value(side[need.number])
        for (name, supplier), quantity in _settled(found, need).items():
            if name == "supply":
                supply[supplier, need.number] = quantity
            else:
                (outside if name == "outside" else unmet)[need.number] = quantity
    return Basket(supply, outside, unmet, _bought(part, value, supply))


def _settled(found: dict[tuple[str, str], float], need: Need) -> dict[tuple[str, str], float]:
    """Round the parts of a need; the largest takes up what rounding left. A need outside the coalition is nothing."""
    rounded = {key: round(quantity, QUANTITY_DIGITS) for key, quantity in found.items()}
    noise = NOISE * max(1.0, need.quantity)
    rounded = {key: quantity for key, quantity in rounded.items() if quantity > noise}
    if not rounded:
        return {}
    largest = max(rounded, key=lambda key: (rounded[key], key))
    rounded[largest] = need.quantity - sum(quantity for key, quantity in rounded.items() if key != largest)
    return rounded


def _bought(part: PurchasingPart, value: Value, supply: dict[tuple[str, int], float]) -> dict[tuple[str, str], float]:
    """Everything bought of each offer: what is sent, and the surplus where it is more than noise."""
    bought: dict[tuple[str, str], float] = {}
    for key, segments in part.case.segments.items():
        sent = sum(supply.get((key[0], need.number), 0.0) for need in part.case.needs_of[key])
        total = part.case.demand[key] * sum(value(part.quantity[key, t]) for t in range(len(segments)))
        if key in part.batches:
            total = part.case.offers[key].order_multiple * round(value(part.batches[key]))
        total = round(total, QUANTITY_DIGITS)
        if max(total, sent) > NOISE:
            bought[key] = total if total - sent > NOISE * max(1.0, sent) else sent
    return bought


def purchasing_rows(case: PurchasingCase, goods: Basket, *, limit_struck: bool = False) -> PurchasingRows:
    """Make the rows of a plan out of what is bought.

    Parameters
    ----------
    case : PurchasingCase
        Needs and market.
    goods : Basket
        The quantities.
    limit_struck : bool
        Whether time ran out before the plan was proven: what is unmet may be so for that reason.
    """
    spends = {key: spend_of(case.offers[key], quantity) for key, quantity in goods.bought.items()}
    rebate_pct = _rebate_pct(case, spends)
    rows = [_supply_row(case, goods, spends, rebate_pct, key) for key in goods.supply]
    rows += [_outside_row(case.needs[k], quantity) for k, quantity in goods.outside.items()]
    rows += _surplus_rows(case, goods, spends, rebate_pct)
    rows.sort(key=lambda row: (row["member"], row["item"], row["supplier"], row["site"], row["need"]))
    for number, row in enumerate(rows, start=1):
        row["order"] = f"O{number:05d}"
    order_of = {(str(row["supplier"]), int(row["need"])): str(row["order"]) for row in rows if row["kind"] == "supply"}
    used = sorted({supplier for supplier, _ in goods.bought})
    charges = [
        {"kind": "order_cost", "supplier": s, "site": "", "cost": case.suppliers[s].order_cost}
        for s in used
        if case.suppliers[s].order_cost > 0.0
    ]
    return PurchasingRows(
        pd.DataFrame(rows, columns=list(PLAN_COLUMNS["orders"])),
        pd.DataFrame(charges, columns=list(PLAN_COLUMNS["charges"])),
        pd.DataFrame(_unmet_rows(case, goods, spends, limit_struck=limit_struck), columns=list(PLAN_COLUMNS["unmet"])),
        order_of,
    )


def _rebate_pct(case: PurchasingCase, spends: dict[tuple[str, str], float]) -> dict[str, float]:
    """The effective rebate of each supplier, in percent of its spend on goods without regulated prices."""
    base: dict[str, float] = {}
    for key, spend in spends.items():
        if not case.offers[key].regulated:
            base[key[0]] = base.get(key[0], 0.0) + spend
    return {s: 100.0 * rebate_of(case.rebates.get(s), spend) / spend for s, spend in base.items() if spend > 0.0}


def _priced(
    case: PurchasingCase,
    spends: dict[tuple[str, str], float],
    rebate_pct: dict[str, float],
    key: tuple[str, str],
    bought: float,
    quantity: float,
) -> dict[str, float]:
    price = spends[key] / bought
    pct = 0.0 if case.offers[key].regulated else rebate_pct.get(key[0], 0.0)
    return {
        "quantity": quantity,
        "unit_price": price,
        "rebate_pct": pct,
        "cost": quantity * price * (1.0 - pct / 100.0),
    }


def _supply_row(
    case: PurchasingCase,
    goods: Basket,
    spends: dict[tuple[str, str], float],
    rebate_pct: dict[str, float],
    supply: tuple[str, int],
) -> dict[str, Any]:
    supplier, number = supply
    need = case.needs[number]
    key = (supplier, need.item)
    head = {"kind": "supply", "supplier": supplier, "item": need.item, "member": need.member, "site": need.site}
    return {**head, "need": number, **_priced(case, spends, rebate_pct, key, goods.bought[key], goods.supply[supply])}


def _outside_row(need: Need, quantity: float) -> dict[str, Any]:
    price = need.max_unit_price
    return {
        "kind": "outside",
        "supplier": "",
        "item": need.item,
        "member": need.member,
        "site": need.site,
        "need": need.number,
        "quantity": quantity,
        "unit_price": price,
        "rebate_pct": 0.0,
        "cost": quantity * price,
    }


def _surplus_rows(
    case: PurchasingCase,
    goods: Basket,
    spends: dict[tuple[str, str], float],
    rebate_pct: dict[str, float],
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for key, bought in goods.bought.items():
        sent = sum(goods.supply.get((key[0], need.number), 0.0) for need in case.needs_of[key])
        surplus = bought - sent
        if surplus > NOISE * max(1.0, sent):
            head = {"kind": "surplus", "supplier": key[0], "item": key[1], "member": "", "site": "", "need": -1}
            rows.append({**head, **_priced(case, spends, rebate_pct, key, bought, surplus)})
    return rows


def _unmet_rows(
    case: PurchasingCase, goods: Basket, spends: dict[tuple[str, str], float], *, limit_struck: bool
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, quantity in sorted(goods.unmet.items()):
        need = case.needs[number]
        cost = quantity * (case.shortage[number] or 0.0)
        serving = by_itself(case, need, quantity)
        cheap = serving is None or serving <= cost
        reason, blocked_by = _why_unmet(case, goods, spends, need, cheap=cheap, limit_struck=limit_struck)
        row = {"kind": "purchase", "member": need.member, "item": need.item, "shipment": "", "quantity": quantity}
        told = UnmetCause(reason, serving, cost).text
        rows.append({**row, "reason": told, "blocked_by": blocked_by, "cost": cost})
    return rows


def _why_unmet(
    case: PurchasingCase,
    goods: Basket,
    spends: dict[tuple[str, str], float],
    need: Need,
    *,
    cheap: bool,
    limit_struck: bool,
) -> tuple[UnmetReason, str]:
    """The reason a need is left unmet, and the suppliers that block it.

    `cheap`: it does not cost more by itself than it is valued at. A part of the model without a plan buys nothing.
    """
    sources = case.sources[need.number]
    if not sources:
        return UnmetReason.NO_SUPPLIER, ""
    used = {supplier for supplier, _ in goods.bought}
    full = [s for s in sources if _used_up(case, goods, spends, (s, need.item))]
    if len(full) == len(sources):
        return UnmetReason.CAPACITY_USED_UP, "|".join(full)
    left = [s for s in sources if s not in full]
    if limit_struck and (cheap or used.isdisjoint(sources)):
        return UnmetReason.NOT_IN_TIME, "|".join(left)
    return (UnmetReason.LEFT_OUT if cheap else UnmetReason.DEARER_TO_SERVE), "|".join(left)


def _used_up(case: PurchasingCase, goods: Basket, spends: dict[tuple[str, str], float], key: tuple[str, str]) -> bool:
    offer = case.offers[key]
    if goods.bought.get(key, 0.0) >= offer.capacity * (1.0 - 1e-6):
        return True
    spend = sum(spends.get(other, 0.0) for other in case.offers_of[key[0]])
    return spend >= case.suppliers[key[0]].capacity_value * (1.0 - 1e-6)
