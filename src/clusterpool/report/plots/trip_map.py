"""The trips of a plan on the map."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from matplotlib.patches import FancyArrowPatch, Polygon
from matplotlib.patheffects import withStroke

from clusterpool.outline import HOME, outline
from clusterpool.report.plots.sheet import INK, SMALL_SIZE, plain, sheet
from clusterpool.report.published import language_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clusterpool.language import Language
    from clusterpool.report.plots.sheet import Sheet
    from clusterpool.report.result import Result

SEA, LAND, HOME_LAND, BORDER = "#eef3f7", "#e9e6e0", "#fbfaf7", "#b8b2a7"
MARGIN = 0.14
"""Room around the stops, as a part of their extent."""
SMALLEST_EXTENT = 2.0
"""Degrees of latitude that a map shows at least."""
NARROWEST = 1.25
"""Width over height of the narrowest map."""
LETTER = (0.0135, 0.032)
"""Width and height of a letter of a name as parts of the map; names that would cover others are left out."""
SHIFT = 0.008
"""How far a name stands from its stop, as a part of the map."""
LONGEST_NAME = 18
ARROWS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a7a00", "#000000")

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right and top, as parts of the map."""


def trip_map(result: Result, *, ax: Axes | None = None, language: Language | str | None = None) -> Axes:
    """Draw the legs of all trips, coloured by vehicle, on the outline of Algeria and its neighbours.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a figure of its own.
    language : Language or str, optional
        By default the pool's.
    """
    settings = result.pool.settings
    on = sheet(ax, language or language_of(result.pool), settings.currency, size=(8.0, 6.0))
    places = _places(result)
    trips = result.plan.trips
    routes = [str(stops).split("|") for stops in trips["stops"]]
    vehicles = [str(vehicle) for vehicle in trips["vehicle"]]
    visits = Counter(stop for route in routes for stop in route)
    _draw_land(on)
    _look_at(on, [places[stop] for stop in visits] or list(places.values()))
    colours = _colours(vehicles)
    for route, vehicle in zip(routes, vehicles, strict=True):
        _draw_route(on, [places[stop] for stop in route], colours[vehicle])
    _draw_stops(on, visits, places)
    _draw_legend(on, Counter(vehicles), colours)
    if not routes:
        return on.finish(on.say("map_title"), on.say("no_trips"))
    km = on.number(trips["distance_km"].sum())
    busiest = ", ".join(stop for stop, _ in _by_visits(visits)[:3])
    fields = {"trips": on.number(len(routes)), "stops": on.number(len(visits)), "km": km, "busiest": busiest}
    return on.finish(on.say("map_title"), on.say("map_alt", **fields))


def _places(result: Result) -> dict[str, Point]:
    """Longitude and latitude of each site; sites without coordinates (roads alone say where they are) are not drawn."""
    sites = result.pool.table("sites")
    found = zip(sites["site"], sites["longitude"], sites["latitude"], strict=True)
    return {str(site): (float(x), float(y)) for site, x, y in found}


def _draw_land(on: Sheet) -> None:
    on.ax.set_facecolor(SEA)
    on.ax.set_xticks([])
    on.ax.set_yticks([])
    for country, rings in outline().items():
        land = HOME_LAND if country == HOME else LAND
        for ring in rings:
            on.ax.add_patch(Polygon(ring, closed=True, facecolor=land, edgecolor=BORDER, linewidth=0.7))


def _look_at(on: Sheet, points: list[Point]) -> None:
    """Show these points with some room around them, true to scale in the middle of the map."""
    known = [point for point in points if not any(map(math.isnan, point))] or [(3.0, 35.0)]
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*known, strict=True))
    x, y = (west + east) / 2.0, (south + north) / 2.0
    high = max(north - south, SMALLEST_EXTENT)
    wide = max(east - west, NARROWEST * high / math.cos(math.radians(y)))
    on.ax.set_xlim(x - wide * (0.5 + MARGIN), x + wide * (0.5 + MARGIN))
    on.ax.set_ylim(y - high * (0.5 + MARGIN), y + high * (0.5 + MARGIN))
    on.ax.set_aspect(1.0 / math.cos(math.radians(y)))


def _colours(vehicles: list[str]) -> dict[str, str]:
    return {vehicle: ARROWS[place % len(ARROWS)] for place, vehicle in enumerate(sorted(set(vehicles)))}


def _draw_route(on: Sheet, points: list[Point], colour: str) -> None:
    for start, end in pairwise(points):
        if start == end or any(map(math.isnan, (*start, *end))):
            continue
        on.ax.add_patch(
            FancyArrowPatch(
                start,
                end,
                connectionstyle="arc3,rad=0.12",
                arrowstyle="-|>",
                mutation_scale=9,
                color=colour,
                linewidth=1.4,
                alpha=0.8,
                shrinkA=2,
                shrinkB=3,
            )
        )


def _by_visits(visits: Counter[str]) -> list[tuple[str, int]]:
    return sorted(visits.items(), key=lambda visit: (-visit[1], visit[0]))


def _draw_stops(on: Sheet, visits: Counter[str], places: dict[str, Point]) -> None:
    """A dot a stop, its area by the number of visits; names of the busiest where they do not cover each other."""
    drawn = [(stop, count, places[stop]) for stop, count in _by_visits(visits) if not math.isnan(places[stop][0])]
    if drawn:
        x, y = zip(*(point for _, _, point in drawn), strict=True)
        areas = [12.0 + 6.0 * count for _, count, _ in drawn]
        on.ax.scatter(x, y, s=areas, color=INK, edgecolor="white", linewidth=0.6, zorder=4)
    taken: list[Box] = [(*_part(on, point), *_part(on, point)) for _, _, point in drawn]
    for stop, _, point in drawn:
        name = plain(stop, longest=LONGEST_NAME)
        boxes = _boxes(_part(on, point), LETTER[0] * len(name))
        if box := next((box for box in boxes if not any(_overlap(box, other) for other in taken)), None):
            taken.append(box)
            text = on.ax.text(*box[:2], name, transform=on.ax.transAxes, fontsize=SMALL_SIZE, color=INK, zorder=6)
            text.set_path_effects([withStroke(linewidth=2.5, foreground="white", alpha=0.8)])


def _part(on: Sheet, point: Point) -> Point:
    """Where a point is, as parts of the map's width and height."""
    (west, east), (south, north) = on.ax.get_xlim(), on.ax.get_ylim()
    return (point[0] - west) / (east - west), (point[1] - south) / (north - south)


def _boxes(stop: Point, width: float) -> list[Box]:
    """Where a name may stand, the best first: at the right or left of its stop, above or below."""
    height = LETTER[1]
    lefts, bottoms = (stop[0] + SHIFT, stop[0] - SHIFT - width), (stop[1] + SHIFT, stop[1] - SHIFT - height)
    return [(left, bottom, left + width, bottom + height) for bottom in bottoms for left in lefts]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _draw_legend(on: Sheet, trips: Counter[str], colours: dict[str, str]) -> None:
    for vehicle, colour in colours.items():
        label = on.say("trips_of_vehicle", vehicle=plain(vehicle), count=on.number(trips[vehicle]))
        on.ax.plot([], [], color=colour, linewidth=2, label=label)
    if colours:
        on.ax.legend(loc="lower left", frameon=True, framealpha=0.9, edgecolor="none", fontsize=SMALL_SIZE)
