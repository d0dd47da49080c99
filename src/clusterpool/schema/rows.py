"""What every row model shares, and the tables of the needs: members, sites, items, purchases, shipments."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from clusterpool.schema.fields import (
    Amount,
    Clusters,
    Code,
    Day,
    Flag,
    Latitude,
    Longitude,
    NewMember,
    Positive,
    Reference,
    Text,
)


class Row(BaseModel):
    """A row of a table.

    `key` names the columns that no two rows share (empty: no key); of the rows that share `group`, the columns
    `one_value` are one and the same; `pending` says that the whole table is not honoured yet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: ClassVar[tuple[str, ...]] = ()
    group: ClassVar[tuple[str, ...]] = ()
    one_value: ClassVar[tuple[str, ...]] = ()
    pending: ClassVar[bool] = False


class MemberRow(Row):
    """The firms of the pool."""

    key = ("member",)

    member: NewMember = Field(description="Code of the member.")
    cluster: Clusters = Field(
        description="Cluster, several as a|b: the first is the member's union and its only one in cluster totals."
    )
    site: Annotated[Code, Reference("sites")] = Field(description="Where the member's goods go to.")
    name: Text | None = Field(None, description="Name of the member.")
    weight: Positive = Field(1.0, description="Bargaining weight in weighted rules of sharing.")
    sharing_key: Amount | None = Field(
        None,
        alias="key",
        description="What the rule by-key shares by, such as kg, turnover or heads; needed for that rule alone.",
    )


class SiteRow(Row):
    """Places with their coordinates; places of the built-in gazetteer need no row."""

    key = ("site",)

    site: Code = Field(description="Code or name of the place.")
    latitude: Latitude | None = Field(None, description="Latitude in decimal degrees, north positive (WGS 84).")
    longitude: Longitude | None = Field(None, description="Longitude in decimal degrees, east positive (WGS 84).")
    name: Text | None = Field(None, description="Name of the place.")
    kind: Text | None = Field(None, description="Kind of the place (information).")


class ItemRow(Row):
    """What is bought."""

    key = ("item",)

    item: Code = Field(description="Code of the item.")
    unit: Text = Field(description="Unit in which the item is bought and priced.")
    name: Text | None = Field(None, description="Name of the item.")
    weight_kg: Amount | None = Field(
        None, description="Weight of one unit in kg; needed where a supplier sells ex works."
    )
    volume_m3: Amount | None = Field(None, description="Volume of one unit in m3; blank counts as 0.")
    pallets: Amount | None = Field(None, description="Pallet places of one unit; blank counts as 0.")
    goods_class: Code | None = Field(None, description="Goods class; blank fits every vehicle and tariff.")
    pack_size: Positive | None = Field(None, description="Units in a pack (information).")


class PurchaseRow(Row):
    """What the members need to buy; equal lines add up."""

    member: Annotated[Code, Reference("members")] = Field(description="Member that needs the item.")
    item: Annotated[Code, Reference("items")] = Field(description="Item that is needed.")
    quantity: Positive = Field(description="Quantity needed, in units of the item.")
    site: Annotated[Code, Reference("sites")] | None = Field(
        None, description="Where it is needed; blank: the member's site."
    )
    due_date: Day | None = Field(None, description="Last day of delivery; blank: the last day of the planning horizon.")
    max_unit_price: Amount | None = Field(
        None, description="Unit price, in the pool's currency, of an unlimited outside source that delivers."
    )
    current_supplier: Annotated[Code, Reference("suppliers")] | None = Field(None, description="Supplier of today.")
    current_unit_price: Amount | None = Field(
        None, description="Unit price of today, delivered, in the pool's currency."
    )


class ShipmentRow(Row):
    """What the members need to have carried."""

    key = ("shipment",)

    shipment: Code = Field(description="Code of the shipment.")
    member: Annotated[Code, Reference("members")] = Field(description="Member whose shipment it is.")
    origin: Annotated[Code, Reference("sites")] = Field(description="Where it is picked up.")
    destination: Annotated[Code, Reference("sites")] = Field(description="Where it is delivered.")
    weight_kg: Positive = Field(description="Weight in kg.")
    volume_m3: Amount | None = Field(None, description="Volume in m3; blank counts as 0.")
    pallets: Amount | None = Field(None, description="Pallet places; blank counts as 0.")
    ready_date: Day | None = Field(
        None, description="First day of pick-up; blank: the first day of the planning horizon."
    )
    due_date: Day | None = Field(None, description="Last day of delivery; blank: the last day of the planning horizon.")
    goods_class: Code | None = Field(None, description="Goods class; blank fits every vehicle and tariff.")
    current_cost: Amount | None = Field(None, description="Freight cost of today, in the pool's currency.")
    divisible: Flag = Field(default=False, description="Whether it may travel in parts, on several trips.")
