"""Why a rule was used: every clause is told in every language, survives JSON, and refuses what it cannot tell."""

from __future__ import annotations

import doctest
import json
import re
from string import Formatter
from typing import Any

import pytest

from clusterpool.allocation import (
    Clause,
    CostGame,
    Point,
    Rule,
    allocate,
    allocation,
    explanation,
    reasons,
    sharing,
    wording,
)
from clusterpool.allocation.reasons import sentence
from clusterpool.language import Domain, Language, phrases

VALUES: dict[str, Any] = {
    "rule": "acam",
    "asked": "shapley",
    "solved": 13,
    "every": 1023,
    "solves": 255,
    "coalitions": 3,
    "searches": 2,
    "orders": 11,
    "rounds": 12,
    "seed": 7,
    "precision": 0.005,
    "confidence": 0.95,
    "spread": 0.0321,
    "accuracy": 1e-6,
    "amount": 1234.5,
    "low": -1.25,
    "high": 2.5,
    "levels": 4,
    "player": "M1",
    "players": ("M1", "M2"),
}


def clause(point: Point) -> Clause:
    fields = Formatter().parse(phrases(Domain.SHARING, Language.ENGLISH)[f"reason.{point.value}"])
    return Clause(point, {name: VALUES[name] for _, name, _, _ in fields if name})


@pytest.mark.parametrize("point", Point)
def test_a_clause_is_told_in_every_language_with_its_figures(point: Point) -> None:
    told = {language: sentence([clause(point)], language, "DZD") for language in Language}
    assert len(set(told.values())) == len(Language)
    assert not any("{" in text.replace("{M1", "").replace("{\u2066M1", "") for text in told.values())
    latin = re.sub(r"ACAM|M1|M2|\W|\d", "", told[Language.ARABIC])
    assert not re.search("[a-zA-Z]", latin), "a word that is not Arabic"
    for language, text in told.items():
        assert ("1,234.50" in text) == ("amount" in clause(point).values and language is Language.ENGLISH)
        if "amount" in clause(point).values:
            assert {"en": "1,234.50\xa0DA", "fr": "1\u202f234,50\xa0DA", "ar": "1.234,50\xa0دج"}[language] in text


def test_every_phrase_of_a_reason_has_its_point() -> None:
    keys = {key.removeprefix("reason.") for key in phrases(Domain.SHARING, Language.ENGLISH) if "reason." in key}
    assert keys == {point.value for point in Point} | {"and"}


@pytest.mark.parametrize("point", Point)
def test_a_clause_survives_json(point: Point) -> None:
    assert Clause.from_json(json.loads(json.dumps(clause(point).to_json()))) == clause(point)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"point": "no-such-point"}, ValueError),
        ({"amount": 1.0}, KeyError),
        ({"point": "at-most"}, ValueError),
        ({"point": "at-most", "amount": 1.0, "low": 2.0}, ValueError),
        ({"point": "at-most", "amount": "1"}, ValueError),
        ({"point": "at-most", "amount": float("nan")}, ValueError),
        ({"point": "first-levels", "levels": True}, ValueError),
        ({"point": "not-in-core", "amount": 1.0, "players": "AB"}, ValueError),
        ({"point": "not-in-core", "amount": 1.0, "players": [1]}, ValueError),
        ({"point": "first-levels", "levels": -1}, ValueError),
        ({"point": "asked-for", "rule": "no such rule"}, ValueError),
    ],
)
def test_a_damaged_clause_is_refused(document: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Clause.from_json(document)


@pytest.mark.parametrize(
    ("count", "english", "french", "arabic"),
    [
        (1, "1 coalition that 1 search", "1 coalition, au terme de 1 recherche", "تحالف واحد"),
        (2, "2 coalitions that 2 searches", "2 coalitions, au terme de 2 recherches", "تحالفين"),
        (3, "3 coalitions that 3 searches", "3 coalitions, au terme de 3 recherches", "3 تحالفات"),
        (11, "11 coalitions that 11 searches", "11 coalitions, au terme de 11 recherches", "11 تحالفا"),
        (100, "100 coalitions that 100 searches", "100 coalitions, au terme de 100 recherches", "100 تحالف"),
    ],
)
def test_counts_take_the_form_of_their_number(count: int, english: str, french: str, arabic: str) -> None:
    said = [Clause.of(Point.BY_ROWS, coalitions=count, searches=count)]
    assert english in sentence(said, Language.ENGLISH)
    assert french in sentence(said, Language.FRENCH)
    assert re.search(rf"{arabic}\b", sentence(said, Language.ARABIC))


def test_a_share_of_the_cost_is_told_to_its_first_digit() -> None:
    said = [Clause.of(Point.ALL_LEVELS, levels=3, accuracy=1e-6)]
    assert sentence(said, Language.ENGLISH) == "all its levels (3) are proven to 0.0001% of the cost."


def test_very_many_coalitions_are_a_power_of_two() -> None:
    said = [Clause.of(Point.DEFAULT_BEYOND, rule="acam", every=2**100 - 1, solves=255)]
    assert "(2^100 - 1)" in sentence(said, Language.ENGLISH)


def test_examples() -> None:
    for module in (allocation, explanation, reasons, sharing, wording):
        assert doctest.testmod(module, extraglobs={"Language": Language}).failed == 0


def test_names_cannot_steer_the_text_around_them() -> None:
    said = [Clause.of(Point.NOT_IN_CORE, players=("A\x1b[31m\u202eB",), amount=1.0)]
    assert "{A[31mB}" in sentence(said, Language.ENGLISH)


def test_an_allocation_tells_its_reason_in_the_readers_language() -> None:
    game = CostGame.from_table({("A",): 6.0, ("B",): 7.0, ("A", "B"): 10.0})
    shared = allocate(game, Rule.SHAPLEY)
    english = "Shapley value, as asked for; no coalition would be better off alone, proven for all of them."
    assert shared.reason == shared.reason_in("en") == english
    assert shared.reason_in(Language.FRENCH).startswith("valeur de Shapley, règle demandée\xa0; ")
    assert shared.reason_in("ar").startswith("قيمة شابلي")
    with pytest.raises(ValueError, match="no such"):
        shared.reason_in("no such")
