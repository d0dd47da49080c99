"""Validation: tables of text become typed, canonical tables, and everything that is wrong with them is told at once."""

from clusterpool.validation.pipeline import Checked, validate

__all__ = ["Checked", "validate"]
