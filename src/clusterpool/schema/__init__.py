"""The input's only description: a row model for every table and one for the settings.

Checks, data dictionary and JSON Schema are made from these models.
"""

from clusterpool.schema.columns import Column, Kind, columns
from clusterpool.schema.dictionary import data_dictionary, json_schema
from clusterpool.schema.fields import Refused, parse_number, plain_numbers
from clusterpool.schema.rows import Row
from clusterpool.schema.settings import Settings
from clusterpool.schema.supply import Discount, Measure, PriceKind
from clusterpool.schema.tables import TABLES

__all__ = [
    "TABLES",
    "Column",
    "Discount",
    "Kind",
    "Measure",
    "PriceKind",
    "Refused",
    "Row",
    "Settings",
    "columns",
    "data_dictionary",
    "json_schema",
    "parse_number",
    "plain_numbers",
]
