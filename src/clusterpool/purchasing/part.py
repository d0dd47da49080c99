"""The variables of the purchasing part, and the sums that its constraints and its objective are made of.

The symbols are those of ``model.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pulp

from clusterpool.schema import Discount

if TYPE_CHECKING:
    from clusterpool.purchasing.case import PurchasingCase

OfferKey = tuple[str, str]


@dataclass(frozen=True)
class PurchasingPart:
    """The variables of the purchasing part and what they cost.

    Parameters
    ----------
    supply : dict of (supplier, need number) to variable
        f_sk, a part of the need; ex-works goods among them are what freight has to carry.
    """

    case: PurchasingCase
    supply: dict[tuple[str, int], pulp.LpVariable] = field(default_factory=dict)
    outside: dict[int, pulp.LpVariable] = field(default_factory=dict)
    unmet: dict[int, pulp.LpVariable] = field(default_factory=dict)
    quantity: dict[tuple[OfferKey, int], pulp.LpVariable] = field(default_factory=dict)
    chosen: dict[tuple[OfferKey, int], pulp.LpVariable] = field(default_factory=dict)
    batches: dict[OfferKey, pulp.LpVariable] = field(default_factory=dict)
    used: dict[str, pulp.LpVariable] = field(default_factory=dict)
    stepped: dict[tuple[str, int], pulp.LpVariable] = field(default_factory=dict)
    step: dict[tuple[str, int], pulp.LpVariable] = field(default_factory=dict)

    def variables(self) -> list[pulp.LpVariable]:
        """Every variable of the part."""
        named = (self.supply, self.outside, self.unmet, self.quantity, self.chosen, self.batches, self.used)
        return [variable for group in (*named, self.stepped, self.step) for variable in group.values()]

    def bought(self, key: OfferKey) -> pulp.LpAffineExpression:
        """Everything bought of an offer, as a part of all that could be sent on it."""
        return pulp.lpSum(self.quantity[key, t] for t in range(len(self.case.segments[key])))

    def taken(self, key: OfferKey) -> pulp.LpAffineExpression:
        """sum_t y_jt: 1 where anything is bought of an offer."""
        return pulp.lpSum(self.chosen[key, t] for t in range(len(self.case.segments[key])))

    def offer_spend(self, key: OfferKey, scale: float = 1.0) -> pulp.LpAffineExpression:
        """What an offer costs after breaks and before rebates, times `scale`."""
        return pulp.lpSum(
            term
            for t, segment in enumerate(self.case.segments[key])
            for term in (
                scale * segment.unit_price * self.case.demand[key] * self.quantity[key, t],
                scale * segment.fixed * self.chosen[key, t],
            )
        )

    def spend(self, supplier: str, scale: float = 1.0) -> pulp.LpAffineExpression:
        """S_s: what a supplier is paid for goods before rebates, times `scale`."""
        return pulp.lpSum(self.offer_spend(key, scale) for key in self.case.offers_of[supplier])

    def least_spend(self, supplier: str, r: int) -> float:
        """B_sr, as a part of the supplier's scale: from what spend on rebate step r can hold."""
        return self.case.rebates[supplier].steps[r - 1][0] / self.case.rebate_scale(supplier) if r else 0.0

    def objective(self) -> pulp.LpAffineExpression:
        """Order costs, goods after rebates, outside purchases and the price of what is unmet."""
        case = self.case
        return pulp.lpSum(
            [
                pulp.lpSum(case.suppliers[s].order_cost * switch for s, switch in self.used.items()),
                pulp.lpSum(self.offer_spend(key) for key in case.offers),
                pulp.lpSum(-rebate for rebate in self._rebates()),
                pulp.lpSum(
                    case.needs[k].max_unit_price * case.needs[k].quantity * variable
                    for k, variable in self.outside.items()
                ),
                self.shortage(),
            ]
        )

    def shortage(self) -> pulp.LpAffineExpression:
        """The price of what is left unmet."""
        return pulp.lpSum(
            (self.case.shortage[k] or 0.0) * self.case.needs[k].quantity * variable
            for k, variable in self.unmet.items()
        )

    def _rebates(self) -> list[pulp.LpAffineExpression]:
        """What each rebate step gives back: rate x spend, less what the lower steps keep where it is incremental."""
        terms = []
        for (supplier, r), variable in self.stepped.items():
            scale = self.case.rebates[supplier]
            rate = scale.steps[r - 1][1] if r else 0.0
            kept = 0.0
            if scale.discount is Discount.INCREMENTAL:
                rates = [0.0, *(part for _, part in scale.steps)]
                kept = sum(scale.steps[t][0] * (rates[t + 1] - rates[t]) for t in range(r))
            terms.append(rate * self.case.rebate_scale(supplier) * variable - kept * self.step[supplier, r])
        return terms
