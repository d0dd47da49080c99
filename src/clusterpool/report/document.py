"""A result as one JSON document, and back: figures unrounded, keys sorted, no clock times."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from clusterpool.allocation import Allocation, Clause, CoalitionCost, CoreReport, CoreStatus, CostGame, Rule, Terms
from clusterpool.freight.trips import KnownTrips, Ride, Trip
from clusterpool.messages import to_records as findings_to_records
from clusterpool.plan import PLAN_COLUMNS, Plan, UnmetCause
from clusterpool.report.result import Result
from clusterpool.report.tables import (
    COLUMNS,
    from_records,
    number_from_json,
    number_to_json,
    tables_of,
    to_records,
)
from clusterpool.solver import SolveOptions, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from clusterpool.demand import Pool
    from clusterpool.freight.loads import Cargo

FORMAT = 5
"""Version of the document; a reader refuses any other."""

PACKAGES = ("clusterpool", "highspy", "pulp", "pyvrp")


def document_of(result: Result) -> dict[str, Any]:
    """The whole result as plain values."""
    return {
        "format": FORMAT,
        "versions": {name: version(name) for name in PACKAGES},
        "input_hash": result.pool.input_hash,
        "options": asdict(result.options),
        "reproducible": result.reproducible,
        "status": result.plan.status.value,
        "plan_reproducible": result.plan.reproducible,
        "cost": result.plan.cost,
        "bound": number_to_json(result.plan.bound),
        "gap": number_to_json(result.plan.gap),
        "currency": result.pool.settings.currency,
        "findings": findings_to_records(result.pool.found.without_lines()),
        "assumptions": result.pool.assumptions.to_dict("records"),
        "tables": {name: to_records(name, frame) for name, frame in tables_of(result).items()},
        "allocation": _allocation_to_json(result.allocation),
        "known_trips": _trips_to_json(result.known_trips),
    }


def to_text(document: Mapping[str, Any]) -> str:
    """The document as JSON text, one line for each of its parts; equal documents give equal text."""
    parts = (f"{json.dumps(name)}: {_dumps(document[name])}" for name in sorted(document))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _dumps(value: Any) -> str:  # noqa: ANN401 - any part of the document
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def result_of(document: Mapping[str, Any], pool: Pool) -> Result:
    """The result that `document_of` was made from; `pool` is the pool that it is about.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError, OverflowError
        The document is damaged.
    """
    tables = {name: from_records(name, document["tables"][name]) for name in COLUMNS}
    _check(document, tables, pool)
    plan = Plan(
        status=Status(document["status"]),
        bound=number_from_json(document["bound"]),
        parts=tables["parts"],
        **{name: tables[name] for name in PLAN_COLUMNS},
        reproducible=_flag(document["plan_reproducible"]),
    )
    return Result(
        pool=pool,
        plan=plan,
        members=tables["members"],
        clusters=tables["clusters"],
        settlement=tables["settlement"],
        coalitions=tables["coalitions"],
        allocation=_allocation_from_json(document["allocation"], _game_of(tables["coalitions"], pool)),
        known_trips=_trips_from_json(document["known_trips"]),
        options=SolveOptions(**document["options"]),
        reproducible=_flag(document["reproducible"]),
    )


def _check(document: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], pool: Pool) -> None:
    for named in (tables["members"]["member"].tolist(), sorted(document["allocation"]["shares"])):
        if named != pool.members:
            raise ValueError(f"it shares among {', '.join(named)}, the input has {', '.join(pool.members)}")
    if sorted(tables["clusters"]["cluster"]) != list(pool.clusters):
        raise ValueError("its clusters are not those of the input")
    for name in ("cost", "gap"):
        number_from_json(document[name])
    for reason in tables["unmet"]["reason"]:
        UnmetCause.parse(reason)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _allocation_to_json(allocation: Allocation) -> dict[str, Any]:
    core = allocation.core
    return {
        "rule": allocation.rule.value,
        "why": [clause.to_json() for clause in allocation.why],
        "solves": allocation.solves,
        "terms": {
            "unions": None if (unions := allocation.terms.unions) is None else {k: list(v) for k, v in unions.items()},
            "weights": None if (weights := allocation.terms.weights) is None else dict(weights),
            "imputations": allocation.terms.imputations,
        },
        "shares": {player: float(share) for player, share in allocation.shares.items()},
        "standard_error": {player: number_to_json(error) for player, error in allocation.standard_error.items()},
        "intervals": {player: list(map(number_to_json, ends)) for player, ends in allocation.intervals.items()},
        "core": {
            "status": core.status.value,
            "worst_coalition": list(core.worst_coalition),
            "worst_excess": number_to_json(core.worst_excess),
            "excess_bound": number_to_json(core.excess_bound),
        },
    }


def _game_of(coalitions: pd.DataFrame, pool: Pool) -> CostGame | None:
    """The game as far as its coalitions were solved; members that stand in none have no needs.

    None where the table is none of a game of the pool's members: `verify` says what is wrong with it.
    """
    table = {
        tuple(row["members"].split("|")): CoalitionCost(row["cost"], row["bound"], row["purchases"], row["freight"])
        for row in coalitions.to_dict("records")
    }
    try:
        game = CostGame.from_table(table, idle=set(pool.members).difference(*table))
    except ValueError:
        return None
    return game if list(game.players) == pool.members else None


def _allocation_from_json(document: Mapping[str, Any], game: CostGame | None) -> Allocation:
    core, terms = document["core"], document["terms"]
    if not (why := tuple(map(Clause.from_json, document["why"]))):
        raise ValueError("it does not say why its rule was used")
    return Allocation(
        rule=Rule(document["rule"]),
        why=why,
        solves=document["solves"],
        shares={player: number_from_json(share) for player, share in document["shares"].items()},
        standard_error={player: number_from_json(error) for player, error in document["standard_error"].items()},
        core=CoreReport(
            status=CoreStatus(core["status"]),
            worst_coalition=tuple(core["worst_coalition"]),
            worst_excess=number_from_json(core["worst_excess"]),
            excess_bound=number_from_json(core["excess_bound"]),
        ),
        intervals={player: _interval(*ends) for player, ends in document["intervals"].items()},
        game=game,
        terms=Terms(terms["unions"], terms["weights"], _flag(terms["imputations"])),
    )


def _interval(low: Any, high: Any) -> tuple[float, float]:  # noqa: ANN401 - checked by number_from_json
    return number_from_json(low), number_from_json(high)


def _trips_to_json(known: KnownTrips | None) -> dict[str, Any] | None:
    if known is None:
        return None
    trips = [
        {
            "vehicle": trip.vehicle,
            "day": date.fromordinal(trip.day).isoformat(),
            "stops": list(trip.stops),
            "rides": [[_cargo_to_json(ride.cargo), ride.start, ride.end] for ride in trip.rides],
        }
        for trip in known.trips
    ]
    return {"complete": known.complete, "limit_struck": known.limit_struck, "trips": trips}


def _trips_from_json(document: Mapping[str, Any] | None) -> KnownTrips | None:
    if document is None:
        return None
    trips = tuple(
        Trip(
            trip["vehicle"],
            date.fromisoformat(trip["day"]).toordinal(),
            tuple(trip["stops"]),
            tuple(Ride(_cargo_from_json(cargo), start, end) for cargo, start, end in trip["rides"]),
        )
        for trip in document["trips"]
    )
    return KnownTrips(trips, _flag(document["complete"]), _flag(document["limit_struck"]))


def _cargo_to_json(cargo: Cargo) -> str | list[str | int]:
    return cargo if isinstance(cargo, str) else list(cargo)


def _cargo_from_json(cargo: str | list[Any]) -> Cargo:
    if isinstance(cargo, str):
        return cargo
    supplier, need = cargo
    return supplier, need
