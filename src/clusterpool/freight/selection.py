"""Which of many routes to offer: those that a covering of the loads by whole routes would take first.

Minimise  sum_r C_r y_r + sum_i a_i s_i  subject to  sum over the routes r of load i of y_r + s_i >= 1,  0 <= y, s <= 1:
the linear relaxation of set covering, with a_i what load i costs on no trip. A route of reduced cost d makes a covering
at least d dearer, so routes come in the order of their reduced costs. A plan that may choose among a few hundred routes
is found in seconds; among thousands it is not, and the best of those are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clusterpool.freight.closure import Route, best_vehicle
from clusterpool.solver import LinearModel, LpSession

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load


def by_reduced_cost(
    case: FreightCase, routes: Iterable[Route], cargo: Sequence[Load], worth: Mapping[str, float]
) -> list[Route]:
    """The routes that carry loads of `cargo` only, the most promising first; ties go by stops and loads."""
    inside = {load.load: number for number, load in enumerate(sorted(cargo))}
    ways = sorted(way for way in routes if all(haul.load.load in inside for haul in way.hauls))
    priced = [(way, offer[0]) for way in ways if (offer := best_vehicle(case, way))]
    if not priced:
        return []
    session = LpSession(_covering(priced, inside, worth))
    reduced = np.round(session.solve().reduced_costs[: len(priced)], 6)
    return [priced[number][0] for number in np.argsort(reduced, kind="stable")]


def _covering(
    priced: Sequence[tuple[Route, float]], inside: Mapping[str, int], worth: Mapping[str, float]
) -> LinearModel:
    carriers: list[list[int]] = [[len(priced) + number] for number in range(len(inside))]
    for column, (way, _) in enumerate(priced):
        for haul in way.hauls:
            carriers[inside[haul.load.load]].append(column)
    cost = [*(cost for _, cost in priced), *(worth[code] for code in inside)]
    columns, rows = len(cost), len(carriers)
    index = [column for row in carriers for column in row]
    return LinearModel(
        cost=np.array(cost),
        offset=0.0,
        lower=np.zeros(columns),
        upper=np.ones(columns),
        integer=np.zeros(columns, dtype=bool),
        row_lower=np.ones(rows),
        row_upper=np.full(rows, np.inf),
        row_start=np.cumsum([0, *(len(row) for row in carriers)]),
        col_index=np.array(index),
        value=np.ones(len(index)),
    )
