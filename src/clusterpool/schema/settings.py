"""The settings of a pool: the keys of ``pool.toml``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from clusterpool.schema.fields import Day, Text  # noqa: TC001 - pydantic reads it

RuleName = Literal[
    "proportional",
    "equal-charge",
    "acam",
    "cost-gap",
    "shapley",
    "owen",
    "nucleolus",
    "per-capita-nucleolus",
    "proportional-nucleolus",
    "least-core",
    "equal-profit",
    "weighted-shapley",
    "by-key",
]


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


class Settings(BaseModel):
    """The settings of a pool, with their defaults.

    Examples
    --------
    >>> Settings(max_trip_days=2).circuity
    1.24
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    currency: str = Field("DZD", pattern=r"^[A-Z]{3}$", description="Currency of all money, as an ISO 4217 code.")
    name: Text = Field("", description="Name of the pool.")
    language: str = Field("fr", pattern=r"^[a-z]{2}$", description="Language of reports, as an ISO 639-1 code.")
    rule: Annotated[RuleName | None, BeforeValidator(_blank_is_none)] = Field(
        None, description="Rule by which the cost is shared; none: the default ladder."
    )
    order_date: Annotated[Day | None, BeforeValidator(_blank_is_none)] = Field(
        None, description="Day of ordering; none: the first day of the planning horizon."
    )
    circuity: float = Field(
        1.24, ge=1, le=10, description="Road km for one km of great circle, where no roads are given."
    )
    driving_hours_per_day: float = Field(9.0, gt=0, le=24, description="Hours that a vehicle is under way a day.")
    hours_per_stop: float = Field(1.0, ge=0, le=24, description="Hours of a stop.")
    max_trip_days: int = Field(3, ge=1, le=366, description="Most days of a trip, first and last included.")
    shortage_factor: float = Field(
        3.0, gt=0, le=1e6, description="Price of an unmet need as a multiple of the dearest known price."
    )
