"""Plans a pool: looks for trips, solves the pooled model, proves a bound, and writes the solution out as rows."""

from clusterpool.optimize.ground import Groundwork, groundwork
from clusterpool.optimize.plans import plan_of, plan_pool, serve_pool

__all__ = ["Groundwork", "groundwork", "plan_of", "plan_pool", "serve_pool"]
