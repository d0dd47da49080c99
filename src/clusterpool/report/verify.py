"""A saved result held against itself, its input and its files: a figure that someone changed is found."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from clusterpool.check import CHECK_COLUMNS, PlanCheck, check_plan
from clusterpool.report.files import INPUT_FOLDER, RESULT_FILE, read_saved, restored
from clusterpool.report.rounded import file_tables
from clusterpool.report.settlement import NEGLIGIBLE, settle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clusterpool.report.result import Result

RELATIVE_TOLERANCE = 1e-9
Difference = tuple[str, int, str, str, str, str]
"""Table, row (line of the file, the header being line 1; 0: the whole), column, expected, found, problem."""


def verify_result(folder: str | Path) -> PlanCheck:
    """Recompute the plan of a saved result by the independent checker, and hold its figures and files against it.

    Raises
    ------
    DataError
        The folder holds no result, or one that cannot be read.
    """
    document, pool = read_saved(folder)
    if document["input_hash"] != pool.input_hash:
        problem = f"the tables in {INPUT_FOLDER}/ were changed after the result was saved"
        return _check([(INPUT_FOLDER, 0, "", document["input_hash"], pool.input_hash, problem)])
    result = restored(folder, document, pool)
    plan = check_plan(pool, result.plan)
    rows = list(_figures(result, document)) or list(_files(result, Path(folder)))
    if plan.ok or not rows:
        return _check(rows) if rows else plan
    return PlanCheck(pd.concat([plan.problems, _check(rows).problems], ignore_index=True))


def _check(rows: Sequence[Difference]) -> PlanCheck:
    return PlanCheck(pd.DataFrame(rows, columns=list(CHECK_COLUMNS)).astype({"row": "int64"}))


def _figures(result: Result, document: Mapping[str, Any]) -> Iterator[Difference]:
    cost, shares = result.plan.cost, result.allocation.shares
    yield from _figure(RESULT_FILE, 0, "cost", cost, document["cost"], "the cost of the plan is the sum of its rows")
    yield from _figure(RESULT_FILE, 0, "shares", cost, math.fsum(shares.values()), "shares add up to the plan's cost")
    yield from _members(result)
    yield from _clusters(result)
    yield from _settlement(result)
    yield from _coalitions(result)


def _members(result: Result) -> Iterator[Difference]:
    alone = dict(zip(result.coalitions["members"], result.coalitions["cost"], strict=True))
    for place, row in enumerate(result.members.to_dict("records")):
        line = place + 2
        stated = {
            "pool": (result.allocation.shares[row["member"]], "a member pays its share"),
            "alone": (alone.get(row["member"], row["alone"]), "the cost alone is that of the coalition of one"),
            "saving": (row["alone"] - row["pool"], "saving = alone - pool"),
            "merit_of_pooling": (row["saving"], "the merit of pooling is the saving"),
            "purchases_saving": (row["saving"] - row["freight_saving"], "the parts' savings add up to the saving"),
        }
        if row["alone"]:
            stated["saving_pct"] = (100 * row["saving"] / row["alone"], "saving_pct = 100 x saving / alone")
        if not math.isnan(row["own_effort"]):
            stated["own_effort"] = (row["today"] - row["alone"], "own_effort = today - alone")
        for column, (expected, problem) in stated.items():
            yield from _figure("members", line, column, expected, row[column], problem)


def _clusters(result: Result) -> Iterator[Difference]:
    members = result.members.set_index("member")
    for place, cluster in enumerate(result.clusters["cluster"]):
        for column in ("alone", "pool", "saving"):
            expected = math.fsum(members.loc[result.pool.clusters.get(cluster, []), column])
            found = result.clusters[column].iloc[place]
            yield from _figure("clusters", place + 2, column, expected, found, "a cluster is the sum of its members")


def _settlement(result: Result) -> Iterator[Difference]:
    tables = {name: table for name, table in result.plan.tables.items() if "member" in table}
    members = {name: table["member"].tolist() for name, table in tables.items()}
    costs = {name: table["cost"].tolist() for name, table in tables.items()}
    expected = _balances(settle(result.allocation.shares, members, costs))
    found = _balances(result.settlement)
    for name in sorted({*expected, *found}):
        problem = f"the payments of {name} lead from what it advanced to its share"
        yield from _figure("settlement", 0, "amount", expected.get(name, 0.0), found.get(name, 0.0), problem)


def _balances(settlement: pd.DataFrame) -> dict[str, float]:
    paid = settlement.groupby("from")["amount"].sum()
    received = settlement.groupby("to")["amount"].sum()
    balances = paid.sub(received, fill_value=0.0)
    return {str(name): float(balance) for name, balance in balances.items()}


def _coalitions(result: Result) -> Iterator[Difference]:
    for place, row in enumerate(result.coalitions.to_dict("records")):
        cost, bound = row["cost"], row["bound"]
        if bound > cost + _allowance(cost):
            yield "coalitions", place + 2, "bound", f"at most {cost!r}", repr(bound), "a bound lies below its cost"


def _figure(table: str, row: int, column: str, expected: float, found: float, problem: str) -> Iterator[Difference]:
    if not abs(expected - found) <= _allowance(expected):
        yield table, row, column, repr(float(expected)), repr(float(found)), problem


def _allowance(expected: float) -> float:
    return max(NEGLIGIBLE, RELATIVE_TOLERANCE * abs(expected))


def _files(result: Result, folder: Path) -> Iterator[Difference]:
    for name, expected in file_tables(result).items():
        path = folder / f"{name}.csv"
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found = list(csv.reader(file))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            yield path.name, 0, "", "a table", type(error).__name__, f"the file cannot be read: {error}"
            continue
        yield from _rows(path.name, expected, found)


def _rows(file: str, expected: list[list[str]], found: list[list[str]]) -> Iterator[Difference]:
    header = expected[0]
    if len(expected) != len(found):
        yield file, 0, "", f"{len(expected)} lines", f"{len(found)} lines", f"not as many rows as in {RESULT_FILE}"
    for place, (right, there) in enumerate(zip(expected, found, strict=False), start=1):
        if len(right) != len(there):
            yield file, place, "", f"{len(right)} cells", f"{len(there)} cells", "a row has cells too many or too few"
            continue
        for column, one, other in zip(header, right, there, strict=True):
            if one != other:
                yield file, place, column, one, other, f"not what {RESULT_FILE} gives"
