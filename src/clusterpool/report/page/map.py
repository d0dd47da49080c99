"""The map: where the trucks drive, drawn on the outline of Algeria and its neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.outline import HOME, outline
from clusterpool.report.page.svg import drawing, points, short, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from clusterpool.report.page.speech import Speech
    from clusterpool.report.page.transport import Flow

WIDTH = 860.0
_LEAST_SPAN, _MARGIN = 3.0, 0.14
_FLATTEST, _STEEPEST = 0.5, 0.95
"""Least and greatest height of the map as a part of its width."""
_BEND = 0.11
"""How far a way bends to its right, as a part of its length, so that there and back lie side by side."""
_CHARACTER, _LINE = 6.6, 13.0
"""Room for a label: width of a character and height of a line, in the drawing's units."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """A window on the earth: plate carrée, true to scale at its middle latitude."""

    west: float
    north: float
    height: float
    per_degree: float
    narrowing: float

    @staticmethod
    def around(places: Iterable[Point]) -> _Frame:
        lons, lats = zip(*places, strict=True)
        middle = (min(lats) + max(lats)) / 2
        narrowing = math.cos(math.radians(middle))
        width = max(_LEAST_SPAN, (max(lons) - min(lons)) * (1 + 2 * _MARGIN))
        height = max(_LEAST_SPAN, (max(lats) - min(lats)) * (1 + 2 * _MARGIN))
        ratio = height / (width * narrowing)
        if ratio < _FLATTEST:
            height = width * narrowing * _FLATTEST
        elif ratio > _STEEPEST:
            width = height / narrowing / _STEEPEST
        per_degree = WIDTH / width
        west = (min(lons) + max(lons) - width) / 2
        return _Frame(west, middle + height / 2, height / narrowing * per_degree, per_degree, narrowing)

    def at(self, longitude: float, latitude: float) -> Point:
        return (longitude - self.west) * self.per_degree, (self.north - latitude) / self.narrowing * self.per_degree


def freight_map(speech: Speech, places: Mapping[str, Point], flows: Sequence[Flow], *, key: str) -> Markup | None:
    """The map of all that is driven among `places` (longitude, latitude); None where fewer than two are known."""
    shown = [flow for flow in flows if flow.origin in places and flow.destination in places]
    used = sorted({site for flow in shown for site in (flow.origin, flow.destination)})
    if not shown:
        return None
    frame = _Frame.around([places[site] for site in used])
    spots = {site: frame.at(*places[site]) for site in used}
    most = max(flow.weight_kg for flow in shown) or 1.0
    ways = sorted(shown, key=lambda flow: (flow.weight_kg, flow.origin, flow.destination))
    described = speech.say("map_words", sites=speech.plain(len(used)), legs=speech.plain(len(shown)))
    return drawing(
        WIDTH,
        frame.height,
        speech.say("map_title"),
        described,
        *_countries(frame),
        *(way for flow in ways for way in _way(speech, spots, flow, most)),
        *_sites(spots, frame.height),
        key=key,
    )


def _countries(frame: _Frame) -> Iterator[Markup]:
    for name, rings in sorted(outline().items(), key=lambda country: (country[0] == HOME, country[0])):
        shapes = [[frame.at(*corner) for corner in ring] for ring in rings]
        seen = [shape for shape in shapes if _meets(shape, frame.height)]
        if seen:
            data = "".join(points(shape, closed=True) for shape in seen)
            yield tag("path", d=data, class_="land home" if name == HOME else "land")


def _meets(shape: Sequence[Point], height: float) -> bool:
    """Whether the box around a shape meets the window."""
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    return min(xs) < WIDTH and max(xs) > 0 and min(ys) < height and max(ys) > 0


def _way(speech: Speech, spots: Mapping[str, Point], flow: Flow, most: float) -> Iterator[Markup]:
    """A bent line as thick as its load, dashed where it is driven empty, with an arrow in the middle."""
    (x1, y1), (x2, y2) = spots[flow.origin], spots[flow.destination]
    bend_x, bend_y = (x1 + x2) / 2 - (y2 - y1) * _BEND, (y1 + y2) / 2 + (x2 - x1) * _BEND
    said = speech.say(
        "map_leg",
        origin=flow.origin,
        destination=flow.destination,
        trips=speech.plain(flow.trips),
        tonnes=speech.plain(flow.weight_kg / 1000, 1),
    )
    width = 1.2 + 5.8 * math.sqrt(flow.weight_kg / most)
    data = f"M{short(x1)} {short(y1)}Q{short(bend_x)} {short(bend_y)} {short(x2)} {short(y2)}"
    empty = " empty" if flow.weight_kg <= 0 else ""
    yield tag("path", tag("title", said), d=data, class_=f"way{empty}", stroke_width=width)
    turn = math.degrees(math.atan2(y2 - y1, x2 - x1))
    middle = f"translate({short((x1 + 2 * bend_x + x2) / 4)} {short((y1 + 2 * bend_y + y2) / 4)}) rotate({short(turn)})"
    size = 3.2 + width / 2
    yield tag(
        "path", d=points([(-size, -size), (size, 0.0), (-size, size)], closed=True), transform=middle, class_="arrow"
    )


def _sites(spots: Mapping[str, Point], height: float) -> Iterator[Markup]:
    """Dots and names; a name goes where it covers no other and no dot, else it is left to the dot's tooltip."""
    taken: list[Box] = [(x - 5, y - 5, x + 5, y + 5) for x, y in spots.values()]
    for site, (x, y) in sorted(spots.items()):
        yield tag("circle", tag("title", site), cx=x, cy=y, r=4.0, class_="site")
        for box, anchor in _label_boxes(site, x, y):
            if _inside(box, height) and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                at = {"start": box[0], "end": box[2], "middle": x}[anchor]
                yield tag("text", site, x=at, y=box[3] - 3, text_anchor=anchor, class_="place")
                break


def _label_boxes(site: str, x: float, y: float) -> Iterator[tuple[Box, str]]:
    width = _CHARACTER * len(site)
    yield (x + 7, y - _LINE / 2, x + 7 + width, y + _LINE / 2), "start"
    yield (x - 7 - width, y - _LINE / 2, x - 7, y + _LINE / 2), "end"
    yield (x - width / 2, y - 7 - _LINE, x + width / 2, y - 7), "middle"
    yield (x - width / 2, y + 7, x + width / 2, y + 7 + _LINE), "middle"
    yield (x + 5, y - 4 - _LINE, x + 5 + width, y - 4), "start"
    yield (x - 5 - width, y + 4, x - 5, y + 4 + _LINE), "end"


def _inside(box: Box, height: float) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= height


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
