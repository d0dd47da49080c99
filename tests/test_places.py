"""Places under the spellings of forms and exports; a spelling that fits two places names both."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import pytest

from clusterpool import places
from clusterpool.places import find_places, place_names
from tests.input_kit import changed, problems_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("06 - Béjaïa", "Béjaïa"), ("06-BEJAIA", "Béjaïa"), ("6. Bougie", "Béjaïa"), ("06 Bejaia", "Béjaïa"),
        ("Béjaïa (06)", "Béjaïa"), ("Wilaya de Béjaïa", "Béjaïa"), ("WILAYA DE BEJAIA", "Béjaïa"),
        ("W. Béjaïa", "Béjaïa"),
        ("ولاية بجاية", "Béjaïa"), ("06 - بجاية", "Béjaïa"), ("Wilaya d'Alger", "Alger"), ("16 - Alger", "Alger"),
        ("Wilaya d\N{RIGHT SINGLE QUOTATION MARK}Oran", "Oran"), ("31: Oran", "Oran"),
        ("Sidi-Bel-Abbès", "Sidi Bel Abbès"),
        ("28 - M'sila", "M'Sila"), ("Wilaya de Tizi-Ouzou", "Tizi Ouzou"), ("55 - Touggourt", "Touggourt"),
    ],
)  # fmt: skip
def test_spellings(spelling: str, name: str) -> None:
    assert [place.name for place in find_places(spelling)] == [name]


@pytest.mark.parametrize("name", place_names())
def test_every_name_is_found_with_the_word_wilaya(name: str) -> None:
    assert [place.name for place in find_places(f"Wilaya de {name}")] == [name]


@pytest.mark.parametrize(
    ("spelling", "names"), [("05 - Béjaïa", ["Batna", "Béjaïa"]), ("Bordj", None), ("31 Alger", None)]
)
def test_two_places(spelling: str, names: list[str] | None) -> None:
    found = [place.name for place in find_places(spelling)]
    assert len(found) == 2
    assert names is None or found == names


@pytest.mark.parametrize("spelling", ["06", "Wilaya", "Wilaya de", "06 -", "", "Bejaia Plage", "006 - Béjaïa"])
def test_a_code_alone_or_another_name_is_no_place(spelling: str) -> None:
    assert find_places(spelling) == ()


def test_a_contradiction_is_told_with_both_names(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, changed("members.csv", "M1,boissons,Béjaïa", "M1,boissons,05 - Béjaïa"))
    assert "'Batna' or 'Béjaïa'" in problems["problem"].iloc[0]


def test_examples() -> None:
    assert doctest.testmod(places).failed == 0
