"""Terminal, page, workbook, files and statements of a result are read as text: what has one name is one figure."""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from clusterpool.allocation import CoalitionCost, CostGame, Rule, allocate
from clusterpool.demand import Pool, read_pool
from clusterpool.gains import cluster_gains
from clusterpool.language import Language
from clusterpool.plan import PLAN_COLUMNS
from clusterpool.report import MEMBER_COLUMNS, Result, page_html, summary
from clusterpool.report.rounded import file_tables
from clusterpool.report.statements import statement_files
from clusterpool.report.tables import from_records
from clusterpool.report.workbook import workbook_bytes
from clusterpool.savings import share_savings
from clusterpool.savings.games import coalitions_of
from tests.oracles.random_pools import buying_draft, mixed_draft
from tests.report_case import pool as case_pool
from tests.report_case import result as case_result
from tests.test_report_page import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Figure = tuple[str, str, str, int]
"""Name, whose it is, where it stands, and the amount in cents (or hundredths of a percent)."""
THREE_FIRMS = Path(__file__).parents[1] / "examples" / "three-firms"
MEMBER_MONEY = ("today", "alone", "pool", "saving", "purchases_saving", "freight_saving", "own_effort")
UNMET = ("purchase", "A", "film", "", 12.5, "every supplier's capacity is used up", "S")
NUMBER = r"(-?[\d,]+(?:\.\d+)?)"


def hundredths(text: str) -> int | None:
    """An amount as written, in hundredths; None where it is no figure."""
    plain = re.sub(r"[,\s\u202f\xa0%]|DA|EUR", "", text)
    return round(100 * float(plain)) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def told(name: str, who: str, place: str, text: object) -> Iterator[Figure]:
    found = hundredths(f"{text:.9f}" if isinstance(text, float) else str(text))
    if found is not None:
        yield name, who.removeprefix("'"), place, found


# What is read from where


def from_files(result: Result) -> Iterator[Figure]:
    tables = {
        name: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] for name, rows in file_tables(result).items()
    }
    for row in tables["savings"]:
        for name in (*MEMBER_MONEY, "saving_pct"):
            yield from told(name, row["member"], "savings.csv", row[name])
    for row in tables["clusters"]:
        for name in (*MEMBER_MONEY, "saving_pct"):
            yield from told(name, f"cluster {row['cluster']}", "clusters.csv", row[name])
    for row in tables["coalitions"]:
        members = row["members"].split("|")
        who = members[0] if len(members) == 1 else f"group {'|'.join(sorted(members))}"
        yield from told("alone" if len(members) == 1 else "cost", who, "coalitions.csv", row["cost"])
        yield from told("bound", who, "coalitions.csv", row["bound"])
    plan = [row for name in ("orders", "trips", "loads", "charges", "unmet") for row in tables[name]]
    total = sum(hundredths(row["cost"]) or 0 for row in plan)
    yield "plan", "", "csv files of the plan", total
    for name in ("alone", "pool", "saving"):
        yield f"total {name}", "", "savings.csv", sum(hundredths(row[name]) or 0 for row in tables["savings"])
    for row in tables["settlement"]:
        yield from told("payment", f"{row['from']} to {row['to']}", "settlement.csv", row["amount"])


def from_statements(result: Result) -> Iterator[Figure]:
    codes = iter(result.pool.members)
    for name, text in statement_files(result, Language.ENGLISH).items():
        if not name.endswith(".csv"):
            continue
        member = next(codes)
        for row in csv.DictReader(StringIO(text.lstrip("\ufeff"))):
            if row["section"] == "bill":
                label = "bound" if row["name"] == "alone_at_least" else row["name"]
                yield from told(label, member, name, row["amount"] or row["quantity"])
            elif row["section"] == "account" and row["name"] == "share":
                yield from told("pool", member, name, row["amount"])
            elif row["section"] == "account" and row["name"] == "balance" and (hundredths(row["amount"]) or 0) > 0:
                yield from told("payment", f"{member} to POOL", name, row["amount"])


def from_terminal(result: Result) -> Iterator[Figure]:
    text = re.sub(r"\n  ", " ", summary(result))
    blocks = {block.partition("\n")[0]: block.splitlines()[3:] for block in text.split("\n\n")}
    whole = "Amounts in whole" in text
    known = set(result.pool.members)
    for title, prefix in (("Savings per member", ""), ("Savings per cluster", "cluster ")):
        for line in blocks[title] if not whole else []:
            cells = line.split()
            figures = [cell for cell in cells[1:] if re.fullmatch(r"-|-?[\d,]+\.\d+", cell)]
            code = "total" if cells[0] == "total" and cells[0] not in known else prefix + cells[0]
            for name, figure in zip(("today", "alone", "pool", "saving"), figures[:4], strict=True):
                if code != "total":
                    yield from told(name, code, "terminal", figure)
                elif name != "today":
                    yield from told(f"total {name}", "", f"terminal, {title}", figure)
    yield from from_sentences(text, "terminal")


def from_sentences(text: str, place: str) -> Iterator[Figure]:
    """Figures that sentences of terminal, page and workbook tell; the gap in hundredths of a percent."""
    text = text.replace("\xa0", " ")
    patterns = {
        "plan": (rf"Plan: [^;]*; cost {NUMBER}", rf"It costs {NUMBER}", rf"no sharing of {NUMBER}"),
        "plan bound": (rf"no plan whatever costs less than {NUMBER}", rf"No plan whatever costs less than {NUMBER}"),
        "gap": (rf"no plan whatever costs less than [^(]*\(gap {NUMBER}%", rf"save at most {NUMBER}% of its cost"),
        "purchases": (rf"Purchases: (?:cost )?{NUMBER}",),
        "purchases gap": (rf"Purchases: [^(]*\(gap {NUMBER}%",),
        "freight": (rf"Freight: (?:cost )?{NUMBER}",),
        "freight gap": (rf"Freight: [^(]*\(gap {NUMBER}%",),
        "excess": (
            rf"better off by itself, by {NUMBER}",
            rf"better off alone by {NUMBER}",
            rf"by these shares: .*?, by {NUMBER}",
        ),
        "beyond": (rf"better off by more than {NUMBER}", rf"can be by more than {NUMBER}"),
        "groups": (rf"{NUMBER} of [\d,]+ groups were worked out",),
        "all groups": (rf"[\d,]+ of {NUMBER} groups were worked out",),
    }
    for name, ways in patterns.items():
        for way in ways:
            for found in re.findall(way, text):
                yield from told(name, "", place, found)


def from_page(result: Result) -> Iterator[Figure]:
    page = Reader(page_html(result, language=Language.ENGLISH))
    tables = {name: rows[1:] for name, rows in page.tables.items()}
    columns = ("today", "own_effort", "alone", "saving", "pool", "saving_pct")
    codes = [code.removeprefix("'") for code in result.members["member"]]
    for code, row in zip(codes, tables["table-members"], strict=False):
        for name, cell in zip(columns[:-1], row[2:7], strict=True):
            yield from told(name, code, "page, members", cell)
    for row in tables["table-clusters"][:-1]:
        for name, cell in zip(columns[:-1], row[2:7], strict=True):
            yield from told(name, f"cluster {row[0]}", "page, clusters", cell)
    shown: dict[str, tuple[str | None, ...]] = {
        "split": ("purchases_saving", "freight_saving", "saving"),
        "rules": ("alone", "pool"),
        "leaving": (None, None, "pool", "saving", None),
        "same_price": (None, "alone", "pool", None),
        "intervals": (None, "pool", None),
    }
    for table, names in shown.items():
        for code, row in zip(codes, tables.get(f"table-{table}", []), strict=False):
            for label, cell in zip(names, row[1:], strict=False):
                if label is not None:
                    yield from told(label, code, f"page, {table}", cell)
    yield from from_totals(tables)
    yield from from_orders(tables)
    yield from from_sentences(re.sub(r"\s+", " ", page.text), "page")


def from_totals(tables: dict[str, list[list[str]]]) -> Iterator[Figure]:
    for table, places in {"members": (4, 5, 6), "clusters": (4, 5, 6), "split": (None, 3, None)}.items():
        for name, place in zip(("alone", "saving", "pool"), places, strict=True):
            if place is not None:
                yield from told(f"total {name}", "", f"page, total of {table}", tables[f"table-{table}"][-1][place])
    for place, name in ((1, "alone"), (2, "pool")):
        yield from told(f"total {name}", "", "page, total of rules", tables["table-rules"][-1][place])
    for cell in tables["table-rules"][-1][2:]:
        yield from told("total pool", "", "page, totals of the other rules", cell)
    for row in tables.get("table-settlement", []):
        yield from told("payment", f"{row[0].split()[0]} to {row[1].split()[0]}", "page, settlement", row[2])


def from_orders(tables: dict[str, list[list[str]]]) -> Iterator[Figure]:
    """What is paid for an item, in the items' table and by its order lines."""
    lines: dict[str, int] = defaultdict(int)
    for row in tables.get("table-orders", [])[:-1]:
        lines[row[2]] += hundredths(row[8]) or 0
    for item, cents in lines.items():
        yield "item", item, "page, order lines", cents
    for row in tables.get("table-items", []):
        if row[0] in lines:
            yield from told("item", row[0], "page, items", row[5])


def from_workbook(result: Result) -> Iterator[Figure]:
    book = openpyxl.load_workbook(BytesIO(workbook_bytes(result, Language.ENGLISH)), data_only=True)
    first = {str(row[0].value): row[1].value for row in book["Summary"].iter_rows() if row[1].value is not None}
    for name, label in (("total alone", "Alone"), ("total pool", "In the pool"), ("total saving", "Saving")):
        yield from told(name, "", "workbook, first sheet", first.get(label, ""))
    yield from told(
        "plan", "", "workbook, first sheet", first["Cost of the plan: orders, trips, loads, charges, unmet"]
    )
    yield from told("plan bound", "", "workbook, first sheet", first.get("No plan costs less than", ""))
    if isinstance(first.get("Gap"), float):
        yield from told("gap", "", "workbook, first sheet", f"{100 * float(first['Gap']):.2f}")
    yield from from_sentences(" ".join(str(value) for value in first.values()), "workbook, first sheet")
    heads = {"Today": "today", "Alone": "alone", "In the pool": "pool", "Saving": "saving", "Own effort": "own_effort"}
    heads |= {"of it purchases": "purchases_saving", "of it freight": "freight_saving"}
    for sheet, prefix in (("Members", ""), ("Clusters", "cluster ")):
        yield from from_sheet(book[sheet], heads, prefix)
    if "If one leaves" in book.sheetnames:
        yield from from_sheet(book["If one leaves"], {"Alone": "alone", "Pays": "pool", "Saves": "saving"}, "")


def from_sheet(sheet: Any, heads: dict[str, str], prefix: str) -> Iterator[Figure]:
    rows = list(sheet.iter_rows(values_only=True))
    names = [heads.get(str(cell)) for cell in rows[0]]
    for row in rows[1:]:
        if row[0] in {None, "Total"}:
            continue
        for name, cell in zip(names, row, strict=True):
            if name is not None and isinstance(cell, int | float):
                yield from told(name, prefix + str(row[0]), f"workbook, {sheet.title}", float(cell))


READERS = (from_files, from_statements, from_terminal, from_page, from_workbook)


def disagreements(
    result: Result, readers: Sequence[Callable[[Result], Iterator[Figure]]] = READERS
) -> tuple[dict[tuple[str, str], dict[str, int]], int]:
    """Names that stand for several figures, and how many names stand in several places."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for read in readers:
        for name, who, place, cents in read(result):
            known = found[name, who].setdefault(place, cents)
            assert known == cents, f"{name} of {who!r} is {known} and {cents} in {place}"
    several = {key: places for key, places in found.items() if len(places) > 1}
    return {key: places for key, places in several.items() if len(set(places.values())) > 1}, len(several)


# Results to read


def drawn(seed: int) -> Result:
    """The hand-made case with drawn costs of all groups, whose thirds and sevenths of cents do not add up."""
    rng = np.random.default_rng(seed)
    names = tuple(case_pool().members)
    alone = rng.uniform(10.0, 900.0, 3) / 7.0
    costs: dict[tuple[str, ...], float] = {(name,): float(cost) for name, cost in zip(names, alone, strict=True)}
    for one, other in ((0, 1), (0, 2), (1, 2)):
        costs[names[one], names[other]] = float((alone[one] + alone[other]) * rng.uniform(0.6, 1.1))
    costs[names] = float(alone.sum() * rng.uniform(0.4, 1.2))
    loose = float(rng.choice([1.0, 0.97]))
    part = float(rng.uniform(-0.2, 1.2))
    table = {who: CoalitionCost(cost, cost * loose, cost * part, cost * (1.0 - part)) for who, cost in costs.items()}
    allocation = allocate(CostGame.from_table(table), list(Rule)[seed % 2 and 4])
    return with_allocation(allocation, table[names], rng)


def with_allocation(allocation: Any, whole: CoalitionCost, rng: np.random.Generator) -> Result:
    base, game = case_result(), allocation.game
    names = list(allocation.shares)
    alone = [game.cost((name,)) for name in names]
    pays = list(allocation.shares.values())
    freight = rng.uniform(-30.0, 30.0, 3)
    today = [cost * float(rng.uniform(0.8, 1.5)) for cost in alone]
    rows = [
        (n, "east" if k else "west", t, a, p, a - p, 100.0 * (a - p) / a, a - p - f, f, t - a, a - p, True, k + 1)
        for k, (n, t, a, p, f) in enumerate(zip(names, today, alone, pays, freight.tolist(), strict=True))
    ]
    members = from_records("members", [dict(zip(MEMBER_COLUMNS, row, strict=True)) for row in rows])
    orders = base.plan.orders.assign(cost=[whole.cost / 3.0, whole.cost / 6.0])
    charges = base.plan.charges.assign(cost=whole.cost / 6.0)
    unmet = from_records("unmet", [dict(zip(PLAN_COLUMNS["unmet"], (*UNMET, whole.cost / 6.0), strict=True))])
    loads = base.plan.loads.assign(cost=whole.cost - math.fsum([whole.cost / 3.0, whole.cost / 6.0, whole.cost / 3.0]))
    parts = base.plan.parts.assign(
        cost=[whole.purchases, whole.freight], bound=[0.0, -math.inf], bound_on_known_trips=[0.0, 0.0]
    )
    tables = {"orders": orders, "charges": charges, "loads": loads, "unmet": unmet}
    plan = replace(base.plan, **tables, parts=parts, bound=whole.bound)
    clusters = cluster_gains(members)
    return replace(
        base,
        plan=plan,
        members=members,
        clusters=clusters.set_index("cluster").loc[["east", "west"]].reset_index(),
        coalitions=coalitions_of(game),
        allocation=allocation,
    )


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 80))])
def test_drawn_results_agree_in_all_places(seed: int) -> None:
    wrong, several = disagreements(drawn(seed))
    assert not wrong
    assert several > 30, "too little is read"


@cache
def three_firms() -> Result:
    return share_savings(read_pool(THREE_FIRMS)).result


def test_the_three_firms_agree_in_all_places() -> None:
    wrong, several = disagreements(three_firms())
    assert not wrong
    assert several > 35, "too little is read"


@pytest.mark.parametrize(
    "seed", [3, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 1, 2, *range(4, 12)))]
)
@pytest.mark.parametrize("draft", [buying_draft, mixed_draft])
def test_drawn_pools_agree_in_all_places(draft: Any, seed: int) -> None:
    drafted = draft(seed)
    pool = Pool.from_frames(drafted.frames, {**drafted.settings, "language": "en"})
    wrong, several = disagreements(share_savings(pool, rule=Rule.SHAPLEY).result)
    assert not wrong
    assert several > 15, "too little is read"


def test_the_search_finds_a_cent() -> None:
    """A cent more in one place is seen."""
    result = drawn(0)
    alone = result.members["alone"] + [0.01, 0.0, 0.0]
    other = replace(result, members=result.members.assign(alone=alone))
    wrong, _ = disagreements(result, (from_files, lambda _: from_terminal(other)))
    assert {name for name, _ in wrong} == {"alone", "saving", "total alone", "total saving"}


def test_the_readme_tells_one_result() -> None:
    """What its printed result says twice is one figure."""
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    block = text.partition("Savings per member")[2].partition("Read it from")[0]
    found: dict[str, set[int]] = defaultdict(set)
    for name, _, _, cents in from_sentences(re.sub(r"\s+", " ", block), "README"):
        found[name].add(cents)
    assert {name: figures for name, figures in found.items() if len(figures) > 1} == {}
    assert pd.Series(list(found)).isin(["plan", "plan bound", "beyond"]).sum() >= 2
