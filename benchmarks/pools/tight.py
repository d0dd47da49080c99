"""Pools that buy together where the cheapest suppliers cannot serve everybody.

About half of the suppliers offer each item, at three all-units breaks, and a supplier costs something once it is used.
Capacities bind twice. An offer holds 25 to 60 % of what all members need of its item, more only where the offers of an
item would not hold `ROOM` times the need. A supplier sells for at most its part of all needs, were each item split over
its offers in proportion to what they hold, times a factor between the two of `LIMITS`: the least for the supplier whose
prices are lowest. So no item comes from one supplier alone, and the cheap suppliers fill. Everybody can be served; any
good is also to be had elsewhere, without limit, at `ELSEWHERE` times its list price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import clusterpool as cp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SITES = ("Alger", "Oran", "Constantine", "Annaba", "Blida", "Sétif", "Batna", "Béjaïa")
CLUSTERS = ("north", "east", "west")
BREAKS = ((0.0, 1.0), (0.11, 0.95), (0.27, 0.89))
"""From which part of what an offer holds on a break holds, and its price in parts of the first one's."""
ROOM = 1.3
LIMITS = (1.05, 1.6)
ORDER_COST = (0.0004, 0.0012)
"""What using a supplier costs, in parts of the value of all needs."""
ELSEWHERE = 1.3
NEEDED = 0.25
"""The part of all items that a member needs."""


def tight_pool(members: int, *, kinds: int = 0, items: int = 24, suppliers: int = 8, seed: int = 0) -> cp.Pool:
    """A joint-buying pool whose capacities bind.

    Parameters
    ----------
    members, items, suppliers : int
    kinds : int
        So many different baskets: members whose numbers differ by a multiple of it need the same. 0: one a member.
    seed : int
        The same seed draws the same pool.
    """
    rng = np.random.default_rng(seed)
    baskets = _baskets(rng, kinds or members, items)
    kind = np.arange(members) % len(baskets)
    needs = baskets[kind]
    demand, prices, level = needs.sum(axis=0), rng.lognormal(5.0, 0.8, items), rng.uniform(0.93, 1.08, suppliers)
    held = np.ceil(_held(rng, suppliers, items) * demand)
    people = [(f"M{m + 1:03d}", CLUSTERS[m % len(CLUSTERS)], SITES[kind[m] % len(SITES)]) for m in range(members)]
    dearest = np.round(ELSEWHERE * prices, 2)
    bought = [(people[m][0], f"I{i + 1:02d}", needs[m, i], dearest[i]) for m, i in np.argwhere(needs > 0.0)]
    offers = [
        (f"S{s + 1:02d}", f"I{i + 1:02d}", np.round(low * held[s, i], 2), np.round(part * price, 2), held[s, i])
        for s, i in np.argwhere(held > 0.0)
        for price in (prices[i] * level[s],)
        for low, part in BREAKS
    ]
    frames = {
        "members": _table("member cluster site", people),
        "purchases": _table("member item quantity max_unit_price", bought),
        "suppliers": _table("supplier order_cost capacity_value", _terms(rng, level, held, demand * prices)),
        "offers": _table("supplier item min_quantity unit_price capacity", offers),
    }
    return cp.Pool.from_frames(frames, {"name": f"tight-{members}"})


def _baskets(rng: np.random.Generator, count: int, items: int) -> Array:
    """What each kind of member needs: some items, more of all of them the larger it is; no item is needed by nobody."""
    wanted = rng.random((count, items)) < NEEDED
    wanted[rng.integers(0, count, items), np.arange(items)] = True
    wanted[np.arange(count), rng.integers(0, items, count)] = True
    size = rng.lognormal(3.0, 0.7, (count, 1))
    return np.where(wanted, np.ceil(10.0 + size * rng.lognormal(0.0, 0.5, wanted.shape)), 0.0)


def _held(rng: np.random.Generator, suppliers: int, items: int) -> Array:
    """The part of all needs of an item that each offer holds; 0 where there is none."""
    held = np.where(rng.random((suppliers, items)) < 0.5, rng.uniform(0.25, 0.6, (suppliers, items)), 0.0)  # noqa: PLR2004
    for item in np.flatnonzero((held > 0.0).sum(axis=0) < 3):  # noqa: PLR2004
        held[rng.permutation(suppliers)[:3], item] = 0.4
    return np.asarray(held * np.maximum(1.0, ROOM / held.sum(axis=0)))


def _terms(rng: np.random.Generator, level: Array, held: Array, value: Array) -> list[tuple[Any, ...]]:
    """Of each supplier its name, order cost and capacity."""
    rank = level.argsort().argsort()
    part = level * (held / held.sum(axis=0) @ value)
    limits = np.ceil(np.interp(rank, (0, len(level) - 1), LIMITS) * part)
    costs = np.round(rng.uniform(*ORDER_COST, len(level)) * value.sum())
    return [(f"S{s + 1:02d}", cost, limit) for s, (cost, limit) in enumerate(zip(costs, limits, strict=True))]


def _table(columns: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())
