"""What serving coalitions of a pool takes: the pooled model, its components, and what bounds it cheaply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.freight.bound import freight_bound
from clusterpool.freight.parcels import carriage_rates
from clusterpool.model import Block, BuyingModel, Component, buying_model, components_of, whole_component
from clusterpool.search.narrowing import rides_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from clusterpool.freight.case import FreightCase
    from clusterpool.model import PoolModel
    from clusterpool.purchasing import PurchasingCase

HURRY_S = 5.0
"""How long each piece of work that makes a plan whole after Ctrl-C may take."""
LARGE = 3000
"""From so many rides on a block's freight is searched, not solved as it stands."""


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that serving coalitions needs; it travels to other processes.

    Parameters
    ----------
    blocks : tuple of Block
        The pooled model.
    components : tuple of tuple of Component
        Of each block its components; a block with many rides is one.
    steering : BuyingModel or None
        Purchasing at likely rates of carriage; None without ex-works goods.
    least : dict of member to float
        What each member's freight adds at least to the steering model's bound, over all trips; it may be negative,
        since likely rates are above the least ones.
    """

    blocks: tuple[Block, ...]
    components: tuple[tuple[Component, ...], ...]
    steering: BuyingModel | None
    least: Mapping[str, float]


def task_of(model: PoolModel, buying: PurchasingCase, carrying: FreightCase) -> Task:
    """What serving coalitions of a pool needs besides the pooled model."""
    least = freight_bound(carrying)
    shipments = least.of_members(carrying)
    components = tuple(
        (whole_component(block),) if len(block.rides.columns) >= LARGE else components_of(block)
        for block in model.blocks
    )
    if not model.joint:
        return Task(model.blocks, components, None, shipments)
    rates = carriage_rates(carrying)
    above: dict[int, float] = {}
    for key, rate in rates.items():
        over = buying.needs[key[1]].quantity * max(0.0, rate - least.lots[key])
        above[key[1]] = max(above.get(key[1], 0.0), over)
    for number, over in above.items():
        shipments[buying.needs[number].member] -= over
    return Task(model.blocks, components, buying_model(buying, rates), shipments)


def pieces_of(task: Task) -> tuple[Task, ...]:
    """What serves each component by itself: the cost of a coalition is the sum over them."""
    found = []
    for block, parts in zip(task.blocks, task.components, strict=True):
        for part in parts:
            large = len(part.block.rides.columns) >= LARGE
            alone = (whole_component(part.block),)
            steering = task.steering if large and block.buying.any() else None
            found.append(Task((part.block,), (alone,), steering, task.least if large else {}))
    return tuple(found)


def is_large(task: Task, coalition: Collection[str]) -> bool:
    """Whether some block is searched for a coalition, not solved as it stands."""
    return any(is_searched(block, coalition) for block in task.blocks)


def is_searched(block: Block, coalition: Collection[str]) -> bool:
    """Whether a block has so many rides for a coalition that it is searched, not solved as it stands."""
    return rides_of(block, coalition) >= LARGE
