"""The documentation tells the truth: each snippet runs, the site builds, and no page asks a network for anything."""

from __future__ import annotations

import csv
import doctest
import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import clusterpool
from clusterpool.language import Domain, Language, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
FENCE = re.compile(
    r"^(?P<indent> *)(?:<!-- not run: (?P<why>.+?) -->\n\s*)?```(?P<language>\w*)\n(?P<text>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)
NOT_RUN = {("docs/how-to/dask.md", "needs a scheduler on another machine")}
"""Page and reason of each snippet that no test runs."""
LOADED = re.compile(r"""<(?:script|img|iframe|source)\b[^>]*\bsrc="(?P<src>[^"]*)|<link\b(?P<link>[^>]*)>""")
FROM_ELSEWHERE = re.compile(r"""(?:url\(|@import|href=)["'\s]*(?:https?:)?//""")


@dataclass(frozen=True)
class Snippet:
    page: str
    language: str
    text: str
    why_not: str | None


def pages() -> list[str]:
    return ["README.md", *sorted(str(path.relative_to(ROOT)) for path in DOCS.rglob("*.md"))]


def snippets(page: str) -> Iterator[Snippet]:
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        lines = (line.removeprefix(found["indent"]) for line in found["text"].splitlines())
        yield Snippet(page, found["language"], "\n".join(lines), found["why"])


ALL = [snippet for page in pages() for snippet in snippets(page)]
RUN = [page for page in pages() if any(one.page == page and one.language in {"python", "sh"} for one in ALL)]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples and the command, where the reader of a page stands."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    command = tmp_path / "bin" / "clusterpool"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clusterpool "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(page: str) -> None:
    names: dict[str, Any] = {"__name__": "snippet"}
    for snippet in snippets(page):
        if snippet.why_not is not None:
            continue
        if snippet.language == "python":
            exec(compile(snippet.text, page, "exec"), names)  # noqa: S102 - our own pages
        elif snippet.language == "sh":
            done = subprocess.run(["sh", "-e", "-c", snippet.text], capture_output=True, text=True, check=False)  # noqa: S607
            assert done.returncode == 0, f"{snippet.text}\n{done.stdout}\n{done.stderr}"


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("page", RUN)
def test_snippets_run(page: str) -> None:
    run(page)


def test_what_is_not_run_is_listed() -> None:
    assert {(one.page, one.why_not) for one in ALL if one.why_not is not None} == NOT_RUN


def test_every_fence_says_what_it_holds() -> None:
    languages = {(one.page, one.language) for one in ALL}
    assert {language for _, language in languages} <= {"python", "sh", "text", "toml", "csv"}, languages
    assert len(RUN) >= 10


def test_snippets_are_found_in_lists_and_with_their_mark() -> None:
    text = "1. one\n\n    ```python\n    a = 1\n    ```\n\n<!-- not run: needs a server -->\n```sh\nls\n```\n"
    found = [(one["indent"], one["language"], one["why"]) for one in FENCE.finditer(text)]
    assert found == [("    ", "python", None), ("", "sh", "needs a server")]


def test_letters_with_an_index_are_set_and_code_is_left() -> None:
    specification = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert specification is not None
    hooks = importlib.util.module_from_spec(specification)
    pytest.importorskip("mkdocs", reason="the site is built by the libraries of the extra `docs`")
    specification.loader.exec_module(hooks)
    assert doctest.testmod(hooks).failed == 0
    assert hooks.with_subscripts("lo_t, order_multiple\n```text\nx_i\n```") == (
        "<i>lo</i><sub>t</sub>, order_multiple\n```text\nx_i\n```"
    )


def test_reference_holds_every_public_name() -> None:
    text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^::: clusterpool\.(\w+)$", text, re.MULTILINE)) == set(clusterpool.__all__)


def glossary() -> list[dict[str, str]]:
    with (DOCS / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_glossary_is_whole_and_has_each_word_once() -> None:
    rows = glossary()
    assert all(all(cell.strip() for cell in row.values()) for row in rows)
    for language in ("english", "french", "arabic"):
        words = [row[language] for row in rows]
        assert sorted(words) == sorted(set(words)), language


@pytest.mark.parametrize("key", ["member", "cluster", "today", "alone", "pool", "saving"])
def test_glossary_and_reports_use_the_same_words(key: str) -> None:
    (row,) = [row for row in glossary() if row["english"] == key]
    words = {language: phrases(Domain.COMMON, language)[key] for language in Language}
    said = words[Language.ARABIC].removeprefix("ال"), row["arabic"].removeprefix("ال")
    assert (row["english"], row["french"]) == (words[Language.ENGLISH], words[Language.FRENCH])
    assert said[0] == said[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocstrings", reason="the site is built by the libraries of the extra `docs`")
    target = tmp_path_factory.mktemp("site")
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def test_site_builds_with_every_page_in_its_navigation(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        address = page.relative_to(DOCS).with_suffix(".html").as_posix()
        assert (site / address).exists()
        assert f'href="{address}"' in index, f"{address} is not in the navigation of mkdocs.yml"


def test_no_page_asks_a_network_for_anything(site: Path) -> None:
    for page in site.rglob("*.html"):
        for found in LOADED.finditer(page.read_text(encoding="utf-8")):
            asked = found["src"] if found["link"] is None else found["link"]
            assert "//" not in asked.removeprefix("data:"), f"{page.name}: {found[0]}"
    for style in site.rglob("*.css"):
        assert not FROM_ELSEWHERE.search(style.read_text(encoding="utf-8")), style.name


def test_plots_are_on_the_pages_with_their_alt_text(site: Path) -> None:
    page = (site / "how-to" / "which-rule.html").read_text(encoding="utf-8")
    assert re.search(r'<img alt="Triangle of all divisions of the saving[^"]*" src="\.\./pictures/core\.png"', page)
    assert (site / "pictures" / "core.png").read_bytes().startswith(b"\x89PNG")
