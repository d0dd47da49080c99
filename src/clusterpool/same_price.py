"""What each member would pay if everybody paid the plan's same unit prices, and whom that would hurt.

It is the rule that people think of first, and often a member that buys much has good prices already and would pay more
than alone. Written for member i:

    own_i  = its order rows + its groupage rows + its unmet needs + its part of each trip
             (a trip's cost in proportion to the kg on it; in equal parts where nothing on it weighs anything)
    rest   = the plan's cost - sum of own (surplus, order and delivery costs, hubs)
    pays_i = own_i + rest x own_i / sum of own: the same percentage for all; in proportion to the costs alone where
             the sum of own is 0
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.allocation import Explanation
from clusterpool.allocation.wording import listed
from clusterpool.language import Domain, Language, phrases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.plan import Plan

HURTS_FROM = 0.005
"""From this much on, in the pool's currency, a member pays more than alone: half a cent."""


@dataclass(frozen=True, eq=False, repr=False)
class SavingsExplanation(Explanation):
    """Answers to what members ask about the savings of a pool: those of `Explanation`, and the same price for all.

    Parameters
    ----------
    same_price : pandas.DataFrame
        ``member, own, rest, same_price, alone, pool, more, hurts``: what the member would pay at the plan's same unit
        prices (`own` + `rest`), its cost alone, what it pays under the rule, `more` = same_price - alone, and whether
        that is above 0, so that the same price for all would make it worse off than alone.
    """

    same_price: pd.DataFrame

    def sentences(self, language: Language = Language.ENGLISH, *, currency: str = "") -> list[str]:
        """What the tables say in plain sentences; `currency` is an ISO code, blank for no symbol."""
        said, hurt = phrases(Domain.SHARING, language), self.same_price.loc[self.same_price["hurts"], "member"].tolist()
        names = listed(hurt, language)
        last = said["same-price-hurts"].format(names=names) if hurt else said["same-price-hurts-nobody"].format()
        return [*super().sentences(language, currency=currency), last]


def with_same_price(answers: Explanation, plan: Plan, members: pd.DataFrame) -> SavingsExplanation:
    """The explanation of an allocation with what the plan's same unit prices would mean for each member."""
    given = {field.name: getattr(answers, field.name) for field in fields(answers)}
    return SavingsExplanation(**given, same_price=same_price(plan, members))


def same_price(plan: Plan, members: pd.DataFrame) -> pd.DataFrame:
    """What each member would pay at the same unit prices; `members` holds ``member, alone, pool``."""
    own = _own_rows(plan)
    table = members[["member"]].copy()
    table["own"] = [own.get(member, 0.0) for member in table["member"]]
    rest = plan.cost - math.fsum(table["own"])
    key = table["own"] if table["own"].sum() > 0.0 else members["alone"]
    table["rest"] = rest * key / key.sum() if key.sum() > 0.0 else 0.0
    table["same_price"] = table["own"] + table["rest"]
    table[["alone", "pool"]] = members[["alone", "pool"]]
    table["more"] = table["same_price"] - table["alone"]
    table["hurts"] = table["more"] > HURTS_FROM
    return table


def _own_rows(plan: Plan) -> Mapping[str, float]:
    """The cost of each member's own rows of the plan, its part of the trips among them."""
    rows = [table.loc[table["member"] != "", ["member", "cost"]] for table in (plan.orders, plan.loads, plan.unmet)]
    rows.append(_parts_of_trips(plan))
    costs = pd.concat(rows, ignore_index=True)
    return {str(member): math.fsum(own) for member, own in costs.groupby("member")["cost"]}


def _parts_of_trips(plan: Plan) -> pd.DataFrame:
    """The cost of every trip in proportion to the kg that ride on it."""
    loads = plan.loads.merge(plan.trips[["trip", "cost"]], on="trip", suffixes=("", "_of_trip"), validate="many_to_one")
    carried = loads.groupby("trip")["weight_kg"]
    part = loads["weight_kg"] / carried.transform("sum")
    part = part.where(carried.transform("sum") > 0.0, 1.0 / carried.transform("size"))
    return pd.DataFrame({"member": loads["member"], "cost": loads["cost_of_trip"] * part})
