"""(6) The rules of the pool: how many suppliers, and how large a part each may or must have.

A rule binds where anything is bought in its scope at all. For an item a part is one of the bought quantity, for a
supplier and for the pool one of the spend before rebates; a least part binds only a supplier that is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulp

from clusterpool.schema import Measure

if TYPE_CHECKING:
    from clusterpool.market import Rule
    from clusterpool.purchasing.part import PurchasingPart


def add_rules(problem: pulp.LpProblem, part: PurchasingPart) -> None:
    """State every rule of the pool.

    Parameters
    ----------
    problem : pulp.LpProblem
        The problem, changed in place.
    part : PurchasingPart
        The purchasing variables, all of them there already.
    """
    for number, rule in enumerate(part.case.rules):
        if rule.measure in (Measure.MAX_SUPPLIERS, Measure.MIN_SUPPLIERS):
            _count(problem, part, rule, number)
        elif rule.item:
            _item_share(problem, part, rule, number)
        else:
            _spend_share(problem, part, rule, number)


def _count(problem: pulp.LpProblem, part: PurchasingPart, rule: Rule, number: int) -> None:
    """(6a) At most, or where there is one at least, so many suppliers."""
    if rule.item:
        switches = [part.taken(key) for key in part.case.offers if key[1] == rule.item]
    else:
        switches = list(part.used.values())
    total = pulp.lpSum(switches)
    if rule.measure is Measure.MAX_SUPPLIERS:
        problem += total <= rule.value, f"max_suppliers_{number}"
        return
    for k, switch in enumerate(switches):
        problem += total >= rule.value * switch, f"min_suppliers_{number}_{k}"
    if not rule.item:
        for k, supplier in enumerate(part.used):
            bought = pulp.lpSum(part.taken(key) for key in part.case.offers_of[supplier])
            problem += part.used[supplier] <= bought, f"really_used_{number}_{k}"


def _item_share(problem: pulp.LpProblem, part: PurchasingPart, rule: Rule, number: int) -> None:
    """(6b) One supplier's part of the bought quantity of an item."""
    case = part.case
    keys = [key for key in case.offers if key[1] == rule.item]
    if not keys:
        return
    scale = max(case.demand[key] for key in keys)
    most = sum(case.segments[key][-1].high for key in keys) / scale
    bought = {key: case.demand[key] / scale * part.bought(key) for key in keys}
    total = pulp.lpSum(bought.values())
    share = rule.value / 100.0
    for k, key in enumerate(keys):
        if rule.measure is Measure.MAX_SHARE_PCT:
            problem += bought[key] <= share * total, f"max_share_{number}_{k}"
        else:
            problem += bought[key] >= share * total - share * most * (1 - part.taken(key)), f"min_share_{number}_{k}"


def _spend_share(problem: pulp.LpProblem, part: PurchasingPart, rule: Rule, number: int) -> None:
    """(6c) One supplier's part of the pool's spend."""
    most = sum(part.case.most_spend(supplier) for supplier in part.used)
    if most <= 0.0:
        return
    scale = min(most, part.case.least_worth) or most
    spent = {supplier: part.spend(supplier, 1.0 / scale) for supplier in part.used}
    total = pulp.lpSum(spent.values())
    share = rule.value / 100.0
    for k, (supplier, spend) in enumerate(spent.items()):
        if rule.supplier not in ("", supplier):
            continue
        if rule.measure is Measure.MAX_SHARE_PCT:
            problem += spend <= share * total, f"max_share_{number}_{k}"
        else:
            room = share * most / scale * (1 - part.used[supplier])
            problem += spend >= share * total - room, f"min_share_{number}_{k}"
