"""Offers and rebates as the tables state them: what a quantity costs, what a spend earns."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.check.cells import Row, number, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from clusterpool.check.findings import Tolerance
    from clusterpool.demand import Pool

OfferKey = tuple[str, str]
_INCREMENTAL = "incremental"


@dataclass(frozen=True, slots=True)
class PriceList:
    """An offer: `floors` and `prices` of its breaks in rising quantity."""

    floors: tuple[float, ...]
    prices: tuple[float, ...]
    incremental: bool
    capacity: float
    multiple: float
    lead_time_days: int
    regulated: bool

    def goods_cost(self, quantity: float, reached: int) -> float:
        """What `quantity` costs where the break with index `reached` holds."""
        if not self.incremental:
            return quantity * self.prices[reached]
        tops = (*self.floors[1 : reached + 1], math.inf)
        bottoms = (0.0, *self.floors[1 : reached + 1])
        parts = zip(self.prices, bottoms, tops, strict=False)
        return math.fsum(price * max(0.0, min(quantity, top) - bottom) for price, bottom, top in parts)

    def unit_prices(self, quantity: float, tolerance: Tolerance) -> tuple[float, ...]:
        """Unit prices that a quantity may have: that of its break, and of the next if only rounding keeps it away."""
        reached = _steps_reached(self.floors, quantity, tolerance.of_figure)
        return tuple(self.goods_cost(quantity, max(t, 0)) / quantity for t in reached)


@dataclass(frozen=True, slots=True)
class RebateScale:
    """A supplier's rebates: `floors` of spend, and `rates` as parts of it."""

    floors: tuple[float, ...]
    rates: tuple[float, ...]
    incremental: bool

    def effective_rates(self, spend: float, tolerance: Tolerance) -> tuple[float, ...]:
        """Parts of a spend that may come back: of its step, and of the next if only rounding keeps it from it."""
        if spend <= 0.0:
            return (0.0,)
        reached = _steps_reached(self.floors, spend, tolerance.of_money)
        return tuple(self._rebate(spend, t) / spend for t in reached)

    def _rebate(self, spend: float, reached: int) -> float:
        if reached < 0:
            return 0.0
        if not self.incremental:
            return spend * self.rates[reached]
        tops = (*self.floors[1 : reached + 1], math.inf)
        parts = zip(self.rates, self.floors, tops, strict=False)
        return math.fsum(rate * max(0.0, min(spend, top) - floor) for rate, floor, top in parts)


def _steps_reached(floors: tuple[float, ...], amount: float, allowance: Callable[[float], float]) -> tuple[int, ...]:
    """Indices of the steps that `amount` may count as having reached, -1 for none, the exact one first."""
    exact = sum(1 for floor in floors if amount >= floor) - 1
    following = exact + 1
    if following < len(floors) and amount >= floors[following] - allowance(floors[following]):
        return (exact, following)
    return (exact,)


def price_lists(pool: Pool) -> dict[OfferKey, PriceList]:
    """Every offer by (supplier, item)."""
    grouped: dict[OfferKey, list[Row]] = defaultdict(list)
    for row in rows_of(pool, "offers"):
        grouped[row["supplier"], row["item"]].append(row)
    return {key: _price_list(rows) for key, rows in grouped.items()}


def rebate_scales(pool: Pool) -> dict[str, RebateScale]:
    """Every supplier's rebates by its code."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(pool, "rebates"):
        grouped[row["supplier"]].append(row)
    return {supplier: _scale(rows) for supplier, rows in grouped.items()}


def _price_list(rows: list[Row]) -> PriceList:
    breaks = sorted((number(row["min_quantity"]), number(row["unit_price"])) for row in rows)
    head = rows[0]
    return PriceList(
        tuple(floor for floor, _ in breaks),
        tuple(price for _, price in breaks),
        head["discount"] == _INCREMENTAL,
        number(head["capacity"], math.inf),
        number(head["order_multiple"]),
        round(number(head["lead_time_days"])),
        head["price_kind"] == "regulated",
    )


def _scale(rows: list[Row]) -> RebateScale:
    steps = sorted((number(row["min_spend"]), number(row["rebate_pct"]) / 100.0) for row in rows)
    return RebateScale(
        tuple(floor for floor, _ in steps), tuple(rate for _, rate in steps), rows[0]["discount"] == _INCREMENTAL
    )
