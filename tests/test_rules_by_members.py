"""Rules that look at columns of the members: shares by key, and the Shapley value with bargaining weights."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import clusterpool as cp
from clusterpool.allocation import CostGame, Rule, allocate
from tests.input_kit import FILES, read

CASE = Path(__file__).parent / "files" / "cases" / "fixed-fee"
GAME = {
    ("A",): 6.0,
    ("B",): 7.0,
    ("C",): 4.0,
    ("A", "B"): 10.0,
    ("A", "C"): 8.0,
    ("B", "C"): 9.0,
    ("A", "B", "C"): 12.0,
}


def pool_with(folder: Path, members: str, rule: str = "") -> cp.Pool:
    for path in CASE.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "members.csv").write_text(members, encoding="utf-8")
    if rule:
        text = (folder / "pool.toml").read_text(encoding="utf-8")
        (folder / "pool.toml").write_text(f'{text}rule = "{rule}"\n', encoding="utf-8")
    return cp.read_pool(folder)


KEYED = "member,cluster,site,key\nA,c,Oran,20\nB,c,Oran,15\nC,c,Oran,65\n"


@pytest.mark.parametrize("told", ["in the call", "in pool.toml"])
def test_a_fixed_fee_is_shared_by_kg(tmp_path: Path, told: str) -> None:
    """20 for the transport of 20, 15 and 65 kg at 1.5: 4, 3 and 13 beside each member's own goods."""
    pool = pool_with(tmp_path, KEYED, "by-key" if told == "in pool.toml" else "")
    savings = cp.share_savings(pool, rule=None if told == "in pool.toml" else "by-key")
    goods = {"A": 30.0, "B": 22.5, "C": 97.5}
    fee = {member: share - goods[member] for member, share in savings.allocation.shares.items()}
    assert fee == pytest.approx({"A": 4.0, "B": 3.0, "C": 13.0}, abs=1e-6)
    assert savings.allocation.rule is Rule.BY_KEY


def test_members_without_a_key_are_named(tmp_path: Path) -> None:
    members = KEYED.replace(",65", ",")
    pool = pool_with(tmp_path, members)
    with pytest.raises(cp.DataError) as caught:
        cp.share_savings(pool, rule="by-key")
    (found,) = caught.value.problems.to_dict("records")
    assert (found["table"], found["column"]) == ("members", "key")
    assert found["problem"].endswith("blank for C")
    with pytest.raises(cp.DataError) as caught:
        pool_with(tmp_path, members, "by-key")
    assert caught.value.findings[["id", "row"]].to_numpy().tolist() == [["member.without-key", 4]]


def test_shares_by_key_are_in_proportion_to_it() -> None:
    game = CostGame.from_table(GAME)
    shares = allocate(game, Rule.BY_KEY, weights={"A": 1.0, "B": 0.0, "C": 3.0}).shares
    assert shares == pytest.approx({"A": 3.0, "B": 0.0, "C": 9.0})
    with pytest.raises(ValueError, match="lacking for"):
        allocate(game, Rule.BY_KEY, weights={"A": 1.0, "B": 1.0})
    with pytest.raises(ValueError, match="need weights="):
        allocate(game, Rule.BY_KEY)
    with pytest.raises(ValueError, match="all 0"):
        allocate(game, Rule.BY_KEY, weights={"A": 0.0, "B": 0.0, "C": 0.0})
    with pytest.raises(ValueError, match="must be positive"):
        allocate(game, Rule.SHAPLEY, weights={"A": 0.0})


def test_the_weighted_value_is_shapleys_with_the_members_weights(tmp_path: Path) -> None:
    weights = {"A": 1.0, "B": 2.0, "C": 4.0}
    game = CostGame.from_table(GAME)
    by_name = allocate(game, Rule.WEIGHTED_SHAPLEY, weights=weights).shares
    assert by_name == pytest.approx(allocate(game, Rule.SHAPLEY, weights=weights).shares)
    assert by_name != pytest.approx(allocate(game, Rule.SHAPLEY).shares)
    pool = pool_with(tmp_path, "member,cluster,site,weight\nA,c,Oran,1\nB,c,Oran,2\nC,c,Oran,4\n", "weighted-shapley")
    savings = cp.share_savings(pool)
    again = cp.share_savings(pool, rule=Rule.SHAPLEY, weights=weights)
    assert savings.allocation.shares == pytest.approx(again.allocation.shares)
    assert savings.allocation.rule is Rule.WEIGHTED_SHAPLEY
    assert math.fsum(savings.allocation.shares.values()) == pytest.approx(savings.plan.cost)
    assert "weighted" in savings.allocation.reason


def test_columns_that_no_command_uses_are_named(tmp_path: Path) -> None:
    assert "column.not-used" not in read(tmp_path, FILES).findings["id"].tolist()
    text = FILES["items.csv"].replace("goods_class\n", "goods_class,pack_size\n").replace("dry\n", "dry,6\n")
    found = read(tmp_path, {**FILES, "items.csv": text.replace("0.84,\n", "0.84,,\n")}).findings
    unused = found[found["id"] == "column.not-used"]
    assert unused[["table", "column", "severity"]].to_numpy().tolist() == [["items", "pack_size", "hint"]]
