"""Purchasing: who buys what from whom, with breaks, rebates, minimums and rules, as a part of the pool's model."""

from clusterpool.purchasing.case import PurchasingCase, purchasing_case
from clusterpool.purchasing.model import add_purchasing
from clusterpool.purchasing.part import PurchasingPart
from clusterpool.purchasing.rows import Basket, PurchasingRows, basket, purchasing_rows
from clusterpool.purchasing.ties import served_at_no_cost

__all__ = [
    "Basket",
    "PurchasingCase",
    "PurchasingPart",
    "PurchasingRows",
    "add_purchasing",
    "basket",
    "purchasing_case",
    "purchasing_rows",
    "served_at_no_cost",
]
