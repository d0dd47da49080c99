"""The page: its figures are those of the result, its text is escaped, and equal results give equal bytes."""

from __future__ import annotations

import doctest
import math
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from clusterpool.allocation import Clause, CoreStatus, Point, Rule
from clusterpool.language import Domain, Language, phrases
from clusterpool.plan import UnmetReason
from clusterpool.report import Result, page_html
from clusterpool.report.cents import cents_text
from clusterpool.report.page import svg
from clusterpool.report.rounded import file_tables, member_cents
from clusterpool.savings import Savings, share_savings
from tests.pool_kit import buying_frames, freight_frames, pool_of
from tests.report_case import FRAMES, allocation, plan, result

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
VOID = {"meta", "br", "img", "input", "link", "hr"}


class Reader(HTMLParser):
    """The tables of a page as rows of text, its sections, and what is wrong with its nesting."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.text = ""
        self._rows: list[list[str]] | None = None
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [str(found["id"])] if "id" in found else []
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self._rows = self.tables.setdefault(str(found.get("id")), [])
        if tag == "tr" and self._rows is not None:
            self._rows.append([])
        if tag in {"td", "th"} and self._rows is not None:
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._rows = None if tag == "table" else self._rows

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._rows and self._rows[-1] and self._open[-1] not in {"tr", "table", "thead", "tbody"}:
            self._rows[-1][-1] += data


def read(case: Result, language: Language = Language.ENGLISH) -> Reader:
    return Reader(page_html(case, language=language))


def plain(cell: str) -> str:
    """A figure as the files write it."""
    return re.sub(r"[,\s\u202f\xa0]", "", cell)


def with_name(name: str, **columns: Any) -> Result:
    """The case with this as the name of everything that has one, and further columns of the items."""
    frames = {
        **FRAMES,
        "members": FRAMES["members"].assign(name=name),
        "items": FRAMES["items"].assign(name=name, **columns),
        "suppliers": FRAMES["suppliers"].assign(name=name),
    }
    case = result()
    return replace(case, pool=type(case.pool).from_frames(frames, {"name": name, "language": "en"}))


def test_members_are_those_of_savings_csv_to_the_cent() -> None:
    case = result()
    header, *rows = file_tables(case)["savings"]
    shown = read(case).tables["table-members"][1:-1]
    for row, cells in zip(rows, shown, strict=True):
        wanted = dict(zip(header, row, strict=True))
        assert cells[0].startswith(wanted["member"].removeprefix("'"))
        figures = dict(zip(("today", "own_effort", "alone", "saving", "pool"), map(plain, cells[2:7]), strict=True))
        assert figures == {name: wanted[name] or "notknown" for name in figures}
        assert cells[8] == wanted["rank"]


def test_totals_are_the_sums_of_what_is_above_them() -> None:
    tables = read(result()).tables
    for name in ("members", "clusters", "split", "suppliers", "rules"):
        *rows, total = tables[f"table-{name}"][1:]
        sums = 0
        for column, cell in enumerate(total):
            figures = [plain(row[column]) for row in rows]
            if re.fullmatch(r"-?\d+\.\d\d", plain(cell)):
                cents = [round(100 * float(figure)) for figure in (*figures, plain(cell))]
                assert sum(cents[:-1]) == cents[-1], (name, column)
                sums += 1
        assert sums, name


def test_all_that_the_plan_costs_is_on_the_page() -> None:
    case = result()
    tables = read(case).tables
    orders, groupage = (plain(tables[f"table-{name}"][-1][-1]) for name in ("orders", "groupage"))
    order_cost = plain(tables["table-suppliers"][-1][-2])
    assert (orders, groupage, order_cost) == ("990.00", "33.33", "100.00")
    total = sum(round(100 * float(one)) for one in (orders, groupage, order_cost))
    assert cents_text(total) == cents_text(sum(cents or 0 for cents in member_cents(case)["pool"]))


def test_what_is_proven_of_the_saving_is_said() -> None:
    # nothing is proven of B alone
    assert phrases(Domain.PAGE, Language.ENGLISH)["least_saving_unknown"] in page_html(
        result(), language=Language.ENGLISH
    )
    case = result()
    bounded = case.coalitions.assign(bound=[33.333, 690.0, 590.0, 1085.0])
    text = re.sub(r"<[^>]+>", "", page_html(replace(case, coalitions=bounded), language=Language.ENGLISH))
    # 33.333 + 690 + 590 - 1123.333 = 190 at least, 1333.33 - 1085 = 248.33 at most
    assert "saves at least 190.00\xa0DA; with the best plan for the pool it could be up to 248.33\xa0DA" in text


@pytest.mark.parametrize(
    ("ends", "shown", "key"),
    [
        ({"A": (595.0, 595.0), "B": (495.0, 495.0)}, False, ""),
        ({"A": (590.0, 600.0), "B": (-math.inf, math.inf)}, True, "intervals_are"),
        ({"A": (-math.inf, math.inf), "B": (-math.inf, math.inf)}, False, "intervals_unknown"),
    ],
)
def test_what_each_share_lies_between(ends: dict[str, tuple[float, float]], shown: bool, key: str) -> None:
    shares = replace(allocation(), intervals={"=C": (0.0, 0.0), **ends})
    page = read(result(allocation=shares))
    assert ("table-intervals" in page.tables) == shown
    for phrase in ("intervals_are", "intervals_unknown"):
        assert (phrases(Domain.PAGE, Language.ENGLISH)[phrase] in page.text) == (phrase == key)
    if shown:
        rows = {row[0][:1]: [plain(cell) for cell in row[1:]] for row in page.tables["table-intervals"][1:]}
        assert rows["A"] == ["590.00", "595.00", "600.00"]
        assert rows["B"] == ["notknown", "495.00", "notknown"]


@pytest.mark.parametrize("language", Language)
def test_why_this_rule_is_said(language: Language) -> None:
    clauses = (Clause.of(Point.DEFAULT_BEYOND, rule="acam", every=1023, solves=255), Clause.of(Point.SOLVED_ONLY))
    why = replace(allocation(), why=clauses)
    reader = Reader(page_html(result(allocation=why), language=language))
    assert why.reason_in(language, currency="DZD") in reader.text
    assert (why.reason in reader.text) == (language is Language.ENGLISH)


@pytest.mark.parametrize("status", [CoreStatus.UNDECIDED, CoreStatus.NOT_IN_CORE, CoreStatus.CORE_EMPTY])
@pytest.mark.parametrize("language", Language)
def test_sentences_about_the_core_stand_apart(language: Language, status: CoreStatus) -> None:
    text = read(result(allocation=allocation(status, 12.5)), language).text
    after = phrases(Domain.PROOF, language)["core.excess-bound"].partition("{")[0]
    assert f" {after}" in text
    assert f".{after}" not in text


def test_the_break_reached_the_next_one_and_the_price_are_said() -> None:
    text = re.sub(r"<[^>]+>", "", page_html(result(), language=Language.ENGLISH))
    assert "S: 110 roll at 9.00\xa0DA. The break from 100 on is reached." in text
    assert "There is no further break within reach" in text


@pytest.mark.parametrize("language", Language)
def test_hostile_names_stay_text(language: Language) -> None:
    page = read(with_name(HOSTILE, unit=HOSTILE), language)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [tag for tag, _ in page.tags if tag == "img"]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert any(HOSTILE in cell for row in page.tables["table-members"] for cell in row)


def test_names_are_set_apart_from_the_direction_of_the_text_around() -> None:
    page = page_html(with_name("مؤسسة"), language=Language.ENGLISH)
    body = page[page.index("<body") :]
    assert body.count("مؤسسة") == body.count("<bdi>مؤسسة</bdi>") > 3


@pytest.mark.parametrize("language", Language)
def test_a_page_is_whole_and_asks_no_network(language: Language) -> None:
    page = page_html(result(), language=language)
    read_page = Reader(page)
    assert len(set(read_page.ids)) == len(read_page.ids)
    assert [f"title_{key}" for key in read_page.ids if f"title_{key}" in phrases(Domain.PAGE, language)] == [
        f"title_{key}" for key in ("saving", "members", "buying", "trucks", "sharing", "assumed", "unmet")
    ]
    links = [value for _, attributes in read_page.tags for name, value in attributes.items() if name in {"src", "href"}]
    assert all(str(link).startswith("#") for link in links)
    assert not re.search(r"url\(|@import|https?://|fetch\(", page)
    html = next(attributes for tag, attributes in read_page.tags if tag == "html")
    assert html == {"lang": language.value, "dir": "rtl" if language is Language.ARABIC else "ltr"}


@pytest.mark.parametrize("language", Language)
def test_equal_results_give_equal_bytes(language: Language) -> None:
    assert page_html(result(), language=language) == page_html(result(), language=language)


def test_unmet_needs_are_listed_and_their_members_marked() -> None:
    unmet = pd.DataFrame(
        [("purchase", "A", "film", "", 60.0, "every supplier's capacity is used up", "S", 1800.0)],
        columns=["kind", "member", "item", "shipment", "quantity", "reason", "blocked_by", "cost"],
    )
    case = result(plan=plan(unmet=unmet))
    case = replace(case, members=case.members.assign(comparable=[True, False, True]))
    members = case.members.assign(pool=case.members["pool"] + [0.0, 1800.0, 0.0])
    page = read(replace(case, members=members), Language.FRENCH)
    row = page.tables["table-unmet"][1]
    assert (row[0][:1], row[1], row[2], row[3], row[4]) == (
        *("A", "film", "60"),
        *("la capacité de tous les fournisseurs est épuisée", "S"),
    )
    assert plain(row[5]) == "180000"
    assert "Non comparables" in page_html(replace(case, members=members), language=Language.FRENCH)


def test_the_sign_of_a_loss_stays_before_it_in_arabic() -> None:
    case = result()
    dearer = replace(case, members=case.members.assign(alone=case.members["pool"] - 5.0))
    assert "<bdi class='n' dir='ltr'>-15</bdi>\xa0دج" in page_html(dearer, language=Language.ARABIC)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("more", "key"), [(0.0, "verdict.nothing-open"), (100.0, "verdict.dearer-proven"), (-5.0, "verdict_saves")]
)
def test_it_says_where_pooling_brings_nothing(language: Language, more: float, key: str) -> None:
    case = result()
    alone = case.members["pool"] - more
    text = read(replace(case, members=case.members.assign(alone=alone)), language).text
    said = {**phrases(Domain.PROOF, language), **phrases(Domain.PAGE, language)}
    for verdict in ("verdict.nothing-open", "verdict.dearer-proven", "verdict.nothing-proven", "verdict_saves"):
        assert (longest_part(said[verdict]) in text) == (verdict == key)


def longest_part(phrase: str) -> str:
    """Of a template, the longest text between its fields."""
    return max(re.split(r"\{[^}]*\}", phrase), key=len).strip()


def test_every_phrase_that_templates_ask_for_is_there() -> None:
    text, names = phrases(Domain.PAGE, Language.ENGLISH), phrases(Domain.SHARING, Language.ENGLISH)
    for rule in Rule:
        assert f"rule.{rule.value}" in names
        assert f"rule_is_{rule.value}" in text


# Pools with a part missing


def told(frames: dict[str, pd.DataFrame], language: Language = Language.FRENCH, **settings: Any) -> Reader:
    savings = share_savings(pool_of(frames, **settings), rule=Rule.PROPORTIONAL)
    return read(savings.result, language)


@cache
def shipping() -> Savings:
    return share_savings(pool_of(freight_frames()), rule=Rule.PROPORTIONAL)


def buyers(*members: str) -> dict[str, pd.DataFrame]:
    frames = buying_frames()
    return {
        name: frame[frame["member"].isin(members)] if "member" in frame else frame for name, frame in frames.items()
    }


@pytest.mark.parametrize("language", Language)
def test_one_member_by_itself(language: Language) -> None:
    page = told(buyers("A"), language)
    assert len(page.tables["table-members"]) == 3  # the heading, A, the total
    assert "table-leaving" not in page.tables
    assert phrases(Domain.PAGE, language)["lead_one"] in page.text
    assert phrases(Domain.PROOF, language)["verdict.single"] in page.text


@pytest.mark.parametrize(
    ("count", "english", "french", "arabic"),
    [
        (2, "2 members of one cluster", "2 membres d’un même cluster", "عضوان من عنقود واحد يشتريان"),
        (3, "3 members of 2 clusters", "3 membres de 2 clusters", "3 أعضاء من عنقودين يشترون"),
        (11, "11 members of 3 clusters", "11 membres de 3 clusters", "11 عضوًا من 3 عناقيد يشترون"),
    ],
)
def test_counts_take_the_form_of_their_number(count: int, english: str, french: str, arabic: str) -> None:
    clusters = {2: ["x"], 3: ["x", "y"], 11: ["x", "y", "z"]}[count]
    members = [f"M{number:02d}" for number in range(count)]
    frames = {
        "members": pd.DataFrame(
            {"member": members, "cluster": (clusters * count)[:count], "site": "Alger"},
        ),
        "purchases": pd.DataFrame({"member": members, "item": "film", "quantity": 5.0}),
        "offers": pd.DataFrame({"supplier": ["S"], "item": "film", "min_quantity": 0.0, "unit_price": 9.0}),
    }
    case = share_savings(pool_of(frames), rule=Rule.PROPORTIONAL).result
    for language, words in zip(Language, (english, french, arabic), strict=True):
        assert words in read(case, language).text.replace("\n", "")


def test_no_freight() -> None:
    page = told(buyers("A", "B"))
    assert "table-suppliers" in page.tables
    assert not page.tables.keys() & {"table-trips", "table-groupage"}
    assert phrases(Domain.PAGE, Language.FRENCH)["no_freight"] in page.text


def test_no_purchases() -> None:
    page = read(shipping().result, Language.FRENCH)
    assert "table-trips" in page.tables
    assert not page.tables.keys() & {"table-suppliers", "table-items", "table-orders"}
    assert phrases(Domain.PAGE, Language.FRENCH)["no_purchases"] in page.text


def test_trips_and_their_stops_are_those_of_the_plan() -> None:
    savings = shipping()
    rows = read(savings.result).tables["table-trips"]
    trips = savings.plan.trips
    assert [row[0] for row in rows[1:-1]] == trips["trip"].tolist() != []
    assert [re.sub(r"\s*\u203a\s*", "|", row[3]) for row in rows[1:-1]] == trips["stops"].tolist()
    assert [float(plain(row[-1])) for row in rows[1:-1]] == pytest.approx(trips["cost"].tolist(), abs=0.011)
    assert float(plain(rows[-1][-2])) == pytest.approx(trips["kg_co2e"].sum(), abs=0.5)


def test_the_map_shows_every_leg_that_is_driven() -> None:
    savings = shipping()
    page = page_html(savings.result, language=Language.ENGLISH)
    legs = {pair for stops in savings.plan.trips["stops"] for pair in pairwise(stops.split("|"))}
    drawn = re.findall(r"<title>([^<]+) to ([^<]+): trips \d+, tonnes [\d.]+</title>", page)
    assert sorted(drawn) == sorted(legs)


def test_sites_without_coordinates_are_not_on_a_map() -> None:
    frames = freight_frames()
    sites = sorted({*frames["shipments"]["origin"], *frames["shipments"]["destination"], *frames["members"]["site"]})
    named = {site: f"X{number}" for number, site in enumerate(sites)}
    moved = {
        name: frame.assign(
            **{column: frame[column].map(named) for column in ("site", "origin", "destination") if column in frame}
        )
        for name, frame in frames.items()
    }
    ring = pd.DataFrame(
        {"origin": [*named.values()], "destination": [*list(named.values())[1:], "X0"], "distance_km": 100.0}
    )
    page = told({**moved, "roads": ring, "sites": pd.DataFrame({"site": [*named.values()]})}, Language.ENGLISH)
    assert "svg" not in [tag for tag, _ in page.tags]
    assert phrases(Domain.PAGE, Language.ENGLISH)["no_map"] in page.text


def test_needs_that_stay_unmet() -> None:
    frames = buyers("A", "B")
    offers = frames["offers"].assign(capacity=frames["offers"]["item"].map({"film": 10.0}))
    page = told({**frames, "offers": offers}, Language.ARABIC)
    assert {row[1] for row in page.tables["table-unmet"][1:-1]} == {"film"}
    reasons = (UnmetReason.CAPACITY_USED_UP, UnmetReason.DEARER_TO_SERVE, UnmetReason.LEFT_OUT)
    translated = {phrases(Domain.COMMON, Language.ARABIC)[reason.key] for reason in reasons}
    assert {row[3].partition(": ")[0] for row in page.tables["table-unmet"][1:-1]} <= translated
    assert all("shortage_factor" in row[3] for row in page.tables["table-unmet"][1:-1])


def test_examples() -> None:
    assert doctest.testmod(svg).failed == 0
