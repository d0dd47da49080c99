"""The registry of tables, in the order in which people fill them in."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from clusterpool.schema.rows import ItemRow, MemberRow, PurchaseRow, Row, ShipmentRow, SiteRow
from clusterpool.schema.supply import EligibilityRow, OfferRow, RebateRow, RuleRow, SupplierRow
from clusterpool.schema.transport import CompatibilityRow, HubRow, RoadRow, TariffRow, VehicleRow

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES: Mapping[str, type[Row]] = MappingProxyType(
    {
        "members": MemberRow,
        "sites": SiteRow,
        "items": ItemRow,
        "purchases": PurchaseRow,
        "suppliers": SupplierRow,
        "offers": OfferRow,
        "rebates": RebateRow,
        "eligibility": EligibilityRow,
        "rules": RuleRow,
        "shipments": ShipmentRow,
        "vehicles": VehicleRow,
        "tariffs": TariffRow,
        "hubs": HubRow,
        "roads": RoadRow,
        "compatibility": CompatibilityRow,
    }
)
"""The row model of every table by the table's name."""
