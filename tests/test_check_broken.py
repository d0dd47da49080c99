"""The independent checker catches every broken plan, and says what is wrong with it."""

from __future__ import annotations

import pytest

from tests.oracles.broken_plans import Fault, faults

ALL = faults()


def test_there_are_many_different_faults() -> None:
    assert len({fault.name for fault in ALL}) == len(ALL) > 100


@pytest.mark.parametrize("fault", ALL, ids=[fault.name for fault in ALL])
def test_a_broken_plan_is_caught(fault: Fault) -> None:
    result = fault.check()
    assert not result.ok
    found = result.problems
    said = found[(found["table"] == fault.table) & found["problem"].str.contains(fault.wording, regex=False)]
    assert len(said), str(result)
