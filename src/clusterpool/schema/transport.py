"""The tables of the market that carries: vehicles, tariffs, hubs, roads, compatibility."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from clusterpool.schema.fields import Amount, Classes, Code, Count, Percent, Positive, PositiveCount, Reference
from clusterpool.schema.rows import Row


class VehicleRow(Row):
    """Types of vehicles."""

    key = ("vehicle",)

    vehicle: Code = Field(description="Name of the type.")
    capacity_kg: Positive = Field(description="Payload in kg.")
    capacity_m3: Positive | None = Field(None, description="Load volume in m3; blank: no limit.")
    capacity_pallets: Positive | None = Field(None, description="Pallet places; blank: no limit.")
    fixed_cost: Amount = Field(description="Cost of a trip, in the pool's currency.")
    cost_per_km: Amount = Field(description="Cost of a km, in the pool's currency.")
    cost_per_stop: Amount | None = Field(
        None, description="Cost of a stop, in the pool's currency; first and last count; blank counts as 0."
    )
    max_stops: PositiveCount | None = Field(None, description="Most stops of a trip; blank: no limit.")
    speed_kmh: Positive = Field(60.0, description="Speed in km/h where a road states no duration.")
    goods_classes: Classes | None = Field(None, description="Goods classes that it takes, as a|b; blank: all.")
    empty_return_pct: Percent = Field(
        0.0, description="Percent of the km from the last stop back to the first that are paid."
    )
    kg_co2e_per_km: Amount | None = Field(None, description="Emissions in kg CO2e a km; blank counts as 0.")
    available: Count | None = Field(None, description="Trips under way on one day; blank: no limit.")


class TariffRow(Row):
    """Groupage (less than truckload) tariffs: one row a weight break."""

    key = ("tariff", "min_weight_kg")
    group = ("tariff",)
    one_value = ("minimum_cost", "kg_per_m3", "min_distance_km", "goods_classes", "kg_co2e_per_tonne_km")

    tariff: Code = Field(description="Name of the tariff.")
    min_weight_kg: Amount = Field(description="Weight in kg from which this break holds.")
    cost_per_kg: Amount | None = Field(None, description="Cost of a kg, in the pool's currency; blank counts as 0.")
    cost_per_kg_km: Amount | None = Field(
        None, description="Cost of a kg and km, in the pool's currency; blank counts as 0."
    )
    fixed_cost: Amount | None = Field(
        None, description="Cost of a shipment in this break, in the pool's currency; blank counts as 0."
    )
    minimum_cost: Amount | None = Field(None, description="Least cost of a shipment, in the pool's currency.")
    kg_per_m3: Amount | None = Field(None, description="Weight that a m3 counts for, in kg; blank counts as 0.")
    min_distance_km: Amount | None = Field(None, description="Least distance that is billed, in km.")
    goods_classes: Classes | None = Field(None, description="Goods classes that it takes, as a|b; blank: all.")
    kg_co2e_per_tonne_km: Amount = Field(0.122, description="Emissions in kg CO2e a tonne-km.")


class HubRow(Row):
    """Places where goods may change vehicles."""

    key = ("site",)
    pending = True

    site: Annotated[Code, Reference("sites")] = Field(description="Where the hub is.")
    handling_cost_per_kg: Amount = Field(description="Cost of handling a kg, in the pool's currency.")
    fixed_cost: Amount | None = Field(None, description="Cost once the hub is used, in the pool's currency.")
    capacity_kg: Positive | None = Field(None, description="Most that it handles, in kg.")


class RoadRow(Row):
    """The edges of the road network: two-way unless both directions are given."""

    key = ("origin", "destination")

    origin: Annotated[Code, Reference("sites")] = Field(description="One end.")
    destination: Annotated[Code, Reference("sites")] = Field(description="The other end.")
    distance_km: Amount = Field(description="Length in km.")
    duration_h: Amount | None = Field(None, description="Driving time in hours; blank: by the vehicle's speed.")
    toll: Amount | None = Field(None, description="Toll of a passage, in the pool's currency; blank counts as 0.")


class CompatibilityRow(Row):
    """Pairs of goods classes that may not share a vehicle."""

    key = ("goods_class", "other_class")

    goods_class: Code = Field(description="One goods class.")
    other_class: Code = Field(description="The other goods class.")
