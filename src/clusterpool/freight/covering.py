r"""The linear program behind the choice of routes: every load on some route, no more vehicles of a type than there are.

=========  ===============================================================================
symbol     meaning
=========  ===============================================================================
y_rd       part of route r that departs by d: a vehicle type, scarce ones on a certain day
C_rd       what route r costs by that vehicle type
s_i        part of load i that rides on no route
a_i        what load i costs on no route (its alternative)
n_vt       vehicles of scarce type v that are left on day t
pi_i       dual of (1): what a plan would pay to have load i carried
mu_vt      dual of (2), negative: what one vehicle more of type v on day t would save
=========  ===============================================================================

Minimise  sum_rd C_rd y_rd + sum_i a_i s_i  subject to  0 <= y, s <= 1 and

1.  ``covered``  sum over the departures of the routes of load i of y_rd + s_i >= 1
2.  ``fleet``    sum over the departures of type v under way on day t of y_rd <= n_vt

The reduced cost of a departure is C_rd - sum of pi_i over its loads - sum of mu_vt over its days; a route is as
promising as its best departure. It is the linear relaxation of set covering with a limited fleet.

References
----------
Balinski, Quandt, "On an integer program for a delivery problem", Operations Research 12(2), 1964 (1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from clusterpool.solver import LinearModel, LpSession

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.freight.closure import Route
    from clusterpool.freight.departures import Departure

Offers: TypeAlias = "dict[Route, tuple[Departure, ...]]"
Fleet: TypeAlias = dict[tuple[str, int], float]
"""Vehicles left of scarce types by (type, day); what is not in it is not limited."""
DIGITS = 6
"""Reduced costs and parts are compared with so many digits, so that the solver's noise decides no order."""


@dataclass(frozen=True, slots=True)
class Covering:
    """The optimum of the program.

    Parameters
    ----------
    ranked : tuple of Route
        By reduced cost, the most promising first.
    part : dict of Route to float
        How much of each route runs, over all its departures.
    likely : dict of Route to Departure
        The departure of each route that runs most, the cheapest by reduced cost where none runs.
    price : dict of load code to float
        pi_i.
    rent : dict of (type, day) to float
        -mu_vt >= 0, where it is not 0.
    """

    ranked: tuple[Route, ...]
    part: Mapping[Route, float]
    likely: Mapping[Route, Departure]
    price: Mapping[str, float]
    rent: Mapping[tuple[str, int], float]

    def cost(self, departure: Departure) -> float:
        """What a departure costs, with the rent of the scarce vehicle that it takes up."""
        return departure.cost + sum(self.rent.get(key, 0.0) for key in departure.under_way)


def cover(offers: Offers, loads: Sequence[str], worth: Mapping[str, float], fleet: Fleet) -> Covering:
    """The cheapest covering of loads by parts of routes.

    Parameters
    ----------
    loads : sequence of str
        Codes; each route's loads are among them.
    worth : mapping of load code to float
        a_i.
    fleet : dict of (type, day) to float
        n_vt; scarce vehicles on days that are not in it are not limited.
    """
    ways = sorted(offers)
    pairs = [(way, departure) for way in ways for departure in offers[way]]
    answer = LpSession(_program(pairs, loads, worth, fleet)).solve()
    runs = np.round(answer.values[: len(pairs)], DIGITS)
    reduced = np.round(answer.reduced_costs[: len(pairs)], DIGITS)
    start = np.cumsum([0, *(len(offers[way]) for way in ways)])
    best = np.minimum.reduceat(reduced, start[:-1])
    duals = answer.duals.tolist()
    rents = zip(sorted(fleet), duals[len(loads) :], strict=True)
    return Covering(
        tuple(ways[number] for number in np.argsort(best, kind="stable")),  # ties keep the order of stops and loads
        dict(zip(ways, np.add.reduceat(runs, start[:-1]).tolist(), strict=True)),
        {
            way: pairs[low + int(np.lexsort((reduced[low:high], -runs[low:high]))[0])][1]
            for way, low, high in zip(ways, start[:-1].tolist(), start[1:].tolist(), strict=True)
        },
        dict(zip(loads, duals[: len(loads)], strict=True)),
        {key: -dual for key, dual in rents if dual < 0.0},
    )


def _program(
    pairs: Sequence[tuple[Route, Departure]], loads: Sequence[str], worth: Mapping[str, float], fleet: Fleet
) -> LinearModel:
    inside = {code: number for number, code in enumerate(loads)}
    limited = {key: len(loads) + number for number, key in enumerate(sorted(fleet))}
    rows: list[list[int]] = [[len(pairs) + number] for number in range(len(loads))]
    rows += [[] for _ in limited]
    for column, (way, departure) in enumerate(pairs):
        for haul in way.hauls:
            rows[inside[haul.load.load]].append(column)
        for key in departure.under_way:
            if key in limited:
                rows[limited[key]].append(column)
    index = [column for row in rows for column in row]
    columns = len(pairs) + len(loads)
    return LinearModel(
        cost=np.array([*(departure.cost for _, departure in pairs), *(worth[code] for code in loads)]),
        offset=0.0,
        lower=np.zeros(columns),
        upper=np.ones(columns),
        integer=np.zeros(columns, dtype=bool),
        row_lower=np.array([1.0] * len(loads) + [-np.inf] * len(limited)),
        row_upper=np.array([np.inf] * len(loads) + [fleet[key] for key in sorted(fleet)]),
        row_start=np.cumsum([0, *(len(row) for row in rows)]),
        col_index=np.array(index),
        value=np.ones(len(index)),
    )
