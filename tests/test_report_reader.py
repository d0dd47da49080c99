"""What people read of the three firms holds no English word of a reason where they asked for French or Arabic."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from clusterpool.allocation import Point
from clusterpool.demand import read_pool
from clusterpool.language import Domain, Language, phrases
from clusterpool.language.phrases import plurals
from clusterpool.plan import PLAN_COLUMNS, UnmetReason
from clusterpool.report import page_html
from clusterpool.report.statements import statement_files
from clusterpool.report.tables import from_records
from clusterpool.report.terminal import summary
from clusterpool.report.workbook import workbook_bytes
from clusterpool.savings import Savings, share_savings
from tests.test_allocation_reasons import clause

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parents[1] / "examples" / "three-firms"
ELSEWHERE = {"groupage", "seed", "trip"}
"""Words that stand for themselves: a tariff's code, an option's name, and a code of trips."""


@cache
def three_firms() -> Savings:
    return share_savings(read_pool(FOLDER))


def words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"\b[a-z]{4,}\b", re.sub(r"\{\w*\}", " ", text).lower())}


def english_of_reasons(language: Language) -> set[str]:
    """The English words of all reasons but those that the language has too."""
    keys = [*(f"reason.{point.value}" for point in Point), "savings"]
    english = [phrases(Domain.SHARING, Language.ENGLISH)[key] for key in keys]
    english += [forms[-1] for forms in plurals(Domain.SHARING, Language.ENGLISH).values()]
    english += [phrases(Domain.COMMON, Language.ENGLISH)[reason.key] for reason in UnmetReason]
    own = [text for domain in Domain if domain is not Domain.CHECKS for text in phrases(domain, language).values()]
    return words(english) - words(own)


def texts(savings: Savings, language: Language) -> dict[str, str]:
    result = savings.result
    book = openpyxl.load_workbook(BytesIO(workbook_bytes(result, language)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    page = re.sub(r"(?s)<(style|script)>.*?</\1>", "", page_html(result, language=language))
    assert page.count("lang=") == 1, "a part in another language"
    papers = "\n".join(text for name, text in statement_files(result, language).items() if name.endswith(".html"))
    return {
        "terminal": summary(result, language=language),
        "page": unescape(re.sub("<[^>]+>", " ", page)),
        "first sheet": "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row),
        "workbook": "\n".join(cells),
        "statements": re.sub("<[^>]+>", " ", papers),
        "summary": savings.summary(language),
    }


def with_everything() -> Savings:
    """The three firms with every clause that a reason can have, and every reason of an unmet need."""
    result = three_firms().result
    member = result.pool.members[0]
    rows = [("purchase", member, "", "", 1.0, reason.value, "", 0.0) for reason in UnmetReason]
    unmet = from_records("unmet", [dict(zip(PLAN_COLUMNS["unmet"], row, strict=True)) for row in rows])
    allocation = replace(result.allocation, why=tuple(clause(point) for point in Point))
    return Savings(replace(result, plan=replace(result.plan, unmet=unmet), allocation=allocation))


def test_english_readers_find_the_words_that_others_must_not() -> None:
    found = texts(with_everything(), Language.ENGLISH)
    looked_for = english_of_reasons(Language.FRENCH)
    assert {"proven", "default", "leaving"} <= looked_for
    for place in ("terminal", "page", "workbook"):
        assert looked_for <= words([found[place]]), place


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
@pytest.mark.parametrize("all_clauses", [False, True])
def test_no_english_word_of_a_reason_is_left(language: Language, all_clauses: bool) -> None:
    savings = with_everything() if all_clauses else three_firms()
    for place, text in texts(savings, language).items():
        left = words([text]) & english_of_reasons(language) - ELSEWHERE
        assert not left, place


@pytest.mark.parametrize("language", Language)
def test_the_reason_stands_on_terminal_page_and_first_sheet(language: Language) -> None:
    savings = three_firms()
    reason = savings.allocation.reason_in(language, currency="DZD")
    known = phrases(Domain.SHARING, language)["reason.known-trips"]
    assert known in reason, "freight is in the game"
    found = texts(savings, language)
    for place in ("terminal", "page", "first sheet", "summary"):
        assert reason[1:] in found[place].replace("\n  ", " "), place
