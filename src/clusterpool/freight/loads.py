"""What is carried: loads (whole shipments) and lots (divisible shipments, and goods of ex-works suppliers)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Cargo: TypeAlias = str | tuple[str, int]
"""What names a cargo: a shipment's code, or (supplier, need number) of what may be bought ex works."""


@dataclass(frozen=True, slots=True, order=True)
class Load:
    """A shipment that travels whole.

    Parameters
    ----------
    load : str
        The shipment's code.
    ready, due : int
        First day of pick-up and last day of delivery, as ordinals.
    """

    load: str
    member: str
    origin: str
    destination: str
    weight_kg: float
    volume_m3: float
    pallets: float
    ready: int
    due: int
    goods_class: str


@dataclass(frozen=True, slots=True, order=True)
class Lot:
    """What may be divided among trips: a divisible shipment, or what one need may buy ex works of one supplier.

    Sizes are for one unit: of the item, or all of the `shipment` (blank for goods bought ex works).

    All lots with one `consignment` share one groupage bill for whatever of them is not on trips.
    """

    supplier: str
    need: int
    member: str
    item: str
    origin: str
    destination: str
    unit_kg: float
    unit_m3: float
    unit_pallets: float
    most_units: float
    ready: int
    due: int
    goods_class: str
    shipment: str = ""

    @classmethod
    def of(cls, load: Load) -> Lot:
        """A shipment as a lot."""
        return cls(
            supplier="",
            need=-1,
            member=load.member,
            item="",
            origin=load.origin,
            destination=load.destination,
            unit_kg=load.weight_kg,
            unit_m3=load.volume_m3,
            unit_pallets=load.pallets,
            most_units=1.0,
            ready=load.ready,
            due=load.due,
            goods_class=load.goods_class,
            shipment=load.load,
        )

    @property
    def key(self) -> Cargo:
        """Its name."""
        return self.shipment or (self.supplier, self.need)

    @property
    def consignment(self) -> tuple[str, str, str, str]:
        """(supplier, member, site, goods class); a shipment is one by itself: its code in place of the site."""
        return (self.supplier, self.member, self.shipment or self.destination, self.goods_class)
