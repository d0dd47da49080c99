"""The page in a browser: silent, without a network, sortable, filterable, narrow enough for a phone, and accessible."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, Self

import pytest

from clusterpool.allocation import Rule
from clusterpool.language import Language
from clusterpool.report import page_html
from clusterpool.savings import share_savings
from tests.pool_kit import mixed_pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the path (or in the variable CHROMIUM)"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    """The page of one pool in each language."""
    folder = tmp_path_factory.mktemp("page")
    savings = share_savings(mixed_pool(), rule=Rule.PROPORTIONAL)
    written = {language: folder / f"{language.value}.html" for language in Language}
    for language, path in written.items():
        savings.to_html(path, language=language)
        assert path.read_text(encoding="utf-8") == page_html(savings.result, language=language)
    return written


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


class Opened:
    """A page that was opened, with what it said on the console and what it asked of the network."""

    def __init__(self, browser: Browser, path: Path, viewport: dict[str, int], **how: Any) -> None:
        self.context = browser.new_context(viewport=viewport, reduced_motion="reduce", **how)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def column(self, table: str, number: int) -> list[str]:
        """The texts of a column of the rows that are shown."""
        rows = self.page.locator(f"#table-{table} tbody tr:visible")
        return [row.locator("th, td").nth(number).inner_text() for row in rows.all()]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_it_is_silent_asks_nothing_and_fits(
    browser: Browser, files: dict[Language, Path], language: Language, viewport: dict[str, int]
) -> None:
    with Opened(browser, files[language], viewport) as opened:
        opened.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert opened.said == []
        assert opened.asked == [files[language].as_uri()]
        wide, across, start = opened.page.evaluate(
            "[document.documentElement.scrollWidth, innerWidth, getComputedStyle(document.body).direction]"
        )
        assert wide <= across
        assert start == ("rtl" if language is Language.ARABIC else "ltr")


def test_arabic_is_set_from_right_to_left(browser: Browser, files: dict[Language, Path]) -> None:
    with Opened(browser, files[Language.ARABIC], DESK) as opened:
        first, second = (opened.page.locator("#table-members thead th").nth(k).bounding_box() for k in (0, 1))
        assert first is not None
        assert second is not None
        assert first["x"] > second["x"]


def test_a_click_sorts_and_another_one_turns_it_round(browser: Browser, files: dict[Language, Path]) -> None:
    with Opened(browser, files[Language.ENGLISH], DESK) as opened:
        page = opened.page
        before = opened.column("members", 0)
        heads = page.locator("#table-members thead th")
        numbers = [float(page.locator(f"#table-members tbody tr:nth-child({k + 1}) td").nth(3).get_attribute("data-v"))
                   for k in range(len(before))]  # fmt: skip
        by_alone = [name for _, name in sorted(zip(numbers, before, strict=True))]
        heads.nth(4).locator("button").click()
        assert heads.nth(4).get_attribute("aria-sort") == "descending"
        assert opened.column("members", 0) == by_alone[::-1] != before
        heads.nth(4).locator("button").focus()
        page.keyboard.press("Enter")
        assert heads.nth(4).get_attribute("aria-sort") == "ascending"
        assert opened.column("members", 0) == by_alone
        heads.nth(0).locator("button").click()
        assert opened.column("members", 0) == sorted(before)
        assert page.locator("#table-members [aria-sort]").count() == 1


def test_what_is_not_known_stays_last(browser: Browser, files: dict[Language, Path]) -> None:
    with Opened(browser, files[Language.ENGLISH], DESK) as opened:
        button = opened.page.locator("#table-items thead th").nth(6).locator("button")
        for _ in range(2):
            button.click()
            known = [cell != "\N{EN DASH}" for cell in opened.column("items", 6)]
            assert known == sorted(known, reverse=True)
        assert True in known
        assert False in known


def test_a_filter_hides_the_other_rows_and_their_total(browser: Browser, files: dict[Language, Path]) -> None:
    with Opened(browser, files[Language.FRENCH], DESK) as opened:
        page = opened.page
        page.evaluate("document.querySelector('#table-orders').closest('details').open = true")
        every = opened.column("orders", 2)
        bar = page.locator("details:has(#table-orders) .filter")
        bar.locator("input").fill("GLÜE")  # neither case nor accents matter
        shown = opened.column("orders", 2)
        assert shown == [name for name in every if name == "glue"]
        assert 0 < len(shown) < len(every)
        assert bar.locator("output").inner_text() == f"{len(shown)} sur {len(every)}"
        assert not page.locator("#table-orders tfoot").is_visible()
        bar.locator("input").fill("")
        assert opened.column("orders", 2) == every
        assert page.locator("#table-orders tfoot").is_visible()


def test_without_script_the_tables_are_there(browser: Browser, files: dict[Language, Path]) -> None:
    with Opened(browser, files[Language.FRENCH], DESK, java_script_enabled=False) as opened:
        assert opened.page.locator("#table-members tbody tr").count() == len(mixed_pool().members)
        assert opened.page.locator(".filter").count() == 0


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        (Language.FRENCH, "light"),
        (Language.ARABIC, "dark"),
        pytest.param(Language.FRENCH, "dark", marks=pytest.mark.slow),
        pytest.param(Language.ARABIC, "light", marks=pytest.mark.slow),
        pytest.param(Language.ENGLISH, "light", marks=pytest.mark.slow),
        pytest.param(Language.ENGLISH, "dark", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing(browser: Browser, files: dict[Language, Path], language: Language, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    viewport = PHONE if scheme == "dark" else DESK
    with Opened(browser, files[language], viewport, color_scheme=scheme) as opened:
        opened.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        found = axe.Axe().run(opened.page).response["violations"]
        assert [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.mark.parametrize("language", Language)
def test_on_paper_nothing_is_cut_off(browser: Browser, files: dict[Language, Path], language: Language) -> None:
    upright, across = 673, 1001  # px of an A4 sheet less its margins
    with Opened(browser, files[language], {"width": upright, "height": 1000}) as opened:
        page = opened.page
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
        page.evaluate("for (const one of document.querySelectorAll('.item, .run')) one.open = true")
        shown = page.locator("main table:visible, main svg:visible").all()
        assert len(shown) > len(Language)
        for one in shown:
            box, wide = one.bounding_box(), one.locator("xpath=ancestor::*[contains(@class, 'wide')]").count() > 0
            assert box is not None
            assert box["width"] <= (across if wide else upright), one.get_attribute("id")
