"""The workbook: what its cells hold, totals recomputed from their formulas, and that text never becomes a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from clusterpool.language import Domain, Language, phrases
from clusterpool.plan import PLAN_COLUMNS
from clusterpool.report import write_result
from clusterpool.report.workbook import workbook_bytes
from clusterpool.savings import Savings
from tests import leak_kit, report_case

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from clusterpool.report import Result

SHEETS = 13


@cache
def books(language: Language = Language.ENGLISH) -> tuple[Workbook, Workbook]:
    """The workbook of a pool with everything in it: with formulas, and with the values that they carry."""
    content = workbook_bytes(leak_kit.result(), language)
    formulas, values = (openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True))
    return formulas, values


def named(book: Workbook, key: str, language: Language = Language.ENGLISH) -> Worksheet:
    return book[phrases(Domain.WORKBOOK, language)[f"sheet.{key}"]]


class Evaluator:
    """Recomputes the formulas that the workbook uses: SUM of a range, sums of references, IF(x=0,0,y/x)."""

    def __init__(self, book: Workbook) -> None:
        self._book = book

    def value(self, sheet: str, cell: str) -> float:
        content = self._book[sheet][cell].value
        return self.formula(sheet, content[1:]) if isinstance(content, str) and content[:1] == "=" else content

    def formula(self, sheet: str, text: str) -> float:
        if found := re.fullmatch(r"SUM\((\w+:\w+)\)", text):
            left, top, right, bottom = range_boundaries(found[1])
            cells = self._book[sheet].iter_rows(top, bottom, left, right)
            return sum(cell.value for row in cells for cell in row)
        if found := re.fullmatch(r"IF\((.+)=0,0,(.+)/(.+)\)", text):
            assert found[1] == found[3]
            under = self.reference(sheet, found[1])
            return self.reference(sheet, found[2]) / under if under else 0.0
        return sum(self.reference(sheet, part) for part in text.split("+"))

    def reference(self, sheet: str, text: str) -> float:
        name, _, cell = text.rpartition("!")
        return self.value(name.strip("'").replace("''", "'") if name else sheet, cell)


@pytest.mark.parametrize("language", Language)
def test_every_formula_gives_the_value_that_it_carries(language: Language) -> None:
    formulas, values = books(language)
    evaluator, count = Evaluator(formulas), 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    carried = values[sheet.title][cell.coordinate].value
                    assert evaluator.value(sheet.title, cell.coordinate) == pytest.approx(carried, abs=1e-6)
                    count += 1
    assert count > 30
    assert len(formulas.sheetnames) == SHEETS


def test_the_summary_leads_to_the_cost_of_the_plan_and_to_what_members_pay() -> None:
    formulas, values = books()
    facts = {row[0].value: row[1] for row in values["Summary"].iter_rows(min_row=4)}
    plan = facts["Cost of the plan: orders, trips, loads, charges, unmet"]
    assert plan.value == facts["In the pool"].value == round(leak_kit.result().plan.cost, 2)
    assert formulas["Summary"][plan.coordinate].value.count("!") == sum(
        len(frame) > 0 for frame in leak_kit.result().plan.tables.values()
    )


def test_cells_are_those_of_the_csv_files(tmp_path: Path) -> None:
    write_result(leak_kit.result(), tmp_path)
    _, values = books()
    for key, file in (("members", "savings"), ("clusters", "clusters"), *((name, name) for name in PLAN_COLUMNS)):
        with (tmp_path / f"{file}.csv").open(encoding="utf-8", newline="") as source:
            header, *rows = list(csv.reader(source))
        sheet = named(values, key)
        for line, row in enumerate(rows, start=2):
            for place, (column, text) in enumerate(zip(header, row, strict=True), start=1):
                assert as_text(column, sheet.cell(line, place).value, text), (key, line, column)


def as_text(column: str, value: Any, text: str) -> bool:
    if value is None or text == "":
        return (value or "") == text
    if column == "day":
        return f"{value:%Y-%m-%d}" == text
    if column == "comparable":
        return {"yes": "true", "no": "false"}[value] == text
    if isinstance(value, (int, float)):
        hundred = 100 if column in {"saving_pct", "rebate_pct", "fill_pct"} else 1
        return float(text) == pytest.approx(value * hundred, abs=0.006 if column == "saving_pct" else 1e-6)
    return value == text


def test_headings_are_frozen_filtered_and_explained() -> None:
    formulas, _ = books()
    for key in ("members", "clusters", *PLAN_COLUMNS, "settlement", "leaving", "worst", "assumptions"):
        sheet = named(formulas, key)
        assert sheet.freeze_panes == "B2"
        assert all(cell.comment for cell in sheet[1]), key
        if sheet.max_row > 1:
            assert sheet.auto_filter.ref.startswith("A1:")
    assert named(formulas, "members").column_dimensions["B"].width > 9


@pytest.mark.parametrize("language", Language)
def test_arabic_sheets_run_from_the_right(language: Language) -> None:
    formulas, _ = books(language)
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in formulas} == {language.right_to_left}
    assert named(formulas, "members", language)["A1"].value == phrases(Domain.WORKBOOK, language)["column.member"]


def hostile() -> Result:
    case = report_case.result()
    orders = case.plan.orders.assign(item=["=1+1", '=HYPERLINK("http://x")'], site=["@x", "+1\x07"])
    return replace(case, plan=report_case.plan(orders=orders))


def test_text_stays_text() -> None:
    content = workbook_bytes(hostile(), Language.FRENCH)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in named(book, "orders", Language.FRENCH).iter_rows(min_row=2, max_row=3) for cell in row]
    assert {"=1+1", '=HYPERLINK("http://x")', "@x"} <= {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)
    assert b"http://x" not in b"".join(
        zipfile.ZipFile(io.BytesIO(content)).read(name)
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
        if name.endswith(".rels")
    )


def test_the_same_result_gives_the_same_bytes() -> None:
    assert workbook_bytes(report_case.result(), Language.ENGLISH) == workbook_bytes(
        report_case.result(), Language.ENGLISH
    )
    archive = zipfile.ZipFile(io.BytesIO(workbook_bytes(report_case.result(), Language.ENGLISH)))
    assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert b"2000-01-01" in archive.read("docProps/core.xml")


def test_unknown_figures_have_no_total() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(report_case.result(), Language.ENGLISH)))
    sheet = named(book, "members")
    below = {cell.value: sheet.cell(5, cell.column).value for cell in sheet[1]}
    assert below["Today"] in {None, ""}
    assert below["Alone"] == "=SUM(D2:D4)"


def test_rules_are_compared_and_each_adds_up_to_the_cost() -> None:
    _, values = books()
    sheet = named(values, "rules")
    assert sheet.max_column >= 8
    totals = {cell.value for cell in sheet[sheet.max_row][1:]}
    assert totals == {round(leak_kit.result().plan.cost, 2)}


def test_a_pool_without_freight_and_without_needs_unmet_has_empty_sheets() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(report_case.result(), Language.ARABIC)))
    assert named(book, "trips", Language.ARABIC).max_row == 1
    assert named(book, "unmet", Language.ARABIC).max_row == 1


def test_savings_write_their_workbook_in_a_language(tmp_path: Path) -> None:
    savings = Savings(leak_kit.result())
    savings.to_excel(tmp_path / "x.xlsx", language="ar")
    assert (tmp_path / "x.xlsx").read_bytes() == workbook_bytes(savings.result, Language.ARABIC)
    savings.to_excel(tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes() == workbook_bytes(savings.result, Language.FRENCH)
