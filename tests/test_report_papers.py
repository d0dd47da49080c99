"""What all papers have in common: file names, cells of tables, figures, and the examples of their rooms."""

from __future__ import annotations

import doctest
import importlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterpool.language import Language
from clusterpool.report.filenames import RESERVED, safe_names
from clusterpool.report.paper import Printer
from clusterpool.report.paper.printing import code
from clusterpool.report.paper.sheets import Figure, sheet_text


@pytest.mark.parametrize("module", ["filenames", "paper.sheets", "paper.printing"])
def test_examples(module: str) -> None:
    room = importlib.import_module(f"clusterpool.report.{module}")
    assert doctest.testmod(room, extraglobs={"Language": Language}).failed == 0


@given(st.sets(st.text(min_size=1), max_size=8))
@settings(deadline=None)
def test_file_names_stay_in_their_folder_and_apart(codes: set[str]) -> None:
    names = safe_names(codes)
    assert set(names) == codes
    folded = [name.casefold() for name in names.values()]
    assert len(set(folded)) == len(codes)
    for name in names.values():
        assert re.fullmatch(r"[\w-]+", name)
        assert name.casefold() not in RESERVED
        assert len(name) < 80


def test_plain_codes_are_their_own_file_names() -> None:
    assert safe_names(["BOI-01", "Dattes", "06"]) == {"BOI-01": "BOI-01", "Dattes": "Dattes", "06": "06"}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0"])
def test_no_text_starts_a_formula(cell: str) -> None:
    assert sheet_text([[cell]]).lstrip('"').startswith("'")
    assert sheet_text([[Figure("-1.50")]]) == "-1.50\n"


def test_figures_as_people_write_them() -> None:
    french = Printer(Language.FRENCH, "DZD")
    assert french.amount(None) == "\N{EN DASH}"
    assert french.price(5.5) == "5,50"
    assert french.price(9.548625) == "9,5486"
    assert french.number(1234.5) == "1\N{NARROW NO-BREAK SPACE}234,5"
    assert french.clock(2.999) == "3:00"
    assert french.say("statement.rule", rule="x") == "Règle de partage\N{NO-BREAK SPACE}: x."


def test_names_are_escaped_and_keep_their_direction() -> None:
    assert code("<b>") == "<bdi>&lt;b&gt;</bdi>"
