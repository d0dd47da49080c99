"""A public file of 10,000 lines, the SCMS delivery history: from the file to needs in two rounds of questions.

It is not kept here: the environment variable ``SCMS_DELIVERY_HISTORY`` names a copy.
"""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clusterpool.errors import DataError
from clusterpool.importing import Profile, import_table

FILE = Path(os.environ.get("SCMS_DELIVERY_HISTORY", "no such file"))
FIRST: dict[str, Any] = {
    "ignore": ["Weight (Kilograms)", "Freight Cost (USD)", "Line Item Insurance (USD)"],
    "columns": {
        "member": "Country",
        "item": "Item Description",
        "quantity": "Line Item Quantity",
        "current_unit_price": "Pack Price",
        "current_supplier": "Vendor",
        "due_date": "Scheduled Delivery Date",
    },
    "file": {"currency": "USD"},
    "rates": {"USD": 1},
}
"""The answers to the first round: what the columns are, and that packs are counted, as the amounts prove."""


def questions(decided: dict[str, Any]) -> list[str]:
    with pytest.raises(DataError) as caught:
        import_table(FILE, "purchases", profile=Profile.of({"version": 1, "purchases": decided}, "purchases"))
    return list(caught.value.findings["column"].unique())


@pytest.mark.slow
@pytest.mark.skipif(not FILE.is_file(), reason="SCMS_DELIVERY_HISTORY names no file")
def test_the_delivery_history_in_two_rounds() -> None:
    assert {"member", "item", "quantity", "Line Item Value"} <= set(questions({}))
    assert questions(FIRST) == ["Unit of Measure (Per Pack)", "Unit Price"]
    decided = {**FIRST, "ignore": [*FIRST["ignore"], "Unit of Measure (Per Pack)", "Unit Price"]}
    done = import_table(FILE, "purchases", profile=Profile.of({"version": 1, "purchases": decided}, "purchases"))
    assert len(done.frame) == 10_324
    spent = sum(
        Decimal(q) * Decimal(p) for q, p in done.frame[["quantity", "current_unit_price"]].itertuples(index=False)
    )
    assert spent == Decimal("1627584910.60")  # as a plain sum over the file's cells
    assert "it equals Line Item Quantity times Pack Price in every line" in done.assumptions["evidence"].tolist()
