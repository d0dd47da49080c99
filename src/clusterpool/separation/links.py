r"""What merging loses of the relaxation, as rows that are added where a question breaks them.

With the symbols of `clusterpool.separation.merging`, what the offers W send to need k is at most z_k, and at most the
sum of their y_wt. So for every set A of needs of the group

    D sum_w F_w  <=  sum over k in A of d_k z_k  +  sum over k not in A of d_k sum_w,t y_wt,

and at any point the row with A = {k : z_k < sum_w,t y_wt} is the one that it breaks most (as in the mixing sets of
Günlük & Pochet, "Mixing mixed-integer inequalities", Mathematical Programming 90, 2001). W is each offer by itself, and
all offers together; over all W the rows would give the unmerged relaxation (maximum flow, minimum cut). A question
breaks one or two rows an offer; with them the relaxation of `buying-100` was the unmerged one to six digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack

from clusterpool.solver import LpSession

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clusterpool.model import Block
    from clusterpool.solver import Deadline, LinearModel

BROKEN = 1e-4
"""A row that is broken by less, in parts of all that an offer may send, does not matter."""
ROUNDS = 6
"""At most so often the relaxation is solved for one question."""


@dataclass(frozen=True, eq=False)
class Link:
    """Some offers and the merged needs that they may serve, by their columns in the joined model.

    Parameters
    ----------
    sent : array of int
        F_w of each offer.
    chosen : array of int
        y_wt of all of them.
    members : array of int
        z_k of each need.
    parts : array of float
        d_k / D of each need.
    """

    sent: NDArray[np.int64]
    chosen: NDArray[np.int64]
    members: NDArray[np.int64]
    parts: NDArray[np.float64]

    def broken_row(self, values: NDArray[np.float64]) -> csr_array | None:
        """The row sum of F_w - sum <= 0 that a point breaks most; None where it breaks none."""
        taken = float(values[self.chosen].sum())
        out = values[self.members] < taken
        rest = float(self.parts[~out].sum())
        if values[self.sent].sum() - self.parts[out] @ values[self.members[out]] - rest * taken <= BROKEN:
            return None
        columns = np.concatenate([self.sent, self.members[out], self.chosen])
        entries = np.concatenate([np.ones(len(self.sent)), -self.parts[out], np.full(len(self.chosen), -rest)])
        return csr_array((entries, (np.zeros(len(columns), dtype=np.int64), columns)), shape=(1, len(values)))


def links_of(block: Block, groups: Sequence[NDArray[np.int64]], place: NDArray[np.int64]) -> list[Link]:
    """The offers of a block that may serve several equal needs.

    Parameters
    ----------
    groups : sequence of array of int
        The equal needs, as `clusterpool.model.equal_needs` groups them.
    place : array of int
        Where the block's columns stand in the joined model.
    """
    supplies, breaks = block.supplies, block.breaks
    found = []
    for needs in groups:
        if len(needs) == 1:
            continue
        quantity, members = supplies.quantity[needs[:, 0]], place[supplies.membership[needs[:, 0]]]
        offers = needs[0][supplies.offer[needs[0]] >= 0]
        for some in (*offers.reshape(-1, 1), *([offers] if len(offers) > 1 else [])):
            chosen = place[breaks.chosen[np.isin(breaks.offer, supplies.offer[some])]]
            found.append(Link(place[supplies.column[some]], chosen, members, quantity / quantity.sum()))
    return found


def tightened(
    model: LinearModel, links: Sequence[Link], known: csr_array | None, deadline: Deadline
) -> tuple[LinearModel, csr_array | None]:
    """The model with the rows of its links that its relaxation breaks, and those of them that bind.

    Parameters
    ----------
    known : sparse array, optional
        Rows to begin with.
    """
    rows = _widened(known, model.n_columns)
    session = LpSession(model)
    _add(session, rows)
    for _ in range(ROUNDS):
        relaxed = session.solve_below(np.inf, deadline)
        if relaxed is None:
            return model, known
        broken = [row for link in links if (row := link.broken_row(relaxed.values)) is not None]
        binding = np.asarray(rows @ relaxed.values) > -BROKEN
        rows = csr_array(vstack([rows.tocsr()[binding, :], *broken]))
        if not broken:
            break
        _add(session, csr_array(vstack(broken)))
    none = np.full(rows.shape[0], -np.inf)
    wider = model.with_matrix(
        csr_array(vstack([model.matrix, rows])),
        row_lower=np.concatenate([model.row_lower, none]),
        row_upper=np.concatenate([model.row_upper, np.zeros(rows.shape[0])]),
    )
    return wider, rows


def _widened(rows: csr_array | None, width: int) -> csr_array:
    """Rows of a model with more columns, or with fewer that they do not stand in."""
    if rows is None:
        return csr_array((0, width))
    return csr_array((rows.data, rows.indices, rows.indptr), shape=(rows.shape[0], width))


def _add(session: LpSession, rows: csr_array) -> None:
    count = rows.shape[0]
    session.add_rows(np.full(count, -np.inf), np.zeros(count), rows.indptr, rows.indices, rows.data)
