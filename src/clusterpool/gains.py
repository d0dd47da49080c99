"""What each member and each cluster gains: today, alone, in the pool, and the split into purchases and freight."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import pandas as pd

from clusterpool.allocation import SHAPLEY_VALUES, Allocation, CostGame, Part, Rule, allocate
from clusterpool.report import CLUSTER_COLUMNS, MEMBER_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterpool.demand import Pool


class Wishes(TypedDict):
    """What some rules are told besides the game."""

    unions: Mapping[str, Sequence[str]] | None
    weights: Mapping[str, float] | None


@dataclass(frozen=True, eq=False)
class Sharing:
    """How the cost is to be shared: the rule (None: the ladder), and what it is told besides the game."""

    rule: Rule | None
    unions: Mapping[str, Sequence[str]] | None = None
    weights: Mapping[str, float] | None = None
    max_solves: int | None = None
    seed: int = 0

    def among(self, players: Sequence[str]) -> Wishes:
        """Unions and weights of some of the players."""
        return {
            "unions": None
            if self.unions is None
            else {name: kept for name, union in self.unions.items() if (kept := [p for p in union if p in players])},
            "weights": None
            if self.weights is None
            else {player: weight for player, weight in self.weights.items() if player in players},
        }


def member_gains(
    pool: Pool, game: CostGame, allocation: Allocation, sharing: Sharing, comparable: Mapping[str, bool]
) -> pd.DataFrame:
    """One row a member: what it pays today, alone and in the pool, and where the difference comes from.

    Parameters
    ----------
    allocation : Allocation
        What each member pays in the pool.
    sharing : Sharing
        What the rule was told besides the game; the parts of the cost are shared in the same way.
    comparable : mapping of member to bool
        Whether the member's figures rest on needs that are met.
    """
    today = _today(pool)
    table = pd.DataFrame({"member": pool.members})
    cluster = {member: name for name, members in pool.clusters.items() for member in members}
    table["cluster"] = table["member"].map(cluster)
    table["today"] = table["member"].map(today)
    table["alone"] = [game.cost((member,)) for member in pool.members]
    table["pool"] = table["member"].map(allocation.shares)
    table["saving"] = table["alone"] - table["pool"]
    table["saving_pct"] = _percent(table)
    split = _split(game, allocation, sharing, dict(zip(table["member"], table["saving"], strict=True)))
    table["purchases_saving"] = [split[member][0] for member in pool.members]
    table["freight_saving"] = [split[member][1] for member in pool.members]
    table["own_effort"] = table["today"] - table["alone"]
    table["merit_of_pooling"] = table["saving"]
    table["comparable"] = table["member"].map(comparable).astype(bool)
    table["rank"] = _ranks(table, "member")
    return table[list(MEMBER_COLUMNS)]


def cluster_gains(members: pd.DataFrame) -> pd.DataFrame:
    """Sums over the members of each cluster; a sum that lacks a member's figure is blank."""
    money = ["today", "alone", "pool", "saving", "purchases_saving", "freight_saving", "own_effort", "merit_of_pooling"]
    grouped = members.groupby("cluster", sort=True)
    table = grouped[money].sum().where(grouped[money].count().eq(grouped.size(), axis=0))
    table["members"] = grouped.size()
    table["comparable"] = grouped["comparable"].all()
    table = table.reset_index()
    table["saving_pct"] = _percent(table)
    table["rank"] = _ranks(table, "cluster")
    return table[list(CLUSTER_COLUMNS)]


def _percent(table: pd.DataFrame) -> pd.Series[float]:
    """The saving in percent of the cost alone; 0 where that is 0."""
    alone = table["alone"]
    return (100.0 * table["saving"] / alone.where(alone != 0.0)).fillna(0.0)


def _ranks(table: pd.DataFrame, name: str) -> pd.Series[int]:
    """1 for the largest saving, ties by name."""
    order = table.assign(key=-table["saving"].round(6)).sort_values(["key", name]).index
    return pd.Series(range(1, len(table) + 1), index=order).reindex(table.index)


def _today(pool: Pool) -> dict[str, float]:
    """What each member pays today; NaN unless every line of it has a current price."""
    bought, shipped = pool.table("purchases"), pool.table("shipments")
    lines = pd.concat(
        [
            pd.DataFrame({"member": bought["member"], "cost": bought["quantity"] * bought["current_unit_price"]}),
            pd.DataFrame({"member": shipped["member"], "cost": shipped["current_cost"]}),
        ],
        ignore_index=True,
    )
    sums = {str(name): math.fsum(costs) for name, costs in lines.groupby("member")["cost"]}
    return {member: sums.get(member, 0.0) for member in pool.members}


def _split(
    game: CostGame, allocation: Allocation, sharing: Sharing, savings: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Each member's saving in purchases and in freight.

    The part's saving is what the same rule gives on the part's own cost rows; what the two leave of the whole saving
    goes to the part that costs the member more alone. Where the rule is not defined for a part, that part's saving is 0
    before the remainder.
    """
    found: dict[str, list[float]] = {member: [] for member in game.players}
    for part in (Part.PURCHASES, Part.FREIGHT):
        gains = _part_savings(game, allocation, sharing, part)
        for member, of_member in found.items():
            of_member.append(gains.get(member, 0.0))
    return {member: _with_remainder(game, member, found[member], savings[member]) for member in game.players}


def _part_savings(game: CostGame, allocation: Allocation, sharing: Sharing, part: Part) -> dict[str, float]:
    """What the rule saves each member on one part of the cost; empty where it is not defined there."""
    costs = game.part(part)
    if allocation.rule in SHAPLEY_VALUES:
        return {member: costs.cost((member,)) - share for member, share in allocation.of_part(part).items()}
    active = [member for member in game.players if member not in game.idle and costs.cost((member,)) > 0.0]
    table = {tuple(sorted(solved.intersection(active))): costs.cost(solved) for solved in game.solved}
    table.pop((), None)
    if not table:
        return {}
    try:
        inside = CostGame.from_table(table)
        shares = allocate(inside, allocation.rule, **sharing.among(inside.players)).shares
    except ValueError:
        return {}
    return {member: inside.cost((member,)) - share for member, share in shares.items()}


def _with_remainder(game: CostGame, member: str, parts: list[float], saving: float) -> tuple[float, float]:
    alone = game.value((member,))
    left = saving - sum(parts)
    if alone.purchases >= alone.freight:
        return parts[0] + left, parts[1]
    return parts[0], parts[1] + left
