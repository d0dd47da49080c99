"""Trips: a vehicle type, a first day and stops in order; what may ride on them, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Ride:
    """A load or a lot that may be picked up at stop `start` and put down at stop `end` of a trip (0-based).

    `cargo` is the load's code (str) or the lot's key (supplier, need number). `start` equals `end` only where origin
    and destination are one site.
    """

    cargo: str | tuple[str, int]
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Trip:
    """A known trip: one vehicle of type `vehicle` that starts on `day` (ordinal) and visits `stops` in order.

    `rides` are what may travel on it, each by itself; which of them do so together is for the model to say, within
    the capacity on every leg. Equal trips in a list are as many vehicles.
    """

    vehicle: str
    day: int
    stops: tuple[str, ...]
    rides: tuple[Ride, ...]


@dataclass(frozen=True, slots=True)
class KnownTrips:
    """The trips that a plan may choose among; `complete` where no other trip could make any plan cheaper."""

    trips: tuple[Trip, ...]
    complete: bool
    limit_struck: bool = False
