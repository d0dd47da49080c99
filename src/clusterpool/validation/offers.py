"""What is sold: price breaks, capacities, multiples, rebates, suppliers' terms and the rules of the pool."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from clusterpool.schema import Measure, PriceKind

if TYPE_CHECKING:
    import pandas as pd

    from clusterpool.validation.review import Review

_COUNTS = (Measure.MAX_SUPPLIERS, Measure.MIN_SUPPLIERS)
_ALL = 100.0
_TOLERANCE = 1e-9


def check_offers(review: Review) -> None:
    """All checks of offers, rebates, suppliers and rules; rows keep their lines."""
    offers = review.table("offers").sort_values(["supplier", "item", "min_quantity"], kind="stable")
    first = ~offers.duplicated(["supplier", "item"])
    _check_prices(review, offers, first)
    _check_regulated(review, offers, first)
    _check_reach(review, offers[first])
    _check_breaks_above_capacity(review, offers[~first])
    _check_rebates(review)
    _check_suppliers(review)
    _check_rules(review)


def _check_prices(review: Review, offers: pd.DataFrame, first: pd.Series) -> None:
    steps = offers.assign(before=offers["unit_price"].shift())[~first]
    rising: list[Any] = list(steps[steps["unit_price"] > steps["before"]].itertuples())
    for row in rising:
        problem = f"the unit price rises with the quantity, from {row.before:g} to {row.unit_price:g}"
        review.warn("offers", row.Index, "unit_price", problem, "check the price and min_quantity of this break")


def _check_regulated(review: Review, offers: pd.DataFrame, first: pd.Series) -> None:
    rows = offers.index[~first & (offers["price_kind"] == PriceKind.REGULATED)]
    repair = "keep one row for the offer, or make its price_kind free"
    review.error("offers", rows, "min_quantity", "a regulated price has more than one break", repair)


def _check_reach(review: Review, offers: pd.DataFrame) -> None:
    """An offer whose minimum, multiple and capacity leave no quantity to buy."""
    least, most, multiple = offers["min_quantity"], offers["capacity"], offers["order_multiple"]
    below = most < least
    problem, repair = (
        "the capacity is below the offer's least min_quantity",
        "correct one of them, or take the offer out",
    )
    review.error("offers", offers.index[below], "capacity", problem, repair)
    fewest = np.maximum(np.ceil(least / multiple - _TOLERANCE), 1.0) * multiple
    none = ~below & (fewest > most * (1 + _TOLERANCE))
    problem = "no multiple of it lies between min_quantity and capacity"
    review.error("offers", offers.index[none], "order_multiple", problem, "correct order_multiple or capacity")


def _check_breaks_above_capacity(review: Review, offers: pd.DataFrame) -> None:
    rows = offers.index[offers["min_quantity"] > offers["capacity"]]
    problem = "the break lies above the offer's capacity and is never reached"
    review.warn("offers", rows, "min_quantity", problem, "correct min_quantity or capacity, or take the row out")


def _check_rebates(review: Review) -> None:
    rebates = review.table("rebates").sort_values(["supplier", "min_spend"], kind="stable")
    steps = rebates.assign(before=rebates["rebate_pct"].shift())[rebates.duplicated("supplier")]
    falling: list[Any] = list(steps[steps["rebate_pct"] < steps["before"]].itertuples())
    for row in falling:
        problem = f"the rebate falls with the spend, from {row.before:g} to {row.rebate_pct:g} %"
        review.warn("rebates", row.Index, "rebate_pct", problem, "check rebate_pct and min_spend of this step")


def _check_suppliers(review: Review) -> None:
    suppliers = review.table("suppliers")
    placeless = suppliers.index[~suppliers["delivered"] & (suppliers["site"] == "")]
    rows = [row for row in placeless if row not in review.failed("suppliers", "site")]
    problem = "an ex-works supplier (delivered = false) without a site"
    review.error("suppliers", rows, "site", problem, "say where the goods are fetched, or write delivered = true")
    rows = suppliers.index[suppliers["min_order_value"] > suppliers["capacity_value"]].tolist()
    repair = "correct min_order_value or capacity_value"
    review.error("suppliers", rows, "min_order_value", "min_order_value is above capacity_value", repair)


def _check_rules(review: Review) -> None:
    values: dict[str, dict[Measure, tuple[int, float]]] = {}
    for row in review.rows("rules"):
        if not row.rule or math.isnan(row.value) or row.Index in review.failed("rules", "scope"):
            continue
        measure = Measure(row.rule)
        _check_rule(review, row, measure)
        _check_enough_sellers(review, row)
        values.setdefault(row.scope, {}).setdefault(measure, (int(row.Index), row.value))
    for scope, found in sorted(values.items()):
        _check_rules_together(review, scope, found)


def _check_rule(review: Review, rule: Any, measure: Measure) -> None:  # noqa: ANN401
    line = int(rule.Index)
    if measure in _COUNTS and rule.scope.startswith("supplier:"):
        problem = f"{measure} does not apply to one supplier"
        review.error("rules", line, "scope", problem, "leave the scope blank, or write item:CODE")
    if measure in _COUNTS and not rule.value.is_integer():
        review.error("rules", line, "value", "a number of suppliers is whole", f"write {round(rule.value)}")
    if measure is Measure.MAX_SUPPLIERS and rule.value < 1:
        review.error("rules", line, "value", "at most 0 suppliers: nothing could be bought", "write 1 or more")
    if measure not in _COUNTS and rule.value > _ALL:
        review.error("rules", line, "value", "a share above 100 %", "give a share from 0 to 100 percent")


def _check_enough_sellers(review: Review, rule: Any) -> None:  # noqa: ANN401
    """An item that must come of more suppliers than offer it cannot be bought."""
    kind, _, code = rule.scope.partition(":")
    offers = review.table("offers")
    sellers = offers["supplier"][offers["item"] == code].nunique()
    if kind == "item" and rule.rule == Measure.MIN_SUPPLIERS and rule.value > sellers:
        problem = f"only {sellers} suppliers offer the item: it can be bought of none of them"
        review.warn("rules", int(rule.Index), "value", problem, f"write {sellers}, or add offers")


def _check_rules_together(review: Review, scope: str, rules: dict[Measure, tuple[int, float]]) -> None:
    """Rules of one scope that no purchase can obey."""
    limits = {measure: value for measure, (_, value) in rules.items()}
    most, least = limits.get(Measure.MAX_SUPPLIERS, math.inf), limits.get(Measure.MIN_SUPPLIERS, 0.0)
    ceiling, floor = limits.get(Measure.MAX_SHARE_PCT, 100.0), limits.get(Measure.MIN_SHARE_PCT, 0.0)
    conflicts = [
        (Measure.MIN_SUPPLIERS, least > most, "min_suppliers is above max_suppliers"),
        (Measure.MIN_SHARE_PCT, floor > ceiling, "min_share_pct is above max_share_pct"),
        (
            Measure.MAX_SHARE_PCT,
            most * ceiling < _ALL,
            f"{most:g} suppliers of at most {ceiling:g} % make less than all",
        ),
        (
            Measure.MIN_SHARE_PCT,
            least * floor > _ALL,
            f"{least:g} suppliers of at least {floor:g} % make more than all",
        ),
    ]
    for measure, broken, problem in conflicts:
        if broken and measure in rules:
            where = f"of scope '{scope}'" if scope else "of the whole pool"
            review.error("rules", rules[measure][0], "value", problem, f"correct one of the two rules {where}")
