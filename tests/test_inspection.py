"""The report of a check: by file, within 80 columns, alike rows together; and the copy of the tables with marks."""

from __future__ import annotations

import doctest
import json
from typing import TYPE_CHECKING

import openpyxl
import pytest
from typer.testing import CliRunner

from clusterpool.cli.app import app
from clusterpool.errors import DataError
from clusterpool.inspection import inspection_lines, text, write_annotated
from clusterpool.inspection.text import counts
from clusterpool.language import Language
from clusterpool.messages import Finding, Findings, MessageId, Severity
from tests.input_kit import FILES, Wrong, read, write_files
from tests.test_validation_cells import CELLS
from tests.test_validation_codes import CODES
from tests.test_validation_market import MARKET

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

WRONG = {
    **FILES,
    "purchases.csv": FILES["purchases.csv"].replace("film,20", "film,-20").replace("gazole,1000", "=cmd|'/C'!A1,x"),
    "members.csv": FILES["members.csv"].replace("M3,dattes,Depot", "M3,,Depott"),
    "rebates.csv": FILES["rebates.csv"].replace("20000,4", "20000,1"),
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_examples() -> None:
    assert doctest.testmod(text).failed == 0


@pytest.mark.parametrize("wrong", [*CELLS[::2], *CODES[::3], *MARKET[::2]], ids=lambda wrong: wrong.name)
def test_every_report_fits_eighty_columns(wrong: Wrong, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, wrong.files)
    for language in Language:
        told = list(inspection_lines(caught.value.found, language))
        assert max(map(len, told)) <= 80, told


def test_a_report_counts_and_groups(tmp_path: Path) -> None:
    done = run("check", write_files(tmp_path, WRONG), "--lang", "fr")
    assert done.exit_code == 3
    told = done.stdout.splitlines()
    assert [line for line in told if line.endswith(".csv")] == ["members.csv", "purchases.csv", "rebates.csv"]
    assert told[-1] == "5 erreurs, 1 avertissement, 0 conseil" or told[-1].startswith("5 erreurs, 1 avertissement")


def test_rows_alike_are_told_once_and_many_are_cut() -> None:
    found = [Finding(MessageId.CELL_NOT_A_NUMBER, "t", "t.csv", 2 * row, "c", str(row)) for row in range(1, 21)]
    told = "\n".join(inspection_lines(Findings(tuple(found)), Language.ENGLISH))
    assert told.count("not a number") == 1
    assert "2, 4, 6, 8, 10, 12, 14, 16, ... (20 rows in all)" in " ".join(told.split())
    assert "'1', '2', '3', …" in " ".join(told.split())


def test_a_value_cannot_steer_the_terminal() -> None:
    one = Finding(MessageId.CELL_NOT_A_NUMBER, "t", "t.csv", 2, "c", "\x1b[31mred\u202egnp.exe")
    told = "\n".join(inspection_lines(Findings((one,)), Language.ENGLISH))
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_json_speaks_the_language_that_was_asked_for(tmp_path: Path) -> None:
    folder = write_files(tmp_path, WRONG)
    english, arabic = (json.loads(run("check", folder, "--json", *more).stdout) for more in ((), ("--lang", "ar")))
    assert [one["id"] for one in english["findings"]] == [one["id"] for one in arabic["findings"]]
    assert english["exit_code"] == arabic["exit_code"] == 3
    assert "must be above 0" in {one["problem"] for one in english["problems"]}
    assert "يجب أن يكون أكبر من 0" in {one["problem"] for one in arabic["problems"]}


def test_the_annotated_copy_marks_the_cells_and_lists_all(tmp_path: Path) -> None:
    folder, target = write_files(tmp_path / "pool", WRONG), tmp_path / "marked.xlsx"
    done = run("check", folder, "--annotate", target, "--lang", "fr")
    assert done.exit_code == 3
    book = openpyxl.load_workbook(target)
    quantity = book["purchases"]["C3"]
    assert quantity.value == "-20"
    assert "doit être supérieur à 0" in quantity.comment.text
    assert quantity.fill.start_color.rgb.endswith("FFC7CE")
    assert book["rebates"]["C3"].fill.start_color.rgb.endswith("FFEB9C")
    assert book["purchases"]["B3"].comment is None
    listed = list(book["_findings"].iter_rows(min_row=2, values_only=True))
    assert len(listed) == 6
    assert {row[0] for row in listed} >= {"cell.not-above", "cell.blank", "site.unknown", "rebate.falls"}


def test_formulas_stay_text_in_the_annotated_copy(tmp_path: Path) -> None:
    folder, target = write_files(tmp_path / "pool", WRONG), tmp_path / "marked.xlsx"
    run("check", folder, "--annotate", target)
    cell = openpyxl.load_workbook(target)["purchases"]["B5"]
    assert cell.value == "=cmd|'/C'!A1"
    assert cell.data_type == "s"
    kinds = {cell.data_type for sheet in openpyxl.load_workbook(target) for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_the_copy_of_a_workbook_holds_its_values_and_no_formula(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "members"
    for row in (["member", "cluster", "site", "weight"], ["A", "c", "Oran", "=1+1"], ["B", "", "Alger", 2]):
        book["members"].append(row)
    book.save(tmp_path / "pool.xlsx")
    done = run("check", tmp_path / "pool.xlsx", "--annotate", tmp_path / "marked.xlsx", "--lang", "en")
    assert done.exit_code == 3
    marked = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert "a required cell is blank" in marked["members"]["B3"].comment.text
    assert marked["members"]["D3"].value == 2
    assert marked["members"]["D2"].data_type != "f"


def test_the_copy_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    found = Findings((Finding(MessageId.CELL_NOT_ABOVE, "purchases", "p", 3, "quantity", "-20", (("limit", "0"),)),))
    folder = write_files(tmp_path / "pool", WRONG)
    for name in ("a.xlsx", "b.xlsx"):
        write_annotated(folder, tmp_path / name, found, Language.ARABIC)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("target", ["pool.csv", "pool/members.csv"])
def test_a_copy_is_a_new_workbook(tmp_path: Path, target: str) -> None:
    folder = write_files(tmp_path / "pool", FILES)
    assert run("check", folder, "--annotate", tmp_path / target).exit_code == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ENGLISH, "0 errors, 1 warning, 2 hints"),
        (Language.FRENCH, "0 erreur, 1 avertissement, 2 conseils"),
        (Language.ARABIC, "لا أخطاء، تنبيه واحد، ملاحظتان"),
    ],
)
def test_counts_take_the_form_of_their_number(language: Language, words: str) -> None:
    ids = [MessageId.NEED_ADDED_UP, *[one for one in MessageId if one.severity is Severity.HINT][:2]]
    assert counts(Findings(tuple(Finding(one, "items", "items.csv", 1, "", "", ()) for one in ids)), language) == words
