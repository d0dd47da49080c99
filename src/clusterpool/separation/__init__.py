"""The membership MILP: which coalition do shares treat worst, membership being a variable of the pooled model."""

from clusterpool.separation.estimated import RELAXED, EstimatedSeparation
from clusterpool.separation.joined import Joined, join
from clusterpool.separation.oracle import PoolSeparation

__all__ = ["RELAXED", "EstimatedSeparation", "Joined", "PoolSeparation", "join"]
