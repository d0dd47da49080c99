"""What `init` writes passes `check` as it stands, in every form and language, and helps to fill it in."""

from __future__ import annotations

import doctest
import json
import warnings
from typing import TYPE_CHECKING

import openpyxl
import pytest
from typer.testing import CliRunner

from clusterpool.cli.app import app
from clusterpool.demand import read_pool
from clusterpool.language import Domain, Language, phrases
from clusterpool.schema import TABLES, Settings, columns
from clusterpool.templates import meaning, write_workbook_template

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

COLUMNS = [(table, column) for table in TABLES for column in columns(table)]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_every_description_is_the_schemas_and_there_in_three_languages() -> None:
    english = phrases(Domain.TEMPLATES, Language.ENGLISH)
    for table, column in COLUMNS:
        assert english[f"{table}.{column.name}"] == column.description
    for table, model in TABLES.items():
        assert english[table] == " ".join(str(model.__doc__).split())
    for key, field in Settings.model_fields.items():
        assert english[f"settings.{key}"] == field.description
    for language in (Language.FRENCH, Language.ARABIC):
        other = phrases(Domain.TEMPLATES, language)
        assert [key for key in english if "." in key and " " in english[key] and other[key] == english[key]] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("form", "file"), [("csv", ""), ("xlsx", "pool.xlsx")])
def test_a_template_is_right_as_it_stands(language: Language, form: str, file: str, tmp_path: Path) -> None:
    done = run("init", tmp_path / "new", "--from", form, "--lang", language.value)
    assert done.exit_code == 0, done.output
    pool = read_pool(tmp_path / "new" / file)
    assert pool.findings.empty, pool.findings.to_string()
    assert pool.settings.language == language.value
    assert pool.table("items")["item"].tolist() == ["06"]
    for table, model in TABLES.items():
        assert len(pool.table(table)) >= (not model.pending), table
    assert run("check", tmp_path / "new" / file).exit_code == 0


def test_both_forms_are_one_pool(tmp_path: Path) -> None:
    run("init", tmp_path / "files", "--lang", "ar")
    run("init", tmp_path / "book.xlsx", "--lang", "ar")
    assert read_pool(tmp_path / "files").input_hash == read_pool(tmp_path / "book.xlsx").input_hash


def test_the_workbook_helps_to_fill_it_in(tmp_path: Path) -> None:
    write_workbook_template(tmp_path / "pool.xlsx", Language.FRENCH)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = openpyxl.load_workbook(tmp_path / "pool.xlsx")
    offers = book["offers"]
    header = {cell.value: cell for cell in offers[1]}
    assert "Prix d'une unité dans ce palier" in header["unit_price"].comment.text
    lists = {str(rule.sqref).split(":")[0][0]: rule.formula1 for rule in offers.data_validations.dataValidation}
    assert lists[header["supplier"].column_letter] == "suppliers!$A$2:$A$2000"
    assert lists[header["discount"].column_letter] == '"all_units,incremental"'
    assert offers["B2"].number_format == "@"
    assert book["purchases"]["E2"].is_date
    assert book["_guide"]["A1"].value.startswith("Remplacez")


def test_arabic_sheets_run_from_right_to_left(tmp_path: Path) -> None:
    for language, turned in ((Language.ARABIC, True), (Language.FRENCH, None)):
        write_workbook_template(tmp_path / f"{language}.xlsx", language)
        book = openpyxl.load_workbook(tmp_path / f"{language}.xlsx")
        assert {sheet.sheet_view.rightToLeft for sheet in book.worksheets} == {turned}


def test_a_workbook_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook_template(tmp_path / name, Language.ENGLISH)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    (tmp_path / "mine.xlsx").write_text("x", encoding="utf-8")
    for arguments in ((tmp_path,), (tmp_path / "mine.xlsx",), (tmp_path, "--from", "ods"), (tmp_path, "--lang", "de")):
        assert run("init", *arguments).exit_code == 2
    assert (tmp_path / "mine.xlsx").read_text(encoding="utf-8") == "x"


def test_init_says_what_is_next_and_speaks_json(tmp_path: Path) -> None:
    assert f"clusterpool check {tmp_path / 'a'}" in run("init", tmp_path / "a").stdout.replace("\n", "")
    made = json.loads(run("init", tmp_path / "b", "--as", "xlsx", "--json").stdout)
    assert made["files"] == ["pool.xlsx"]


def test_examples() -> None:
    assert doctest.testmod(meaning).failed == 0
