"""The pooled model with one membership variable a member, its blocks, and their components."""

from clusterpool.model.components import Component, components_of, joined, whole_component
from clusterpool.model.pooled import (
    Alternatives,
    Block,
    BuyingModel,
    PoolModel,
    Rides,
    buying_model,
    coalition_bounds,
    nothing_on_trips,
    pool_model,
    solve_block,
)
from clusterpool.model.rebates import RebateSteps

__all__ = [
    "Alternatives",
    "Block",
    "BuyingModel",
    "Component",
    "PoolModel",
    "RebateSteps",
    "Rides",
    "buying_model",
    "coalition_bounds",
    "components_of",
    "joined",
    "nothing_on_trips",
    "pool_model",
    "solve_block",
    "whole_component",
]
