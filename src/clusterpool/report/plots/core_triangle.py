"""The core of three players: every way to divide what they save together, and the ways that no pair would leave.

A point of the triangle is a division of the saving v(N) = sum of c({i}) - c(N) in which nobody pays more than alone;
at a corner one player has all of it. The core is where each pair saves at least what it saves by itself,

    s_i + s_j >= v(ij) = c({i}) + c({j}) - c({i, j}),    that is    s_k <= v(N) - v(ij)

(Gillies 1959; the picture is Shapley & Shubik's). Where a cost is known only between its bound and its plan's cost, the
full colour shows what is in the core whatever the true costs are, the hatching what may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Polygon

from clusterpool.allocation import CostGame, Rule, allocate
from clusterpool.language import Language
from clusterpool.report.plots.sheet import CYCLE, INK, MARKERS, MUTED, POOL, SMALL_SIZE, plain, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from clusterpool.report.plots.sheet import Sheet

PLAYERS = 3
CORNERS = np.array([[0.5, np.sqrt(0.75)], [0.0, 0.0], [1.0, 0.0]])
"""Where each player's corner stands: the first at the top, the second at the left, the third at the right."""
SHOWN_RULES = (Rule.PROPORTIONAL, Rule.SHAPLEY, Rule.NUCLEOLUS, Rule.EQUAL_PROFIT, Rule.ACAM)
LARGEST_MARK = 12.0
"""Points of the first rule's mark; each further one is smaller, so that equal shares are all seen."""
CORE = "#bfdbed"
SAME = 1e-9


@dataclass(frozen=True)
class Division:
    """The saving of three players: of each alone 0, of each pair, of all; pairs are named by who is left out."""

    players: tuple[str, ...]
    total: float
    pair_at_least: tuple[float, ...]
    pair_at_most: tuple[float, ...]

    def core(self, *, certain: bool) -> np.ndarray:
        """The core's corners as rows of savings; none where it is empty.

        Parameters
        ----------
        certain : bool
            What is in the core whatever the true costs between bound and cost are; else what may be.
        """
        pairs = self.pair_at_most if certain else self.pair_at_least
        corners = np.eye(PLAYERS) * self.total
        for player, pair in enumerate(pairs):
            corners = _cut(corners, player, self.total - pair)
        return corners


def division(game: CostGame) -> Division:
    """What three players can divide.

    Raises
    ------
    ValueError
        The game has not three players, or together they save nothing: there is no triangle then.
    """
    if len(game.players) != PLAYERS:
        raise ValueError(f"the triangle is for three players, this game has {len(game.players)}")
    alone = {player: game.value((player,)) for player in game.players}
    total = sum(value.cost for value in alone.values()) - game.cost(game.players)
    if total <= SAME:
        raise ValueError("together the three save nothing: there is nothing to divide")
    pairs = [pair for pair in combinations(game.players, 2)][::-1]  # noqa: C416 - left out: first, second, third player
    together = [sum(alone[player].cost for player in pair) for pair in pairs]
    values = [game.value(pair) for pair in pairs]
    at_least = tuple(apart - value.cost for apart, value in zip(together, values, strict=True))
    at_most = tuple(apart - value.bound for apart, value in zip(together, values, strict=True))
    return Division(tuple(game.players), total, at_least, at_most)


def _cut(corners: np.ndarray, player: int, most: float) -> np.ndarray:
    """What a convex polygon keeps where the player has at most `most` (Sutherland & Hodgman 1974)."""
    kept: list[np.ndarray] = []
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        room, room_there = most - here[player], most - there[player]
        if room >= -SAME:
            kept.append(here)
        if (room > SAME and room_there < -SAME) or (room < -SAME and room_there > SAME):
            kept.append(here + (there - here) * room / (room - room_there))
    return np.array(kept).reshape(-1, PLAYERS)


def core_triangle(
    game: CostGame,
    *,
    rules: Sequence[Rule] = SHOWN_RULES,
    currency: str = "",
    ax: Axes | None = None,
    language: Language | str = Language.ENGLISH,
) -> Axes:
    """Draw the core of a game of three players and where the rules' shares lie.

    Parameters
    ----------
    rules : sequence of Rule
        The rules whose shares are marked.
    currency : str
        ISO code for the amounts.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a figure of its own.
    language : Language or str
        Of the words.

    Raises
    ------
    ValueError
        The game has not three players, or together they save nothing.
    """
    whole = division(game)
    on = sheet(ax, language, currency, size=(7.0, 5.6))
    on.ax.set_aspect("equal")
    on.ax.set_axis_off()
    on.ax.set(xlim=(-0.16, 1.16), ylim=(-0.16, 1.0))
    certain, possible = whole.core(certain=True), whole.core(certain=False)
    on.ax.add_patch(Polygon(CORNERS, closed=True, facecolor="none", edgecolor=INK, linewidth=1.0))
    if len(possible) and not _alike(certain, possible):
        _fill(on, whole, possible, {"facecolor": "none", "hatch": "...", "linestyle": "--"}, "core_maybe")
    if len(certain):
        _fill(on, whole, certain, {"facecolor": CORE}, "core")
    _name_corners(on, whole)
    _mark_rules(on, whole, game, rules)
    state = "core_there" if len(certain) else "core_possible" if len(possible) else "core_empty"
    who = ", ".join(whole.players)
    alt = [on.say("core_alt", total=on.money(whole.total), players=who), on.say(state), *_said(on, certain, whole)]
    if not len(possible):
        on.ax.text(0.5, -0.14, on.say("core_empty"), ha="center", color=MUTED, fontsize=SMALL_SIZE)
    return on.finish(on.say("core_title", players=plain(who)), " ".join(alt))


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other))


def _at(savings: np.ndarray, whole: Division) -> np.ndarray:
    place: np.ndarray = savings / whole.total @ CORNERS
    return place


def _fill(on: Sheet, whole: Division, corners: np.ndarray, style: dict[str, Any], key: str) -> None:
    shape = Polygon(_at(corners, whole), closed=True, linewidth=1.2, edgecolor=POOL, label=on.say(key), **style)
    on.ax.add_patch(shape)


def _name_corners(on: Sheet, whole: Division) -> None:
    for player, corner, (shift, side) in zip(
        whole.players, CORNERS, (((0, 8), "center"), ((-6, -16), "center"), ((6, -16), "center")), strict=True
    ):
        text = on.say("core_corner", player=plain(player, longest=20), total=on.money(whole.total))
        on.ax.annotate(text, corner, shift, textcoords="offset points", ha=side, color=INK, fontsize=SMALL_SIZE)


def _mark_rules(on: Sheet, whole: Division, game: CostGame, rules: Sequence[Rule]) -> None:
    alone = np.array([game.cost((player,)) for player in whole.players])
    for place, rule in enumerate(rules):
        shares = allocate(game, rule).shares
        point = _at(alone - np.array([shares[player] for player in whole.players]), whole)
        on.ax.plot(
            *point,
            linestyle="none",
            marker=MARKERS[place % len(MARKERS)],
            markersize=LARGEST_MARK - 1.5 * place,
            color=CYCLE[(place + 1) % len(CYCLE)],
            markeredgecolor="white",
            label=on.say(f"rule_{rule.value}"),
        )
    if on.ax.get_legend_handles_labels()[1]:
        on.ax.legend(loc="upper right", frameon=False, fontsize=SMALL_SIZE)


def _said(on: Sheet, corners: np.ndarray, whole: Division) -> list[str]:
    if not len(corners):
        return []
    ranges = zip(whole.players, corners.min(axis=0), corners.max(axis=0), strict=True)
    return [
        on.say("core_range", player=player, least=on.money(least), most=on.money(most))
        for player, least, most in ranges
    ]
