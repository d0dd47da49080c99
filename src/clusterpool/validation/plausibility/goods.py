"""Goods: weights that do not fit the unit, and densities that nothing has."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.validation.review import Review

UNIT_KG: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("kg", "kilo", "kilogram", "kilogramme", "كغ", "كلغ"), 1.0),
        **dict.fromkeys(("g", "gram", "gramme"), 0.001),
        **dict.fromkeys(("t", "tonne", "ton", "طن"), 1000.0),
        **dict.fromkeys(("quintal", "q", "قنطار"), 100.0),
    }
)
"""What a unit of weight weighs in kg."""
DENSEST_KG_PER_M3 = 22_600.0
"""Osmium, the densest element (CRC Handbook of Chemistry and Physics)."""
LIGHTEST_KG_PER_M3 = 1.0
"""Lighter than air: no goods that are packed."""
MOST_PACKING = 2.0
"""Gross weights count the packing: up to so many times the net weight, or less where the unit is a gross one."""


def check_goods(review: Review) -> None:
    """All checks of weights and volumes; rows keep their lines."""
    if review.sound("items"):
        _check_units(review)
        _check_densities(review, "items")
    if review.sound("shipments"):
        _check_densities(review, "shipments")


def _check_units(review: Review) -> None:
    items = review.table("items")
    expected = items["unit"].str.strip(". ").str.casefold().map(UNIT_KG)
    odd = items.assign(expected=expected)[
        ~(items["weight_kg"] / expected).fillna(1.0).between(1 / MOST_PACKING, MOST_PACKING)
    ]
    rows: list[Any] = list(odd.itertuples())
    for row in rows:
        place = ("items", row.Index, "weight_kg")
        review.note(MessageId.ITEM_WEIGHT_OF_UNIT, *place, unit=row.unit, weight=f"{row.expected:g}")


def _check_densities(review: Review, table: str) -> None:
    goods = review.table(table)
    density = goods["weight_kg"] / goods["volume_m3"].where(goods["volume_m3"] > 0)
    odd = density[(density > DENSEST_KG_PER_M3) | (density < LIGHTEST_KG_PER_M3)]
    for row, value in zip(odd.index.tolist(), odd.tolist(), strict=True):
        place = (table, row, "weight_kg")
        review.note(MessageId.GOODS_DENSITY, *place, density=f"{value:.3g}")
