"""A statement as a noun: all that a member's paper is made from, so that a template cannot reach for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from clusterpool.allocation import Rule


@dataclass(frozen=True, slots=True)
class Bill:
    """What the member pays today, alone and in the pool, in cents; None where unknown.

    Parameters
    ----------
    alone_at_least : int or None
        No plan of the member by itself costs less; None where nothing is proven.
    comparable : bool
        False where a figure rests on needs that stay unmet.
    """

    today: int | None
    alone: int
    alone_at_least: int | None
    pool: int
    saving: int
    saving_pct: float
    purchases_saving: int
    freight_saving: int
    own_effort: int | None
    comparable: bool


@dataclass(frozen=True, slots=True)
class Purchase:
    """A line that the member buys; `unit_price` is net of breaks and rebates, `cost` (cents) is what it pays for it.

    `kind` is ``supply``, or ``outside`` for the member's own outside source, where `supplier` is blank.
    """

    kind: str
    supplier: str
    item: str
    item_name: str
    unit: str
    site: str
    quantity: float
    unit_price: float
    cost: int


@dataclass(frozen=True, slots=True)
class Carriage:
    """A shipment, or goods bought ex works, on the way; `cost` (cents) is its own groupage bill, 0 on trips.

    `days` are those of loading and unloading, None for groupage; `by` is the vehicle type or the tariff.
    """

    what: str
    by: str
    groupage: bool
    origin: str
    destination: str
    days: tuple[date, date] | None
    weight_kg: float
    volume_m3: float
    pallets: float
    cost: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A need of the member that the plan leaves unmet; `reason` is None where it would tell of others."""

    what: str
    unit: str
    quantity: float
    reason: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """How the member comes from what it advances to its share, in cents.

    `balance` above 0 is paid to the account of the pool, below 0 is paid back by it.
    """

    orders: int
    groupage: int
    share: int

    @property
    def advanced(self) -> int:
        """What the member pays by itself to suppliers and carriers."""
        return self.orders + self.groupage

    @property
    def balance(self) -> int:
        """What is still to pay to the account of the pool; negative: what comes back."""
        return self.share - self.advanced


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that a member's statement says.

    Parameters
    ----------
    clusters : tuple of str
        The member's own.
    pool : str
        The pool's name, as its settings give it.
    odd : tuple of str
        Keys of the sentences that say what looks odd about the bill, by its own figures alone.
    """

    member: str
    name: str
    clusters: tuple[str, ...]
    site: str
    pool: str
    currency: str
    rule: Rule
    bill: Bill
    odd: tuple[str, ...]
    purchases: tuple[Purchase, ...]
    carriages: tuple[Carriage, ...]
    shortfalls: tuple[Shortfall, ...]
    account: Account
