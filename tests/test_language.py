"""Every domain says the same things, with the same fields, in every language; figures read as people write them."""

from __future__ import annotations

import doctest
import importlib
from string import Formatter

import pytest

from clusterpool.language import Domain, Language, decimal, money, percent, phrases

PAIRS = [(domain, language) for domain in Domain for language in Language]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("domain", "language"), PAIRS)
def test_a_domain_has_the_same_keys_and_fields_in_every_language(domain: Domain, language: Language) -> None:
    english, other = phrases(domain, Language.ENGLISH), phrases(domain, language)
    assert set(other) == set(english)
    assert {key: fields(text) for key, text in other.items()} == {key: fields(text) for key, text in english.items()}
    assert all(other.values()), "a phrase is blank"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        phrases(Domain.COMMON, Language.FRENCH)["no such key"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.ENGLISH, "1,234,567.50\N{NO-BREAK SPACE}DA"),
        (Language.FRENCH, "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567,50\N{NO-BREAK SPACE}DA"),
        (Language.ARABIC, "1.234.567,50\N{NO-BREAK SPACE}دج"),
    ],
)
def test_money(language: Language, text: str) -> None:
    assert money(123456750, language, "DZD") == text


def test_nothing_is_never_negative() -> None:
    assert decimal(-0.001, Language.ENGLISH, 2) == "0.00"
    assert percent(-0.0, Language.ENGLISH) == "0.00%"


@pytest.mark.parametrize("module", ["tongues", "phrases", "figures"])
def test_examples(module: str) -> None:
    room = importlib.import_module(f"clusterpool.language.{module}")
    assert doctest.testmod(room, extraglobs={"Language": Language}).failed == 0
