"""A pool in which everything of a member is unique, and a search that finds it wherever and however it is written."""

from __future__ import annotations

import csv
import html
import io
import math
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.allocation import Rule
from clusterpool.savings import share_savings
from tests.pool_kit import EXACT, Frames, pool_of, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clusterpool.demand import Pool
    from clusterpool.report import Result

MEMBERS = ("kesra", "zbib", "harissa", "mloukhia")
DAYS = ("2026-03-02", "2026-03-05")


def frames() -> Frames:
    """Four members that share a supplier, an item and trucks; each has a supplier and an item of its own besides."""
    number = {member: place for place, member in enumerate(MEMBERS)}
    rows = [(m, number[m]) for m in MEMBERS]
    return {
        "members": table(
            "member cluster site name weight",
            *(
                (m, f"club{m}|both" if k % 2 else f"club{m}", f"town{m}", f"Maison {m.upper()} & fils", 1)
                for m, k in rows
            ),
        ),
        "sites": table(
            "site latitude longitude",
            *((f"town{m}", 36.0 + 0.031 * k, 3.0 + 0.043 * k) for m, k in rows),
            ("port", 36.4, 2.2),
        ),
        "items": table(
            "item unit name weight_kg",
            ("film", "roll", "Film", 11.0),
            *((f"good{m}", "piece", f"Good {m}", 1.0) for m, _ in rows),
        ),
        "purchases": table(
            "member item quantity max_unit_price current_supplier current_unit_price",
            *((m, "film", 613.25 + 171.5 * k, 41.37 + 1.11 * k, f"old{m}", 23.41 + 1.27 * k) for m, k in rows),
            *((m, f"good{m}", 87.25 + 13.5 * k, 97.13 + 2.31 * k, f"old{m}", 61.29 + 2.71 * k) for m, k in rows),
        ),
        "suppliers": table(
            "supplier order_cost site delivered name",
            ("mill", 351.37, "port", False, "Mill"),
            *((f"deal{m}", 17.61 + 3.07 * k, "port", True, f"Deal of {m}") for m, k in rows),
            *((f"old{m}", None, None, True, f"Old {m}") for m, _ in rows),
        ),
        "offers": table(
            "supplier item min_quantity unit_price discount lead_time_days",
            *(("mill", "film", lo, price, "incremental", 1) for lo, price in ((0, 19.87), (900, 18.43), (2100, 17.03))),
            *((f"deal{m}", f"good{m}", 0, 53.17 + 3.19 * k, "all_units", 0) for m, k in rows),
        ),
        "rebates": table(
            "supplier min_spend rebate_pct discount",
            ("mill", 5000, 1.7, "incremental"),
            ("mill", 20000, 3.9, "incremental"),
        ),
        "shipments": table(
            "shipment member origin destination weight_kg volume_m3 pallets ready_date due_date current_cost",
            *(
                (
                    f"send{m}",
                    m,
                    f"town{m}",
                    "port",
                    1733.5 + 217.25 * k,
                    7.17 + 0.61 * k,
                    3 + k,
                    *DAYS,
                    4177.13 + 391.7 * k,
                )
                for m, k in rows
            ),
            ("sendfar", MEMBERS[1], f"town{MEMBERS[1]}", "port", 31.7, 0.13, 1, DAYS[0], DAYS[0], 913.77),
        ),
        "vehicles": table(
            "vehicle capacity_kg fixed_cost cost_per_km cost_per_stop kg_co2e_per_km",
            ("truck", 26000, 1911.7, 7.3, 41.3, 0.93),
        ),
        "tariffs": table("tariff min_weight_kg cost_per_kg", ("parcels", 0, 3.9)),
    }


@cache
def pool(members: tuple[str, ...] = MEMBERS) -> Pool:
    whole = pool_of(frames(), name="week 10", order_date=DAYS[0])
    return whole.restrict(members)


@cache
def result(members: tuple[str, ...] = MEMBERS, rule: Rule = Rule.SHAPLEY) -> Result:
    return share_savings(pool(members), rule=rule, options=EXACT).result


@dataclass(frozen=True)
class Secrets:
    """What may not be found: words as parts of any text, numbers in any way of writing them."""

    words: frozenset[str]
    numbers: frozenset[float]


NOTHING = Secrets(frozenset(), frozenset())


def secrets_of(case: Result, member: str) -> Secrets:
    """Everything of one member: its rows of every table of input and output, and its figures as a coalition."""
    mine = [frame[frame["member"] == member] for name, frame in case.pool.tables.items() if "member" in frame]
    mine += [frame[frame["member"] == member] for frame in case.plan.tables.values() if "member" in frame]
    mine += [case.members[case.members["member"] == member].drop(columns=["rank"])]
    mine += [case.coalitions[case.coalitions["members"] == member]]
    payments = case.settlement
    mine += [payments[(payments["from"] == member) | (payments["to"] == member)]]
    words = {
        f"town{member}",
        f"old{member}",
        f"good{member}",
        f"deal{member}",
        f"club{member}",
        member,
        f"send{member}",
    }
    deals = [case.pool.table("suppliers"), case.pool.table("offers")]
    mine += [frame[frame["supplier"] == f"deal{member}"] for frame in deals]
    return Secrets(frozenset(words), frozenset(_numbers(mine)))


def own_of(case: Result, member: str) -> Secrets:
    """What a member may read: its own, but no rebate, no price before it, no part of a trip's emissions."""
    everything, orders, loads = secrets_of(case, member), case.plan.orders, case.plan.loads
    orders, loads = orders[orders["member"] == member], loads[loads["member"] == member]
    pooled = _numbers([orders[["unit_price", "rebate_pct"]], loads[["kg_co2e"]]])
    net = _numbers([pd.DataFrame({"price": orders["cost"] / orders["quantity"]})])
    return Secrets(everything.words, (everything.numbers - frozenset(pooled)) | frozenset(net))


def totals_of(case: Result) -> Secrets:
    """What belongs to all: totals of the plan, of trips, suppliers, clusters and coalitions, codes and proofs."""
    plan = case.plan
    sums = [plan.cost, plan.bound, *plan.parts[["cost", "bound", "bound_on_known_trips"]].to_numpy().ravel().tolist()]
    sums += [plan.tables[name]["cost"].sum() for name in plan.tables]
    sums += plan.orders.groupby("supplier")[["cost", "quantity"]].sum().to_numpy().ravel().tolist()
    sums += plan.orders.groupby("item")[["cost", "quantity"]].sum().to_numpy().ravel().tolist()
    sums += case.members[["today", "alone", "pool", "saving"]].sum().tolist()
    sums += plan.trips[["cost", "load_kg", "distance_km", "kg_co2e"]].to_numpy().ravel().tolist()
    sums += plan.orders["rebate_pct"].tolist() + plan.orders["unit_price"].tolist()
    groups = case.coalitions[case.coalitions["members"].str.contains("|", regex=False)]
    sums += groups[["cost", "bound", "purchases", "freight"]].to_numpy().ravel().tolist()
    codes = {*plan.orders["order"], *plan.trips["trip"], case.pool.input_hash, case.pool.input_hash[:12]}
    return Secrets(frozenset(codes), frozenset(value for value in map(float, sums) if _telling(value)))


def _numbers(tables: Iterable[pd.DataFrame]) -> Iterator[float]:
    for frame in tables:
        for value in frame.select_dtypes("number").to_numpy(dtype=float, na_value=math.nan).ravel().tolist():
            if _telling(float(value)):
                yield float(value)


def _telling(value: float) -> bool:
    """Small whole numbers (a weight of 1, a count of pallets) could be anything; NaN and infinity are nothing."""
    return abs(value) < 1e15 and not (value == int(value) and abs(value) <= 20)


def differing(secret: Secrets, own: Secrets) -> Secrets:
    """The secrets without what the reader has of its own in the same size: equal savings are each one's own."""
    kept = {value for value in secret.numbers if not any(_same(abs(value), abs(mine)) for mine in own.numbers)}
    return Secrets(secret.words - own.words, frozenset(kept))


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 0.006


class _Texts(HTMLParser):
    """Every text, attribute, comment and declaration of a page by itself, but the sheet of styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag, *(text for pair in attrs for text in pair if text)]

    def handle_data(self, data: str) -> None:
        if self.lasttag != "style" or "}" not in data:
            self.found.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    def handle_decl(self, decl: str) -> None:
        self.found.append(decl)


def texts_of(name: str, text: str) -> list[str]:
    """The file's name and its texts: cells of a table, or texts and attributes of a page."""
    if name.endswith(".csv"):
        return [name, *(cell for row in csv.reader(io.StringIO(text)) for cell in row)]
    parser = _Texts()
    parser.feed(text)
    parser.close()
    return [name, *parser.found]


NUMBER = re.compile(r"\d(?:[\d.,'\u2019\u066b\u066c\s]*\d)?")


def values_in(texts: Iterable[str]) -> set[float]:
    """Every number that a reader could see in the texts, by the ways in which languages write numbers."""
    found: set[float] = set()
    for text in texts:
        for token in NUMBER.findall(text):
            found.update(_readings(re.sub(r"[\s'\u2019]", "", token)))
    return found


def _readings(token: str) -> Iterator[float]:
    token = token.replace("\u066b", ",").replace("\u066c", ".")
    for thousands, point in ((",", "."), (".", ","), ("", "."), ("", ",")):
        text = (token.replace(thousands, "") if thousands else token).replace(point, ".")
        try:
            yield float(text)
        except ValueError:
            continue


def leaks(files: Mapping[str, str], secret: Secrets, own: Secrets = NOTHING, *, combine: bool = False) -> list[str]:
    """What of the secrets the files tell: as written, rounded, in hundredths, or (`combine`) as a sum or difference.

    A number of the reader's own, as it is, is no rounding of another's.
    """
    told = []
    mine = {round(abs(number), digits) for number in own.numbers for digits in range(10)}
    for name, text in files.items():
        seen = f"{name}\n{text}\n{html.unescape(text)}".casefold()
        told += [f"{name}: {word}" for word in sorted(secret.words) if word.casefold() in seen]
        values = values_in(texts_of(name, text))
        told += [f"{name}: {number!r}" for number in sorted(secret.numbers) if _told(abs(number), values - mine)]
        if combine:
            told += [f"{name}: {number!r} as {how}" for number, how in _combined(secret, values)]
    return told


def _told(number: float, values: set[float]) -> bool:
    forms = {number, number * 100, number / 100, round(number * 100), *(round(number, digits) for digits in range(5))}
    if number >= 1000:
        forms |= {round(number, -1), round(number, -2), round(number / 1000, 1), round(number / 1000, 2)}
    telling = {form for form in forms if _telling(form)}
    return any(form in values or any(abs(form - value) < 1e-9 for value in values) for form in telling)


def _combined(secret: Secrets, values: set[float]) -> Iterator[tuple[float, str]]:
    sizes = sorted(value for value in values if value >= 20)
    exact = {round(abs(number), 2) for number in secret.numbers if abs(number) >= 20}
    for place, one in enumerate(sizes):
        for other in sizes[:place]:
            for sign, number in (("+", round(one + other, 2)), ("-", round(one - other, 2))):
                if number in exact:
                    yield number, f"{one} {sign} {other}"


def own_files(files: Mapping[str, str], member: str) -> dict[str, str]:
    return {name: text for name, text in files.items() if name.partition(".")[0] == member}


def everybody_else(case: Result, member: str) -> Sequence[str]:
    return [other for other in case.pool.members if other != member]
