"""Sharing a common cost: cost games and the rules that divide them. Knows games, no offers or roads."""

from clusterpool.allocation.core import CoreReport, CoreStatus, LeastCore, core_report, least_core
from clusterpool.allocation.game import CoalitionCost, CostGame, Part
from clusterpool.allocation.rules import Rule
from clusterpool.allocation.sharing import Allocation, allocate

__all__ = [
    "Allocation",
    "CoalitionCost",
    "CoreReport",
    "CoreStatus",
    "CostGame",
    "LeastCore",
    "Part",
    "Rule",
    "allocate",
    "core_report",
    "least_core",
]
