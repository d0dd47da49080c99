"""Ties go to serving: what a plan leaves unmet is bought where that costs no more.

The solver takes either of two plans that cost the same. So each need that is left unmet, all those of an item, and all
those that a supplier sells are tried at each supplier, and from outside, by exact prices; what costs no more is kept.
Goods that the pool fetches itself are left alone, since freight would have to carry them.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from clusterpool.purchasing.prices import bill, spend_of
from clusterpool.schema import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clusterpool.market import Rule
    from clusterpool.purchasing.case import PurchasingCase
    from clusterpool.purchasing.rows import Basket

TIE = 1e-9
"""Costs that differ by less than this part of them are the same."""
OfferKey = tuple[str, str]


def served_at_no_cost(case: PurchasingCase, goods: Basket) -> Basket:
    """The same plan with needs served that it left unmet though serving costs no more.

    Parameters
    ----------
    case : PurchasingCase
        Needs and market.
    goods : Basket
        The quantities of a plan.
    """
    for need in sorted(goods.unmet):
        if case.needs[need].max_unit_price <= (case.shortage[need] or 0.0) * (1.0 + TIE):
            goods = _from_outside(goods, need)
    for supplier, needs in _trials(case, goods):
        open_needs = [need for need in needs if need in goods.unmet]
        if open_needs and (found := _bought_too(case, goods, supplier, open_needs)) is not None:
            goods = found
    return goods


def _from_outside(goods: Basket, need: int) -> Basket:
    unmet = dict(goods.unmet)
    quantity = goods.outside.get(need, 0.0) + unmet.pop(need)
    return replace(goods, outside={**goods.outside, need: quantity}, unmet=unmet)


def _trials(case: PurchasingCase, goods: Basket) -> Iterator[tuple[str, list[int]]]:
    """Suppliers with needs that they might serve: all of theirs, those of an item, one."""
    by_supplier: dict[str, dict[str, list[int]]] = {}
    for need in sorted(goods.unmet):
        for supplier in case.sources[need]:
            if case.suppliers[supplier].delivered:
                by_supplier.setdefault(supplier, {}).setdefault(case.needs[need].item, []).append(need)
    for supplier, items in sorted(by_supplier.items()):
        yield supplier, [need for needs in items.values() for need in needs]
        for needs in items.values():
            yield supplier, needs
            yield from ((supplier, [need]) for need in needs)


def _bought_too(case: PurchasingCase, goods: Basket, supplier: str, needs: list[int]) -> Basket | None:
    """The plan with needs served by a supplier as far as it can; None where that costs more or is not allowed."""
    parts = _parts(case, goods, supplier, needs)
    if not parts:
        return None
    supply, unmet, bought = dict(goods.supply), dict(goods.unmet), dict(goods.bought)
    for need, part in parts.items():
        supply[supplier, need] = supply.get((supplier, need), 0.0) + part
        unmet[need] -= part
        if unmet[need] <= TIE * part:
            del unmet[need]
    found = replace(goods, supply=supply, unmet=unmet, bought=bought)
    for key in sorted({(supplier, case.needs[need].item) for need in parts}):
        quantity = _fitting(case, bought, key, max(bought.get(key, 0.0), _sent(case, found, key)))
        if quantity is None:
            return None
        bought[key] = quantity
    saved = math.fsum(part * (case.shortage[need] or 0.0) for need, part in parts.items())
    before, after = bill(case, goods.bought, supplier), bill(case, bought, supplier)
    dearer = after - before - saved > TIE * max(after, saved)
    return None if dearer or not _is_allowed(case, bought, supplier) else found


def _parts(case: PurchasingCase, goods: Basket, supplier: str, needs: list[int]) -> dict[int, float]:
    """How much of each need a supplier's capacities leave room for."""
    parts: dict[int, float] = {}
    room: dict[OfferKey, float] = {}
    for need in needs:
        key = (supplier, case.needs[need].item)
        left = room.setdefault(key, case.offers[key].capacity - _sent(case, goods, key))
        part = min(goods.unmet[need], left)
        if part > TIE * goods.unmet[need]:
            parts[need] = part
            room[key] -= part
    return parts


def _sent(case: PurchasingCase, goods: Basket, key: OfferKey) -> float:
    return math.fsum(goods.supply.get((key[0], need.number), 0.0) for need in case.needs_of[key])


def _fitting(case: PurchasingCase, bought: Mapping[OfferKey, float], key: OfferKey, quantity: float) -> float | None:
    """The cheapest quantity of an offer from here on that its minimum, multiple, breaks and capacity allow."""
    offer = case.offers[key]
    likely = [max(quantity, segment.low) for segment in case.segments[key]]
    if offer.order_multiple > 0.0:
        likely = [offer.order_multiple * math.ceil(one / offer.order_multiple - TIE) for one in likely]
    within = [one for one in likely if one <= offer.capacity * (1.0 + TIE)]
    return min(within, key=lambda one: (bill(case, {**bought, key: one}, key[0]), one), default=None)


def _is_allowed(case: PurchasingCase, bought: Mapping[OfferKey, float], supplier: str) -> bool:
    """Whether a supplier's spend and the rules of the pool allow a purchase."""
    spends: dict[str, float] = {}
    for key, quantity in bought.items():
        if quantity > 0.0:
            spends[key[0]] = spends.get(key[0], 0.0) + spend_of(case.offers[key], quantity)
    terms = case.suppliers[supplier]
    if not terms.min_order_value * (1.0 - TIE) <= spends[supplier] <= terms.capacity_value * (1.0 + TIE):
        return False
    return all(_keeps(rule, bought, spends) for rule in case.rules)


def _keeps(rule: Rule, bought: Mapping[OfferKey, float], spends: Mapping[str, float]) -> bool:
    parts = {s: q for (s, item), q in bought.items() if item == rule.item and q > 0.0} if rule.item else spends
    if rule.measure is Measure.MAX_SUPPLIERS:
        return len(parts) <= rule.value
    if rule.measure is Measure.MIN_SUPPLIERS:
        return not parts or len(parts) >= rule.value
    share = rule.value / 100.0 * math.fsum(parts.values())
    bound = [part for supplier, part in parts.items() if rule.supplier in ("", supplier)]
    if rule.measure is Measure.MAX_SHARE_PCT:
        return all(part <= share * (1.0 + TIE) for part in bound)
    return all(part >= share * (1.0 - TIE) for part in bound)
