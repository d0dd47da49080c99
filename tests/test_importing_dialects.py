"""A table written in any dialect is read back equal, or refused: never different."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from clusterpool.errors import DataError
from clusterpool.importing import Profile, import_table
from clusterpool.importing.days import read_day
from clusterpool.importing.numbers import plain, read_number
from clusterpool.importing.units import factor_of
from tests.oracles.strict_numbers import readings

if TYPE_CHECKING:
    from pathlib import Path

QUIET = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(QUIET, max_examples=3000)
SIGNS = st.text(st.sampled_from("0123456789., \u00a0\u202f"), min_size=1, max_size=9)


@QUIET
@given(SIGNS)
def test_numbers_are_read_as_a_second_reader_reads_them(text: str) -> None:
    written = read_number(text)
    assert ({written.point, written.comma} - {None} if written else set()) == readings(text.strip(" \u00a0\u202f"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(1 234,50) DA", "-1234.50"), ("12-", "-12"), ("-12,5", "-12.5"), ("+3", "3"), ("\N{MINUS SIGN}4", "-4"),
        ("DA 5,5", "5.5"), ("1'234.5", "1234.5"), ("5 €", "5"),
        ("5 دج", "5"), ("1\u202f234\u202f567,5 DZD", "1234567.5"),
    ],
)  # fmt: skip
def test_signs_and_currencies(text: str, value: str) -> None:
    written = read_number(text)
    assert written is not None
    assert not written.ambiguous
    assert {written.point, written.comma} - {None} == {Decimal(value)}


@pytest.mark.parametrize(
    "text", ["", "-", "--5", "(5", "5)", "(-5)", "-5-", "1e5", "5 kg", "5 DA €", "12 34", "1.23.4", "٫5", "nan"]
)
def test_what_is_no_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-03-05", {"2026-03-05"}), ("20260305", {"2026-03-05"}), ("2026/3/5", {"2026-03-05"}),
        ("05/03/2026", {"2026-03-05", "2026-05-03"}), ("25/03/2026", {"2026-03-25"}), ("3/25/2026", {"2026-03-25"}),
        ("25.03.26", {"2026-03-25", "2025-03-26"}), ("2026-03-05 00:00:00", {"2026-03-05"}), ("46086", {"2026-03-05"}),
        ("2026-03-05T10:30:00Z", {"2026-03-05"}), ("30/02/2026", set()), ("5", set()), ("2026-13-01", set()),
    ],
)  # fmt: skip
def test_days(text: str, days: set[str]) -> None:
    one = read_day(text)
    assert {day.isoformat() for _, day in one.under} == days if one else not days


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_serial_days_are_excels(day: dt.date) -> None:
    """1 is 1900-01-01 and 1900 counts a 29 February that never was, so 2000-01-01 is 36526."""
    serial = (day - dt.date(2000, 1, 1)).days + 36526
    one = read_day(str(serial))
    assert one is not None
    assert one.read("") == day


@pytest.mark.parametrize(
    ("unit", "factor", "base"),
    [
        ("Pièce", "1", "piece"), ("MILLE", "1000", "piece"), ("T", "1000", "kg"), ("carton de 24", "24", "piece"),
        ("CTN 12", "12", "piece"), ("sac de 50 kg", "50", "kg"), ("boîte x 100", "100", "piece"), ("طن", "1000", "kg"),
        ("douzaine", "12", "piece"), ("ST", "1", "piece"),
    ],
)  # fmt: skip
def test_units(unit: str, factor: str, base: str) -> None:
    assert factor_of(unit, {}) == (Decimal(factor), base)
    assert factor_of("carton", {}) is None


CODE = st.text(st.sampled_from("ABCéàç019-_/' ,;.\""), min_size=1, max_size=8).map(str.strip).filter(bool)
PRICE = st.decimals(0, 999_999, places=2, allow_nan=False)
DAY = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
ROWS = st.lists(st.tuples(CODE, PRICE, DAY), min_size=1, max_size=6)


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        "delimiter": draw(st.sampled_from(";,\t|")),
        "end": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "decimal": draw(st.sampled_from(",.")),
        "group": draw(st.sampled_from(["", " ", "\u00a0", "other"])),
        "date": draw(st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%m/%d/%Y", "%Y%m%d", "%d.%m.%Y"])),
        "places": draw(st.sampled_from([0, 1, 2, 3])),
        "money": draw(st.sampled_from(["", " DA", "\u00a0DZD"])),
        "title": draw(st.sampled_from(["", "Liste des besoins", "Société X : 2026"])),
        "total": draw(st.booleans()),
        "told": draw(st.booleans()),
    }


def write(rows: list[tuple[str, Decimal, dt.date]], how: dict[str, Any]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=how["delimiter"], lineterminator=how["end"])
    if how["title"]:
        writer.writerow([how["title"], "", "", ""])
    writer.writerow(["Réf", "Qté", "PU HT", "Date livraison"])
    for code, price, day in rows:
        writer.writerow([code, number(price, how), number(price, how) + how["money"], day.strftime(how["date"])])
    if how["total"]:
        writer.writerow(["Total", number(sum((row[1] for row in rows), Decimal(0)), how), "", ""])
    return text.getvalue().encode(how["encoding"], errors="replace")


def number(value: Decimal, how: dict[str, Any]) -> str:
    group = {"other": ",."[how["decimal"] == ","]}.get(how["group"], how["group"])
    text = f"{value:,.{how['places']}f}"
    return text.replace(",", "G").replace(".", how["decimal"]).replace("G", group)


def rounded(value: Decimal, how: dict[str, Any]) -> str:
    return plain(Decimal(f"{value:.{how['places']}f}"))


def total_differs(rows: list[Any], how: dict[str, Any]) -> bool:
    """Whether the total that was written, rounded once, differs from the sum of the rounded lines."""
    summed = sum((Decimal(rounded(price, how)) for _, price, _ in rows), Decimal(0))
    return bool(how["total"]) and Decimal(rounded(sum((row[1] for row in rows), Decimal(0)), how)) != summed


LOST = {"encoding": "utf-8", "delimiter": ";", "end": "\n", "decimal": ",", "group": "", "date": "%d/%m/%Y",
        "places": 0, "money": "", "title": "", "total": True, "told": True}  # fmt: skip
"""Whole numbers: 0.13 and 569.37 stand as 0 and 569, under a total of 570."""


@QUIET
@example([("A", Decimal(price), dt.date(2026, 1, 1)) for price in ("0.13", "569.37")], LOST)
@given(ROWS, dialects())
def test_a_table_in_any_dialect_is_read_back_or_refused(tmp_path: Path, rows: list[Any], how: dict[str, Any]) -> None:
    judge(tmp_path, rows, how)


@pytest.mark.slow
@MANY
@given(ROWS, dialects())
def test_many_tables_in_any_dialect_are_read_back_or_refused(
    tmp_path: Path, rows: list[Any], how: dict[str, Any]
) -> None:
    judge(tmp_path, rows, how)


def judge(tmp_path: Path, rows: list[Any], how: dict[str, Any]) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(write(rows, how))
    order = {"%m/%d/%Y": "mdy"}.get(how["date"], "dmy")
    told = {"decimal": how["decimal"], "date": order, "delimiter": how["delimiter"], "duplicates": "keep"}
    file = told if how["told"] else {}
    profile = Profile.of({"version": 1, "purchases": {"constants": {"member": "M"}, "file": file}}, "purchases")
    total = {"import.total-differs"} if total_differs(rows, how) else set()
    try:
        done = import_table(path, "purchases", profile=profile)
    except DataError as error:
        asked = set(error.findings["id"])
        event("refused" if not how["told"] else f"refused though told: {sorted(asked)}")
        zeros = {"import.blank-number"} if any(rounded(price, how) == "0" for _, price, _ in rows) else set()
        open_ones = {"import.no-header", "import.encoding-unclear", "import.ragged", *zeros}
        assert not how["told"] or asked <= open_ones | total, asked
        assert not how["told"] or asked & open_ones, asked
        return
    event("read")
    expected = [["M", code, rounded(price, how), day.isoformat(), rounded(price, how)] for code, price, day in rows]
    assert done.frame.to_numpy().tolist() == expected
    said = {"import.total-differs"} & {one.id.value for one in done.found}
    assert said == total if how["told"] else said <= total
