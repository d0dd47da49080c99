"""Drawings as SVG markup: elements, rounded coordinates, scales."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_DECADE_TICKS = (1, 2, 5)
_FEW_DECADES = 2.1


def tag(name: str, *children: str, **attributes: object) -> Markup:
    """An element; ``class_`` is ``class`` and ``text_anchor`` is ``text-anchor``; floats are rounded to a tenth.

    Examples
    --------
    >>> tag("text", "a < b", x=1.25, class_="label")
    Markup('<text x="1.2" class="label">a &lt; b</text>')
    """
    written = Markup().join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), short(value) if type(value) is float else value)
        for key, value in attributes.items()
    )
    inside = Markup().join(children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, inside)  # noqa: S704 - names of our own


def short(value: float) -> str:
    """A coordinate with one decimal at most.

    Examples
    --------
    >>> short(12.0), short(-0.04), short(3.14159)
    ('12', '0', '3.1')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def points(pairs: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """The data of a path through points.

    Examples
    --------
    >>> points([(0.0, 0.0), (10.0, 5.55)], closed=True)
    'M0 0L10 5.5Z'
    """
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in pairs) + ("Z" if closed else "")


def drawing(width: float, height: float, title: str, description: str, *children: str, key: str) -> Markup:
    """A drawing of its own, with the words for those who do not see it; `key` is unique in the page."""
    return tag(
        "svg",
        tag("title", title, id=f"{key}-t"),
        tag("desc", description, id=f"{key}-d"),
        *children,
        viewBox=f"0 0 {short(width)} {short(height)}",
        role="img",
        aria_labelledby=f"{key}-t {key}-d",
    )


def linear_ticks(low: float, high: float, count: int) -> list[float]:
    """Round figures between two, about `count` of them.

    Examples
    --------
    >>> linear_ticks(0.0, 9.3, 4)
    [0.0, 2.5, 5.0, 7.5]
    """
    span = (high - low) / max(count, 1)
    if span <= 0:
        return [low]
    size = 10.0 ** math.floor(math.log10(span))
    step = next(size * factor for factor in _STEPS if size * factor >= span * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten between two, and twice and five times these where they are few.

    Examples
    --------
    >>> log_ticks(3.0, 150.0)
    [5.0, 10.0, 20.0, 50.0, 100.0]
    """
    factors: Sequence[int] = _DECADE_TICKS if math.log10(high / low) < _FEW_DECADES else (1,)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [factor * 10.0**decade for decade in decades for factor in factors]
    return [tick for tick in ticks if low <= tick <= high]
