"""Payments lead every member from what it advanced to its share, and the account POOL ends at what it advanced."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clusterpool.report import settle

cents = st.integers(0, 10**7)
rows = st.lists(st.tuples(st.sampled_from(["", "A", "B", "C"]), cents), max_size=12)


@given(st.fixed_dictionaries({"A": cents, "B": cents, "C": cents}), rows, rows)
def test_everybody_ends_at_its_share(
    shares: dict[str, int], orders: list[tuple[str, int]], loads: list[tuple[str, int]]
) -> None:
    tables = {"orders": orders, "loads": loads}
    payments = settle(
        shares,
        {name: [member for member, _ in table] for name, table in tables.items()},
        {name: [cost for _, cost in table] for name, table in tables.items()},
    )
    for member, share in shares.items():
        advanced = sum(cost for payer, cost in orders + loads if payer == member)
        paid = payments.loc[payments["from"] == member, "amount"].sum()
        received = payments.loc[payments["to"] == member, "amount"].sum()
        assert advanced + paid - received == share
    assert (payments["amount"] > 0).all()
    assert ((payments["from"] == "POOL") != (payments["to"] == "POOL")).all()


def test_a_rounding_error_is_no_payment() -> None:
    payments = settle({"A": 0.1 + 0.2}, {"orders": ["A"], "loads": []}, {"orders": [0.3], "loads": []})
    assert payments.empty
    assert list(payments.columns) == ["from", "to", "amount"]
