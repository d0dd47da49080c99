"""Every message has its words in every language, and findings say the same in each."""

from __future__ import annotations

import doctest
import importlib
import pickle
import re
from pathlib import Path

import pytest

from clusterpool.demand import read_pool
from clusterpool.errors import DataError
from clusterpool.language import Domain, Language, phrases
from clusterpool.messages import (
    FINDING_COLUMNS,
    PROBLEM_COLUMNS,
    Finding,
    Findings,
    MessageId,
    Severity,
    Words,
    from_records,
    message_list,
    text,
    to_records,
)
from tests.input_kit import FILES, changed, read, write_files

ROOT = Path(__file__).resolve().parents[1]


def test_every_message_has_its_words_and_no_words_are_left_over() -> None:
    keys = set(phrases(Domain.CHECKS, Language.ENGLISH))
    of_messages = {key for message in MessageId for key in (message.problem, message.repair)}
    assert of_messages <= keys
    assert {key for key in keys - of_messages if key.endswith((".problem", ".repair"))} == set()


def test_words_beside_the_messages_are_used() -> None:
    keys = set(phrases(Domain.CHECKS, Language.ENGLISH))
    made = re.compile(r"report\.(error|warning|hint)(\.one|\.many)?|heads\.\w+")
    beside = {key for key in keys if not key.endswith((".problem", ".repair")) and not made.fullmatch(key)}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert {key for key in beside if not re.search(f"[\"']{key}[\"']", code)} == set()


def test_every_message_is_said_somewhere() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert [name for name in MessageId.__members__ if not re.search(rf"MessageId\.{name}\b", code)] == []


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_no_message_is_left_in_english(language: Language) -> None:
    english, other = phrases(Domain.CHECKS, Language.ENGLISH), phrases(Domain.CHECKS, language)
    bare = {key: re.sub(r"\{.*?\}", "", words).strip() for key, words in english.items()}
    same = {key for key in english if english[key] == other[key] and " " in bare[key]}
    assert same == set()


def test_severities() -> None:
    assert MessageId.CELL_BLANK.severity is Severity.ERROR
    assert MessageId.NEED_ADDED_UP.severity is Severity.WARNING


def test_the_list_of_messages_is_up_to_date() -> None:
    path = ROOT / "docs" / "messages.md"
    assert path.read_text(encoding="utf-8") == message_list(), "write clusterpool.messages.message_list() to the file"


def test_an_error_speaks_three_languages(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, changed("purchases.csv", "M1,film,20", "M1,film,-20"))
    error = caught.value
    assert tuple(error.problems.columns) == PROBLEM_COLUMNS
    assert tuple(error.findings.columns) == FINDING_COLUMNS
    said = {language: error.in_language(language).iloc[0] for language in Language}
    assert said[Language.ENGLISH]["problem"] == "must be above 0"
    assert said[Language.FRENCH]["problem"] == "doit être supérieur à 0"
    assert said[Language.ARABIC]["problem"] == "يجب أن يكون أكبر من 0"
    for row in said.values():
        assert row["id"] == "cell.not-above"
        assert row["severity"] == "error"
        assert (row["file"], row["row"], row["column"], row["value"]) == ("purchases.csv", 3, "quantity", "-20")


def test_an_error_tells_the_warnings_beside_it(tmp_path: Path) -> None:
    files = {**changed("purchases.csv", "M1,film,20", "M1,film,-20"), "rebates.csv": FILES["rebates.csv"]}
    files["rebates.csv"] = files["rebates.csv"].replace("20000,4", "20000,1")
    with pytest.raises(DataError) as caught:
        read(tmp_path, files)
    assert caught.value.problems["column"].tolist() == ["quantity"]
    assert caught.value.findings["id"].tolist() == ["cell.not-above", "rebate.falls"]


def test_a_nested_repair_is_in_the_language_throughout(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, changed("offers.csv", "film,5,330,,", "film,5,330,,x"))
    row = caught.value.in_language(Language.FRENCH).iloc[0]
    assert row["repair"] == "donnez un nombre comme 1234.5, ou laissez vide"


def test_alternatives_are_joined_in_the_language() -> None:
    words = Words("cell.not-a-choice.repair", (("choices", ("a", "b", "c")),))
    assert text(words, Language.FRENCH) == "écrivez a ou b ou c"


def test_findings_survive_json_and_pickling() -> None:
    found = Findings(
        (
            Finding(MessageId.CELL_NOT_A_CHOICE, "rules", "rules.csv", 2, "rule", "x", (("choices", ("a", "b")),)),
            Finding(
                MessageId.SITE_UNKNOWN,
                "sites",
                "s.csv",
                3,
                "site",
                "y",
                (("site", "y"),),
                Words("did-you-mean", (("near", "z"),)),
            ),
            Finding(MessageId.RULE_MIN_ABOVE_MAX_SHARE, "rules", "", 0, "", "", (("scope", Words("scope.pool")),)),
        )
    )
    assert from_records(to_records(found)) == found
    assert pickle.loads(pickle.dumps(DataError(found))).found == found


def test_a_pool_keeps_its_findings(tmp_path: Path) -> None:
    folder = write_files(tmp_path, {**FILES, "rebates.csv": FILES["rebates.csv"].replace("20000,4", "20000,1")})
    pool = read_pool(folder)
    assert set(pool.findings["id"]) == {"need.dearer-today", "need.single-buyer", "rebate.falls"}
    assert pool.warnings["problem"].tolist() == ["the rebate falls with the spend, from 2 to 1 %"]
    assert any("la remise baisse" in problem for problem in pool.found.frame(Language.FRENCH)["problem"])
    assert pickle.loads(pickle.dumps(pool)).found == pool.found


@pytest.mark.parametrize("module", ["findings", "records", "wording"])
def test_examples(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"clusterpool.messages.{module}")).failed == 0
