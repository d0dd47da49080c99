"""What each member gains: the plan of the pool, the game behind it, its cost shared, and today -> alone -> pool."""

from clusterpool.savings.making import reshare, share_savings
from clusterpool.savings.savings import Savings

__all__ = ["Savings", "reshare", "share_savings"]
