"""Row generation against full tables: the same least core, with honest lower and upper values."""

from __future__ import annotations

import pytest

from clusterpool.allocation.core import least_core_shares
from clusterpool.allocation.ledger import Ledger
from clusterpool.allocation.row_generation import least_core_level
from tests.oracles.table_separation import TableSeparation, game_with, savings_game

NAMES = "ABCDEFGHIJKL"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("n", [3, 6, 9])
def test_the_least_core_by_rows_is_the_one_of_the_full_table(n: int, seed: int) -> None:
    table = savings_game(n, seed)
    separation = TableSeparation(NAMES[:n], table)
    level = least_core_level(Ledger(game_with(separation), separation, accuracy=1e-8))
    value, shares = least_core_shares(table)
    assert level.lower * table[-1] == pytest.approx(value, abs=1e-6)
    assert level.upper * table[-1] == pytest.approx(value, abs=1e-5)
    assert level.shares * table[-1] == pytest.approx(shares, abs=1e-4 * table[-1])
