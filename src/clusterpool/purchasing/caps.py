r"""How much of an offer an optimal plan buys at most, each limit with the argument that it rests on.

A limit for all needs of the pool holds for every coalition S, too: each of them grows with the needs, so that what S
alone would be limited to lies within it. Plans within the limits are plans, so c(S) is the least cost of S whether the
limits are those of S or of the pool.

Notation: offer j of supplier s for item i; q_j what is bought of it; break t holds from lo_t on at the price p_t;
D_j all that could be sent on j. Every argument takes an optimal plan, keeps what it sends, who is used and which break
holds, and takes away surplus: that leaves capacities, counts of suppliers and freight as they are, and costs nothing,
since no price is negative and no rebate is above 100 %.

**Own reach** (`own_reach`). Let theta_s be the highest spend that opens anything at s (`min_order_value`, an all-units
rebate step). Where q_j > max(D_j, lo_t) and j alone costs more than theta_s, some surplus of j can be taken away:
j stays in its break, s above every threshold. So q_j <= max(D_j, lo_t, quantity of j that costs theta_s), or the next
multiple above it. A break whose goods are free adds nothing to a spend, so its theta is 0. This needs no share rules:
under them less of j may leave another supplier with too large a part, or s with too small a one.

**Worth** (`affordable`). A plan that costs more than serving nothing is not optimal. Leaving every need unmet, or
buying it outside, costs Z = sum of d_k min(shortage_k, max_unit_price_k) and no freight; all other parts of a plan are
not negative. That holds for the needs of items that share no supplier with others by themselves, too, where every rule
is of one item: no row of purchasing joins them to the rest, and less to carry is never dearer. So what s is paid after
rebates of at most rho_s is at most Z: spend of j <= Z / (1 - rho_s). This holds whatever the rules are, and says
nothing where a break's goods are free or rho_s is 1.

**Shares of an item** (`shared_total`). A rule holds every supplier of item i to at most a part `a`, or to at least `b`
once it is used, of the total T. Let c_j be the reach of the offers that may lose surplus by the first argument
("reducible": no multiple; and no share of spend is bound, or the goods are free), and a limit known otherwise of those
that may not. Take the optimal plan with the least T, and let R be the reducible offers with q_j > c_j. If
T > max c_j / a, no offer outside R is at its upper share, and some of R can be reduced: those at their upper share in
equal parts of the reduction, if there are any (there are at most 1 / a of them, so that each loses at least `a` of it);
else any that is not at its lower share. What is left is that all of R are at their lower share b T. With r = \|R\| then
T (1 - r b) = sum of the others <= sum of c_j, or nothing is outside R and all shrink together. So
T <= max(max c_j / a, max over r with r b < 1 of sum of the n - r largest c_j / (1 - r b)), and q_j <= a T.

**Without any limit, under shares of the item** (`unlimited_total`). Let U be the offers of i without a capacity whose
last break is free, or whose supplier gives back all of it (rho_s = 1, no limit of its spend, no share of spend bound);
by the arguments above the others are limited to c_j. Let r of U be used, W be what the others are bought, and M a
common multiple of U's multiples. If b = 0 or W = 0, and r a >= 1, then M n units of each of the r do as well, n being
the least for which M n reaches the c_j of all: equal parts keep to `a` and `b` where any parts of r do, no other is
above M n <= a T, and the cost is the same. If r a < 1, then T - W <= r a T. If b > 0 and W > 0, then b T is at most
what one of the others is bought. So T <= max(sum of c_j + r M n, sum of c_j / (1 - r a), max c_j / b).

One case has no argument: a rebate of 100 % where shares of spend are bound. It is counted as 99.9 % under **Worth**.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from clusterpool.schema import Discount, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterpool.market import Offer, RebateScale, Rule

ROUNDING = 1e-9
"""Limits are this much wider, relative to themselves, than arithmetic without rounding makes them."""
TIES = 1e-6
"""Plans that cost as much as serving nothing are kept, to this part of it: ties go to serving."""
LEAST_COUNTED = 1e-3
"""The least quantity that makes a supplier count as used under a `min_suppliers` rule."""

UNPROVEN_REBATE = 0.999
"""What a rebate of 100 % counts as where shares of spend are bound: the one case without an argument."""

OfferKey = tuple[str, str]


@dataclass(frozen=True)
class Shares:
    """The parts that suppliers may have: `(a, b)` of each item that a rule names, and whether spend is bound at all."""

    of_item: Mapping[str, tuple[float, float]]
    of_spend: bool

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Shares:
        """Those of the pool's rules: the strictest where an item has several."""
        of_item: dict[str, tuple[float, float]] = {}
        of_spend = False
        for rule in rules:
            if rule.measure not in (Measure.MAX_SHARE_PCT, Measure.MIN_SHARE_PCT):
                continue
            if not rule.item:
                of_spend = True
                continue
            most, least = of_item.get(rule.item, (1.0, 0.0))
            share = rule.value / 100.0
            of_item[rule.item] = (min(most, share), least) if _is_most(rule) else (most, max(least, share))
        return cls(of_item, of_spend)

    def bind(self, item: str) -> bool:
        """Whether what is bought of an item may be worth more than its own reach."""
        return self.of_spend or item in self.of_item


def _is_most(rule: Rule) -> bool:
    return rule.measure is Measure.MAX_SHARE_PCT


@dataclass(frozen=True)
class Limits:
    """What the arguments need to know of one offer.

    Parameters
    ----------
    sent : float
        D_j, all that could be sent on it, in units.
    threshold : float
        theta_s, the highest spend that opens anything at its supplier.
    spend : float
        The most that its supplier can be paid for it before rebates: by worth or by `capacity_value`.
    counted : bool
        Whether a `min_suppliers` rule counts it.
    """

    offer: Offer
    sent: float
    threshold: float
    spend: float
    counted: bool

    @property
    def least(self) -> float:
        """The least that is bought where anything is."""
        fewest = LEAST_COUNTED if self.counted else 0.0
        return max(self.offer.breaks[0][0], self.offer.order_multiple, min(fewest, self.offer.capacity))

    @property
    def multiple(self) -> float:
        """The multiple that it comes in, 0 where any quantity may be bought."""
        return self.offer.order_multiple

    def own_reach(self, t: int) -> float:
        """By **Own reach**: what is bought in break t at most where no share is bound."""
        low, price = self.offer.breaks[t]
        reach = max(self.sent, low, self.least)
        if price > 0.0:
            reach = max(reach, (self.threshold - fixed_of(self.offer, t)) / price * (1.0 + ROUNDING))
        return _next_multiple(reach, self.multiple)

    def affordable(self, t: int) -> float:
        """By **Worth**, by `capacity_value` and by the capacity: what can be bought in break t whatever the rules."""
        price = self.offer.breaks[t][1]
        left = self.spend - fixed_of(self.offer, t)
        return min(self.offer.capacity, max(0.0, left) / price if price > 0.0 else math.inf)

    def farthest(self) -> float:
        """The own reach over all breaks within the capacity."""
        within = [t for t, (low, _) in enumerate(self.offer.breaks) if low <= self.offer.capacity]
        return min(self.offer.capacity, max((self.own_reach(t) for t in within), default=0.0))

    def known(self) -> float:
        """What can be bought of it whatever the rules, in any of its breaks."""
        tops = [*(low for low, _ in self.offer.breaks[1:]), math.inf]
        return max(min(top, self.affordable(t)) for t, top in enumerate(tops))


def fixed_of(offer: Offer, t: int) -> float:
    """What break t of an incremental offer costs beside its price for every unit: what the units below cost more."""
    if offer.discount is Discount.ALL_UNITS:
        return 0.0
    steps = zip(offer.breaks[:t], offer.breaks[1 : t + 1], strict=True)
    return math.fsum(low * (before - price) for (_, before), (low, price) in steps)


def most_spent(offer: Offer, rebates: RebateScale | None, worth: float, *, shares_of_spend: bool) -> float:
    """By **Worth**: the most that is paid for an offer before rebates."""
    rate = 0.0 if rebates is None or offer.regulated else max(part for _, part in rebates.steps)
    if shares_of_spend:
        rate = min(rate, UNPROVEN_REBATE)
    return worth * (1.0 + TIES) / (1.0 - rate) if rate < 1.0 else math.inf


def caps(limits: Mapping[OfferKey, Limits], shares: Shares) -> dict[OfferKey, tuple[float, ...]]:
    """What an optimal plan buys at most of each offer in each of its breaks, in units; below `lo_t`: never in it.

    Parameters
    ----------
    limits : mapping of (supplier, item) to Limits
        All offers that some need can use.
    """
    by_item: dict[str, dict[OfferKey, Limits]] = {}
    for key, one in limits.items():
        by_item.setdefault(key[1], {})[key] = one
    found: dict[OfferKey, tuple[float, ...]] = {}
    for item, offers in by_item.items():
        most, least = shares.of_item.get(item, (1.0, 0.0))
        total = math.inf
        if item in shares.of_item:
            total = shared_total(list(offers.values()), most, least, shares_of_spend=shares.of_spend)
        for key, one in offers.items():
            found[key] = _of_breaks(one, most * total if most > 0.0 else 0.0, shares, item)
    return found


def _of_breaks(one: Limits, part: float, shares: Shares, item: str) -> tuple[float, ...]:
    """The limits of an offer's breaks; `part`: the most that shares of its item leave it."""
    tops = []
    for t, (_, price) in enumerate(one.offer.breaks):
        top = one.affordable(t)
        if item in shares.of_item:
            top = min(top, part * (1.0 + ROUNDING))
        elif price <= 0.0 or not shares.of_spend:
            top = min(top, one.own_reach(t))
        tops.append(top)
    return tuple(tops)


def shared_total(offers: Sequence[Limits], most: float, least: float, *, shares_of_spend: bool) -> float:
    """By **Shares of an item** and **Without any limit**: the most units of an item, `a` and `b` being bound.

    Parameters
    ----------
    offers : sequence of Limits
        All offers of the item.
    most, least : float
        `a` and `b`, from 0 to 1.
    """
    if most <= 0.0:
        return 0.0
    reach = [
        min(one.known(), one.farthest()) if _is_reducible(one, shares_of_spend=shares_of_spend) else one.known()
        for one in offers
    ]
    if all(math.isfinite(units) for units in reach):
        return _total_of(sorted(reach, reverse=True), most, least)
    return unlimited_total(offers, most, least)


def _is_reducible(one: Limits, *, shares_of_spend: bool) -> bool:
    if one.multiple > 0.0:
        return False
    return not shares_of_spend or all(price <= 0.0 for _, price in one.offer.breaks)


def _total_of(reach: Sequence[float], most: float, least: float) -> float:
    """The bound on T, the reaches being sorted from the largest on."""
    total = reach[0] / most
    for r in range(len(reach)):
        left = 1.0 - r * least
        if left > 0.0:
            total = max(total, math.fsum(reach[: len(reach) - r]) / left)
    return total


def unlimited_total(offers: Sequence[Limits], most: float, least: float) -> float:
    """By **Without any limit**: the most units of an item of which some offers have none."""
    free = [one for one in offers if math.isinf(one.known())]
    others = [one.known() for one in offers if math.isfinite(one.known())]
    common = common_multiple(one.multiple for one in free if one.multiple > 0.0)
    highest = max([*others, *(one.farthest() for one in free)])
    equal = _next_multiple(highest * (1.0 + ROUNDING), common)
    total = math.fsum(others) + len(free) * equal
    for r in range(1, len(free) + 1):
        if r * most < 1.0:
            total = max(total, math.fsum(others) / (1.0 - r * most))
    return max(total, max(others, default=0.0) / least) if least > 0.0 else total


def common_multiple(multiples: Iterable[float]) -> float:
    """The least common multiple of decimal numbers; 0 of none.

    Examples
    --------
    >>> common_multiple([2.5, 6.0]), common_multiple([])
    (30.0, 0.0)
    """
    common = Fraction(0)
    for multiple in multiples:
        one = Fraction(repr(multiple))
        common = one if not common else _least_common(common, one)
    return float(common)


def _least_common(first: Fraction, second: Fraction) -> Fraction:
    scale = math.lcm(first.denominator, second.denominator)
    return Fraction(math.lcm(int(first * scale), int(second * scale)), scale)


def _next_multiple(units: float, multiple: float) -> float:
    return multiple * math.ceil(units / multiple * (1.0 - ROUNDING)) if multiple > 0.0 else units
