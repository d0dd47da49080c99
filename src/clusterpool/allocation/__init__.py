"""Sharing a common cost: cost games and the rules that divide them. Knows games, no offers or roads."""

from clusterpool.allocation.allocation import Allocation
from clusterpool.allocation.blocks import Blocks
from clusterpool.allocation.core import CoreReport, CoreStatus, core_is_empty, least_core
from clusterpool.allocation.costs import CoalitionCost, Part
from clusterpool.allocation.explanation import Cause, Explanation
from clusterpool.allocation.game import CostGame
from clusterpool.allocation.negotiated import core_report
from clusterpool.allocation.out_of_time import in_time
from clusterpool.allocation.proven import LeastCore
from clusterpool.allocation.reasons import Clause, Point
from clusterpool.allocation.row_generation.separation import Answer, Question, Separation, Weighing
from clusterpool.allocation.row_generation.sharing import BY_ROWS
from clusterpool.allocation.rules import SHAPLEY_VALUES, Rule
from clusterpool.allocation.sharing import allocate
from clusterpool.allocation.terms import Terms

__all__ = [
    "BY_ROWS",
    "SHAPLEY_VALUES",
    "Allocation",
    "Answer",
    "Blocks",
    "Cause",
    "Clause",
    "CoalitionCost",
    "CoreReport",
    "CoreStatus",
    "CostGame",
    "Explanation",
    "LeastCore",
    "Part",
    "Point",
    "Question",
    "Rule",
    "Separation",
    "Terms",
    "Weighing",
    "allocate",
    "core_is_empty",
    "core_report",
    "in_time",
    "least_core",
]
