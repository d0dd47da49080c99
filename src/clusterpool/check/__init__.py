"""The independent checker of plans: recomputes every cost and every rule, sharing no code with the model."""

from clusterpool.check.findings import CHECK_COLUMNS
from clusterpool.check.plan_check import PlanCheck, check_plan

__all__ = ["CHECK_COLUMNS", "PlanCheck", "check_plan"]
