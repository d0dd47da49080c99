"""Rules by rows on pools that no table can hold, within a time limit: shares, and what is proven of them, come out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from clusterpool import Pool, Rule, SolveOptions, read_pool, share_savings
from clusterpool.game import cost_game
from tests.input_kit import pools_folder

SECONDS = 120.0
DRAWN = 12


def pool(name: str, members: int) -> Pool:
    """The first members of a pool; skips the test where its folder is not there."""
    folder = pools_folder() / name
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}")
    whole = read_pool(folder)
    return whole.restrict(whole.members[:members])


@pytest.mark.slow
@pytest.mark.parametrize("rule", [Rule.NUCLEOLUS, Rule.EQUAL_PROFIT, Rule.LEAST_CORE])
def test_thirty_members_have_shares_with_a_proof_within_two_minutes(rule: Rule) -> None:
    """No coalition that is drawn and solved gains more than the certificate allows, nor do those that are reported."""
    some = pool("buying-100", 30)
    found = share_savings(some, rule=rule, options=SolveOptions(time_limit_s=SECONDS)).allocation
    total = math.fsum(found.shares.values())
    print(f"{rule}: {found.reason} {found.core.excess_bound / total:.2e} of the cost")
    assert found.rule is rule
    assert found.core.excess_bound <= 0.05 * total
    assert all(math.isfinite(end) for ends in found.intervals.values() for end in ends)
    assert found.core.worst_excess <= found.core.excess_bound
    game = cost_game(some, options=SolveOptions(gap=0.01, time_limit_s=None))
    rng = np.random.default_rng(0)
    for size in rng.integers(2, 29, DRAWN):
        coalition = rng.choice(some.members, size=size, replace=False).tolist()
        gain = math.fsum(found.shares[member] for member in coalition) - game.cost(coalition)
        assert gain <= found.core.excess_bound


@pytest.mark.slow
def test_much_freight_has_shares_with_a_bound_however_short_the_time() -> None:
    some = pool("mixed-30-ex-works", 30)
    found = share_savings(some, rule=Rule.LEAST_CORE, options=SolveOptions(time_limit_s=SECONDS)).allocation
    total = math.fsum(found.shares.values())
    print(f"{found.reason} {found.core.excess_bound / total:.2e} of the cost")
    assert found.core.excess_bound < total
    assert found.core.worst_excess <= found.core.excess_bound
