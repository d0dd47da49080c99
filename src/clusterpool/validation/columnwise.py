"""Work on whole columns by their different values, so that a million rows cost little more than their few values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_WHOLE_NUMBERS = 2**62
"""Ranks of several columns are put into one whole number as long as it stays below this."""


def text_column(texts: Sequence[str], places: np.ndarray, index: pd.Index) -> pd.Series:
    """A categorical column of the texts at some places; it sorts as text does.

    Examples
    --------
    >>> column = text_column(["b", "a"], np.array([0, 1, 0]), pd.RangeIndex(3))
    >>> column.tolist(), column.sort_values().tolist()
    (['b', 'a', 'b'], ['a', 'b', 'b'])
    """
    return pd.Series(pd.Categorical(pd.array(texts, dtype="str")).take(places), index=index)


def mapped(cells: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """A column of text changed value by value.

    Examples
    --------
    >>> mapped(pd.Series(["a", "b", "a"]), str.upper).tolist()
    ['A', 'B', 'A']
    """
    codes, texts = pd.factorize(cells)
    return text_column([change(text) for text in texts.tolist()], codes, cells.index)


def looked_up(cells: pd.Series, numbers: Mapping[Any, float]) -> pd.Series:
    """The number of each text; NaN where it has none.

    Examples
    --------
    >>> looked_up(pd.Series(["a", "b"]), {"a": 1.0}).tolist()
    [1.0, nan]
    """
    codes, texts = pd.factorize(cells)
    values = np.array([numbers.get(text, math.nan) for text in texts.tolist()], dtype=float)
    return pd.Series(values[codes] if len(values) else [], index=cells.index, dtype="float64")


def in_order(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The rows sorted by some columns, blanks last, rows that are equal in them as they stood; with a fresh index.

    Examples
    --------
    >>> in_order(pd.DataFrame({"a": ["y", "x", "y"], "b": [2.0, 1.0, float("nan")]}), ["a", "b"])["a"].tolist()
    ['x', 'y', 'y']
    """
    if not len(frame):
        return frame.reset_index(drop=True)
    place, size = np.zeros(len(frame), dtype=np.int64), 1
    for name in names:
        codes, values = pd.factorize(frame[name], sort=True)
        ranks = np.where(codes < 0, len(values), codes)
        if size > _WHOLE_NUMBERS // (len(values) + 1):
            different, place = np.unique(place, return_inverse=True)
            size = len(different)
        place, size = place * (len(values) + 1) + ranks, size * (len(values) + 1)
    return frame.take(np.argsort(place, kind="stable")).reset_index(drop=True)
