"""The pooled model: purchasing and freight with one membership variable a member, stated once for every coalition.

``serve(need of m) = need * z_m``, so that c(S) is the same model with z fixed to S. Parts that share nothing but
membership are blocks of their own: without ex-works goods purchasing and freight are two. A block is a picklable record
of arrays; other processes solve it without PuLP.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pulp

from clusterpool.freight.model import FreightPart, add_freight
from clusterpool.model.breaks import BreakColumns
from clusterpool.model.riding import Alternatives, Rides
from clusterpool.model.suppliers import SupplierColumns
from clusterpool.model.supplies import SupplyColumns
from clusterpool.purchasing import PurchasingCase, PurchasingPart, add_purchasing
from clusterpool.solver import compile_model, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.trips import KnownTrips
    from clusterpool.solver import CompiledModel, Effort, LinearModel, Progress, Solution, SolveOptions


@dataclass(frozen=True, eq=False)
class Block:
    """A part of the pooled model that shares nothing with the others but membership.

    Parameters
    ----------
    arrays : LinearModel
        Minimise the cost of serving the coalition.
    membership : dict of member to int
        The column of z_m, for the members with needs in this block.
    buying : array of bool
        Which columns are purchasing's; the others are freight's.
    shortage : array of float
        The part of each column's cost that is the price of unmet needs.
    goods : array of int
        The columns of purchasing in the order in which it states them.
    rides : Rides
        Trips and rides, if this block has freight.
    alternatives : Alternatives
        Its loads' alternatives to any trip.
    suppliers : SupplierColumns
        Its suppliers, their offers and rebate steps.
    supplies : SupplyColumns
        What may serve its needs.
    breaks : BreakColumns
        The breaks of its offers.
    """

    arrays: LinearModel
    membership: Mapping[str, int]
    buying: NDArray[np.bool_]
    shortage: NDArray[np.float64]
    goods: NDArray[np.int64]
    rides: Rides
    alternatives: Alternatives
    suppliers: SupplierColumns
    supplies: SupplyColumns
    breaks: BreakColumns

    def purchases(self, values: NDArray[np.float64]) -> float:
        """The purchasing part of the cost of a point."""
        return float(self.arrays.cost[self.buying] @ values[self.buying])

    def freight(self, values: NDArray[np.float64]) -> float:
        """The freight part of the cost of a point."""
        return float(self.arrays.cost[~self.buying] @ values[~self.buying])


@dataclass(frozen=True, eq=False)
class PoolModel:
    """The pooled model with its variables, for reading solutions back into rows.

    Parameters
    ----------
    blocks : tuple of Block
        One where ex-works goods tie freight to purchasing, else purchasing's and freight's.
    """

    buying: PurchasingPart
    carrying: FreightPart
    known: KnownTrips
    blocks: tuple[Block, ...]
    compiled: tuple[CompiledModel, ...]

    @property
    def joint(self) -> bool:
        """Whether ex-works goods tie freight to purchasing."""
        return len(self.blocks) == 1

    def reader(self, place: int, solution: Solution) -> Callable[[pulp.LpVariable], float]:
        """A function that reads the value of a variable of a block out of its solution."""
        compiled = self.compiled[place]
        return lambda variable: float(solution.values[compiled.columns([variable])[0]])


def pool_model(buying: PurchasingCase, carrying: FreightCase, known: KnownTrips) -> PoolModel:
    """State and compile the pooled model.

    Parameters
    ----------
    buying, carrying : PurchasingCase, FreightCase
        The two halves of the pool.
    known : KnownTrips
        The trips that the model may choose among.

    Examples
    --------
    See `clusterpool.optimize.plan_pool`, which builds and solves it.
    """
    problem = pulp.LpProblem("pool", pulp.LpMinimize)
    membership = _membership(problem, _buyers(buying) | (_shippers(carrying) if carrying.lots else set()))
    bought = add_purchasing(problem, buying, membership)
    if carrying.lots:
        carried = add_freight(problem, carrying, known, membership, _flows(buying, carrying, bought))
        problem.setObjective(bought.objective() + carried.objective())
        stated = [(problem, membership)]
    else:
        freight = pulp.LpProblem("freight", pulp.LpMinimize)
        shipping = _membership(freight, _shippers(carrying))
        carried = add_freight(freight, carrying, known, shipping, {})
        problem.setObjective(bought.objective())
        freight.setObjective(carried.objective())
        stated = [(problem, membership), (freight, shipping)]
    parts: tuple[PurchasingPart | FreightPart, ...] = (bought, carried)
    compiled = tuple(
        compile_model(one, keep=[*z.values(), *part.variables()]) for (one, z), part in zip(stated, parts, strict=False)
    )
    owners = [(bought, carried)] if carrying.lots else [(bought, None), (None, carried)]
    blocks = tuple(_block(one, z, *owner) for one, (_, z), owner in zip(compiled, stated, owners, strict=True))
    return PoolModel(bought, carried, known, blocks, compiled)


@dataclass(frozen=True, eq=False)
class BuyingModel:
    """Purchasing alone, with a rate for the carriage of each unit bought ex works.

    Parameters
    ----------
    supply : dict of (supplier, need number) to int
        The columns of the part of each need that each supplier sends.
    quantity : dict of (supplier, need number) to float
        All of the need, in units.
    goods_cost : array of float
        What the columns cost without any carriage.
    """

    block: Block
    supply: Mapping[tuple[str, int], int]
    quantity: Mapping[tuple[str, int], float]
    goods_cost: NDArray[np.float64]

    def at(self, rates: Mapping[tuple[str, int], float]) -> BuyingModel:
        """The model at other rates of carriage.

        At the least rates that freight can cost, its cost and the least cost of the shipments bound every plan of the
        pool; at no rates it bounds the purchasing part.

        Parameters
        ----------
        rates : dict of (supplier, need number) to float
            Freight cost of one unit; supplies that are not in it are delivered.
        """
        cost = self.goods_cost.copy()
        for key, column in self.supply.items():
            if key in rates:
                cost[column] += rates[key] * self.quantity[key]
        return replace(self, block=replace(self.block, arrays=replace(self.block.arrays, cost=cost)))


def buying_model(buying: PurchasingCase, rates: Mapping[tuple[str, int], float]) -> BuyingModel:
    """State purchasing alone, each unit of an ex-works supply at a rate that stands for its freight.

    Parameters
    ----------
    rates : dict of (supplier, need number) to float
        As in `BuyingModel.at`.
    """
    problem = pulp.LpProblem("buying", pulp.LpMinimize)
    membership = _membership(problem, _buyers(buying))
    bought = add_purchasing(problem, buying, membership)
    problem.setObjective(bought.objective())
    compiled = compile_model(problem, keep=[*membership.values(), *bought.variables()])
    columns = compiled.columns(bought.supply.values())
    return BuyingModel(
        _block(compiled, membership, bought, None),
        dict(zip(bought.supply, columns.tolist(), strict=True)),
        {key: buying.needs[key[1]].quantity for key in bought.supply},
        compiled.model.cost,
    ).at(rates)


def coalition_bounds(block: Block, coalition: Collection[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The columns' bounds with membership fixed to a coalition."""
    lower, upper = block.arrays.lower.copy(), block.arrays.upper.copy()
    for member, column in block.membership.items():
        lower[column] = upper[column] = float(member in coalition)
    return lower, upper


def solve_block(
    block: Block,
    coalition: Collection[str],
    *,
    options: SolveOptions,
    effort: Effort,
    start: NDArray[np.float64] | None = None,
    progress: Callable[[Progress], None] | None = None,
    best_so_far: bool = False,
) -> Solution:
    """Serve a coalition at the least cost within one block.

    Parameters
    ----------
    coalition : collection of str
        The members whose needs count.
    start : array, optional
        A solution to begin with; NaN where nothing is known. By default, in a block of freight alone, the plan in which
        every load takes its alternative.
    best_so_far : bool
        Whether Ctrl-C returns the best solution so far, where there is one.

    Raises
    ------
    NoPlanError
        If the effort struck before any solution was found.
    """
    lower, upper = coalition_bounds(block, coalition)
    if start is None and not block.buying.any():
        start = nothing_on_trips(block, coalition)
    return solve(
        block.arrays,
        options=options,
        effort=effort,
        lower=lower,
        upper=upper,
        start=start,
        progress=progress,
        best_so_far=best_so_far,
    )


def nothing_on_trips(block: Block, coalition: Collection[str]) -> NDArray[np.float64]:
    """The plan of a freight block in which every load takes its alternative."""
    start = np.zeros(block.arrays.n_columns)
    for member, column in block.membership.items():
        start[column] = float(member in coalition)
    return start


def left_unmet(block: Block, coalition: Collection[str]) -> NDArray[np.float64]:
    """The plan in which nothing is bought and every load takes its alternative: needs are served from outside or not.

    It is dear, but there is no time that it needs.
    """
    point = nothing_on_trips(block, coalition)
    supplies, cost = block.supplies, block.arrays.cost
    best: dict[int, int] = {}
    for entry in np.flatnonzero((supplies.offer < 0) & (point[supplies.membership] > 0.0)).tolist():
        need, column = int(supplies.need[entry]), int(supplies.column[entry])
        if need not in best or cost[column] < cost[best[need]]:
            best[need] = column
    point[list(best.values())] = 1.0
    return point


def _flows(
    buying: PurchasingCase, carrying: FreightCase, bought: PurchasingPart
) -> dict[tuple[str, int], pulp.LpAffineExpression]:
    """What is bought of each lot, as a part of the most that can be."""
    keys = ((lot, (lot.supplier, lot.need)) for lot in carrying.lots)
    return {
        key: buying.needs[lot.need].quantity / lot.most_units * bought.supply[key]
        for lot, key in keys
        if key in bought.supply and lot.most_units > 0.0
    }


def _buyers(case: PurchasingCase) -> set[str]:
    return {need.member for need in case.needs}


def _shippers(case: FreightCase) -> set[str]:
    return {load.member for load in case.loads} | {lot.member for lot in case.divisible}


def _membership(problem: pulp.LpProblem, members: Iterable[str]) -> dict[str, pulp.LpVariable]:
    return {
        member: problem.add_variable(f"z_{number}", 0, 1, "Integer") for number, member in enumerate(sorted(members))
    }


def _block(
    compiled: CompiledModel,
    membership: dict[str, pulp.LpVariable],
    bought: PurchasingPart | None,
    carried: FreightPart | None,
) -> Block:
    columns = compiled.columns(membership.values())
    buying = np.zeros(compiled.model.n_columns, dtype=np.bool_)
    shortage = np.zeros(compiled.model.n_columns)
    for part in (bought, carried):
        if part is not None:
            terms = list(part.shortage().items())
            shortage[compiled.columns(variable for variable, _ in terms)] = [price for _, price in terms]
    goods = compiled.columns(bought.variables() if bought is not None else ())
    buying[goods] = True
    named = dict(zip(membership, columns.tolist(), strict=True))
    return Block(
        compiled.model,
        named,
        buying,
        shortage,
        goods,
        Rides.of(compiled, carried),
        Alternatives.of(compiled, named, carried),
        SupplierColumns.of(compiled, bought),
        SupplyColumns.of(compiled, named, bought),
        BreakColumns.of(compiled, bought),
    )
