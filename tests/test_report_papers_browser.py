"""Papers in a browser: silent, without a network, narrow enough for a phone, and accessible in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clusterpool.language import Language
from clusterpool.report.published import STATEMENTS_FOLDER, documents_of
from clusterpool.report.statements import statement_files
from tests.leak_kit import result
from tests.test_report_page_browser import CHROMIUM, PHONE, QUIET, Opened, pytestmark, sync_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

__all__ = ["pytestmark"]

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


def papers(folder: Path, language: Language) -> list[Path]:
    """One paper of each kind."""
    kinds = {**documents_of(result(), language), STATEMENTS_FOLDER: statement_files(result(), language)}
    paths = []
    for kind, files in kinds.items():
        name = next(name for name in files if name.endswith(".html"))
        paths.append(folder / f"{kind}-{name}")
        paths[-1].write_text(files[name], encoding="utf-8")
    return paths


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", Language)
def test_papers_are_silent_narrow_and_accessible(
    chromium: Browser, language: Language, scheme: str, tmp_path: Path
) -> None:
    for path in papers(tmp_path, language):
        with Opened(chromium, path, PHONE, color_scheme=scheme, bypass_csp=True) as opened:
            assert opened.said == []
            assert opened.asked == [path.as_uri()]
            assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert opened.page.evaluate("document.documentElement.dir") == ("rtl" if language.right_to_left else "ltr")
            found = axe.Axe().run(opened.page).response["violations"]
            assert [(one["id"], one["impact"]) for one in found] == [], path.name
