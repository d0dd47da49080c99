"""Players that are alike: which of them stands behind which column of membership."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def behind(
    paying: NDArray[np.float64], alike: Sequence[NDArray[np.int64]], holding: int | None = None
) -> NDArray[np.int64]:
    """The player behind each column: of those that are alike the one who must be in first, then who pays most.

    Examples
    --------
    >>> behind(np.array([1.0, 5.0, 2.0, 3.0]), [np.array([0, 2, 3])]).tolist()
    [3, 1, 2, 0]
    """
    payer = np.arange(len(paying))
    for columns in alike:
        first = columns != (-1 if holding is None else holding)
        payer[columns] = columns[np.lexsort((columns, -paying[columns], first))]
    return payer
