"""Payments lead every member from what it advanced to its share, and the account POOL ends at what it advanced."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clusterpool.report import settle
from clusterpool.report.settlement import directly

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


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.integers(-(10**6), 10**6), min_size=1))
def test_direct_payments_bring_everybody_to_the_same_end_with_few_payments(owed: dict[str, int]) -> None:
    members = {"orders": list(owed), "loads": []}
    low = min(0, *owed.values())
    shares = {member: amount - low for member, amount in owed.items()}
    through = settle(shares, members, {"orders": [-low] * len(owed), "loads": []})
    direct = directly(through)
    between = direct[direct["to"] != "POOL"]
    assert len(between) <= max(0, len(owed) - 1) if sum(owed.values()) >= 0 else True
    if sum(owed.values()) < 0:
        return
    for member, amount in owed.items():
        paid = direct.loc[direct["from"] == member, "amount"].sum()
        received = direct.loc[direct["to"] == member, "amount"].sum()
        assert paid - received == amount
    assert direct.loc[direct["to"] == "POOL", "amount"].sum() == sum(owed.values())
    assert (direct["from"] != "POOL").all()
    assert (direct["amount"] > 0).all()
