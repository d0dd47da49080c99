"""Why a need stays unmet is told in the language of the reader, wherever people read it."""

from __future__ import annotations

import doctest
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from clusterpool.language import Domain, Language, phrases
from clusterpool.plan import PLAN_COLUMNS, UnmetReason
from clusterpool.report import page_html, shortfalls
from clusterpool.report.shortfalls import why_unmet
from clusterpool.report.statements import statement_files
from clusterpool.report.statements.view import OWN_REASONS
from clusterpool.report.tables import from_records
from clusterpool.report.terminal import summary
from clusterpool.report.workbook import workbook_bytes
from tests.report_case import plan, result

if TYPE_CHECKING:
    from clusterpool.report import Result


def lacking(*reasons: UnmetReason) -> Result:
    rows = [("purchase", "A", "film", "", 60.0, reason.value, "S|T", 0.0) for reason in reasons]
    unmet = from_records("unmet", [dict(zip(PLAN_COLUMNS["unmet"], row, strict=True)) for row in rows])
    return result(plan=plan(unmet=unmet))


def test_the_words_are_those_of_the_column_in_english_and_others_elsewhere() -> None:
    for reason in UnmetReason:
        assert why_unmet(reason.value, Language.ENGLISH) == reason.value
        assert len({why_unmet(reason.value, language) for language in Language}) == len(Language)
    keys = {key for key in phrases(Domain.COMMON, Language.ENGLISH) if key.startswith("unmet.")}
    assert keys == {reason.key for reason in UnmetReason}


def test_what_is_no_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="somebody was late"):
        why_unmet("somebody was late", Language.FRENCH)


@pytest.mark.parametrize("language", Language)
def test_the_terminal_and_the_workbook_tell_it(language: Language) -> None:
    case = lacking(*UnmetReason)
    text = " ".join(summary(case, language=language).split())
    assert "|" not in text
    sheet = openpyxl.load_workbook(BytesIO(workbook_bytes(case, language)))[
        phrases(Domain.WORKBOOK, language)["sheet.unmet"]
    ]
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    for reason in UnmetReason:
        assert why_unmet(reason.value, language) in text
        assert why_unmet(reason.value, language) in cells
        assert (reason.value in text) == (reason.value in cells) == (language is Language.ENGLISH)


@pytest.mark.parametrize("language", Language)
def test_the_page_and_the_statement_tell_it(language: Language) -> None:
    case = lacking(*UnmetReason)
    case = replace(case, members=case.members.assign(comparable=[True, False, True]))
    page, statement = page_html(case, language=language), statement_files(case, language)["A.html"]
    for reason in UnmetReason:
        told = why_unmet(reason.value, language).replace("'", "&#39;")
        assert told in page
        assert (told in statement) == (reason in OWN_REASONS)
        for text in (page, statement):
            assert language is Language.ENGLISH or reason.value.replace("'", "&#39;") not in text


def test_examples() -> None:
    assert doctest.testmod(shortfalls, extraglobs={"Language": Language}).failed == 0
