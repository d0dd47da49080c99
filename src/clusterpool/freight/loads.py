"""What is carried: loads (whole shipments) and lots (divisible goods of ex-works suppliers)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Load:
    """A shipment, or one equal part of a shipment too large for every vehicle; it travels whole.

    Parameters
    ----------
    load : str
        The shipment's code, with ``#1``, ``#2``, ... where it was cut.
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
    """What one need may buy ex works of one supplier: it may be divided among trips; sizes are for one unit.

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

    @property
    def consignment(self) -> tuple[str, str, str, str]:
        """(supplier, member, site, goods class)."""
        return (self.supplier, self.member, self.destination, self.goods_class)
