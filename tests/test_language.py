"""Every domain says the same things, with the same fields, in every language; figures read as people write them."""

from __future__ import annotations

import doctest
import importlib
from string import Formatter

import pytest
from babel import Locale

from clusterpool.language import Domain, Language, counted, decimal, isolated, money, percent, phrases
from clusterpool.language.phrases import plurals

PAIRS = [(domain, language) for domain in Domain for language in Language]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("domain", "language"), PAIRS)
def test_a_domain_has_the_same_keys_and_fields_in_every_language(domain: Domain, language: Language) -> None:
    english, other = phrases(domain, Language.ENGLISH), phrases(domain, language)
    assert set(other) == set(english)
    assert {key: fields(text) for key, text in other.items()} == {key: fields(text) for key, text in english.items()}
    assert all(other.values()), "a phrase is blank"


@pytest.mark.parametrize(("domain", "language"), PAIRS)
def test_a_phrase_with_a_number_has_the_forms_of_its_language(domain: Domain, language: Language) -> None:
    english, other = plurals(domain, Language.ENGLISH), plurals(domain, language)
    assert set(other) == set(english)
    assert not set(other) & set(phrases(domain, language))
    for key, forms in other.items():
        assert len(forms) == {"en": 2, "fr": 2, "ar": 6}[language.value]
        wanted = fields(english[key][-1])
        assert fields(forms[-1]) == wanted
        assert all(form and wanted - {"n"} <= fields(form) <= wanted for form in forms), key
        assert all(fields(form) == wanted for form in forms[3:]), "only forms of one number can do without it"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 11, 26, 99, 100, 101, 102, 103, 111, 1000])
def test_arabic_forms_are_those_of_the_unicode_repository(count: int) -> None:
    """Outside truth: the plural rules of CLDR, which Babel carries."""
    names = ["zero", "one", "two", "few", "many", "other"]
    form = plurals(Domain.SHARING, Language.ARABIC)["more"][names.index(Locale("ar").plural_form(count))]
    assert counted(Domain.SHARING, Language.ARABIC, "more", count) == form


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        phrases(Domain.COMMON, Language.FRENCH)["no such key"]
    with pytest.raises(KeyError):
        counted(Domain.COMMON, Language.FRENCH, "no such key", 1)


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


def test_the_sign_of_an_amount_stays_before_it_in_arabic() -> None:
    arabic = Language.ARABIC
    assert isolated(money(-125, arabic, "DZD"), arabic) == "\u2066-1,25\u2069\xa0دج"
    assert isolated(money(-125, arabic), arabic) == "\u2066-1,25\u2069"
    assert isolated(money(125, arabic, "DZD"), arabic) == money(125, arabic, "DZD")


def test_nothing_is_never_negative() -> None:
    assert decimal(-0.001, Language.ENGLISH, 2) == "0.00"
    assert percent(-0.0, Language.ENGLISH) == "0.00%"


@pytest.mark.parametrize("module", ["direction", "tongues", "phrases", "figures"])
def test_examples(module: str) -> None:
    room = importlib.import_module(f"clusterpool.language.{module}")
    assert doctest.testmod(room, extraglobs={"Language": Language}).failed == 0
