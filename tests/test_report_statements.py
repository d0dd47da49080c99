"""Confidential statements: what is the member's own is there, nothing of anybody else is, and the search can fail."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from clusterpool.allocation import Rule
from clusterpool.language import Language, decimal, money
from clusterpool.report.cents import to_cents
from clusterpool.report.journeys import journeys
from clusterpool.report.statements import Purchase, statement_files, view, write_statements, writing
from clusterpool.report.tables import rows_of
from tests import report_case
from tests.leak_kit import (
    MEMBERS,
    Secrets,
    differing,
    everybody_else,
    leaks,
    own_files,
    own_of,
    result,
    secrets_of,
    totals_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.report import Result

CASES = [
    (MEMBERS, Rule.SHAPLEY),
    (MEMBERS, Rule.NUCLEOLUS),
    (MEMBERS, Rule.PROPORTIONAL),
    (MEMBERS[:3], Rule.EQUAL_CHARGE),
    (MEMBERS[:2], Rule.SHAPLEY),
    (MEMBERS[:2], Rule.PROPORTIONAL),
]


def told(case: Result, language: Language, *, combine: bool = False) -> list[str]:
    """Everything that the statements of a result tell of others or of the pool."""
    files = statement_files(case, language)
    found = []
    for member in case.pool.members:
        mine, own = own_files(files, member), own_of(case, member)
        for other in everybody_else(case, member):
            found += leaks(mine, differing(secrets_of(case, other), own), own, combine=combine)
        found += leaks(mine, differing(totals_of(case), own), own)
    return found


# What may not be there


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("members", "rule"), CASES)
def test_no_statement_tells_of_another_member_or_of_the_pool(
    members: tuple[str, ...], rule: Rule, language: Language
) -> None:
    case = result(members, rule)
    assert case.plan.trips["trip"].size, "the members share trucks"
    assert (case.plan.orders["rebate_pct"] > 0).any(), "and rebates"
    assert told(case, language) == []


@pytest.mark.parametrize(("members", "rule"), CASES)
def test_no_sum_or_difference_of_two_figures_is_another_member_s(members: tuple[str, ...], rule: Rule) -> None:
    assert told(result(members, rule), Language.ENGLISH, combine=True) == []


def test_each_statement_is_made_of_its_own_member_alone() -> None:
    """Another member's name, today's prices and current supplier may change without any statement but its own."""
    case = result()
    tables = dict(case.pool.tables)
    members = tables["members"].copy()
    members.loc[members["member"] == "zbib", "name"] = "Another name"
    changed = replace(case, pool=replace(case.pool, tables={**tables, "members": members}))
    before, after = (statement_files(one, Language.FRENCH) for one in (case, changed))
    assert [name for name in before if before[name] != after[name]] == ["zbib.html"]


def test_the_sheet_of_styles_which_is_not_searched_is_the_same_in_all_statements() -> None:
    sheets = {
        text.partition("<style>")[2].partition("</style>")[0]
        for case in (result(), report_case.result())
        for name, text in statement_files(case, Language.FRENCH).items()
        if name.endswith(".html")
    }
    assert len(sheets) == 1


# The search can fail


def everything(self: view.Ledger, table: str, _: str) -> list[tuple[dict[str, Any], int]]:
    """Rows of all members."""
    rows = zip(rows_of(self.result.plan.tables[table]), self.plan[table], strict=True)
    return [({**row, "place": place}, cost) for place, (row, cost) in enumerate(rows)]


def test_rows_of_others_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view.Ledger, "rows", everything)
    found = " ".join(told(result(), Language.FRENCH))
    assert all(f"good{member}" in found for member in MEMBERS)


def before_rebate(row: dict[str, Any], cost: int, items: dict[str, Any]) -> Purchase:
    line = purchase(row, cost, items)
    return replace(line, unit_price=row["unit_price"] if row["rebate_pct"] else line.unit_price)


def with_order_code(row: dict[str, Any], cost: int, items: dict[str, Any]) -> Purchase:
    return replace(purchase(row, cost, items), unit=row["order"])


purchase = view._purchase


@pytest.mark.parametrize("leak", [before_rebate, with_order_code])
def test_prices_before_rebates_and_codes_over_all_members_are_found(leak: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_purchase", leak)
    assert told(result(), Language.ARABIC)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "leak",
    [
        lambda case: case.plan.cost,
        lambda case: case.plan.orders["cost"].sum(),
        lambda case: case.plan.trips["load_kg"].iloc[0],
        lambda case: case.plan.orders["rebate_pct"].max(),
        lambda case: case.members["pool"].iloc[1],
        lambda case: case.pool.table("purchases")["current_unit_price"].iloc[4],
    ],
)
def test_a_figure_of_others_is_found_however_it_is_written(leak: Any, language: Language) -> None:
    case = result()
    figure = float(leak(case))
    member = MEMBERS[2] if figure == case.members["pool"].iloc[1] else MEMBERS[0]
    own = own_of(case, member)
    others = [secrets_of(case, other) for other in everybody_else(case, member)] + [totals_of(case)]
    ways = [
        f"{figure!r}",
        money(to_cents(figure), language, "DZD"),
        money(to_cents(figure), language),
        decimal(figure, language, 3),
        *([decimal(figure, language)] if figure > 100 else []),
    ]
    for way in ways:
        for text in (f"<p>You: {way}.</p>", f'<td data-sort="{way}"></td>', f"<!-- {way} -->"):
            assert any(leaks({"x.html": text}, differing(one, own)) for one in others), (way, text)
        assert any(leaks({"x.csv": f'a,"{way}",b\n'}, differing(one, own)) for one in others), way


def test_names_are_found_in_file_names_attributes_and_entities() -> None:
    secret = Secrets(frozenset({"mémé & fils"}), frozenset())
    assert leaks({"x.html": '<p title="MÉMÉ &amp; fils">'}, secret)
    assert leaks({"mémé & fils.csv": ""}, secret)
    assert not leaks({"x.html": "<p>meme</p>"}, secret)


def test_the_other_one_of_two_is_found_as_a_difference() -> None:
    secret = Secrets(frozenset(), frozenset({1234.56}))
    page = {"x.html": "<td>5000.00</td><td>3765.44</td>"}
    assert leaks(page, secret, combine=True)
    assert not leaks(page, secret)


# What must be there


@pytest.mark.parametrize("language", Language)
def test_a_member_finds_its_own_figures(language: Language) -> None:
    case = result()
    files = statement_files(case, language)
    for member in MEMBERS:
        row = case.members[case.members["member"] == member].iloc[0]
        page = files[f"{member}.html"]
        for column in ("alone", "pool", "saving", "today"):
            assert money(to_cents(row[column]), language) in page, column
        for word in (f"good{member}", f"deal{member}", f"send{member}", f"Maison {member.upper()} &amp; fils"):
            assert word in page


def cells(files: dict[str, str], member: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{member}.csv"])))


def test_the_table_adds_up_to_the_bill_and_to_the_settlement() -> None:
    case = result()
    files = statement_files(case, Language.ENGLISH)
    payments = {row["from"]: row["amount"] for row in case.settlement.to_dict("records")}
    payments |= {row["to"]: -row["amount"] for row in case.settlement.to_dict("records") if row["from"] == "POOL"}
    for member in MEMBERS:
        rows = cells(files, member)
        of = {(row["section"], row["name"]): row["amount"] for row in rows}
        for section in ("order", "load"):
            total = sum(to_cents(float(row["amount"] or 0)) for row in rows if row["section"] == section)
            assert total == to_cents(float(of["account", {"order": "orders", "load": "groupage"}[section]]))
        account = {name: to_cents(float(of["account", name])) for name in ("share", "orders", "groupage", "balance")}
        assert account["balance"] == account["share"] - account["orders"] - account["groupage"]
        assert account["balance"] == pytest.approx(100 * payments.get(member, 0.0), abs=2)
        assert of["bill", "pool"] == of["account", "share"]
        for row in rows:
            if row["section"] == "order":
                price, quantity = float(row["unit_price"]), float(row["quantity"])
                assert price * quantity == pytest.approx(float(row["amount"]), abs=0.01 + 0.00005 * quantity)


def test_days_are_those_on_which_the_truck_loads_and_unloads() -> None:
    case = result()
    (trip,) = journeys(case)
    files = statement_files(case, Language.ENGLISH)
    for parcel in trip.parcels:
        what = parcel.shipment or "film"
        (row,) = [row for row in cells(files, parcel.member) if (row["section"], row["name"]) == ("load", what)]
        days = (trip.stops[parcel.start].day.isoformat(), trip.stops[parcel.end].day.isoformat())
        assert (row["first_day"], row["last_day"]) == days


def test_goods_that_ride_twice_on_one_trip_have_the_days_of_each_ride(monkeypatch: pytest.MonkeyPatch) -> None:
    case = result()
    loads = case.plan.loads
    (place,) = loads.index[(loads["member"] == "mloukhia") & (loads["order"] != "")]
    twice = replace(case, plan=replace(case.plan, loads=loads.loc[[*loads.index, place]].reset_index(drop=True)))
    (trip,) = journeys(twice)
    first, second = [parcel for parcel in trip.parcels if parcel.order == loads.loc[place, "order"]]
    assert (first.row, second.row) == (place, len(loads))
    late = replace(trip.stops[-1], day=trip.stops[-1].day + timedelta(days=1))
    moved = replace(second, start=len(trip.stops), end=len(trip.stops))
    longer = replace(trip, stops=(*trip.stops, late), parcels=(*trip.parcels[:-1], moved))
    monkeypatch.setattr(view, "journeys", lambda _: (longer,))
    days = view.Ledger.of(twice).days
    assert days[len(loads)] == (late.day, late.day)
    assert days[place] == (trip.stops[first.start].day, trip.stops[first.end].day) != days[len(loads)]


def test_the_price_is_net_of_the_rebate() -> None:
    case = result()
    order = case.plan.orders[(case.plan.orders["item"] == "film") & (case.plan.orders["member"] == "zbib")].iloc[0]
    assert order["rebate_pct"] > 0
    (row,) = [row for row in cells(statement_files(case, Language.ENGLISH), "zbib") if row["item"] == "film"]
    assert float(row["unit_price"]) == pytest.approx(order["unit_price"] * (1 - order["rebate_pct"] / 100), abs=5e-5)


def test_losses_unmet_needs_and_a_member_without_needs() -> None:
    case = report_case.result()
    unmet = report_case.plan().unmet
    row = {"kind": "purchase", "member": "A", "item": "film", "shipment": "", "quantity": 2.5, "cost": 0.0}
    reasons = ["every supplier's capacity is used up", "no supplier offers this item to this member"]
    lacking = type(unmet)([{**row, "reason": reason, "blocked_by": "S"} for reason in reasons])[list(unmet.columns)]
    members = case.members.assign(comparable=[True, False, True], saving=[0.0, -5.0, 105.0])
    members["alone"] = members["pool"] + members["saving"]
    files = statement_files(replace(case, plan=report_case.plan(unmet=lacking), members=members), Language.ENGLISH)
    page = files["A.html"]
    assert "the pool costs you 5.00" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "they do not compare" in page
    assert "no supplier offers this item to this member" in page
    assert "capacity" not in page, "that others used it up is not the member's to know"


def test_hostile_names_stay_text_and_keep_their_folder(tmp_path: Path) -> None:
    case = report_case.result()
    members = case.pool.table("members").assign(name='<script>alert("x")</script>')
    pool = replace(case.pool, tables={**case.pool.tables, "members": members})
    files = write_statements(replace(case, pool=pool), tmp_path / "statements", Language.ENGLISH)
    assert {path.parent for path in files} == {tmp_path / "statements"}
    assert len(files) == 6
    assert all(b"<script" not in path.read_bytes() for path in files)
    texts = [path.read_text(encoding="utf-8") for path in files if path.suffix == ".csv"]
    for text in texts:
        assert all(not cell.startswith(("=", "+", "@")) for row in csv.reader(io.StringIO(text)) for cell in row)


def test_the_same_result_gives_the_same_bytes_and_no_network_is_asked(tmp_path: Path) -> None:
    case = result()
    write_statements(case, tmp_path / "a", Language.ARABIC)
    write_statements(case, tmp_path / "b", Language.ARABIC)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
        assert b"://" not in path.read_bytes()
        if path.suffix == ".html":
            assert b'dir="rtl"' in path.read_bytes()


def test_columns_are_the_ones_stated() -> None:
    text = statement_files(result(), Language.ENGLISH)["zbib.csv"]
    assert tuple(text.splitlines()[0].split(",")) == writing.STATEMENT_COLUMNS
