"""Equal needs as one column in the separation: nothing is lost of plans, and rows of links give the relaxation back."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.pools.tight import tight_pool

from clusterpool.game import players_of
from clusterpool.search import serve
from clusterpool.separation import Joined, join, joined, links
from clusterpool.solver import relax
from tests.pool_kit import EXACT, NEVER, coalitions, ground_of, six

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from clusterpool.demand import Pool
    from clusterpool.optimize import Groundwork
    from clusterpool.solver import LinearModel

KINDS = ("buying", "mixed", "tight")


@cache
def pool(kind: str) -> Pool:
    return tight_pool(6, items=4, suppliers=3, seed=2) if kind == "tight" else six(kind)


@cache
def ground(kind: str) -> Groundwork:
    return ground_of(pool(kind))


def whole(kind: str) -> Joined:
    return join(ground(kind).task.blocks, players_of(pool(kind), by_cluster=False))


def unmerged(kind: str, monkeypatch: pytest.MonkeyPatch) -> Joined:
    with monkeypatch.context() as patch:
        patch.setattr(joined, "equal_needs", lambda _: [])
        return whole(kind)


@cache
def total(kind: str) -> float:
    served = serve(ground(kind).task, pool(kind).members, options=EXACT, deadline=NEVER)
    return served.purchases + served.freight


def asked(kind: str, model: Joined, seed: int) -> LinearModel:
    """The model of the question at some shares of c(N)."""
    cost = model.arrays.cost.copy()
    n = len(model.players)
    cost[:n] -= np.random.default_rng(seed).dirichlet(np.full(n, 3.0)) * total(kind)
    return model.arrays.with_matrix(model.arrays.matrix, cost=cost)


def tight(kind: str, model: Joined, seed: int) -> tuple[LinearModel, csr_array]:
    wider, rows = links.tightened(asked(kind, model, seed), model.links, None, NEVER)
    assert rows is not None
    return wider, rows


@pytest.mark.parametrize("kind", KINDS)
def test_plans_of_coalitions_are_points_of_the_merged_model_at_their_cost(kind: str) -> None:
    model = whole(kind)
    rows = [tight(kind, model, seed)[1] for seed in range(3)]
    members = pool(kind).members
    for coalition in coalitions(members)[: -1 : 4 if kind == "mixed" else 1]:
        served = serve(ground(kind).task, coalition, options=EXACT, deadline=NEVER)
        point = model.point([solution.values for solution in served.solutions])
        assert not model.arrays.broken_by(point)
        assert [members[k] for k in np.flatnonzero(model.inside(point))] == sorted(coalition)
        assert model.arrays.objective(point) == pytest.approx(served.purchases + served.freight)
        assert sum(model.parts(point)) == pytest.approx(served.purchases + served.freight)
        assert all((found @ point <= 1e-6).all() for found in rows)


@pytest.mark.parametrize("kind", ["buying", "tight"])
def test_the_rows_of_links_give_back_what_merging_loses_of_the_relaxation(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, apart = whole(kind), unmerged(kind, monkeypatch)
    assert model.arrays.n_columns < apart.arrays.n_columns
    lost = []
    for seed in range(10):
        models = asked(kind, model, seed), tight(kind, model, seed)[0], asked(kind, apart, seed)
        merged, wider, strong = (relax(one) for one in models)
        scale = total(kind)
        assert merged <= wider + 1e-9 * scale
        assert wider <= strong + 1e-9 * scale
        assert wider == pytest.approx(strong, abs=1e-5 * scale)
        lost.append((strong - merged) / scale)
        assert strong - wider <= 1e-3 * scale
    assert max(lost) > 1e-4


def test_a_row_of_a_link_is_the_one_that_a_point_breaks_most() -> None:
    link = links.Link(np.array([0]), np.array([1]), np.array([2, 3]), np.array([0.25, 0.75]))
    row = link.broken_row(np.array([0.6, 0.5, 0.1, 1.0]))
    assert row is not None
    assert row.toarray().tolist() == [[1.0, -0.75, -0.25, 0.0]]  # F <= 1/4 z of the first need + 3/4 y
    assert link.broken_row(np.array([0.4, 0.5, 0.1, 1.0])) is None


def test_needs_at_prices_of_their_own_are_not_merged() -> None:
    assert len(joined.join(ground("mixed").task.blocks, players_of(pool("mixed"), by_cluster=False)).links) < len(
        whole("buying").links
    )
