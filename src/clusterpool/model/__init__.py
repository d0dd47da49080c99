"""The pooled model with one membership variable a member, its blocks, and their components."""

from clusterpool.model.breaks import BreakColumns
from clusterpool.model.components import Component, components_of, joined, whole_component
from clusterpool.model.equal_needs import equal_needs
from clusterpool.model.pooled import (
    Block,
    BuyingModel,
    PoolModel,
    buying_model,
    coalition_bounds,
    left_unmet,
    nothing_on_trips,
    pool_model,
    solve_block,
)
from clusterpool.model.riding import Alternatives, Rides
from clusterpool.model.suppliers import SupplierColumns
from clusterpool.model.supplies import SupplyColumns

__all__ = [
    "Alternatives",
    "Block",
    "BreakColumns",
    "BuyingModel",
    "Component",
    "PoolModel",
    "Rides",
    "SupplierColumns",
    "SupplyColumns",
    "buying_model",
    "coalition_bounds",
    "components_of",
    "equal_needs",
    "joined",
    "left_unmet",
    "nothing_on_trips",
    "pool_model",
    "solve_block",
    "whole_component",
]
