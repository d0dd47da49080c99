"""Plausibility: what is formally right but probably not meant, as warnings and hints."""

from clusterpool.validation.plausibility.goods import check_goods
from clusterpool.validation.plausibility.likeness import check_likeness
from clusterpool.validation.plausibility.needs import check_plausible_needs
from clusterpool.validation.plausibility.prices import check_prices

__all__ = ["check_goods", "check_likeness", "check_plausible_needs", "check_prices"]
