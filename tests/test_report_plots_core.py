"""The triangle of three players: its polygon is the core, and what may be in it is told from what is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Polygon
from scipy.optimize import linprog

from clusterpool.allocation import CoalitionCost, CostGame, Rule, allocate
from clusterpool.report import plots
from clusterpool.report.plots.core_triangle import CORNERS, division
from tests.plot_case import GAME, PAIRS, Table


def in_core(game: CostGame, savings: np.ndarray) -> bool:
    shares = {p: game.cost((p,)) - s for p, s in zip(game.players, savings, strict=True)}
    pairs = [("A", "B"), ("A", "C"), ("B", "C"), ("A",), ("B",), ("C",)]
    return all(sum(shares[p] for p in pair) <= game.cost(pair) + 1e-9 for pair in pairs)


def test_the_core_polygon_is_the_core() -> None:
    whole = division(GAME)
    corners = whole.core(certain=True)
    assert whole.total == 50.0
    assert all(in_core(GAME, corner) for corner in corners)
    middle = corners.mean(axis=0)
    assert not any(in_core(GAME, middle + 1.001 * (corner - middle)) for corner in corners)  # nothing is left out
    ax = plots.core_triangle(GAME, rules=[Rule.NUCLEOLUS])
    drawn = next(patch for patch in ax.patches if isinstance(patch, Polygon) and patch.get_label() == "core")
    assert drawn.get_xy()[:-1] == pytest.approx(corners / 50.0 @ CORNERS)
    shares = allocate(GAME, Rule.NUCLEOLUS).shares
    savings = np.array([GAME.cost((player,)) - shares[player] for player in GAME.players])
    assert np.asarray(ax.lines[0].get_xydata())[0] == pytest.approx(savings / 50.0 @ CORNERS)


@given(
    st.lists(st.integers(20, 60), min_size=3, max_size=3),
    st.lists(st.integers(0, 30), min_size=3, max_size=3),
    st.integers(1, 40),
    st.tuples(st.integers(0, 20), st.integers(0, 20)),
)
def test_a_point_is_in_the_polygon_where_no_coalition_would_leave(
    alone: list[int], pair_savings: list[int], saving: int, place: tuple[int, int]
) -> None:
    costs: Table = {(player,): float(cost) for player, cost in zip("ABC", alone, strict=True)}
    for pair, saved in zip(PAIRS, pair_savings, strict=True):
        costs[pair] = costs[pair[:1]] + costs[pair[1:]] - saved
    game = CostGame.from_table({**costs, ("A", "B", "C"): float(sum(alone) - saving)})
    first = saving * place[0] / 20
    point = np.array([first, (saving - first) * place[1] / 20, 0.0])
    point[2] = saving - point.sum()
    assert inside(division(game).core(certain=True), point) == in_core(game, point)


def inside(corners: np.ndarray, point: np.ndarray) -> bool:
    """Whether a point of the triangle is in a convex polygon: a mixture of its corners, by linear programming."""
    if not len(corners):
        return False
    rows = np.vstack([corners.T, np.ones(len(corners))])
    return bool(linprog(np.zeros(len(corners)), A_eq=rows, b_eq=np.append(point, 1.0)).status == 0)


def test_an_empty_core_is_said() -> None:
    costs = {("A",): 6.0, ("B",): 6.0, ("C",): 6.0, ("A", "B"): 7.0, ("A", "C"): 7.0, ("B", "C"): 7.0}
    ax = plots.core_triangle(CostGame.from_table({**costs, ("A", "B", "C"): 14.0}), rules=[])
    assert "core is empty" in plots.alt_text(ax)
    assert len(ax.patches) == 1


def test_what_may_be_in_the_core_is_told_from_what_is() -> None:
    costs: dict[tuple[str, ...], Any] = {("A",): 6.0, ("B",): 6.0, ("C",): 6.0, ("A", "B", "C"): 12.0}
    pairs: dict[tuple[str, ...], Any] = {pair: CoalitionCost(9.0, 7.0) for pair in (("A", "B"), ("A", "C"), ("B", "C"))}
    ax = plots.core_triangle(CostGame.from_table({**costs, **pairs}), rules=[])
    assert [patch.get_label() for patch in ax.patches][1:] == ["may be in the core"]
    assert "no point surely is" in plots.alt_text(ax)


def test_the_triangle_is_for_three_who_save() -> None:
    with pytest.raises(ValueError, match="three players"):
        plots.core_triangle(CostGame.from_table({("A",): 1.0, ("B",): 1.0, ("A", "B"): 1.0}))
    nothing = {("A",): 1.0, ("B",): 1.0, ("C",): 1.0, ("A", "B"): 2.0, ("A", "C"): 2.0, ("B", "C"): 2.0}
    with pytest.raises(ValueError, match="save nothing"):
        plots.core_triangle(CostGame.from_table({**nothing, ("A", "B", "C"): 3.0}))
