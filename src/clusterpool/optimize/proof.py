"""What plans cost at least, over all trips and over the known ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.errors import NoPlanError
from clusterpool.freight.bound import freight_bound
from clusterpool.model import solve_block
from clusterpool.search import HURRY_S, Served
from clusterpool.solver import Deadline, Effort, Interrupted, SolveOptions

if TYPE_CHECKING:
    from clusterpool.model import BuyingModel
    from clusterpool.optimize.ground import Groundwork


@dataclass(frozen=True, slots=True)
class Proof:
    """Lower bounds: of purchases, of freight over all trips and over the known ones, and of the whole plan."""

    purchases: float
    freight: float
    freight_known: float
    plan: float
    interrupted: bool = False
    limit_struck: bool = False


@dataclass(frozen=True, slots=True)
class _Bound:
    """What purchasing costs at least, and what ended the solve that proves it."""

    value: float
    interrupted: bool
    limit_struck: bool


def prove(
    ground: Groundwork, coalition: frozenset[str], served: Served, options: SolveOptions, deadline: Deadline
) -> Proof:
    """Bounds over all plans: the known trips bind nobody else, so freight is bounded without them."""
    least = freight_bound(ground.carrying, coalition)
    shipments = math.fsum(least.loads.values())
    buying = ground.task.steering
    if buying is None:
        bought, known = max(0.0, served.solutions[0].bound), max(served.freight_bound, shipments)
        freight = known if ground.known.complete else shipments
        return Proof(bought, freight, known, bought + freight)
    left = Deadline.after(min(HURRY_S, deadline.remaining())) if served.interrupted else deadline
    effort = Effort(options.gap, left)
    purchases = _bound(buying.at({}), coalition, options, effort)
    fetched = purchases if purchases.interrupted else _bound(buying.at(least.lots), coalition, options, effort)
    if served.interrupted and fetched.interrupted:
        raise KeyboardInterrupt
    over_all = served.bound if served.holds_over_all else 0.0
    whole = max(purchases.value + shipments, fetched.value + shipments, over_all)
    struck = purchases.limit_struck or fetched.limit_struck
    return Proof(purchases.value, shipments, shipments, whole, fetched.interrupted, struck)


def _bound(model: BuyingModel, coalition: frozenset[str], options: SolveOptions, effort: Effort) -> _Bound:
    """What purchasing costs at least; 0 where the time is over before anything better is proven."""
    try:
        solution = solve_block(model.block, coalition, options=options, effort=effort)
    except Interrupted as stop:
        return _Bound(max(0.0, stop.bound), interrupted=True, limit_struck=True)
    except NoPlanError as error:
        return _Bound(max(0.0, error.bound), interrupted=False, limit_struck=True)
    return _Bound(max(0.0, solution.bound), interrupted=False, limit_struck=solution.limit_struck)


def proven_so_far(ground: Groundwork, served: Served) -> Proof:
    """What the plan's own solve proves; Ctrl-C left no time for more."""
    whole = served.bound if served.holds_over_all else 0.0
    if ground.model.joint:
        return Proof(0.0, 0.0, 0.0, whole, interrupted=True, limit_struck=True)
    bought = max(0.0, served.solutions[0].bound)
    freight = served.freight_bound if ground.known.complete else 0.0
    return Proof(bought, freight, served.freight_bound, bought + freight, interrupted=True, limit_struck=True)
