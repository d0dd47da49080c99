"""Purchase orders and load plans: they add up to the plan, keep to clock and capacity, and tell no others."""

from __future__ import annotations

import csv
import doctest
import io
import math
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from clusterpool.check.cargo import vehicles as vehicles_of
from clusterpool.check.clock import Clock, course
from clusterpool.check.plan_check import check_plan
from clusterpool.check.roads import Geography
from clusterpool.language import Language, money
from clusterpool.optimize import plan_pool
from clusterpool.report import read_result, write_result
from clusterpool.report.cents import to_cents
from clusterpool.report.documents import load_plan_files, load_plans, order_files, purchase_orders
from clusterpool.report.journeys import journeys
from clusterpool.report.rounded import plan_cents
from clusterpool.savings import share_savings
from clusterpool.solver import SolveOptions
from tests import leak_kit, report_case
from tests.pool_kit import EXACT, mixed_pool, pool_of, table

if TYPE_CHECKING:
    from pathlib import Path

    from clusterpool.report import Result


@cache
def mixed() -> Result:
    """A plan of six members, ex-works goods, several trips; who pays what is another case's."""
    plan = plan_pool(mixed_pool(), options=SolveOptions(gap=0.02))
    return replace(leak_kit.result(), pool=mixed_pool(), plan=plan)


CASES = {"mixed": mixed, "ex works": leak_kit.result}


def tables(files: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text)))
        for name, text in files.items()
        if name.endswith(".csv")
    }


# Trips


@pytest.mark.parametrize("name", CASES)
def test_a_journey_is_as_full_as_its_trip_and_no_fuller_than_its_vehicle(name: str) -> None:
    case = CASES[name]()
    trips = {row["trip"]: row for row in case.plan.trips.to_dict("records")}
    assert trips
    assert check_plan(case.pool, case.plan).ok
    for journey in journeys(case):
        fills = [load_plans.fill(stop.aboard, journey.capacities) for stop in journey.stops]
        assert max(fills) <= 100.0 + 1e-6
        assert max(fills) == pytest.approx(trips[journey.trip]["fill_pct"])
        assert journey.stops[-1].aboard == (0.0, 0.0, 0.0)
        assert journey.stops[-1].km == pytest.approx(trips[journey.trip]["distance_km"])
        assert math.fsum(p.sizes[0] for p in journey.parcels) == pytest.approx(trips[journey.trip]["load_kg"])


@pytest.mark.parametrize("name", CASES)
def test_what_goes_on_at_its_origin_goes_off_at_its_destination_within_its_dates(name: str) -> None:
    case = CASES[name]()
    shipments = {row["shipment"]: row for row in case.pool.table("shipments").to_dict("records")}
    loads = case.plan.loads[case.plan.loads["trip"] != ""].to_dict("records")
    parcels = [(journey, parcel) for journey in journeys(case) for parcel in journey.parcels]
    assert len(loads) == len(parcels)
    for load, (journey, parcel) in zip(sorted(loads, key=lambda row: row["trip"]), parcels, strict=True):
        start, end = journey.stops[parcel.start], journey.stops[parcel.end]
        assert (start.site, end.site) == (load["from_site"], load["to_site"])
        assert (parcel.start + 1, parcel.end + 1) == (load["from_stop"], load["to_stop"])
        assert parcel in start.on
        assert parcel in end.off
        if parcel.shipment:
            shipment = shipments[parcel.shipment.partition("#")[0]]
            assert shipment["ready_date"].date() <= start.day
            assert end.day <= shipment["due_date"].date()


@pytest.mark.parametrize("name", CASES)
def test_days_are_those_of_the_independent_checker_and_hours_fit_into_them(name: str) -> None:
    case = CASES[name]()
    geography, clock, vehicles = Geography(case.pool), Clock.of(case.pool), vehicles_of(case.pool)
    for journey in journeys(case):
        first = journey.stops[0].day.toordinal()
        sites = [stop.site for stop in journey.stops]
        found = course(geography, clock, vehicles[journey.vehicle.vehicle], first, sites)
        assert tuple(stop.day.toordinal() for stop in journey.stops) == found.days
        assert all(-1e-9 <= stop.hour <= case.pool.settings.driving_hours_per_day + 1e-9 for stop in journey.stops)
        assert journey.stops[0].hour == 0.0


def test_a_site_that_is_visited_twice_gets_each_load_on_the_visit_that_fits() -> None:
    (journey,) = journeys(leak_kit.result())
    sites = [stop.site for stop in journey.stops]
    assert len(sites) > len(set(sites)), "the case has a site visited twice"
    for number, stop in enumerate(journey.stops):
        assert stop.aboard[0] == pytest.approx(sum(p.sizes[0] for p in journey.parcels if p.start <= number < p.end))


@pytest.mark.parametrize("name", CASES)
def test_the_table_of_a_load_plan_is_balanced_at_every_stop(name: str) -> None:
    case = CASES[name]()
    for rows in tables(load_plan_files(case, journeys(case), Language.FRENCH)).values():
        aboard = 0.0
        for row in rows:
            weight = float(row["weight_kg"])
            if row["action"] == "aboard":
                assert weight == pytest.approx(aboard, abs=1e-6)
            else:
                aboard += weight if row["action"] == "on" else -weight
        assert aboard == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("language", Language)
def test_a_load_plan_can_be_read_by_its_driver(language: Language) -> None:
    case = leak_kit.result()
    (page,) = [text for name, text in load_plan_files(case, journeys(case), language).items() if name.endswith("html")]
    for member in leak_kit.MEMBERS:
        assert f"Maison {member.upper()} &amp; fils" in page
        assert f"send{member}" in page
    assert "99.60" in page or "99,60" in page
    assert money(to_cents(case.plan.trips["cost"].iloc[0]), language) not in page, "what the trip costs is the pool's"
    assert ('dir="rtl"' in page) == language.right_to_left


# Orders


@pytest.mark.parametrize("name", CASES)
def test_purchase_orders_add_up_to_the_orders_of_the_plan(name: str) -> None:
    case = CASES[name]()
    orders, cents = case.plan.orders, plan_cents(case)["orders"]
    total = sum(cost for cost, supplier in zip(cents, orders["supplier"], strict=True) if supplier)
    made = list(purchase_orders(case, journeys(case)))
    assert sum(order.total for order in made) == total
    assert [order.supplier for order in made] == sorted(set(orders["supplier"]) - {""})
    for order in made:
        assert sum(subtotal for _, _, subtotal in order.by_site) == order.total
        for line in order.lines:
            net = line.quantity * line.unit_price * (1 - line.rebate_pct / 100)
            assert line.amount == pytest.approx(100 * net, abs=1.01)


def test_a_supplier_reads_nothing_of_other_suppliers_nor_what_members_paid_before() -> None:
    case = leak_kit.result()
    files = order_files(case, journeys(case), Language.ENGLISH)
    for member in leak_kit.MEMBERS:
        mine = {name: text for name, text in files.items() if name.startswith(f"deal{member}.")}
        assert len(mine) == 2
        for other in leak_kit.everybody_else(case, member):
            own = leak_kit.own_of(case, member)
            assert leak_kit.leaks(mine, leak_kit.differing(leak_kit.secrets_of(case, other), own), own) == []
    before = case.pool.table("purchases")[["max_unit_price", "current_unit_price"]].to_numpy().ravel().tolist()
    secret = leak_kit.Secrets(frozenset(f"old{member}" for member in leak_kit.MEMBERS), frozenset(before))
    assert leak_kit.leaks(files, secret) == []


def test_goods_that_the_pool_fetches_say_when() -> None:
    case = leak_kit.result()
    order = {one.supplier: one for one in purchase_orders(case, journeys(case))}["mill"]
    assert order.site == "port"
    weights = case.plan.loads[case.plan.loads["order"] != ""]["weight_kg"]
    assert math.fsum(one.weight_kg for one in order.fetched) == pytest.approx(weights.sum())
    ready = case.pool.settings.order_date
    assert ready is not None
    assert all(one.day is not None and one.day > ready for one in order.fetched), "a day of lead time"
    page = order_files(case, journeys(case), Language.ENGLISH)["mill.html"]
    assert "ex works: the pool fetches the goods at port" in page


def test_surplus_stands_last_and_prices_have_their_end() -> None:
    frames = {
        "members": table("member cluster site", ("A", "c", "Alger"), ("B", "c", "Oran")),
        "purchases": table("member item quantity due_date", ("A", "film", 60, "2026-03-09"), ("B", "film", 30, None)),
        "offers": table("supplier item min_quantity unit_price", ("S", "film", 100, 5.0)),
    }
    case = share_savings(pool_of(frames, order_date="2026-03-02"), options=EXACT).result
    (order,) = purchase_orders(case, ())
    assert [line.site for line in order.lines] == ["Alger", "Oran", ""]
    assert [line.quantity for line in order.lines] == [60.0, 30.0, 10.0]
    assert order.total == 50000
    assert order.lines[0].due is not None
    assert order.lines[0].due.isoformat() == "2026-03-09"
    page = order_files(case, (), Language.FRENCH)["S.html"]
    assert "Au-delà des besoins des membres" in page
    offers = case.pool.table("offers").assign(valid_until="2026-04-01")
    offers["valid_until"] = offers["valid_until"].astype("datetime64[s]")
    ending = replace(case, pool=replace(case.pool, tables={**case.pool.tables, "offers": offers}))
    (order,) = purchase_orders(ending, ())
    assert str(order.valid_until) == "2026-04-01"
    assert "1 avr. 2026" in order_files(ending, (), Language.FRENCH)["S.html"]


# Files


def test_a_result_holds_its_documents_and_is_the_same_when_read_back(tmp_path: Path) -> None:
    case = leak_kit.result()
    files = write_result(case, tmp_path / "a", language=Language.ARABIC)
    names = {str(path) for path in files}
    assert {"documents/orders/mill.html", "documents/orders/mill.csv", "documents/trips/T0001.html"} <= names
    assert {"statements/zbib.html", "statements/zbib.csv", "results.xlsx", "aggregate.csv", "aggregate.html"} <= names
    write_result(read_result(tmp_path / "a"), tmp_path / "b", language=Language.ARABIC)
    for path in files:
        assert (tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes(), path


def test_papers_of_a_former_result_go(tmp_path: Path) -> None:
    write_result(leak_kit.result(), tmp_path)
    (tmp_path / "statements" / "notes.txt").write_text("mine", encoding="utf-8")
    write_result(leak_kit.result(leak_kit.MEMBERS[:2]), tmp_path)
    names = {path.name for path in (tmp_path / "statements").iterdir()}
    assert names == {"kesra.html", "kesra.csv", "zbib.html", "zbib.csv", "notes.txt"}
    assert not (tmp_path / "documents" / "orders" / "dealharissa.html").exists()


def test_no_freight_no_load_plans() -> None:
    assert load_plan_files(report_case.result(), journeys(report_case.result()), Language.ENGLISH) == {}


def test_examples() -> None:
    assert doctest.testmod(load_plans).failed == 0
