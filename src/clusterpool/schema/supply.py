"""The tables of the market that sells: suppliers, offers, rebates, eligibility, rules."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from clusterpool.schema.fields import (
    Amount,
    Code,
    Count,
    Day,
    Flag,
    LastDay,
    Pending,
    Percent,
    Positive,
    Reference,
    Scope,
    Text,
)
from clusterpool.schema.rows import Row


class Discount(StrEnum):
    """How a price break or a rebate step applies: to all units, or to those above the step."""

    ALL_UNITS = "all_units"
    INCREMENTAL = "incremental"


class PriceKind(StrEnum):
    """Whether a price is free or fixed by the state."""

    FREE = "free"
    REGULATED = "regulated"


class Measure(StrEnum):
    """What a rule of the pool limits."""

    MAX_SUPPLIERS = "max_suppliers"
    MIN_SUPPLIERS = "min_suppliers"
    MAX_SHARE_PCT = "max_share_pct"
    MIN_SHARE_PCT = "min_share_pct"


class SupplierRow(Row):
    """Who sells, and on what terms."""

    key = ("supplier",)

    supplier: Code = Field(description="Code of the supplier.")
    site: Annotated[Code, Reference("sites")] | None = Field(
        None, description="Where its goods are; needed where it sells ex works."
    )
    order_cost: Amount | None = Field(
        None, description="Fixed cost once the supplier is used, in the pool's currency; blank counts as 0."
    )
    min_order_value: Amount | None = Field(
        None, description="Least spend once the supplier is used, before rebates, in the pool's currency."
    )
    capacity_value: Positive | None = Field(
        None, description="Most spend, before rebates, in the pool's currency; blank: no limit."
    )
    delivered: Flag = Field(
        default=True, description="Whether prices include delivery; false (ex works): the pool fetches."
    )
    delivery_cost: Annotated[Amount | None, Pending()] = Field(
        None, description="Cost for each member site that the supplier delivers to, in the pool's currency."
    )
    free_delivery_from: Annotated[Amount | None, Pending()] = Field(
        None, description="Spend delivered to a site from which `delivery_cost` is waived, in the pool's currency."
    )
    payment_days: Annotated[Count | None, Pending()] = Field(None, description="Days until payment is due.")
    name: Text | None = Field(None, description="Name of the supplier.")


class OfferRow(Row):
    """What suppliers sell: one row a price break."""

    key = ("supplier", "item", "min_quantity")
    group = ("supplier", "item")
    one_value = ("discount", "capacity", "order_multiple", "price_kind")

    supplier: Annotated[Code, Reference("suppliers")] = Field(description="Supplier that offers the item.")
    item: Annotated[Code, Reference("items")] = Field(description="Item that is offered.")
    min_quantity: Amount = Field(
        description="Quantity from which this break holds, in units of the item; the first is the offer's minimum."
    )
    unit_price: Amount = Field(description="Price of one unit in this break, in the pool's currency, net of VAT.")
    discount: Discount = Field(
        Discount.ALL_UNITS, description="Whether a break's price holds for all units or for those above the break."
    )
    capacity: Positive | None = Field(None, description="Most that can be bought, in units; blank: no limit.")
    order_multiple: Positive | None = Field(None, description="The bought quantity is a multiple of this, in units.")
    valid_from: Day | None = Field(None, description="First day on which the row is valid; blank: always was.")
    valid_until: LastDay | None = Field(
        None, description="Last day on which the row is valid; outside these days at the order date it is left out."
    )
    lead_time_days: Count | None = Field(None, description="Days from order to readiness; blank counts as 0.")
    price_kind: PriceKind = Field(PriceKind.FREE, description="Regulated prices have one break and count in no rebate.")


class RebateRow(Row):
    """What suppliers give back on spend: one row a step."""

    key = ("supplier", "min_spend")
    group = ("supplier",)
    one_value = ("discount",)

    supplier: Annotated[Code, Reference("suppliers")] = Field(description="Supplier that gives the rebate.")
    min_spend: Amount = Field(description="Spend from which this step holds, in the pool's currency.")
    rebate_pct: Percent = Field(description="Rebate in percent.")
    discount: Discount = Field(
        Discount.ALL_UNITS, description="Whether the rebate applies to the whole spend or to the part above the step."
    )


class EligibilityRow(Row):
    """Which members may buy of which suppliers; no row means allowed."""

    key = ("member", "supplier")

    member: Annotated[Code, Reference("members")] = Field(description="Member.")
    supplier: Annotated[Code, Reference("suppliers")] = Field(description="Supplier.")
    allowed: Flag = Field(description="Whether the member may buy of the supplier.")


class RuleRow(Row):
    """Rules of the pool, which bind every coalition."""

    key = ("rule", "scope")

    rule: Measure = Field(description="What is limited: the number of suppliers, or one supplier's share in percent.")
    scope: Scope | None = Field(None, description="Blank for the whole pool, item:CODE or supplier:CODE.")
    value: Amount = Field(description="The limit: a number of suppliers, or percent.")
