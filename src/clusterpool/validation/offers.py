"""What is sold: price breaks, capacities, multiples, rebates, suppliers' terms and the rules of the pool."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from clusterpool.messages import MessageId, Words
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
        before, price = f"{row.before:g}", f"{row.unit_price:g}"
        review.note(MessageId.OFFER_PRICE_RISES, "offers", row.Index, "unit_price", before=before, price=price)


def _check_regulated(review: Review, offers: pd.DataFrame, first: pd.Series) -> None:
    rows = offers.index[~first & (offers["price_kind"] == PriceKind.REGULATED)]
    review.note(MessageId.OFFER_REGULATED_BREAKS, "offers", rows, "min_quantity")


def _check_reach(review: Review, offers: pd.DataFrame) -> None:
    """An offer whose minimum, multiple and capacity leave no quantity to buy."""
    least, most, multiple = offers["min_quantity"], offers["capacity"], offers["order_multiple"]
    below = most < least
    review.note(MessageId.OFFER_CAPACITY_BELOW_MINIMUM, "offers", offers.index[below], "capacity")
    fewest = np.maximum(np.ceil(least / multiple - _TOLERANCE), 1.0) * multiple
    none = ~below & (fewest > most * (1 + _TOLERANCE))
    review.note(MessageId.OFFER_NO_MULTIPLE, "offers", offers.index[none], "order_multiple")


def _check_breaks_above_capacity(review: Review, offers: pd.DataFrame) -> None:
    rows = offers.index[offers["min_quantity"] > offers["capacity"]]
    review.note(MessageId.OFFER_BREAK_ABOVE_CAPACITY, "offers", rows, "min_quantity")


def _check_rebates(review: Review) -> None:
    rebates = review.table("rebates").sort_values(["supplier", "min_spend"], kind="stable")
    steps = rebates.assign(before=rebates["rebate_pct"].shift())[rebates.duplicated("supplier")]
    falling: list[Any] = list(steps[steps["rebate_pct"] < steps["before"]].itertuples())
    for row in falling:
        before, rebate = f"{row.before:g}", f"{row.rebate_pct:g}"
        review.note(MessageId.REBATE_FALLS, "rebates", row.Index, "rebate_pct", before=before, rebate=rebate)


def _check_suppliers(review: Review) -> None:
    suppliers = review.table("suppliers")
    placeless = suppliers.index[~suppliers["delivered"] & (suppliers["site"] == "")]
    rows = [row for row in placeless if row not in review.failed("suppliers", "site")]
    review.note(MessageId.SUPPLIER_WITHOUT_SITE, "suppliers", rows, "site")
    rows = suppliers.index[suppliers["min_order_value"] > suppliers["capacity_value"]].tolist()
    review.note(MessageId.SUPPLIER_MINIMUM_ABOVE_CAPACITY, "suppliers", rows, "min_order_value")


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
        review.note(MessageId.RULE_NOT_FOR_A_SUPPLIER, "rules", line, "scope", rule=measure.value)
    if measure in _COUNTS and not rule.value.is_integer():
        review.note(MessageId.RULE_NOT_WHOLE, "rules", line, "value", whole=str(round(rule.value)))
    if measure is Measure.MAX_SUPPLIERS and rule.value < 1:
        review.note(MessageId.RULE_NO_SUPPLIER, "rules", line, "value")
    if measure not in _COUNTS and rule.value > _ALL:
        review.note(MessageId.RULE_SHARE_ABOVE_100, "rules", line, "value")


def _check_enough_sellers(review: Review, rule: Any) -> None:  # noqa: ANN401
    """An item that must come of more suppliers than offer it cannot be bought."""
    kind, _, code = rule.scope.partition(":")
    offers = review.table("offers")
    sellers = offers["supplier"][offers["item"] == code].nunique()
    if kind == "item" and rule.rule == Measure.MIN_SUPPLIERS and rule.value > sellers:
        review.note(MessageId.RULE_TOO_FEW_SELLERS, "rules", int(rule.Index), "value", sellers=str(sellers))


def _check_rules_together(review: Review, scope: str, rules: dict[Measure, tuple[int, float]]) -> None:
    """Rules of one scope that no purchase can obey."""
    limits = {measure: value for measure, (_, value) in rules.items()}
    most, least = limits.get(Measure.MAX_SUPPLIERS, math.inf), limits.get(Measure.MIN_SUPPLIERS, 0.0)
    ceiling, floor = limits.get(Measure.MAX_SHARE_PCT, 100.0), limits.get(Measure.MIN_SHARE_PCT, 0.0)
    conflicts = [
        (Measure.MIN_SUPPLIERS, least > most, MessageId.RULE_MIN_ABOVE_MAX_SUPPLIERS, ()),
        (Measure.MIN_SHARE_PCT, floor > ceiling, MessageId.RULE_MIN_ABOVE_MAX_SHARE, ()),
        (Measure.MAX_SHARE_PCT, most * ceiling < _ALL, MessageId.RULE_SHARES_BELOW_ALL, (most, ceiling)),
        (Measure.MIN_SHARE_PCT, least * floor > _ALL, MessageId.RULE_SHARES_ABOVE_ALL, (least, floor)),
    ]
    where = Words("scope.one", (("scope", scope),)) if scope else Words("scope.pool")
    for measure, broken, message, figures in conflicts:
        if broken and measure in rules:
            fields: dict[str, Any] = {"scope": where}
            fields |= {name: f"{figure:g}" for name, figure in zip(("suppliers", "share"), figures, strict=False)}
            review.note(message, "rules", rules[measure][0], "value", **fields)
