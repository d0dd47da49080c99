"""The plan: what is bought, carried and left unmet, with its cost and the proof of how good it is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clusterpool.language import Domain, Language, phrases
from clusterpool.notebook import card, sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from clusterpool.solver import Status

PLAN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "orders": (
        "order",
        "kind",
        "supplier",
        "item",
        "member",
        "site",
        "quantity",
        "unit_price",
        "rebate_pct",
        "cost",
    ),
    "trips": ("trip", "vehicle", "day", "stops", "distance_km", "cost", "load_kg", "fill_pct", "kg_co2e"),
    "loads": (
        "trip",
        "tariff",
        "from_stop",
        "to_stop",
        "from_site",
        "to_site",
        "shipment",
        "order",
        "member",
        "weight_kg",
        "volume_m3",
        "pallets",
        "cost",
        "kg_co2e",
    ),
    "charges": ("kind", "supplier", "site", "cost"),
    "unmet": ("kind", "member", "item", "shipment", "quantity", "reason", "blocked_by", "cost"),
}
"""The five tables whose cost columns add up to the cost of a plan, with their columns in order.

`from_stop` and `to_stop` number the stops of the trip, from 1 on, where a load goes on and off (a site may be visited
twice); they are blank where it goes by groupage. `from_site` and `to_site` are the sites.
"""


class UnmetReason(StrEnum):
    """Why a need stays unmet, as the column `reason` says it; people read its phrase in their language."""

    NO_SUPPLIER = "no supplier offers this item to this member"
    CAPACITY_USED_UP = "every supplier's capacity is used up"
    DEARER_TO_SERVE = "serving it costs more than leaving it unmet (minimums, multiples, order costs or rules)"
    GROUPAGE_DEARER = "groupage costs more than leaving it"
    NO_CARRIER = "no tariff takes its class and no vehicle has room for it"
    NO_TIME = "no direct trip keeps to its dates and to the limits of trips"
    VEHICLES_IN_USE = "every vehicle that could carry it in time is in use"
    TRIPS_DEARER = "every known trip for it costs more than leaving it"
    NOT_IN_TIME = "no plan that serves it was found in time"
    LEFT_OUT = "minimums, capacities, rules or the gap asked for leave it out"

    @property
    def key(self) -> str:
        """Of its phrase in the domain `common`."""
        return f"unmet.{self.name.lower().replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class UnmetCause:
    """Why a need stays unmet, with both figures: what the column `reason` holds.

    Parameters
    ----------
    serving : float or None
        What the need would cost at the least if nothing else were bought or carried; None where it could not be had.
    left : float or None
        What leaving it is valued at: `shortage_factor` times the dearest price. None in results without figures.
    """

    reason: UnmetReason
    serving: float | None = None
    left: float | None = None

    @property
    def text(self) -> str:
        """The English sentence of the column."""
        if self.left is None:
            return self.reason.value
        serving = "" if self.serving is None else f"by itself it would cost {self.serving:.2f}, "
        return f"{self.reason.value}: {serving}leaving it is valued at {self.left:.2f} (shortage_factor)"

    @staticmethod
    def parse(text: str) -> UnmetCause:
        """The cause that a cell of the column tells.

        Raises
        ------
        ValueError
            It is no reason that a plan gives.

        Examples
        --------
        >>> told = UnmetCause(UnmetReason.DEARER_TO_SERVE, 120.0, 30.0)
        >>> UnmetCause.parse(told.text) == told
        True
        """
        reason, _, figures = text.partition(": ")
        if not figures:
            return UnmetCause(UnmetReason(reason))
        found = _FIGURES.fullmatch(figures)
        if found is None:
            raise ValueError(f"{text!r} is no reason of an unmet need")
        serving = found["serving"]
        return UnmetCause(UnmetReason(reason), None if serving is None else float(serving), float(found["left"]))


_FIGURES = re.compile(
    r"(?:by itself it would cost (?P<serving>[\d.]+), )?leaving it is valued at (?P<left>[\d.]+) \(shortage_factor\)"
)
PART_COLUMNS = ("part", "cost", "bound", "bound_on_known_trips")
PURCHASES, FREIGHT = "purchases", "freight"
ACCURACY = 1e-6
"""A gap up to this is none: solvers meet rows and bounds to about this part of their size."""


def relative_gap(cost: float, bound: float) -> float:
    """The gap: the part of `cost` that a better plan could save at most, (cost - bound) / cost; 0 where both are 0."""
    return max(0.0, cost - bound) / max(abs(cost), 1e-9) if cost != bound else 0.0


def above_best(cost: float, bound: float) -> float:
    """How much dearer than the best plan `cost` can be, as a part of the best: (cost - bound) / bound.

    Infinite where the bound is not above 0.

    Examples
    --------
    >>> above_best(200.0, 100.0), relative_gap(200.0, 100.0)
    (1.0, 0.5)
    """
    if cost <= bound:
        return 0.0
    return (cost - bound) / bound if bound > 0.0 else math.inf


class Standing(StrEnum):
    """How good a plan is, in the word that people read; its phrase is ``standing.VALUE`` of the domain `proof`."""

    OPTIMAL = "optimal"
    WITHIN_GAP = "within-gap"
    FEASIBLE = "feasible"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """A plan of a pool; its cost is the sum of its rows.

    Parameters
    ----------
    status : Status
        OPTIMAL where `bound` proves it within the gap asked for, else FEASIBLE; INTERRUPTED where the user stopped it.
        What people read of it is `standing`.
    bound : float
        No plan whatever costs less, in the pool's currency.
    parts : pandas.DataFrame
        Columns `PART_COLUMNS`: cost and bounds of purchases and freight.
    orders, trips, loads, charges, unmet : pandas.DataFrame
        Columns as in `PLAN_COLUMNS`.
    reproducible : bool
        False where a time limit or an interrupt cut the search: another run may end elsewhere.
    """

    status: Status
    bound: float
    parts: pd.DataFrame
    orders: pd.DataFrame
    trips: pd.DataFrame
    loads: pd.DataFrame
    charges: pd.DataFrame
    unmet: pd.DataFrame
    reproducible: bool = True

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The five tables whose costs add up to the plan's cost, by name."""
        return {name: getattr(self, name) for name in PLAN_COLUMNS}

    @property
    def cost(self) -> float:
        """The sum of the cost columns of the five tables."""
        return math.fsum(value for table in self.tables.values() for value in table["cost"].tolist())

    @property
    def gap(self) -> float:
        """(cost - bound) / cost."""
        return relative_gap(self.cost, self.bound)

    @property
    def standing(self) -> Standing:
        """OPTIMAL only where no gap is left but the solver's accuracy; WITHIN_GAP where one that was asked for is."""
        said = Standing(self.status.value)
        if said is Standing.INTERRUPTED:
            return said
        if self.gap <= ACCURACY:
            return Standing.OPTIMAL
        return Standing.WITHIN_GAP if said is Standing.OPTIMAL else said

    def summary(self) -> str:
        """One paragraph for people: standing, cost, bound and gap, and what is unmet."""
        word = phrases(Domain.PROOF, Language.ENGLISH)[f"standing.{self.standing.value}"]
        unmet = f"; {len(self.unmet)} needs unmet" if len(self.unmet) else ""
        return f"{word}: cost {self.cost:,.2f}, bound {self.bound:,.2f} (gap {self.gap:.2%}){unmet}"

    def __repr__(self) -> str:
        return f"<Plan {self.summary()}>"

    def __str__(self) -> str:
        return sheet("Plan", self.summary(), self._sums())

    def _repr_html_(self) -> str:
        word = phrases(Domain.PROOF, Language.ENGLISH)[f"standing.{self.standing.value}"]
        facts = {"status": word, "cost": self.cost, "bound": float(self.bound), "gap": f"{self.gap:.2%}"}
        return card("Plan", facts, self._sums())

    def _sums(self) -> dict[str, list[object]]:
        """How many rows each table has, and what they cost."""
        costs = [math.fsum(table["cost"].tolist()) for table in self.tables.values()]
        return {"table": [*self.tables], "rows": [len(table) for table in self.tables.values()], "cost": [*costs]}


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a long piece of work is.

    Parameters
    ----------
    name : str
        ``trips``, ``plan``, ``coalitions``, ``questions`` (which coalition do some shares treat worst?) or
        ``estimates`` (which one might they treat worst?).
    done, total : int
        The step of how many; a total of 0: nobody knows how many there will be.
    incumbent, bound : float or None
        The best cost so far of the solve under way, and what is proven of it.
    between : tuple of two floats, or None
        What is proven of the value that questions are about: what no shares keep all coalitions below, and what some
        keep all to; of a single question, the largest excess found, and the one that no coalition exceeds. Minus
        infinity and infinity where nothing is proven.
    interrupted : bool
        Whether this is what is still done after Ctrl-C; one more ends it.
    """

    name: str
    done: int
    total: int
    incumbent: float | None = None
    bound: float | None = None
    between: tuple[float, float] | None = None
    interrupted: bool = False
