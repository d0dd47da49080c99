"""What notebooks show of the nouns: their figures, escaped, without a colour of their own."""

from __future__ import annotations

import doctest
import math
from html.parser import HTMLParser

import pytest

from clusterpool import notebook
from clusterpool.allocation import CostGame, Rule, allocate
from clusterpool.notebook import ROWS_SHOWN, card
from clusterpool.savings import Savings
from tests import report_case
from tests.leak_kit import result

GAME = CostGame.from_table({("A",): 6.0, ("<B>",): 7.0, ("A", "<B>"): 10.0})


class Shown(HTMLParser):
    """Texts and styles of a piece of HTML; an element that is not closed is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.styles: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        self.styles += [value or "" for name, value in attrs if name == "style"]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(noun: object) -> Shown:
    return Shown(noun._repr_html_())  # type: ignore[attr-defined]


def test_a_pool_shows_its_tables() -> None:
    texts = shown(report_case.pool()).texts
    assert {"Pool test", "members", "purchases", "offers"} <= set(texts)


def test_a_plan_shows_costs_that_add_up() -> None:
    texts = shown(report_case.plan()).texts
    assert {"feasible", "1,123.33", "1,085.00", "990.00", "33.33", "100.00"} <= set(texts)


def test_an_allocation_shows_its_shares_and_rule() -> None:
    allocation = allocate(GAME, Rule.SHAPLEY)
    texts = shown(allocation).texts
    assert {"<B>", "5.50", "4.50", "shapley"} <= set(texts)
    frame = allocation.to_frame()
    assert dict(zip(frame["player"], frame["share"], strict=True)) == allocation.shares
    assert allocation.summary() == allocation.reason


def test_savings_show_every_member() -> None:
    case = result()
    texts = shown(Savings(case)).texts
    for row in case.members.to_dict("records"):
        assert f"{row['pool']:,.2f}" in texts
        assert row["member"] in texts


@pytest.mark.parametrize("noun", [report_case.pool(), report_case.plan(), Savings(report_case.result())])
def test_nothing_has_a_colour_of_its_own(noun: object) -> None:
    styles = " ".join(shown(noun).styles)
    assert "currentColor" in styles
    assert "#" not in styles
    assert "rgb" not in styles


def test_hostile_names_are_escaped_and_long_tables_cut() -> None:
    html = card("<script>", {"<a>": "<b>"}, {"<c>": ["<d>"] * (ROWS_SHOWN + 2)})
    assert "<script>" not in html
    assert Shown(html).texts.count("<d>") == ROWS_SHOWN
    assert "2 more rows" in html
    assert "\N{EN DASH}" in card("x", {}, {"y": [math.nan]})


def test_examples() -> None:
    assert doctest.testmod(notebook).failed == 0
